"""Simulated years without change, and sudden rises in them: how often the alarm is false, how often it is heard."""

import math
import random
from dataclasses import dataclass

from problems.types import PlaceKey
from problems.unusual import HISTORY_WEEKS, flags

YEAR = 52
RISE = 5


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms per four weeks, and the share of fivefold rises found within two weeks by usual weekly rate."""

    false_per_four_weeks: float
    found_at_one_or_more: float
    found_at_half_to_one: float


class Town:
    """Weekly counts of cells with fixed rates: most of them rare, a few of one or two events a week."""

    def __init__(self, seed: int, *, cells: int = 300, years: int = 10, season: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.weeks = years * YEAR
        self.rates = [min(2.0, 0.05 * self.random.paretovariate(1.0)) for _ in range(cells)]
        swing = [1 + season * math.sin(2 * math.pi * week / YEAR) for week in range(self.weeks)]
        self.counts = [[self.poisson(rate * s) for s in swing] for rate in self.rates]

    def poisson(self, mean: float) -> int:
        """One count (Knuth)."""
        limit, product, count = math.exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count

    def flagged(self, week: int) -> set[int]:
        """The cells that stand out in a week."""
        past = min(week, HISTORY_WEEKS)
        cells = {
            n: {age: counts[week - age] for age in range(past + 1) if counts[week - age]}
            for n, counts in enumerate(self.counts)
        }
        found = flags({(PlaceKey("", str(n)), ""): cell for n, cell in cells.items() if cell}, past)
        return {int(place.name) for place, _ in found}

    def false_per_four_weeks(self) -> float:
        """Mean number of alarms in four weeks, from the second week on; nothing has changed, so all are false."""
        weeks = range(1, self.weeks)
        return 4 * sum(len(self.flagged(week)) for week in weeks) / len(weeks)

    def found_rises(self, lowest: float, highest: float, trials: int) -> float:
        """Share of fivefold rises, in cells of these rates, that are flagged in their first or second week."""
        able = [n for n, rate in enumerate(self.rates) if lowest <= rate <= highest]
        return sum(self._found(self.random.choice(able)) for _ in range(trials)) / trials

    def _found(self, cell: int) -> bool:
        week = self.random.randrange(min(2 * YEAR, self.weeks // 2), self.weeks - 1)
        usual = self.counts[cell][week : week + 2]
        self.counts[cell][week : week + 2] = [self.poisson(RISE * self.rates[cell]) for _ in range(2)]
        heard = cell in self.flagged(week) or cell in self.flagged(week + 1)
        self.counts[cell][week : week + 2] = usual
        return heard


def measure(seed: int, trials: int = 150) -> Alarms:
    """All three figures of one town."""
    town = Town(seed)
    return Alarms(town.false_per_four_weeks(), town.found_rises(1, 2, trials), town.found_rises(0.5, 1, trials))
