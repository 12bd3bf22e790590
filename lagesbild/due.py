"""Which digests are due: each period once, whatever the clock does and however often the program restarts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from digest import DigestError
from digest.period import Period, PeriodKind, containing
from lagesbild.log import log
from store import health, mails, outbox, reports
from store.lock import exclusive
from store.records import OutgoingMail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.settings import Settings
    from lagesbild.wiring import App


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# After a stop, this many periods of each kind are made good. What is older is told as late in the first of them,
# instead of filling the recipients' mailboxes.
CATCH_UP = 4
# A digest that was stopped is tried again this often, until somebody has masked what stopped it.
AGAIN = timedelta(minutes=15)
# How far back a report counts as late; what is dated earlier is history that somebody has read in.
LATE = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When digests are made: on a weekday (0 is Monday) at a local time, for these kinds of period."""

    kinds: tuple[PeriodKind, ...]
    weekday: int
    at: time
    zone: tzinfo


def rhythm(settings: "Settings", zone: tzinfo) -> Rhythm:
    """As the settings have it."""
    d = settings.digest
    also: tuple[tuple[PeriodKind, bool], ...] = (("quarter", d.quarterly), ("tertial", d.tertial), ("year", d.yearly))
    kinds: tuple[PeriodKind, ...] = ("week", *(kind for kind, wanted in also if wanted))
    return Rhythm(kinds, WEEKDAYS.index(d.day), time.fromisoformat(d.time), zone)


def due_at(period: Period, when: Rhythm) -> datetime:
    """The moment at which a period's digest is due: the first such weekday and time after its end; UTC.

    A local time that the clocks skip in spring is the one an hour later; one that comes twice in autumn, the first.
    """
    day = period.next.first
    day += timedelta(days=(when.weekday - day.weekday()) % 7)
    return datetime.combine(day, when.at, when.zone).astimezone(UTC)


def due(when: Rhythm, now: datetime, since: date, made: Collection[tuple[str, str]]) -> tuple[Period, ...]:
    """Periods whose digests are to be made now, earliest first.

    Args:
        when: day and time.
        now: aware.
        since: the first day of this installation; periods that ended before it were never seen.
        made: digests made before, as (kind, code).
    """
    today = now.astimezone(when.zone).date()
    ended = (p for kind in when.kinds for p in reversed(containing(kind, today).earlier(CATCH_UP)))
    return tuple(p for p in ended if p.last >= since and (p.kind, p.code) not in made and due_at(p, when) <= now)


def make_due(app: "App", now: datetime | None = None) -> tuple[OutgoingMail, ...]:
    """Makes every digest that is due and puts it in the outbox; one that is stopped does not stop the others.

    Raises:
        DigestError: the first one that was stopped, after the others were made; noted for `status` and the operator.
    """
    from lagesbild.digest import audiences

    now = now or datetime.now(UTC)
    when = rhythm(app.settings, app.zone)
    with app.store.transaction() as session:
        made, since = outbox.made_digests(session), _since(session, now, app.zone)
        stopped = health.read(session, health.DIGEST_FAILURE)
    if stopped and timedelta() <= now - stopped[1] < AGAIN:
        return ()
    wanted = [
        (period, audience.name)
        for audience in audiences(app.settings)
        for period in due(when, now, since, {(kind, code) for kind, code, name in made if name == audience.name})
        if audience.recipients
    ]
    return _make_all(app, wanted, now)


def _since(session: "Session", now: datetime, zone: tzinfo) -> date:
    """The first local day on which this installation ran or took a mail: a clock once set ahead must not silence it."""
    first = health.read(session, health.FIRST_RUN)
    if first is None:
        health.note(session, health.FIRST_RUN, {}, now)
    return min(filter(None, (first[1] if first else now, mails.first_seen(session)))).astimezone(zone).date()


def _make_all(app: "App", wanted: Sequence[tuple[Period, str]], now: datetime) -> tuple[OutgoingMail, ...]:
    queued: list[OutgoingMail] = []
    stopped: list[DigestError] = []
    for period, audience in wanted:
        try:
            queued += make(app, period, audience)
        except DigestError as error:
            stopped.append(error)
            log.warning("digest.stopped", period=period.code, audience=audience, error=type(error).__name__)
    with app.store.transaction() as session:
        health.clear(session, health.DIGEST_FAILURE)
        if stopped:
            health.note(session, health.DIGEST_FAILURE, {"error": str(stopped[0])}, now)
    if stopped:
        raise stopped[0]
    return tuple(queued)


def make(app: "App", period: Period, audience: str = "") -> tuple[OutgoingMail, ...]:
    """Makes the digest of one period, one process at a time: two must not both tell of the same late report.

    Returns:
        What was put in the outbox; nothing where it was made before or another process is at it.
    """
    from lagesbild.digest import enqueue_digest

    with exclusive(app.store.engine, "digest") as mine:
        queued = enqueue_digest(app, period, audience) if mine else None
        return (queued,) if queued else ()


def skip(app: "App", period: Period, audience: str = "") -> bool:
    """Notes a digest as made without making it: it went out before a backup was restored, or is not wanted.

    Returns:
        False where it was made or skipped before.
    """
    with exclusive(app.store.engine, "digest") as mine, app.store.transaction() as session:
        if not mine:
            msg = "A digest is being made just now. Try again in a moment."
            raise DigestError(msg)
        number = outbox.claim_digest(session, period.kind, period.code, audience)
        if number is None:
            return False
        told = {r.id for r in reports.between(session, *period.bounds(app.zone)) if r.counts}
        outbox.complete_digest(session, number, None, sorted(told | late(session, period, app.zone, audience)))
    return True


def late(session: "Session", period: Period, zone: tzinfo, audience: str = "") -> frozenset[int]:
    """Numbers of reports dated before a week that no weekly digest has told of, for they came after their own.

    What was on the books before the first digest is history and not late.
    """
    first = outbox.first_digest(session, "week", audience)
    if period.kind != "week" or first is None:
        return frozenset()
    start = period.bounds(zone)[0]
    told = outbox.told_reports(session, "week", audience, but=period.code)
    earlier = reports.between(session, start - LATE, start)
    return frozenset(r.id for r in earlier if r.counts and r.received_at >= first and r.id not in told)
