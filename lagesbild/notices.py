"""Alerts and warnings: found by looking at the store, told once, committed with the mail that tells of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from digest.gate import PersonalDataError
from digest.message import Envelope, build_text
from digest.notices import (
    Alarm,
    Trouble,
    TroubleName,
    Voice,
    alarm,
    alert_subject,
    alert_text,
    operator_subject,
    operator_text,
)
from lagesbild.log import log
from lagesbild.outbox import put
from lagesbild.status import FULL_QUARANTINE
from store import health, mails, outbox, problems, reports
from store.records import OutboxKind, OutgoingMail, StoredReport

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.settings import Settings
    from lagesbild.wiring import App


# What is older is no news: mails read in afterwards raise no alarm.
NEWS = timedelta(hours=24)
HOUR = timedelta(hours=1)
# So many failed connections in a row, some minutes, are more than a server being restarted.
PASSING = 3
SEE_STATUS = "The details are shown by `lagesbild status`."


def voice(settings: "Settings") -> Voice:
    """In whose name notices are written."""
    return Voice(settings.digest.owner, settings.digest.contact, settings.digest.templates)


def envelope(settings: "Settings", kind: OutboxKind, subject: str, recipients: Sequence[str]) -> Envelope:
    """The header of a notice; its Message-ID is made once and stays."""
    message_id = f"<lagesbild.{kind}.{uuid4().hex}@{settings.smtp.domain}>"
    return Envelope(settings.smtp.from_, tuple(recipients), subject, message_id, datetime.now(UTC), kind)


def alert(app: "App", now: datetime | None = None) -> tuple[OutgoingMail, ...]:
    """Puts an alert in the outbox for every urgent report that none has told of yet.

    At most `[alert] per_hour` mails within any hour: the last of them is a summary of everything that is left.
    """
    now = now or datetime.now(UTC)
    if not app.settings.alert.recipients:
        return ()
    with app.store.transaction() as session:
        found = _untold(session, now)
        free = app.settings.alert.per_hour - outbox.made_since(session, "alert", now - HOUR)
        alarms = tuple(alarm(stored, app.zone) for stored in found)
        return tuple(_raise(app, session, group) for group in grouped(alarms, free))


def grouped(alarms: Sequence[Alarm], free: int) -> tuple[tuple[Alarm, ...], ...]:
    """One mail an alarm as long as there are free mails; the last free one takes all that is left."""
    if len(alarms) <= free or not alarms:
        return tuple((one,) for one in alarms)
    singles = tuple((one,) for one in alarms[: max(free - 1, 0)])
    return (*singles, tuple(alarms[len(singles) :])) if free > 0 else ()


def _untold(session: "Session", now: datetime) -> tuple[StoredReport, ...]:
    """Urgent reports of the last day that are news; another report of an event already told of is none."""
    recent = reports.received_since(session, now - NEWS)
    urgent = [r for r in recent if r.effective.urgency == "akut" and r.counts and r.report.date >= now - NEWS]
    told = set(outbox.notices(session, "alert"))
    untold = []
    for stored in urgent:
        same = _same_event(session, stored)
        if not told & same:
            untold.append(stored)
            told |= same
    return tuple(untold)


def _same_event(session: "Session", stored: StoredReport) -> set[str]:
    """What a notice of this report, or of another one of the same event, is about."""
    members = problems.fellows(session, [stored.id])
    return {f"report:{number}" for number in (stored.id, *members)}


def _raise(app: "App", session: "Session", alarms: tuple[Alarm, ...]) -> OutgoingMail:
    """The mail, with excerpts where the gate lets them pass, else with nothing that anybody wrote: it must go out."""
    settings, said = app.settings, voice(app.settings)
    header = envelope(settings, "alert", alert_subject(alarms), settings.alert.recipients)
    try:
        mail = put(session, app.gate, header, build_text(header, alert_text(alarms, app.labels, said)))
    except PersonalDataError:
        bare = alert_text(alarms, app.labels, said, places=False)
        mail = put(session, app.gate, header, build_text(header, bare))
    for one in alarms:
        outbox.claim_notice(session, "alert", f"report:{one.entry.id}", mail.id)
    log.info("alert.raised", outbox=mail.id, reports=[one.entry.id for one in alarms])
    return mail


def warn_operator(app: "App", now: datetime | None = None) -> OutgoingMail | None:
    """Tells the operator of troubles that are new and of those that are over: each once (promise 6)."""
    now = now or datetime.now(UTC)
    settings = app.settings
    if not settings.service.operator:
        return None
    with app.store.transaction() as session:
        standing = troubles(session, settings, now)
        told = set(outbox.notices(session, "operator"))
        new = tuple(t for t in standing if t.name not in told)
        over = sorted(told - {t.name for t in standing})
        if not new and not over:
            return None
        mail = _warning(app, session, new, over)
        for trouble in new:
            outbox.claim_notice(session, "operator", trouble.name, mail.id)
        for name in over:
            outbox.release_notice(session, "operator", name)
    log.warning("operator.warned", outbox=mail.id, new=[t.name for t in new], over=over)
    return mail


def _warning(app: "App", session: "Session", new: tuple[Trouble, ...], over: Sequence[str]) -> OutgoingMail:
    """The mail; an error's own words are left out where they hold an address or a name."""
    said = voice(app.settings)
    header = envelope(app.settings, "operator", operator_subject(new), [app.settings.service.operator])
    try:
        return put(session, app.gate, header, build_text(header, operator_text(new, over, said)))
    except PersonalDataError:
        bare = tuple(replace(trouble, detail=SEE_STATUS) for trouble in new)
        return put(session, app.gate, header, build_text(header, operator_text(bare, over, said)))


