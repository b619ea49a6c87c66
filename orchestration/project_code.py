"""Which code this is, for what other code must make anew.

Belongs here: a hash over files of the project. Does not belong here: what is made by it.
"""

import functools
import hashlib

from orchestration.settings import PROJECT_ROOT


@functools.cache
def code_of(*places: str) -> str:
    """A hash over these files and those of these folders, and the versions of what they use."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted([PROJECT_ROOT / place, *(PROJECT_ROOT / place).rglob("*")]):
            if path.is_file() and path.parent.name != "__pycache__":
                digest.update(f"{path.relative_to(PROJECT_ROOT)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update((PROJECT_ROOT / "requirements.lock").read_bytes())
    return digest.hexdigest()
