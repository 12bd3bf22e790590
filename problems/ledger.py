"""The ledger of problems, place × category, computed whole from events and what people decided. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, tzinfo

from classify.assessment import URGENCIES, Urgency
from problems import bra, candidates, measures, phrases, silence, unusual
from problems.events import gather, open_proposals
from problems.places import Homes
from problems.profile import profile
from problems.statistics import binomial_tail
from problems.types import (
    Area,
    Criteria,
    Event,
    EventDecision,
    EventLink,
    Judgement,
    Ledger,
    Measure,
    PlaceKey,
    Problem,
    Sighting,
    Spell,
    Trend,
)

Key = tuple[PlaceKey, str]
# Twelve weeks cut in halves: long enough for counts of one a week to tell, short enough to be of now.
TREND_DAYS = 42
TREND_EVENTS = 4
TREND_CHANCE = 0.05
SHOWN_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the ledger is computed from."""

    sightings: Sequence[Sighting]
    members: Mapping[int, int]
    links: Sequence[EventLink] = ()
    decisions: Sequence[EventDecision] = ()
    judgements: Sequence[Judgement] = ()
    measures: Sequence[Measure] = ()
    areas: Sequence[Area] = ()
    criteria: Criteria = field(default_factory=Criteria)
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Gathered:
    """Events, and each problem's share of them, as of one day."""

    as_of: date
    homes: Homes
    sightings: Sequence[Sighting]
    events: tuple[Event, ...]
    by_problem: dict[Key, list[Event]]

    @property
    def keys(self) -> tuple[Key, ...]:
        """The problems in the order in which they began."""
        return tuple(self.by_problem)

    def key(self, said: Judgement | Measure) -> Key:
        """The problem that a person spoke of: a site that now belongs to an area means the area."""
        return self.homes.key(said.locality, said.place), said.category


@dataclass(frozen=True, slots=True)
class Facts:
    """One problem's own events, and where it stands among the others."""

    number: int
    place: PlaceKey
    category: str
    events: tuple[Event, ...]
    as_of: date
    standing: bra.Standing

    @property
    def key(self) -> Key:
        """Place and category."""
        return self.place, self.category


def collect(book: Book, as_of: date) -> Gathered:
    """The events known on a day, by problem."""
    known = [s for s in book.sightings if s.counts and s.reported_at.astimezone(book.zone).date() <= as_of]
    homes = Homes(book.areas, book.criteria.radius_m)
    events = gather(known, book.members, homes)
    by_problem: dict[Key, list[Event]] = {}
    for event in events:
        if not event.upcoming:
            by_problem.setdefault((event.place, event.category), []).append(event)
    return Gathered(as_of, homes, known, events, by_problem)


def build(book: Book, gathered: Gathered, numbers: Mapping[Key, int]) -> Ledger:
    """The ledger; `numbers` gives each problem the number by which people call it."""
    g = gathered
    judged = {g.key(judgement): judgement for judgement in book.judgements}
    decided: dict[Key, list[Measure]] = {}
    for measure in book.measures:
        decided.setdefault(g.key(measure), []).append(measure)
    problems = (
        _problem(
            facts,
            judged.get((facts.place, facts.category)),
            book.criteria,
            decided.get((facts.place, facts.category), ()),
        )
        for facts in _facts(g, numbers, book.criteria)
    )
    return Ledger(
        as_of=g.as_of,
        events=g.events,
        problems=tuple(sorted(problems, key=_weight)),
        unusual=unusual.find([event for event in g.events if not event.upcoming], g.as_of),
        silent=silence.find(g.sightings, g.as_of),
        proposals=open_proposals(book.links, g.sightings, book.members, book.decisions),
    )


def _facts(g: Gathered, numbers: Mapping[Key, int], criteria: Criteria) -> Iterator[Facts]:
    recent = {key: _since(events, g.as_of - timedelta(weeks=criteria.weeks)) for key, events in g.by_problem.items()}
    standing = bra.standings(recent, criteria.weeks)
    for key, events in g.by_problem.items():
        yield Facts(numbers[key], *key, tuple(events), g.as_of, standing[key])


