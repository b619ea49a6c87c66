"""The steps of the floor in their order, and how long each takes."""

import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.floor.extracts import read_extracts
from benchmarks.floor.x12 import read_x12

_FOLDER = Path(__file__).parent
_STEPS = {
    "visits": "visits",
    "claims": "claims",
    "remittances": "remittances matches charge_states",
    "coding": "units modifiers",
    "metrics": "metrics_claims metrics_money metrics_visits metrics_appointments metrics_coding",
}
_SEEDS = _FOLDER.parent.parent / "seeds"


def run(landing: Path, as_of: date, database: Path) -> dict[str, float]:
    """Compute the metrics into a new database; returns the seconds of each step.

    The step `diagnoses` reads the package of diagnosis codes where no earlier run beside this
    database did, as the warehouse does on its first night only.
    """
    database.unlink(missing_ok=True)
    seconds: dict[str, float] = {}

    def step(name: str, began: float) -> None:
        seconds[name] = round(time.monotonic() - began, 2)

    with duckdb.connect(str(database)) as connection:
        connection.execute("set variable as_of = ?", [as_of])
        connection.execute("set variable seeds = ?", [str(_SEEDS)])
        began = time.monotonic()
        codes = diagnosis_codes(database.parent)
        connection.execute(f"create temp table icd10_codes as from read_parquet('{codes}')")
        step("diagnoses", began)
        began = time.monotonic()
        read_extracts(connection, landing)
        step("extracts", began)
        # From here on no result depends on the order in which rows were written.
        connection.execute("set preserve_insertion_order = false")
        began = time.monotonic()
        _execute(connection, "x12_tables")
        read_x12(connection, landing, _statements("x12_sets"))
        step("x12", began)
        for name, files in _STEPS.items():
            began = time.monotonic()
            for file in files.split():
                _execute(connection, file)
            step(name, began)
    return seconds


def _statements(name: str) -> list[str]:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return [one.query for one in duckdb.extract_statements(text)]


def _execute(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    for statement in _statements(name):
        connection.execute(statement)


def diagnosis_codes(folder: Path) -> Path:
    """The file with the billable codes of the package, made where it is not there yet."""
    file = folder / f"icd10_codes_{version('simple-icd-10-cm')}.parquet"
    if not file.exists():
        # Takes seconds to import.
        import simple_icd_10_cm as icd10

        codes = {code for code in icd10.get_all_codes(with_dots=False) if "-" not in code}
        leaves = sorted(code for code in codes if icd10.is_leaf(code))
        pq.write_table(pa.table({"code": leaves}), file)
    return file
