"""When the nightly job runs by itself."""

from dagster import DefaultScheduleStatus, ScheduleDefinition

from orchestration.jobs import nightly
from orchestration.settings import Settings


def nightly_schedule(settings: Settings) -> ScheduleDefinition:
    """Every night at two, on the clock of the practice."""
    return ScheduleDefinition(
        name="nightly_at_two",
        job=nightly,
        cron_schedule="0 2 * * *",
        execution_timezone=settings.time_zone,
        default_status=DefaultScheduleStatus.RUNNING,
        description="Runs the nightly job at 02:00 in the practice's time zone.",
    )
