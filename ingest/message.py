"""What passes out of the ingest room: frozen types in RFC 5322's and IMAP's own words, no I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

ReportKind = Literal["free", "form", "forward", "reply", "entered"]
NoReportKind = Literal["auto_reply", "bounce", "spam", "question", "thanks", "own_mail"]
Sha256 = NewType("Sha256", str)


class IngestError(Exception):
    """A mail or a mailbox could not be read; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One mail as the source gave it, not yet read.

    Identity is (account, mailbox, uidvalidity, uid): RFC 9051 section 2.3.1.1. For files the source makes up
    a stable uid (see `ingest.maildir`) under uidvalidity 0.

    Attributes:
        account: whose mailbox, for example `sakerhet@mark.se@imap.example`; `files` for imported files.
        mailbox: IMAP mailbox name, or the folder or mbox that holds the file.
        internal_date: when the server (or file system) received it; always aware.
        rfc822: the bytes, unchanged; only the header where `headers_only`.
        size: octets of the whole mail, also where only the header was taken.
        headers_only: the mail was larger than the limit and its body was not downloaded.
    """

    account: str
    mailbox: str
    uidvalidity: int
    uid: int
    internal_date: datetime
    rfc822: bytes
    size: int
    headers_only: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 section 3.4: display name (may be empty) and addr-spec in lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body: listed, never opened by people from here; its bytes stay in the raw mail.

    Attributes:
        name: safe, NFC-normalised file name without path; may be empty.
        content_type: by content where known, else as declared.
        size: octets after transfer decoding.
    """

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, decoded. `text` and `html` are the bodies as the sender wrote them, quotes and signature included.

    Attributes:
        message_id: with angle brackets; a synthetic one where the mail has none.
        date: the Date header, or the server's date where that is missing or absurd; aware.
        headers: all header fields in order, decoded, names in lower case, values cut at a named size.
        auth_results: the topmost Authentication-Results of our own authserv-id, as text, or empty (RFC 8601).
        defects: what was wrong with the mail and mended or passed over, and which kinds of part it holds that are
            no text (`encrypted`, `delivery_status`, …), as short codes.
        inner: attached mails (message/rfc822), read the same way.
        photo_position: latitude and longitude (WGS 84, degrees) of the first photo that has them.
        photo_time: when the first photo that says so was taken; aware.
    """

    message_id: str
    date: datetime
    from_: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    auth_results: str = ""
    defects: tuple[str, ...] = ()
    inner: tuple["Message", ...] = ()
    photo_position: tuple[float, float] | None = None
    photo_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one reporter tells of one event or place.

    Attributes:
        text: the reporter's words, without quotes and signature; for a form, its description.
        subject: the subject without reply and forward prefixes.
        fields: what a form gave, as (field name of the layout, value): `type`, `occurred`, `site`, `locality`, …;
            labels that no field maps are kept under their own text.
        date: what relative times are resolved against: the mail's date, for a forward the inner mail's.
        position: 0, 1, … in its message.
        original: the whole body before anything was cut.
        quoted: the part of the body that was cut as a quote, for showing only.
        thread: Message-IDs this mail answers, nearest first.
        forwarded_by: who forwarded it, where `reporter` was found inside.
        notes: short codes that review must show, for example `form_unknown`, `encrypted`, `reporter_unverified`.
        attachments: as in the message.
    """

    text: str
    subject: str
    date: datetime
    reporter: Address
    kind: ReportKind
    fields: tuple[tuple[str, str], ...] = ()
    organisation: str = ""
    role: str = ""
    position: int = 0
    message_id: str = ""
    original: str = ""
    quoted: str = ""
    thread: tuple[str, ...] = ()
    forwarded_by: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()
    photo_position: tuple[float, float] | None = None
    photo_time: datetime | None = None

    def field(self, name: str) -> str:
        """The value of one form field, or an empty string."""
        return next((value for key, value in self.fields if key == name), "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one mail turned out to be: reports, or a reason why it is none (`not_report`), never both."""

    message: Message
    reports: tuple[Report, ...] = ()
    not_report: NoReportKind | None = None
    reason: str = ""
    notes: tuple[str, ...] = field(default=())
