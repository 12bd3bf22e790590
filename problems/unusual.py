"""What stands out: place × category × week against its own past, without crying wolf.

Each cell's own past gives a Gamma belief of its weekly rate (events fade by 2 % a week, so that slow change is
followed); a coming count is then negative binomial, wider than Poisson where the past is short. Cells count 0–3 a
week, so every cell has few possible alarms and most of a common significance level would be wasted (Tarone 1990).
Therefore one cut is sought for all cells together: the largest whose exact tails, summed over every cell and window,
stay within the false alarms that the reader will bear.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice, takewhile

from problems.phrases import decimal, events
from problems.statistics import negative_binomial_tails
from problems.types import Event, PlaceKey, Unusual

Key = tuple[PlaceKey, str]
Cell = Mapping[int, int]
# False alarms a week that are borne, over all cells: one in four weeks.
BUDGET = 0.25
FADE = 0.98
# Older weeks weigh less than a twentieth and only cost time.
HISTORY_WEEKS = 156
# A past shorter than this is no past: everything would be new.
MIN_PAST_WEEKS = 8
# What a cell is believed to be before it has a past: half an event's worth of the mean cell.
PRIOR_EVENTS = 0.5
# One or two events stand out from nothing, but are nothing to call unusual.
MIN_EVENTS = 3
WINDOWS = (1, 2)
SMALLEST_TAIL = 1e-9


@dataclass(frozen=True, slots=True)
class Belief:
    """A Gamma belief of a cell's weekly rate before the window of so many weeks, and the alarms it allows.

    `tails` are P(X ≥ MIN_EVENTS), P(X ≥ MIN_EVENTS + 1), … of the events in the window.
    """

    weeks: int
    expected: float
    tails: tuple[float, ...]


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
    beliefs = {key: tuple(_belief(cell, weeks, past, mean) for weeks in WINDOWS) for key, cell in cells.items()}
    cut = common_cut([belief.tails for both in beliefs.values() for belief in both], budget)
    found = {
        key: min(_alarms(cells[key], both, cut), key=lambda f: f.tail, default=None) for key, both in beliefs.items()
    }
    return {key: flag for key, flag in found.items() if flag is not None}


def _belief(cell: Cell, weeks: int, past: int, mean: float) -> Belief:
    shape = PRIOR_EVENTS + sum(n * FADE ** (age - weeks) for age, n in cell.items() if age >= weeks)
    rate = PRIOR_EVENTS / mean + (1 - FADE ** (past - weeks + 1)) / (1 - FADE)
    return Belief(weeks, shape / rate * weeks, _tails(round(shape, 3), round(rate, 3), weeks))


@cache
def _tails(shape: float, rate: float, weeks: int) -> tuple[float, ...]:
    every = islice(negative_binomial_tails(shape, rate, weeks), MIN_EVENTS, None)
    return tuple(takewhile(lambda tail: tail > SMALLEST_TAIL, every))


def common_cut(tails: Sequence[tuple[float, ...]], budget: float) -> float:
    """The largest cut c for which the sum over all cells of P(tail ≤ c), each cell's own, stays within the budget."""
    steps = sorted((step for each in tails for step in _steps(each)), key=lambda step: step[0])
    total = cut = 0.0
    for tail, more in steps:
        total += more
        if total > budget:
            break
        cut = tail
    return cut


def _steps(tails: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """(tail, how much the chance of an alarm grows when the cut reaches it)."""
    following = (*tails[1:], 0.0)
    return ((tail, tail - rarer) for tail, rarer in zip(tails, following, strict=True))


def _alarms(cell: Cell, beliefs: Sequence[Belief], cut: float) -> Iterator[Flag]:
    for belief in beliefs:
        seen = sum(cell.get(age, 0) for age in range(belief.weeks))
        if seen < MIN_EVENTS or not cell.get(0):
            continue
        tail = belief.tails[seen - MIN_EVENTS] if seen - MIN_EVENTS < len(belief.tails) else 0.0
        if tail <= cut:
            yield Flag(seen, belief.weeks, belief.expected, tail)


def _unusual(key: Key, monday: date, flag: Flag) -> Unusual:
    span = "på en vecka" if flag.weeks == 1 else "på två veckor"
    text = f"{events(flag.events)} {span}, ovanligt många för platsen (i snitt {decimal(flag.expected)})"
    return Unusual(*key, monday, flag.weeks, flag.events, flag.expected, flag.tail, text)
