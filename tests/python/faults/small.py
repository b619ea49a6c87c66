"""`python -m faults.small`: a publication of four small tables, which takes a fraction of a second.

Belongs here: a warehouse whose tables all speak of one night, and the description of these tables.
Does not belong here: what a practice looks like (homes).
"""

from typing import Any

import duckdb

from orchestration.parquet import write_parquet
from orchestration.publish import publish
from orchestration.settings import Settings

COMPANIONS = {"parquet": write_parquet}
TABLES = ("core.fct_claim", "metrics.scorecard", "quality.load_log", "worklists.open_denials")


def manifest() -> dict[str, Any]:
    """What describes the tables, in the form of dbt's manifest."""

    def node(table: str) -> dict[str, Any]:
        schema, name = table.split(".")
        columns = {
            "night": {"description": "The night.", "config": {}},
            "number": {"description": "A number.", "config": {}},
        }
        return {
            "resource_type": "model",
            "schema": schema,
            "name": name,
            "description": "One row per thing.",
            "columns": columns,
        }

    return {"nodes": {table: node(table) for table in TABLES}, "sources": {}}


def fill(settings: Settings, night: int) -> None:
    """Every table of the warehouse speaks of one night; each night has a thousand rows more."""
    key = settings.pseudonym_key()
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            "create table if not exists raw.run_settings as "
            f"select date '2026-06-30' as as_of, '{key}' as pseudonym_key"
        )
        for table in TABLES:
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(
                f"create or replace table {table} as "
                f"select {night} as night, range as number from range({night * 1000})"
            )


def main() -> None:
    """Publish what the warehouse of the settings holds."""
    settings = Settings.from_environment()
    print("begin publication", flush=True)
    publish(settings, manifest(), COMPANIONS)
    print("end publication", flush=True)


if __name__ == "__main__":
    main()
