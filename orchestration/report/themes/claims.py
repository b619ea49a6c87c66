"""Claims and denials: do claims go through, and what is refused, why and by whom."""

from collections.abc import Mapping

from orchestration.report import draw, draw_special
from orchestration.report.declare import Chart, Dataset, Key, Measure, Ratio, Running, Source
from orchestration.report.reading import Metric
from orchestration.report.standard import FINAL, by_slice, dataset, trend, worklist

TITLE = "Claims and denials"
QUESTION = "Do claims go through the first time, and what do payers refuse, and why?"
METRICS = ("clean_claim_rate", "first_pass_payment_rate", "denial_rate")
WORKLISTS = {
    "open_denials": "Open denials",
    "unworked_rejections": "Rejections that nobody has worked",
    "claims_at_risk": "Charges at risk before they are sent",
}
CAUSE = Key("root_cause", "Root cause", expression="root_cause")


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    denials = dataset(metrics["denial_rate"])
    return [
        *(trend(metrics[name]) for name in METRICS[:2]),
        trend(metrics["denial_rate"], denials),
        _pareto(),
        _control(),
        by_slice(metrics["denial_rate"], "payer", denials),
        by_slice(metrics["denial_rate"], "clinic", denials),
        by_slice(metrics["denial_rate"], "provider", denials),
        _recovery(),
        _repeats(),
        *(worklist(name, title) for name, title in WORKLISTS.items()),
    ]


def _pareto() -> Chart:
    lines = Measure("denied_lines", "Lines refused", expression="numerator")
    share = Running("cumulative_share", "Share of all, cumulative", "percent", of="denied_lines")
    return Chart(
        id="denial-pareto",
        title="Why lines are refused",
        question="Which few causes make up most refusals? The line is the share of all so far.",
        dataset=Dataset(
            name="denial_causes",
            relation="metrics.denial_trend",
            keys=(CAUSE,),
            measures=(lines, Measure("denied_charges", "Charges refused", "cents")),
            where=("numerator > 0",),
        ),
        by=("root_cause",),
        sources=(Source("denial_trend"), Source("metrics.denial_pareto")),
        show=("denied_lines", "cumulative_share", "denied_charges"),
        running=(share,),
        order=(("denied_lines", True),),
        without_zero="denied_lines",
        value="denied_lines",
        has_total=True,
        draw=lambda: draw_special.pareto(lines, share, "root_cause"),
    )


def _control() -> Chart:
    rate = Measure("rate", "Share refused", "percent")
    limits = [
        Measure(name, heading, "percent", join="max")
        for name, heading in (("center", "Center"), ("lower", "Lower limit"), ("upper", "Upper"))
    ]
    names = ("center", "lower", "upper")
    signal = Measure("signal", "Signal", "text", join="max")
    return Chart(
        id="denial-control",
        title="Does a month stand out?",
        question=(
            "Share of lines refused for one cause by one payer. The band is where chance alone "
            "leaves it; a triangle stands outside."
        ),
        dataset=Dataset(
            name="denial_trend_chart",
            relation="metrics.denial_trend_chart",
            keys=(CAUSE,),
            measures=(
                Measure("rate", "Share refused", "percent", join="max"),
                *limits,
                signal,
                Measure("numerator", "Lines refused"),
                Measure("denominator", "Lines answered"),
            ),
            slices=("payer",),
        ),
        by=("month",),
        sources=(
            Source("metrics.denial_trend_chart", ("rate", "center", "lower", "upper", "signal")),
        ),
        show=("rate", *names, "signal", "numerator", "denominator"),
        order=(("month", False),),
        picks=("payer", "root_cause"),
        weight="numerator",
        value="rate",
        draw=lambda: draw_special.control(rate, *names, "signal"),
    )


def _recovery() -> Chart:
    rate = Ratio("recovered_rate", "Recovered", "percent", "recovered_lines", "denied_lines", True)
    return Chart(
        id="denial-recovery",
        title="What comes back of refused lines",
        question="Share of lines refused in a month for which a payer paid later.",
        dataset=Dataset(
            name="denial_recovery",
            relation="metrics.denial_recovery",
            measures=(
                Measure("denied_lines", "Lines refused"),
                Measure("recovered_lines", "Recovered later"),
                Measure("denied_amount", "Should have brought", "cents"),
                Measure("recovered_amount", "Came later", "cents"),
                FINAL,
            ),
            slices=("payer",),
        ),
        by=("month",),
        sources=(
            Source(
                "metrics.denial_recovery",
                ("denied_lines", "recovered_lines", "denied_amount", "recovered_amount"),
            ),
        ),
        show=(
            "recovered_rate",
            "denied_lines",
            "recovered_lines",
            "denied_amount",
            "recovered_amount",
            "is_mature",
        ),
        ratios=(rate,),
        order=(("month", False),),
        value="recovered_rate",
        draw=lambda: draw.over_time(rate),
    )


def _repeats() -> Chart:
    charges = Measure("denied_charges", "Charges refused in twelve months", "cents")
    return Chart(
        id="denial-repeats",
        title="What is refused again and again",
        question="Cause, payer, procedure and provider that come together; the largest first.",
        dataset=Dataset(
            name="denial_repeats",
            relation="metrics.denial_repeats",
            keys=(CAUSE, Key("cpt_code", "Procedure", expression="cpt_code")),
            measures=(
                charges,
                Measure("denied_lines", "Lines refused"),
                Measure("adjudicated_lines", "Lines answered"),
                Measure("denied_lines_90_days", "In the last 90 days"),
            ),
            slices=("payer", "provider"),
            month=None,
        ),
        by=("root_cause", "cpt_code", "payer", "provider"),
        sources=(Source("metrics.denial_repeats", ("denied_lines", "adjudicated_lines")),),
        show=("denied_charges", "denied_lines", "adjudicated_lines", "denied_lines_90_days"),
        order=(("denied_charges", True),),
        limit=50,
    )
