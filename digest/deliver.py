"""Out of the door: one prepared mail to an SMTP server or into a folder, with an answer for every recipient."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from digest import DigestError
from store.records import OutgoingMail

# A server that says nothing for this long is not going to (RFC 5321 section 4.5.3.2 allows up to ten minutes).
TIMEOUT_SECONDS = 60


class Transport(Protocol):
    """Where outgoing mails go."""

    def send(self, mail: OutgoingMail) -> None:
        """Hands one mail over. Raises DigestError where it was not taken."""


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server: where, how secured, as whom, and the envelope's sender."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    username: str = ""
    password: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that receives each mail as an .eml file, named after its Message-ID."""

    path: Path

    def send(self, mail: OutgoingMail) -> None:
        """Writes the file under another name first: a reader of the folder never meets half a mail."""
        name = "".join(c if c.isalnum() or c in ".-_" else "_" for c in mail.message_id.strip("<>").split("@")[0])
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            half = self.path / f".{name}.part"
            half.write_bytes(mail.rfc822)
            half.rename(self.path / f"{name}.eml")
        except OSError as error:
            msg = f"The outbox folder {self.path} cannot be written: {error.strerror}. Check [smtp] outbox."
            raise DigestError(msg) from error


@dataclass(frozen=True, slots=True)
class Smtp:
    """An SMTP server as the way out."""

    server: Server

    def send(self, mail: OutgoingMail) -> None:
        """Hands one mail to the server.

        Raises:
            DigestError: the server cannot be reached or trusted, or refuses the login, the sender or a recipient.
        """
        try:
            with _connected(self.server) as connection:
                refused = connection.sendmail(self.server.sender, list(mail.recipients), mail.rfc822)
        except (smtplib.SMTPException, OSError) as error:
            msg = f"{self.server.host} did not take the mail: {error}. Check [smtp]; it is tried again."
            raise DigestError(msg) from error
        if refused:
            msg = f"{self.server.host} refused {len(refused)} of {len(mail.recipients)} recipients."
            raise DigestError(msg)


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    with _opened(server) as connection:
        if server.security == "starttls":
            connection.starttls(context=_trust(server))
        if server.username:
            connection.login(server.username, server.password)
        yield connection


def _opened(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=_trust(server))
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)


def _trust(server: Server) -> ssl.SSLContext:
    # Without a context of our own, smtplib of Python 3.11 checks neither name nor certificate.
    return ssl.create_default_context(cafile=server.ca_file)
