"""What stands out: place × category × week against its own past, without crying wolf.

Each cell's own past gives a Gamma belief of its weekly rate (events fade by 2 % a week, so that slow change is
followed); a coming count is then negative binomial, wider than Poisson where the past is short. What speaks for a rise
is the likelihood ratio of a rate RISE times the usual one against the usual one: by Neyman and Pearson's lemma no other
order of the cells finds more rises with as few false alarms. One cut holds for all cells together: the lowest at which
the chances of an alarm without change, summed over every cell, stay within the false alarms that the reader will bear.
The chances are those of the week's own count alone, for the week before is known: no count is paid for twice.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise, takewhile
from operator import itemgetter

from problems.phrases import decimal, events
from problems.statistics import negative_binomial_tails
from problems.types import Event, PlaceKey, Unusual

Key = tuple[PlaceKey, str]
Cell = Mapping[int, int]
# False alarms a week that are borne, over all cells: one in five weeks. One in four is the promise; the rest is left to
# the seasons, which the belief follows late.
BUDGET = 0.2
# The least rise that is worth telling; larger ones are found the more surely.
RISE = 3
FADE = 0.98
# Older weeks weigh less than a twentieth and only cost time.
HISTORY_WEEKS = 156
# A past shorter than this is no past: everything would be new.
MIN_PAST_WEEKS = 8
# What a cell is believed to be before it has a past: half an event's worth of the mean cell.
PRIOR_EVENTS = 0.5
# One or two events stand out from nothing, but are nothing to call unusual.
MIN_EVENTS = 3
# What comes more often than this by chance is not unusual, however few cells share the false alarms.
SURE = 0.01
WINDOWS = (1, 2)
SMALLEST_TAIL = 1e-9


@dataclass(frozen=True, slots=True)
class Belief:
    """A cell's weekly rate as believed before a window of so many weeks: Gamma(shape, rate)."""

    weeks: int
    shape: float
    rate: float

    @property
    def expected(self) -> float:
        """Events in the window without change."""
        return self.shape / self.rate * self.weeks

    def evidence(self, seen: int) -> float:
        """Log likelihood ratio of a risen rate against the usual one, where so many events are seen in the window."""
        if seen < MIN_EVENTS or self.tail(seen) > SURE:
            return -math.inf
        wider = (self.rate + self.weeks) / (self.rate + RISE * self.weeks)
        return seen * math.log(RISE) + (self.shape + seen) * math.log(wider)

    def tail(self, seen: int) -> float:
        """P(X ≥ seen) in the window without change."""
        tails = tails_of(self)
        return tails[seen] if seen < len(tails) else 0.0


@cache
def tails_of(belief: Belief) -> tuple[float, ...]:
    """P(X ≥ 0), P(X ≥ 1), … in the window without change, as long as there is any chance to speak of."""
    every = negative_binomial_tails(belief.shape, belief.rate, belief.weeks)
    return tuple(takewhile(lambda tail: tail > SMALLEST_TAIL, every))


@dataclass(frozen=True, slots=True)
class Watched:
    """A cell's beliefs before this week (`recent`) and before the one before it (`earlier`), and its events in that."""

    recent: Belief
    earlier: Belief
    before: int

    def evidence(self, seen: int) -> float:
        """The stronger of the windows' evidence of a rise, where so many events are seen this week."""
        if not seen:
            return -math.inf
        return max(self.recent.evidence(seen), self.earlier.evidence(self.before + seen))


@dataclass(frozen=True, slots=True)
class Flag:
    """One alarm: so many events in the window, where so many were expected, so likely without change."""

    events: int
    weeks: int
    expected: float
    tail: float


def find(told: Sequence[Event], as_of: date) -> tuple[Unusual, ...]:
    """What stands out in the last whole week up to and with a day, strongest first."""
    monday = as_of - timedelta(days=(as_of.weekday() + 1) % 7 + 6)
    cells: dict[Key, dict[int, int]] = {}
    for event in told:
        age = (monday - event.week).days // 7
        if 0 <= age <= HISTORY_WEEKS:
            cell = cells.setdefault((event.place, event.category), {})
            cell[age] = cell.get(age, 0) + 1
    past = max((age for cell in cells.values() for age in cell), default=0)
    found = (_unusual(key, monday, flag) for key, flag in flags(cells, past).items())
    return tuple(sorted(found, key=lambda unusual: unusual.tail))


def flags(cells: Mapping[Key, Cell], past: int, budget: float = BUDGET) -> dict[Key, Flag]:
    """The cells that stand out.

    Args:
        cells: cell → age in weeks → events; age 0 is the week that is tested.
        past: how many weeks before that one there are data of.
        budget: how many false alarms a week are borne, over all cells.
    """
    if past < MIN_PAST_WEEKS:
        return {}
    mean = sum(n for cell in cells.values() for n in cell.values()) / (len(cells) * (past + 1))
    watched = {key: _watched(cell, past, mean) for key, cell in cells.items()}
    cut = common_cut((step for each in watched.values() for step in steps(each)), budget)
    alarms = (key for key, each in watched.items() if each.evidence(cells[key].get(0, 0)) >= cut)
    return {key: _flag(watched[key], cells[key][0]) for key in alarms}


def _watched(cell: Cell, past: int, mean: float) -> Watched:
    recent, earlier = (_belief(cell, weeks, past, mean) for weeks in WINDOWS)
    return Watched(recent, earlier, cell.get(1, 0))


def _belief(cell: Cell, weeks: int, past: int, mean: float) -> Belief:
    shape = PRIOR_EVENTS + sum(n * FADE ** (age - weeks) for age, n in cell.items() if age >= weeks)
    rate = PRIOR_EVENTS / mean + (1 - FADE ** (past - weeks + 1)) / (1 - FADE)
    return Belief(weeks, round(shape, 3), round(rate, 3))


@cache
def steps(watched: Watched) -> tuple[tuple[float, float], ...]:
    """(evidence, its chance this week without change) of every count that could be called unusual."""
    chances = (tail - rarer for tail, rarer in pairwise((*tails_of(watched.recent), 0.0)))
    found = ((watched.evidence(seen), chance) for seen, chance in enumerate(chances))
    return tuple(step for step in found if step[0] > -math.inf)


def common_cut(steps: Iterable[tuple[float, float]], budget: float) -> float:
    """The least evidence such that the chances of all that is as strong or stronger stay within the budget."""
    total, cut = 0.0, math.inf
    for evidence, equals in groupby(sorted(steps, reverse=True), key=itemgetter(0)):
        total += sum(chance for _, chance in equals)
        if total > budget:
            break
        cut = evidence
    return cut


def _flag(watched: Watched, seen: int) -> Flag:
    counts = {watched.recent: seen, watched.earlier: watched.before + seen}
    strongest = max(counts, key=lambda belief: belief.evidence(counts[belief]))
    count = counts[strongest]
    return Flag(count, strongest.weeks, strongest.expected, strongest.tail(count))


def _usual(expected: float) -> str:
    return f"i snitt {decimal(expected)}" if round(expected, 1) else "annars nästan inga"


def _unusual(key: Key, monday: date, flag: Flag) -> Unusual:
    span = "på en vecka" if flag.weeks == 1 else "på två veckor"
    text = f"{events(flag.events)} {span}, ovanligt många för platsen ({_usual(flag.expected)})"
    return Unusual(*key, monday, flag.weeks, flag.events, flag.expected, flag.tail, text)
