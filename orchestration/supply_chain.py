"""`python -m orchestration.supply_chain licences|secrets|audit`: what the project is made of.

Belongs here: the licences of the locked packages, a search for secrets in the project's own files,
and known weaknesses of the locked versions. Does not belong here: which packages are locked.

Exits 0 when nothing was found, 1 when something was; an audit that finds no network says so and
exits 0, since a closed network must not keep a change from landing.
"""

import http.client
import json
import queue
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterable
from importlib import metadata

from orchestration.settings import PROJECT_ROOT

LOCK = PROJECT_ROOT / "requirements.lock"
PAGE = PROJECT_ROOT / "docs" / "licences.md"
_OSV = "https://api.osv.dev/v1/querybatch"
LONGEST_SECONDS = 10.0

_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)", re.MULTILINE)
_COPYLEFT = re.compile(r"\b(A|L)?GPL", re.IGNORECASE)

_SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "access token": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{32,}"
        r"|glpat-[A-Za-z0-9_-]{20}|pypi-AgE[A-Za-z0-9_-]{50,})"
    ),
    "webhook address": re.compile(r"https://hooks\.[a-z.]+/services/[A-Za-z0-9/]{20,}"),
    "password in an address": re.compile(
        r"[a-z][a-z0-9+]*://[^\s/:@'\"{}]+:(?!ZZ|password@)[^\s/@'\"{}]+@"
    ),
    "pseudonym key": re.compile(r"(?<![0-9a-f:])[0-9a-f]{64}(?![0-9a-f])"),
}
# Files whose hashes look like keys.
_HASHES = ("requirements.lock", "tests/")


_HEAD = """\
# Licences

The packages of `requirements.lock`, with the licence that each names. Written by
`python -m orchestration.supply_chain licences`; this project's own is Apache-2.0 (LICENSE, NOTICE).
The LGPL of psycopg2-binary, which is loaded only where runs are stored on PostgreSQL, binds changes
to it and not what loads it.

| package | version | licence |
|---|---|---|
"""


def locked(text: str) -> dict[str, str]:
    """Return the versions of a lock file by the name of the package."""
    return dict(_LOCKED.findall(text))


# Licences

NOT_SAID = "not said"


def licence(package: metadata.PackageMetadata) -> str:
    """Return the licence as the package names it, on one line; of a whole text its classifiers."""
    expression = package.get("License-Expression")
    if expression:
        return expression
    named = (package.get("License") or "").strip()
    if named and "\n" not in named and len(named) <= 40 and named != "Dual License":
        return named.removeprefix("License :: OSI Approved :: ")
    classifiers = package.get_all("Classifier") or []
    found = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License ::")]
    return " or ".join(sorted(found)) or NOT_SAID


def titled(package: metadata.Distribution) -> str | None:
    """Return the title of the licence file that a package ships, such as MIT License."""
    for name in package.metadata.get_all("License-File") or []:
        text = package.read_text(f"licenses/{name}") or package.read_text(name) or ""
        title = text.strip().split("\n")[0].strip()
        if re.fullmatch(r"(?i)[\w., -]*\blicen[cs]e\b[\w., -]*", title) and len(title) <= 60:
            return title
    return None


def licences(text: str) -> str:
    """Return docs/licences.md for a lock file, from the packages that are installed.

    A package of the lock that is not installed, since it is for another platform, is named.
    """
    rows = []
    for name, version in sorted(locked(text).items(), key=lambda one: one[0].lower()):
        try:
            found = licence(metadata.metadata(name))
            if found == NOT_SAID:
                found = titled(metadata.distribution(name)) or found
        except metadata.PackageNotFoundError:
            found = "not installed here"
        rows.append(f"| {name} | {version} | {found} |")
    return _HEAD + "\n".join(rows) + "\n"


def copyleft(page: str) -> list[str]:
    """Return the packages of the page with no other choice than a licence of the GPL family."""
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.count("|") == 4]
    named = [row for row in rows if len(row) == 3]
    return [name for name, _, found in named if _COPYLEFT.search(found) and " or " not in found]


# Secrets


def secrets_in(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return the lines of (name, text) that look like a secret: file, line and kind, no value."""
    found = []
    for name, text in files:
        for number, line in enumerate(text.splitlines(), start=1):
            for kind, pattern in _SECRETS.items():
                is_hash = kind == "pseudonym key" and name.startswith(_HASHES)
                if pattern.search(line) and not is_hash:
                    found.append(f"{name}:{number}: {kind}")
    return found


def _own_files() -> Iterable[tuple[str, str]]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        file = PROJECT_ROOT / name
        if file.is_file():
            yield name, file.read_text(encoding="utf-8", errors="replace")


# Known weaknesses


def weaknesses(text: str, url: str = _OSV) -> list[str]:
    """Return "package version: id" for each known weakness of a locked version.

    Raises:
        OSError, HTTPException: the database cannot be reached.
        ValueError: what answered is not the database.
    """
    packages = list(locked(text).items())
    queries = [
        {"version": version, "package": {"name": name, "ecosystem": "PyPI"}}
        for name, version in packages
    ]
    request = urllib.request.Request(
        url,
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=LONGEST_SECONDS) as answer:
        results = json.load(answer)
    try:
        return [
            f"{name} {version}: {one['id']}"
            for (name, version), result in zip(packages, results["results"], strict=True)
            for one in result.get("vulns", [])
        ]
    except (KeyError, TypeError, AttributeError):
        raise ValueError("not the answer of a database of weaknesses") from None


def _in_time(ask: Callable[[], list[str]]) -> list[str] | str:
    """Return what was found, or why the database could not be asked."""
    answers: queue.SimpleQueue[list[str] | str] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask())
        except (OSError, ValueError, http.client.HTTPException) as error:
            answers.put(f"the database cannot be asked ({type(error).__name__})")

    # A name server that is silent, or an answer of a byte at a time, keeps no timeout of a socket.
    threading.Thread(target=work, daemon=True).start()
    try:
        return answers.get(timeout=LONGEST_SECONDS)
    except queue.Empty:
        return f"no answer within {LONGEST_SECONDS:g} s"


def main(arguments: list[str]) -> int:
    """Do what is asked and return the exit code."""
    lock = LOCK.read_text(encoding="utf-8")
    if arguments == ["licences"]:
        PAGE.write_text(licences(lock), encoding="utf-8")
        print(f"licences: {PAGE}")
        return 0
    if arguments == ["secrets"]:
        found = secrets_in(_own_files())
        print("\n".join(found) or "secrets: none found")
        return int(bool(found))
    if arguments == ["audit"]:
        found = _in_time(lambda: weaknesses(lock))
        if isinstance(found, str):
            print(f"audit: NOT DONE, {found}")
            return 0
        print("\n".join(found) or f"audit: no known weakness in {len(locked(lock))} packages")
        return int(bool(found))
    print("Say licences, secrets or audit.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
