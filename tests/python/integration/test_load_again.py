"""Loading again, in other orders and after a kill ends with the same raw tables."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_builder import (
    make_settings,
    query_warehouse,
    raw_rows,
    write_csv,
    write_file,
    write_x12,
)
from x12_builder import (
    Claim,
    ClaimPayment,
    Line,
    ServiceLine,
    group,
    interchange,
    transaction_835,
    transaction_837,
)

from orchestration.ingest import load_landing
from orchestration.settings import PROJECT_ROOT, Settings

Rows = dict[str, list[str]]


def visits(first: int, count: int) -> list[dict[str, str]]:
    return [
        {
            "visit_id": f"V{number}",
            "patient_id": f"P{number}",
            "clinic_id": "C1",
            "provider_id": "T1",
            "service_date": "2026-01-05",
            "room": str(number % 7),
        }
        for number in range(first, first + count)
    ]


def write_landing(landing: Path, rows: int) -> None:
    """Files of every fate: loaded, the same under two names, in parts broken, wholly broken."""
    for part in range(4):
        write_csv(landing, "visits", "2026-01-31", visits(part * rows, rows), f"_{part}")
        claims = [
            Claim(f"C{part}-{number}", [Line(f"L{part}-{number}", "97110", "80")])
            for number in range(rows // 20)
        ]
        payments = [
            ClaimPayment(claim.claim_id, [ServiceLine("97110", "80", "80")]) for claim in claims
        ]
        text = interchange(group(transaction_837(claims)), control_number=part * 2 + 1)
        text += interchange(group(transaction_835(payments)), control_number=part * 2 + 2)
        write_x12(landing, f"{part}.x12", text)
    write_csv(landing, "visits", "2026-02-28", visits(0, rows), is_gzip=True)  # visits_…_0 again
    write_x12(landing, "again/1.gz", (landing / "x12/1.x12").read_text(), is_gzip=True)
    write_file(landing / "practice/payers_20260131.csv", b'payer_id,payer_name,payer_type\n1,"a\n2')
    write_file(landing / "practice/clinics_20260131.csv", b"clinic_id\nC1\n")
    broken = (landing / "x12/2.x12").read_text()
    write_x12(landing, "broken in parts", broken.replace("SE*", "SE*1"))
    write_x12(landing, "broken", broken.replace("IEA*", "GE*"))


def quiet(line: str) -> None:
    """Take a line of the report and say nothing."""


@pytest.fixture
def undisturbed(landing: Path, settings: Settings) -> Callable[[int], Rows]:
    """Writes the landing folder and returns what one load of it gives."""

    def rows(count: int) -> Rows:
        write_landing(landing, count)
        load_landing(settings, report=quiet)
        return raw_rows(settings)

    return rows


def test_loading_again_changes_nothing(
    undisturbed: Callable[[int], Rows], settings: Settings
) -> None:
    first = undisturbed(20)

    summary = load_landing(settings, report=quiet)

    assert raw_rows(settings) == first
    assert (summary.csv.new_files, summary.x12.new_files) == (0, 0)
    # Four extracts of 20 visits; the fifth file is one of them again.
    assert len(first["visits"]) == 80
    assert len(first["files"]) == 14
    # Eight sets, and those two of the file whose SE01 are wrong.
    assert len(first["x12_transactions"]) == 10


def test_the_order_of_arrival_changes_nothing(
    undisturbed: Callable[[int], Rows], landing: Path, tmp_path: Path
) -> None:
    expected = undisturbed(20)
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    dice = random.Random(20260630)
    for attempt in range(4):
        arrived = tmp_path / f"arrived{attempt}"
        (arrived / "x12").mkdir(parents=True)
        settings = make_settings(arrived, tmp_path / f"home{attempt}")
        dice.shuffle(files)
        nights = sorted(dice.sample(range(1, len(files)), 2))
        for first, last in zip([0, *nights], [*nights, len(files)], strict=True):
            for path in files[first:last]:
                target = arrived / path.relative_to(landing)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
            load_landing(settings, report=quiet)
            so_far = query_warehouse(settings, "select file from raw.files")
            assert len(so_far) == last

        assert raw_rows(settings) == expected


# Loads a landing folder (argument 1) into a home (2). Says "ready" when it is about to begin, and
# kills itself before statement number 3, if there is a third argument.
CHILD = """
import os, signal, sys
from pathlib import Path
from landing_builder import make_settings
from orchestration.ingest import load_landing, store

class Connection:
    def __init__(self, connection):
        self.connection = connection
    def __getattr__(self, name):
        global left
        if name in ("execute", "begin", "commit", "close"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self.connection, name)

left = int(sys.argv[3]) if len(sys.argv) > 3 else -1
connect = store.duckdb.connect
store.duckdb.connect = lambda *given, **named: Connection(connect(*given, **named))
settings = make_settings(Path(sys.argv[1]), Path(sys.argv[2]))
print("ready", flush=True)
load_landing(settings, report=lambda line: None)
print(-1 - left, flush=True)
"""


def start(settings: Settings, *arguments: object) -> subprocess.Popen:
    """Start a load in a process of its own, and return when it is about to begin."""
    here = f"{PROJECT_ROOT}:{PROJECT_ROOT / 'tests/python'}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, settings.landing, settings.home, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": here, "PATH": ""},
        cwd=PROJECT_ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def test_a_load_killed_before_any_statement_is_mended_by_the_next(
    undisturbed: Callable[[int], Rows], landing: Path, tmp_path: Path
) -> None:
    expected = undisturbed(20)
    whole = start(make_settings(landing, tmp_path / "whole"))
    statements = int(whole.communicate()[0])
    assert whole.returncode == 0
    # A few of them, over the whole of the load.
    for number in random.Random(20260630).sample(range(1, statements + 1), 3):
        settings = make_settings(landing, tmp_path / f"killed{number}")

        child = start(settings, number)

        assert child.wait() == -signal.SIGKILL
        load_landing(settings, report=quiet)
        assert raw_rows(settings) == expected


def test_a_load_killed_at_any_instant_is_mended_by_the_next(
    undisturbed: Callable[[int], Rows], landing: Path, tmp_path: Path
) -> None:
    expected = undisturbed(600)
    started = time.monotonic()
    load_landing(make_settings(landing, tmp_path / "whole"), report=quiet)
    seconds = time.monotonic() - started
    dice = random.Random(20260630)
    for number in range(6):
        settings = make_settings(landing, tmp_path / f"killed{number}")
        child = start(settings)
        time.sleep(dice.uniform(0.1, 1) * seconds)
        child.kill()
        child.communicate()

        load_landing(settings, report=quiet)

        assert raw_rows(settings) == expected
