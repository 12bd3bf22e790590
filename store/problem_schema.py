"""The tables of events and problems: what was linked, what people decided, which measures were taken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Identity


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
    upcoming: Mapped[bool]
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
