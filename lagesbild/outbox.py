"""The way out: what waits is handed to the mail server, and what became of it is kept (promise 4).

waiting → sending → sent; `parked` where the server refused for good, `uncertain` where its answer was lost, `closed`
where a person took note of a refusal.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Literal, Self

from digest import DigestError
from digest.deliver import Delivery, Folder, Letter, SendingError, Transport
from digest.gate import check
from digest.message import Envelope
from digest.smtp import Server, Smtp
from ingest.message import IngestError
from lagesbild.log import log
from store import health, outbox
from store.lock import exclusive
from store.records import OutboxState, OutgoingMail, RecipientResult, StoreError
from store.session import Store

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.settings import Login, Settings


# Doubling from a minute, as mail servers do (RFC 5321 section 4.5.4.1 asks for patience), to an hour at most.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
# RFC 5321 section 4.5.4.1: give up after four or five days.
GIVE_UP = timedelta(days=4)
# What any mail server takes without extensions: a header or a command can hold nothing else of it.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
INTERRUPTED = "the program stopped after the mail was handed over, before the server's answer was kept"
Decision = Literal["retry", "confirm"]
DECIDABLE: dict[Decision, tuple[OutboxState, ...]] = {
    "retry": ("waiting", "uncertain", "parked", "closed"),
    "confirm": ("uncertain", "parked"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an attempt."""

    state: OutboxState
    error: str = ""
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What the flow works with. `sender` is the envelope's (RFC 5321 reverse-path): bounces go there."""

    store: Store
    transport: Transport
    sender: str


def _secret(smtp: "Login") -> str:
    """Password or access token; without one no connection is made."""
    from lagesbild.settings import SettingsError

    try:
        return smtp.secret()
    except (SettingsError, IngestError) as error:
        msg = f"Logging in at the mail server {smtp.host} is not possible: {error}"
        raise SendingError(msg) from error


@dataclass(frozen=True, slots=True)
class Gate:
    """What every mail must pass on its way into the outbox.

    Attributes:
        mailboxes: the mailbox that is polled and the sender itself: a mail to them would come back as a report.
        allowed: the only contact lines that may stand in a mail, word for word as in the settings.
    """

    mailboxes: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        """As the settings have it."""
        ours = (settings.mailbox.username, settings.mailbox.shared_mailbox, settings.smtp.address)
        lines = (settings.digest.contact, settings.digest.owner, settings.smtp.address)
        return cls(tuple(plain_address(a) for a in ours if a), tuple(line for line in lines if line))


def put(session: "Session", gate: Gate, envelope: Envelope, mail: EmailMessage) -> OutgoingMail:
    """Puts a finished mail in the outbox, with the caller's transaction, where it passes the gate.

    Raises:
        DigestError: a recipient cannot be written to, or the mail must not go out as it is.
    """
    from classify.personal import find_personal

    for address in envelope.recipients:
        _expect_recipient(address, gate)
    rfc822 = mail.as_bytes()
    check(rfc822, find_personal, gate.allowed)
    return outbox.enqueue(
        session, envelope.kind, envelope.message_id, envelope.subject, envelope.recipients, rfc822
    )  # fmt: skip


def expect_recipients(settings: "Settings") -> None:
    """Every recipient of the settings can be written to.

    Raises:
        DigestError: the first one that cannot.
    """
    operator = (settings.service.operator,) if settings.service.operator else ()
    audiences = (address for audience in settings.digest.audience for address in audience.recipients)
    for address in (*settings.digest.recipients, *audiences, *settings.alert.recipients, *operator):
        _expect_recipient(address, Gate.of(settings))


def _expect_recipient(address: str, gate: Gate) -> None:
    if not ADDRESS.fullmatch(address):
        msg = "A recipient in the settings is no mail address of the form name@example.org. Check every `recipients`."
        raise DigestError(msg)
    if plain_address(address) in gate.mailboxes:
        msg = f"{address} is read by this program: a mail to it would come back. Take it out of the recipients."
        raise DigestError(msg)


def plain_address(address: str) -> str:
    """An address as compared: in lower case, without a `+tag`."""
    local, _, domain = address.strip().casefold().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


def sending(settings: "Settings", store: Store) -> Sending:
    """The way out that the settings name.

    Raises:
        DigestError: they name none.
    """
    smtp = settings.smtp
    if smtp.outbox is not None:
        return Sending(store, Folder(smtp.outbox), smtp.address)
    if not smtp.host:
        msg = "There is no way to send mail. Name a server in [smtp] host, or a folder in [smtp] outbox."
        raise DigestError(msg)
    server = Server(
        smtp.host,
        smtp.port,
        smtp.security,
        smtp.username,
        secret=lambda: _secret(smtp),
        auth=smtp.auth,
        ca_file=smtp.ca_file,
    )
    return Sending(store, Smtp(server), smtp.address)


def send_due(sending: Sending, now: datetime | None = None, *, patient: bool = False) -> tuple[OutgoingMail, ...]:
    """Tries every mail that is due, one process at a time.

    Args:
        sending: what to work with.
        now: the time, for tests.
        patient: after a failed connection, keep a growing pause before the next (the service does, people do not).

    Returns:
        The mails that were tried, as they are now; nothing where another process is at it.

    Raises:
        SendingError: no connection to the mail server; the mails wait for the next time.
    """
    now = now or datetime.now(UTC)
    with exclusive(sending.store.engine, "outbox") as mine:
        if not mine:
            return ()
        resolve_interrupted(sending.store)
        with sending.store.transaction() as session:
            failure = health.read(session, health.SEND_FAILURE)
            waiting = () if patient and _resting(failure, now) else outbox.due(session, now)
        return _send(sending, waiting, failure[0].get("attempts", 0) if failure else 0) if waiting else ()


