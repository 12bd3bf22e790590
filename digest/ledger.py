"""What the picture shows of the ledger: problems with their course, without the names of those who told of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from digest.entries import name, plain, shortened
from digest.happenings import Happening
from digest.period import Period
from problems.types import BRA_LABELS, Ledger, Measure, MeasureEffect, MeasureStatus, Problem, Verdict

# What staff write in one cell: two or three sentences.
STAFF_CHARS = 400
# Fewer events than this at one place were no problem that could return, unless people held it to be one.
RETURNING_EVENTS = 3


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A decided measure and, once it can be told, what it did."""

    what: str
    who: str
    from_: date | None
    to: date | None
    status: MeasureStatus
    verdict: Verdict
    effect: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem of the ledger.

    Attributes:
        told: its events that the period's digest tells of; they are counted as everywhere else in the picture.
        pause: weeks without events before it came back the last time; 0 where it never was away.
        returned: it came back in the period, and was a problem before.
        ended: people held it to be long-term, and in the period it had been quiet for long enough to be over.
        bra: Brå's columns that are filled, as (heading, text).
    """

    reference: str
    category: str
    locality: str | None
    site: str | None
    first: date
    last: date
    events: int
    reports: int
    voices: int
    told: tuple[str, ...]
    weeks_active: int
    weekly: tuple[tuple[date, int], ...]
    trend: str
    trend_text: str
    pause: int
    hours: str
    police: tuple[int, int, int]
    long_term: bool | None
    candidate: bool
    ongoing: bool
    returned: bool
    ended: bool
    reasons: tuple[str, ...]
    note: str
    bra: tuple[tuple[str, str], ...]
    measures: tuple[MeasureLine, ...]

    @property
    def now(self) -> int:
        """How many events of it the period's digest tells of."""
        return len(self.told)


@dataclass(frozen=True, slots=True)
class Silence:
    """A locality or a kind of voice that used to report and has gone silent; `known` for so many weeks, 1 is news."""

    kind: Literal["ort", "rapportör"]
    name: str
    text: str
    weeks: int
    known: int


@dataclass(frozen=True, slots=True)
class Odd:
    """A place × category that stands out in the last week; `text` says by how much."""

    category: str
    locality: str | None
    site: str | None
    text: str


def problem_lines(ledger: Ledger, period: Period, events: Iterable[Happening]) -> tuple[ProblemLine, ...]:
    """The ledger's problems, in its order; `events` are the picture's, by which each belongs to one period."""
    references = {event.reference for event in events if event.day in period}
    told = {event.id: event.reference for event in ledger.events if event.reference in references}
    return tuple(_line(p, period, tuple(told[e] for e in p.events if e in told)) for p in ledger.problems)


def _line(p: Problem, period: Period, told: tuple[str, ...]) -> ProblemLine:
    return ProblemLine(
        reference=p.reference,
        category=p.category,
        locality=name(p.place.locality),
        site=name(p.place.name),
        first=p.first_seen,
        last=p.last_seen,
        events=len(p.events),
        reports=p.reports,
        voices=p.voices,
        told=told,
        weeks_active=p.weeks_active,
        weekly=p.weekly,
        trend=p.trend.direction,
        trend_text=plain(p.trend.text),
        pause=_pause(p),
        hours=plain(p.hours.text),
        police=p.police,
        long_term=p.long_term,
        candidate=p.candidate,
        ongoing=p.status == "pågår",
        returned=_returned(p, period),
        ended=bool(p.long_term) and p.closed is not None and p.closed in period,
        reasons=tuple(map(unquoted, p.reasons)),
        note=staff_text(p.judgement.note if p.judgement else ""),
        bra=tuple((label, staff_text(text)) for key, label in BRA_LABELS.items() if (text := getattr(p.bra, key))),
        measures=tuple(map(_measure, p.measures)),
    )


def _pause(p: Problem) -> int:
    return (p.spells[-1].first - p.spells[-2].last).days // 7 if len(p.spells) > 1 else 0


def _returned(p: Problem, period: Period) -> bool:
    """Whether a problem is back: two single events at one place with a year between are no return."""
    before = max((spell.events for spell in p.spells[:-1]), default=0)
    known = p.long_term or (p.place.exact and before >= RETURNING_EVENTS)
    return bool(known) and p.reopened and p.spells[-1].first in period


def _measure(effect: MeasureEffect) -> MeasureLine:
    m: Measure = effect.measure
    return MeasureLine(
        staff_text(m.what), staff_text(m.who), m.from_, m.to, m.status, effect.verdict, plain(effect.text)
    )


def silence(ledger: Ledger) -> tuple[Silence, ...]:
    """The localities that have gone silent. Who went silent is for staff, not for everybody who reads the picture."""
    quiet = (s for s in ledger.silent if s.kind == "ort")
    return tuple(Silence(s.kind, plain(s.name), plain(s.text), s.weeks_silent, s.weeks_known) for s in quiet)


def unusual(ledger: Ledger) -> tuple[Odd, ...]:
    """What the ledger holds to stand out, strongest first."""
    return tuple(Odd(u.category, name(u.place.locality), name(u.place.name), plain(u.text)) for u in ledger.unusual)


def event_groups(ledger: Ledger) -> tuple[tuple[int, ...], ...]:
    """Report numbers that tell of one event each, for `digest.happenings`."""
    return tuple(event.reports for event in ledger.events if len(event.reports) > 1)


def staff_text(text: str) -> str:
    """Staff's words, on one line, harmless and not endless."""
    return shortened(plain(text), STAFF_CHARS)


def unquoted(reason: str) -> str:
    """A reason without the reporters' own words in brackets: those may not have been reviewed."""
    return plain(reason).partition(" (”")[0]


def lasting(problems: Iterable[ProblemLine]) -> tuple[ProblemLine, ...]:
    """Those that staff hold to be long-term and that are still going on."""
    return tuple(p for p in problems if p.long_term and p.ongoing)


def awaiting(problems: Iterable[ProblemLine]) -> tuple[ProblemLine, ...]:
    """Candidates that nobody has said yes or no to."""
    return tuple(p for p in problems if p.candidate and p.long_term is None)
