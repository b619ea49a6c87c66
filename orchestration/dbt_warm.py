"""`python -m orchestration.dbt_warm DOOR`: dbt that has read the project and waits for commands.

Belongs here: how one start of dbt serves all layers of a run. Does not belong here: what is built
(orchestration.assets.models), and how dbt ends with its run (orchestration.dbt_process).

dbt takes five seconds to start, most of them before it asks the database anything. A run starts it
once, while it loads the landing folder. Each command of dbt_process is then done by a fork, with
the command's arguments, environment and output; it holds the command's lock and ends with it. Where
nobody waits, or the project does not parse, the command does its work itself, and says so.
"""

import contextlib
import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration import spark_session

_VARIABLE = "BILLING_WARM_DBT"


@contextlib.contextmanager
def warm_dbt(environment: Mapping[str, str], project: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have dbt ready for the commands that this process starts meanwhile.

    Its socket is in a folder of its own, that nobody else may enter: not in the home, which people
    copy, and whose path may be longer than the name of a socket.
    """
    with tempfile.TemporaryDirectory(prefix="dbt") as folder, socket.socket(socket.AF_UNIX) as door:
        path = str(Path(folder) / "socket")
        door.bind(path)
        door.listen()
        server = subprocess.Popen(
            [sys.executable, "-m", "orchestration.dbt_warm", str(door.fileno())],
            cwd=project,
            env={**os.environ, **environment},
            pass_fds=[door.fileno()],
            stdin=subprocess.PIPE,  # closed by the end of this process, however it ends
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        door.close()
        os.environ[_VARIABLE] = path
        try:
            yield server
        finally:
            del os.environ[_VARIABLE]
            server.stdin.close()
            server.wait()


def ask(arguments: Sequence[str], lock: int) -> int | None:
    """Have the dbt that waits do a command; return its exit code, None where none did it."""
    if _VARIABLE not in os.environ:
        return None
    told = {"arguments": list(arguments), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.environ[_VARIABLE])
            socket.send_fds(connection, [b"\0"], [sys.stdout.fileno(), sys.stderr.fileno(), lock])
            connection.sendall(json.dumps(told).encode() + b"\n")
            answer = connection.recv(1)
        except OSError:
            return None
    return answer[0] if answer else None


def main() -> None:
    """Wait for commands until the run closes the pipe to this process."""
    threading.Thread(target=_after, args=(sys.stdin.buffer.raw.read, _end), daemon=True).start()
    listener = socket.socket(fileno=int(sys.argv[1]))
    from dbt.cli.main import dbtRunner

    manifest = dbtRunner().invoke(["--quiet", "parse", "--no-write-json"]).result
    if manifest is None:
        return
    if os.environ.get("BILLING_DBT_TARGET") == "spark":
        return _serve_spark(listener, manifest)
    gc.freeze()  # what a fork does not touch is not copied
    while True:
        connection, _ = listener.accept()
        child = os.fork()
        if child == 0:
            listener.close()
            _do(connection, manifest)
        connection.close()
        os.waitpid(child, 0)


def _serve_spark(listener: socket.socket, manifest: Any) -> None:
    """Do the commands in this process, one after the other: a session of Spark cannot fork."""
    # Before any command: its JVM keeps the output of this process for its own.
    if spark_session.open_session(manifest) != 0:
        return
    while True:
        connection, _ = listener.accept()
        _do_on_spark(connection, manifest)


def _do_on_spark(connection: socket.socket, manifest: Any) -> None:
    """Do a command, and have the output again that this process had before."""
    own = os.dup(1), os.dup(2)
    is_done = threading.Event()
    arguments, given = _take(connection, lambda: is_done.is_set() or _end())
    try:
        code = spark_session.do(arguments, manifest)
    except Exception:
        code = 2  # what it says may quote a value
    sys.stdout.flush()
    for number, before in enumerate(own, start=1):
        os.dup2(before, number)
    is_done.set()
    with connection:
        connection.sendall(bytes([code]))
    for descriptor in (*own, *given):
        os.close(descriptor)


def _take(connection: socket.socket, end: Callable[[], object]) -> tuple[list[str], list[int]]:
    """Take over output and environment of a command; return its arguments, and what was given.

    `end` is called when the command's process goes.
    """
    _, given, _, _ = socket.recv_fds(connection, 1, 3)
    os.dup2(given[0], 1)
    os.dup2(given[1], 2)
    with connection.makefile("rb") as stream:
        told = json.loads(stream.readline())
    threading.Thread(target=_after, args=(lambda: connection.recv(1), end), daemon=True).start()
    os.environ.clear()
    os.environ.update(told["environment"])
    return told["arguments"], given


def _do(connection: socket.socket, manifest: Any) -> None:
    """Be the dbt of a command, and end."""
    code = 2
    try:
        arguments, _ = _take(connection, lambda: os._exit(1))
        from dbt.cli.main import dbtRunner

        result = dbtRunner(manifest=manifest).invoke(arguments)
        code = 0 if result.success else 1 if result.exception is None else 2
        sys.stdout.flush()
        connection.sendall(bytes([code]))
    finally:
        os._exit(code)


def _after(read: Callable[[], object], end: Callable[[], object]) -> None:
    """Call `end` when what is read from ends."""
    with contextlib.suppress(OSError):
        read()
    end()


def _end() -> None:
    """End this process, and the session of Spark that it may have."""
    if "pyspark" in sys.modules:
        spark_session.close_session()
    os._exit(1)


if __name__ == "__main__":
    main()
