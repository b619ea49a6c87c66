"""The unit rules in SQL against a search of all allocations, over visits that hypothesis makes.

All visits go through the warehouse in one run; each is judged by unit_rule_visits and compared.
"""

from datetime import date
from pathlib import Path

import pytest
from pipeline import Table, build, read_table
from unit_rule_visits import (
    SEED,
    TIMED,
    VISITS,
    Units,
    Visit,
    allocations,
    distance,
    made_visits,
    other_amounts,
    unit_price,
    worth,
    write_practice,
)


@pytest.fixture(scope="module")
def made() -> dict[str, Visit]:
    return made_visits()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, made: dict[str, Visit]) -> Path:
    folder = tmp_path_factory.mktemp("units")
    write_practice(folder / "landing", made)
    (folder / "landing" / "x12").mkdir()
    as_of = date(2026, 6, 30)
    return build(folder / "landing", folder, as_of, "--select", "+unit_accuracy_rate")


@pytest.fixture(scope="module")
def findings(warehouse: Path) -> Table:
    return read_table(warehouse, "from core.fct_unit_finding")


VECTORS = [
    ((18, 13, 10, 8), "cms", {(1, 1, 1, 0)}),
    ((18, 13, 10, 8), "ama", {(1, 1, 1, 1)}),
    ((10, 10), "cms", {(1, 0), (0, 1)}),
    ((10, 10), "ama", {(1, 1)}),
    ((7, 7, 7), "cms", {(1, 0, 0), (0, 1, 0), (0, 0, 1)}),
    ((7, 7, 7), "ama", {(0, 0, 0)}),
    ((33, 7), "cms", {(2, 1)}),
    ((24, 23), "cms", {(2, 1)}),
    ((24, 23), "ama", {(2, 2)}),
    ((25, 15, 10), "cms", {(2, 1, 0), (1, 1, 1)}),
]


@pytest.mark.parametrize(("minutes", "rule", "expected"), VECTORS)
def test_the_search_finds_what_the_rules_work_out(
    minutes: tuple[int, ...], rule: str, expected: set[tuple[int, ...]]
) -> None:
    by_code = dict(zip(TIMED, minutes, strict=False))
    assert {tuple(one.values()) for one in allocations(by_code, rule)} == expected


def test_the_examples_meet_what_the_rules_speak_of(made: dict[str, Visit]) -> None:
    timed = [visit for visit in made.values() if visit.minutes]
    choices = [(one, list(allocations(one.minutes, one.rule))) for one in timed]
    ties = [one for one, valid in choices if len(one.nearest()) < len(valid)]
    right = [one for one in timed if distance(one.billed(one.lines), one.nearest()[0]) == 0]
    assert len(made) >= VISITS * 0.9
    assert len(ties) > 60  # the bill decides which of several allocations counts
    assert 50 < len(right) < len(timed) - 50
    assert sum(one.lines_without_minutes > 0 for one in made.values()) > 20
    assert sum(bool(one.untimed_errors) for one in made.values()) > 20


def test_timed_codes_are_held_against_the_nearest_right_allocation(
    made: dict[str, Visit], findings: Table
) -> None:
    found: dict[str, Units] = {key: {} for key in made}
    for row in findings:
        if row["finding"] in ("overbilled", "underbilled"):
            visit = made[row["visit_id"]]
            assert row["rule_id"] == f"U-{visit.rule.upper()}"
            assert (row["difference_units"] > 0) == (row["finding"] == "overbilled")
            price = unit_price(visit, row["cpt_code"])
            assert row["difference_amount"] == price * row["difference_units"]
            found[row["visit_id"]][row["cpt_code"]] = row["difference_units"]
    for key, visit in made.items():
        billed = visit.billed(visit.with_timing("timed")) if visit.minutes else {}
        assert found[key].keys() <= billed.keys()
        right = {code: units - found[key].get(code, 0) for code, units in billed.items()}
        assert right in visit.nearest(), (key, visit)


def test_codes_of_one_unit_and_lines_without_minutes(
    made: dict[str, Visit], findings: Table
) -> None:
    wrong = {(r["visit_id"], r["cpt_code"]) for r in findings if r["rule_id"] == "U-ONE"}
    assert wrong == {(key, code) for key, visit in made.items() for code in visit.untimed_errors}
    missing = [row["charge_id"] for row in findings if row["finding"] == "missing_minutes"]
    assert sorted(missing) == sorted(
        f"{key}-{number}"
        for key, visit in made.items()
        for number, line in enumerate(visit.all_lines)
        if line.code in TIMED and line.minutes is None and not line.is_voided
    )


def test_medicare_days_above_the_maximum(made: dict[str, Visit], findings: Table) -> None:
    found = {(r["visit_id"], r["cpt_code"], r["difference_units"]) for r in findings if is_mue(r)}
    expected = {
        (key, code, units - int(SEED[code]["max_units_per_day"]))
        for key, visit in made.items()
        if visit.payer == "CMS"
        for code, units in visit.billed(visit.lines).items()
        if code in SEED and units > int(SEED[code]["max_units_per_day"]) > 0
    }
    assert found == expected != set()


def is_mue(row: dict[str, object]) -> bool:
    return row["rule_id"] == "U-MUE" and not row["is_error"]


def test_totals_of_both_rules_and_what_the_other_would_bring(
    made: dict[str, Visit], warehouse: Path
) -> None:
    rows = read_table(warehouse, "from core.fct_visit")
    assert len(rows) == len(made)
    for row in rows:
        visit = made[row["visit_id"]]
        assert row["is_unit_judged"] == visit.is_judged
        totals = (row["units_if_cms"], row["units_if_ama"], row["other_unit_rule_amount"])
        if not visit.minutes:
            assert totals == (None, None, None)
            continue
        minutes = visit.minutes
        assert totals[0] == (sum(minutes.values()) + 7) // 15
        assert totals[1] == sum((n + 7) // 15 for n in minutes.values())
        assert totals[2] in other_amounts(visit), visit
        amounts = (row["units_if_cms_amount"], row["units_if_ama_amount"])
        (alone,) = allocations(minutes, "ama")
        assert amounts[1] == worth(visit, alone)
        assert totals[2] == (amounts[0] - amounts[1]) * (1 if visit.rule == "ama" else -1)


def test_the_metric_sums_up_the_visits(made: dict[str, Visit], warehouse: Path) -> None:
    judged = [visit for visit in made.values() if visit.is_judged]
    timed = [visit for visit in judged if visit.minutes]
    over = under = 0
    right = 0
    for visit in judged:
        billed, (one, *_) = visit.billed(visit.with_timing("timed")), visit.nearest()
        differences = [billed[code] - one[code] for code in one]
        over += sum(max(0, n) for n in differences)
        under += sum(max(0, -n) for n in differences)
        right += not any(differences) and not visit.untimed_errors
    columns = {
        "numerator": right,
        "denominator": len(judged),
        "overbilled_units": over,
        "underbilled_units": under,
        "untimed_errors": sum(len(one.untimed_errors) for one in made.values()),
        "missing_minutes_lines": sum(one.lines_without_minutes for one in made.values()),
        "units_if_cms": sum((sum(one.minutes.values()) + 7) // 15 for one in timed),
        "units_if_ama": sum((n + 7) // 15 for one in timed for n in one.minutes.values()),
    }
    sums = ", ".join(f"sum({column}) as {column}" for column in columns)
    assert read_table(warehouse, f"select {sums} from metrics.unit_accuracy_rate") == [columns]
