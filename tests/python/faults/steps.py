"""`python -m faults.steps STEP …`: steps of a night as plain functions, told by a line each.

Settings are the BILLING_* variables. Says `begin STEP` and `end STEP`; ends with 1 and a sentence
where the project's own errors say one, as a night does.
"""

import os
import subprocess
import sys

from orchestration.ingest import LoadError, load_diagnosis_codes, load_landing
from orchestration.lock import only_run
from orchestration.publish import PublishError, publish
from orchestration.redaction import StepError, without_values
from orchestration.settings import Settings

STEPS = (
    "load",
    "expectations_of_raw",
    "build_staging",
    "expectations_of_staging",
    "build_core",
    "expectations_of_core",
    "build_metrics",
    "expectations_of_metrics",
    "publication",
)


def run(step: str, settings: Settings) -> None:
    """Do one step as the job does it.

    Raises:
        LoadError, PublishError, StepError: as the step does.
    """
    if step == "load":
        load_landing(settings, report=lambda line: None)
        load_diagnosis_codes(settings)
    elif step.startswith("build_"):
        _build(step.removeprefix("build_"), settings)
    elif step.startswith("expectations_of_"):
        _check(step.removeprefix("expectations_of_"), settings)
    else:
        from orchestration.assets.publication import companions
        from orchestration.dbt_project import read_manifest

        publish(settings, read_manifest(settings), companions())


def _build(layer: str, settings: Settings) -> None:
    from orchestration.assets.models import LAYERS
    from orchestration.dbt_project import dbt_command, environment

    command = [dbt_command(), "--quiet", "build", "--resource-types", "seed", "model"]
    command += ["--select", *LAYERS[layer].split()]
    subprocess.run(
        command, env={**os.environ, **environment(settings)}, stdout=sys.stderr, check=True
    )


def _check(suite: str, settings: Settings) -> None:
    import expectations
    from orchestration.checks import keep_results

    keep_results(settings, suite, expectations.run_suite(settings.warehouse, suite))


def main() -> int:
    settings = Settings.from_environment()
    with only_run(settings):
        for step in sys.argv[1:] or STEPS:
            print(f"begin {step}", flush=True)
            try:
                without_values(lambda step=step: run(step, settings))
            except (LoadError, PublishError, StepError) as error:
                print(error, file=sys.stderr)
                return 1
            print(f"end {step}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
