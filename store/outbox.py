"""The outbox: what goes out is committed with what caused it, and leaves at most once (promise 4)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.records import OutboxKind, OutboxState, OutgoingMail, RecipientResult, StoreError
from store.schema import DigestRow, NoticeRow, OutboxRow


def enqueue(
    session: Session, kind: OutboxKind, message_id: str, subject: str, recipients: Sequence[str], rfc822: bytes
) -> OutgoingMail:
    """Commits, with the caller's transaction, one mail to be sent."""
    row = OutboxRow(
        message_id=message_id,
        kind=kind,
        subject=subject,
        recipients=list(recipients),
        rfc822=rfc822,
        state="waiting",
        created_at=datetime.now(UTC),
        results=[],
    )
    session.add(row)
    session.flush()
    return to_outgoing(row)


def due(session: Session, now: datetime) -> tuple[OutgoingMail, ...]:
    """Mails that may be tried now: alerts first, then the oldest."""
    ready = OutboxRow.next_attempt_at.is_(None) | (OutboxRow.next_attempt_at <= now)
    query = (
        select(OutboxRow).where(OutboxRow.state == "waiting", ready).order_by(OutboxRow.kind != "alert", OutboxRow.id)
    )
    return tuple(map(to_outgoing, session.scalars(query)))


def get(session: Session, outbox_id: int) -> OutgoingMail:
    """One outgoing mail.

    Raises:
        StoreError: there is none with this number.
    """
    row = session.get(OutboxRow, outbox_id)
    if row is None:
        msg = f"There is no outgoing mail number {outbox_id}. See `lagesbild outbox list`."
        raise StoreError(msg)
    return to_outgoing(row)


def listing(session: Session, states: Sequence[OutboxState], limit: int) -> tuple[OutgoingMail, ...]:
    """Outgoing mails in some states, newest first."""
    query = select(OutboxRow).where(OutboxRow.state.in_(states)).order_by(OutboxRow.id.desc()).limit(limit)
    return tuple(map(to_outgoing, session.scalars(query)))


def begin(session: Session, outbox_id: int) -> OutgoingMail:
    """Counts an attempt before it is made."""
    row = session.get_one(OutboxRow, outbox_id)
    row.state, row.attempts, row.handed_over_at = "sending", row.attempts + 1, None
    return to_outgoing(row)


def hand_over(session: Session, outbox_id: int) -> None:
    """Notes that the end of DATA is about to be written: from here on, silence means doubt."""
    session.get_one(OutboxRow, outbox_id).handed_over_at = datetime.now(UTC)


def interrupted(session: Session) -> tuple[OutgoingMail, ...]:
    """Mails that a crash left in the middle of being sent."""
    query = select(OutboxRow).where(OutboxRow.state == "sending").order_by(OutboxRow.id)
    return tuple(map(to_outgoing, session.scalars(query)))


def set_state(
    session: Session, outbox_id: int, state: OutboxState, error: str = "", next_attempt_at: datetime | None = None
) -> None:
    """Records how far one mail has come; the first acceptance by a server notes the time."""
    row = session.get_one(OutboxRow, outbox_id)
    row.state, row.error, row.next_attempt_at = state, error, next_attempt_at
    if row.sent_at is None and any(r["state"] == "accepted" for r in row.results):
        row.sent_at = datetime.now(UTC)


def record(session: Session, outbox_id: int, results: Sequence[RecipientResult]) -> None:
    """Lays the latest word on each recipient over the earlier ones."""
    row = session.get_one(OutboxRow, outbox_id)
    latest = {result["address"]: result for result in row.results}
    latest |= {r.address: {**asdict(r), "at": r.at.isoformat()} for r in results}
    row.results = list(latest.values())


def claim_notice(session: Session, kind: OutboxKind, about: str, outbox_id: int | None = None) -> bool:
    """Claims the one notice of a kind about something, with the caller's transaction.

    Returns:
        False where it was claimed before: then nothing may be sent.
    """
    if session.get(NoticeRow, (kind, about)) is not None:
        return False
    session.add(NoticeRow(kind=kind, about=about, at=datetime.now(UTC), outbox_id=outbox_id))
    session.flush()
    return True


