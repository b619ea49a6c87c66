"""What a run tells people when it ends: what changed since the last notice, or why it failed.

Belongs here: finding the changes (changes), wording them (notice), and bringing the words to the
terminal, a file, a mailbox or a web address (channels). Does not belong here: when a run ends.

A notice leaves the house, so it holds counts, amounts, months and this project's own names only:
never an id, a file's name or a text that was delivered.
"""

from orchestration.notify.channels import Channels
from orchestration.notify.tell import TOLD_TAG, tell_failed, tell_published

__all__ = ["TOLD_TAG", "Channels", "tell_failed", "tell_published"]
