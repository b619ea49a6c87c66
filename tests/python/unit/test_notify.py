"""Notices: where they go, what is tried again, what is refused, and that they never fail a run."""

import base64
import shutil
import subprocess
from datetime import date
from pathlib import Path

import dagster
import pytest
from mail_server import mail_server, web_server

from orchestration import sensors
from orchestration.notify import TOLD_TAG, Channels, tell, tell_failed, tell_published
from orchestration.notify.changes import Section
from orchestration.notify.notice import Notice
from orchestration.settings import Settings, SettingsError

PROBLEMS = ["check charges_arrived of raw.files: 1 rows fail."]
NOTICE = Notice(False, date(2026, 6, 30), [Section("What failed", PROBLEMS)], ["It stands."])


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "PAUSES_SECONDS", (0.0, 0.0))


def channels(settings: Settings, **values: object) -> Channels:
    named = {f"BILLING_{name}": str(value) for name, value in values.items()}
    return Channels.from_environment(settings.home, named)


def by_mail(settings: Settings, port: int, **values: object) -> Channels:
    defaults = {"NOTIFY_EMAIL": "lead@clinic.example", "SMTP_HOST": "localhost"}
    defaults |= {"SMTP_SECURITY": "none", "SMTP_PORT": port}
    return channels(settings, **(defaults | values))


def files(settings: Settings) -> list[str]:
    folder = settings.home / "notices"
    return [file.read_text() for file in sorted(folder.iterdir()) if file.suffix == ".txt"]


# Where it goes


def test_a_notice_is_a_file_and_nothing_else_by_default(settings: Settings) -> None:
    tell_failed(settings, channels(settings), PROBLEMS)
    tell_failed(settings, channels(settings), [])
    assert files(settings) == [
        "Billing warehouse as of 2026-06-30: FAILED, nothing was published\n\nWhat failed\n"
        "- check charges_arrived of raw.files: 1 rows fail.\n",
        "Billing warehouse as of 2026-06-30: FAILED, nothing was published\n",
    ]
    assert [file.name for file in (settings.home / "notices").glob(".*")] == []


def test_a_webhook_gets_json(settings: Settings) -> None:
    with web_server() as server:
        url = f"http://127.0.0.1:{server.port}/hook/secret"
        tell_failed(settings, channels(settings, NOTIFY_WEBHOOK=url), PROBLEMS)
    ((path, body),) = server.received
    assert path == "/hook/secret"
    assert (body["status"], body["as_of"]) == ("failed", "2026-06-30")
    assert body["sections"] == [{"title": "What failed", "lines": PROBLEMS, "is_change": True}]
    assert body["text"] == files(settings)[0]


def test_a_mail_goes_to_every_recipient(settings: Settings) -> None:
    with mail_server() as server:
        both = "lead@clinic.example, owner@clinic.example"
        tell_failed(settings, by_mail(settings, server.port, NOTIFY_EMAIL=both), PROBLEMS)
    for recipient in both.split(", "):
        assert f"rcpt TO:<{recipient}>" in server.received
    assert "mail FROM:<lead@clinic.example>" in " ".join(server.received)
    assert "Subject: Billing warehouse as of 2026-06-30: FAILED, nothing was published" in (
        server.received
    )
    assert f"- {PROBLEMS[0]}" in server.received


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_password_travels_encrypted_to_a_server_that_is_known(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    pem = tmp_path / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command, "-keyout", pem, "-out", f"{pem}.crt"], check=True, capture_output=True
    )
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    secret = tmp_path / "password"
    secret.write_text("ZZSECRET\n")
    secret.chmod(0o600)
    named = {"SMTP_SECURITY": "tls", "SMTP_USER": "me", "SMTP_PASSWORD_FILE": secret}

    with mail_server(certificate=str(pem)) as server:
        tell_failed(settings, by_mail(settings, server.port, **named), PROBLEMS)
        assert not server.received  # nobody vouches for this certificate
        monkeypatch.setenv("SSL_CERT_FILE", f"{pem}.crt")
        tell_failed(settings, by_mail(settings, server.port, **named), PROBLEMS)
    login = next(line for line in server.received if line.startswith("AUTH"))
    assert base64.b64decode(login.split()[-1]) == b"\0me\0ZZSECRET"
    output = capfd.readouterr()
    assert "SSLCertVerificationError" in output.err
    assert "ZZSECRET" not in output.out + output.err + repr(by_mail(settings, 1, **named))


