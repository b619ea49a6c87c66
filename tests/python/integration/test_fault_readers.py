"""Ten processes query the published file while nights are published: no error, and never a mix."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from faults.small import TABLES, fill, manifest
from landing_builder import make_settings

from orchestration.publish import publish
from orchestration.settings import Settings

READERS = 10
NIGHTS = 6
# Opens the file anew over and over, or holds it, until standard input says something; says each
# state that it meets: the nights that one connection sees in all tables, and the rows of the first.
READER = """
import select, sys, duckdb
path, tables, holds = sys.argv[1], sys.argv[2].split(","), sys.argv[3] == "hold"
held = duckdb.connect(path, read_only=True) if holds else None
print("ready", flush=True)
seen = set()
while True:
    connection = held or duckdb.connect(path, read_only=True)
    nights = [connection.sql(f"select distinct night from {t}").fetchall() for t in tables]
    (rows,) = connection.sql(f"select count(*) from {tables[0]}").fetchone()
    found = {night for some in nights for (night,) in some}
    if held is None:
        connection.close()
    state = (sorted(found), rows)
    if str(state) not in seen:
        seen.add(str(state))
        print(*sorted(found), rows, flush=True)
    if select.select([sys.stdin], [], [], 0)[0]:
        break
"""


def reader(settings: Settings, how: str) -> subprocess.Popen:
    child = subprocess.Popen(
        [sys.executable, "-c", READER, settings.published, ",".join(TABLES), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    return child


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = make_settings(tmp_path, tmp_path / "home")
    made.home.mkdir()
    fill(made, 1)
    publish(made, manifest())
    return made


def test_readers_see_whole_nights_and_block_nothing(settings: Settings) -> None:
    holder = reader(settings, "hold")
    readers = [reader(settings, "open anew") for _ in range(READERS)]
    for night in range(2, NIGHTS + 1):
        fill(settings, night)
        publish(settings, manifest())
    time.sleep(1)
    met = []
    for child in [holder, *readers]:
        told, errors = child.communicate("end\n", timeout=60)
        assert (child.returncode, errors) == (0, "")
        # One night a line and its rows: a mix would be two nights.
        met.append([tuple(map(int, line.split())) for line in told.splitlines()])
    for states in met:
        assert all(len(state) == 2 and state[1] == state[0] * 1000 for state in states), states
        assert states == sorted(states)
    # Who holds the file sees the night on which it was opened; the others came to the last one.
    assert met[0] == [(1, 1000)]
    assert {states[-1][0] for states in met[1:]} == {NIGHTS}
    assert len({state for states in met[1:] for state in states}) > 2
