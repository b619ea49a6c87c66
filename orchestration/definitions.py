"""Everything that Dagster knows of the warehouse; lists, computes nothing."""

from dagster import Definitions, definitions

from orchestration.assets.models import model_assets
from orchestration.assets.publication import publication_asset
from orchestration.assets.raw import raw_assets
from orchestration.checks import suite_checks
from orchestration.dbt_project import read_manifest
from orchestration.executor import only_run_executor
from orchestration.jobs import nightly, publish
from orchestration.notify import Channels
from orchestration.schedules import nightly_schedule
from orchestration.sensors import catch_up_sensor, landing_sensor, notice_sensors
from orchestration.settings import Settings


def build(settings: Settings) -> Definitions:
    """The definitions for the practice that the settings name."""
    manifest = read_manifest(settings)
    return Definitions(
        assets=[
            raw_assets(settings, manifest),
            *model_assets(settings, manifest),
            publication_asset(settings, manifest),
        ],
        asset_checks=suite_checks(settings),
        jobs=[nightly, publish],
        # Of these and of what people start in the user interface: the warehouse has one writer.
        executor=only_run_executor(settings),
        schedules=[nightly_schedule(settings)],
        sensors=[
            landing_sensor(settings),
            catch_up_sensor(settings),
            *notice_sensors(settings, Channels.from_environment(settings.home)),
        ],
    )


@definitions
def warehouse() -> Definitions:
    """What `dagster dev` and a deployment load."""
    return build(Settings.from_environment())
