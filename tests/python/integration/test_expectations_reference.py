"""Which charges the warnings on dated reference tables speak of, and on which days they begin."""

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_rules
from expectations.suites.core_reference import coverage

RULES = {rule.name: rule for rule in coverage()}


@pytest.fixture
def covered(healthy_warehouse: Path, tmp_path: Path) -> Path:
    """The healthy practice, its payer Medicare, with tables that cover January to June 2026."""
    copy = tmp_path / healthy_warehouse.name
    shutil.copy(healthy_warehouse, copy)
    change(
        copy,
        "update core.dim_payer set payer_type = 'medicare' where payer_id = 'PY1'",
        "update staging.stg_reference__relative_values "
        "set effective_from = '2026-01-01', effective_to = '2026-12-31'",
        "update staging.stg_reference__daily_maximums set effective_from = '2026-01-01'",
    )
    return copy


def change(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def found(warehouse: Path) -> dict[str, tuple[int | None, int | None]]:
    """Charges looked at and charges not covered, by rule."""
    results = run_rules(warehouse, RULES.values())
    return {one.name: (one.rows_checked, one.rows_failing) for one in results}


def test_a_covered_practice_gets_no_warning(covered: Path) -> None:
    assert found(covered) == dict.fromkeys(RULES, (216, 0))


def test_without_a_charge_that_a_table_judges_nothing_is_said(covered: Path) -> None:
    change(
        covered,
        "update core.dim_payer set payer_type = 'commercial'",
        "update core.fct_charge set is_voided = true where rowid % 2 = 0",
        "delete from staging.stg_reference__kx_thresholds",
        "delete from staging.stg_reference__daily_maximums",
        "insert into staging.stg_reference__ncci_exempt_payers values ('PY1', null, null)",
    )

    assert found(covered) == dict.fromkeys(RULES, (0, 0))


def test_a_quarter_counts_until_the_end_of_the_next_one(covered: Path) -> None:
    """2025-10-01 and 2025Q4 speak until March 31, 2026."""
    change(
        covered,
        "update core.fct_charge set service_date = '2026-03-31'",
        "update core.fct_charge set service_date = '2026-04-01' where rowid < 5",
        "update core.fct_charge set service_date = '2025-09-30' where rowid >= 214",
        "update staging.stg_reference__daily_maximums set effective_from = '2025-10-01'",
        "update staging.stg_reference__ncci_edits set reference_quarter = '2025Q4'",
    )

    counts = found(covered)
    assert counts["daily_maximums_cover_the_charges"] == (216, 7)
    assert counts["ncci_edits_cover_the_charges"] == (216, 7)
