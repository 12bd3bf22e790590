"""One function a section, from material to content; SECTIONS is the printed order. Words come from the templates."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Literal

from digest.entries import ROLES, Entry, Source
from digest.period import Period, containing
from digest.picture import (
    Attention,
    Bar,
    Brief,
    Change,
    Changes,
    Coming,
    Compared,
    HowMade,
    LongTerm,
    Material,
    Recurrence,
    Row,
    Section,
    SituationPicture,
    Where,
    count,
)

# What is usual is the mean of this many periods before the present one: two months of weeks.
USUAL_PERIODS = 8
# Fewer periods on record than this carry no word on what is usual.
LEAST_PERIODS = 4
# A change smaller than this many reports is chance or one person's zeal, whatever the proportion.
LEAST_CHANGE = 3
# Weeks within which the same category at the same place counts as coming back: a quarter.
RECURRENCE_WEEKS = 12
# More columns than this do not fit a telephone; the rest are summed.
LOCALITY_COLUMNS = 4
# Bars of a weekly picture's time line: a quarter.
TREND_WEEKS = 13
# Läget i korthet is read in half a minute.
BRIEF_CHANGES = 2
SOURCES: tuple[Source, ...] = (*(kind for kind, _ in ROLES), "ovriga")

Subject = Literal["category", "locality"]
Spot = tuple[str | None, str | None, str]


def compile_picture(material: Material) -> SituationPicture:
    """Material in, the whole picture out."""
    built = tuple(section(material) for section in SECTIONS)
    return SituationPicture(material.period, material.made_at, built, material.now)


def brief(material: Material) -> Brief:
    """Läget i korthet: the figures beside earlier ones, and the few things to know first."""
    urgent = attention(material).entries
    return Brief(
        compared=compared(material),
        urgent=len(urgent),
        urgent_unreported=sum(e.police_report == "no" for e in urgent),
        changes=changes(material).changes[:BRIEF_CHANGES],
        recurring=tuple(r for r in longterm(material).recurring if r.now)[:1],
        unreviewed=sum(not e.reviewed for e in material.now),
        trend=trend(material),
    )


def compared(material: Material) -> Compared:
    """The period's reports and voices beside the one before, the usual, and the year before."""
    period, usual = material.period, on_record(material)
    mean = sum(len(material.within(p)) for p in usual) / len(usual) if len(usual) >= LEAST_PERIODS else None
    before, year = (
        count(material.within(p)) if material.on_record(p) else None for p in (period.previous, period.year_before)
    )
    return Compared(count(material.now), before, mean, len(usual), year)


def on_record(material: Material) -> tuple[Period, ...]:
    """The earlier periods that say what is usual."""
    return tuple(p for p in material.period.earlier(USUAL_PERIODS) if material.on_record(p))


def trend(material: Material) -> tuple[Bar, ...]:
    """The time line: thirteen weeks up to a week, else the weeks or months within the period."""
    return tuple(_bar(material, step) for step in _steps(material.period))


def _steps(period: Period) -> tuple[Period, ...]:
    if period.kind == "week":
        return (*reversed(period.earlier(TREND_WEEKS - 1)), period)
    weeks = []
    week = containing("week", period.first)
    while week.first <= period.last:
        weeks.append(week)
        week = week.next
    return tuple(weeks)


def _bar(material: Material, step: Period) -> Bar:
    before = step.year_before
    known = len(material.within(before)) if material.on_record(before) else None
    return Bar(str(step.number), len(material.within(step)), known, step == material.period)


def attention(material: Material) -> Attention:
    """Kräver uppmärksamhet nu: acute before high, the audience's own areas first, newest first."""
    newest = sorted((e for e in material.now if e.urgent), key=lambda e: (e.day, e.id), reverse=True)
    return Attention(tuple(sorted(newest, key=lambda e: (e.urgency != "akut", e.locality not in material.first_areas))))


def changes(material: Material) -> Changes:
    """Förändringar: categories and localities that differ from what is usual by more than chance."""
    earlier = on_record(material)
    if len(earlier) < LEAST_PERIODS:
        return Changes((), len(earlier))
    found = (*_changes(material, earlier, "category"), *_changes(material, earlier, "locality"))
    return Changes(tuple(sorted(found, key=lambda c: -abs(c.now - c.usual))), len(earlier))


