"""What a person releases from quarantine counts after the next run, and only that."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from landing_builder import query_warehouse, raw_rows, write_csv, write_file, write_x12
from pipeline import build, build_tests, load
from x12_builder import ClaimPayment, ServiceLine, group, interchange, transaction_835

from orchestration import release
from orchestration.ingest import LoadError
from orchestration.ingest.contract import read_contract
from orchestration.ingest.releases import obstacle, read_releases
from orchestration.settings import Settings

AS_OF = date(2026, 6, 30)
LAYERS = [f"path:models/staging/{one}" for one in ("load", "practice", "x12")]
PATIENTS = [
    {"patient_id": "P1", "birth_date": "1960-02-30"},
    {"patient_id": "", "birth_date": "1960-02-03"},
    {"patient_id": "P3", "birth_date": "1960-02-03"},
]
APPOINTMENT = {
    "appointment_id": "A1",
    "patient_id": "P1",
    "clinic_id": "C1",
    "provider_id": "T1",
    "scheduled_at": "2026-01-05 08:00",
    "status": "completed",
    "kind": "massage",
}


def payment(claim_id: str, control_number: str) -> list[str]:
    line = ServiceLine("97110", "80", "80")
    return transaction_835(
        [ClaimPayment(claim_id, [line])], trace=claim_id, control_number=control_number
    )


def write_landing(landing: Path) -> None:
    """In quarantine: two files and, of others, two rows of three and two sets of three."""
    write_csv(landing, "patients", "2026-01-31", PATIENTS)
    write_csv(landing, "appointments", "2026-01-31", [APPOINTMENT])
    write_file(landing / "practice/export.csv", b"clinic_id,clinic_name\nC1,North\n")
    text = interchange(group(payment("C1", "0001"), payment("C2", "0002"), payment("C3", "0003")))
    # Each set has sixteen segments; the third ends early.
    text = text.replace("SE*16*0001", "SE*17*0001").replace("~\nSE*16*0003", "")
    write_x12(landing, "sets", text)
    text = interchange(group(payment("C4", "0001")), control_number=2)
    write_x12(landing, "counts", text.replace("GE*1*", "GE*7*").replace("IEA*1*", "IEA*3*"))


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_landing(folder / "landing")
    build(folder / "landing", folder / "home", AS_OF, "--select", *LAYERS)
    return folder


@pytest.fixture
def make_release(first_night: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Callable:
    """Runs `make release` with settings of the first night; returns exit code and what is told."""
    monkeypatch.setenv("BILLING_LANDING", str(first_night / "landing"))
    monkeypatch.setenv("BILLING_HOME", str(first_night / "home"))

    def run(*arguments: str, who: str = "Ann Lee", why: str = "Counted by hand") -> tuple:
        code = release.main([*arguments, f"--who={who}", f"--why={why}"])
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


CANNOT = {
    "a row without its key": (
        ["--file", "practice/patients_20260131.csv", "--row", "3"],
        "A row says nothing without patient_id: have the sender mend it.",
    ),
    "a set that is cut off": (
        ["--file", "x12/sets", "--set", "3"],
        "A set that is cut off, or whose values cannot be read, has no true amounts.",
    ),
    "a good row": (["--file", "practice/patients_20260131.csv", "--row", "4"], "not in quarantine"),
    "a whole file that is loaded": (["--file", "x12/sets"], "This is not in quarantine. What is:"),
    "a file that is not there": (["--file", "x12/other"], "Nothing of this file is in quarantine"),
    "a file without its extract": (["--file", "practice/export.csv"], "give EXTRACT, one of"),
    "a file of an unknown extract": (
        ["--file", "practice/export.csv", "--extract", "clinic", "--date", "2026-01-31"],
        "give EXTRACT, one of",
    ),
}


@pytest.mark.parametrize("case", CANNOT)
def test_what_cannot_be_released_says_why(make_release: Callable, case: str) -> None:
    arguments, reason = CANNOT[case]

    code, told = make_release(*arguments)

    assert code == 1
    assert reason in told


@pytest.mark.parametrize("text", ["", " ", "=1+1", "@home", "a\nb", "-x", "\tx"])
def test_who_and_why_are_text_that_stays_text(make_release: Callable, text: str) -> None:
    what = ["--file", "x12/sets", "--set", "1"]

    assert make_release(*what, who=text)[0] == make_release(*what, why=text)[0] == 1


def test_without_who_and_why_it_shows_what_is_held(make_release: Callable) -> None:
    code, told = make_release("--file", "x12/sets", who="", why="")

    assert (code, told.splitlines()) == (
        0,
        [
            "transaction set 1: SE01 does not count the segments. Can be released.",
            "transaction set 3: The transaction set does not end (SE missing). Cannot be released: "
            "A set that is cut off, or whose values cannot be read, has no true amounts.",
        ],
    )


def staged(settings: Settings) -> dict[str, list[tuple]]:
    """What the released things are about, in staging."""
    queries = {
        "patients": "patient_id, birth_date from staging.stg_practice__patients",
        "appointments": "appointment_id, kind from staging.stg_practice__appointments",
        "clinics": "clinic_id from staging.stg_practice__clinics",
        "claims": "claim_id, paid_amount from staging.stg_x12_835__claims",
        "accounts": "file, rows_read, rows_staged, rows_quarantined "
        "from staging.stg_load__row_counts",
        "releases": "level, number, reason from staging.stg_load__releases",
    }
    return {
        name: query_warehouse(settings, f"select {query} order by all")
        for name, query in queries.items()
    }


def test_what_is_released_counts_from_the_next_run_on(
    first_night: Path, make_release: Callable
) -> None:
    landing, home = first_night / "landing", first_night / "home"
    for what in (
        ["practice/patients_20260131.csv", "--row", "2"],
        ["practice/appointments_20260131.csv", "--row", "2"],
        ["practice/export.csv", "--extract", "clinics", "--date", "2026-01-31"],
        ["x12/sets", "--set", "1"],
        ["x12/counts"],
    ):
        assert make_release("--file", *what)[0] == 0, what
    code, told = make_release("--file", "x12/counts")
    assert (code, told) == (1, "It is released already: the next run loads it.\n")
    assert (home / "releases.csv").stat().st_mode & 0o777 == 0o600

    settings = build_tests(landing, home, AS_OF, *LAYERS)

    found = staged(settings)
    assert found["patients"] == [("P1", None), ("P3", date(1960, 2, 3))]
    assert found["appointments"] == [("A1", None)]
    assert found["clinics"] == [("C1",)]
    assert [(claim, int(paid)) for claim, paid in found["claims"]] == [
        ("C1", 80),
        ("C2", 80),
        ("C4", 80),
    ]
    assert found["accounts"] == [
        ("practice/appointments_20260131.csv", 1, 1, 0),
        ("practice/export.csv", 1, 1, 0),
        ("practice/patients_20260131.csv", 3, 2, 1),
        ("x12/counts", 1, 1, 0),
        ("x12/sets", 3, 2, 1),
    ]
    assert len(found["releases"]) == 5
    # Landing and the record of releases give the same again, in whatever order they came: staging
    # is made of raw alone.
    again = first_night / "again"
    again.mkdir()
    (again / "releases.csv").write_bytes((home / "releases.csv").read_bytes())
    assert raw_rows(load(landing, again, AS_OF)) == raw_rows(settings)


def test_a_record_that_is_no_record_stops_the_load(tmp_path: Path) -> None:
    header = "released_at,who,why,file,kind,sha256,level,number,extract,extract_date,reason\n"
    for text, problem in [
        ("who,why\n", "line 1 must be released_at,who"),
        (header + "2026-01-01 08:00:00,ZZCANARY\n", "row 2 is no release"),
        (header + "2026-01-01 08:00:00,A,B,x12/a,x12,h,set,1,,,R\n", "row 2 is no release"),
        (header + "2026-01-01 08:00:00,A,B,p/a,csv,h,file,,clinics,,R\n", "row 2 is no release"),
    ]:
        file = write_file(tmp_path / "releases.csv", text.encode())
        with pytest.raises(LoadError) as caught:
            read_releases(file)
        assert problem in str(caught.value)
        assert "ZZCANARY" not in str(caught.value)
    assert read_releases(tmp_path / "nothing.csv") == []


def test_every_reason_of_a_row_names_a_column_or_cannot_be_released() -> None:
    required = read_contract()["charges"].required

    assert obstacle("row", "csv", "minutes: expected a whole number", required) is None
    assert obstacle("row", "csv", "units: expected a whole number", required) is not None
    assert obstacle("row", "csv", "A quote does not close.", required) is not None
    assert obstacle("row", "csv", "The row has 2 fields and the header 3.", required) is not None
