"""Public quarterly files into reference tables. Files have the real layout and invented content.

Codes that no procedure table knows stand beside ours, and are left out.
"""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from orchestration.ingest.reference_tables import read_reference_files
from orchestration.reference.__main__ import main

NOTICE = "A notice, with commas, and a year that is not the file's: copyright 2019 of somebody."

EDITS = "\n".join(
    [
        f'"{NOTICE}"',
        "Column1/Column2 Edits\t\t\t\t\t\t",
        "Column 1\tColumn 2\t*=old\tEffective\tDeletion\tModifier\tRationale",
        "\t\t\tDate\tDate\t0=not allowed\t",
        "\t\t\t\t*=no data\t1=allowed\t",
        "97110\t97116\t\t20240101\t*\t1\tInvented",
        "97110\t97530\t*\t19960101\t20251231\t9\tInvented",
        "97110\t97530\t\t20260101\t*\t0\tInvented",
        "97110\t00001\t\t20240101\t*\t1\tThe second code is not known",
        "00001\t97110\t\t20240101\t*\t1\tThe first code is not known",
        "",
    ]
)
MUE = "\n".join(
    [
        f'"{NOTICE}\nIt goes on.",,,',
        '"HCPCS/\nCPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","Why"',
        '"97110","5","3 Date of Service Edit","Invented"',
        '"97161","1","2 Date of Service Edit","Invented"',
        '"00001","9","3 Date of Service Edit","Invented"',
        "",
    ]
)
COLUMNS_ABOVE = ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,,,,,,"
COLUMNS_MIDDLE = (
    ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,"
    "POST,MULT,BILAT,ASST,CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
)
COLUMNS_BELOW = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,"
    "DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,"
    "AMOUNT"
)


def value_row(code: str, modifier: str = "", work: str = "0.45", reduction: str = "5") -> str:
    return (
        f'{code},{modifier},"A label, ours",A,,{work},0.41,,0.31,,0.02,0.88,0.78,0,XXX,0,0,0,'
        f"{reduction},0,0,0,0,,40.1234,09,0,99,0,0,0"
    )


def values(*rows: str, title: str = "2026 Fee Schedule Relative Value File January Release") -> str:
    notice = f',,"{NOTICE}"'
    head = [f",,{title},,", notice, "RELEASED 12/19/2025,,", COLUMNS_ABOVE, COLUMNS_MIDDLE]
    return "\n".join([*head, COLUMNS_BELOW, *rows, ""])


