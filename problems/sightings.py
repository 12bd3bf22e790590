"""A stored report as a sighting: place, time, kind and voice, stripped of all else. Pure."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from classify.assessment import Occurred, Place
from ingest.message import Report
from problems.types import Sighting
from problems.words import significant
from store.records import StoredReport

# Changing how a sighting is made asks for `lagesbild problems rebuild`.
# How far back an event may lie of which the report does not say when: damage stays and is seen late, noise is not.
LOOK_BACK = timedelta(days=3)
LOOK_BACK_TRACES = timedelta(days=7)
TRACES = frozenset({"skadegorelse", "klotter", "nedskrapning", "otrygg_plats"})
# An hour is rounded down and told from memory; a part of the day is told by its first hour; a day's night runs on.
HOUR = (timedelta(hours=-1), timedelta(hours=2))
PART_OF_DAY = (timedelta(hours=-3), timedelta(hours=6))
DAY = (timedelta(hours=-6), timedelta(hours=30))
# Addresses at these are never one organisation's.
FREE_MAIL_DOMAINS = """
gmail.com googlemail.com hotmail.com hotmail.se outlook.com outlook.se live.com live.se msn.com yahoo.com yahoo.se
icloud.com me.com mac.com telia.com telia.se comhem.se bredband.net bredband2.com tele2.se spray.se passagen.se
home.se swipnet.se algonet.se glocalnet.net protonmail.com proton.me pm.me gmx.com gmx.net mail.com aol.com
"""
FREE_MAIL = frozenset(FREE_MAIL_DOMAINS.split())
VOICE_DIGITS = 16


def sighting(stored: StoredReport, zone: tzinfo) -> Sighting:
    """What linking and the ledger need of one report, with its corrections; `zone` is that of its local times."""
    a, report = stored.effective, stored.report
    start, end = happened(a.occurred, report.date, a.category, zone)
    place = a.place
    return Sighting(
        report_id=stored.id,
        reference=stored.reference,
        revision=stored.revision,
        counts=stored.counts,
        reported_at=report.date.astimezone(UTC),
        start=start,
        end=end,
        dated=a.occurred is not None,
        day=_day(a.occurred, report.date, zone),
        category=a.category,
        block=block(place),
        mail_id=stored.mail_id,
        answers=stored.answers,
        weekday=a.occurred.weekday if a.occurred else None,
        hour=a.occurred.hour if a.occurred else None,
        also=a.also,
        subcategory=a.subcategory,
        locality=place.locality,
        site=place.site,
        area=place.area,
        latitude=place.latitude if _exact(place) else None,
        longitude=place.longitude if _exact(place) else None,
        precision=place.precision,
        voice=voice(report),
        organisation=" ".join(report.organisation.split()),
        role=report.role,
        urgency=a.urgency,
        police_report=a.police_report,
        recurring=a.recurring,
        duration=a.duration,
        upcoming=a.upcoming,
        words=significant(f"{a.masked_subject}\n{a.masked_text}"),
    )


def _exact(place: Place) -> bool:
    """Whether the coordinates are the place's own: the middle of a town is near everything in it."""
    return place.precision == "point" and not place.centre


def block(place: Place) -> str:
    """What linking searches by: the locality in lower case, empty where it is unknown."""
    return (place.locality or "").casefold()


def happened(occurred: Occurred | None, reported: datetime, category: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The time within which it happened, UTC: around what is told, else backwards from the report."""
    if occurred is None:
        back = LOOK_BACK_TRACES if category in TRACES else LOOK_BACK
        return (reported - back).astimezone(UTC), reported.astimezone(UTC)
    told = datetime.combine(date.fromisoformat(occurred.value[:10]), time(occurred.hour or 0), tzinfo=zone)
    before, after = {"hour": HOUR, "part_of_day": PART_OF_DAY, "day": DAY}[occurred.precision]
    start = told.astimezone(UTC) + before
    # Nothing is reported before it happens; what is announced for later keeps its own time.
    end = min(told.astimezone(UTC) + after, reported.astimezone(UTC))
    return start, end if end > start else told.astimezone(UTC) + after


def _day(occurred: Occurred | None, reported: datetime, zone: tzinfo) -> date:
    return date.fromisoformat(occurred.value[:10]) if occurred else reported.astimezone(zone).date()


def voice(report: Report) -> str:
    """Who speaks, `domain:address` hashed; no domain at a public mail provider, no address where there is none."""
    address = report.reporter.address.casefold().strip()
    domain = address.rpartition("@")[2]
    speaker = address or " ".join(report.reporter.name.casefold().split())
    return f"{'' if domain in FREE_MAIL else _hashed(domain)}:{_hashed(speaker)}" if speaker else ""


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:VOICE_DIGITS] if text else ""
