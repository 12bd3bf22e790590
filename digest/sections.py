"""One function a section, from material to content; SECTIONS is the printed order. Words come from the templates."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from digest.entries import ROLES, Source
from digest.happenings import Happening
from digest.ledger import Silence, awaiting, lasting, staff_text
from digest.period import Period, containing
from digest.picture import (
    Attention,
    Bar,
    Brief,
    Change,
    Changes,
    Coming,
    Compared,
    Count,
    HowMade,
    LongTerm,
    Material,
    Mean,
    Row,
    Section,
    SituationPicture,
    SourceRow,
    Spot,
    Where,
    urgent,
)

# What is usual for a week is the mean of this many weeks before it: two months, the same season.
USUAL_WEEKS = 8
# Fewer weeks on record than this carry no word on what is usual.
LEAST_WEEKS = 4
# A change smaller than this many events is chance or one person's zeal, whatever the proportion.
LEAST_CHANGE = 3
# Standard deviations, 99 % two-sided: some forty cells are looked at every week, and a false word costs trust.
SURE = 2.6
# More columns than this do not fit a telephone; the rest are summed.
LOCALITY_COLUMNS = 4
# So many weeks in a row a silence is told as a change: whoever misses one Monday reads it on the next.
NEWS_WEEKS = 3
# Bars of a weekly picture's time line: a quarter.
TREND_WEEKS = 13
# Läget i korthet is read in half a minute; a section is not a register.
BRIEF_CHANGES, RISES, FALLS, ATTENTION, GRAVEST, PROBLEMS, AWAITING, COMING = 1, 6, 4, 15, 8, 8, 6, 10
SOURCES: tuple[Source, ...] = (*dict(ROLES), "ovriga")

Subject = Literal["category", "locality"]


def compile_picture(material: Material) -> SituationPicture:
    """Material in, the whole picture out."""
    built = tuple(section(material) for section in SECTIONS)
    events, entries = material.events_of(material.period), material.entries_of(material.period)
    told = (*material.late, *events)
    return SituationPicture(material.period, material.made_at, built, told, entries, material.first_areas)


def brief(material: Material) -> Brief:
    """Läget i korthet: the figures beside earlier ones, and the few things to know first."""
    found, pressing = changes(material), urgent(material.events_of(material.period))
    problems, waiting = lasting(material.problems), awaiting(material.problems)
    return Brief(
        compared=compared(material),
        urgent=len(pressing),
        urgent_not_reported=sum(e.police_report == "no" for e in pressing),
        unusual=found.unusual[:BRIEF_CHANGES],
        changes=() if found.unusual else found.changes[:BRIEF_CHANGES],
        lasting=len(problems),
        awaiting=len(waiting),
        foremost=max((p for p in problems if p.now), key=lambda p: p.now, default=None),
        unreviewed=sum(not e.reviewed for e in material.entries_of(material.period)),
        trend=trend(material),
    )


def compared(material: Material) -> Compared:
    """The period's figures beside those of the one before, the usual, and the year before."""
    period, usual = material.period, reference(material) if material.period.kind == "week" else ()
    before, year = (material.count(p) if material.on_record(p) else None for p in (period.previous, period.year_before))
    return Compared(material.count(period), before, mean(tuple(map(material.count, usual))), len(usual), year)


def mean(counts: Sequence[Count]) -> Mean | None:
    """The mean of several counts, or None of none."""
    if not counts:
        return None
    n = len(counts)
    return Mean(
        sum(c.events for c in counts) / n, sum(c.reports for c in counts) / n, sum(c.voices for c in counts) / n
    )


def reference(material: Material) -> tuple[Period, ...]:
    """What the period is held against: the weeks before, or the same quarter, tertial or year before; else nothing."""
    week = material.period.kind == "week"
    earlier = material.period.earlier(USUAL_WEEKS) if week else (material.period.year_before,)
    known = tuple(p for p in earlier if material.on_record(p))
    return known if len(known) >= (LEAST_WEEKS if week else 1) else ()


def trend(material: Material) -> tuple[Bar, ...]:
    """The time line: thirteen weeks up to a week, else the period's whole weeks; none before the first on record."""
    since = material.since
    return tuple(_bar(material, week) for week in _weeks(material.period) if since is not None and since <= week.last)


def _weeks(period: Period) -> Iterator[Period]:
    if period.kind == "week":
        yield from reversed(period.earlier(TREND_WEEKS - 1))
        yield period
        return
    week = containing("week", period.first)
    week = week if week.first >= period.first else week.next
    while week.last <= period.last:
        yield week
        week = week.next