def _resting(failure: tuple[dict[str, Any], datetime] | None, now: datetime) -> bool:
    # A clock set back must not silence the outbox: only the time since the failure counts.
    return failure is not None and timedelta() <= now - failure[1] < pause(failure[0].get("attempts", 0))


def resolve_interrupted(store: Store) -> None:
    """Settles what a crash left in `sending`: before the end of DATA it is sent again, after it nobody knows."""
    with store.transaction() as session:
        for mail in outbox.interrupted(session):
            state: OutboxState = "uncertain" if mail.handed_over_at else "waiting"
            outbox.set_state(session, mail.id, state, INTERRUPTED if mail.handed_over_at else "")
            log.warning("outbox.interrupted", outbox=mail.id, state=state)


def _send(sending: Sending, waiting: Sequence[OutgoingMail], failures: int) -> tuple[OutgoingMail, ...]:
    with ExitStack() as stack:
        try:
            stack.enter_context(sending.transport)
        except SendingError as failure:
            # The mails' own clocks stand still: it was not they that failed.
            with sending.store.transaction() as session:
                health.note(session, health.SEND_FAILURE, {"error": str(failure), "attempts": failures + 1})
            log.warning("outbox.no_connection", failures=failures + 1)
            raise
        with sending.store.transaction() as session:
            health.clear(session, health.SEND_FAILURE)
        return tuple(_send_one(sending, mail.id) for mail in waiting)


def _send_one(sending: Sending, outbox_id: int) -> OutgoingMail:
    store = sending.store
    with store.transaction() as session:
        mail = outbox.begin(session, outbox_id)
    delivery = _deliver(sending, mail)
    with store.transaction() as session:
        outbox.record(session, mail.id, delivery.results)
        after = outcome(outbox.get(session, mail.id), delivery, datetime.now(UTC))
        outbox.set_state(session, mail.id, after.state, after.error, after.next_attempt_at)
        settled = outbox.get(session, mail.id)
    log.info("outbox.tried", outbox=mail.id, kind=mail.kind, state=after.state, attempts=mail.attempts)
    return settled


def _deliver(sending: Sending, mail: OutgoingMail) -> Delivery:
    letter = Letter(mail.message_id, sending.sender, mail.outstanding, mail.rfc822)
    return sending.transport.deliver(letter, lambda: _hand_over(sending.store, mail.id))


def _hand_over(store: Store, outbox_id: int) -> None:
    with store.transaction() as session:
        outbox.hand_over(session, outbox_id)


def outcome(mail: OutgoingMail, delivery: Delivery, now: datetime) -> Outcome:
    """What follows for a mail whose results are already laid over the earlier ones.

    Recipients with a temporary refusal are tried again alone; doubt stops everything until a person decides.
    """
    if delivery.uncertain:
        return Outcome("uncertain", delivery.uncertain)
    replies = {result.state: result.reply for result in mail.results}
    if mail.outstanding and now - mail.created_at < GIVE_UP:
        return Outcome("waiting", replies.get("deferred", ""), now + pause(mail.attempts))
    if mail.outstanding:
        return Outcome("parked", f"given up after {GIVE_UP.days} days: {replies.get('deferred', '')}")
    if "refused" in replies:
        return Outcome("parked", replies["refused"])
    return Outcome("sent")


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    doublings = min(max(attempts - 1, 0), 10)  # enough to be past the longest
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def decide(store: Store, outbox_id: int, decision: Decision) -> OutgoingMail:
    """A person's word on a mail that is not sent: send it (again), or take it as it is and speak no more of it.

    Raises:
        StoreError: there is no such mail, or it needs no decision.
    """
    with exclusive(store.engine, "outbox") as mine, store.transaction() as session:
        mail = outbox.get(session, outbox_id)
        if not mine:
            msg = f"Outgoing mail {outbox_id} may be on its way just now. Try again in a moment."
            raise StoreError(msg)
        if mail.state not in DECIDABLE[decision]:
            msg = f"Outgoing mail {outbox_id} is {mail.state}: there is nothing to {decision}."
            raise StoreError(msg)
        (_retry if decision == "retry" else _confirm)(session, mail)
        return outbox.get(session, outbox_id)


def _retry(session: "Session", mail: OutgoingMail) -> None:
    """The same bytes, the same Message-ID, to those that no server has accepted."""
    again = [replace(result, state="deferred") for result in mail.results if result.state == "refused"]
    outbox.record(session, mail.id, again)
    outbox.set_state(session, mail.id, "waiting")


def _confirm(session: "Session", mail: OutgoingMail) -> None:
    """An uncertain mail was seen to arrive; a parked one is closed as it is, its refusals kept."""
    now = datetime.now(UTC)
    arrived = mail.outstanding if mail.state == "uncertain" else ()
    outbox.record(session, mail.id, [RecipientResult(a, "accepted", "confirmed by hand", now) for a in arrived])
    outbox.set_state(session, mail.id, "sent" if arrived else "closed", mail.error)
