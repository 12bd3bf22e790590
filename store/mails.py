"""Bookkeeping of mails: taken once, one state each, every one accounted for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from ingest.identity import identity_of
from ingest.message import Message, RawMessage
from ingest.source import TakenMail
from store.records import Accounts, MailState, StoredMail
from store.schema import MailRow, RawMailRow


def taken(session: Session, account: str, mailbox: str, uidvalidity: int) -> dict[int, TakenMail]:
    """Every mail of a mailbox that is on the books under this UIDVALIDITY, by UID."""
    query = select(MailRow.uid, MailRow.size, MailRow.internal_date).where(
        MailRow.account == account, MailRow.mailbox == mailbox, MailRow.uidvalidity == uidvalidity, MailRow.uid > 0
    )
    return {uid: TakenMail(size, internal_date) for uid, size, internal_date in session.execute(query)}


def take(session: Session, raw: RawMessage) -> StoredMail | None:
    """Puts a mail on the books with its raw bytes, before anything else is done with it.

    Returns:
        The new row: `waiting`, `duplicate` (a mail with its Message-ID and content is here already) or `too_large`;
        None where this very mail was taken before.
    """
    digest, message_id, content = identity_of(raw.rfc822)
    before = session.scalar(select(MailRow).where(*_identity(raw)))
    if before is not None:
        if _is_same(before, raw, digest, message_id):
            return None
        # The server gave this UID to another mail: the row of the first one gives it up, and keeps all else.
        before.uid = -before.id
        session.flush()
    twin = _twin(session, message_id, content)
    row = MailRow(
        account=raw.account,
        mailbox=raw.mailbox,
        uidvalidity=raw.uidvalidity,
        uid=raw.uid,
        internal_date=raw.internal_date,
        seen_at=datetime.now(UTC),
        size=raw.size,
        sha256=digest,
        content_hash=content,
        message_id=message_id,
        state=_first_state(raw, twin),
        duplicate_of=twin,
        reason="larger than max_bytes" if raw.headers_only else "",
    )
    session.add(row)
    session.flush()
    session.add(RawMailRow(mail_id=row.id, rfc822=raw.rfc822))
    return to_stored(row)


def _is_same(row: MailRow, raw: RawMessage, digest: str, message_id: str) -> bool:
    """Under a UIDVALIDITY a UID is one mail, though a server may write it out anew; without, only bytes count."""
    return row.sha256 == digest or (raw.uidvalidity > 0 and row.message_id == message_id)


def _twin(session: Session, message_id: str, content: str) -> int | None:
    """The mail of which this one is a copy: moved, copied, sent to a second mailbox, or imported once more."""
    query = (
        select(MailRow.id)
        .where(MailRow.content_hash == content, MailRow.message_id == message_id, MailRow.state != "duplicate")
        .order_by(MailRow.id)
        .limit(1)
    )
    return session.scalar(query)


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


def find(session: Session, mail_id: int) -> StoredMail | None:
    """The bookkeeping of one mail, or None where there is none of this number."""
    row = session.get(MailRow, mail_id)
    return None if row is None else to_stored(row)


def raw_bytes(session: Session, mail_id: int) -> bytes:
    """The mail as received."""
    return session.get_one(RawMailRow, mail_id).rfc822


def raw_of(session: Session, mail_ids: Sequence[int]) -> dict[int, bytes]:
    """The mails as received, by number; those whose bytes are gone are left out."""
    query = select(RawMailRow.mail_id, RawMailRow.rfc822).where(RawMailRow.mail_id.in_(mail_ids))
    return {row.mail_id: row.rfc822 for row in session.execute(query)}


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


def fetch_again(session: Session, mail_id: int) -> None:
    """Lets a mail of which only the header was taken be fetched as a new one: this row gives up its place."""
    row = session.get_one(MailRow, mail_id)
    row.uid, row.state, row.reason = -row.id, "no_report", "fetched again"


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
    """The sum of all mails received, by state (promise 1), or of those from start up to, not including, end.

    `received` is counted apart, so that the sum can fail. A mail belongs to the time of its own Date, as its reports
    do; the server's date counts for mails that were not read.
    """
    dated = func.coalesce(MailRow.sent_at, MailRow.internal_date)
    span = [dated >= start] if start else []
    span += [dated < end] if end else []
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


def first_seen(session: Session) -> datetime | None:
    """When the first mail was put on the books."""
    return session.scalar(select(func.min(MailRow.seen_at)))


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
