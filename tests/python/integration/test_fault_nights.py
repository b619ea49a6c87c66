"""The long form: whole nights of the terminal that are killed, fill the disk, and have readers.

After each, the next plain night ends with exactly the state of an undisturbed one.
"""

import itertools
import random
import re
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest
from faults.disk import leave_free, small_disk
from faults.homes import (
    AS_OF,
    IS_LONG,
    NIGHT_KILLS,
    SEED,
    Practice,
    assert_old_then_new,
    bring_first,
    bring_late,
    copy_home,
    kill,
    published_file,
    start,
    state,
    watched,
)
from faults.watcher import hashes

pytestmark = pytest.mark.skipif(not IS_LONG, reason="long form: make test-faults")

NIGHTLY = "orchestration.nightly"
READERS = 10
# What a night says, in order, at the borders of its steps.
BORDERS = (
    r"nightly run",
    r"loaded ",
    r"expectations of raw",
    r"staging: .* s$",
    r"expectations of staging",
    r"core: .* s$",
    r"expectations of core",
    r"metrics: .* s$",
    r"expectations of metrics",
    r"published: \d+ tables",
    r"published: /",
)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice after its first night, and after its second one; `seconds` are between borders."""
    folder = tmp_path_factory.mktemp("nights")
    landing, home = folder / "landing", folder / "home"
    bring_first(landing)
    plain_night(landing, home, as_of=AS_OF[0])
    bring_late(landing)
    first = copy_home(home, folder / "first")
    seconds = plain_night(landing, home)
    second = copy_home(home, folder / "second")
    made = Practice(landing, home, {"night": first}, second, seconds)
    old, new = made.fingerprints
    assert old != new, "the second night must change what is published"
    return made


def plain_night(landing: Path, home: Path, as_of: str = AS_OF[1]) -> dict[str, float]:
    """Run a night undisturbed, and return the seconds between its borders, by the earlier one."""
    child = start(landing, home, module=NIGHTLY, as_of=as_of)
    errors: list[str] = []
    threading.Thread(target=lambda: errors.extend(child.stderr), daemon=True).start()
    times = [(border, time.monotonic()) for line in child.stdout if (border := border_of(line))]
    assert child.wait() == 0, "".join(errors[-20:])
    return {border: later - earlier for (border, earlier), (_, later) in itertools.pairwise(times)}


def border_of(line: str) -> str | None:
    return next((border for border in BORDERS if re.match(border, line)), None)


@pytest.mark.parametrize("number", range(NIGHT_KILLS))
def test_a_night_that_is_killed(nights: Practice, number: int) -> None:
    """At every border, then at a random instant behind every border, and again."""
    borders = BORDERS[:-1]
    border = borders[number % len(borders)]
    is_inside = number // len(borders) % 2 == 1
    dice = random.Random(f"{SEED} night {number}")
    home = nights.begin_before("night")
    with watched(home) as met:
        night = start(nights.landing, home, module=NIGHTLY)
        kill(night, border, dice.uniform(0, 1) * nights.seconds[border] if is_inside else 0)
        plain_night(nights.landing, home)

    assert_old_then_new(met, nights.fingerprints)
    assert state(nights.landing, home) == state(nights.landing, nights.second)


# At once, while dbt builds, and while the marts are published.
@pytest.mark.parametrize("megabytes", [1, 20, 45])
def test_a_night_on_a_full_disk(nights: Practice, tmp_path: Path, megabytes: int) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = copy_home(nights.before["night"], disk(2000) / "home")
        leave_free(disk, megabytes)
        with watched(home) as met:
            night = start(nights.landing, home, module=NIGHTLY)
            _, errors = night.communicate(timeout=900)
            assert night.returncode == 1, errors
            assert re.search(rf"The disk of {home} is full: \d+ MB are free", errors), errors
            assert "Traceback" not in errors
            assert f"The last published file stands: {published_file(home)}." in errors
            disk(2000)
            plain_night(nights.landing, home)

        assert_old_then_new(met, nights.fingerprints)
        assert state(nights.landing, home) == state(nights.landing, nights.second)


def test_a_night_among_readers_and_a_second_run(nights: Practice) -> None:
    home = nights.begin_before("night")
    with ExitStack() as stack:
        holder = stack.enter_context(duckdb.connect(str(published_file(home)), read_only=True))
        held = hashes(holder)
        readers = [stack.enter_context(watched(home)) for _ in range(READERS)]
        night = start(nights.landing, home, module=NIGHTLY)
        assert night.stdout.readline().startswith("nightly run")

        second = start(nights.landing, home, module=NIGHTLY)
        told, errors = second.communicate(timeout=120)

        assert night.poll() is None, "the second run ends at once, not when the first one does"
        assert (second.returncode, told) == (2, "")
        assert errors == f"Another run is using {home}; try again when it ends.\n"
        night.communicate(timeout=900)
        assert night.returncode == 0
        assert hashes(holder) == held
    for met in readers:
        assert_old_then_new(met, nights.fingerprints)
    assert state(nights.landing, home) == state(nights.landing, nights.second)
