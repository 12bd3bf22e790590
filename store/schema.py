"""The tables of mails, reports, the review file and what goes out. Importing this module knows every table there is."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import problem_schema  # noqa: F401 - makes its tables known
from store.base import Base, Identity


class MailRow(Base):
    """One mail seen, keyed as IMAP keys it; state is exclusive and complete (promise 1)."""

    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("account", "mailbox", "uidvalidity", "uid"),)

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    account: Mapped[str] = mapped_column(String(320))
    mailbox: Mapped[str] = mapped_column(Text)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    internal_date: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    message_id: Mapped[str] = mapped_column(Text, index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    sender: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None]
    acknowledged: Mapped[bool] = mapped_column(default=False)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))


class RawMailRow(Base):
    """The bytes as received, apart from the bookkeeping so that lists of mails stay quick."""

    __tablename__ = "raw_mails"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True)
    rfc822: Mapped[bytes]


class ReportRow(Base):
    """What one reporter tells; `mail_id` is empty for what staff entered by hand."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("mail_id", "position"), Index("ix_reports_status_date", "status", "date"))

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    original: Mapped[str] = mapped_column(Text, default="")
    quoted: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[list[Any]]
    date: Mapped[datetime] = mapped_column(index=True)
    reporter_name: Mapped[str] = mapped_column(Text, default="")
    reporter_address: Mapped[str] = mapped_column(Text, default="", index=True)
    organisation: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(String(32), default="")
    forwarded_by_name: Mapped[str] = mapped_column(Text, default="")
    forwarded_by_address: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(Text, default="", index=True)
    thread: Mapped[list[Any]]
    attachments: Mapped[list[Any]]
    notes: Mapped[list[Any]]
    photo: Mapped[dict[str, Any]]
    answers: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    status: Mapped[str] = mapped_column(String(16), default="open")
    comment: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[datetime] = mapped_column(index=True)


class AssessmentRow(Base):
    """What the rules last found in a report; replaced by every re-run, corrections live apart."""

    __tablename__ = "assessments"
    __table_args__ = (Index("ix_assessments_category_locality", "category", "locality"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str] = mapped_column(String(64))
    subcategory: Mapped[str | None] = mapped_column(String(64))
    also: Mapped[list[Any]]
    urgency: Mapped[str] = mapped_column(String(16))
    locality: Mapped[str | None] = mapped_column(Text)
    site: Mapped[str | None] = mapped_column(Text)
    place: Mapped[dict[str, Any]]
    occurred: Mapped[str | None] = mapped_column(String(16))
    occurred_precision: Mapped[str | None] = mapped_column(String(16))
    recurring: Mapped[bool]
    duration: Mapped[str] = mapped_column(Text, default="")
    police_report: Mapped[str] = mapped_column(String(16))
    police_reference: Mapped[str | None] = mapped_column(Text)
    not_report: Mapped[str | None] = mapped_column(String(16))
    outside_scope: Mapped[str | None] = mapped_column(String(16))
    upcoming: Mapped[bool]
    masked_text: Mapped[str] = mapped_column(Text)
    masked_subject: Mapped[str] = mapped_column(Text)
    personal: Mapped[list[Any]]
    confidence: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    rules: Mapped[str] = mapped_column(String(64))
    assessed_at: Mapped[datetime]


class CorrectionRow(Base):
    """Every change by a person, kept for ever: field, old, new, who, when."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(32))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    comment: Mapped[str] = mapped_column(Text, default="")


class ReviewFileRow(Base):
    """What is known of a review file since it was last written: never write over what has not been read."""

    __tablename__ = "review_files"

    path: Mapped[str] = mapped_column(String(1024), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    seen: Mapped[list[Any]]


class ReviewNoteRow(Base):
    """What the next review file must tell about one cell: a refused value, a conflict."""

    __tablename__ = "review_notes"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    field: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class EnteredReportRow(Base):
    """A report that staff entered by hand, by the key of its row: the same row twice is one report."""

    __tablename__ = "entered_reports"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(String(64))


class EnteredMeasureRow(Base):
    """A measure that staff added in the review file, by the key of its row: the same row twice is one measure."""

    __tablename__ = "entered_measures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    measure_id: Mapped[int] = mapped_column(BigInteger)


class OutboxRow(Base):
    """One outgoing mail with its fixed Message-ID, committed with what caused it (promise 4)."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    subject: Mapped[str] = mapped_column(Text)
    recipients: Mapped[list[Any]]
    rfc822: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None]
    # Set just before the end of DATA: a crash before it sent nothing, a crash after it leaves doubt.
    handed_over_at: Mapped[datetime | None]
    results: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class NoticeRow(Base):
    """What has been told once and must not be told again: an alert of a report, a receipt to a sender on a day."""

    __tablename__ = "notices"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    about: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"))


class DigestRow(Base):
    """One digest due once per kind, period and audience, whatever the clock does; its id is the digest number."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("kind", "period", "audience"),)

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    period: Mapped[str] = mapped_column(String(16))
    audience: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    reports: Mapped[list[Any]]


class HealthRow(Base):
    """One fact about the running system, by name: last poll, last failure, alarms raised."""

    __tablename__ = "health"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