# Trying again, and never failing the run


@pytest.mark.parametrize(
    ("answers", "tries", "arrived"),
    [((503, 429, 200), 3, 1), ((500,), 3, 0), ((404,), 1, 0), ((302,), 1, 0)],
)
def test_a_webhook_is_tried_again_where_that_may_help(
    settings: Settings, capfd, answers: tuple, tries: int, arrived: int
) -> None:
    with web_server(*answers) as server:
        url = f"http://127.0.0.1:{server.port}/ZZSECRET"
        tell_failed(settings, channels(settings, NOTIFY_WEBHOOK=url), PROBLEMS)
    assert (server.tries, len(server.received)) == (tries, arrived)
    errors = capfd.readouterr().err
    last = answers[-1]
    expected = f"not delivered, webhook: the webhook at 127.0.0.1 answered {last}."
    assert (expected in errors) == (not arrived)
    assert "ZZSECRET" not in errors


@pytest.mark.parametrize(
    ("answers", "tries", "arrived"), [((451, 250), 2, True), ((421,), 3, False), ((550,), 1, False)]
)
def test_a_mail_is_tried_again_where_that_may_help(
    settings: Settings, answers: tuple, tries: int, arrived: bool
) -> None:
    with mail_server(*answers) as server:
        tell_failed(settings, by_mail(settings, server.port), PROBLEMS)
    assert (server.tries, "354" in server.received, "DATA" in map(str.upper, server.received)) == (
        tries,
        False,
        arrived,
    )


def test_nobody_listens_and_the_folder_is_a_file_and_the_run_goes_on(
    settings: Settings, capfd
) -> None:
    settings.home.mkdir()
    (settings.home / "notices").touch()
    with web_server() as server:
        port = server.port
    one = by_mail(settings, port, NOTIFY_WEBHOOK=f"http://localhost:{port}/")
    tell_failed(settings, one, PROBLEMS)
    tell_published(settings, one)
    errors = capfd.readouterr().err
    assert errors.count("the mail server localhost failed (ConnectionRefusedError)") == 2
    assert errors.count("the webhook at localhost failed (URLError)") == 2
    assert errors.count("cannot be written") == 2


def test_a_server_that_never_answers_is_left_alone_in_time(
    settings: Settings, capfd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "LONGEST_SECONDS", 0.2)
    with web_server() as server:
        monkeypatch.setattr(server, "answer", lambda: __import__("time").sleep(0.5) or 200)
        url = f"http://127.0.0.1:{server.port}/"
        tell_failed(settings, channels(settings, NOTIFY_WEBHOOK=url), PROBLEMS)
        assert "webhook: no answer within 0 s" in capfd.readouterr().err


