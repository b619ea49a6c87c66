"""The expectations as the orchestration uses them: what they say, and what they leave behind."""

import logging
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations import SUITES, Result, Rule, docs, rules, run_suite
from expectations.rule import WARNING, Check, between, no_row, one_of
from expectations.runner import run_rules
from expectations.suites.metrics import ON_SCORECARD, SHARES
from orchestration.ingest.contract import read_contract
from orchestration.settings import PROJECT_ROOT

SENTINEL = "ZZCANARY"


@pytest.fixture
def hundred(tmp_path: Path) -> Path:
    """A database whose table core.t has a column i from 0 to 99, in a folder with an odd name."""
    folder = tmp_path / "a practice's $HOME, 100% & more"
    folder.mkdir()
    with duckdb.connect(str(folder / "hundred.duckdb")) as connection:
        connection.execute("create schema core; create table core.t as from range(100) as t(i)")
    return folder / "hundred.duckdb"


@pytest.mark.parametrize(
    ("failing", "share", "fewest", "is_met"),
    [
        (0, 0, 1, True),
        (1, 0, 1, False),
        (20, 0.2, 1, True),  # a share may be reached, not passed
        (21, 0.2, 1, False),
        (21, 0.2, 22, True),  # a large share of few rows says nothing
        (22, 0.2, 22, False),
    ],
)
def test_a_rule_allows_a_share_and_a_few(hundred: Path, failing, share, fewest, is_met) -> None:
    check = no_row(f"i < {failing}", share=share, fewest=fewest)
    [result] = run_rules(hundred, [any_rule(check)])
    assert (result.is_met, result.rows_checked, result.rows_failing) == (is_met, 100, failing)


def test_a_rule_may_look_at_a_part_of_the_table(hundred: Path) -> None:
    part = no_row("i % 2 = 0", of="select * from core.t where i < 10")
    [result] = run_rules(hundred, [any_rule(part)])
    assert (result.rows_checked, result.rows_failing) == (10, 5)


def any_rule(check: Check, table: str = "core.t", name: str = "any") -> Rule:
    return Rule("core", table, name, "Any rule.", WARNING, "data_engineer", check)


@pytest.fixture
def without_charges(healthy_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the warehouse in which the table core.fct_charge is missing."""
    copy = tmp_path / healthy_warehouse.name  # its views carry the name of the file
    shutil.copy(healthy_warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop table core.fct_charge")
    return copy


def test_a_rule_that_cannot_run_is_not_met(without_charges: Path) -> None:
    results = [one for one in run_suite(without_charges, "core") if one.table == "core.fct_charge"]
    assert {(one.is_met, one.rows_checked, one.rows_failing) for one in results} == {
        (False, None, None)
    }


@pytest.mark.parametrize("suite", SUITES)
def test_without_a_warehouse_no_rule_is_met(tmp_path: Path, suite: str) -> None:
    results = run_suite(tmp_path / "missing.duckdb", suite)
    assert len(results) == len(rules(suite))
    assert not any(one.is_met for one in results)
    assert not (tmp_path / "missing.duckdb").exists()


def test_the_file_is_free_after_a_run(without_charges: Path) -> None:
    for suite in SUITES:
        run_suite(without_charges, suite)
        with duckdb.connect(str(without_charges)) as connection:
            connection.execute("create or replace table core.written as select 1 as one")
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('drop table core.written')"
    subprocess.run([sys.executable, "-c", write, str(without_charges)], check=True, timeout=60)


def test_no_value_gets_out(tmp_path: Path, caplog, capfd, recwarn) -> None:
    file = tmp_path / "sentinel.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create schema core; "
            f"create table core.t as select '{SENTINEL}' || i as name from range(100) as t(i)"
        )
        with pytest.raises(duckdb.ConversionException, match=SENTINEL):
            connection.execute("select cast(name as integer) from core.t").fetchall()
    checks = [
        no_row("name is not null"),
        no_row("cast(name as integer) > 0"),
        one_of("name", ["another"]),
        replace(between("number", 0, 1), of="select cast(name as integer) as number from core.t"),
        Check("ExpectColumnMaxToBeBetween", {"column": "name", "min_value": "a"}),
        Check("ExpectColumnValuesToBeUnique", {"column": "no_such_column"}),
    ]
    caplog.set_level(logging.DEBUG)
    results = run_rules(file, [any_rule(check) for check in checks])
    assert [one.is_met for one in results] == [False] * len(checks)
    assert [one.rows_failing for one in results] == [100, None, 100, None, None, None]
    printed = capfd.readouterr()
    told = [repr(results), caplog.text, printed.out, printed.err]
    told += [str(warning.message) for warning in recwarn]
    assert SENTINEL not in "".join(told)
    # Its error messages would quote whatever the database says.
    assert [one for one in caplog.records if one.name.startswith("great_expectations")] == []
    assert "Calculating Metrics" not in printed.err


def test_logging_is_as_it_was_after_a_run(healthy_warehouse: Path) -> None:
    logger = logging.getLogger("great_expectations")
    before = (logger.propagate, list(logger.handlers))
    run_rules(healthy_warehouse, rules("raw")[:1])
    assert (logger.propagate, logger.handlers) == before


def test_the_rules_are_known_without_great_expectations() -> None:
    code = (
        "import sys, expectations\n"
        "assert all(expectations.rules(suite) for suite in expectations.SUITES)\n"
        "assert 'great_expectations' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, check=True, timeout=60)


@pytest.mark.parametrize("suite", SUITES)
def test_a_rule_says_what_it_means_and_who_acts(suite: str) -> None:
    found = rules(suite)
    assert len({rule.name for rule in found}) == len(found)
    for rule in found:
        assert rule.suite == suite
        assert rule.severity in ("critical", "warning")
        assert rule.name.isidentifier() and rule.name.islower(), rule.name
        assert rule.owner.replace("_", " ") in rule.description, rule.name
        assert rule.description.endswith(".") and ". " not in rule.description, rule.name


def test_results_come_in_the_order_of_the_rules(healthy_warehouse: Path) -> None:
    results = run_suite(healthy_warehouse, "metrics")
    assert isinstance(results[0], Result)
    for rule, result in zip(rules("metrics"), results, strict=True):
        assert (result.table, result.name, result.severity, result.owner, result.description) == (
            rule.table,
            rule.name,
            rule.severity,
            rule.owner,
            rule.description,
        )


def test_the_suite_knows_every_metric(healthy_warehouse: Path) -> None:
    with duckdb.connect(str(healthy_warehouse), read_only=True) as connection:
        scorecard = connection.execute("select distinct metric_id from metrics.scorecard")
        assert {metric for (metric,) in scorecard.fetchall()} == set(ON_SCORECARD)
        catalog = connection.execute("select metric_id from metrics.catalog")
        assert {metric for (metric,) in catalog.fetchall()} == {*ON_SCORECARD, *SHARES}


def test_the_suite_knows_every_extract() -> None:
    tables = {rule.table for rule in rules("staging")}
    assert {f"staging.base_practice__{extract}" for extract in read_contract()} <= tables


def test_the_documentation_lists_the_rules_of_today() -> None:
    text = docs.PAGE.read_text(encoding="utf-8")
    assert text == docs.page(text), "run python -m expectations.docs"
    assert all(f"`{rule.name}`" in text for suite in SUITES for rule in rules(suite))
