"""`python -m benchmarks.report`: docs/performance.md's measured part, from the results file.

Belongs here: ratios, tables, the chart. Does not belong here: measuring. Only what stands between
the two marks is written; the prose around it is people's.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import altair

from benchmarks import results
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "performance.md"
PICTURE = PROJECT_ROOT / "docs" / "pictures" / "performance-scale.svg"
MODULES = ("x12", "load")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_SLOWEST = 10
_NIGHTS = {"first": "first night (full rebuild)", "day": "one more day", "empty": "nothing new"}


def main() -> int:
    """Write the page and return the exit code."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else results.FILE
    if not file.exists():
        print(f"{file} does not exist: run python -m benchmarks first.", file=sys.stderr)
        return 2
    write(file)
    return 0


def write(file: Path, page: Path = PAGE, picture: Path = PICTURE) -> None:
    """Write the measured part of the page, and the chart, from a results file."""
    records = results.read(file)
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    part = measured(records)
    page.write_text(f"{before}{BEGIN}\n{part}\n{END}{after}", encoding="utf-8")
    if chart_rows(records):
        draw(chart_rows(records)).save(str(picture))


def measured(records: list[dict]) -> str:
    """The measured part in Markdown."""
    records = [one for one in records if one["kind"] != "engine"]  # docs/scale.md (spark)
    by = {(one["kind"], one["name"], one["visits"]): one for one in records}
    sizes = sorted({one["visits"] for one in records if one["kind"] == "night"})
    parts = []
    if sizes:
        parts += [_ratios(by, sizes), _scale(by, sizes), _steps(by, sizes), _disk(by, sizes)]
        parts.append(
            "![Wall time of nights and of the floor by visits, both axes logarithmic; the dotted "
            "line grows as the visits do](pictures/performance-scale.svg)"
        )
    parts += [_reading(one) for one in records if one["kind"] == "reading"]
    parts += _modules(records)
    parts.append(_start(records))
    parts.append(conditions(records))
    return "\n\n".join(part for part in parts if part)


def checks_share(night: dict) -> float:
    """Share of a night's wall time that its checks take: expectations, and dbt's tests.

    dbt tells seconds of its threads: their share in tests is taken of the layers' wall time.
    """
    steps, dbt = night["steps"], night["dbt"]
    layers = steps["staging"] + steps["core"] + steps["metrics"]
    tests = layers * dbt["tests"] / max(dbt["tests"] + dbt["models"], 1e-9)
    return (steps["expectations"] + tests) / night["wall"]


def _ratios(by: dict, sizes: list[int]) -> str:
    rows = []
    for visits in sizes:
        first, floor, day, empty = (
            by.get(key)
            for key in (
                ("night", "first", visits),
                ("floor", "floor", visits),
                ("night", "day", visits),
                ("night", "empty", visits),
            )
        )
        rows.append(
            [
                f"{visits:,}",
                _ratio(first, floor, "wall"),
                _ratio(first, floor, "cpu"),
                f"{checks_share(first):.0%}" if first else "",
                _percent(day, first),
                f"{empty['wall']:.0f} s" if empty else "",
                {True: "yes", False: "NO", None: ""}[floor and floor["is_equal"]],
            ]
        )
    head = ["visits", "first night ÷ floor", "the same in processor time", "checks in it"]
    head += ["one more day ÷ first night", "a night with nothing new", "floor gives the same rows"]
    return "### Ratios\n\n" + table(head, rows)


def _ratio(top: dict | None, bottom: dict | None, of: str) -> str:
    return f"{top[of] / bottom[of]:.1f}" if top and bottom else ""


def _percent(top: dict | None, bottom: dict | None) -> str:
    return f"{top['wall'] / bottom['wall']:.0%}" if top and bottom else ""


def _scale(by: dict, sizes: list[int]) -> str:
    rows = []
    for visits in sizes:
        for (kind, name), title in {
            **{("night", name): title for name, title in _NIGHTS.items()},
            ("floor", "floor"): "the floor",
        }.items():
            one = by.get((kind, name, visits))
            if one:
                rows.append(
                    [
                        f"{visits:,}",
                        title,
                        f"{one['wall']:,.1f}",
                        f"{one['cpu']:,.1f}",
                        f"{1e6 * one['wall'] / visits:,.0f}",
                        f"{one['peak_tree'] / 1e9:.2f}",
                        f"{one['peak_process'] / 1e9:.2f}",
                        str(one.get("runs", 1)),
                    ]
                )
    head = ["visits", "what", "wall, s", "processor, s", "wall, µs a visit", "memory at most, GB"]
    head += ["of one process, GB", "runs (the median)"]
    return "### Time and memory\n\n" + table(head, rows)


