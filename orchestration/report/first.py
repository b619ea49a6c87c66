"""The first screen: each metric against its target, what changed, and where the most money waits.

Belongs here: what that page says, from metrics.scorecard and the worklists. Does not belong here:
its markup. It needs no script: the sparklines are drawn when it is written.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from orchestration.report import draw, draw_special
from orchestration.report.reading import Metric, Published
from orchestration.report.standard import WORKLISTS, format_of, worklist_relation
from orchestration.report.themes import THEMES

MOST_SUMS = 3
NOTHING = "\N{EN DASH}"
MOST_CHANGES = 6
STATUS = {
    "met": ("✓", "target met"),
    "missed": ("✕", "target missed"),
    "no_target": (NOTHING, "no target"),
    "too_few": ("·", "too few to say"),
}
_SCORES = """\
select metric_id, month, value, numerator, denominator, previous_value, trailing_12_value, median,
    target, status, is_mature
from metrics.scorecard
where scope = 'practice'
order by metric_id, month;"""


@dataclass(frozen=True)
class Score:
    """A metric as the first screen shows it: its newest final month, else its newest."""

    metric: Metric
    theme: str
    month: date
    value: str
    previous: str
    trailing: str
    target: str
    status: str
    is_final: bool
    change: str
    # better, worse, same, or unknown where the month before says too little
    direction: str
    size: float
    spark: Markup
    spark_words: str


@dataclass(frozen=True)
class Stake:
    """A worklist in dollars."""

    name: str
    title: str
    words: str
    theme: str
    rows: int
    amount: Decimal
    most: str
    most_amount: Decimal
    next_deadline: date | None
    late: int


def first_screen(published: Published) -> dict[str, object]:
    """What the template of the first screen shows."""
    scores = _scores(published)
    stakes = _stakes(published)
    changed = [score for score in scores if score.direction in ("better", "worse")]
    changed.sort(key=lambda score: (-score.size, score.metric.name))
    judged = [score for score in scores if score.status in ("met", "missed")]
    return {
        "groups": [
            (theme, [score for score in scores if score.theme == theme.name])
            for theme in THEMES
            if any(score.theme == theme.name for score in scores)
        ],
        "judged": len(judged),
        "met": sum(score.status == "met" for score in judged),
        "changes": changed[:MOST_CHANGES],
        "top": stakes[:MOST_SUMS],
        "stakes": stakes[MOST_SUMS:],
        "statuses": STATUS,
        "scores_sql": _SCORES,
        "stakes_sql": _stakes_sql(),
        "unmet": _unmet(published),
    }


def written(value: float | None, format_: str) -> str:
    """A number as the page writes it."""
    if value is None:
        return NOTHING
    if format_ == "percent":
        return f"{value:.1%}"
    if format_ in ("money", "cents"):
        sign = "-" if value < 0 else ""
        return f"{sign}${abs(value):,.2f}" if format_ == "cents" else f"{sign}${abs(value):,.0f}"
    return f"{value:,.1f}" if format_ == "days" else f"{value:,.2f}"


def _scores(published: Published) -> list[Score]:
    months: dict[str, list[dict[str, object]]] = {}
    for row in published.records(_SCORES):
        months.setdefault(str(row["metric_id"]), []).append(row)
    homes = {name: theme.name for theme in THEMES for name in theme.metrics}
    return [
        _score(published.metrics[name], theme, months[name])
        for name, theme in homes.items()
        if name in months
    ]


def _score(metric: Metric, theme: str, months: list[dict]) -> Score:
    row = next((one for one in reversed(months) if one["is_mature"]), months[-1])
    before = next((one for one in months if one["month"] == _month_before(row["month"])), None)
    format_ = format_of(metric)
    few = row["status"] == "too_few"
    change, direction, size = _change(metric, row, before)
    points = [one for one in months if one["month"] > _year_before(months[-1]["month"])]
    return Score(
        metric=metric,
        theme=theme,
        month=row["month"],
        value=draw.FEW if few else _told(row, format_),
        previous=written(row["previous_value"], format_),
        trailing=written(row["trailing_12_value"], format_),
        target=written(row["target"], format_),
        status=row["status"],
        is_final=row["is_mature"],
        change=change,
        direction=direction,
        size=size,
        spark=_spark(points, row["target"]),
        spark_words=_spark_words(metric, points),
    )


def _told(row: dict, format_: str) -> str:
    """The value, with a further digit where it misses its target by less than one shows."""
    text = written(row["value"], format_)
    if row["status"] == "missed" and text == written(row["target"], format_):
        return f"{row['value']:.2%}" if format_ == "percent" else f"{row['value']:,.3f}"
    return text


def _change(metric: Metric, row: dict, before: dict | None) -> tuple[str, str, float]:
    """The change since the month before, which way it goes, and its size beside the value."""
    if before is None or "too_few" in (row["status"], before["status"]):
        return NOTHING, "unknown", 0.0
    if row["value"] is None or before["value"] is None:
        return NOTHING, "unknown", 0.0
    step = row["value"] - before["value"]
    format_ = format_of(metric)
    told = f"{step * 100:+.1f} points" if format_ == "percent" else _signed(step, format_)
    if not any(digit in told for digit in "123456789"):
        return "no change", "same", 0.0
    size = abs(step) / abs(before["value"]) if before["value"] else abs(step)
    return told, "better" if (step > 0) == metric.higher_is_better else "worse", size


def _signed(step: float, format_: str) -> str:
    text = written(step, format_)
    return text if step < 0 else f"+{text}"


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _year_before(month: date) -> date:
    return date(month.year - 1, month.month, 1)


def _spark(points: list[dict], target: float | None) -> Markup:
    """The sparkline as SVG. It holds numbers only, so that nothing in it needs escaping."""
    import vl_convert

    shown = [one for one in points if one["value"] is not None and one["status"] != "too_few"]
    if len(shown) < 2:
        return Markup("")
    values = [
        {
            "month": f"{one['month']:%Y-%m-%d}",
            "value": float(one["value"]),
            "final": bool(one["is_mature"]),
            "last": one is shown[-1],
        }
        for one in shown
    ]
    spec = draw_special.sparkline(values, target).to_dict(validate=False)
    spec["config"] = draw.config() | {"padding": 3}
    svg = vl_convert.vegalite_to_svg(spec)
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def _spark_words(metric: Metric, points: list[dict]) -> str:
    shown = [one for one in points if one["value"] is not None and one["status"] != "too_few"]
    if len(shown) < 2:
        return "too few months to draw"
    format_ = format_of(metric)
    first, last = shown[0], shown[-1]
    low = min(shown, key=lambda one: one["value"])
    high = max(shown, key=lambda one: one["value"])
    return (
        f"{first['month']:%B %Y} {written(first['value'], format_)}, "
        f"lowest {written(low['value'], format_)} in {low['month']:%B %Y}, "
        f"highest {written(high['value'], format_)} in {high['month']:%B %Y}, "
        f"{last['month']:%B %Y} {written(last['value'], format_)}"
        + ("" if last["is_mature"] else f" ({draw.OPEN})")
    )


def _stakes_sql() -> str:
    """Every worklist's dollars, each dollar of a list once, by what it is told apart by."""
    today = "(select max(date_day) from core.dim_date)"
    parts = [
        f"select '{name}' as worklist, {one.key} as reason, count(*) as items,\n"
        "    sum(at_stake_amount) as amount,\n"
        f"    min(deadline_on) filter (where deadline_on >= {today}) as next_deadline_on,\n"
        f"    count(*) filter (where deadline_on < {today}) as late_items\n"
        f"from {worklist_relation(name)}\n"
        + (f"where {one.where}\n" if one.where else "")
        + f"group by {one.key}"
        for name, one in WORKLISTS.items()
    ]
    return "\nunion all\n".join(parts) + "\norder by worklist, amount desc, reason;"


