"""Payers side by side: who pays, how much, how soon and with how much trouble."""

from collections.abc import Mapping

from orchestration.report.declare import Chart, Dataset, Measure, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import by_slice, dataset, format_of, trend, worklist

TITLE = "Payers"
QUESTION = "Which payers pay well, soon and without trouble, and which do not?"
METRICS = ("underpayment_rate", "reimbursement_rate")
WORKLISTS = {"underpayments": "Paid below the fee schedule"}

_SIDE_BY_SIDE = (
    "reimbursement_per_visit",
    "net_collection_rate",
    "reimbursement_rate",
    "denial_rate",
    "days_to_payment",
    "clean_claim_rate",
    "underpayment_rate",
)
_TABLE = (
    *_SIDE_BY_SIDE,
    "first_pass_payment_rate",
    "authorization_approval_rate",
    "visits_billed_rate",
)


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    # Of many metrics at once a page holds fewer slices.
    data = {name: dataset(metrics[name], slices=("payer", "clinic")) for name in _SIDE_BY_SIDE}
    return [
        _table(metrics),
        *(by_slice(metrics[name], "payer", data[name]) for name in _SIDE_BY_SIDE),
        *(trend(metrics[name], data[name]) for name in METRICS),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]


def _table(metrics: Mapping[str, Metric]) -> Chart:
    """A row a payer: the last twelve months of each metric, as the scorecard has them."""
    held = tuple(
        Measure(
            name,
            metrics[name].name,
            format_of(metrics[name]),
            f"case when metric_id = '{name}' then trailing_12_value end",
            "max",
        )
        for name in _TABLE
    )
    return Chart(
        id="payers-side-by-side",
        title="Payers side by side",
        question="The twelve months up to the end of the period.",
        dataset=Dataset(
            name="payer_scorecard",
            relation=(
                "(\n    select * rename (scope_id as payer_id)\n"
                "    from metrics.scorecard\n"
                "    where scope = 'payer' and trailing_12_value is not null\n)"
            ),
            measures=held,
            slices=("payer",),
        ),
        by=("payer",),
        sources=(
            Source("metrics.scorecard", ("trailing_12_value",)),
            *(Source(name) for name in _TABLE),
        ),
        show=_TABLE,
        order=(),
        is_balance=True,
    )
