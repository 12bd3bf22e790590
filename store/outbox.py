"""The outbox: what goes out is committed with what caused it, and leaves at most once (promise 4)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.records import OutboxKind, OutboxState, OutgoingMail
from store.schema import DigestRow, OutboxRow


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
    )
    session.add(row)
    session.flush()
    return to_outgoing(row)


def due(session: Session, now: datetime) -> tuple[OutgoingMail, ...]:
    """Mails that may be tried now, oldest first."""
    ready = OutboxRow.next_attempt_at.is_(None) | (OutboxRow.next_attempt_at <= now)
    query = select(OutboxRow).where(OutboxRow.state == "waiting", ready).order_by(OutboxRow.id)
    return tuple(map(to_outgoing, session.scalars(query)))


def set_state(
    session: Session, outbox_id: int, state: OutboxState, error: str = "", next_attempt_at: datetime | None = None
) -> None:
    """Records how far one mail has come; `sending` counts an attempt, `sent` notes the time."""
    row = session.get_one(OutboxRow, outbox_id)
    row.state, row.error, row.next_attempt_at = state, error, next_attempt_at
    row.attempts += state == "sending"
    if state == "sent":
        row.sent_at = datetime.now(UTC)


def claim_digest(session: Session, kind: str, period: str, audience: str = "") -> int | None:
    """Claims the one digest of a kind, period and audience.

    Returns:
        The digest's number, or None where it was claimed before: then nothing may be sent.
    """
    row = DigestRow(kind=kind, period=period, audience=audience, created_at=datetime.now(UTC), reports=[])
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return None
    return row.id


def complete_digest(session: Session, digest_id: int, outbox_id: int, report_ids: Sequence[int]) -> None:
    """Ties a digest to its outgoing mail and to the reports it told of."""
    row = session.get_one(DigestRow, digest_id)
    row.outbox_id, row.reports = outbox_id, list(report_ids)


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
    )
