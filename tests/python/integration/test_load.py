"""Loading a landing folder: what raw holds of each file, and what the run says of it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from landing_builder import write_csv, write_file, write_x12
from x12_builder import (
    ClaimPayment,
    ServiceLine,
    group,
    interchange,
    ta1,
    transaction_835,
    transaction_999,
)

from orchestration.ingest import KindSummary
from orchestration.ingest import load as loading
from orchestration.ingest.contract import read_contract

PAYER = {"payer_id": "P1", "payer_name": "Payer", "payer_type": "commercial"}
CLINIC = {"clinic_id": "C1", "clinic_name": "Café"}
PAYMENT = transaction_835([ClaimPayment("C1", [ServiceLine("97110", "80", "80")])])

Load = Callable[[], loading.LoadSummary]
Query = Callable[..., list[tuple]]


@pytest.fixture
def files(query: Query) -> Callable[[], dict[str, tuple]]:
    """Returns (status, reason, rows_read) by path."""

    def rows() -> dict[str, tuple]:
        return {
            file: rest
            for file, *rest in map(
                tuple, query("select file, status, reason, rows_read from raw.files")
            )
        }

    return rows


# What is loaded


def test_a_file_is_recorded_with_what_its_name_and_content_say(
    landing: Path, load: Load, query: Query
) -> None:
    path = write_csv(landing, "clinics", "2026-01-31", [CLINIC], folder="practice/a", is_gzip=True)

    load()

    # The hash of "clinic_id,clinic_name\nC1,Café\n", by sha256sum.
    sha256 = "74d6542ee474ff79b9136421454495c7894bfdcf375487c003761958feae6a0f"
    assert query("from raw.files") == [
        (
            "practice/a/clinics_20260131.csv.gz",
            sha256,
            "csv",
            "clinics",
            date(2026, 1, 31),
            "loaded",
            None,
            1,
            path.stat().st_size,
        )
    ]
    assert query(
        "select clinic_id, clinic_name, npi, file_sha256, row_number from raw.clinics"
    ) == [("C1", "Café", None, sha256, 2)]


def test_x12_is_loaded_by_set_and_by_interchange(landing: Path, load: Load, query: Query) -> None:
    text = interchange(group(PAYMENT), ta1s=[ta1(7)]) + interchange(
        group(transaction_999(1, [("0001", "A")])), control_number=2, usage="T"
    )
    write_x12(landing, "any name", text)

    load()

    assert query(
        "select set_number, interchange_number, st01, isa13, isa15 from raw.x12_transactions "
        "order by set_number"
    ) == [(1, 1, "835", "000000001", "P"), (2, 2, "999", "000000002", "T")]
    assert query("select len(ta1) from raw.x12_interchanges order by interchange_number") == [
        (1,),
        (0,),
    ]
    assert query("select kind, extract, extract_date, rows_read from raw.files") == [
        ("x12", None, None, 2)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_each_encoding_gives_the_same_text(
    landing: Path, load: Load, query: Query, encoding: str
) -> None:
    content = "clinic_id,clinic_name\nC1,Café “€”\n".encode(encoding)
    write_file(landing / "practice/clinics_20260131.csv", content)

    load()

    assert query("select clinic_id, clinic_name from raw.clinics") == [("C1", "Café “€”")]


def test_a_mark_of_utf8_before_cp1252_is_no_part_of_the_header(
    landing: Path, load: Load, query: Query
) -> None:
    content = b"\xef\xbb\xbfclinic_id,clinic_name\nC1,Caf\xe9\n"
    write_file(landing / "practice/clinics_20260131.csv", content)

    load()

    assert query("select clinic_id, clinic_name from raw.clinics") == [("C1", "Café")]


def test_the_same_content_under_several_names_is_loaded_once(
    landing: Path, load: Load, query: Query
) -> None:
    write_csv(landing, "payers", "2026-01-31", [PAYER])
    write_csv(landing, "payers", "2026-02-28", [PAYER], is_gzip=True)
    write_x12(landing, "a", interchange(group(PAYMENT)))
    write_x12(landing, "b/c", interchange(group(PAYMENT)))

    summary = load()

    assert query("select count(*) from raw.payers") == [(1,)]
    assert query("select count(*) from raw.x12_transactions") == [(1,)]
    assert query("select count(*), count(distinct sha256) from raw.files") == [(4, 2)]
    assert summary.csv == KindSummary(files=2, new_files=1, new_rows=1)
    assert summary.x12 == KindSummary(files=2, new_files=1, new_rows=1)


# What is quarantined


def test_a_file_that_cannot_be_used_is_quarantined_with_its_reason(
    landing: Path, load: Load, query: Query, files: Callable[[], dict[str, tuple]]
) -> None:
    practice, x12 = landing / "practice", landing / "x12"
    write_file(practice / "clinics.csv", b"clinic_id,clinic_name\nC1,A\n")
    write_file(practice / "clinics_20260101.csv", b"")
    write_file(practice / "clinics_20260102.csv", b"clinic_id\nC1\n")
    write_file(practice / "clinics_20260103.csv", b"clinic_id,clinic_name\nC1,\x81\xe9\n")
    write_file(practice / "clinics_20260104.csv", "clinic_id,clinic_name\n".encode("utf-16"))
    write_file(practice / "clinics_20260105.csv.gz", b"clinic_id,clinic_name\nC1,A\n")
    write_file(x12 / "no isa", b"clinic_id,clinic_name\n")
    write_file(x12 / "cut.gz", b"\x1f\x8b\x08")

    summary = load()

    pattern = "The file name is not <extract>_<YYYYMMDD>[_<anything>].csv or .csv.gz."
    missing = "The required column clinic_name is missing in the header."
    cp1252 = "The file is not UTF-8, and a byte in it has no character in CP1252."
    compressed = "The file cannot be decompressed."
    assert files() == {
        "practice/clinics.csv": ["quarantined", pattern, 0],
        "practice/clinics_20260101.csv": ["quarantined", "The file is empty.", 0],
        "practice/clinics_20260102.csv": ["quarantined", missing, 0],
        "practice/clinics_20260103.csv": ["quarantined", cp1252, 0],
        "practice/clinics_20260104.csv": [
            "quarantined",
            "The file is UTF-16; UTF-8 is expected.",
            0,
        ],
        "practice/clinics_20260105.csv.gz": ["quarantined", compressed, 0],
        "x12/no isa": ["quarantined", "The file has no ISA segment.", 0],
        "x12/cut.gz": ["quarantined", compressed, 0],
    }
    assert query("select count(*) from raw.clinics") == [(0,)]
    assert summary.csv == KindSummary(files=6, quarantined_files=6)
    # Each is named with its reason, on every night that it lies there.
    for _ in range(2):
        for file, (_, reason, _) in files().items():
            assert sum(f"{file}: quarantined: {reason}" in line for line in load.report) == 1
        load()


def test_a_byte_that_cannot_be_read_undoes_the_rows_before_it(
    landing: Path, load: Load, query: Query
) -> None:
    # The byte stands behind the first batch of rows, which was inserted already.
    rows = b"".join(b"C%d,A\n" % number for number in range(60_000))
    write_file(
        landing / "practice/clinics_20260101.csv", b"clinic_id,clinic_name\n" + rows + b"\x81"
    )

    load()

    assert query("select count(*) from raw.clinics") == [(0,)]
    assert query("select status from raw.files") == [("quarantined",)]


def test_broken_rows_and_sets_are_quarantined_alone(
    landing: Path, load: Load, query: Query
) -> None:
    content = b'clinic_id,clinic_name\nC1,A\nC2\n\nC3,"B\nC4,D\n'
    write_file(landing / "practice/clinics_20260101.csv", content)
    text = interchange(group(PAYMENT, transaction_835([], control_number="0002")))
    write_x12(landing, "a", text.replace("SE*10*0002", "SE*12*0002"))

    summary = load()

    assert query("select clinic_id, row_number from raw.clinics order by row_number") == [
        ("C1", 2),
        ("C4", 6),
    ]
    assert query("select row_number, text from raw.quarantined_rows order by row_number") == [
        (3, "C2"),
        (5, 'C3,"B'),
    ]
    assert query("select st02, frame_error from raw.x12_transactions order by set_number") == [
        ("0001", None),
        ("0002", "SE01 does not count the segments."),
    ]
    assert query("select kind, status, rows_read from raw.files order by kind") == [
        ("csv", "loaded", 4),
        ("x12", "loaded", 2),
    ]
    assert summary.csv == KindSummary(files=1, new_files=1, new_rows=4, new_quarantined_rows=2)
    assert summary.x12 == KindSummary(files=1, new_files=1, new_rows=2, new_quarantined_rows=1)


def test_no_report_holds_a_word_of_a_file(landing: Path, load: Load, query: Query) -> None:
    for extract in read_contract().values():
        name, header = extract.name, ",".join(extract.columns)
        row = ",".join(f"ZZCANARY{column}" for column in extract.columns)
        broken = f'{header}\n{row}\n{row},ZZCANARY\n"{row}\n{row}"\nZZCANARY\n"ZZCANARY'
        folder = landing / "practice" / name
        write_file(folder / f"{name}_20260101.csv", broken.encode())
        write_file(folder / f"{name}_20260102.csv", f"{row}\n{row}\n".encode())
        write_file(
            folder / f"{name}_20260103.csv", f"ZZCANARY,{header}\n{row}\n".encode() + b"\x81\xe9"
        )
        write_file(folder / f"{name}_20260104.csv", f'"ZZCANARY,{header}\n{row}\n'.encode())
        write_file(folder / f"{name}_20260105.csv", f"{header},{header},ZZCANARY\n".encode())
    text = interchange(group(PAYMENT)).replace("DOE", "ZZCANARY")
    for number, (old, new) in enumerate(
        [
            ("ISA*", "ZZCANARY*"),
            ("SE*", "SE*ZZCANARY"),
            ("GE*", "ZZCANARY*"),
            ("IEA*", "GE*ZZCANARY~IEA*"),
        ]
    ):
        write_x12(landing, str(number), text.replace(old, new))
    write_x12(landing, "text around", f"ZZCANARY\n{text}ZZCANARY")

    load()
    load()

    assert query("select count(*) from raw.quarantined_rows where text like '%ZZCANARY%'") > [(40,)]
    told = (
        "\n".join(load.report)
        + str(
            query("select reason from raw.files union all select reason from raw.quarantined_rows")
        )
        + str(query("select frame_error from raw.x12_transactions"))
    )
    assert "quarantined" in told
    assert "ZZCANARY" not in told
