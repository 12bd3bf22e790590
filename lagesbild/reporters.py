"""Mail to reporters: the receipt, and each quarter what reports led to. Both off until the municipality decides."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from email import message_from_bytes
from typing import TYPE_CHECKING

from digest.labels import Labels
from digest.ledger import staff_text
from digest.message import build_text
from digest.notices import LocalityTold, MeasureTold, acknowledgement_text, feedback_text
from digest.period import Period
from ingest.headers import authentication_results, passes_dmarc
from lagesbild.due import Rhythm, due, due_at, rhythm
from lagesbild.log import log
from lagesbild.notices import NEWS, envelope, voice
from lagesbild.outbox import ADDRESS, plain_address, put
from store import mails, outbox, problems, reports
from store.problem_records import Measure
from store.records import OutgoingMail, StoredReport

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.wiring import App


# Mail systems and programs, which must never get an automatic answer (RFC 3834 section 2).
MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "owner-")
# Notes of the reader by which the From cannot be believed.
DOUBTFUL = {"dmarc_fail", "addresses_several"}
# Of a header more than this is no header (Dovecot and Postfix cut here or earlier).
HEADER_OCTETS = 65_536
# Fewer reports than this could point out a single reporter.
LEAST_TOLD = 3
MOST_CATEGORIES = 3
# Feedback that comes later than this after its day has lost its quarter: then the next one is awaited.
FEEDBACK_WINDOW = timedelta(days=14)
# Who has not reported within a year hears no more.
ACTIVE = timedelta(days=365)


def acknowledge(app: "App", now: datetime | None = None) -> tuple[OutgoingMail, ...]:
    """Puts a receipt in the outbox for every new report whose sender may have one; each report is looked at once."""
    now = now or datetime.now(UTC)
    if not app.settings.acknowledge.enabled:
        return ()
    with app.store.transaction() as session:
        recent = [r for r in reports.received_since(session, now - NEWS) if r.report.date >= now - NEWS]
        seen = outbox.notices(session, "acknowledgement", now - 2 * NEWS)
        new = [r for r in recent if f"report:{r.id}" not in seen]
        return tuple(mail for stored in new if (mail := _acknowledge(app, session, stored, now)))


def _acknowledge(app: "App", session: "Session", stored: StoredReport, now: datetime) -> OutgoingMail | None:
    outbox.claim_notice(session, "acknowledgement", f"report:{stored.id}")
    address = stored.report.reporter.address
    day = now.astimezone(app.zone).date()
    if not _may_answer(app, session, stored) or not outbox.claim_notice(
        session, "acknowledgement", f"{opaque(address)}:{day}"
    ):
        return None
    header = envelope(app.settings, "acknowledgement", app.settings.acknowledge.subject, [address])
    text = acknowledgement_text(stored.reference, voice(app.settings))
    log.info("acknowledged", report=stored.id)
    return put(session, app.gate, header, build_text(header, text))


def _may_answer(app: "App", session: "Session", stored: StoredReport) -> bool:
    """Whether a report is a person's own letter from a mailbox, and its From can be believed."""
    report, address = stored.report, stored.report.reporter.address
    personal = report.kind == "free" and report.position == 0 and stored.mail_id is not None
    if not personal or not answerable(address, app.gate.mailboxes) or DOUBTFUL & {*report.notes}:
        return False
    mail = mails.get(session, stored.mail_id or 0)
    from_files = mail.uidvalidity == 0  # read in from files: nobody waits for an answer
    return not from_files and (app.register.find(address) is not None or _is_vouched_for(app, session, mail.id))


def answerable(address: str, ours: Iterable[str]) -> bool:
    """Whether an address can be a person's, and is not our own."""
    local = address.partition("@")[0].lower()
    return bool(ADDRESS.fullmatch(address)) and not local.startswith(MACHINES) and plain_address(address) not in ours