def troubles(session: "Session", settings: "Settings", now: datetime) -> tuple[Trouble, ...]:
    """Everything that is wrong now."""
    found = (_poll(session, settings, now), _quarantine(session), *_noted(session), *_outgoing(session))
    return tuple(trouble for trouble in found if trouble is not None)


def _poll(session: "Session", settings: "Settings", now: datetime) -> Trouble | None:
    """Silence for longer than allowed, counted from the first run where there never was a poll."""
    failure = health.read(session, health.POLL_FAILURE)
    if failure and failure[0].get("refusals"):
        return Trouble("login", str(failure[0].get("error", "")))
    if not settings.mailbox.host:
        return None
    last = health.read(session, health.LAST_POLL) or health.read(session, health.FIRST_RUN)
    if last is None or now - last[1] <= settings.service.alarm_after:
        return None
    return Trouble("poll", str(failure[0].get("error", "")) if failure else "The service does not run, or is stuck.")


def _quarantine(session: "Session") -> Trouble | None:
    count = mails.accounts(session).quarantined
    detail = f"{count} mails could not be read: see `lagesbild quarantine list`."
    return Trouble("quarantine", detail) if count >= FULL_QUARANTINE else None


NOTED: tuple[tuple[str, TroubleName], ...] = (
    (health.RULES_FAILURE, "rules"),
    (health.REVIEW_FAILURE, "review"),
    (health.DIGEST_FAILURE, "digest"),
    (health.SEND_FAILURE, "sending"),
)


def _noted(session: "Session") -> tuple[Trouble | None, ...]:
    def read(name: str, trouble: TroubleName) -> Trouble | None:
        noted = health.read(session, name)
        lasting = noted is not None and noted[0].get("attempts", PASSING) >= PASSING
        return Trouble(trouble, str(noted[0].get("error", ""))) if noted and lasting else None

    return tuple(read(*pair) for pair in NOTED)


def _outgoing(session: "Session") -> tuple[Trouble, ...]:
    counted = outbox.counts(session)
    told: tuple[tuple[str, TroubleName], ...] = (("parked", "refused"), ("uncertain", "uncertain"))
    see = "see `lagesbild outbox list`, then `outbox retry` or `outbox confirm`"
    return tuple(
        Trouble(name, f"{counted[state]} outgoing mails: {see}.") for state, name in told if counted.get(state)
    )
