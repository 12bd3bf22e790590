"""Bookkeeping of mails: taken once, one state each, every one accounted for."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from ingest.message import Checkpoint, Message, RawMessage, Sha256
from store.records import Accounts, MailState, StoredMail
from store.schema import CheckpointRow, MailRow, RawMailRow


def sha256_of(rfc822: bytes) -> Sha256:
    """The content hash that, with the Message-ID, tells the same mail from another one."""
    return Sha256(hashlib.sha256(rfc822).hexdigest())


def header_message_id(rfc822: bytes) -> str:
    """The Message-ID as written, or a synthetic one made from the content where the mail has none."""
    head = rfc822.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    found = "".join(str(message_from_bytes(head[:65536]).get("Message-ID", "")).split())
    return found.replace("\0", "")[:998] or f"<{sha256_of(rfc822)[:32]}@synthetic.invalid>"


def known(session: Session, raw: RawMessage) -> bool:
    """Whether this very mail (same mailbox, UIDVALIDITY and UID) is already on the books."""
    return session.scalar(select(MailRow.id).where(*_identity(raw))) is not None


def take(session: Session, raw: RawMessage) -> StoredMail | None:
    """Puts a mail on the books with its raw bytes, before anything else is done with it.

    Returns:
        The new row: `waiting`, `duplicate` (the same Message-ID and bytes are here already) or `too_large`;
        None where this very mail was taken before.
    """
    if known(session, raw):
        return None
    digest, message_id = sha256_of(raw.rfc822), header_message_id(raw.rfc822)
    twin = session.scalar(
        select(MailRow.id)
        .where(MailRow.sha256 == digest, MailRow.message_id == message_id, MailRow.state != "duplicate")
        .order_by(MailRow.id)
        .limit(1)
    )
    row = MailRow(
        account=raw.account,
        mailbox=raw.mailbox,
        uidvalidity=raw.uidvalidity,
        uid=raw.uid,
        internal_date=raw.internal_date,
        seen_at=datetime.now(UTC),
        size=raw.size,
        sha256=digest,
        message_id=message_id,
        state=_first_state(raw, twin),
        duplicate_of=twin,
        reason="larger than max_bytes" if raw.headers_only else "",
    )
    session.add(row)
    session.flush()
    session.add(RawMailRow(mail_id=row.id, rfc822=raw.rfc822))
    return to_stored(row)


def _first_state(raw: RawMessage, twin: int | None) -> MailState:
    if twin is not None:
        return "duplicate"
    return "too_large" if raw.headers_only else "waiting"


def _identity(raw: RawMessage) -> tuple[ColumnElement[bool], ...]:
    return (
        MailRow.account == raw.account,
        MailRow.mailbox == raw.mailbox,
        MailRow.uidvalidity == raw.uidvalidity,
        MailRow.uid == raw.uid,
    )


def checkpoint(session: Session, account: str, mailbox: str) -> Checkpoint | None:
    """How far this mailbox has been taken, or None at the first visit."""
    row = session.get(CheckpointRow, (account, mailbox))
    return None if row is None else Checkpoint(row.account, row.mailbox, row.uidvalidity, row.uid)


def set_checkpoint(session: Session, point: Checkpoint) -> None:
    """Remembers how far this mailbox has been taken."""
    session.merge(
        CheckpointRow(account=point.account, mailbox=point.mailbox, uidvalidity=point.uidvalidity, uid=point.uid)
    )


def waiting(session: Session, limit: int, *, now: datetime | None = None) -> tuple[int, ...]:
    """Ids of mails still to be read, oldest first, that are not resting before another attempt."""
    due = MailRow.next_attempt_at.is_(None) | (MailRow.next_attempt_at <= (now or datetime.now(UTC)))
    query = select(MailRow.id).where(MailRow.state == "waiting", due).order_by(MailRow.id).limit(limit)
    return tuple(session.scalars(query))


def begin_attempt(session: Session, mail_id: int) -> StoredMail:
    """Counts an attempt before the work, so that a mail that kills the process is counted too (promise 2)."""
    session.execute(update(MailRow).where(MailRow.id == mail_id).values(attempts=MailRow.attempts + 1))
    return get(session, mail_id)


def get(session: Session, mail_id: int) -> StoredMail:
    """The bookkeeping of one mail."""
    return to_stored(session.get_one(MailRow, mail_id))


def raw_bytes(session: Session, mail_id: int) -> bytes:
    """The mail as received."""
    return session.get_one(RawMailRow, mail_id).rfc822


def settle(session: Session, mail_id: int, state: MailState, reason: str = "", message: Message | None = None) -> None:
    """Gives a mail its state and, where it could be read, what lists show of it."""
    row = session.get_one(MailRow, mail_id)
    row.state, row.reason, row.next_attempt_at = state, reason, None
    if message is not None:
        row.subject, row.sender, row.sent_at = message.subject, message.from_.address, message.date


def postpone(session: Session, mail_id: int, reason: str, until: datetime) -> None:
    """Leaves a mail waiting until another attempt, with the reason of the failed one."""
    row = session.get_one(MailRow, mail_id)
    row.state, row.reason, row.next_attempt_at = "waiting", reason, until


def retry(session: Session, mail_id: int) -> None:
    """Puts a quarantined mail back in the queue with its attempts forgotten."""
    row = session.get_one(MailRow, mail_id)
    row.state, row.attempts, row.reason, row.next_attempt_at = "waiting", 0, "", None


def in_state(session: Session, states: Sequence[MailState], limit: int = 1000) -> tuple[StoredMail, ...]:
    """Mails in one of the states, newest first."""
    query = select(MailRow).where(MailRow.state.in_(states)).order_by(MailRow.id.desc()).limit(limit)
    return tuple(map(to_stored, session.scalars(query)))


def unacknowledged(session: Session, account: str, mailbox: str, limit: int = 1000) -> tuple[StoredMail, ...]:
    """Mails that are safely stored but not yet flagged or moved on the server."""
    query = (
        select(MailRow)
        .where(MailRow.account == account, MailRow.mailbox == mailbox, MailRow.acknowledged.is_(False))
        .order_by(MailRow.id)
        .limit(limit)
    )
    return tuple(map(to_stored, session.scalars(query)))


def mark_acknowledged(session: Session, mail_ids: Iterable[int]) -> None:
    """Remembers that the server has been told."""
    session.execute(update(MailRow).where(MailRow.id.in_(list(mail_ids))).values(acknowledged=True))


def accounts(session: Session, start: datetime | None = None, end: datetime | None = None) -> Accounts:
    """The sum of all mails received, by state (promise 1), or of those received from start up to, not including, end.

    `received` is counted apart, so that the sum can fail.
    """
    span = [MailRow.internal_date >= start] if start else []
    span += [MailRow.internal_date < end] if end else []
    states = select(MailRow.state, func.count()).where(*span).group_by(MailRow.state)
    counted: dict[str, int] = dict(session.execute(states).all())
    received = session.scalar(select(func.count()).select_from(MailRow).where(*span)) or 0
    return Accounts(
        received=received,
        reported=counted.get("reported", 0),
        no_report=counted.get("no_report", 0),
        duplicates=counted.get("duplicate", 0),
        quarantined=counted.get("quarantined", 0),
        too_large=counted.get("too_large", 0),
        waiting=counted.get("waiting", 0),
    )


def to_stored(row: MailRow) -> StoredMail:
    """Row to record."""
    return StoredMail(
        id=row.id,
        account=row.account,
        mailbox=row.mailbox,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        internal_date=row.internal_date,
        seen_at=row.seen_at,
        size=row.size,
        sha256=row.sha256,
        message_id=row.message_id,
        state=row.state,  # type: ignore[arg-type]  # the column holds only MailState
        attempts=row.attempts,
        reason=row.reason,
        subject=row.subject,
        sender=row.sender,
        duplicate_of=row.duplicate_of,
    )
