"""A command measured from outside: wall time, processor time, memory, and when it said what.

Belongs here: one process and its children. Does not belong here: which commands (nights, start).
Linux only: memory of the children is read from /proc.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS_BETWEEN_LOOKS = 0.1


class CommandError(Exception):
    """A measured command failed; the message is one sentence."""


@dataclass(frozen=True)
class Run:
    """What a command took.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of processor, of it and of its children: as the system counts those that were
            waited for, or as sampled where that is more.
        peak_tree: bytes of memory that it and its children held at once at most, as sampled.
        peak_process: bytes that the largest of them held at most, as the system counts it.
        lines: what it wrote, each with the seconds since the start.
    """

    wall: float
    cpu: float
    peak_tree: int
    peak_process: int
    lines: list[tuple[float, str]]

    def record(self) -> dict[str, float]:
        """The numbers, as a results file keeps them."""
        return {
            "wall": round(self.wall, 2),
            "cpu": round(self.cpu, 2),
            "peak_tree": self.peak_tree,
            "peak_process": self.peak_process,
        }


def is_measured(measure: Callable[[Path], None], keep: Path | None) -> bool:
    """Measure in the folder `keep`, or in one that goes; False where a command failed, told why."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            measure(keep or Path(folder))
    except CommandError as problem:
        print(problem, file=sys.stderr)
        return False
    return True


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command in a folder to its end.

    Raises:
        CommandError: it ended with another code than 0.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peaks, used = {"tree": 0, "process": 0}, {}
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(_SECONDS_BETWEEN_LOOKS):
            tree = _tree(process.pid)
            held = [_memory(one) for one in tree]
            used.update({one: seconds for one in tree if (seconds := _seconds(one))})
            peaks["tree"] = max(peaks["tree"], sum(now for now, _ in held))
            # Not what wait4 tells, which begins with the memory of this process.
            peaks["process"] = max(peaks["process"], *(most for _, most in held))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    lines = [(time.monotonic() - started, line.rstrip("\n")) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    is_over.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        told = " | ".join(line for _, line in lines[-3:])
        raise CommandError(f"{' '.join(command[:4])} … ended with {process.returncode}: {told}")
    cpu = max(usage.ru_utime + usage.ru_stime, sum(used.values()))
    return Run(wall, cpu, peaks["tree"], peaks["process"], lines)


def _tree(pid: int) -> list[int]:
    found, open_ = [], [pid]
    while open_:
        one = open_.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                open_ += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it ended meanwhile
    return found


def _seconds(pid: int) -> float:
    """Seconds of processor of a process, without its children's."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> tuple[int, int]:
    """Bytes that a process holds now, and held at most since it began."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    kilobytes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return tuple(1024 * int(kilobytes.get(name, 0)) for name in ("VmRSS", "VmHWM"))
