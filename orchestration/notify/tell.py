"""Telling of a run: a notice to every channel, tried again where that may help, never a failure.

Belongs here: what the changes are counted from, retries, and the bound on them. Does not belong
here: finding, wording and delivering.
"""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

from orchestration.notify.changes import Section, changes
from orchestration.notify.channels import Channels, UndeliveredError
from orchestration.notify.notice import Notice
from orchestration.settings import Settings

# Marks the runs that are told by who started them, so that the daemon does not tell them again.
TOLD_TAG = "billing/told_by"

PAUSES_SECONDS = (1.0, 4.0)
# A server that answers a byte at a time keeps no timeout; Dagster gives a sensor 60 seconds.
LONGEST_SECONDS = 25.0


class _Channel(Protocol):
    name: str

    def deliver(self, notice: Notice) -> None: ...


def tell_published(settings: Settings, channels: Channels) -> Notice:
    """Tell what changed since the last notice of a publication.

    The file that was told of stays below the notices, as a second name and not a copy: what a
    killed run did not tell, the next one tells.
    """
    told = channels.folder / ".told.duckdb"
    remarks, sections = [], []
    try:
        if told.exists():
            sections = changes(told, settings.published)
            if not any(section.is_change for section in sections):
                remarks = ["Nothing changed since the last notice."]
        else:
            remarks = ["This is the first notice: from the next on, it says what changed."]
    except Exception as error:
        # Of DuckDB's errors the class only: the text may quote a value.
        remarks = [f"What changed could not be found out ({type(error).__name__})."]
    notice = Notice(True, settings.as_of, sections, remarks)
    print(f"\n{notice.text}", flush=True)
    _tell(notice, channels)
    with contextlib.suppress(OSError):
        _remember(settings.published, told)
    return notice


def tell_failed(settings: Settings, channels: Channels, problems: list[str]) -> Notice:
    """Tell that a run failed and why; the terminal was told already, and in more words.

    problems are lines without values of rows and names of files.
    """
    remarks = []
    if settings.published.exists():
        remarks.append("The last published file stands.")
    sections = [Section("What failed", problems)] if problems else []
    notice = Notice(False, settings.as_of, sections, remarks)
    _tell(notice, channels)
    return notice


def _remember(published: Path, told: Path) -> None:
    told.parent.mkdir(parents=True, exist_ok=True)
    draft = told.with_name(".told.draft")
    draft.unlink(missing_ok=True)
    os.link(published, draft)
    draft.replace(told)
    # A rename of one name of a file over another of the same file does nothing and leaves both.
    draft.unlink(missing_ok=True)


def _tell(notice: Notice, channels: Channels) -> None:
    try:
        print(f"notice: {channels.write(notice)}", flush=True)
    except OSError as error:
        _complain(f"file: {channels.folder} cannot be written: {error.strerror}")
    workers = [
        threading.Thread(target=_deliver, args=(one, notice), daemon=True)
        for one in channels.remote
    ]
    for worker in workers:
        worker.start()
    end = time.monotonic() + LONGEST_SECONDS
    for worker, channel in zip(workers, channels.remote, strict=True):
        worker.join(max(0.0, end - time.monotonic()))
        if worker.is_alive():
            _complain(f"{channel.name}: no answer within {LONGEST_SECONDS:.0f} s")


def _deliver(channel: _Channel, notice: Notice) -> None:
    for pause in (*PAUSES_SECONDS, None):
        try:
            channel.deliver(notice)
        except UndeliveredError as problem:
            if pause is None or not problem.can_pass:
                return _complain(f"{channel.name}: {problem}")
            time.sleep(pause)
        except Exception as error:
            return _complain(f"{channel.name}: {type(error).__name__}")
        else:
            return print(f"notice: sent by {channel.name}", flush=True)


def _complain(problem: str) -> None:
    print(f"The notice was not delivered, {problem}.", file=sys.stderr, flush=True)
