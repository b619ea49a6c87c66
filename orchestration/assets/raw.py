"""Schema raw as assets: one per extract and per X12 table, loaded by one step.

Belongs here: what Dagster shows of a load. Does not belong here: loading (orchestration.ingest).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.assets.told import links, team
from orchestration.dbt_project import in_dbt_process
from orchestration.ingest import load_diagnosis_codes, load_landing
from orchestration.redaction import without_values
from orchestration.retry import retried
from orchestration.settings import Settings
from orchestration.spark import registration
from orchestration.tables import reading

POOL = "warehouse"


def raw_assets(settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    """The step that loads the landing folder, and the assets that it fills."""
    sources = [node for node in manifest["sources"].values() if node["source_name"] == "raw"]

    @multi_asset(
        name="load_landing",
        specs=[
            AssetSpec(
                ["raw", source["name"]],
                description=source["description"],
                group_name="raw",
                owners=[team(source["config"]["meta"]["owner"])],
                metadata=links(settings, source),
                kinds={settings.engine},
            )
            for source in sources
        ],
        pool=POOL,
    )
    def load(context: AssetExecutionContext) -> Iterator[MaterializeResult]:
        with retried(context):
            counts = without_values(work)
        for name, rows in counts.items():
            yield MaterializeResult(asset_key=["raw", name], metadata={"dagster/row_count": rows})

    def work() -> dict[str, int]:
        load_landing(settings, report=print)
        load_diagnosis_codes(settings)
        if settings.is_spark:
            in_dbt_process(
                settings, "run-operation", "register_raw", "--args", registration(settings)
            )
        with reading(settings) as connection:
            names = [source["name"] for source in sources]
            queries = {name: f'select count(*) from raw."{name}"' for name in names}
            return {name: connection.sql(one).fetchone()[0] for name, one in queries.items()}

    return load
