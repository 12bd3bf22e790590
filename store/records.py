"""What passes out of the store: frozen records, and the errors it raises. Rows (schema.py) never leave this room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from classify.assessment import Assessment
from ingest.message import Report

MailState = Literal["waiting", "reported", "no_report", "duplicate", "quarantined", "too_large"]
MAIL_STATES: tuple[MailState, ...] = ("reported", "no_report", "duplicate", "quarantined", "too_large", "waiting")
ReportStatus = Literal["open", "approved", "dismissed"]
OutboxKind = Literal["digest", "alert", "acknowledgement", "feedback", "operator"]
OutboxState = Literal["waiting", "sending", "sent", "uncertain", "parked", "closed"]

CORRECTABLE = (
    "category",
    "also",
    "urgency",
    "locality",
    "site",
    "occurred",
    "recurring",
    "police_report",
    "not_report",
    "masked_text",
)
# What people decide about the row itself; kept in the same history, laid over no assessment.
DECISIONS = ("status", "comment")


class StoreError(Exception):
    """The store cannot do what was asked; the message names the cause and the remedy."""


class ContentError(StoreError):
    """The database is well, but cannot hold this one thing, for example a text with NUL in PostgreSQL."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """Bookkeeping of one mail seen. `reason` says why it is no report, or why it could not be read."""

    id: int
    account: str
    mailbox: str
    uidvalidity: int
    uid: int
    internal_date: datetime
    seen_at: datetime
    size: int
    sha256: str
    message_id: str
    state: MailState
    attempts: int
    reason: str = ""
    subject: str = ""
    sender: str = ""
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One change by a person: a correction is never overwritten by a re-run (promise 3)."""

    report_id: int
    field: str
    old: str
    new: str
    by: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report with what the rules found and what people decided.

    Attributes:
        reference: what staff and reporters call it, for example `LB-2026-00012`.
        assessment: the latest of the rules; `corrected`: field → value by the latest correction of that field.
        effective: the assessment with every correction applied: what every picture and table uses.
        revision: grows with every change of assessment, correction or status.
    """

    id: int
    reference: str
    report: Report
    assessment: Assessment
    status: ReportStatus
    revision: int
    received_at: datetime
    mail_id: int | None = None
    answers: int | None = None
    corrected: tuple[tuple[str, str], ...] = ()
    comment: str = ""
    effective: Assessment = field(kw_only=True)

    @property
    def reviewed(self) -> bool:
        """Whether a person has looked at it."""
        return self.status != "open"

    @property
    def counts(self) -> bool:
        """Whether it belongs in the situation picture: a report, in scope, and not dismissed."""
        a = self.effective
        return self.status != "dismissed" and a.not_report is None and a.outside_scope is None


RecipientState = Literal["accepted", "deferred", "refused"]


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """What the mail server last said of one recipient.

    Attributes:
        reply: the server's reply code and words, or why there was none; may name the recipient.
    """

    address: str
    state: RecipientState
    reply: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """What the review file must tell about one cell: a refused value or a conflict. `key` is the row's hidden key."""

    key: str
    field: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewFileState:
    """What is known of one review file since it was last written.

    Attributes:
        fingerprint: of the content last written; empty where it must be written again.
        sha256: of the bytes that have been written or read: other bytes hold something new.
        seen: the cells to correct that were filled at the last reading, as (key, column, value).
    """

    path: str
    fingerprint: str = ""
    sha256: str = ""
    seen: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One row of the outbox: the bytes as they go out, their fixed Message-ID and how far they have come.

    Attributes:
        handed_over_at: when the end of DATA of the latest attempt was about to be written; None before that.
        results: the latest word on each recipient tried so far.
    """

    id: int
    message_id: str
    kind: OutboxKind
    subject: str
    recipients: tuple[str, ...]
    rfc822: bytes
    state: OutboxState
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str = ""
    sent_at: datetime | None = None
    handed_over_at: datetime | None = None
    results: tuple[RecipientResult, ...] = ()

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Recipients that no server has accepted or refused yet."""
        settled = {result.address for result in self.results if result.state != "deferred"}
        return tuple(address for address in self.recipients if address not in settled)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The sum that must add up, counted in mails: received = reported + no_report + … + waiting."""

    received: int
    reported: int
    no_report: int
    duplicates: int
    quarantined: int
    too_large: int
    waiting: int

    @property
    def adds_up(self) -> bool:
        """Whether every mail received is accounted for (promise 1)."""
        parts = self.reported + self.no_report + self.duplicates + self.quarantined + self.too_large + self.waiting
        return self.received == parts
