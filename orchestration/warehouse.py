"""Opening the private warehouse, encrypted at rest where a setting says so.

Belongs here: the one way to a connection, DuckDB's encryption and what it needs. Does not belong
here: what is read or written. dbt opens the warehouse by profiles.yml, with the same attachment.

DuckDB writes encrypted files only with the extension httpfs loaded, for its cryptography. It comes
as a wheel and is installed from there into the home: nothing is downloaded.
"""

import importlib.util
import re
from pathlib import Path
from typing import Any

import duckdb

from orchestration.quoting import quoted_text
from orchestration.settings import Settings, SettingsError

ALIAS = "warehouse"
# Of a new warehouse, which nothing but this project's DuckDB opens: three tenths smaller than the
# oldest format, and quicker to write. A standing one keeps the format in which it was made.
STORAGE_VERSION = "v1.4.0"
# Of whoever writes to a home: what it holds is PHI, its secrets or its own record. What is
# published is opened to its readers by name (orchestration.publish).
UMASK = 0o077
_DISK_PROBLEM = re.compile(
    r"^\s*(?:IO Error: |TransactionContext Error: Failed to commit: "
    r"|Checkpoint failed for database \"\w+\"\. [\w .]*Original error: )"
    r"(Could not \w+ file \"[^\"\n]*\": [\w /]+)",
    re.MULTILINE,
)


def disk_problem(message: str) -> str | None:
    """What a message of DuckDB says of the disk: a path and the system's words, never a value.

    None: it speaks of something else. A full disk is noticed by the write, or by the commit.
    """
    found = _DISK_PROBLEM.search(message)
    return found and found[1]


def connect(
    settings: Settings, read_only: bool = False, **options: Any
) -> duckdb.DuckDBPyConnection:
    """Connect to the private warehouse; unqualified names are its own. `options` are DuckDB's.

    Raises:
        SettingsError: the key cannot be used, is missing, is wrong, or the file is not encrypted.
        duckdb.Error: the file cannot be opened for any other reason.
    """
    if not settings.warehouse.exists():
        options = {"storage_compatibility_version": STORAGE_VERSION, **options}
    key = settings.encryption_key()
    if key is None:
        try:
            return duckdb.connect(str(settings.warehouse), read_only=read_only, config=options)
        except duckdb.CatalogException as error:
            raise _wrong_key(settings, error) from None
    connection = duckdb.connect(config={**encrypted_options(settings), **options})
    try:
        for statement in statements(settings, read_only):
            connection.execute(statement)
    except (duckdb.CatalogException, duckdb.InvalidInputException) as error:
        connection.close()
        raise _wrong_key(settings, error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def statements(settings: Settings, read_only: bool) -> list[str]:
    """What opens an encrypted warehouse on a new connection; it holds the key."""
    return ["load httpfs", attachment(settings, read_only), f"use {ALIAS}"]


def attachment(settings: Settings, read_only: bool, alias: str = ALIAS) -> str:
    """The statement that attaches the warehouse; it holds the key."""
    options = ["read_only"] if read_only else []
    key = settings.encryption_key()
    if key is not None:
        options.append(f"encryption_key '{key}'")
    told = f" ({', '.join(options)})" if options else ""
    return f"attach {quoted_text(settings.warehouse)} as {alias}{told}"


def encrypted_options(settings: Settings) -> dict[str, Any]:
    """DuckDB's options for an encrypted warehouse; what it spills to disk is encrypted, too.

    Raises:
        SettingsError: the extension is not installed in this environment.
    """
    return {
        "extension_directory": str(extension_directory(settings)),
        "temp_directory": str(settings.spill_dir),
        "temp_file_encryption": True,
    }


def extension_directory(settings: Settings) -> Path:
    """The folder from which DuckDB loads httpfs, filled from the wheel where it is not."""
    folder = settings.home / "extensions"
    # One folder a release of DuckDB: after an upgrade the old one is of no use.
    if not any((folder / f"v{duckdb.__version__}").rglob("httpfs.duckdb_extension")):
        wheel = importlib.util.find_spec("duckdb_extension_httpfs")
        if wheel is None:
            raise SettingsError(
                "BILLING_ENCRYPTION_KEY_FILE needs the package duckdb-extension-httpfs of DuckDB "
                f"{duckdb.__version__}, which is not installed."
            )
        (file,) = Path(wheel.origin).parent.rglob("httpfs.duckdb_extension")
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
            connection.execute(f"install {quoted_text(file)}")
    return folder


def check_key(settings: Settings) -> None:
    """See that the warehouse, where there is one, opens with the key of the settings.

    Raises:
        SettingsError: it does not.
    """
    settings.encryption_key()
    if settings.warehouse.exists() and settings.warehouse.stat().st_size:
        try:
            connect(settings, read_only=True).close()
        except duckdb.IOException:
            return  # in use, or no database: who writes to it says so


def _wrong_key(settings: Settings, error: duckdb.Error) -> SettingsError:
    text = str(error)
    if "without a key" in text:
        return SettingsError(
            f"The warehouse {settings.warehouse} is encrypted: BILLING_ENCRYPTION_KEY_FILE must "
            "name the file with its key."
        )
    if "not encrypted" in text:
        return SettingsError(
            f"The warehouse {settings.warehouse} is not encrypted, and BILLING_ENCRYPTION_KEY_FILE "
            "is set: unset it, or build an encrypted one in another BILLING_HOME."
        )
    return SettingsError(
        f"BILLING_ENCRYPTION_KEY_FILE {settings.encryption_key_file} does not hold the key of the "
        f"warehouse {settings.warehouse}."
    )