def _changes(material: Material, earlier: tuple[Period, ...], subject: Subject) -> Iterable[Change]:
    now, previous = _tally(material.now, subject), _tally(material.within(material.period.previous), subject)
    before = _tally((e for p in earlier for e in material.within(p)), subject)
    for name in sorted({*now, *before}):
        usual = before[name] / len(earlier)
        if carried(now[name], usual):
            yield Change("up" if now[name] > usual else "down", subject, name, now[name], previous[name], usual)


def _tally(entries: Iterable[Entry], subject: Subject) -> Counter[str]:
    return Counter(name for e in entries if (name := getattr(e, subject)))


def carried(now: int, usual: float) -> bool:
    """Whether a difference is more than chance: beyond two standard deviations of a Poisson count, and not tiny."""
    return abs(now - usual) >= max(LEAST_CHANGE, 2 * math.sqrt(max(usual, now / 4)))


def longterm(material: Material) -> LongTerm:
    """Långsiktiga problem: the same category at the same place in several of the last weeks."""
    last = material.period.last
    spots: defaultdict[Spot, list[Entry]] = defaultdict(list)
    for e in material.between(last - timedelta(weeks=RECURRENCE_WEEKS) + timedelta(days=1), last):
        if e.locality:
            spots[e.locality, e.site, e.category].append(e)
    found = (_recurrence(spot, told, material.period) for spot, told in spots.items())
    again = sorted((r for r in found if r.weeks > 1), key=lambda r: (-r.weeks, -r.reports, r.locality or ""))
    return LongTerm(tuple(again), RECURRENCE_WEEKS)


def _recurrence(spot: Spot, told: list[Entry], period: Period) -> Recurrence:
    counted = count(told)
    weeks = {containing("week", e.day) for e in told}
    now = sum(e.day in period for e in told)
    return Recurrence(*spot, counted.reports, counted.voices, len(weeks), now, told[0].day, told[-1].day)


def where(material: Material) -> Where:
    """Var, när och från vem: the table category × locality, weekday × hour, kinds of source."""
    now = material.now
    places = Counter(e.locality for e in now if e.locality)
    first = sorted(places, key=lambda p: (p not in material.first_areas, -places[p], p))[:LOCALITY_COLUMNS]
    return Where(
        localities=tuple(first),
        rows=_rows(material, tuple(first)),
        without_locality=sum(e.locality is None for e in now),
        hours=_hours(now),
        timed=sum(e.occurred is not None and e.occurred.hour is not None for e in now),
        sources=tuple((kind, count(e for e in now if e.source == kind)) for kind in SOURCES),
        total=len(now),
    )


def _rows(material: Material, localities: tuple[str, ...]) -> tuple[Row, ...]:
    tallies: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    for e in material.now:
        tallies[e.category][e.locality] += 1
    previous = Counter(e.category for e in material.within(material.period.previous))
    known = material.on_record(material.period.previous)
    ordered = sorted(tallies, key=lambda c: (-tallies[c].total(), material.labels.order(c)))
    return tuple(_row(c, tallies[c], localities, previous[c] if known else None) for c in ordered)


def _row(category: str, tally: Counter[str | None], localities: tuple[str, ...], previous: int | None) -> Row:
    cells = tuple(tally[name] for name in localities)
    return Row(category, cells, tally.total() - sum(cells), tally.total(), previous)


def _hours(entries: Iterable[Entry]) -> tuple[tuple[int, ...], ...]:
    grid = [[0] * 24 for _ in range(7)]
    for e in entries:
        if e.occurred is not None and e.occurred.hour is not None:
            grid[e.occurred.weekday][e.occurred.hour] += 1
    return tuple(map(tuple, grid))


def coming(material: Material) -> Coming:
    """Kommande: what reports announce."""
    return Coming(tuple(e for e in material.now if e.upcoming))


def howmade(material: Material) -> HowMade:
    """Så är bilden gjord: what was received and what became of it, and what the picture cannot know."""
    now = material.now
    told = {e.locality for e in now}
    answers = Counter(e.police_report for e in now)
    return HowMade(
        accounts=material.accounts,
        reports=len(now),
        reviewed=sum(e.reviewed for e in now),
        without_place=sum(e.locality is None for e in now),
        police=(answers["yes"], answers["no"], answers["unknown"]),
        silent=tuple(place.name for place in material.labels.localities if place.name not in told),
        contact=material.contact,
    )


SECTIONS: tuple[Callable[[Material], Section], ...] = (brief, attention, changes, longterm, where, coming, howmade)
