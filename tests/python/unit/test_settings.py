"""The settings of a run: defaults, what can be said, and what is refused in a sentence."""

import json
import stat
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from landing_builder import write_file

from orchestration import engine
from orchestration.settings import PROJECT_ROOT, Settings, SettingsError, key_fingerprint
from orchestration.spark import environment


def read(tmp_path: Path, **values: str) -> Settings:
    """Settings with landing and home in tmp_path, unless said otherwise."""
    defaults = {"BILLING_LANDING": f"{tmp_path}/landing", "BILLING_HOME": f"{tmp_path}/home"}
    return Settings.from_environment({**defaults, **values})


def today() -> date:
    return datetime.now(tz=UTC).astimezone().date()


def refusal(tmp_path: Path, **values: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, **values)
    return str(caught.value)


def test_every_setting_has_a_default() -> None:
    settings = Settings.from_environment({"BILLING_AS_OF": "2026-06-30", "BILLING_HOME": "  "})

    assert settings.landing == PROJECT_ROOT / "landing"
    assert settings.home == PROJECT_ROOT / "data"
    assert settings.warehouse == PROJECT_ROOT / "data/warehouse.duckdb"
    assert settings.published == PROJECT_ROOT / "data/published/billing_marts.duckdb"
    assert settings.pseudonym_key_file == PROJECT_ROOT / "data/pseudonym.key"
    assert settings.reference == PROJECT_ROOT / "reference"
    assert settings.memory_limit is None
    assert settings.encryption_key() is None
    assert settings.time_zone == "America/New_York"
    assert settings.keep_days == 90
    assert settings.threads >= 1


def test_every_setting_can_be_said(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        BILLING_AS_OF=" 2026-06-30 ",
        BILLING_PSEUDONYM_KEY_FILE="~/key",
        BILLING_MEMORY_LIMIT="1.5 GiB",
        BILLING_THREADS="3",
        BILLING_TIME_ZONE="America/Denver",
        BILLING_KEEP_DAYS="7",
        BILLING_REFERENCE=f"{tmp_path}/tables",
    )

    assert settings.landing == tmp_path / "landing"
    assert settings.home == tmp_path / "home"
    assert settings.as_of == date(2026, 6, 30)
    assert settings.pseudonym_key_file == Path.home() / "key"
    assert (settings.memory_limit, settings.threads) == ("1.5 GiB", 3)
    assert settings.time_zone == "America/Denver"
    assert settings.keep_days == 7
    assert settings.reference == tmp_path / "tables"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"BILLING_ENGINE": "Spark"}, "BILLING_ENGINE must be duckdb or spark, and is 'Spark'."),
        (
            {"BILLING_SPARK_MASTER": "here"},
            "BILLING_SPARK_MASTER must be a master of Spark like local[2], "
            "local-cluster[2,1,1024] or spark://host:7077, and is 'here'.",
        ),
    ],
)
def test_an_engine_that_is_none_is_refused(
    tmp_path: Path, values: dict[str, str], told: str
) -> None:
    assert refusal(tmp_path, **values) == told


