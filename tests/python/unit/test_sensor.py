"""The fingerprint of the landing folder changes exactly when its files do."""

import os
from pathlib import Path

from orchestration.sensors import fingerprint


def test_a_fingerprint_changes_with_names_sizes_and_times(tmp_path: Path) -> None:
    assert fingerprint(tmp_path) is None
    file = tmp_path / "x12" / "a.835"
    file.parent.mkdir()
    file.write_text("ISA")
    os.utime(file, (1, 1))
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first

    os.utime(file, (2, 2))
    second = fingerprint(tmp_path)
    file.rename(file.with_name("b.835"))
    third = fingerprint(tmp_path)
    assert len({first, second, third}) == 3
