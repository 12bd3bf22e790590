"""The flow on one screen: take a mail in, read it, classify its reports, keep them.

Each step commits before the next begins, so that a crash anywhere loses nothing and doubles nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from classify.assessment import Assessment
from ingest.faults import crash_point
from ingest.message import IngestError, NoReportKind, RawMessage, Reading, Report
from ingest.source import Books, Source, TakenMail
from store import mails, reports
from store.records import ContentError, StoredMail, StoreError
from store.session import Store

# A mail that failed this often is put aside with its bytes and the reason (promise 2).
MAX_ATTEMPTS = 3
# How many mails are looked up at a time; bounds memory, not the run.
BATCH = 100
# More words than a person reads of what went wrong.
MAX_REASON = 1000
# Mails committed together: one wait for the disk for many, and no more memory than one large mail.
TAKE_MAILS = 50
TAKE_OCTETS = 2_000_000

Reader = Callable[[RawMessage], Reading]
Stop = Callable[[], bool]
Progress = Callable[[StoredMail], None]


class Classifies(Protocol):
    """What the flow asks of the classifier."""

    def split(self, report: Report) -> tuple[Report, ...]:
        """One report a told event."""

    def assess(self, report: Report) -> Assessment:
        """What the rules find in one report."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the flow works with; tests pass their own."""

    store: Store
    read: Reader
    classifier: Classifies
    stop: Stop = lambda: False
    progress: Progress = lambda _mail: None


def take_in(store: Store, source: Source, mailbox: str = "", stop: Stop = lambda: False) -> int:
    """Takes every new mail of a source onto the books: committed first, acknowledged to the server afterwards.

    Args:
        store: where the books are.
        source: where the mails are.
        mailbox: in which mails may have been stored, but not yet acknowledged, when the program last ended.
        stop: asked after every batch.

    Returns:
        How many mails were new.

    Raises:
        IngestError: the source fails; what was taken stays taken.
    """
    _catch_up(store, source, mailbox)
    taken = 0
    for batch in _batches(source.new_messages(_books(store, source.account))):
        taken += _take(store, source, batch)
        if stop():
            break
    return taken


def _books(store: Store, account: str) -> Books:
    def look_up(mailbox: str, uidvalidity: int) -> dict[int, TakenMail]:
        with store.transaction() as session:
            return mails.taken(session, account, mailbox, uidvalidity)

    return look_up


def _batches(messages: Iterator[RawMessage]) -> Iterator[list[RawMessage]]:
    """Groups mails for one transaction; what came before the source broke off is kept."""
    batch: list[RawMessage] = []
    try:
        for raw in messages:
            batch.append(raw)
            if len(batch) >= TAKE_MAILS or sum(len(held.rfc822) for held in batch) >= TAKE_OCTETS:
                yield batch
                batch = []
    except IngestError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _take(store: Store, source: Source, batch: Sequence[RawMessage]) -> int:
    with store.transaction() as session:
        new = [mail.id for raw in batch if (mail := mails.take(session, raw)) is not None]
        crash_point("before-raw-commit")
    crash_point("after-raw-commit")
    _acknowledge(store, source, batch, new)  # also what was known: it lies there once more
    return len(new)


def _catch_up(store: Store, source: Source, mailbox: str) -> None:
    """Acknowledges what was stored when the program ended between commit and acknowledgement."""
    while True:
        with store.transaction() as session:
            stored = mails.unacknowledged(session, source.account, mailbox)
        if not stored:
            return
        _acknowledge(store, source, stored, [mail.id for mail in stored])


def _acknowledge(store: Store, source: Source, held: Sequence[RawMessage | StoredMail], ids: Sequence[int]) -> None:
    for mailbox, uidvalidity in {(mail.mailbox, mail.uidvalidity) for mail in held}:
        uids = [mail.uid for mail in held if (mail.mailbox, mail.uidvalidity) == (mailbox, uidvalidity)]
        source.acknowledge(mailbox, uidvalidity, [uid for uid in uids if uid > 0])
    with store.transaction() as session:
        mails.mark_acknowledged(session, ids)


def work_off(tools: Tools) -> int:
    """Reads and classifies every mail that waits, until none is left or `tools.stop` says so.

    Returns:
        How many mails got a final state.
    """
    settled = 0
    for mail_id in _waiting(tools):
        settled += _work_on(tools, mail_id)
    return settled


