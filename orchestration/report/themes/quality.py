"""Data quality and reconciliation: can the numbers be trusted, and where is every cent."""

from collections.abc import Mapping

from orchestration.report import draw
from orchestration.report.declare import Chart, Column, Dataset, Key, Measure, Ratio, Source
from orchestration.report.reading import Metric

TITLE = "Data quality"
QUESTION = "Can these numbers be trusted, and where is every cent of every remittance?"
METRICS: tuple[str, ...] = ()
WORKLISTS: dict[str, str] = {}


def charts(metrics: Mapping[str, Metric]) -> list[Chart]:
    """The charts of the page."""
    return [
        _unmet(),
        _expectations(),
        _remittances(),
        _not_in_receivable(),
        _reports(),
        _files(),
        _quarantine(),
        _references(),
    ]


def _key(name: str, heading: str, format_: str = "text") -> Key:
    return Key(name, heading, format_, expression=name)


def _table(
    id_: str,
    title: str,
    question: str,
    table: str,
    keys: tuple[Key, ...],
    measures: tuple[Measure, ...],
    **more: object,
) -> Chart:
    """A table of the published file as it is."""
    where = more.pop("where", ())
    settings = {
        "show": tuple(measure.name for measure in measures),
        "sources": (Source(table, tuple(key.name for key in keys)),),
        "order": (),
        **more,
    }
    return Chart(
        id=id_,
        title=title,
        question=question,
        dataset=Dataset(id_, table, measures, keys, slices=(), month=None, where=where),
        by=tuple(key.name for key in keys),
        **settings,
    )


def _unmet() -> Chart:
    keys = (
        _key("severity", "Severity"),
        _key("table_name", "Table"),
        _key("expectation", "Expectation"),
        _key("description", "What to do"),
        _key("owner", "Who acts"),
    )
    return _table(
        "expectations-unmet",
        "What is not as expected",
        "Expectations that the last run did not meet, and who acts.",
        "quality.expectation_results",
        keys,
        (
            Measure("rows_failing", "Rows that fail"),
            Measure("rows_checked", "Rows judged"),
        ),
        where=("not is_met",),
    )


def _expectations() -> Chart:
    met = Ratio("met_rate", "Met", "percent", "met", "expectations")
    return _table(
        "expectations",
        "Expectations met, by layer",
        "How many of the checks of the last run were met.",
        "quality.expectation_results",
        (_key("suite", "Layer"),),
        (
            Measure("met", "Met", expression="is_met::integer"),
            Measure("expectations", "Expectations", expression="1"),
        ),
        show=("met_rate", "met", "expectations"),
        ratios=(met,),
        value="met_rate",
        draw=lambda: draw.ranked(met, "suite"),
    )


def _remittances() -> Chart:
    amount = Column("amount", "Amount", "money")
    return Chart(
        id="remittances",
        title="Where the money of the remittances is",
        question="By month of payment. What is not in the receivable is named.",
        dataset=Dataset(
            name="remittances",
            relation="quality.reconciliation",
            keys=(_key("reason", "Where it is"),),
            measures=(
                Measure("amount", "Amount", "cents"),
                Measure("items", "Lines or adjustments"),
            ),
            slices=(),
            month="date_trunc('month', payment_date)::date",
            where=("is_in_payment",),
        ),
        by=("month", "reason"),
        sources=(Source("quality.reconciliation", ("reason", "amount", "is_in_payment")),),
        show=("amount", "items"),
        order=(("month", False),),
        value="amount",
        has_total=True,
        draw=lambda: draw.parts_by_month(amount, "reason"),
    )


def _not_in_receivable() -> Chart:
    amount = Column("amount", "Amount", "money")
    return _table(
        "not-in-receivable",
        "Money that is not in the receivable",
        "Over all remittances, by reason.",
        "quality.reconciliation",
        (_key("reason", "Where it is"),),
        (
            Measure("amount", "Amount", "cents"),
            Measure("items", "Lines or adjustments"),
        ),
        where=("reason <> 'in_receivable'",),
        order=(("amount", True),),
        value="amount",
        draw=lambda: draw.ranked(amount, "reason"),
    )


def _reports() -> Chart:
    return _table(
        "reports",
        "Our own system's reports against these numbers",
        "Totals by how they compare; empty while none was delivered (extract reported_totals).",
        "quality.report_reconciliation",
        (_key("report", "Report"), _key("metric_id", "Total"), _key("status", "Status")),
        (
            Measure("totals", "Totals", expression="1"),
            Measure("difference", "Difference, in all", "number"),
            Measure("unexplained_amount", "Not explained", "number"),
        ),
        sources=(Source("quality.report_reconciliation", ("status", "difference")),),
    )


def _files() -> Chart:
    return _table(
        "files",
        "What was delivered",
        "Files ever seen, by kind and what became of them.",
        "quality.load_log",
        (_key("kind", "Kind"), _key("extract", "Extract"), _key("status", "Status")),
        (
            Measure("files", "Files", expression="1"),
            Measure("rows_read", "Rows read"),
            Measure("rows_staged", "Rows used"),
            Measure("rows_superseded", "Rows superseded"),
            Measure("rows_quarantined", "Rows quarantined"),
            Measure("newest_on", "Newest", "date", "extract_date", "max"),
        ),
    )


def _quarantine() -> Chart:
    return _table(
        "quarantine",
        "What is kept out",
        "Why files and rows are in quarantine, the most rows first.",
        "quality.quarantine_summary",
        (_key("level", "Level"), _key("reason", "Reason")),
        (
            Measure("files", "Files", expression="1"),
            Measure("rows_quarantined", "Rows"),
        ),
        order=(("rows_quarantined", True),),
    )


def _references() -> Chart:
    return _table(
        "references",
        "Which rule tables judged",
        "How many rows stand, and how new the newest is.",
        "quality.reference_versions",
        (
            _key("reference_table", "Rule table"),
            _key("newest_release", "Newest release"),
            _key("newest_effective_on", "In force from", "date"),
        ),
        (
            Measure("standing_rows", "Rows"),
            Measure("practice_rows", "Of the practice's own"),
        ),
    )