def _bar(material: Material, week: Period) -> Bar:
    before = week.year_before
    known = len(material.events_of(before)) if material.on_record(before) else None
    return Bar(week.number, week.first, len(material.events_of(week)), known, week == material.period)


def attention(material: Material) -> Attention:
    """Kräver uppmärksamhet nu: acute before high, the audience's own areas first, newest first.

    Of a longer period the gravest: what most voices told of goes before what was told last.
    """
    pressing, week = urgent((*material.events_of(material.period), *material.late)), material.period.kind == "week"
    newest = sorted(pressing, key=lambda e: (0 if week else len(e.voices), e.day, e.reference), reverse=True)
    ordered = sorted(newest, key=lambda e: (e.urgency != "akut", e.locality not in material.first_areas))
    shown = ATTENTION if week else GRAVEST
    part_of = {reference: p.reference for p in lasting(material.problems) for reference in p.told}
    return Attention(tuple(ordered[:shown]), max(0, len(ordered) - shown), part_of)


def changes(material: Material) -> Changes:
    """Förändringar: what stands out, rises, falls, has returned or gone silent; only what the numbers carry."""
    earlier = reference(material)
    found = (*_changes(material, earlier, "category"), *_changes(material, earlier, "locality")) if earlier else ()
    return Changes(
        unusual=material.unusual,
        changes=_surest(found, len(earlier)),
        returned=tuple(p for p in material.problems if p.returned),
        ended=tuple(p for p in material.problems if p.ended),
        silence=tuple(s for s in material.silence if _is_news(s, material.period)),
        comparable=bool(earlier),
    )


def _is_news(silence: Silence, period: Period) -> bool:
    """Whether a silence is a change; later it goes on, and is told under how the picture is made."""
    return period.kind != "week" or silence.known <= NEWS_WEEKS


def _changes(material: Material, earlier: tuple[Period, ...], subject: Subject) -> Iterator[Change]:
    now = _tally(material.events_of(material.period), subject)
    previous = _tally(material.events_of(material.period.previous), subject)
    before = _tally((e for p in earlier for e in material.events_of(p)), subject)
    for name in sorted({*now, *before}):
        usual = before[name] / len(earlier)
        if carried(now[name], usual, len(earlier)):
            yield Change("up" if now[name] > usual else "down", subject, name, now[name], previous[name], usual)


def _surest(found: Iterable[Change], periods: int) -> tuple[Change, ...]:
    """What gets worse before what gets better, of either the least likely by chance first, and neither without end."""
    ranked = sorted(found, key=lambda c: -deviation(c.now, c.usual, periods))
    rises, falls = ([c for c in ranked if c.direction == way] for way in ("up", "down"))
    return (*rises[:RISES], *falls[:FALLS])


def _tally(events: Iterable[Happening], subject: Subject) -> Counter[str]:
    return Counter(name for e in events if (name := getattr(e, subject)))


def carried(now: int, usual: float, periods: int) -> bool:
    """Whether a count differs from the mean of so many earlier ones by more than chance."""
    return abs(now - usual) >= LEAST_CHANGE and deviation(now, usual, periods) >= SURE


def deviation(now: int, usual: float, periods: int) -> float:
    """How far a count lies from the mean of so many earlier ones, in standard deviations, all being Poisson counts."""
    pooled = (usual * periods + now) / (periods + 1)
    return abs(now - usual) / math.sqrt(pooled * (1 + 1 / periods)) if pooled else 0.0


def longterm(material: Material) -> LongTerm:
    """Långsiktiga problem: the ledger's in its order, weightiest first, and those that await staff's word.

    The audience's own areas come before the others. A longer period has all the problems, ranked by how much happened
    in it, and what every measure did.
    """
    week, own = material.period.kind == "week", material.first_areas
    problems = sorted(lasting(material.problems), key=lambda p: (p.locality not in own, 0 if week else -p.now))
    waiting = sorted(awaiting(material.problems), key=lambda p: p.locality not in own)
    followed = () if week else tuple(p for p in material.problems if p.measures)
    shown = PROBLEMS if week else len(problems)
    left_out = max(0, len(problems) - shown) + max(0, len(waiting) - AWAITING)
    return LongTerm(tuple(problems[:shown]), tuple(waiting[:AWAITING]), left_out, followed)


