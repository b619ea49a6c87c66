"""Licences, secrets and known weaknesses: what is found, what is not, and what is said offline."""

import http.server
import json
import socket
import threading
import time
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest

from orchestration import supply_chain
from orchestration.settings import PROJECT_ROOT
from orchestration.supply_chain import (
    LOCK,
    NOT_SAID,
    PAGE,
    copyleft,
    licence,
    licences,
    locked,
    secrets_in,
    titled,
    weaknesses,
)

LOCKED = "one==1.0 \\\n    --hash=sha256:00\ntwo-b==2.1.post1 ; sys_platform == 'x' \\\n"


def test_a_lock_is_read() -> None:
    assert locked(LOCKED) == {"one": "1.0", "two-b": "2.1.post1"}


# Licences


def test_the_page_of_licences_is_that_of_the_lock() -> None:
    page = PAGE.read_text(encoding="utf-8")
    here = licences(LOCK.read_text(encoding="utf-8"))
    shown, found = (text.splitlines() for text in (page, here))
    assert len(shown) == len(found), "run python -m orchestration.supply_chain licences"
    # A package of another platform cannot be asked here.
    for line, expected in zip(shown, found, strict=True):
        is_elsewhere = "| not installed here |" in line + expected
        assert line.split(" | ")[:2] == expected.split(" | ")[:2]
        assert is_elsewhere or line == expected, "run python -m orchestration.supply_chain licences"


def test_every_licence_is_named_and_none_binds_what_uses_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert NOT_SAID not in page
    # The LGPL binds changes to the driver of PostgreSQL, not what loads it.
    assert copyleft(page) == ["psycopg2-binary"]
    assert copyleft("| a | 1 | GPL-3.0-only |\n| b | 1 | Artistic License or GPL |\n") == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT License\n\nCopyright", "MIT License"),
        ("\n  Apache License, Version 2.0\n", "Apache License, Version 2.0"),
        ("Copyright (c) 2022", None),
        ("", None),
    ],
)
def test_a_licence_that_only_a_file_names_is_told_by_its_title(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    folder = tmp_path / "x-1.dist-info"
    (folder / "licenses").mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: x\nLicense-File: LICENSE\n")
    (folder / "licenses" / "LICENSE").write_text(text)
    assert titled(metadata.Distribution.at(folder)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License-Expression": "MIT", "License": "text"}, "MIT"),
        ({"License": "Apache-2.0"}, "Apache-2.0"),
        ({"License": "A text\nof lines", "Classifier": "License :: OSI Approved :: X"}, "X"),
        ({}, "not said"),
    ],
)
def test_a_licence_is_what_the_package_names(fields: dict, expected: str) -> None:
    message = Message()
    for name, text in fields.items():
        message[name] = text
    assert licence(message) == expected


# Secrets


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "private key"),
        ("key = AKIA" + "ABCDEFGHIJKLMNOP", "cloud access key"),
        ("ghp_" + "a" * 36, "access token"),
        ("https://hooks.slack.com/" + "services/T0000/B0000/abcdefghijkl", "webhook address"),
        ("postgresql://me:" + "hunter2@host/name", "password in an address"),
        ("0123456789abcdef" * 4, "pseudonym key"),
    ],
)
def test_a_secret_is_found_and_not_shown(line: str, kind: str) -> None:
    assert secrets_in([("a.py", f"first\n{line}\n")]) == [f"a.py:2: {kind}"]


@pytest.mark.parametrize(
    "line", ["--hash=sha256:" + "0" * 64, "https://host/path", "user@host", "0" * 63, "sk-learn"]
)
def test_what_is_no_secret_is_not_found(line: str) -> None:
    assert secrets_in([("a.py", line)]) == []


def test_the_project_holds_no_secret() -> None:
    assert supply_chain.main(["secrets"]) == 0


# Known weaknesses


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch):
    """A database of weaknesses on this machine; answers: what it says, asked: what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append(json.loads(body))
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(server.answer)))
            self.end_headers()
            # A byte at a time keeps every timeout of a socket.
            for position in range(len(server.answer)):
                if server.closing.wait(server.pause):
                    return
                try:
                    self.wfile.write(server.answer[position : position + 1])
                except OSError:
                    return  # who asked waits no longer

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answer, server.status = [], b"", 200
    server.pause, server.closing = 0.0, threading.Event()
    monkeypatch.setattr(supply_chain, "_OSV", f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_weakness_is_named(database) -> None:
    database.answer = json.dumps({"results": [{"vulns": [{"id": "PYSEC-1"}]}, {}]}).encode()
    assert weaknesses(LOCKED, supply_chain._OSV) == ["one 1.0: PYSEC-1"]
    first, second = database.asked[0]["queries"]
    assert first == {"version": "1.0", "package": {"name": "one", "ecosystem": "PyPI"}}
    assert second["package"]["name"] == "two-b"


@pytest.mark.parametrize("status", [200, 403, 404, 503])
@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"results": []}', b""])
def test_an_audit_without_the_database_says_so_and_stops_nothing(
    database, capfd, monkeypatch: pytest.MonkeyPatch, status: int, answer: bytes
) -> None:
    database.status, database.answer = status, answer
    monkeypatch.setattr(weaknesses, "__defaults__", (supply_chain._OSV,))
    assert supply_chain.main(["audit"]) == 0
    assert "audit: NOT DONE" in capfd.readouterr().out


def test_an_audit_waits_for_no_slow_answer(
    database, capfd, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.answer, database.pause = b" " * 1_000, 0.1
    monkeypatch.setattr(weaknesses, "__defaults__", (supply_chain._OSV,))
    monkeypatch.setattr(supply_chain, "LONGEST_SECONDS", 0.5)
    started = time.monotonic()
    assert supply_chain.main(["audit"]) == 0
    assert time.monotonic() - started < 5
    assert "audit: NOT DONE, no answer within" in capfd.readouterr().out


def test_an_audit_of_something_that_speaks_no_http(capfd, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_nonsense, args=(server,))
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        monkeypatch.setattr(weaknesses, "__defaults__", (address,))
        assert supply_chain.main(["audit"]) == 0
        thread.join()
    assert "audit: NOT DONE" in capfd.readouterr().out


def answer_nonsense(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1 << 16)
        connection.sendall(b"SSH-2.0-nothing\r\n")


def test_what_decides_a_change_looks_for_weaknesses_and_secrets() -> None:
    assert "make audit" in (PROJECT_ROOT / ".ci" / "run").read_text()


def test_an_audit_that_finds_something_fails(
    database, capfd, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(locked(LOCK.read_text(encoding="utf-8")))
    results = [{"vulns": [{"id": "PYSEC-1"}]}, *([{}] * (count - 1))]
    database.answer = json.dumps({"results": results}).encode()
    monkeypatch.setattr(weaknesses, "__defaults__", (supply_chain._OSV,))
    assert supply_chain.main(["audit"]) == 1
    assert ": PYSEC-1" in capfd.readouterr().out