@pytest.mark.parametrize("missing", ["pyspark", "dbt-spark"])
def test_spark_without_its_packages_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    _has_java(monkeypatch, tmp_path)
    _has_packages(monkeypatch, {"pyspark", "dbt-spark"} - {missing})

    assert refusal(tmp_path, BILLING_ENGINE="spark") == (
        "BILLING_ENGINE=spark needs PySpark and dbt-spark: pip install '.[spark]'."
    )


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_spark_without_java_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    _has_packages(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", home)

    assert refusal(tmp_path, BILLING_ENGINE="spark") == (
        "BILLING_ENGINE=spark needs Java 17: install it, or set JAVA_HOME."
    )


def test_spark_is_taken_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _has_packages(monkeypatch)
    _has_java(monkeypatch, tmp_path)

    settings = read(
        tmp_path,
        BILLING_ENGINE="spark",
        BILLING_SPARK_MASTER="local-cluster[2,1,1500]",
        BILLING_MEMORY_LIMIT="1.5 GiB",
    )

    assert settings.is_spark
    told = environment(settings)
    assert told["BILLING_SPARK_MASTER"] == "local-cluster[2,1,1500]"
    assert told["BILLING_SPARK_EXECUTOR_MEMORY"] == "1500m"
    assert told["BILLING_SPARK_DRIVER_MEMORY"] == "1536m"
    assert environment(read(tmp_path)) == {}


def test_spark_does_not_take_a_key_of_the_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has_packages(monkeypatch)
    _has_java(monkeypatch, tmp_path)

    told = refusal(tmp_path, BILLING_ENGINE="spark", BILLING_ENCRYPTION_KEY_FILE="key")

    assert told.startswith("BILLING_ENCRYPTION_KEY_FILE encrypts a warehouse of DuckDB, not the")


def _has_packages(
    monkeypatch: pytest.MonkeyPatch, packages: Collection[str] = ("pyspark", "dbt-spark")
) -> None:
    """Have this environment hold these packages of Spark's, and no others."""
    monkeypatch.setattr(engine, "_is_installed", lambda package: package in packages)


def _has_java(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    java = write_file(folder / "jdk" / "bin" / "java", b"")
    java.chmod(0o700)
    monkeypatch.setenv("JAVA_HOME", str(folder / "jdk"))


def test_a_relative_path_is_relative_to_the_project(tmp_path: Path) -> None:
    assert read(tmp_path, BILLING_LANDING="other/landing").landing == PROJECT_ROOT / "other/landing"


def test_reading_settings_makes_nothing(tmp_path: Path) -> None:
    read(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_as_of_is_today_but_for_a_sample_practice_its_end(tmp_path: Path) -> None:
    before, as_of, after = today(), read(tmp_path).as_of, today()
    assert before <= as_of <= after

    write_file(tmp_path / "landing/sample.json", json.dumps({"as_of": "2026-01-31"}).encode())
    assert read(tmp_path).as_of == date(2026, 1, 31)
    assert read(tmp_path, BILLING_AS_OF="2026-06-30").as_of == date(2026, 6, 30)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"as_of": 20260131}', '{"as_of": "x"}'])
def test_a_sample_that_does_not_say_its_end_is_refused(tmp_path: Path, content: str) -> None:
    write_file(tmp_path / "landing/sample.json", content.encode())

    assert "sample.json does not say as_of" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("BILLING_AS_OF", "30.06.2026", "BILLING_AS_OF must be a date like 2026-06-30"),
        ("BILLING_AS_OF", "20260630", "BILLING_AS_OF must be a date like 2026-06-30"),
        ("BILLING_AS_OF", "2026-06-31", "BILLING_AS_OF must be a date like 2026-06-30"),
        ("BILLING_MEMORY_LIMIT", "4", "BILLING_MEMORY_LIMIT must be a size with its unit"),
        ("BILLING_MEMORY_LIMIT", "lots", "BILLING_MEMORY_LIMIT must be a size with its unit"),
        ("BILLING_THREADS", "0", "BILLING_THREADS must be a whole number from 1"),
        ("BILLING_THREADS", "two", "BILLING_THREADS must be a whole number from 1"),
        ("BILLING_KEEP_DAYS", "0", "BILLING_KEEP_DAYS must be a whole number from 1"),
        ("BILLING_KEEP_DAYS", "ever", "BILLING_KEEP_DAYS must be a whole number from 1"),
        ("BILLING_TIME_ZONE", "EST5", "BILLING_TIME_ZONE must be an IANA time zone"),
        ("BILLING_LANDING", "a\0b", "BILLING_LANDING must be a path"),
        ("BILLING_HOME", "~nobody-has-this-name/x", "BILLING_HOME names a home folder"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, variable: str, value: str, message: str
) -> None:
    assert refusal(tmp_path, **{variable: value}).startswith(message)


def test_home_must_be_a_folder(tmp_path: Path) -> None:
    write_file(tmp_path / "home", b"")

    assert refusal(tmp_path).startswith("BILLING_HOME must be a folder")


def test_reference_must_be_a_folder(tmp_path: Path) -> None:
    write_file(tmp_path / "tables", b"")

    message = refusal(tmp_path, BILLING_REFERENCE=f"{tmp_path}/tables")
    assert message.startswith("BILLING_REFERENCE must be a folder")


@pytest.mark.parametrize("variable", ["BILLING_PSEUDONYM_KEY_FILE", "BILLING_ENCRYPTION_KEY_FILE"])
def test_a_key_must_not_be_published(tmp_path: Path, variable: str) -> None:
    hidden = f"{tmp_path}/home/other/../published/deep/key"

    assert refusal(tmp_path, **{variable: hidden}).startswith(
        f"{variable} must not be inside the published folder"
    )


# The key of the pseudonyms


def write_key(settings: Settings, content: bytes) -> None:
    write_file(settings.pseudonym_key_file, content).chmod(0o600)


def key_refusal(settings: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.pseudonym_key()
    return str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_can_use_is_refused_and_kept(tmp_path: Path, mode: int) -> None:
    settings = read(tmp_path)
    key = settings.pseudonym_key()
    settings.pseudonym_key_file.chmod(mode)

    assert key_refusal(settings).endswith(f"run chmod 600 {settings.pseudonym_key_file}.")
    settings.pseudonym_key_file.chmod(0o400)
    assert settings.pseudonym_key() == key


@pytest.mark.parametrize("old", ["warehouse", "published"])
def test_a_lost_key_is_an_error_and_no_new_one_is_made(tmp_path: Path, old: str) -> None:
    settings = read(tmp_path)
    file = write_file(getattr(settings, old), b"")

    told = key_refusal(settings)

    assert f"key is missing, and {file} was made with it: restore it" in told
    assert not settings.pseudonym_key_file.exists()


def test_another_key_beside_a_published_file_is_an_error(tmp_path: Path) -> None:
    settings = read(tmp_path)
    key = settings.pseudonym_key()
    write_file(settings.key_fingerprint_file, key_fingerprint(key).encode())
    assert settings.pseudonym_key() == key
    write_key(settings, b"ab" * 32)

    assert f"than the one that {settings.published} was made with" in key_refusal(settings)
    # A fingerprint that cannot be read is no reason to go on.
    write_file(settings.key_fingerprint_file, b"\xff")
    assert "holds another key" in key_refusal(settings)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = read(tmp_path)

    key = settings.pseudonym_key()

    assert len(bytes.fromhex(key)) == 32
    assert settings.pseudonym_key() == key
    assert stat.S_IMODE(settings.pseudonym_key_file.stat().st_mode) == 0o600
    # Nothing else is left behind: a draft would be a second copy of a secret.
    assert list(settings.home.iterdir()) == [settings.pseudonym_key_file]


def test_two_practices_have_two_keys(tmp_path: Path) -> None:
    other = read(tmp_path, BILLING_HOME=f"{tmp_path}/other")

    assert read(tmp_path).pseudonym_key() != other.pseudonym_key()


def test_of_keys_made_at_once_one_wins(tmp_path: Path) -> None:
    settings = read(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings.pseudonym_key(), range(16)))

    assert len(keys) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must hold 64 hexadecimal characters."),
        (b"abc\n", "must hold 64 hexadecimal characters."),
        (b"g" * 64, "must hold 64 hexadecimal characters."),
        (b"\xff" * 64, "cannot be used: it is not plain text."),
    ],
)
def test_a_key_file_with_something_else_is_refused_and_kept(
    tmp_path: Path, content: bytes, message: str
) -> None:
    settings = read(tmp_path)
    write_key(settings, content)

    with pytest.raises(SettingsError) as caught:
        settings.pseudonym_key()

    assert str(caught.value).endswith(message)
    assert settings.pseudonym_key_file.read_bytes() == content


def test_a_key_may_end_in_a_line_break_and_be_in_capitals(tmp_path: Path) -> None:
    settings = read(tmp_path)
    write_key(settings, b"AB" * 32 + b"\r\n")

    assert settings.pseudonym_key() == "ab" * 32


def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    write_file(tmp_path / "file", b"")
    settings = read(tmp_path, BILLING_PSEUDONYM_KEY_FILE=f"{tmp_path}/file/key")

    with pytest.raises(SettingsError, match="file/key cannot be used: "):
        settings.pseudonym_key()