VALUES = values(
    value_row("97110"),
    value_row("97110", modifier="26", work="9"),
    value_row("97161", work="1.54", reduction="0"),
    value_row("00001"),
)
VALUES_HEADER = "cpt_code,effective_from,medicare_status,is_multiple_procedure_reduced,rvu_work,"
VALUES_HEADER += "rvu_practice_expense,rvu_malpractice"
EDITS_HEADER = (
    "column_1_code,column_2_code,modifier_indicator,effective_from,deleted_on,reference_quarter"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Writes the files given by name, a mapping as an archive, and runs the command on them."""
    monkeypatch.setenv("BILLING_REFERENCE", str(tmp_path / "reference"))

    def command(files: Mapping[str, str | Mapping[str, str]], *options: str) -> int:
        folder = tmp_path / "downloads"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            if isinstance(content, str):
                (folder / name).write_text(content, encoding="latin-1")
                continue
            with zipfile.ZipFile(folder / name, "w") as archive:
                for member, text in content.items():
                    archive.writestr(member, text)
        return main([*options, *(str(folder / name) for name in files)])

    return command


@pytest.fixture
def written(tmp_path: Path) -> Callable[[], dict[str, list[str]]]:
    """The lines of the files in the folder of reference tables, which must be usable."""

    def lines() -> dict[str, list[str]]:
        read_reference_files(tmp_path / "reference")
        files = sorted((tmp_path / "reference").glob("*"))
        return {file.name: file.read_text().splitlines() for file in files}

    return lines


def test_edits_of_known_pairs_come_with_their_dates(
    run: Callable, written: Callable, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run({"edits.zip": {"ccipra-v320r0-f1.TXT": EDITS, "ccipra-v320r0-f1.xlsx": "x"}}) == 0

    assert written() == {
        "ncci_edits.csv": [
            EDITS_HEADER,
            "97110,97116,1,2024-01-01,,2026Q1",
            "97110,97530,9,1996-01-01,2025-12-31,2026Q1",
            "97110,97530,0,2026-01-01,,2026Q1",
        ]
    }
    assert capsys.readouterr().out.splitlines() == [
        "ccipra-v320r0-f1.TXT: NCCI edits from 2026-01-01 on, 3 rows of known codes",
        f"written: {tmp_path}/reference/ncci_edits.csv, 3 rows",
    ]


def test_maximums_and_values_come_from_the_day_they_count(run: Callable, written: Callable) -> None:
    files = {"MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": MUE, "values.csv": VALUES}
    assert run(files) == 0

    assert written() == {
        "conversion_factors.csv": [
            "effective_from,effective_to,conversion_factor",
            "2026-01-01,2026-12-31,40.1234",
        ],
        "daily_maximums.csv": [
            "cpt_code,effective_from,max_units_per_day",
            "97110,2026-04-01,5",
            "97161,2026-04-01,1",
        ],
        "relative_values.csv": [
            VALUES_HEADER,
            "97110,2026-01-01,A,true,0.45,0.41,0.02",
            "97161,2026-01-01,A,false,1.54,0.41,0.02",
        ],
    }


def test_rows_of_other_quarters_stay_and_those_of_the_same_are_replaced(
    run: Callable, written: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    run({"mue_2026q1.csv": MUE})
    run({"mue_2026q2.csv": MUE.replace('"5"', '"4"')})
    run({"mue_2026q2_again.csv": MUE.replace('"5"', '"3"')})

    rows = [
        "cpt_code,effective_from,max_units_per_day",
        "97110,2026-01-01,5",
        "97110,2026-04-01,3",
        "97161,2026-01-01,1",
        "97161,2026-04-01,1",
    ]
    assert written() == {"daily_maximums.csv": rows}
    capsys.readouterr()
    assert run({"mue_2026q2_again.csv": MUE.replace('"5"', '"3"')}) == 0
    assert capsys.readouterr().out.endswith("Nothing is new.\n")
    assert written() == {"daily_maximums.csv": rows}


def test_a_pair_is_what_its_newest_file_says(run: Callable, written: Callable) -> None:
    later = EDITS.replace("19960101\t20251231", "19960101\t20251230")
    run({"ccipra-v321r0-f1.txt": later})
    newest = written()
    assert newest["ncci_edits.csv"][2] == "97110,97530,9,1996-01-01,2025-12-30,2026Q2"

    run({"ccipra-v313r0-f1.txt": EDITS})  # 2025Q4 says nothing new of these pairs
    assert written() == newest
    run({"ccipra-v322r0-f1.txt": EDITS.replace("97110\t97116", "97110\t97140")})

    assert written()["ncci_edits.csv"][1:] == [
        "97110,97116,1,2024-01-01,,2026Q2",
        "97110,97140,1,2024-01-01,,2026Q3",
        "97110,97530,9,1996-01-01,2025-12-31,2026Q3",
        "97110,97530,0,2026-01-01,,2026Q3",
    ]


def test_codes_of_the_practice_are_known_and_its_file_is_the_one_that_grows(
    run: Callable, written: Callable, tmp_path: Path
) -> None:
    folder = tmp_path / "reference"
    folder.mkdir()
    header = (
        "cpt_code,label,category,timing,minutes_per_unit,is_always_therapy,max_units_per_day,"
        "mue_adjudication_indicator,medicare_status,is_multiple_procedure_reduced,rvu_work,"
        "rvu_practice_expense,rvu_malpractice,reference_quarter\n"
    )
    only = header + "00001,Ours,other,untimed,,false,1,2,A,false,0.1,0.1,0.1,2026Q1\n"
    (folder / "procedures.replace.csv").write_text(only)
    maximums = "cpt_code,effective_from,max_units_per_day\n00001,2025-01-01,2\n"
    (folder / "daily_maximums.replace.csv").write_text(maximums)

    assert run({"mue_2026q1.csv": MUE}) == 0
    assert written()["daily_maximums.replace.csv"] == [
        "cpt_code,effective_from,max_units_per_day",
        "00001,2025-01-01,2",
        "00001,2026-01-01,9",
    ]
    assert "daily_maximums.csv" not in written()


def test_of_an_archive_what_is_not_known_is_left_out(run: Callable, written: Callable) -> None:
    other_factor = VALUES.replace("40.1234", "41.9999")
    archive = {
        "doc/readme.txt": NOTICE,
        "PPRRVU2026_Jan_nonQPP.csv": VALUES,
        "PPRRVU2026_Jan_QPP.csv": other_factor,
        "GPCI2026.csv": "a,b\n1,2\n",
    }
    assert run({"rvu26a.zip": archive}) == 0
    assert written()["conversion_factors.csv"][1:] == ["2026-01-01,2026-12-31,40.1234"]


@pytest.mark.parametrize(
    ("name", "title", "day"),
    [
        ("values.csv", "2025 Fee Schedule Relative Value File October Release", "2025-10-01"),
        ("PPRRVU25_JUL.csv", "Relative Value File", "2025-07-01"),
        ("PPRRVU2026_Apr_nonQPP.csv", "Relative Value File", "2026-04-01"),
    ],
)
def test_a_release_says_its_day_in_title_or_name(
    run: Callable, written: Callable, name: str, title: str, day: str
) -> None:
    assert run({name: values(value_row("97110"), title=title)}) == 0
    assert written()["relative_values.csv"][1].startswith(f"97110,{day},")


def test_what_is_said_of_the_day_counts_for_every_file(run: Callable, written: Callable) -> None:
    assert run({"mue.csv": MUE, "values.csv": VALUES}, "--effective", "2026-02-01") == 0
    assert written()["daily_maximums.csv"][1] == "97110,2026-02-01,5"
    assert written()["relative_values.csv"][1].startswith("97110,2026-02-01,")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"mue.csv": MUE}, "mue.csv does not say from when it counts: say it with EFFECTIVE="),
        ({"notes_2026q1.txt": NOTICE}, "notes_2026q1.txt holds no public file that is known"),
        ({"edits_2026q1.xlsx": "PK"}, "a workbook is not read: give the archive"),
        ({"a.zip": {"a_2026q1.xlsx": "x"}}, "a.zip holds no public file that is known"),
        (
            {"mue_2026q1.csv": MUE.replace("Practitioner", "Outpatient Hospital")},
            "mue_2026q1.csv is for another setting",
        ),
        ({"ccioph-v320r0-f1.txt": EDITS}, "ccioph-v320r0-f1.txt is for another setting"),
        (
            {"e_2026q1.txt": EDITS.replace("20240101\t*\t1", "20240230\t*\t1")},
            "e_2026q1.txt, line 6, column effective_from: a date like 2026-01-31 is expected",
        ),
        (
            {"e_2026q1.txt": EDITS.replace("20240101\t*\t1", "20240101\t*\t7")},
            "e_2026q1.txt, line 6, column modifier_indicator: 0, 1 or 9 is expected",
        ),
        (
            {"mue_2026q1.csv": MUE.replace('"5"', '"five"')},
            "mue_2026q1.csv, line 5, column max_units_per_day: a whole number is expected",
        ),
        (
            {"values.csv": VALUES.replace(",0.45,", ",NA,")},
            "values.csv, line 7, column rvu_work: a number with at most 2 decimals is expected",
        ),
        (
            {"values.csv": VALUES.replace(",MULT,", ",,")},
            "values.csv has no column for is_multiple_procedure_reduced",
        ),
        (
            {"values.csv": VALUES.replace("40.1234", "40.5", 1)},
            "values.csv has several conversion factors",
        ),
        ({"good_2026q1.csv": MUE, "bad.csv": "a,b\n"}, "bad.csv holds no public file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_written(
    run: Callable,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    files: Mapping[str, str],
    message: str,
) -> None:
    assert run(files) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "reference").exists()


def test_a_damaged_archive_and_a_missing_file_are_named(
    run: Callable, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run({"good.zip": {"mue_2026q1.csv": MUE * 50}})
    content = bytearray((tmp_path / "downloads" / "good.zip").read_bytes())
    content[60:80] = b"x" * 20
    (tmp_path / "bad.zip").write_bytes(content)

    assert main([str(tmp_path / "bad.zip")]) == 1
    assert "bad.zip is a damaged or protected archive" in capsys.readouterr().err
    assert main([str(tmp_path / "none.zip")]) == 1
    assert "none.zip cannot be read: No such file or directory" in capsys.readouterr().err
    assert main([]) == 1
    assert "Say which files" in capsys.readouterr().err


def test_a_table_of_the_practice_that_cannot_be_used_stops_it(
    run: Callable, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "notes.csv").write_text("x\n")

    assert run({"mue_2026q1.csv": MUE}) == 1
    assert "notes.csv belongs to no reference table" in capsys.readouterr().err
    assert [one.name for one in (tmp_path / "reference").iterdir()] == ["notes.csv"]
