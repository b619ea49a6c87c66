"""The jobs: `nightly` does everything, `publish` only replaces the published file."""

from dagster import AssetSelection, define_asset_job

nightly = define_asset_job(
    "nightly",
    selection=AssetSelection.all(),
    description="Load the landing folder, build and check every layer, publish the marts.",
)

publish = define_asset_job(
    "publish",
    selection=AssetSelection.assets(["published", "billing_marts"]),
    description="Publish the marts as the warehouse holds them now.",
)