def _problem(f: Facts, judgement: Judgement | None, criteria: Criteria, decided: Sequence[Measure]) -> Problem:
    parts = candidates.split(f.events, criteria)
    spells = candidates.spells(f.events, criteria)
    since, reasons = candidates.candidacy(parts[-1], f.as_of, f.place, criteria)
    trend, days = trend_of(f.events, f.as_of), [event.day for event in f.events]
    closed = candidates.closed(days[-1], f.as_of, criteria)
    exact = next((event for event in reversed(f.events) if event.latitude is not None), None)
    return Problem(
        number=f.number,
        place=f.place,
        category=f.category,
        status="avslutat" if closed else "pågår",
        closed=closed,
        first_seen=days[0],
        last_seen=days[-1],
        spells=spells,
        events=tuple(event.id for event in f.events),
        reports=sum(len(event.reports) for event in f.events),
        voices=len({voice for event in f.events for voice in event.voices}),
        organisations=tuple(dict.fromkeys(name for event in f.events for name in event.organisations)),
        weekly=_weekly(f.events, f.as_of),
        weeks_active=candidates.active_weeks(f.events, f.as_of, criteria),
        trend=trend,
        police=_police(f.events),
        urgencies=_urgencies(f.events),
        hours=profile(f.events),
        durations=tuple(dict.fromkeys(text for event in f.events for text in event.durations)),
        candidate=since is not None,
        reasons=reasons,
        candidate_since=since,
        judgement=judgement,
        measures=tuple(measures.effect(m, days, _begun(spells, m), f.as_of) for m in decided),
        bra=bra.columns(parts[-1], f.place, spells[-1], trend, f.standing, f.as_of),
        latitude=exact.latitude if exact else None,
        longitude=exact.longitude if exact else None,
    )


def _begun(spells: Sequence[Spell], measure: Measure) -> date:
    """When the spell of the problem began that a measure was meant for."""
    alive = [spell.first for spell in spells if measure.from_ is not None and spell.first <= measure.from_]
    return alive[-1] if alive else spells[0].first


def trend_of(events: Sequence[Event], as_of: date) -> Trend:
    """The last six weeks against the six before; a direction is named only where chance seldom gives it."""
    recent = _since(events, as_of - timedelta(days=TREND_DAYS))
    before = _since(events, as_of - timedelta(days=2 * TREND_DAYS)) - recent
    text = f"{phrases.events(recent)} de senaste sex veckorna mot {before} de sex veckorna före"
    if recent + before < TREND_EVENTS:
        return Trend("för lite underlag", recent, before, text)
    if binomial_tail(recent, recent + before, 0.5) <= TREND_CHANCE:
        return Trend("ökar", recent, before, text)
    falls = binomial_tail(before, recent + before, 0.5) <= TREND_CHANCE
    return Trend("minskar" if falls else "oförändrat", recent, before, text)


def _since(events: Sequence[Event], after: date) -> int:
    """How many events lie later than a day; events are in order of time."""
    return len(events) - bisect_right(events, after, key=lambda event: event.day)


def _weekly(events: Sequence[Event], as_of: date) -> tuple[tuple[date, int], ...]:
    running = as_of - timedelta(days=as_of.weekday())
    counts = Counter(event.week for event in events)
    weeks = (running - timedelta(weeks=n) for n in reversed(range(SHOWN_WEEKS)))
    return tuple((week, counts[week]) for week in weeks)


def _police(events: Sequence[Event]) -> tuple[int, int, int]:
    said = Counter(event.police_report for event in events)
    return said["yes"], said["no"], said["unknown"]


def _urgencies(events: Sequence[Event]) -> tuple[tuple[Urgency, int], ...]:
    seen = Counter(event.urgency for event in events)
    return tuple((urgency, seen[urgency]) for urgency in URGENCIES if seen[urgency])


def _weight(problem: Problem) -> tuple[bool, bool, bool, int, int, int]:
    """What is printed first: judged long-term, then candidates, then the living; within each the most active."""
    p = problem
    recent = sum(count for _, count in p.weekly[-12:])
    return not p.long_term, not p.candidate, p.status == "avslutat", -p.weeks_active, -recent, p.number
