"""Receivables: what is owed, by whom and since when, and how soon money comes."""

from collections.abc import Mapping

from orchestration.report import draw, draw_special
from orchestration.report.declare import Chart, Column, Dataset, Key, Measure, Ratio, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import by_slice, dataset, trend, worklist

TITLE = "Receivables"
QUESTION = "What is owed to us, by whom and since when, and how soon does money come?"
METRICS = ("days_in_ar", "days_to_payment", "net_collection_rate")
WORKLISTS = {
    "aged_receivables": "Balances older than 90 days",
    "unmatched_remittances": "Money without a charge",
}
AGES = ["0-30", "31-60", "61-90", "91-120", ">120"]


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    data = {name: dataset(metrics[name]) for name in METRICS}
    return [
        *(trend(metrics[name], data[name]) for name in METRICS),
        _aging(),
        _waterfall(),
        _movements(),
        by_slice(metrics["days_in_ar"], "payer", data["days_in_ar"]),
        by_slice(metrics["days_in_ar"], "clinic", data["days_in_ar"]),
        by_slice(metrics["net_collection_rate"], "payer", data["net_collection_rate"]),
        by_slice(metrics["net_collection_rate"], "clinic", data["net_collection_rate"]),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]


def _aging() -> Chart:
    amount = Column("at_stake_amount", "Open balance", "money")
    return Chart(
        id="aging",
        title="Open balances by age",
        question="Days since the service, and who owes. Balances of today, whatever the period.",
        dataset=Dataset(
            name="aging",
            relation="worklists.aged_receivables",
            keys=(
                Key("age_bucket", "Days since the service", expression="age_bucket"),
                Key("responsibility", "Owed by", expression="responsibility"),
                # Text does not sort by age.
                Key("age_from", "From day", "count", expression=_FROM),
            ),
            measures=(
                Measure("at_stake_amount", "Open balance", "cents"),
                Measure("visits", "Visits", expression="1"),
            ),
            month=None,
        ),
        by=("age_from", "age_bucket", "responsibility"),
        sources=(Source("worklists.aged_receivables", ("age_bucket", "responsibility")),),
        show=("visits", "at_stake_amount"),
        order=(("age_from", False),),
        value="at_stake_amount",
        has_total=True,
        draw=lambda: draw.bars_of(amount, "age_bucket", "responsibility", AGES),
    )


_FROM = "try_cast(regexp_extract(age_bucket, '\\d+') as integer)"


def _waterfall() -> Chart:
    rate = Ratio(
        "collected_rate",
        "Collected so far",
        "percent",
        "cumulative_collected_amount",
        "allowed_amount",
    )
    since = Column("months_since_service", "Months since the month of service")
    return Chart(
        id="payment-waterfall",
        title="How soon a month's money comes in",
        question="A curve for each month of service, the newest the darkest. Complete months only.",
        dataset=Dataset(
            name="payment_waterfall",
            relation="metrics.payment_waterfall",
            keys=(Key(since.name, since.heading, "count", expression="months_since_service"),),
            measures=(
                Measure("cumulative_collected_amount", "Collected so far", "cents"),
                Measure("collected_amount", "Collected in that month", "cents"),
                Measure("allowed_amount", "May be collected", "cents"),
            ),
            slices=("payer", "clinic"),
            where=("is_mature", "months_since_service <= 12"),
        ),
        by=("month", "months_since_service"),
        sources=(
            Source(
                "metrics.payment_waterfall",
                ("months_since_service", "allowed_amount", "cumulative_collected_amount"),
            ),
        ),
        show=(
            "collected_rate",
            "cumulative_collected_amount",
            "collected_amount",
            "allowed_amount",
        ),
        ratios=(rate,),
        order=(("month", False), ("months_since_service", False)),
        value="collected_rate",
        draw=lambda: draw_special.curves(rate, since, "month"),
    )


def _movements() -> Chart:
    amount = Column("amount", "Amount", "money")
    return Chart(
        id="receivable-movements",
        title="What moved the receivable",
        question="Above the line: what was added to what is owed. Below: what took it away.",
        dataset=Dataset(
            name="receivable_movements",
            relation="core.fct_receivable_event",
            keys=(Key("kind", "Kind", expression="kind"),),
            measures=(
                Measure("amount", "Amount", "cents"),
                Measure("events", "Events", expression="1"),
            ),
            month="date_trunc('month', event_date)::date",
        ),
        by=("month", "kind"),
        sources=(Source("core.fct_receivable_event", ("kind", "amount", "event_date")),),
        show=("amount", "events"),
        order=(("month", False), ("kind", False)),
        value="amount",
        has_total=True,
        draw=lambda: draw.parts_by_month(amount, "kind"),
    )
