"""The jobs: `nightly` does everything, `publish` only replaces the published file."""

from dagster import AssetSelection, define_asset_job, in_process_executor

# In one process: the warehouse file has one writer.
nightly = define_asset_job(
    "nightly",
    selection=AssetSelection.all(),
    description="Load the landing folder, build and check every layer, publish the marts.",
    executor_def=in_process_executor,
)

publish = define_asset_job(
    "publish",
    selection=AssetSelection.assets(["published", "billing_marts"]),
    description="Publish the marts as the warehouse holds them now.",
    executor_def=in_process_executor,
)