def _stakes(published: Published) -> list[Stake]:
    reasons: dict[str, list[dict]] = {}
    for row in published.records(_stakes_sql()):
        reasons.setdefault(row["worklist"], []).append(row)
    found = []
    for theme in THEMES:
        titles = {chart.id: chart.title for chart in theme.charts(published.metrics)}
        for name in theme.worklists:
            rows = reasons.get(name, [])
            amount = sum((row["amount"] or Decimal(0) for row in rows), Decimal(0))
            if not amount:
                continue
            deadlines = [row["next_deadline_on"] for row in rows if row["next_deadline_on"]]
            found.append(
                Stake(
                    name=name,
                    title=titles[name],
                    words=published.comment(f"worklists.{name}"),
                    theme=theme.name,
                    rows=sum(row["items"] for row in rows),
                    amount=amount,
                    most=(rows[0]["reason"] or "not known").replace("_", " "),
                    most_amount=rows[0]["amount"] or Decimal(0),
                    next_deadline=min(deadlines, default=None),
                    late=sum(row["late_items"] for row in rows),
                )
            )
    return sorted(found, key=lambda stake: (-stake.amount, stake.name))


def _unmet(published: Published) -> int:
    rows = published.rows("select count(*) from quality.expectation_results where not is_met")
    return rows[0][0]
