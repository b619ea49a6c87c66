"""The practice's own reference tables: what is taken, and what is refused before any work."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_builder import write_file

from orchestration.ingest import LoadError, load_landing, prepare
from orchestration.ingest.reference_tables import SEEDS, reference_tables
from orchestration.settings import PROJECT_ROOT, Settings

KX = "calendar_year,pt_slp_threshold,medical_review_threshold\n"
EDITS = (
    "column_1_code,column_2_code,modifier_indicator,effective_from,deleted_on,reference_quarter\n"
)


@pytest.fixture
def write(settings: Settings) -> Callable[[str, str | bytes], Path]:
    """Writes a file of the practice's reference tables."""

    def file(name: str, content: str | bytes) -> Path:
        text = content if isinstance(content, bytes) else content.encode()
        return write_file(settings.reference / name, text)

    return file


def test_every_seed_with_a_key_can_be_overridden() -> None:
    for name, table in reference_tables().items():
        header = (SEEDS / f"{name}.csv").read_text().split("\n")[0].split(",")
        assert sorted(header) == sorted(table.types), name
        assert set(table.key) | set(table.optional) <= set(table.types), name


def test_rows_come_as_text_with_their_line(
    settings: Settings, write: Callable, query: Callable
) -> None:
    write("kx_thresholds.csv", "\ufeff" + KX + "2027, 2500 ,3000\r\n\r\n2028,2510.5,3000")
    write("ncci_edits.replace.csv", EDITS + "1,2,0,,,2026Q1\n")
    write(".DS_Store", "")
    prepare(settings)

    assert query("from raw.reference_kx_thresholds") == [
        ("2027", "2500", "3000", 2),
        ("2028", "2510.5", "3000", 4),
    ]
    assert query("from raw.reference_ncci_edits") == [("1", "2", "0", None, None, "2026Q1", 2)]
    files = "select reference_table, file, is_replacement, rows_read from raw.reference_files"
    assert query(files) == [
        ("kx_thresholds", "kx_thresholds.csv", False, 2),
        ("ncci_edits", "ncci_edits.replace.csv", True, 1),
    ]


def test_columns_may_stand_in_another_order(
    settings: Settings, write: Callable, query: Callable
) -> None:
    write("kx_thresholds.csv", "medical_review_threshold,calendar_year,pt_slp_threshold\n1,2,3\n")
    prepare(settings)

    assert query("from raw.reference_kx_thresholds") == [("2", "3", "1", 2)]


def test_a_file_that_is_taken_away_takes_its_rows_with_it(
    settings: Settings, write: Callable, query: Callable
) -> None:
    file = write("ncci_exempt_payers.csv", "payer_id,effective_from,effective_to\nP1,,\n")
    prepare(settings)
    assert query("from raw.reference_ncci_exempt_payers") == [("P1", None, None, 2)]

    file.unlink()
    prepare(settings)
    assert query("from raw.reference_ncci_exempt_payers") == []
    assert query("from raw.reference_files") == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("kx.csv", KX, "kx.csv belongs to no reference table"),
        ("kx_thresholds.txt", KX, "kx_thresholds.txt belongs to no reference table"),
        ("kx_thresholds.old.csv", KX, "kx_thresholds.old.csv belongs to no reference table"),
        ("kx_thresholds.csv", "", "line 1, column calendar_year: it is missing"),
        (
            "kx_thresholds.csv",
            "calendar_year,pt_slp_threshold\n",
            "line 1, column medical_review_threshold: it is missing",
        ),
        ("kx_thresholds.csv", KX[:-1] + ",ot\n", "line 1, column ot: it is unknown"),
        ("kx_thresholds.csv", KX[:-1] + ",\n", "line 1, column without a name: it is unknown"),
        (
            "kx_thresholds.csv",
            KX[:-1] + ",calendar_year\n",
            "line 1, column calendar_year: it is there twice",
        ),
        ("kx_thresholds.csv", KX + "2027,1\n", "line 2: it has 2 columns, and the header 3"),
        (
            "kx_thresholds.csv",
            KX + "SECRET,1,1\n",
            "line 2, column calendar_year: a whole number is expected",
        ),
        (
            "kx_thresholds.csv",
            KX + "2027,1,1\n\n2028,1.005,1\n",
            "line 4, column pt_slp_threshold: a number with at most 2 decimals is expected",
        ),
        (
            "kx_thresholds.csv",
            KX + "2027,99999999999999999,1\n",
            "line 2, column pt_slp_threshold: a number with at most 2 decimals is expected",
        ),
        ("kx_thresholds.csv", KX + "2027,,1\n", "column pt_slp_threshold: a value is required"),
        (
            "kx_thresholds.csv",
            KX + "2027,1,1\n2028,1,1\n02027,1,1\n",
            "line 4, column calendar_year: line 2 says the same",
        ),
        ("kx_thresholds.csv", KX + '"2027"x,1,1\n', "line 2: a quotation mark is out of place"),
        ("kx_thresholds.csv", (KX + "1,1,1\n").encode() + b"\xff,", "line 3: the file is not UTF"),
        (
            "ncci_edits.csv",
            EDITS + "1,2,0,2026-1-1,,2026Q1\n",
            "line 2, column effective_from: a date like 2026-01-31 is expected",
        ),
        (
            "ncci_edits.csv",
            EDITS + "1,2,0,,2026-02-30,2026Q1\n",
            "line 2, column deleted_on: a date like 2026-01-31 is expected",
        ),
        (
            "ncci_edits.csv",
            EDITS + "1,2,0,,,2026Q1\n1,2,1,,,2026Q2\n",
            "line 3, column column_1_code, column_2_code, effective_from, deleted_on: line 2",
        ),
        (
            "claim_status_categories.csv",
            "category_code,is_acceptance,is_rejection,is_payer,label\nA9,true,no,true,x\n",
            "line 2, column is_rejection: true or false is expected",
        ),
    ],
)
def test_what_cannot_be_used_is_named_before_any_work(
    settings: Settings, write: Callable, name: str, content: str | bytes, message: str
) -> None:
    write(name, content)

    for work in (prepare, load_landing):
        with pytest.raises(LoadError) as caught:
            work(settings)
        assert message in str(caught.value)
        assert str(caught.value).startswith(f"{settings.reference / name}")
        assert "SECRET" not in str(caught.value)
    assert not settings.warehouse.exists()


def test_a_table_has_one_file(settings: Settings, write: Callable) -> None:
    write("kx_thresholds.csv", KX)
    write("kx_thresholds.replace.csv", KX)

    with pytest.raises(LoadError, match=r"speak for the same table: keep one of them\.$"):
        prepare(settings)


def test_a_folder_is_no_table(settings: Settings) -> None:
    (settings.reference / "kx_thresholds.csv").mkdir(parents=True)

    with pytest.raises(LoadError, match="belongs to no reference table"):
        prepare(settings)


def test_the_versions_of_every_table_are_published() -> None:
    model = PROJECT_ROOT / "models" / "marts" / "quality" / "reference_versions.sql"
    named = set(re.findall(r"^    '(\w+)': ", model.read_text(), re.MULTILINE))
    assert named == {*reference_tables(), "icd10_codes"}
