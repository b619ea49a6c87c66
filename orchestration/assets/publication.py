"""The published file as an asset: what every mart and every check before it leads to."""

import time
from collections.abc import Mapping
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, MetadataValue, asset

from orchestration.assets.raw import POOL
from orchestration.assets.told import team
from orchestration.companions import Writer
from orchestration.docs import hold_place
from orchestration.parquet import write_parquet
from orchestration.publish import SCHEMAS, publish
from orchestration.redaction import without_values
from orchestration.report import write_report
from orchestration.retry import retried
from orchestration.settings import Settings


def companions() -> dict[str, Writer]:
    """What stands beside the published file, by its name there."""
    return {"parquet": write_parquet, "report": write_report}


def publication_asset(settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    """The step that publishes; a critical check on any table before it keeps it from running."""
    models = {
        (node["schema"], node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in SCHEMAS
    }

    @asset(
        key=["published", "billing_marts"],
        deps=[list(model) for model in sorted(models)],
        group_name="published",
        owners=[team("data_engineer")],
        metadata={"file": MetadataValue.path(str(settings.published))},
        kinds={"duckdb"},
        description=(
            "The database that BI tools and analysts open: schemas core, metrics, worklists and "
            "quality as tables, without direct identifiers. Replaced in one instant, and only when "
            "every critical check was met."
        ),
        pool=POOL,
    )
    def billing_marts(context: AssetExecutionContext) -> MaterializeResult:
        started = time.monotonic()
        with retried(context):
            counts = without_values(work)
        rows, seconds = sum(counts.values()), time.monotonic() - started
        print(f"published: {len(counts)} tables, {rows:,} rows, {seconds:.1f} s", flush=True)
        return MaterializeResult(metadata={"tables": len(counts), "dagster/row_count": rows})

    def work() -> dict[str, int]:
        hold_place(settings)
        return publish(settings, manifest, companions())

    return billing_marts
