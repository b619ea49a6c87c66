"""Every X12 file of a small sample practice, judged by an independent validator (pyx12)."""

import io
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pyx12.map_if import load_map_file
from pyx12.params import params
from pyx12.x12n_document import x12n_document
from sample_files import text_of

from sample_practice.cli import generate

PARAMETERS = params(None)
map_of = cache(lambda name: load_map_file(name, PARAMETERS))


@pytest.fixture(autouse=True)
def _read_maps_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Reading a map takes longer than judging a file with it.
    monkeypatch.setattr("pyx12.map_if.load_map_file", lambda name, *_: map_of(name))


def findings(text: str) -> list[str]:
    """What pyx12 has to say against an X12 file; nothing where it is valid."""
    report = io.StringIO()
    is_valid = x12n_document(PARAMETERS, io.StringIO(text), None, None, fd_json=report)
    errors = list(_errors(json.loads(report.getvalue())["interchanges"]))
    said = [f"{one['err_cde']} {one['err_str']}" for one in errors if not _is_exempt(one, text)]
    if not said and not is_valid and not errors:
        return ["invalid, without a reason"]
    return said


def _errors(node: object) -> Iterator[dict]:
    if isinstance(node, list):
        for one in node:
            yield from _errors(one)
    elif isinstance(node, dict):
        yield from node.get("errors") or ()
        for name, one in node.items():
            if name != "errors":
                yield from _errors(one)


def _is_exempt(error: dict, text: str) -> bool:
    # pyx12 wants a functional group in every interchange. One with a TA1 and nothing else is the
    # prescribed answer to one that could not be read.
    is_without_group = error["err_cde"] == "3" and "(GS_LOOP) missing" in error["err_str"]
    return is_without_group and "TA1" in text


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    landing = tmp_path_factory.mktemp("valid") / "landing"
    generate(landing, None, 5, 150, date(2026, 1, 1), date(2026, 6, 30))
    return sorted((landing / "x12").rglob("*.x12*"))


def test_every_file_is_valid(files: list[Path]) -> None:
    assert {file.name.split("_")[0] for file in files} == {"837p", "ack", "835"}
    found = {file.name: findings(text_of(file)) for file in files}
    assert {name: said for name, said in found.items() if said} == {}


def test_what_is_rare_is_valid_too(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    generate(landing, None, 1, 4000, date(2025, 7, 1), date(2026, 6, 30))
    rare = ("TA1", "IK5*R", "PLB*", "PLB|", ":8*Y", ">8|Y", "*22*-", "AM*")
    texts = [text_of(file) for file in sorted((landing / "x12").rglob("*.x12*"))]
    chosen = [text for text in texts if any(sign in text for sign in rare)][:150]
    assert sum("TA1" in text for text in chosen) > 0
    assert [said for said in map(findings, chosen) if said] == []


@pytest.mark.parametrize(
    ("kind", "sound", "damaged"),
    [
        ("837p_ch", "*UN*", "*XX*"),
        ("837p_ch", "\nHI*ABK:", "\nHI*XYZ:"),
        ("837p_ch", "\nSE*", "\nSE*9"),
        ("837p_ch", "\nSBR*P*", "\nSBR*?*"),
        ("ack_ch", "\nIK5*A~", "\nIK5*Q~"),
        ("ack_ch", "\nSTC*A1:19", "\nSTC*:19"),
        ("ack_ch", "\nTRN*2*B", "\nTRN*9*B"),
        ("835_87726", "\nCLP*", "\nCLQ*"),
        ("835_87726", "\nCAS*CO*", "\nCAS*ZZ*"),
        ("835_87726", "\nBPR*I*", "\nBPR*I*x"),
        ("835_87726", "\nTRN*1*", "\nNTR*1*"),
    ],
)
def test_a_damaged_file_is_found_out(
    files: list[Path], kind: str, sound: str, damaged: str
) -> None:
    texts = [text_of(file) for file in files if file.name.startswith(kind)]
    text = next(text for text in texts if sound in text)
    assert findings(text) == []
    assert findings(text.replace(sound, damaged, 1)) != []
