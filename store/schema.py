"""The tables, as SQLAlchemy declarative rows. Times are UTC in the store; JSON columns hold plain lists and objects."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite counts rows by INTEGER only; PostgreSQL needs the wide type for UIDs.
Identity = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, UTC kept, aware UTC out; a naive value is a mistake of the caller."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turns an aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without zone must not reach the store"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives the time back as UTC; SQLite forgets the zone."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Base(DeclarativeBase):
    """Common ground of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON,
        list[Any]: JSON,
        bytes: LargeBinary,
    }


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


class SightingRow(Base):
    """A report as linking and the ledger see it: made from the report, thrown away and made anew at will."""

    __tablename__ = "sightings"
    __table_args__ = (Index("ix_sightings_block_start", "block", "start"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reference: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]
    counts: Mapped[bool]
    reported_at: Mapped[datetime]
    start: Mapped[datetime] = mapped_column(index=True)
    end: Mapped[datetime]
    dated: Mapped[bool]
    day: Mapped[date] = mapped_column(index=True)
    category: Mapped[str] = mapped_column(String(64))
    block: Mapped[str] = mapped_column(Text)
    mail_id: Mapped[int | None] = mapped_column(BigInteger)
    answers: Mapped[int | None] = mapped_column(BigInteger)
    weekday: Mapped[int | None]
    hour: Mapped[int | None]
    also: Mapped[list[Any]]
    subcategory: Mapped[str | None] = mapped_column(String(64))
    locality: Mapped[str | None] = mapped_column(Text)
    site: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(16))
    voice: Mapped[str] = mapped_column(String(64))
    organisation: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(32))
    urgency: Mapped[str] = mapped_column(String(16))
    police_report: Mapped[str] = mapped_column(String(16))
    recurring: Mapped[bool]
    duration: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]]


class EventMemberRow(Base):
    """Which event a report belongs to; an event's number is that of its first report."""

    __tablename__ = "event_members"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(BigInteger, index=True)


class EventLinkRow(Base):
    """Two reports that are, or may be, of the same event, with the reasons in Swedish."""

    __tablename__ = "event_links"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    certainty: Mapped[str] = mapped_column(String(16))
    score: Mapped[float]
    reasons: Mapped[list[Any]]


class EventDecisionRow(Base):
    """A person's word that two reports are, or are not, of the same event."""

    __tablename__ = "event_decisions"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    same: Mapped[bool]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text, default="")


class ProblemRow(Base):
    """The number by which people call a problem; all else about it is computed from its events."""

    __tablename__ = "problems"
    __table_args__ = (UniqueConstraint("locality", "place", "category"),)

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    locality: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(64))


class JudgementRow(Base):
    """A person's word that a problem is long-term or not; every word is kept, the latest holds."""

    __tablename__ = "judgements"
    __table_args__ = (Index("ix_judgements_key", "locality", "place", "category"),)

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    locality: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(64))
    long_term: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class MeasureRow(Base):
    """One version of a measure that EST decided on: a change adds a row, so that old and new are both kept."""

    __tablename__ = "measures"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    measure_id: Mapped[int] = mapped_column(BigInteger, index=True)
    locality: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    from_day: Mapped[date | None]
    to_day: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
