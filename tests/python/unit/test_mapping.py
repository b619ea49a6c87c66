"""Mappings: what is refused before any work, and what becomes of names, values and dates."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from landing_builder import write_file

from orchestration.ingest import LoadError, load_landing
from orchestration.ingest.contract import read_contract
from orchestration.ingest.errors import UnreadableFileError
from orchestration.ingest.mapping import Mapping, read_mapping
from orchestration.ingest.mapping.columns import MappedReader
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError

CLINICS = """
mapping: demo
files:
  - extract: clinics
    columns: {clinic_id: Code, clinic_name: Name}
"""
TABLES = """
mapping: demo
tables: {place: [id, name]}
files:
  - {extract: clinics, of: place, sql: clinics.sql}
"""


def read(tmp_path: Path, text: str, sql: str | None = None) -> Mapping:
    if sql is not None:
        write_file(tmp_path / "demo" / "clinics.sql", sql.encode())
    return read_mapping(write_file(tmp_path / "demo.yml", text.encode()), read_contract())


def test_the_example_can_be_used_as_it_stands() -> None:
    mapping = read_mapping(PROJECT_ROOT / "mappings" / "example.yml", read_contract())
    assert [one.pattern.day("Schedule 01-31-2026 (2).csv") for one in mapping.files] == [
        None,
        date(2026, 1, 31),
        None,
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("mapping: demo", "mapping: [demo"), ": the file is no YAML."),
        (("mapping: demo", ""), "it must say mapping: and the name of the system."),
        (("extract: clinics", "extract: clinic"), "the extract clinic is unknown: it is one of"),
        (("clinic_name: Name", "clinic_nam: Name"), "clinics has no column clinic_nam in the"),
        ((", clinic_name: Name", ""), "clinics needs the column clinic_name, which nothing is"),
        (("    columns", "    name: clinics.csv\n    columns"), "clinics.csv must hold {date}"),
        (("    columns", "    date: '%H'\n    columns"), "must be a format of year, month and"),
        (("    columns", "    files: x\n    columns"), "has the unknown key files: it knows col"),
        (("Name", "{from: Name, always: x}"), "clinics.columns.clinic_name must have either from"),
        (("Name", "{from: Name, date: '%m/%d'}"), "clinic_name.date must be a format of year"),
        (("Name", "{from: Name, values: {1: a}}"), "clinic_name.values must be texts: put numb"),
        (("    columns", "    sql: x.sql\n    columns"), "clinics must have either columns or"),
    ],
)
def test_what_a_mapping_says_wrongly_is_named(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(LoadError) as caught:
        read(tmp_path, CLINICS.replace(*change, 1))
    assert str(caught.value).startswith(str(tmp_path / "demo.yml"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select id as clinic_id, row_number from delivered", "needs the column clinic_name"),
        ("select id as clinic_id, name as clinic_name from delivered", "must give row_number"),
        ("select nam as clinic_id from delivered", 'Referenced column "nam" not found'),
        ("select * from places", "Table with name places does not exist"),
        ("select id as clinic_id, name as clinic_name, 1 as x, row_number from place", "column x"),
        ("from read_csv('/etc/passwd')", "clinics.sql cannot be run"),
        ("select 1; select 2", "clinics.sql cannot be run"),
    ],
)
def test_sql_that_cannot_be_used_is_named(tmp_path: Path, sql: str, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(tmp_path, TABLES, sql)
    assert message in str(caught.value)


def test_a_wrong_mapping_is_told_before_any_file_is_made(settings: Settings) -> None:
    mapping = write_file(settings.home.parent / "demo.yml", b"mapping: demo")
    with pytest.raises(LoadError, match="must have a list files"):
        load_landing(replace(settings, mapping=mapping))
    with pytest.raises(LoadError, match="cannot be read: No such file"):
        load_landing(replace(settings, mapping=mapping.with_name("other.yml")))
    assert not settings.home.exists()


def test_the_setting_names_a_mapping_of_the_project_or_a_path(tmp_path: Path) -> None:
    own = write_file(tmp_path / "own.yml", b"")
    read_setting = Settings.from_environment
    assert read_setting({"BILLING_MAPPING": str(own)}).mapping == own
    assert read_setting({}).mapping is None
    for wrong in ("nosuch", str(tmp_path / "no.yml"), str(tmp_path)):
        with pytest.raises(SettingsError, match=r"^BILLING_MAPPING must be the path"):
            read_setting({"BILLING_MAPPING": wrong})


APPOINTMENTS = """
mapping: demo
empty: ["NULL"]
files:
  - extract: appointments
    columns:
      appointment_id: "Appt #"
      patient_id: Patient
      clinic_id: {always: EAST}
      provider_id: Therapist
      scheduled_at: {from: Start, timestamp: "%m/%d/%Y %I:%M %p"}
      booked_at: {from: Booked, timestamp: "%m/%d/%Y"}
      status:
        from: Status
        values: {Kept: completed, "No Show": no_show, "": scheduled}
      kind: {from: Type, values: {Eval: evaluation}, otherwise: treatment}
