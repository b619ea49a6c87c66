"""Effects of interventions: the SQL against scipy and published numbers, and what the sample shows.

A copy of the sample's warehouse stands for any practice: first with interventions of every metric
and scope, then with windows whose things are made here.
"""

import math
import random
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import jinja2
import pytest
from landing_builder import make_settings
from nights import Night
from pipeline import Table, read_table, run_dbt
from scipy import stats

from orchestration.settings import PROJECT_ROOT

AS_OF = date(2026, 6, 30)
SUMS = ("observations", "numerator", "denominator", "yy", "xy", "xx")
NOT_MEASURABLE = ("days_in_ar", "denial_trend")
# After the month's end, until late events cannot change it.
MATURE_AFTER = {"clean_claim_rate": 15, "visits_billed_rate": 15, "net_collection_rate": 120} | {
    "reimbursement_rate": 90,
    "reimbursement_per_visit": 90,
}

Thing = tuple[float, float]  # denominator, numerator


@pytest.fixture(scope="module")
def copy(sample_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = sample_night.home / "warehouse.duckdb"
    # Its views carry the name of the file.
    return Path(shutil.copy(source, tmp_path_factory.mktemp("effects") / source.name))


def dbt_run(warehouse: Path, *models: str) -> None:
    run_dbt(make_settings(warehouse.parent, warehouse.parent), "run", "--select", *models)


# What is counted


def made_interventions(metrics: list[str]) -> list[tuple]:
    """Interventions of each metric on random days, in scopes of every kind."""
    dice = random.Random(3)
    rows = []
    for metric in [*metrics, "no_such_rate"]:
        for clinic in (None, "C01", "C02"):
            for payer in (None, "P01"):
                started_on = date(2025, 7, 1) + timedelta(days=dice.randrange(400))
                key = f"{metric}-{clinic}-{payer}"
                rows.append((key, metric, "words", started_on, payer, clinic, None))
    return rows


@pytest.fixture(scope="module")
def measured(copy: Path) -> Path:
    metrics = [row["metric_id"] for row in read_table(copy, "from metrics.catalog order by 1")]
    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from staging.base_practice__interventions")
        connection.executemany(
            "insert into staging.base_practice__interventions by name select ? as intervention_id, "
            "? as metric, ? as description, ? as started_on, ? as payer_id, ? as clinic_id, "
            "? as provider_id, 'staged' as row_status",
            made_interventions(metrics),
        )
    dbt_run(copy, "int_effects__windows", "intervention_effects")
    kept = copy.parent / "measured" / copy.name
    kept.parent.mkdir()
    return Path(shutil.copy(copy, kept))


def counts_until(metric: str) -> date:
    """The last day that counts: the end of the last month that is mature on as_of."""
    if metric not in MATURE_AFTER:
        return AS_OF
    last_end = AS_OF - timedelta(days=MATURE_AFTER[metric])
    return (last_end + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def test_windows_hold_the_things_of_their_scope_and_days(measured: Path) -> None:
    things = read_table(measured, "from intermediate.int_effects__observations")
    filled = 0
    for row in read_table(measured, "from intermediate.int_effects__windows"):
        first = row["started_on"]
        until = counts_until(row["metric_id"])
        if row["metric_id"] not in ("no_such_rate", *NOT_MEASURABLE):
            assert row["measured_until"] == until
            assert row["after_days"] == max(0, min(90, (until - first).days + 1))
        mine = [
            one
            for one in things
            if one["metric_id"] == row["metric_id"]
            and one["event_date"] <= until
            and row["payer_id"] in (None, one["payer_id"])
            and row["clinic_id"] in (None, one["clinic_id"])
        ]
        for period, days in (("before", range(-90, 0)), ("after", range(90))):
            some = [one for one in mine if (one["event_date"] - first).days in days]
            pairs = [(one["denominator"], one["numerator"]) for one in some]
            for name, total in zip(SUMS, sums_of(pairs), strict=True):
                assert float(row[f"{period}_{name}"] or 0) == pytest.approx(float(total)), row
            filled += bool(pairs)
    assert filled > 100


def sums_of(things: list[tuple]) -> tuple:
    return (
        len(things),
        sum(y for _, y in things),
        sum(x for x, _ in things),
        sum(y * y for _, y in things),
        sum(x * y for x, y in things),
        sum(x * x for x, _ in things),
    )


def test_every_metric_has_a_verdict_of_its_kind(measured: Path) -> None:
    rows = read_table(measured, "from metrics.intervention_effects")
    for row in rows:
        assert (row["verdict"] == "unknown_metric") == (row["metric_id"] == "no_such_rate")
        assert (row["verdict"] == "not_measurable") == (row["metric_id"] in NOT_MEASURABLE)
        if row["verdict"] in ("better", "worse"):
            assert row["confidence_low"] * row["confidence_high"] > 0
            assert row["p_value"] is None or row["p_value"] < 0.05
            assert min(row["before_observations"], row["after_observations"]) >= 20
    assert len({row["verdict"] for row in rows}) == 6
    for kind in ("two_proportion", "welch"):
        assert {row["verdict"] for row in rows if row["test"] == kind} >= {
            "no_evidence",
            "too_early",
        }


# How it is judged


def made_things(dice: random.Random) -> dict[str, tuple[str, list[Thing], list[Thing]]]:
    """Windows by a name: the metric, what was counted before and what after."""
    made = {}
    for number in range(150):
        p = dice.choice((0.0, 0.01, 0.1, 0.5, 0.97, 1.0))
        q = min(1.0, max(0.0, p + dice.choice((0.0, 0.02, -0.2))))
        before, after = (
            [(1.0, float(dice.random() < rate)) for _ in range(dice.choice((20, 33, 400, 3000)))]
            for rate in (p, q)
        )
        made[f"share {number}"] = ("no_show_rate", before, after)
        before, after = (
            [(1.0, float(max(0, round(dice.gauss(mean, spread))))) for _ in range(size)]
            for mean, spread, size in (
                (20, dice.choice((1, 8)), dice.choice((20, 21, 60, 1500))),
                (20 + dice.choice((0, 1, 5)), dice.choice((2, 15)), dice.choice((20, 45, 900))),
            )
        )
        made[f"mean {number}"] = ("days_to_payment", before, after)
        before, after = (
            [
                (allowed, round(allowed * min(1.2, max(0.0, dice.gauss(rate, 0.3))), 2))
                for allowed in (round(dice.uniform(20, 300), 2) for _ in range(size))
            ]
            for rate, size in (
                (0.9, dice.choice((20, 70, 2000))),
                (0.9 - dice.choice((0, 0.03, 0.2)), dice.choice((25, 300))),
            )
        )
        made[f"ratio {number}"] = ("net_collection_rate", before, after)
    # Newcombe, Statistics in Medicine 17 (1998): 56 of 70 against 48 of 80.
    made["published"] = (
        "clean_claim_rate",
        [(1.0, 1.0)] * 48 + [(1.0, 0.0)] * 32,
        [(1.0, 1.0)] * 56 + [(1.0, 0.0)] * 14,
    )
    return made


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[str, list[Thing], list[Thing]]]:
    return made_things(random.Random(7))


@pytest.fixture(scope="module")
def judged(measured: Path, copy: Path, made) -> dict[str, dict[str, object]]:
    names = [f"{period}_{name}" for period in ("before", "after") for name in SUMS]
    columns = ", ".join(f"? as {name}" for name in ("intervention_id", "metric_id", "test", *names))
    rows = [
        (name, metric, kind_of(name), *sums_of(before), *sums_of(after))
        for name, (metric, before, after) in made.items()
    ]
    # Of nineteen things nothing is said, and the difference stands.
    few = [[(1.0, float(number < missed)) for number in range(19)] for missed in (9, 2)]
    rows.append(("few", "no_show_rate", "two_proportion", *sums_of(few[0]), *sums_of(few[1])))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from intermediate.int_effects__windows")
        connection.executemany(
            f"insert into intermediate.int_effects__windows by name select {columns}, "
            f"90 as after_days, date '{AS_OF}' as started_on, "
            "false as has_overlapping_intervention",
            rows,
        )
    dbt_run(copy, "intervention_effects")
    found: Table = read_table(copy, "from metrics.intervention_effects")
    return {row["intervention_id"]: row for row in found}


def test_an_intervention_of_few_things_does_not_stop_a_night(copy: Path, judged) -> None:
    assert close(judged["few"]["difference"], (2 - 9) / 19)
    assert judged["few"]["confidence_low"] is None
    selected = ["--select", "intervention_effects", "--exclude-resource-type", "unit_test"]
    settings = make_settings(copy.parent, copy.parent)
    run_dbt(settings, "test", *selected, "--indirect-selection", "cautious")


def kind_of(name: str) -> str:
    return "two_proportion" if name.startswith(("share", "published")) else "welch"


def close(found: object, expected: float, tolerance: float = 2e-6) -> bool:
    return math.isclose(float(found), expected, rel_tol=tolerance, abs_tol=tolerance)


def test_shares_are_judged_by_the_pooled_test_and_newcombes_interval(made, judged) -> None:
    for name, (_, before, after) in made.items():
        if kind_of(name) != "two_proportion":
            continue
        row, k, n = judged[name], sum(y for _, y in before), len(before)
        j, m = sum(y for _, y in after), len(after)
        p, q, pooled = k / n, j / m, (k + j) / (n + m)
        low, high = stats.binomtest(int(k), n).proportion_ci(0.95, "wilson")
        later_low, later_high = stats.binomtest(int(j), m).proportion_ci(0.95, "wilson")
        assert close(row["difference"], q - p)
        assert close(row["standard_error"], math.sqrt(p * (1 - p) / n + q * (1 - q) / m))
        assert close(row["confidence_low"], q - p - math.hypot(q - later_low, high - p))
        assert close(row["confidence_high"], q - p + math.hypot(later_high - q, p - low))
        if 0 < pooled < 1:
            z = (q - p) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
            assert close(row["statistic"], z)
            assert close(row["p_value"], 2 * stats.norm.sf(abs(z)))
        else:
            assert row["statistic"] is None
            assert row["p_value"] is None


def test_sums_are_judged_by_welchs_test_on_their_linearised_values(made, judged) -> None:
    for name, (_, *windows) in made.items():
        if kind_of(name) != "welch":
            continue
        row = judged[name]
        before, after = ([*linearised(things)] for things in windows)
        # Of the mean of a plain sum that is Welch's test as in the textbook.
        expected = stats.ttest_ind(after, before, equal_var=False)
        interval = expected.confidence_interval(0.95)
        assert close(
            row["difference"], math.fsum(after) / len(after) - math.fsum(before) / len(before)
        )
        assert close(row["statistic"], expected.statistic)
        assert close(row["degrees_of_freedom"], expected.df)
        assert close(row["p_value"], expected.pvalue)
        assert close(row["confidence_low"], interval.low)
        assert close(row["confidence_high"], interval.high)


def linearised(things: list[Thing]) -> list[float]:
    """What each thing adds to the ratio of the sums: their mean is the ratio itself."""
    ratio = math.fsum(y for _, y in things) / math.fsum(x for x, _ in things)
    mean = math.fsum(x for x, _ in things) / len(things)
    return [ratio + (y - ratio * x) / mean for x, y in things]


def test_a_published_example(judged) -> None:
    row = judged["published"]
    limits = (round(float(row["confidence_low"]), 4), round(float(row["confidence_high"]), 4))
    assert limits == (0.0524, 0.3339)
    assert row["verdict"] == "better"


def test_verdicts_follow_the_test(made, judged) -> None:
    assert {row["verdict"] for row in judged.values()} == {"better", "worse", "no_evidence"}
    for name, (metric, *_) in made.items():
        row = judged[name]
        is_up = row["difference"] > 0
        is_beyond_chance = (row["p_value"] or 0) < 0.05 and (
            row["confidence_low"] > 0 or row["confidence_high"] < 0
        )
        is_good = is_up == (metric in ("net_collection_rate", "clean_claim_rate"))
        expected = ("better" if is_good else "worse") if is_beyond_chance else "no_evidence"
        assert row["verdict"] == expected, name


def test_the_functions_are_as_accurate_as_they_say() -> None:
    text = (PROJECT_ROOT / "macros" / "statistics.sql").read_text()
    macros = jinja2.Environment().from_string(text).module
    query = "select {} from (select unnest($values) as v) where v is not null"
    with duckdb.connect() as connection:

        def values(sql: str, values: list[float]) -> list[float]:
            rows = connection.execute(query.format(sql), {"values": values}).fetchall()
            return [float(value) for (value,) in rows]

        grid = [k / 50 for k in range(500)]
        far = 2 * stats.norm.sf(grid)
        assert values(macros.two_sided_p("v"), grid) == pytest.approx(far, abs=1e-6, rel=0)
        freedoms = [19.0, 20.5, 24.0, 30.0, 77.7, 1000.0, 1e6]
        limits = stats.t.ppf(0.975, freedoms)
        assert values(macros.student_limit("v"), freedoms) == pytest.approx(limits, abs=1e-6, rel=0)
        for df in freedoms:
            sql = macros.two_sided_p(macros.student_as_normal("v", df))
            far = 2 * stats.t.sf(grid, df)
            assert values(sql, grid) == pytest.approx(far, abs=1e-6, rel=0)


# What the sample shows


def test_what_the_sample_practice_changed(sample_night: Night) -> None:
    published = sample_night.home / "published" / "billing_marts.duckdb"
    rows = read_table(published, "from metrics.intervention_effects order by metric_id")
    denials, no_shows = rows
    # The checklist halves what the desk overlooks, which is much of that clinic's denials.
    assert (denials["metric_id"], denials["verdict"]) == ("denial_rate", "better")
    assert denials["after_value"] < denials["before_value"] * Decimal("0.7")
    # Reminders spare a quarter of the no-shows. The appointments are counted here again, and the
    # test of two shares is the textbook's: their difference over the error of one shared rate.
    assert (no_shows["metric_id"], no_shows["verdict"]) == ("no_show_rate", "better")
    counted = read_table(
        published,
        "select scheduled_on >= date '2025-12-30' as is_after, count(*) as n, "
        "sum(case when status = 'no_show' then 1 else 0 end) as missed from core.fct_appointment "
        "where clinic_id = 'C01' and status not in ('scheduled', 'rescheduled') "
        "and scheduled_on between date '2025-10-01' and date '2026-03-29' group by 1 order by 1",
    )
    (n0, x0), (n1, x1) = [(int(row["n"]), int(row["missed"])) for row in counted]
    counts = ("before_numerator", "before_denominator", "after_numerator", "after_denominator")
    assert [no_shows[name] for name in counts] == [x0, n0, x1, n1]
    shared = (x0 + x1) / (n0 + n1)
    error = (shared * (1 - shared) * (1 / n0 + 1 / n1)) ** 0.5
    assert float(no_shows["statistic"]) == pytest.approx((x1 / n1 - x0 / n0) / error)
    assert all(row["is_final"] and not row["has_overlapping_intervention"] for row in rows)
    assert "description" not in denials
