"""Where a run reads, where it writes, and which day it speaks for.

Belongs here: the settings that come from the environment, their defaults and their validation, and
the secret key of the pseudonyms. Does not belong here: anything that opens a database or reads an
extract. Nothing happens at import, and no folder is made by reading the settings.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import stat
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration import engine

PROJECT_ROOT = Path(__file__).resolve().parent.parent

_MEMORY_LIMIT = re.compile(r"\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)
_KEY = re.compile(r"[0-9a-f]{64}")


class SettingsError(Exception):
    """A setting that cannot be used. The message is one sentence and names the variable."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run.

    Attributes:
        landing: folder with the practice's extracts; holds `practice/` and `x12/`.
        home: folder that the warehouse writes to (warehouse, published files, run storage).
        as_of: the day that the warehouse speaks for; later events do not count.
        pseudonym_key_file: file with the key of the published pseudonyms.
        memory_limit: DuckDB's memory limit with its unit ("4GB"), or None for DuckDB's default.
        threads: number of DuckDB threads, at least 1.
        time_zone: IANA time zone on whose clock the nightly schedule runs.
        reference: folder with the practice's own reference tables; it may be absent.
        encryption_key_file: file with the key that encrypts the warehouse; None: it is not.
        mapping: file that says how a vendor's exports are read as extracts; None: they are none.
        keep_days: days after which notices and the record of a run are forgotten, at least 1.
        docs_url: where the practice serves published/docs, without a slash at its end, or None.
        engine: what builds the models, "duckdb" or "spark".
        spark_master: where Spark runs; None: in one process with that many threads.
    """

    landing: Path
    home: Path
    as_of: date
    pseudonym_key_file: Path
    memory_limit: str | None
    threads: int
    time_zone: str
    reference: Path
    encryption_key_file: Path | None = None
    keep_days: int = 90
    docs_url: str | None = None
    mapping: Path | None = None
    engine: str = engine.DUCKDB
    spark_master: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the BILLING_* variables; an unset or blank one takes its default.

        Relative paths are relative to the project root. The default of BILLING_AS_OF is today,
        except for a generated sample practice, which says in `sample.json` when it ends.

        Raises:
            SettingsError: a variable has a value that cannot be used.
        """
        values = {name: text.strip() for name, text in environ.items() if text.strip()}
        if (problem := engine.problem(values)) is not None:
            raise SettingsError(problem)
        landing = _path(values, "BILLING_LANDING", PROJECT_ROOT / "landing")
        home = _path(values, "BILLING_HOME", PROJECT_ROOT / "data")
        settings = cls(
            landing=landing,
            home=home,
            as_of=_as_of(values, landing),
            pseudonym_key_file=_path(values, "BILLING_PSEUDONYM_KEY_FILE", home / "pseudonym.key"),
            memory_limit=_memory_limit(values),
            threads=_threads(values),
            time_zone=_time_zone(values),
            reference=_path(values, "BILLING_REFERENCE", PROJECT_ROOT / "reference"),
            encryption_key_file=(
                _path(values, "BILLING_ENCRYPTION_KEY_FILE", home)
                if "BILLING_ENCRYPTION_KEY_FILE" in values
                else None
            ),
            keep_days=_keep_days(values),
            docs_url=_docs_url(values),
            mapping=_mapping(values),
            engine=values.get("BILLING_ENGINE", engine.DUCKDB),
            spark_master=values.get("BILLING_SPARK_MASTER"),
        )
        if home.exists() and not home.is_dir():
            raise SettingsError(f"BILLING_HOME must be a folder, and {home} is a file.")
        if settings.reference.exists() and not settings.reference.is_dir():
            raise SettingsError(
                f"BILLING_REFERENCE must be a folder, and {settings.reference} is a file."
            )
        published = settings.published_dir.resolve()
        for variable, file in (
            ("BILLING_PSEUDONYM_KEY_FILE", settings.pseudonym_key_file),
            ("BILLING_ENCRYPTION_KEY_FILE", settings.encryption_key_file),
        ):
            if file is not None and published in file.resolve().parents:
                raise SettingsError(
                    f"{variable} must not be inside the published folder {settings.published_dir}: "
                    "who has the key can undo what it protects."
                )
        return settings

    @property
    def warehouse(self) -> Path:
        """The private database; it holds PHI."""
        return self.home / "warehouse.duckdb"

    @property
    def spill_dir(self) -> Path:
        """Where DuckDB keeps what does not fit in memory; it is the warehouse's, and holds PHI."""
        return self.warehouse.with_name(f"{self.warehouse.name}.tmp")

    @property
    def is_spark(self) -> bool:
        """Whether Spark builds, and the warehouse holds the ledger of the load and small tables."""
        return self.engine == engine.SPARK

    @property
    def releases(self) -> Path:
        """What people released from quarantine; as much an input as the landing folder."""
        return self.home / "releases.csv"

    @property
    def published_dir(self) -> Path:
        """The only folder that readers need access to."""
        return self.home / "published"

    @property
    def nothing_published(self) -> str:
        """What is told who asks for the published file before the first good night."""
        return f"Nothing is published in {self.home} yet: run make nightly."

    @property
    def published(self) -> Path:
        """The database that BI tools and analysts open."""
        return self.published_dir / "billing_marts.duckdb"

    @property
    def standing_file(self) -> Path:
        """Which published file is whole, with what is made from it, and by which code."""
        return self.home / ".published"

    def encryption_key(self) -> str | None:
        """Return the key that encrypts the warehouse, 64 hexadecimal characters; None: no key.

        It is never made: who sets it keeps it, since nothing opens the warehouse without it.

        Raises:
            SettingsError: the file cannot be read, others than its owner can read it, or it holds
                something else.
        """
        file = self.encryption_key_file
        return None if file is None else _read_key("BILLING_ENCRYPTION_KEY_FILE", file)

    @property
    def key_fingerprint_file(self) -> Path:
        """Beside the published file: which key its pseudonyms were made with, not the key."""
        return self.published_dir / "pseudonym_key.fingerprint"

    def pseudonym_key(self) -> str:
        """Return the key of the pseudonyms, 64 hexadecimal characters; make it on first use.

        Of two processes that make it at once one wins and both return the winner's. The file is
        complete or absent at every instant, so that a killed run does not leave half a key. Call
        it before the warehouse is made: beside one, a missing key is lost and no new one is made.

        Raises:
            SettingsError: the file cannot be read or written, others than its owner can read it,
                it holds something else, or what was published was made with another key.
        """
        file = self.pseudonym_key_file
        try:
            if not file.exists():
                self._refuse_new_key()
                _make_key_file(file)
        except OSError as error:
            raise SettingsError(
                f"BILLING_PSEUDONYM_KEY_FILE {file} cannot be used: {error.strerror}."
            ) from None
        key = _read_key("BILLING_PSEUDONYM_KEY_FILE", file)
        self._refuse_other_key(key)
        return key

    def _refuse_new_key(self) -> None:
        old = [one for one in (self.warehouse, self.published) if one.exists()]
        if old:
            raise SettingsError(
                f"BILLING_PSEUDONYM_KEY_FILE {self.pseudonym_key_file} is missing, and {old[0]} "
                "was made with it: restore it from its backup, or begin anew in another "
                "BILLING_HOME."
            )

    def _refuse_other_key(self, key: str) -> None:
        try:
            fingerprint = self.key_fingerprint_file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError):
            fingerprint = ""
        if fingerprint != key_fingerprint(key):
            raise SettingsError(
                f"BILLING_PSEUDONYM_KEY_FILE {self.pseudonym_key_file} holds another key than the "
                f"one that {self.published} was made with: restore that key from its backup, or "
                "begin anew in another BILLING_HOME."
            )


