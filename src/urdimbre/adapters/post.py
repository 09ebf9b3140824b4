"""Mail that leaves the circuit: the server that takes it, and a letter handed over.

Which server that is, the host writes into ``keys/mail.json``; without the file the
circuit sends no mail.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from urdimbre.adapters.finding import BAD, Finding, Patient
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording.answers import RecordingFailed

MAIL_FILE = Path("keys/mail.json")
FILE_BYTES_MAX = 16 * 1024
SECURITIES = ("tls", "starttls", "none")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
PORT_MAX = 65_535
ANSWER_SECONDS = 30
REFUSED_FOR_GOOD = 500
REASON_MAX = 200


class MailUnfit(RecordingFailed):
    """What the host has written about the mail server cannot be used."""

    code = "mail_unfit"
    says = gettext_noop("{path} cannot be used: {reason}.")
    hint = gettext_noop(
        "Mend the file as docs/operate/mail.md says; until then no mail is sent."
    )
    exit_code = 5

    def __init__(self, path: Path, reason: str) -> None:
        """Keep which file, and what is wrong with it."""
        super().__init__(path=str(path), reason=reason)


class NotSent(Exception):
    """The mail server did not take a letter.

    Attributes:
        reason: as the server, or the machine, said it.
        for_good: whether to send it again is no use.
    """

    def __init__(self, reason: str, *, for_good: bool) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason[:REASON_MAX]
        self.for_good = for_good


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Who takes the circuit's mail, and what stands in each letter.

    Attributes:
        host: its name.
        port: of submission.
        security: ``tls``, ``starttls``, or ``none`` on this machine only.
        user: with which the circuit enters there; empty: it asks for none.
        password: of that user.
        sender: address from which letters come.
        address: of the pages, as members reach them: links begin with it.
    """

    host: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str
    address: str


def mail_server(folder: Path) -> MailServer | None:
    """Return the mail server of a circuit; nothing if the host has named none.

    Raises:
        MailUnfit: the file is there and cannot be used.
    """
    path = folder / MAIL_FILE
    try:
        told = _read(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as failed:
        raise MailUnfit(path, f"{failed}"[:REASON_MAX]) from None
    wrong = _wrong(told)
    if wrong:
        raise MailUnfit(path, wrong)
    told["address"] = told["address"].rstrip("/")
    return MailServer(**told)


def _read(path: Path) -> dict:
    with path.open("rb") as file:
        told = json.loads(file.read(FILE_BYTES_MAX))
    if not isinstance(told, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - of the file, not a type
    return told


def _wrong(told: dict) -> str:
    """Say what is wrong with what was read; empty if nothing is."""
    kinds = {one.name: int if one.name == "port" else str for one in fields(MailServer)}
    for name in sorted({"host", "sender", "address", *told}):
        if name not in kinds:
            return f'"{name}" is not known'
        if name not in told or type(told[name]) is not kinds[name] or told[name] == "":
            return f'"{name}" is missing or of another kind'
    return _wrong_server(told) or _wrong_addresses(told)


def _wrong_server(told: dict) -> str:
    security = told.get("security", "starttls")
    if security not in SECURITIES:
        return '"security" is none of tls, starttls, none'
    if security == "none" and told["host"] not in LOCAL_HOSTS:
        return '"security": "none" is for a server on this machine only'
    if not 0 < told.get("port", 1) <= PORT_MAX:
        return '"port" is no port'
    for name in ("user", "password"):
        if not told.get(name, "").isascii():
            return f'"{name}" has letters that no mail server takes'
    return ""


def _wrong_addresses(told: dict) -> str:
    if "@" not in told["sender"] or not _one_line(told["sender"]):
        return '"sender" is no address of mail'
    where = urlsplit(told["address"])
    safe = where.scheme == "https" or where.hostname in LOCAL_HOSTS
    if not where.hostname or not safe or not _one_line(told["address"]):
        return '"address" does not begin with https://'
    return ""


def _one_line(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def hand_over(server: MailServer, letter: EmailMessage) -> None:
    """Hand a letter to the mail server; it has taken it once this returns.

    Raises:
        NotSent: it has not, now or for good.
    """
    try:
        smtp = _connected(server)
    except (smtplib.SMTPException, OSError) as failed:
        # Even a refusal of our password is the host's to mend: the letter waits.
        raise NotSent(str(failed), for_good=False) from None
    try:
        smtp.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise NotSent(_words(words), for_good=code >= REFUSED_FOR_GOOD) from None
    except smtplib.SMTPDataError as refused:
        for_good = refused.smtp_code >= REFUSED_FOR_GOOD
        raise NotSent(_words(refused.smtp_error), for_good=for_good) from None
    except smtplib.SMTPNotSupportedError as failed:
        raise NotSent(str(failed), for_good=True) from None
    except (smtplib.SMTPException, OSError) as failed:
        raise NotSent(str(failed), for_good=False) from None
    finally:
        # A goodbye that fails must not look like a letter that was not taken.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _connected(server: MailServer) -> smtplib.SMTP:
    where = (server.host, server.port)
    if server.security == "tls":
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=ANSWER_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(*where, timeout=ANSWER_SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def findings(patient: Patient) -> Iterator[Finding]:
    """Tell the doctor whether what is written about the mail server can be used."""
    try:
        mail_server(patient.path)
    except MailUnfit as unfit:
        yield Finding(
            code=unfit.code,
            level=BAD,
            says=unfit.says,
            way_out=unfit.hint,
            values=unfit.values,
        )
    path = patient.path / MAIL_FILE
    mode = path.stat().st_mode if path.is_file() else 0
    if stat.S_IMODE(mode) & 0o077:
        yield Finding(
            code="mail_open",
            level=BAD,
            says=gettext_noop("Others can read the password in {path} ({mode})."),
            way_out=gettext_noop(
                "chmod 600 {path}, and a new password if somebody has."
            ),
            values={"path": path, "mode": stat.filemode(mode)},
        )
