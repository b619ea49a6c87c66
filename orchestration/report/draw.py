"""How charts are drawn: Altair charts of a table that the page fills in, and its colours.

Belongs here: marks, scales and axes. Does not belong here: which rows, or what a chart says.

Colours are CSS variables, so that a chart follows the page from light to dark and to print. What a
colour says, a shape, a dash or a word says too.
"""

import altair

from orchestration.report.declare import Column

# Vega's number formats of the page's columns.
NUMBERS = {
    "count": ",d",
    "number": ",.2f",
    "number4": ",.4f",
    "days": ",.1f",
    "percent": ".1%",
    "money": "$,.0f",
    "cents": "$,.2f",
}
# As the page fills them in (report.js): what a point may be read as.
FINAL, OPEN, FEW = "final", "can still change", "too few to say"
INK, MUTED, RULE, ACCENT = "var(--ink)", "var(--muted)", "var(--rule)", "var(--accent)"
_SERIES = [f"var(--series-{number})" for number in range(1, 9)]
# Codes as words: the table has them as they are in the database.
AS_WORDS = "replace(datum.label, regexp('_', 'g'), ' ')"
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 4]]
_ROW = 26


def config() -> dict[str, object]:
    """What all charts share: no background, the page's font, quiet axes."""
    text = {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": None,
        "font": "system-ui, sans-serif",
        "view": {"stroke": None},
        "aria": False,
        "axis": {
            **text,
            "titleFontWeight": "normal",
            "gridColor": RULE,
            "domainColor": RULE,
            "tickColor": RULE,
            "labelLimit": 170,
        },
        "legend": {**text, "titleFontWeight": "normal", "orient": "top", "columns": 2}
        | {"labelLimit": 160},
        "text": {"color": INK, "fontSize": 12},
    }


def table() -> altair.Chart:
    return altair.Chart(altair.NamedData("table"))


def _label_axis() -> altair.Axis:
    return altair.Axis(domain=False, ticks=False, labelExpr=AS_WORDS)


def month_axis() -> altair.X:
    axis = altair.Axis(
        format="%b %y", title=None, grid=False, tickCount={"interval": "month", "step": 1}
    )
    axis.labelOverlap = "greedy"
    axis.labelSeparation = 10
    return altair.X("month:T", axis=axis, scale=altair.Scale(type="utc"))


def y_axis(column: Column, **scale: object) -> altair.Y:
    axis = altair.Axis(format=NUMBERS[column.format], title=None, tickCount=5, domain=False)
    return altair.Y(f"{column.name}:Q", axis=axis, scale=altair.Scale(**scale))


def tips_of(*columns: Column) -> list[altair.Tooltip]:
    kinds = {"text": "N", "flag": "N", "month": "T", "date": "T"}
    tips = []
    for column in columns:
        kind = kinds.get(column.format, "Q")
        text = {"T": "%B %Y", "N": ""}.get(kind, NUMBERS.get(column.format, ""))
        tip = altair.Tooltip(f"{column.name}:{kind}", title=column.heading)
        if text:
            tip.format = text
        tips.append(tip)
    return tips


def over_time(value: Column, target: float | None = None) -> altair.LayerChart:
    """A value by month: solid where final, dashed and hollow where it can still change."""
    base = table().encode(x=month_axis())
    line = base.transform_filter(f"datum.reading != '{FEW}'")
    y = y_axis(value, zero=False, nice=True)
    tips = tips_of(Column("month", "Month", "month"), value, Column("reading", "", "text"))
    reading = altair.Scale(domain=[FINAL, OPEN, FEW], range=["circle", "circle", "cross"])
    fill = altair.condition(
        f"datum.reading == '{FINAL}'", altair.value(ACCENT), altair.value("var(--paper)")
    )
    layers = [
        line.mark_line(color=ACCENT, strokeDash=[4, 4], strokeWidth=1.5, opacity=0.8).encode(y=y),
        line.transform_filter(f"datum.reading == '{FINAL}'")
        .mark_line(color=ACCENT, strokeWidth=2.5)
        .encode(y=y),
        base.mark_point(size=55, stroke=ACCENT, strokeWidth=1.5, opacity=1).encode(
            y=y,
            fill=fill,
            shape=altair.Shape("reading:N", scale=reading, legend=None),
            tooltip=tips,
        ),
    ]
    if target is not None:
        layers += _target_line(target, value)
    return altair.layer(*layers).properties(width="container", height=220)


def _target_line(target: float, value: Column) -> list[altair.Chart]:
    # One row of its own: over the table it would be drawn once for each month.
    base = altair.Chart(altair.Data(values=[{"target": target}])).encode(
        y=altair.Y("target:Q", title=None)
    )
    shown = altair.value("target")
    return [
        base.mark_rule(color=INK, strokeDash=[2, 3]),
        base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, fontStyle="italic").encode(
            text=shown, x=altair.value(0)
        ),
    ]