def key_fingerprint(key: str) -> str:
    """What can be told of a key: the same for the same key, and nothing to find the key by."""
    return hashlib.sha256(f"fingerprint of a pseudonym key:{key}".encode()).hexdigest()[:32]


def read_secret(variable: str, file: Path) -> str:
    """Return what stands in the file of a secret, which must be its owner's alone.

    Raises:
        SettingsError: it cannot be read, is no text, or is open to others; nothing of it is told.
    """
    try:
        with file.open(encoding="utf-8") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            secret = stream.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        # The text of a decoding error shows bytes of the file.
        problem = error.strerror if isinstance(error, OSError) else "it is not plain text"
        raise SettingsError(f"{variable} {file} cannot be used: {problem}.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(
            f"{variable} {file} can be used by others than its owner, who could undo what it "
            f"protects: run chmod 600 {file}."
        )
    return secret


def _read_key(variable: str, file: Path) -> str:
    key = read_secret(variable, file).lower()
    if not _KEY.fullmatch(key):
        raise SettingsError(f"{variable} {file} must hold 64 hexadecimal characters.")
    return key


def _make_key_file(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        # A link, unlike a rename, never replaces a key that another process has just made.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


def _path(values: Mapping[str, str], variable: str, default: Path) -> Path:
    text = values.get(variable)
    if text is None:
        return default
    if "\0" in text:
        raise SettingsError(f"{variable} must be a path.")
    try:
        return PROJECT_ROOT / Path(text).expanduser()
    except RuntimeError:
        raise SettingsError(f"{variable} names a home folder that does not exist.") from None


def _mapping(values: Mapping[str, str]) -> Path | None:
    """A mapping by its name, of those that come with the project, or by its path."""
    text = values.get("BILLING_MAPPING")
    if text is None:
        return None
    shipped = PROJECT_ROOT / "mappings"
    if re.fullmatch(r"[\w-]+", text):
        file = shipped / f"{text}.yml"
    else:
        file = _path(values, "BILLING_MAPPING", shipped)
    if not file.is_file():
        known = ", ".join(sorted(one.stem for one in shipped.glob("*.yml")))
        raise SettingsError(
            f"BILLING_MAPPING must be the path of a mapping or one of {known}, and {file} is no "
            "file."
        )
    return file


def _as_of(values: Mapping[str, str], landing: Path) -> date:
    text = values.get("BILLING_AS_OF")
    if text is not None:
        day = _day(text)
        if day is None:
            raise SettingsError(f"BILLING_AS_OF must be a date like 2026-06-30, and is {text!r}.")
        return day
    sample = landing / "sample.json"
    if sample.is_file():
        try:
            day = _day(json.loads(sample.read_text(encoding="utf-8"))["as_of"])
        except (OSError, ValueError, KeyError, TypeError):
            day = None
        if day is None:
            raise SettingsError(
                f"{sample} does not say as_of as a date like 2026-06-30: "
                "make the sample again, or set BILLING_AS_OF."
            )
        return day
    return datetime.now(tz=UTC).astimezone().date()


def _day(text: str) -> date | None:
    # date.fromisoformat also takes 20260630 and 2026-W27-2, which are more likely mistakes.
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _memory_limit(values: Mapping[str, str]) -> str | None:
    text = values.get("BILLING_MEMORY_LIMIT")
    if text is not None and not _MEMORY_LIMIT.fullmatch(text):
        raise SettingsError(
            f"BILLING_MEMORY_LIMIT must be a size with its unit like 4GB, and is {text!r}."
        )
    return text


def _threads(values: Mapping[str, str]) -> int:
    text = values.get("BILLING_THREADS")
    if text is None:
        return os.cpu_count() or 1
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) == 0:
        raise SettingsError(f"BILLING_THREADS must be a whole number from 1, and is {text!r}.")
    return int(text)


def _keep_days(values: Mapping[str, str]) -> int:
    text = values.get("BILLING_KEEP_DAYS", "90")
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) == 0:
        raise SettingsError(f"BILLING_KEEP_DAYS must be a whole number from 1, and is {text!r}.")
    return int(text)


def _docs_url(values: Mapping[str, str]) -> str | None:
    text = values.get("BILLING_DOCS_URL")
    if text is not None and not re.fullmatch(r"https?://[^\s#?]+", text):
        raise SettingsError(
            f"BILLING_DOCS_URL must be an address like https://host/docs, and is {text!r}."
        )
    return text and text.rstrip("/")


def _time_zone(values: Mapping[str, str]) -> str:
    # The default of the extracts: a clinic that names no time zone is in New York.
    text = values.get("BILLING_TIME_ZONE", "America/New_York")
    if text not in zoneinfo.available_timezones():
        raise SettingsError(
            f"BILLING_TIME_ZONE must be an IANA time zone like America/Denver, and is {text!r}."
        )
    return text