def _waiting(tools: Tools) -> Iterator[int]:
    while True:
        with tools.store.transaction() as session:
            ids = mails.waiting(session, BATCH)
        if not ids:
            return
        for mail_id in ids:
            if tools.stop():
                return
            yield mail_id


def _work_on(tools: Tools, mail_id: int) -> bool:
    """One attempt at one mail, counted before it begins; a failure never reaches the other mails."""
    with tools.store.transaction() as session:
        mail = mails.begin_attempt(session, mail_id)
        rfc822 = mails.raw_bytes(session, mail_id)
    if mail.attempts > MAX_ATTEMPTS:  # the process died at it every time
        return _put_aside(tools, mail, mail.reason or "reading it ended the program three times")
    try:
        crash_point("in-parse")
        reading = tools.read(raw_message(mail, rfc822))
        crash_point("in-classify")
        found = tuple(assessed(tools.classifier, reading))
        _expect_something(reading, found)
        settled = _keep(tools, mail, reading, found)
    except StoreError as error:
        if not isinstance(error, ContentError):
            raise
        return _failed(tools, mail, str(error))
    except Exception as error:  # noqa: BLE001 - one bad mail never blocks the rest (promise 2)
        return _failed(tools, mail, f"{type(error).__name__}: {error}")
    tools.progress(settled)
    return True


def raw_message(mail: StoredMail, rfc822: bytes) -> RawMessage:
    """The mail as the source gave it, from the books."""
    return RawMessage(
        mail.account, mail.mailbox, mail.uidvalidity, mail.uid, mail.internal_date, rfc822, mail.size,
    )  # fmt: skip


def assessed(classifier: Classifies, reading: Reading) -> Iterator[tuple[Report, Assessment]]:
    """Every event told in a mail as a report of its own, numbered through the mail."""
    told = (part for report in reading.reports for part in classifier.split(report))
    for position, report in enumerate(told):
        numbered = replace(report, position=position)
        yield numbered, classifier.assess(numbered)


def _expect_something(reading: Reading, found: tuple[tuple[Report, Assessment], ...]) -> None:
    if not found and reading.not_report is None:
        msg = "neither a report nor a reason why it is none was found in it"
        raise IngestError(msg)


def not_report_kind(reading: Reading, found: tuple[tuple[Report, Assessment], ...]) -> NoReportKind | None:
    """Why a mail is no report: the guard says so, or the rules say so of everything in it."""
    kinds = [assessment.not_report for _, assessment in found]
    return reading.not_report or (kinds[0] if kinds and all(kinds) else None)


def _keep(tools: Tools, mail: StoredMail, reading: Reading, found: tuple[tuple[Report, Assessment], ...]) -> StoredMail:
    kind = not_report_kind(reading, found)
    with tools.store.transaction() as session:
        for report, assessment in found if kind is None else ():
            reports.add(session, report, assessment, mail.id)
        mails.settle(session, mail.id, "reported" if kind is None else "no_report", kind or "", reading.message)
        settled = mails.get(session, mail.id)
        crash_point("before-report-commit")
    crash_point("after-report-commit")
    return settled


def _failed(tools: Tools, mail: StoredMail, reason: str) -> bool:
    if mail.attempts >= MAX_ATTEMPTS:
        return _put_aside(tools, mail, reason)
    with tools.store.transaction() as session:
        mails.settle(session, mail.id, "waiting", _storable(reason))
    return False


def _storable(reason: str) -> str:
    """What any database keeps of an error's words: they may quote whatever made the mail unreadable."""
    return reason.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:MAX_REASON]


def _put_aside(tools: Tools, mail: StoredMail, reason: str) -> bool:
    with tools.store.transaction() as session:
        mails.settle(session, mail.id, "quarantined", _storable(reason))
        settled = mails.get(session, mail.id)
    tools.progress(settled)
    return True


def reclassify(tools: Tools) -> int:
    """Assesses every report again with today's rules; corrections stand (promise 3).

    Returns:
        How many reports were looked at.
    """
    last = count = 0
    while True:
        with tools.store.transaction() as session:
            page = reports.everything(session, last)
            for stored in page:
                reports.reassess(session, stored.id, tools.classifier.assess(stored.report))
        if not page or tools.stop():
            return count
        last, count = page[-1].id, count + len(page)
