"""Every table that the contract fixes, the warehouse's beside the oracle's."""

from pathlib import Path

from pipeline import read_table

from oracle.calculation import Tables
from oracle.comparison import Table, differences, summed

SLICE = ["month", "payer_id", "clinic_id", "provider_id"]
SCORECARD_KEYS = ["metric_id", "month", "scope", "scope_id"]
SCORECARD_COLUMNS = ["numerator", "denominator", "value", "previous_value", "trailing_12_value"]
SCORECARD_COLUMNS += ["median", "is_mature"]
EVENT_KEYS = ["event_date", "kind", "payer_id", "clinic_id", "provider_id", "source_file", "about"]
COUNTS = ["rows_read", "rows_staged", "rows_superseded", "rows_quarantined"]


def metrics_of(warehouse: Path) -> set[str]:
    """Metrics that stand in a warehouse: tables of the shape that every metric has."""
    query = "select table_name from duckdb_columns() where schema_name = 'metrics'"
    query += (
        " and column_name in ('numerator', 'month', 'clinic_id') group by 1 having count(*) = 3"
    )
    return {str(row["table_name"]) for row in read_table(warehouse, query)}


def all_differences(warehouse: Path, oracle: Tables) -> list[str]:
    found = []
    standing = metrics_of(warehouse)
    for metric_id, rows in oracle.metrics.items():
        if metric_id not in standing:
            continue  # that it is missing is a test of its own
        ours = read_table(warehouse, f"select * from metrics.{metric_id}")
        further = ["root_cause"] if metric_id == "denial_trend" else []
        keys = [*SLICE, *further]
        columns = [column for column in (rows or ours)[0] if column not in keys]
        found += differences(metric_id, _with_content(ours, columns), rows, keys, columns)
    found += _scorecard(warehouse, oracle)
    found += _events(warehouse, oracle)
    log = read_table(warehouse, "select * from quality.load_log")
    found += differences("load_log", log, oracle.load_log, ["file"], ["kind", "status", *COUNTS])
    ours, theirs = (
        [row for row in rows if row["kind"] == "csv" and row["status"] == "loaded"]
        for rows in (log, oracle.load_log)
    )
    found += differences("load_log", ours, theirs, ["file"], ["extract", "extract_date"])
    unmatched = read_table(
        warehouse,
        "select file, control_number, sum(paid_amount) as paid_amount, count(*) as rows"
        " from worklists.unmatched_remittances group by all",
    )
    keys, columns = ["file", "control_number"], ["paid_amount", "rows"]
    return found + differences("unmatched", unmatched, oracle.unmatched, keys, columns)


def _with_content(rows: Table, columns: list[str]) -> Table:
    """A row of noughts may stand or not: the contract asks for none."""
    counted = [column for column in columns if column not in ("value", "is_mature")]
    return [row for row in rows if any(row[column] for column in counted)]


def _scorecard(warehouse: Path, oracle: Tables) -> list[str]:
    ours = read_table(warehouse, "select * from metrics.scorecard")
    better = {
        row["metric_id"]: row["higher_is_better"]
        for row in read_table(warehouse, "select * from metrics.catalog")
    }
    standing = metrics_of(warehouse)
    theirs = [row for row in oracle.scorecard if row["metric_id"] in standing]
    found = differences("scorecard", ours, theirs, SCORECARD_KEYS, SCORECARD_COLUMNS)
    for row in ours:
        status = _status(row, better[row["metric_id"]])
        if row["status"] != status:
            label = " ".join(str(row[key]) for key in SCORECARD_KEYS)
            found.append(f"scorecard {label}: status is {row['status']}, not {status}")
    return found


def _status(row: dict[str, object], higher_is_better: bool) -> str:
    if row["denominator"] < 20:
        return "too_few"
    if row["target"] is None:
        return "no_target"
    if higher_is_better:
        return "met" if row["value"] >= row["target"] else "missed"
    return "met" if row["value"] <= row["target"] else "missed"


def _events(warehouse: Path, oracle: Tables) -> list[str]:
    ours = read_table(warehouse, "select * from core.fct_receivable_event")
    tables = []
    for rows in (ours, oracle.events):
        for row in rows:
            row["about"] = row["charge_id"] or row["visit_id"] or row["patient_id"]
        tables.append(summed(rows, EVENT_KEYS))
    return differences("events", *tables, EVENT_KEYS, ["amount"])
