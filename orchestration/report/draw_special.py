"""How the charts of one theme each are drawn, and the sparklines of the first screen.

Belongs here: marks that no other chart shares. Does not belong here: what all charts have.
"""

import altair

from orchestration.report.declare import Column
from orchestration.report.draw import (
    ACCENT,
    AS_WORDS,
    INK,
    MUTED,
    RULE,
    month_axis,
    table,
    tips_of,
    y_axis,
)


def pareto(value: Column, share: Column, label: str) -> altair.LayerChart:
    """Bars by size with the cumulative share of the total as a line."""
    x = altair.X(
        f"{label}:N", sort=None, title=None, axis=altair.Axis(labelAngle=-35, labelExpr=AS_WORDS)
    )
    bars = table().mark_bar(color=ACCENT)
    bars = bars.encode(
        x=x, y=y_axis(value), tooltip=tips_of(Column(label, "", "text"), value, share)
    )
    right = altair.Axis(format=".0%", title=None, orient="right", grid=False, tickCount=5)
    y = altair.Y(f"{share.name}:Q", axis=right, scale=altair.Scale(domain=[0, 1]))
    line = table().encode(x=x, y=y)
    return (
        altair.layer(
            bars,
            altair.layer(
                line.mark_line(color=INK, strokeWidth=1.5),
                line.mark_point(color=INK, fill="var(--paper)", size=40, opacity=1),
            ),
        )
        .resolve_scale(y="independent")
        .properties(width="container", height=260)
    )


def control(value: Column, center: str, lower: str, upper: str, signal: str) -> altair.LayerChart:
    """A share by month between its limits; what stands out is larger, and a triangle."""
    base = table().encode(x=month_axis())
    y = y_axis(value, zero=True)
    tips = tips_of(
        Column("month", "Month", "month"),
        value,
        Column(lower, "Lower limit", value.format),
        Column(upper, "Upper limit", value.format),
        Column(signal, "Signal", "text"),
    )
    signals = ["above", "below", "none"]
    shapes = altair.Scale(domain=signals, range=["triangle-up", "triangle-down", "circle"])
    size = altair.condition(f"datum.{signal} == 'none'", altair.value(40), altair.value(170))
    colours = altair.Scale(domain=signals, range=["var(--bad)", "var(--series-2)", ACCENT])
    return altair.layer(
        base.mark_area(color=RULE, opacity=0.6).encode(y=f"{lower}:Q", y2=f"{upper}:Q"),
        base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(y=f"{center}:Q"),
        base.mark_line(color=ACCENT, strokeWidth=2).encode(y=y),
        base.mark_point(filled=True, opacity=1).encode(
            y=y,
            shape=altair.Shape(f"{signal}:N", scale=shapes, legend=None),
            size=size,
            color=altair.Color(f"{signal}:N", scale=colours, legend=None),
            tooltip=tips,
        ),
    ).properties(width="container", height=240)


def curves(value: Column, x: Column, cohort: str) -> altair.LayerChart:
    """A curve for each month of service, the newest the darkest."""
    base = table().encode(
        x=altair.X(f"{x.name}:Q", axis=altair.Axis(title=x.heading, tickMinStep=1, grid=False)),
        y=y_axis(value),
        detail=f"{cohort}:N",
        opacity=altair.Opacity(
            f"{cohort}:T", scale=altair.Scale(type="utc", range=[0.25, 1]), legend=None
        ),
    )
    tips = tips_of(Column(cohort, "Month of service", "month"), x, value)
    return altair.layer(
        base.mark_line(color=ACCENT, strokeWidth=2),
        base.mark_point(color=ACCENT, filled=True, size=30).encode(tooltip=tips),
    ).properties(width="container", height=260)


def intervals(
    label: str, value: Column, low: Column, high: Column, verdict: str
) -> altair.LayerChart:
    """A difference with its interval beside no difference."""
    y = altair.Y(f"{label}:N", sort=None, title=None, axis=altair.Axis(labelLimit=260))
    base = table().encode(y=y)
    x = altair.X(f"{low.name}:Q", axis=altair.Axis(format="+,.3~f", title=value.heading))
    verdicts = ["better", "worse", "no_evidence", "too_few"]
    shapes = ["triangle-up", "triangle-down", "circle", "cross"]
    colours = ["var(--good)", "var(--bad)", MUTED, MUTED]
    shape = altair.Shape(
        f"{verdict}:N", title=None, scale=altair.Scale(domain=verdicts, range=shapes)
    )
    colour = altair.Color(
        f"{verdict}:N", title=None, scale=altair.Scale(domain=verdicts, range=colours)
    )
    zero = altair.Chart(altair.Data(values=[{"none": 0}]))
    return altair.layer(
        zero.mark_rule(color=INK, strokeDash=[2, 3]).encode(x="none:Q"),
        base.mark_rule(strokeWidth=2, color=MUTED).encode(x=x, x2=f"{high.name}:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(
            x=f"{value.name}:Q", shape=shape, color=colour
        ),
    ).properties(width="container", height=altair.Step(34))


def sparkline(points: list[dict[str, object]], target: float | None) -> altair.LayerChart:
    """Twelve months without axes; what can still change is dashed and hollow."""
    base = altair.Chart(altair.Data(values=points)).encode(
        x=altair.X("month:T", axis=None, scale=altair.Scale(type="utc"))
    )
    y = altair.Y("value:Q", axis=None, scale=altair.Scale(zero=False, nice=False))
    final = base.transform_filter("datum.final")
    last = base.transform_filter("datum.last")
    fill = altair.condition("datum.final", altair.value(ACCENT), altair.value("var(--paper)"))
    layers = [
        base.mark_line(color=ACCENT, strokeDash=[3, 2], strokeWidth=1.2).encode(y=y),
        final.mark_line(color=ACCENT, strokeWidth=2).encode(y=y),
        last.mark_point(stroke=ACCENT, size=28, opacity=1).encode(y=y, fill=fill),
    ]
    if target is not None:
        line = altair.Chart(altair.Data(values=[{"target": target}]))
        layers.insert(
            0,
            line.mark_rule(color=MUTED, strokeDash=[2, 3], strokeWidth=1).encode(
                y=altair.Y("target:Q", axis=None)
            ),
        )
    return altair.layer(*layers).properties(width=132, height=32)
