"""Loading a landing folder under a mapping: what raw holds, and that no line is lost."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from checked import judged
from landing_builder import query_warehouse, raw_rows, write_csv, write_file

from orchestration.ingest import load_landing
from orchestration.settings import Settings

MAPPING = """
mapping: demo
tables:
  place: [id, name, owner]
  owner: [id, title]
files:
  - extract: payers
    name: "Plans {date}*.csv"
    date: "%m-%d-%Y"
    columns:
      payer_id: Plan
      payer_name: Plan Name
      payer_type: {from: Kind, values: {MCR: medicare, COM: commercial}}
  - {extract: clinics, of: place, sql: clinics.sql}
"""
SQL = """
select
    p.row_number,
    p.id as clinic_id,
    p.name as clinic_name,
    o.title as organization_name,
    case when p.name = 'closed' then 'The place is closed.' end as left_out
from delivered as p
left join owner as o on p.owner = o.id
where p.name is distinct from 'forgotten'
"""
PLANS = "practice/Plans 01-31-2026.csv"
PLACES = "practice/place_20260131.csv"
ONE_PLAN = "Plan,Plan Name,Kind\nA,Acme,COM\n"
Write = Callable[[str, str], Path]


@pytest.fixture
def mapped(settings: Settings) -> Settings:
    """The settings with a mapping."""
    folder = settings.home.parent
    write_file(folder / "demo" / "clinics.sql", SQL.encode())
    return replace(settings, mapping=write_file(folder / "demo.yml", MAPPING.encode()))


@pytest.fixture
def write(landing: Path) -> Write:
    """Writes a file of the landing folder."""
    return lambda name, text: write_file(landing / name, text.encode())


def write_all(write: Write) -> None:
    write(PLANS, "Plan,Plan Name,Kind\nA,Acme,COM\nB,Bay,??\nM,Medicare,MCR\n")
    places = "id,name,owner,secret\n1,East,9,s\n2,closed,9,s\n3,forgotten,9,s\n4,West,8,s\n5\n"
    write(PLACES, places)
    write("practice/owner_20260131.csv", "id,title\n9,Riverside\n")


def test_every_line_is_taken_left_out_or_in_quarantine(mapped: Settings, write: Write) -> None:
    write_all(write)
    load_landing(mapped)

    files = "select file, kind, extract, cast(extract_date as varchar), status, rows_read"
    assert query_warehouse(mapped, f"{files} from raw.files order by file") == [
        (f"{PLANS} > payers", "csv", "payers", "2026-01-31", "loaded", 3),
        (f"{PLACES} > clinics", "csv", "clinics", "2026-01-31", "loaded", 4),
    ]
    payers = "select payer_id, payer_name, payer_type, row_number from raw.payers order by 1"
    assert query_warehouse(mapped, payers) == [
        ("A", "Acme", "commercial", 2),
        ("M", "Medicare", "medicare", 4),
    ]
    clinics = "select clinic_id, organization_name, extra_columns, row_number from raw.clinics"
    assert query_warehouse(mapped, f"{clinics} order by 1") == [
        ("1", "Riverside", '{"id": "1", "name": "East", "owner": "9"}', 2),
        ("4", None, '{"id": "4", "name": "West", "owner": "8"}', 5),
    ]
    rejected = "select extract, row_number, reason from raw.quarantined_rows order by 1, 2"
    assert query_warehouse(mapped, rejected) == [
        ("clinics", 4, "The mapping's SQL gives no row for it, and no reason."),
        ("clinics", 6, "The row has 1 fields and the header 4."),
        ("payers", 3, "The mapping lists no value of payer_type for what the file holds."),
    ]
    mapped_rows = "select extract, mapping, outcome, reason, row_count from raw.mapped_rows"
    assert query_warehouse(mapped, f"{mapped_rows} order by 1, 3") == [
        ("clinics", "demo", "left out", "The place is closed.", 1),
        ("clinics", "demo", "taken", None, 4),
        ("payers", "demo", "taken", None, 3),
    ]


def test_the_hashes_of_what_was_delivered_are_kept(mapped: Settings, write: Write) -> None:
    write(PLANS, ONE_PLAN)
    load_landing(mapped)
    found = "select delivered_sha256, length(mapping_sha256), sha256 from raw.mapped_rows"
    ((delivered, length, mapped_sha256),) = query_warehouse(mapped, found)
    assert (delivered, length) == (hashlib.sha256(ONE_PLAN.encode()).hexdigest(), 64)
    assert query_warehouse(mapped, "select sha256 from raw.files") == [(mapped_sha256,)]


def test_loading_again_changes_nothing(mapped: Settings, write: Write) -> None:
    write_all(write)
    load_landing(mapped)
    before = raw_rows(mapped)
    summary = load_landing(mapped)
    assert summary.csv.new_files == 0
    assert raw_rows(mapped) == before


def test_a_changed_mapping_or_joined_file_counts_in_place(mapped: Settings, write: Write) -> None:
    write_all(write)
    load_landing(mapped)
    write("practice/owner_20260131.csv", "id,title\n8,Lakeside\n")
    text = mapped.mapping.read_text().replace("COM: commercial", "COM: auto")
    mapped.mapping.write_text(text)
    load_landing(mapped)

    current = (
        "select t.{} from raw.{} as t inner join raw.files as f "
        "on t.file_sha256 = f.sha256 order by t.row_number"
    )
    types = query_warehouse(mapped, current.format("payer_type", "payers"))
    assert types == [("auto",), ("medicare",)]
    owners = query_warehouse(mapped, current.format("organization_name", "clinics"))
    assert owners == [(None,), ("Lakeside",)]


def test_a_file_counts_once_with_or_without_a_mapping(
    mapped: Settings, settings: Settings, write: Write
) -> None:
    write(PLANS, ONE_PLAN)
    files = "select file, status from raw.files"
    load_landing(settings)
    assert query_warehouse(settings, files) == [(PLANS, "quarantined")]
    load_landing(mapped)
    assert query_warehouse(settings, files) == [(f"{PLANS} > payers", "loaded")]
    load_landing(settings)
    assert query_warehouse(settings, files) == [(PLANS, "quarantined")]


def test_a_joined_file_that_is_missing_is_named(mapped: Settings, write: Write) -> None:
    write_all(write)
    write("practice/place_20260228.csv", "id,name,owner\n1,East,9\n")
    load_landing(mapped)
    reason = "select reason from raw.files where status = 'quarantined'"
    assert query_warehouse(mapped, reason) == [
        ("The mapping demo joins it with a file owner_{date} of the same day: there is none.",)
    ]


def test_a_joined_file_without_a_column_is_named(mapped: Settings, write: Write) -> None:
    write_all(write)
    write("practice/owner_20260131.csv", "id,name\n9,Riverside\n")
    load_landing(mapped)
    reason = "select reason from raw.files where status = 'quarantined'"
    ((told,),) = query_warehouse(mapped, reason)
    assert told.startswith("practice/owner_20260131.csv, which is joined: The required column tit")


def test_a_file_of_the_contract_beside_is_read_as_such(mapped: Settings, landing: Path) -> None:
    write_csv(landing, "clinics", "2026-01-31", [{"clinic_id": "C", "clinic_name": "Clinic"}])
    write_file(landing / "practice" / "other.csv", b"a\n")
    load_landing(mapped)
    files = "select file, reason from raw.files order by file"
    (clinics, _), (other, reason) = query_warehouse(mapped, files)
    assert (clinics, other) == ("practice/clinics_20260131.csv", "practice/other.csv")
    assert reason.startswith("The mapping demo names no file like it. The file name is not <ext")


def test_a_line_that_comes_out_twice_keeps_the_file_out(mapped: Settings, write: Write) -> None:
    write_all(write)
    write("practice/owner_20260131.csv", "id,title\n9,Riverside\n9,Lakeside\n")
    load_landing(mapped)
    reason = "select reason from raw.files where status = 'quarantined'"
    assert query_warehouse(mapped, reason) == [
        ("clinics.sql of the mapping gives 2 lines more than once: each line becomes one row.",)
    ]


def test_the_check_of_a_landing_folder_understands_a_mapping(
    mapped: Settings, write: Write
) -> None:
    write_all(write)
    with judged(mapped) as (memory, _, found):
        counts = memory.rows(
            "select file, rows_read, rows_staged, rows_quarantined "
            "from staging.stg_load__row_counts order by file"
        )
    assert found[f"{PLANS} > payers"].wrong == (
        "line 3: The mapping lists no value of payer_type for what the file holds.",
    )
    assert found[f"{PLACES} > clinics"].notes == (
        "left out by the mapping: 1 lines: The place is closed.",
    )
    assert counts == [(f"{PLANS} > payers", 3, 2, 1), (f"{PLACES} > clinics", 4, 2, 2)]
    assert not mapped.home.exists()