def ranked(value: Column, label: str, target: float | None = None) -> altair.LayerChart:
    """A bar for each row, in the order of the table, with its number at its end."""
    y = altair.Y(f"{label}:N", sort=None, title=None, axis=_label_axis())
    x = altair.X(
        f"{value.name}:Q",
        axis=altair.Axis(format=NUMBERS[value.format], title=None, tickCount=4, grid=True),
        scale=altair.Scale(padding=34, nice=False, zero=True),
    )
    opacity = altair.condition(f"datum.reading == '{FINAL}'", altair.value(1), altair.value(0.45))
    base = table().encode(y=y, x=x)
    tips = tips_of(Column(label, "", "text"), value, Column("reading", "", "text"))
    layers = [
        base.mark_bar(color=ACCENT, height={"band": 0.62}).encode(opacity=opacity, tooltip=tips)
    ]
    if target is not None:
        line = altair.Chart(altair.Data(values=[{"target": target}]))
        layers.append(line.mark_rule(color=INK, strokeDash=[2, 3]).encode(x="target:Q"))
    layers.append(base.mark_text(align="left", dx=5).encode(text="told:N"))
    return altair.layer(*layers).properties(width="container", height=altair.Step(_ROW))


def ranked_parts(value: Column, label: str, group: str) -> altair.Chart:
    """A bar for each label, in the order of the table, of parts told apart by shade and outline."""
    y = altair.Y(f"{label}:N", sort="-x", title=None, axis=_label_axis())
    axis = altair.Axis(format=NUMBERS[value.format], title=None, tickCount=4)
    return (
        table()
        .mark_bar(stroke="var(--paper)", strokeWidth=1, height={"band": 0.62})
        .encode(
            y=y,
            x=altair.X(f"{value.name}:Q", axis=axis),
            color=altair.Color(
                f"{group}:N",
                title=None,
                scale=altair.Scale(range=_SERIES),
                legend=altair.Legend(labelExpr=AS_WORDS),
            ),
            tooltip=tips_of(Column(label, "", "text"), Column(group, "", "text"), value),
        )
        .properties(width="container", height=altair.Step(_ROW))
    )


def _stacked(value: Column, over: altair.X, group: str) -> altair.Chart:
    """Bars of parts; the parts are told apart by shade and by an outline."""
    return (
        table()
        .mark_bar(stroke="var(--paper)", strokeWidth=1)
        .encode(
            x=over,
            y=y_axis(value),
            color=altair.Color(
                f"{group}:N",
                title=None,
                scale=altair.Scale(range=_SERIES),
                legend=altair.Legend(labelExpr=AS_WORDS),
            ),
            tooltip=tips_of(Column(group, "", "text"), value),
        )
        .properties(width="container", height=240)
    )


def parts_by_month(value: Column, group: str) -> altair.Chart:
    """Stacked bars of a month each, as wide as a month's share of the axis allows."""
    axis = altair.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelExpr=_MONTH_LABEL)
    return _stacked(value, altair.X("month:O", axis=axis), group)


_MONTH_LABEL = "utcFormat(toDate(datum.value), '%b %y')"


def bars_of(value: Column, category: str, group: str, order: list[str]) -> altair.Chart:
    """Stacked bars of a category each."""
    axis = altair.Axis(title=None, labelAngle=0)
    return _stacked(value, altair.X(f"{category}:N", axis=axis, sort=order), group)


def lines_over_time(values: tuple[Column, ...]) -> altair.LayerChart:
    """Several values by month, told apart by dash, shape and shade."""
    headings = [value.heading for value in values]
    folded = (
        table()
        .transform_fold([value.name for value in values], as_=["series", "amount"])
        .transform_calculate(name=_named("series", values))
    )
    format_ = values[0]
    base = folded.encode(
        x=month_axis(),
        y=y_axis(Column("amount", "", format_.format), zero=format_.format == "count"),
        color=altair.Color(
            "name:N", sort=headings, title=None, scale=altair.Scale(domain=headings, range=_SERIES)
        ),
    )
    tips = tips_of(
        Column("month", "Month", "month"),
        Column("name", "", "text"),
        Column("amount", "", format_.format),
        Column("reading", "", "text"),
    )
    dash = altair.StrokeDash(
        "name:N", sort=headings, title=None, scale=altair.Scale(domain=headings, range=_DASHES)
    )
    hollow = altair.condition(f"datum.reading == '{FINAL}'", altair.value(1), altair.value(0.25))
    return altair.layer(
        base.mark_line(strokeWidth=2).encode(strokeDash=dash),
        base.mark_point(filled=True, size=36, opacity=1).encode(fillOpacity=hollow, tooltip=tips),
    ).properties(width="container", height=240)


def _named(field: str, values: tuple[Column, ...]) -> str:
    text = "''"
    for value in values:
        text = f"datum.{field} == '{value.name}' ? '{value.heading}' : {text}"
    return text
