"""What is known of an IMAP mailbox before anything is fetched: settings, what it holds, what to take together."""

import ipaddress
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from ingest.source import RefusedError, TakenMail

Security = Literal["tls", "starttls", "none"]

# UIDs asked for at a time: imaplib refuses an answer line over 1,000,000 octets (about 100,000 UIDs).
LIST_WINDOW = 10_000
# Mails whose size is asked for at a time.
SIZE_WINDOW = 500
# The newest known mails whose dates are compared at every visit, to notice a server that gives old UIDs to new mails.
ANCHORS = 100
# A batch of downloads is full at either: few round trips, little memory.
BATCH_MAILS = 50
BATCH_OCTETS = 2_000_000


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """What is needed to read one mailbox.

    Attributes:
        username: who logs in.
        shared_mailbox: whose mailbox is opened, where that is not the one who logs in.
        credential: gives the password, or with `auth = "oauth2"` a fresh access token; asked at every connection.
        processed_folder: where stored mails are moved; empty: they stay where they are.
        max_bytes: of larger mails only the header is taken.
        since: mails that the server received before this day are left alone when a mailbox is first visited.
    """

    host: str
    username: str
    credential: Callable[[], str]
    port: int = 993
    security: Security = "tls"
    auth: Literal["password", "oauth2"] = "password"
    shared_mailbox: str = ""
    folder: str = "INBOX"
    processed_folder: str = ""
    max_bytes: int = 25_000_000
    ca_file: Path | None = None
    since: date | None = None

    @property
    def owner(self) -> str:
        """Whose mailbox it is."""
        return self.shared_mailbox or self.username


@dataclass(frozen=True, slots=True)
class Selected:
    """What the server said of the mailbox: uidvalidity is 0 where it said nothing."""

    uidvalidity: int
    exists: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail on the server, not yet downloaded."""

    uid: int
    size: int
    internal_date: datetime | None


def changed(listed: Iterable[Listed], books: Mapping[int, TakenMail]) -> set[int]:
    """UIDs under which there is another mail than the one on the books: the server's date tells, else the size."""
    return {mail.uid for mail in listed if _differs(mail, books[mail.uid])}


def _differs(mail: Listed, taken: TakenMail) -> bool:
    if mail.internal_date is None:
        return mail.size != taken.size
    return mail.internal_date != taken.internal_date


def criteria(window: str, since: date | None, books: Mapping[int, TakenMail]) -> list[object]:
    """IMAP search keys (RFC 3501 section 6.4.4) for a window of sequence numbers.

    `since` leaves old mail alone, but not old mail that somebody moved in after the first visit.
    """
    if since is None:
        return [window]
    old = ["SINCE", since]
    return [window, "OR", *old, "UID", f"{max(books) + 1}:*"] if books else [window, *old]


def chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Cuts a list of UIDs into pieces."""
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def batches(listed: Iterable[Listed], max_bytes: int) -> Iterator[list[Listed]]:
    """Groups mails so that a group stays under BATCH_MAILS and BATCH_OCTETS; a larger mail comes alone."""
    batch: list[Listed] = []
    octets = 0
    for mail in listed:
        weight = min(mail.size, max_bytes)
        if batch and (len(batch) == BATCH_MAILS or octets + weight > BATCH_OCTETS):
            yield batch
            batch, octets = [], 0
        batch.append(mail)
        octets += weight
    if batch:
        yield batch


def aware(value: object) -> datetime | None:
    """A server's INTERNALDATE, or None where there is none that can be read."""
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def octets(value: object) -> bytes:
    """What a server sent as a body: nothing where it sent NIL."""
    return value if isinstance(value, bytes) else b""


def login_sentence(settings: ImapAccount, error: Exception) -> str:
    """What to tell of a refused login: who, where, why, and where to look."""
    cause = str(error).rstrip(".")
    remedy = "password_file" if settings.auth == "password" else "the [mailbox] oauth2 settings"
    return f"{settings.host} refuses the login of {settings.username}: {cause}. Check [mailbox] username and {remedy}."


def tls_context(settings: ImapAccount) -> ssl.SSLContext | None:
    """A context that verifies chain and host name; None only towards this very machine.

    Raises:
        RefusedError: plain text to another machine, or an unusable ca_file.
    """
    if settings.security == "none":
        if not _is_loopback(settings.host):
            msg = f'security = "none" is for this machine only; {settings.host} needs "tls" or "starttls".'
            raise RefusedError(msg)
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        msg = f"ca_file {settings.ca_file} cannot be used: {error}."
        raise RefusedError(msg) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
