"""Every metric asked through MetricFlow, by its engine and on the published file, as analysts do.

What it answers must be what the tables of the metrics say, for every month and slice.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from landing_builder import make_settings
from nights import Night
from parsed import share_parse

from orchestration import metric
from orchestration.dbt_project import read_manifest, target_path
from orchestration.metric import MetricError, Metrics, open_metrics
from orchestration.metric_docs import metric_models
from orchestration.settings import PROJECT_ROOT, Settings

METRICS = list(metric_models())
PAGE = PROJECT_ROOT / "docs" / "semantic_layer.md"
# What every metric can be asked by; the page says of each what else.
ABOUT = {"payer", "clinic", "provider"}
COMMON = ABOUT | {"month", "quarter", "year"}

# Worked out from core without MetricFlow: metric, dimension, and the numbers by it.
BY_HAND = [
    (
        "denial_rate",
        "procedure",
        """
        select
            cpt_code,
            count(distinct case when is_denied then claim_key end) / count(distinct claim_key)
        from core.fct_adjudication_line
        where is_first_adjudication and is_known_claim
        group by 1
        """,
    ),
    (
        "units_per_visit",
        "category",
        """
        select p.category, sum(c.units) / count(distinct c.visit_key)
        from core.fct_charge as c left join core.dim_procedure as p using (cpt_code)
        where not c.is_voided and c.service_date is not null
        group by 1
        """,
    ),
    (
        "no_show_rate",
        "age_band",
        """
        select
            p.age_band,
            count(*) filter (where a.status = 'no_show')
            / count(*) filter (where a.status not in ('scheduled', 'rescheduled'))
        from core.fct_appointment as a left join core.dim_patient as p using (patient_key)
        group by 1
        """,
    ),
    (
        "reimbursement_per_visit",
        "delivery",
        """
        with paid as (
            select visit_key, sum(payer_paid_amount) as amount
            from core.fct_charge where not is_voided group by 1
        )
        select v.delivery, sum(coalesce(p.amount, 0) + v.patient_paid_amount) / count(*)
        from core.fct_visit as v left join paid as p using (visit_key)
        where v.is_billed
        group by 1
        """,
    ),
    (
        "net_collection_rate",
        "payer_type",
        """
        select p.payer_type, sum(n.numerator) / sum(n.denominator)
        from metrics.net_collection_rate as n left join core.dim_payer as p using (payer_id)
        group by 1
        """,
    ),
    (
        "days_in_ar",
        "quarter",
        """
        with ends as (
            select max(month) as month from metrics.days_in_ar group by date_trunc('quarter', month)
        )
        select cast(date_trunc('quarter', month) as date), sum(numerator) / sum(denominator)
        from metrics.days_in_ar inner join ends using (month)
        group by 1
        """,
    ),
    (
        "denial_trend",
        "quarter",
        """
        select
            cast(date_trunc('quarter', payment_date) as date),
            count(*) filter (where is_denied) / count(*)
        from core.fct_adjudication_line
        where is_first_adjudication and is_known_claim and charge_amount > 0
        group by 1
        """,
    ),
]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("parsed")
    share_parse(folder)
    return make_settings(folder, folder)


@pytest.fixture(scope="module")
def layer(parsed: Settings, sample_night: Night) -> Iterator[Metrics]:
    published = sample_night.home / "published" / "billing_marts.duckdb"
    with open_metrics(target_path(parsed) / "semantic_manifest.json", published) as opened:
        yield opened


@pytest.mark.parametrize("scope", ["practice", "payer", "clinic", "provider"])
@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_the_same_by_month_and_scope(layer: Metrics, name: str, scope: str) -> None:
    # Of this one rows add up within a root cause only.
    causes = ["root_cause"] if name == "denial_trend" else []
    slices = [] if scope == "practice" else [scope]
    columns = ["month", *causes, *(f"{one}_id" for one in slices)]
    expected = layer.reader.sql(
        f"select {', '.join(columns)}, sum(numerator) / sum(denominator) as value "
        f"from metrics.{name} group by all having sum(denominator) <> 0"
    ).fetchall()
    assert len(expected) > 10
    found = layer.ask([name], ["month", *causes, *slices]).fetchall()
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-9)


@pytest.mark.parametrize(("name", "by", "query"), BY_HAND, ids=lambda one: one.split("\n")[0])
def test_a_metric_by_another_dimension_is_what_core_says(layer, name, by, query) -> None:
    expected = numbers(layer.reader.sql(query).fetchall())
    assert len(expected) > 1
    found = numbers(layer.ask([name], [by]).fetchall())
    assert found == pytest.approx(expected, rel=1e-9)


def numbers(rows: list[tuple]) -> dict[tuple[str, ...], float]:
    """The value of each slice; a day and an instant are told alike."""
    found = {tuple(str(one)[:32] for one in row[:-1]): float(row[-1]) for row in rows}
    assert len(found) == len(rows)
    return found


def test_metrics_of_several_dates_stand_side_by_side(layer: Metrics) -> None:
    both = layer.ask(["denial_rate", "no_show_rate"], ["month"])
    assert both.columns == ["metric_time__month", "denial_rate", "no_show_rate"]
    assert (
        both.project("metric_time__month, denial_rate").filter("denial_rate is not null").fetchall()
        == layer.ask(["denial_rate"], ["month"]).fetchall()
    )


def test_a_condition_and_days_narrow_the_rows(layer: Metrics) -> None:
    where = ["{{ Dimension('payer__payer_type') }} = 'medicare'"]
    days = (metric.day("2026-01-01"), metric.day("2026-03-31"))
    found = layer.ask(["denial_rate"], ["month"], where, days).fetchall()
    expected = layer.reader.sql(
        "select month, sum(numerator) / sum(denominator) from metrics.denial_rate "
        "inner join core.dim_payer using (payer_id) where payer_type = 'medicare' "
        "and month between '2026-01-01' and '2026-03-01' group by month"
    ).fetchall()
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-9)


def test_the_page_says_what_a_metric_can_be_asked_by(layer: Metrics) -> None:
    rows = defaultdict(list)
    for name in METRICS:
        known = set(layer.short_names([name]))
        assert known >= COMMON
        dimensions = layer.dimensions([name])
        about = {one.rpartition("__")[2] for one in dimensions if one.split("__")[0] in ABOUT}
        rows[", ".join(sorted(known - COMMON - about))].append(f"`{name}`")
    table = [f"| {', '.join(names)} | {dimensions} |" for dimensions, names in rows.items()]
    page = PAGE.read_text("utf-8").splitlines()
    assert [line for line in table if line not in page] == []


def test_every_dimension_can_really_be_asked_by(layer: Metrics) -> None:
    names = {
        name: metric_name for metric_name in METRICS for name in layer.short_names([metric_name])
    }
    assert len(names) > 30
    for name, metric_name in sorted(names.items()):
        assert layer.ask([metric_name], [name]).fetchone() is not None, name


def test_a_dimension_says_what_its_column_says(parsed: Settings) -> None:
    manifest = read_manifest(parsed)
    columns = {
        node["name"]: node["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    for model in manifest["semantic_models"].values():
        known = columns[model["model"].split("'")[1]]
        for one in model["dimensions"]:
            column = known.get(one["expr"] or one["name"])
            assert one["description"], one["name"]
            assert column is None or one["description"] == column["description"], one["name"]
            # What is private is not in the file that is asked.
            assert column is None or not column["config"].get("meta", {}).get("private")


def test_every_measure_and_metric_is_described(parsed: Settings) -> None:
    manifest = read_manifest(parsed)
    assert set(METRICS) <= {one["name"] for one in manifest["metrics"].values()}
    assert [one["name"] for one in manifest["metrics"].values() if not one["description"]] == []
    measures = [m for one in manifest["semantic_models"].values() for m in one["measures"]]
    assert [one["name"] for one in measures if not one["description"]] == []


@pytest.mark.parametrize(
    ("names", "by", "where", "sentence"),
    [
        (["denial_rat"], [], [], "There is no metric 'denial_rat'; did you mean denial_rate,"),
        (["zzz"], ["month"], [], "There is no metric 'zzz'; make metric lists all."),
        (
            ["no_show_rate"],
            ["procedure"],
            [],
            "no_show_rate cannot be asked by 'procedure'; it can",
        ),
        (["denial_trend"], ["day"], [], "denial_trend cannot be asked by 'day'; it can by clinic"),
        (
            ["denial_rate"],
            [],
            ["{{ Dimension('payer__kind') }} = 'x'"],
            "WHERE must be a condition",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(layer, names, by, where, sentence) -> None:
    with pytest.raises(MetricError) as told:
        layer.ask(names, by, where)
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)
