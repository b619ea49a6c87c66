"""The mapping that ships for OpenEMR, on a generated dump: rows, accounting, metrics by hand."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from checked import judged
from landing_builder import make_settings
from openemr_dump import kept, write_dump

from orchestration.landing_check.findings import FileFindings
from orchestration.landing_check.memory import Memory
from orchestration.settings import Settings

BUILT = ("no_show_rate", "cancellation_rate", "units_per_visit", "documentation_timeliness")
BUILT += ("charge_lag", "authorization_approval_rate")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("openemr")
    write_dump(folder / "landing")
    mapping = Settings.from_environment({"BILLING_MAPPING": "openemr"}).mapping
    return replace(make_settings(folder / "landing", folder / "home"), mapping=mapping)


@pytest.fixture(scope="module")
def dump(settings: Settings) -> Iterator[tuple[Memory, dict[str, FileFindings]]]:
    """The dump in memory, with some metrics."""
    with judged(settings) as (memory, _, found):
        memory.put_seeds()
        metrics = [memory.project.metrics[name] for name in BUILT]
        memory.run(memory.project.above(metrics))
        yield memory, found


def test_every_line_counts_or_is_left_out_for_a_reason(dump: tuple) -> None:
    memory, found = dump
    assert {one.file: one.wrong for one in found.values() if one.wrong} == {}
    counts = {
        file.split(" > ")[0].split("/")[1].removesuffix("_20260331.csv")
        + f" {file.split(' > ')[1]}": (taken, left_out)
        for file, taken, left_out in memory.rows(
            "select f.file, sum(m.row_count) filter (m.outcome = 'taken'), "
            "coalesce(sum(m.row_count) filter (m.outcome = 'left out'), 0) from raw.files as f "
            "inner join raw.mapped_rows as m on f.sha256 = m.sha256 and f.extract = m.extract "
            "group by f.file"
        )
    }
    # Of the fee sheet: 16 + 10 procedures, one of them deleted besides, and 16 diagnoses.
    assert counts == {
        "facility clinics": (1, 1),
        "users providers": (1, 1),
        "insurance_companies payers": (2, 0),
        "patient_data patients": (5, 0),
        "insurance_data coverages": (5, 5),
        "openemr_postcalendar_events appointments": (20, 1),
        "form_encounter visits": (16, 0),
        "billing charges": (27, 16),
        "billing patient_payments": (0, 43),
        "ar_activity patient_payments": (1, 4),
        "ar_activity adjustments": (1, 4),
    }


def test_rows_are_as_the_tables_say(dump: tuple) -> None:
    memory, _ = dump
    staged = "select {} from staging.base_practice__{} where row_status = 'staged' order by 1"
    charges = (
        "charge_id, visit_id, cpt_code, modifier_1, modifier_2, units, diagnosis_1, diagnosis_2, "
        "diagnosis_3, place_of_service, charge_amount, voided_at is not null"
    )
    rows = memory.rows(staged.format(charges, "charges"))
    assert rows[0] == (
        *("4000", "1000", "97110", "GP", None, 2, "M5450", "M25511", None, "11"),
        *(Decimal("100.00"), False),
    )
    assert ("5000", "97140", "GP", "59") in [(one[0], *one[2:5]) for one in rows]
    assert [one[0] for one in rows if one[-1]] == ["7000"]
    types = memory.rows(staged.format("payer_id, payer_type, edi_payer_id", "payers"))
    assert types == [("20", "medicare", "MCARE"), ("21", "commercial", "ACME1")]
    visit = memory.rows(staged.format("visit_id, coverage_id, note_signed_at", "visits"))
    # The first is not signed; patient 1's policy is 101.
    assert visit[0] == ("1000", "101", None)
    assert sum(one[2] is not None for one in visit) == 13
    paid = staged.format("visit_id, amount, cast(paid_on as varchar)", "patient_payments")
    assert memory.rows(paid) == [("1000", Decimal("15.00"), "2026-01-20")]
    adjusted = staged.format("charge_id, kind, amount", "adjustments")
    assert memory.rows(adjusted) == [("4000", "courtesy", Decimal("5.00"))]


def test_metrics_are_as_worked_by_hand(dump: tuple) -> None:
    memory, _ = dump
    sums = {
        name: memory.rows(
            "select coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) from "
            + memory.project.nodes[memory.project.metrics[name]]["relation_name"]
        )[0]
        for name in BUILT
    }
    visits = len(kept())
    assert visits == 16
    # Two of the twenty that ended one way or the other are no-shows, two were cancelled.
    assert sums["no_show_rate"] == (2, 20)
    assert sums["cancellation_rate"] == (2, 20)
    # Two units a visit, and one more at each of the ten even numbers; a deleted line is no unit.
    assert sums["units_per_visit"] == (2 * 16 + 10, visits)
    # Numbers 0, 8 and 16 are not signed.
    assert sums["documentation_timeliness"] == (13, visits)
    # A number's lines are posted as many days later as it leaves over three. OpenEMR knows of no
    # authorizations.
    days = sum((i % 3) * (1 + (i % 2 == 0)) for i in kept())
    assert sums["charge_lag"] == (days, 16 + 10)
    assert sums["authorization_approval_rate"] == (0, 0)


def test_no_column_that_the_mapping_does_not_name_comes_in(
    dump: tuple, settings: Settings, tmp_path: Path
) -> None:
    memory, _ = dump
    tables = memory.rows("select table_name from duckdb_tables() where schema_name = 'raw'")
    for (table,) in tables:
        assert "ZZ" not in str(memory.rows(f'from raw."{table}"')), table
    assert not settings.home.exists()
