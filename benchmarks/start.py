"""From nothing to the scorecard: `make nightly` on a fresh clone, and with a warm environment.

Belongs here: where the time goes before and between the steps. Does not belong here: nights of
other practices than the sample (nights).
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.nights import steps
from benchmarks.process import Run, run
from orchestration.settings import PROJECT_ROOT

_IMPORTS = "import orchestration.definitions"
_PARSE = (
    "import time; from orchestration.settings import Settings; "
    "from orchestration.definitions import build; settings = Settings.from_environment(); "
    "began = time.monotonic(); build(settings); print(time.monotonic() - began)"
)

Keep = Callable[[str, str, dict], dict]


def measure(keep: Keep) -> None:
    """Measure a clone's first `make nightly`, and a second one on an emptied home."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        run(["git", "clone", "--quiet", str(PROJECT_ROOT), str(clone)], PROJECT_ROOT)
        outside = {"BILLING_LANDING": "", "BILLING_HOME": "", "BILLING_AS_OF": ""}
        fresh = run(["make", "nightly"], clone, outside)
        keep("start", "fresh", {**fresh.record(), "parts": parts(fresh)})
        # The same sample and environment, a home of its own: nothing parsed, nothing loaded.
        warm = run(["make", "nightly"], clone, {**outside, "BILLING_HOME": f"{folder}/home"})
        python = str(clone / ".venv" / "bin" / "python")
        imports = run([python, "-c", _IMPORTS], clone, outside)
        parse = run([python, "-c", _PARSE], clone, {**outside, "BILLING_HOME": f"{folder}/other"})
        told = {**parts(warm), "imports": round(imports.wall, 2)}
        told["parse"] = round(float(parse.lines[-1][1]), 2)
        told["rest"] = round(told["rest"] - told["imports"] - told["parse"], 2)
        keep("start", "warm", {**warm.record(), "parts": told})


def measure_tests(keep: Keep) -> None:
    """Measure `make test` here, time only."""
    keep("start", "make test", run(["make", "test"], PROJECT_ROOT).record())


def parts(done: Run) -> dict[str, float]:
    """Seconds of the environment, the sample practice and the steps of a `make nightly`."""
    begins = {"environment": 0.0}
    for at, line in done.lines:
        if "making the sample practice" in line:
            begins["sample practice"] = at
        elif line.startswith("nightly run as of"):
            begins["night"] = at
    sample = begins.get("sample practice", begins["night"])
    of_steps = steps(done)
    return {
        "environment": round(sample, 2),
        "sample practice": round(begins["night"] - sample, 2),
        **of_steps,
        "rest": round(of_steps["rest"] - begins["night"], 2),
    }


if __name__ == "__main__":
    sys.exit("Run python -m benchmarks --start.")
