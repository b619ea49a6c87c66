"""A missed night is caught up once: which days a backfill runs, and when the daemon asks."""

import os
import time
from datetime import date

import dagster
import pytest

from orchestration import sensors
from orchestration.backfill import days
from orchestration.settings import Settings, SettingsError

AS_OF = date(2026, 6, 30)


@dagster.op(config_schema=bool)
def step(context: dagster.OpExecutionContext) -> None:
    assert context.op_config


@dagster.job(name="nightly")
def night() -> None:
    step()


@pytest.mark.parametrize(
    ("age_hours", "run", "is_asked", "reason"),
    [
        (26, None, True, None),
        (26, "killed", True, None),
        (24, None, False, "not older than a day"),
        (None, None, False, "no first night"),
        (99, "good", False, "begun within the last day"),
        (99, "failed", False, "begun within the last day"),
        (99, "going on", False, "begun within the last day"),
    ],
)
def test_a_missed_night_is_asked_for_once(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    age_hours: int | None,
    run: str | None,
    is_asked: bool,
    reason: str | None,
) -> None:
    if age_hours is not None:
        settings.published_dir.mkdir(parents=True)
        settings.published.touch()
        when = time.time() - age_hours * 3600
        os.utime(settings.published, (when, when))
    with dagster.DagsterInstance.ephemeral() as instance:
        config = {"ops": {"step": {"config": run == "good"}}}
        if run in ("good", "failed"):
            night.execute_in_process(config, instance=instance, raise_on_error=False)
        elif run is not None:
            started = dagster.DagsterRunStatus.STARTED
            begun = instance.create_run_for_job(night, run_config=config, status=started)
            if run == "killed":
                instance.report_run_failed(begun)
        catch_up = sensors.catch_up_sensor(settings)
        context = dagster.build_sensor_context(instance=instance)
        assert "first" in catch_up(context).skip_message  # the schedule's turn
        monkeypatch.setattr(sensors, "_SCHEDULER_FIRST_SECONDS", 0)
        asked = catch_up(context)
    assert isinstance(asked, dagster.RunRequest) == is_asked
    if is_asked:
        assert asked.run_key.startswith("missed 20")
    else:
        assert reason in asked.skip_message


def test_the_daemon_makes_up_for_one_tick_and_frees_a_stuck_queue() -> None:
    import yaml

    from orchestration.settings import PROJECT_ROOT

    text = (PROJECT_ROOT / "orchestration" / "dagster.yaml").read_text()
    assert yaml.safe_load(text)["run_monitoring"] == {
        "enabled": True,
        "max_runtime_seconds": 21600,
        "free_slots_after_run_end_seconds": 60,
    }


def test_a_backfill_runs_the_month_ends_or_every_day() -> None:
    january, february, march = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
    assert days(["2026-01-31", "2026-03-31"], AS_OF) == [january, february, march]
    assert days(["2026-02-01", "2026-03-30"], AS_OF) == [february]
    assert days(["2026-02-27", "2026-03-01", "day"], AS_OF) == [
        date(2026, 2, 27),
        february,
        date(2026, 3, 1),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["", ""], "A backfill needs two days"),
        (["2026-01-31"], "A backfill needs two days"),
        (["2026-01-31", "x"], "A backfill needs two days"),
        (["2026-01-31", "2026-07-31"], "A backfill ends by 2026-06-30"),
        (["2026-03-31", "2026-01-31"], "There is no month end"),
        (["2026-03-01", "2026-03-30"], "There is no month end"),
        (["2024-01-01", "2026-03-30", "day"], "A backfill runs at most 366 nights"),
        (["2026-01-31", "2026-03-31", "week"], "STEP must be month or day"),
    ],
)
def test_a_range_that_cannot_be_run_is_named(arguments: list[str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        days(arguments, AS_OF)
    assert str(caught.value).startswith(sentence)