# Settings


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"NOTIFY_EMAIL": "a@b"}, "BILLING_NOTIFY_EMAIL needs BILLING_SMTP_HOST"),
        ({"NOTIFY_EMAIL": "a@b,x\ny", "SMTP_HOST": "h"}, "BILLING_NOTIFY_EMAIL must be mail"),
        ({"SMTP_FROM": "me"}, "BILLING_SMTP_FROM must be a mail address"),
        ({"SMTP_PORT": "70000"}, "BILLING_SMTP_PORT must be a port"),
        ({"SMTP_SECURITY": "ssl3"}, "BILLING_SMTP_SECURITY must be starttls, tls or none"),
        ({"SMTP_USER": "me"}, "BILLING_SMTP_USER and BILLING_SMTP_PASSWORD_FILE need each other"),
        (
            {"SMTP_PASSWORD_FILE": "/nowhere"},
            "BILLING_SMTP_PASSWORD_FILE /nowhere cannot be used",
        ),
        ({"SMTP_PASSWORD": "ZZSECRET"}, "BILLING_SMTP_PASSWORD is not used"),
        ({"NOTIFY_WEBHOOK": "ZZSECRET"}, "BILLING_NOTIFY_WEBHOOK must be a web address"),
        ({"NOTIFY_WEBHOOK": "https://u:ZZSECRET@h/"}, "BILLING_NOTIFY_WEBHOOK must be a web"),
        ({"NOTIFY_WEBHOOK": "http://h/ZZSECRET"}, "BILLING_NOTIFY_WEBHOOK must begin with https"),
        ({"NOTIFY_WEBHOOK": "https://h:port/"}, "BILLING_NOTIFY_WEBHOOK must be a web address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    settings: Settings, values: dict, sentence: str
) -> None:
    is_mail = any(name.startswith("SMTP") for name in values) and "NOTIFY_EMAIL" not in values
    defaults = {"NOTIFY_EMAIL": "a@b", "SMTP_HOST": "h"} if is_mail else {}
    with pytest.raises(SettingsError) as caught:
        channels(settings, **(defaults | values))
    assert str(caught.value).startswith(sentence)
    assert "ZZSECRET" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("mode", "text", "security", "sentence"),
    [
        (0o640, "x", "tls", "can be used by others"),
        (0o600, " ", "tls", "is empty"),
        (0o600, "x", "none", "needs BILLING_SMTP_SECURITY"),
    ],
)
def test_a_password_is_kept_secret_or_refused(
    settings: Settings, tmp_path: Path, mode: int, text: str, security: str, sentence: str
) -> None:
    secret = tmp_path / "password"
    secret.write_text(text)
    secret.chmod(mode)
    with pytest.raises(SettingsError, match=sentence):
        by_mail(settings, 25, SMTP_SECURITY=security, SMTP_USER="me", SMTP_PASSWORD_FILE=secret)


# What is remembered


def test_a_publication_is_told_against_the_one_told_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    compared = []

    def compare(before: Path, now: Path) -> list[Section]:
        compared.append((before.read_text(), now.read_text()))
        return [Section("Still not met", ["1 expectation"], is_change=False)]

    monkeypatch.setattr(tell, "changes", compare)
    settings.published_dir.mkdir(parents=True)
    (settings.home / "notices").mkdir()
    (settings.home / "notices" / ".told.draft").touch()  # of a run that was killed
    for content in ("first", "second", "second", "third"):
        draft = settings.published.with_suffix(".draft")
        draft.write_text(content)
        if content != (settings.published.exists() and settings.published.read_text()):
            draft.replace(settings.published)
        tell_published(settings, channels(settings))
    assert compared == [("first", "second"), ("second", "second"), ("second", "third")]
    assert "This is the first notice" in files(settings)[0]
    assert "Nothing changed since the last notice." in capfd.readouterr().out
    assert sorted(file.name for file in (settings.home / "notices").glob(".*")) == [".told.duckdb"]


def test_a_broken_file_of_last_night_is_said_and_the_run_goes_on(settings: Settings) -> None:
    settings.published_dir.mkdir(parents=True)
    settings.published.write_text("ZZCANARY")
    for _ in range(2):
        tell_published(settings, channels(settings))
    assert "What changed could not be found out (IOException)." in files(settings)[1]


# Runs that Dagster's daemon started


@dagster.op
def breaks() -> None:
    raise RuntimeError("ZZCANARY")


@dagster.job(name="nightly")
def broken_night() -> None:
    breaks()


@pytest.mark.parametrize("tags", [{}, {TOLD_TAG: "terminal"}])
def test_the_daemon_tells_of_the_runs_that_nobody_told_of(settings: Settings, tags: dict) -> None:
    by_ending = {one.name: one for one in sensors.notice_sensors(settings, channels(settings))}
    assert sorted(by_ending) == ["tell_canceled", "tell_failure", "tell_success"]
    running = dagster.DefaultSensorStatus.RUNNING
    assert {one.default_status for one in by_ending.values()} == {running}
    with dagster.DagsterInstance.ephemeral() as instance:
        result = broken_night.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        context = dagster.build_run_status_sensor_context(
            sensor_name="tell_failure",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        )
        by_ending["tell_failure"](context)
    if tags:
        assert not (settings.home / "notices").exists()
    else:
        (text,) = files(settings)
        assert "- step breaks: RuntimeError (run `make dev`" in text
        assert "ZZCANARY" not in text
