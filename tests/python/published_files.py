"""Published files for tests that no practice has: with nothing in it, hostile, with 200 clinics."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

HOSTILE = "</script><img src=x onerror=alert(1)>"
CLINICS, PROVIDERS_OF_ONE = 200, 3


def bare(sample: Path, file: Path) -> Path:
    """A practice of which nothing is known yet: every table, the catalog, and no row."""
    with _copy_of_schema(sample, file) as connection:
        connection.execute("insert into made.metrics.catalog from sample.metrics.catalog")
    return file


def hostile(sample: Path, file: Path) -> Path:
    """The sample with names that are markup, scripts, formulas and broken SQL."""
    shutil.copy(sample, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update core.dim_payer set payer_name = ? || payer_id where payer_id <> 'PAY02'",
            [HOSTILE],
        )
        connection.execute("update core.dim_clinic set clinic_name = '=1+1'")
        connection.execute(
            "update core.dim_provider set provider_name = 'O''Hara \"x\", {{ 7*7 }}'"
        )
        connection.execute(
            "update metrics.denial_rate set payer_id = 'P''1' where payer_id = 'PAY02'"
        )
        connection.execute("update core.dim_payer set payer_id = 'P''1' where payer_id = 'PAY02'")
        connection.execute("update worklists.underpayments set reason = ?", [HOSTILE])
    return file


def large(sample: Path, file: Path) -> Path:
    """Two hundred clinics with three providers each, all invented, and every metric of theirs."""
    with _copy_of_schema(sample, file) as connection:
        for table in ("metrics.catalog", "core.dim_payer", "core.dim_date"):
            connection.execute(f"insert into made.{table} from sample.{table}")
        clinics = f"range(1, {CLINICS + 1}) as c(clinic)"
        connection.execute(
            "insert into made.core.dim_clinic by name select 'C' || clinic as clinic_id,"
            f" 'Clinic ' || clinic as clinic_name from {clinics}"
        )
        connection.execute(
            "insert into made.core.dim_provider by name select"
            " 'T' || clinic || '_' || p as provider_id, 'C' || clinic as clinic_id,"
            " 'Therapist ' || clinic || ' ' || p as provider_name"
            f" from {clinics}, range({PROVIDERS_OF_ONE}) as r(p)"
        )
        for (table,) in connection.execute(
            "select table_name from duckdb_columns() where database_name = 'sample'"
            " and schema_name = 'metrics' and column_name in ('numerator', 'provider_id')"
            " group by table_name having count(*) = 2"
        ).fetchall():
            # The slices of one clinic of the sample, over and over.
            connection.execute(
                f"insert into made.metrics.{table} select s.* replace ("
                "'C' || clinic as clinic_id, 'T' || clinic || '_' ||"
                f" (hash(provider_id) % {PROVIDERS_OF_ONE}) as provider_id)"
                f" from sample.metrics.{table} as s, {clinics} where s.clinic_id = 'C01'"
            )
        connection.execute(
            "insert into made.metrics.scorecard from sample.metrics.scorecard"
            " where scope in ('practice', 'payer')"
        )
    return file


def _copy_of_schema(sample: Path, file: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{sample}' as sample (read_only)")
    connection.execute(f"attach '{file}' as made")
    connection.execute("copy from database sample to made (schema)")
    return connection


def read_by_release(release: str, file: Path, query: str) -> list[str]:
    """Release of DuckDB, then the values of a query's first row, as that other release reads it."""
    client = Path(sys.prefix) / "readers" / release
    assert client.is_dir(), f"make test installs {client}"
    program = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(duckdb.__version__, *c.execute(sys.argv[2]).fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file), query],
        env={**os.environ, "PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()