def where(material: Material) -> Where:
    """Var, när och från vem: the table category × locality, the map, weekday × hour, kinds of source."""
    events = material.events_of(material.period)
    places = Counter(e.locality for e in events if e.locality)
    first = sorted(places, key=lambda p: (p not in material.first_areas, -places[p], p))[:LOCALITY_COLUMNS]
    rows = _rows(material, events, tuple(first))
    return Where(
        localities=tuple(first),
        rows=rows,
        sums=_sums(rows, len(first)),
        without_locality=sum(e.locality is None for e in events),
        spots=spots(material, events),
        hours=_hours(events),
        timed=sum(e.occurred is not None and e.occurred.hour is not None for e in events),
        events=len(events),
        sources=_sources(material),
    )


def _rows(material: Material, events: Iterable[Happening], localities: tuple[str, ...]) -> tuple[Row, ...]:
    tallies: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    for e in events:
        tallies[e.category][e.locality] += 1
    before = material.period.compared_with
    previous, known = _tally(material.events_of(before), "category"), material.on_record(before)
    # What was told of before and not now is a change too, and the sums are those of the whole table.
    categories = {*tallies, *(previous if known else ())}
    ordered = sorted(categories, key=lambda c: (-tallies[c].total(), material.labels.order(c)))
    return tuple(_row(c, tallies[c], localities, previous[c] if known else None) for c in ordered)


def _row(category: str, tally: Counter[str | None], localities: tuple[str, ...], previous: int | None) -> Row:
    cells = tuple(tally[name] for name in localities)
    return Row(category, cells, tally.total() - sum(cells), tally.total(), previous)


def _sums(rows: Sequence[Row], columns: int) -> Row:
    previous = [row.previous for row in rows if row.previous is not None]
    return Row(
        category="",
        cells=tuple(sum(row.cells[n] for row in rows) for n in range(columns)),
        others=sum(row.others for row in rows),
        total=sum(row.total for row in rows),
        previous=sum(previous) if len(previous) == len(rows) else None,
    )


def spots(material: Material, events: Iterable[Happening]) -> tuple[Spot, ...]:
    """The localities for the map, those with events last so that they are drawn on top."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for e in events:
        told[e.locality or ""][e.category] += 1
    found = (
        Spot(p.name, p.latitude, p.longitude, told[p.name].total(), tuple(told[p.name].most_common()))
        for p in material.labels.localities
        if p.latitude is not None and p.longitude is not None
    )
    return tuple(sorted(found, key=lambda s: s.events))


def _hours(events: Iterable[Happening]) -> tuple[tuple[int, ...], ...]:
    grid = [[0] * 24 for _ in range(7)]
    for e in events:
        if e.occurred is not None and e.occurred.hour is not None:
            grid[e.occurred.weekday][e.occurred.hour] += 1
    return tuple(map(tuple, grid))


def _sources(material: Material) -> tuple[SourceRow, ...]:
    now, before = material.entries_of(material.period), material.period.compared_with
    previous = Counter(e.source for e in material.entries_of(before)) if material.on_record(before) else None
    reports, voices = (
        Counter(e.source for e in now),
        Counter(source for source, _ in {(e.source, e.voice) for e in now}),
    )
    return tuple(SourceRow(k, reports[k], voices[k], None if previous is None else previous[k]) for k in SOURCES)


def coming(material: Material) -> Coming:
    """Kommande: what reports announce and has not passed, and what staff want told."""
    told = (*material.events_of(material.period), *material.late)
    ahead = (e for e in told if e.upcoming and _ahead(e, material.period))
    return Coming(tuple(ahead)[:COMING], tuple(map(staff_text, material.notes)))


def _ahead(event: Happening, period: Period) -> bool:
    """Whether it lies after the period; without a date, whether it was announced lately."""
    return period.kind == "week" if event.occurred is None else event.occurred.value[:10] > period.last.isoformat()


def howmade(material: Material) -> HowMade:
    """Så är bilden gjord: what was received and what became of it, and what the picture cannot know."""
    events, entries = material.events_of(material.period), material.entries_of(material.period)
    told, answers = {e.locality for e in events}, Counter(e.police_report for e in events)
    names = [place.name for place in material.labels.localities]
    return HowMade(
        accounts=material.accounts,
        count=material.count(material.period),
        reviewed=sum(e.reviewed for e in entries),
        without_locality=sum(e.locality is None for e in events),
        late=len(material.late),
        police=(answers["yes"], answers["no"], answers["unknown"]),
        heard=tuple(name for name in names if name in told),
        silent=tuple(name for name in names if name not in told),
        lasting_silence=tuple(s for s in material.silence if not _is_news(s, material.period)),
        rules=material.rules,
        contact=material.contact,
    )


SECTIONS: tuple[Callable[[Material], Section], ...] = (brief, attention, changes, longterm, where, coming, howmade)