"""
HEADER = "Appt #,Patient,Therapist,Start,Booked,STATUS,Type,Memo\n"


def mapped(tmp_path: Path, rows: str) -> tuple[MappedReader, list]:
    mapping = read(tmp_path, APPOINTMENTS)
    stream = io.StringIO(HEADER + rows, newline="")
    reader = MappedReader(stream, mapping, mapping.files[0])
    return reader, list(reader.batches())


def test_names_values_and_dates_become_those_of_the_contract(tmp_path: Path) -> None:
    row = '7,P1,PT7,1/5/2026 9:30 AM,NULL,kept ,Eval,"a, b"\n'
    reader, (batch,) = mapped(tmp_path, row)
    (values,) = batch.rows
    found = {name: values[place] for name, place in reader.contract_columns.items()}
    assert found == {
        "appointment_id": "7",
        "patient_id": "P1",
        "clinic_id": "EAST",
        "provider_id": "PT7",
        "scheduled_at": "2026-01-05 09:30:00",
        "booked_at": "",
        "status": "completed",
        "kind": "evaluation",
    }
    assert batch.row_numbers == [2]
    # As it was delivered, what is not mapped included.
    assert '"Memo": "a, b"' in reader.extra_columns(values)
    assert "1/5/2026 9:30 AM" in reader.extra_columns(values)


def test_an_empty_or_unlisted_value_goes_by_what_the_list_says(tmp_path: Path) -> None:
    rows = "7,P1,PT7,1/5/2026 9:30 AM,,,Massage,\n8,P1,PT7,1/5/2026 9:30 AM,,No show,,\n"
    reader, (batch,) = mapped(tmp_path, rows)
    places = reader.contract_columns
    found = [(row[places["status"]], row[places["kind"]]) for row in batch.rows]
    assert found == [("scheduled", "treatment"), ("no_show", "")]


def test_what_cannot_be_mapped_is_rejected_with_its_line_and_no_value(tmp_path: Path) -> None:
    rows = (
        "1,P1,PT7,2026-01-05 09:30,,Kept,Eval,\n"
        "2,P1,PT7,1/5/2026 9:30 AM,,ZZCANARY,Eval,\n"
        "3,P1,PT7,2/30/2026 9:30 AM,,Kept,Eval,\n"
        "4,P1\n"
        "5,P1,PT7,1/5/2026 9:30 AM,,Kept,Eval,\n"
    )
    _, (batch,) = mapped(tmp_path, rows)
    assert batch.row_numbers == [6]
    form = "The mapping expects scheduled_at in the form %m/%d/%Y %I:%M %p."
    assert {one.row_number: one.reason for one in batch.rejected} == {
        2: form,
        3: "The mapping lists no value of status for what the file holds.",
        4: form,
        5: "The row has 2 fields and the header 8.",
    }
    assert [one.text for one in batch.rejected if one.row_number == 3] == [
        "2,P1,PT7,1/5/2026 9:30 AM,,ZZCANARY,Eval,"
    ]


def test_money_loses_what_is_not_of_a_number(tmp_path: Path) -> None:
    text = """
mapping: demo
files:
  - extract: fee_schedules
    columns:
      payer_id: Plan
      cpt_code: Code
      effective_from: {from: From, date: "%d-%b-%y"}
      allowed_amount: {from: Allowed, remove: "$,"}
"""
    mapping = read(tmp_path, text)
    stream = io.StringIO('Plan,Code,From,Allowed\nA,97110,05-Jan-26,"$1,031.50"\n', newline="")
    (batch,) = MappedReader(stream, mapping, mapping.files[0]).batches()
    assert batch.rows[0][:4] == ["A", "97110", "2026-01-05", "1031.50"]


def test_a_file_without_a_column_that_is_needed_is_refused(tmp_path: Path) -> None:
    mapping = read(tmp_path, CLINICS)
    with pytest.raises(UnreadableFileError, match="The required column name is missing"):
        MappedReader(io.StringIO("Code\nEAST\n", newline=""), mapping, mapping.files[0])
