"""Where notices go, and the settings that say so: terminal and file always, mail and web if set.

Belongs here: the settings with their validation, and one delivery. Does not belong here: trying
again (tell), and what is said.

A password is read from a file and kept out of every message; so is the webhook's address but for
its host, since such addresses are secrets themselves.
"""

import contextlib
import json
import os
import re
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.notify.notice import Notice
from orchestration.settings import PROJECT_ROOT, SettingsError, read_secret

TIMEOUT_SECONDS = 5.0

_ADDRESS = re.compile(r"[^\s@,<>\"]+@[^\s@,<>\"]+")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class UndeliveredError(Exception):
    """A notice did not arrive. The message is one sentence without secrets.

    `can_pass`: trying again later may help.
    """

    def __init__(self, sentence: str, can_pass: bool) -> None:
        super().__init__(sentence)
        self.can_pass = can_pass


@dataclass(frozen=True)
class Mail:
    """A mail server and who gets the notices. `security` is starttls, tls or none."""

    recipients: list[str]
    sender: str
    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    name = "e-mail"

    def deliver(self, notice: Notice) -> None:
        """Hand the notice to the mail server.

        Raises:
            UndeliveredError: the server cannot be reached or does not take it.
        """
        message = EmailMessage()
        message["Subject"] = notice.subject
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message.set_content(notice.text)
        try:
            with self._connected() as server:
                if self.user is not None and self.password is not None:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise UndeliveredError(
                f"the mail server {self.host} answered {error.smtp_code}",
                can_pass=400 <= error.smtp_code < 500,
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise UndeliveredError(
                f"the mail server {self.host} refused every recipient",
                can_pass=all(400 <= code < 500 for code in codes),
            ) from None
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # OSError comprises what is left of smtplib's and ssl's errors.
            lasting = (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError)
            raise UndeliveredError(
                f"the mail server {self.host} failed ({type(error).__name__})",
                can_pass=not isinstance(error, lasting),
            ) from None

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=trusted)
            except BaseException:
                server.close()
                raise
        return server


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET that carries nothing."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Webhook:
    """A web address that takes the notice as JSON."""

    url: str = field(repr=False)

    name = "webhook"

    def deliver(self, notice: Notice) -> None:
        """POST the notice.

        Raises:
            UndeliveredError: the server cannot be reached or does not answer 2xx.
        """
        request = urllib.request.Request(
            self.url,
            data=json.dumps(notice.json).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        host = urlsplit(self.url).hostname
        try:
            opener = urllib.request.build_opener(_NoRedirect)
            with opener.open(request, timeout=TIMEOUT_SECONDS):
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise UndeliveredError(
                f"the webhook at {host} answered {error.code}",
                can_pass=error.code >= 500 or error.code in (408, 429),
            ) from None
        except Exception as error:
            raise UndeliveredError(
                f"the webhook at {host} failed ({type(error).__name__})",
                can_pass=isinstance(error, OSError),
            ) from None


@dataclass(frozen=True)
class Channels:
    """Where notices go beside the terminal: a folder, and what the settings name."""

    folder: Path
    remote: tuple[Mail | Webhook, ...] = ()

    @classmethod
    def from_environment(cls, home: Path, environ: Mapping[str, str] = os.environ) -> "Channels":
        """Read the settings of the notices; unset or blank ones take their defaults.

        Raises:
            SettingsError: a variable has a value that cannot be used, or lacks one beside it.
        """
        values = {name: text.strip() for name, text in environ.items() if text.strip()}
        found = (_mail(values), _webhook(values))
        return cls(home / "notices", tuple(one for one in found if one is not None))

    def write(self, notice: Notice) -> Path:
        """Write the notice as a file, whole or not at all, and return its path.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        # Not the as_of: two runs may speak for one day, and both are kept.
        name = f"notice_{datetime.now(tz=UTC):%Y%m%dT%H%M%S_%f}.txt"
        draft = self.folder / f".{name}"
        try:
            with draft.open("w", encoding="utf-8") as stream:
                stream.write(notice.text)
                stream.flush()
                os.fsync(stream.fileno())
            return draft.replace(self.folder / name)
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def _mail(values: Mapping[str, str]) -> Mail | None:
    if "BILLING_SMTP_PASSWORD" in values:
        raise SettingsError(
            "BILLING_SMTP_PASSWORD is not used: put the password into a file and name it in "
            "BILLING_SMTP_PASSWORD_FILE."
        )
    text = values.get("BILLING_NOTIFY_EMAIL")
    if text is None:
        return None
    recipients = [one.strip() for one in text.split(",")]
    sender = values.get("BILLING_SMTP_FROM", recipients[0])
    if not all(map(_ADDRESS.fullmatch, recipients)):
        raise SettingsError("BILLING_NOTIFY_EMAIL must be mail addresses, separated by commas.")
    if not _ADDRESS.fullmatch(sender):
        raise SettingsError("BILLING_SMTP_FROM must be a mail address.")
    host = values.get("BILLING_SMTP_HOST")
    if host is None:
        raise SettingsError("BILLING_NOTIFY_EMAIL needs BILLING_SMTP_HOST, the mail server.")
    security = values.get("BILLING_SMTP_SECURITY", "starttls")
    if security not in _PORTS:
        raise SettingsError(
            f"BILLING_SMTP_SECURITY must be starttls, tls or none, and is {security!r}."
        )
    port = values.get("BILLING_SMTP_PORT", str(_PORTS[security]))
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise SettingsError(f"BILLING_SMTP_PORT must be a port from 1 to 65535, and is {port!r}.")
    user, password = values.get("BILLING_SMTP_USER"), _password(values)
    if (user is None) != (password is None):
        raise SettingsError("BILLING_SMTP_USER and BILLING_SMTP_PASSWORD_FILE need each other.")
    if user is not None and security == "none":
        raise SettingsError(
            "BILLING_SMTP_USER needs BILLING_SMTP_SECURITY starttls or tls: the password would "
            "travel readable."
        )
    return Mail(recipients, sender, host, int(port), security, user, password)


def _password(values: Mapping[str, str]) -> str | None:
    variable = "BILLING_SMTP_PASSWORD_FILE"
    text = values.get(variable)
    if text is None:
        return None
    file = PROJECT_ROOT / text
    password = read_secret(variable, file)
    if not password:
        raise SettingsError(f"{variable} {file} is empty.")
    return password


def _webhook(values: Mapping[str, str]) -> Webhook | None:
    url = values.get("BILLING_NOTIFY_WEBHOOK")
    if url is None:
        return None
    # The value is not shown: whoever has such an address can post to it.
    try:
        parts = urlsplit(url)
        is_usable = bool(parts.hostname) and (parts.port or True) and url.isprintable()
    except ValueError:
        is_usable = False
    if not is_usable or " " in url or parts.scheme not in ("http", "https") or parts.username:
        raise SettingsError("BILLING_NOTIFY_WEBHOOK must be a web address like https://host/path.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SettingsError("BILLING_NOTIFY_WEBHOOK must begin with https://, but on this machine.")
    return Webhook(url)