def release_notice(session: Session, kind: OutboxKind, about: str) -> None:
    """Lets something be told again: the trouble it was about is over."""
    row = session.get(NoticeRow, (kind, about))
    if row is not None:
        session.delete(row)
        session.flush()


def notices(session: Session, kind: OutboxKind, since: datetime | None = None) -> dict[str, datetime]:
    """What has been told of one kind, and when."""
    query = select(NoticeRow.about, NoticeRow.at).where(NoticeRow.kind == kind)
    return dict(session.execute(query if since is None else query.where(NoticeRow.at >= since)).all())


def claim_digest(session: Session, kind: str, period: str, audience: str = "") -> int | None:
    """Claims the one digest of a kind, period and audience.

    Returns:
        The digest's number, or None where it was claimed before: then nothing may be sent.
    """
    same = DigestRow.kind == kind, DigestRow.period == period, DigestRow.audience == audience
    if session.scalar(select(DigestRow.id).where(*same)) is not None:
        return None
    # No savepoint: on SQLite its release would commit the claim without the mail that it is for.
    row = DigestRow(kind=kind, period=period, audience=audience, created_at=datetime.now(UTC), reports=[])
    session.add(row)
    session.flush()
    return row.id


def complete_digest(session: Session, digest_id: int, outbox_id: int | None, report_ids: Sequence[int]) -> None:
    """Ties a digest to its outgoing mail, None where it went out otherwise, and to the reports it told of."""
    row = session.get_one(DigestRow, digest_id)
    row.outbox_id, row.reports = outbox_id, list(report_ids)


def made_since(session: Session, kind: OutboxKind, since: datetime) -> int:
    """How many mails of a kind were put in the outbox since then."""
    query = select(func.count()).select_from(OutboxRow)
    return session.scalar(query.where(OutboxRow.kind == kind, OutboxRow.created_at >= since)) or 0


def made_digests(session: Session) -> frozenset[tuple[str, str, str]]:
    """Every digest that was claimed, as (kind, period, audience)."""
    return frozenset(session.execute(select(DigestRow.kind, DigestRow.period, DigestRow.audience)).all())


def told_reports(session: Session, kind: str, audience: str = "", but: str = "") -> frozenset[int]:
    """Numbers of the reports that digests of one kind have told of; `but` leaves out one period's."""
    same = DigestRow.kind == kind, DigestRow.audience == audience, DigestRow.period != but
    query = select(DigestRow.reports).where(*same)
    return frozenset(number for numbers in session.scalars(query) for number in numbers)


def first_digest(session: Session, kind: str, audience: str = "") -> datetime | None:
    """When the first digest of a kind was made."""
    query = select(func.min(DigestRow.created_at))
    return session.scalar(query.where(DigestRow.kind == kind, DigestRow.audience == audience))


def last_digest(session: Session) -> datetime | None:
    """When the latest digest was made."""
    return session.scalar(select(func.max(DigestRow.created_at)))


def counts(session: Session) -> dict[str, int]:
    """How many mails lie in the outbox, by state."""
    rows = session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return dict(rows.all())


def to_outgoing(row: OutboxRow) -> OutgoingMail:
    """Row to record."""
    return OutgoingMail(
        id=row.id,
        message_id=row.message_id,
        kind=row.kind,  # type: ignore[arg-type]  # the column holds only OutboxKind
        subject=row.subject,
        recipients=tuple(row.recipients),
        rfc822=row.rfc822,
        state=row.state,  # type: ignore[arg-type]  # the column holds only OutboxState
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        error=row.error,
        sent_at=row.sent_at,
        handed_over_at=row.handed_over_at,
        results=tuple(RecipientResult(**{**r, "at": datetime.fromisoformat(r["at"])}) for r in row.results),
    )