def _steps(by: dict, sizes: list[int]) -> str:
    rows, names = [], []
    for visits in sizes:
        for name, title in _NIGHTS.items():
            if one := by.get(("night", name, visits)):
                names = list(one["steps"])
                rows.append(
                    [f"{visits:,}", title, *(f"{one['steps'][step]:,.1f}" for step in names)]
                )
    floors = [by[key] for visits in sizes if (key := ("floor", "floor", visits)) in by]
    told = "### Steps\n\nSeconds of wall time, as the run tells them; `rest` is starting, parsing "
    told += "and ending.\n\n" + table(["visits", "night", *names], rows)
    if floors:
        head = ["visits", *(f"floor: {name}" for name in floors[0]["steps"])]
        told += "\n\n" + table(
            head,
            [
                [f"{one['visits']:,}", *(f"{value:,.2f}" for value in one["steps"].values())]
                for one in floors
            ],
        )
    return told


def _disk(by: dict, sizes: list[int]) -> str:
    rows = []
    for visits in sizes:
        if one := by.get(("night", "first", visits)):
            places = ("landing", "warehouse", "published")
            rows.append([f"{visits:,}", *(f"{one[place] / 1e6:,.0f}" for place in places)])
    head = ["visits", "landing folder", "private warehouse", "published file"]
    return "### Disk, MB\n\n" + table(head, rows)


def _reading(record: dict) -> str:
    slowest = sorted(record["milliseconds"].items(), key=lambda one: -one[1])
    told = (
        f"### Reading, {record['visits']:,} visits\n\n{len(slowest)} queries, warm, the median of "
        f"{record['runs']} runs, {record['threads']} threads; "
        f"{sum(value > 300 for _, value in slowest)} take more than 300 ms. The slowest:\n\n"
    )
    rows = [[name, f"{value:,.1f}"] for name, value in slowest[:_SLOWEST]]
    return told + table(["query", "ms"], rows)


def _modules(records: list[dict]) -> list[str]:
    found = [(module_of(one["name"]), one) for one in records if one["kind"] == "module"]
    return [module.written(one["result"]) for module, one in found if module is not None]


def module_of(name: str) -> ModuleType | None:
    """A benchmark of its own, where this project has it (see benchmarks/__init__.py)."""
    if importlib.util.find_spec(f"benchmarks.{name}") is None:
        return None
    module = importlib.import_module(f"benchmarks.{name}")
    return module if hasattr(module, "measure") and hasattr(module, "written") else None


def _start(records: list[dict]) -> str:
    found = {one["name"]: one for one in records if one["kind"] == "start"}
    if not found:
        return ""
    titles = {"fresh": "`make nightly`, fresh clone", "warm": "`make nightly`, warm environment"}
    rows = [
        [titles.get(name, f"`{name}`"), part, f"{seconds:,.1f}"]
        for name, one in found.items()
        for part, seconds in {**one.get("parts", {}), "all": one["wall"]}.items()
        if seconds or part == "all"
    ]
    return "### Start\n\n" + table(["command", "part", "wall, s"], rows)


def conditions(records: list[dict]) -> str:
    """Where the numbers come from: a line for each machine, commit and command."""
    found: dict[tuple, list[str]] = {}
    for one in records:
        machine = one["machine"]
        where = (
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory'] / 1e9:.0f} GB, "
            f"{machine['system']}",
            ", ".join(f"{name} {number}" for name, number in one["versions"].items()),
            one["commit"],
            f"`{one['command']}`",
        )
        found.setdefault(where, []).append(one["at"])
    rows = [[*where, min(times)] for where, times in found.items()]
    head = ["machine", "versions", "commit", "command", "begun"]
    return "### Where and when\n\n" + table(head, rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def chart_rows(records: list[dict]) -> list[dict]:
    """Points of the chart, and a line through the smallest first night that grows as visits do."""
    titles = {**_NIGHTS, "floor": "the floor"}
    rows = [
        {"visits": one["visits"], "seconds": one["wall"], "what": titles[one["name"]]}
        for one in records
        if one["kind"] in ("night", "floor")
    ]
    firsts = [row for row in rows if row["what"] == _NIGHTS["first"]]
    if firsts:
        rows += [
            {
                "visits": row["visits"],
                "seconds": firsts[0]["seconds"] * row["visits"] / firsts[0]["visits"],
                "what": "linear",
            }
            for row in firsts
        ]
    return rows


def draw(rows: list[dict]) -> altair.Chart:
    """Wall time by visits, both logarithmic."""
    what = [*_NIGHTS.values(), "the floor", "linear"]
    return (
        altair.Chart(altair.Data(values=rows), width=520, height=340)
        .mark_line(point=True)
        .encode(
            x=altair.X("visits:Q").scale(type="log").title("visits"),
            y=altair.Y("seconds:Q").scale(type="log").title("wall time, seconds"),
            color=altair.Color("what:N").scale(domain=what).title(None),
            strokeDash=altair.StrokeDash("what:N")
            .scale(domain=what, range=[[1, 0]] * 4 + [[3, 3]])
            .title(None),
        )
    )


if __name__ == "__main__":
    raise SystemExit(main())