def _is_vouched_for(app: "App", session: "Session", mail_id: int) -> bool:
    """Whether our own mail server wrote that the From domain stands for the mail."""
    head = mails.raw_bytes(session, mail_id)[:HEADER_OCTETS].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    fields = tuple((name.lower(), str(value)) for name, value in message_from_bytes(head).items())
    return passes_dmarc(authentication_results(fields, app.settings.mailbox.authserv_id))


def opaque(address: str) -> str:
    """A key of an address that does not tell it."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:32]


def feed_back(app: "App", now: datetime | None = None) -> tuple[OutgoingMail, ...]:
    """Puts in the outbox what the quarter's reports led to, once to each registered reporter of the last year."""
    now = now or datetime.now(UTC)
    if not app.settings.feedback.enabled:
        return ()
    quarterly = rhythm(app.settings, app.zone)
    period = _latest(Rhythm(("quarter",), quarterly.weekday, quarterly.at, app.zone), now)
    with app.store.transaction() as session:
        if period is None or not outbox.claim_notice(session, "feedback", period.code):
            return ()
        end = period.bounds(app.zone)[1]
        active = _active(app, reports.between(session, end - ACTIVE, end))
        told = _told(app, session, period, {name for names in active.values() for name in names})
        log.info("feedback", period=period.code, reporters=len(active))
        return tuple(_tell(app, session, period, who, [told[n] for n in names]) for who, names in active.items())


def _latest(when: Rhythm, now: datetime) -> Period | None:
    periods = due(when, now, date.min, ())
    return periods[-1] if periods and now - due_at(periods[-1], when) < FEEDBACK_WINDOW else None


def _active(app: "App", told: Sequence[StoredReport]) -> dict[str, tuple[str, ...]]:
    """Registered reporters' addresses, each with the localities of its own reports."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for stored in told:
        report, locality = stored.report, stored.effective.place.locality
        known = app.register.find(report.reporter.address) and "dmarc_fail" not in report.notes
        if stored.counts and locality and known and answerable(report.reporter.address, app.gate.mailboxes):
            found[report.reporter.address].add(locality)
    return {address: tuple(sorted(names)) for address, names in sorted(found.items())}


def _told(app: "App", session: "Session", period: Period, names: Iterable[str]) -> dict[str, LocalityTold]:
    now, before = (_by_locality(session, p, app.zone) for p in (period, period.previous))
    measures = [m for m in problems.measures(session) if _concerns(m, period)]
    return {n: locality_told(n, now[n], before[n], [m for m in measures if m.locality == n], app.labels) for n in names}


def _by_locality(session: "Session", period: Period, zone: tzinfo) -> defaultdict[str, Counter[str]]:
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for stored in reports.between(session, *period.bounds(zone)):
        if stored.counts and stored.effective.place.locality:
            counted[stored.effective.place.locality][stored.effective.category] += 1
    return counted


def _concerns(measure: Measure, period: Period) -> bool:
    """Whether a measure went on, or was to begin, during a period."""
    begun = measure.from_ is None or measure.from_ <= period.last
    return measure.status != "inställd" and begun and (measure.to is None or measure.to >= period.first)


def locality_told(
    name: str, now: Counter[str], before: Counter[str], measures: Sequence[Measure], labels: Labels
) -> LocalityTold:
    """A locality's figures, without those so small that they could point somebody out."""
    many = [(labels.category(c), n) for c, n in now.most_common(MOST_CATEGORIES) if n >= LEAST_TOLD]
    return LocalityTold(
        name=name,
        reports=now.total() if now.total() >= LEAST_TOLD else None,
        before=before.total() if before.total() >= LEAST_TOLD else None,
        categories=tuple(many),
        measures=tuple(MeasureTold(_masked(m.what), m.status, m.from_, m.to) for m in measures),
    )


def _masked(text: str) -> str:
    from classify.personal import find_personal, mask

    return staff_text(mask(text, find_personal(text)))


def _tell(app: "App", session: "Session", period: Period, address: str, told: Sequence[LocalityTold]) -> OutgoingMail:
    header = envelope(app.settings, "feedback", app.settings.feedback.subject, [address])
    return put(session, app.gate, header, build_text(header, feedback_text(period, told, voice(app.settings))))
