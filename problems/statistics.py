"""Exact tails and intervals for small counts (Poisson, negative binomial, binomial): no bell curve anywhere."""

import math
from collections.abc import Callable, Iterator

# Bisection halves the bracket this often: more digits than anybody prints.
STEPS = 60
LEVEL = 0.95


def poisson_cdf(k: int, mean: float) -> float:
    """P(X ≤ k) for a Poisson count with this mean."""
    if k < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    return min(1.0, sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(k + 1)))


def poisson_interval(k: int, level: float = LEVEL) -> tuple[float, float]:
    """Garwood's exact interval for the mean of a Poisson count of which k was seen."""
    alpha = (1 - level) / 2
    ceiling = k + 10 + 10 * math.sqrt(k + 1)
    low = 0.0 if k == 0 else _solve(lambda mean: 1 - poisson_cdf(k - 1, mean) >= alpha, 0.0, float(k))
    return low, _solve(lambda mean: poisson_cdf(k, mean) <= alpha, float(k), ceiling)


def binomial_tail(k: int, n: int, p: float) -> float:
    """P(X ≥ k) of n draws with chance p each."""
    return min(1.0, sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(max(0, k), n + 1)))


def negative_binomial_tails(shape: float, rate: float, exposure: float) -> Iterator[float]:
    """P(X ≥ 0), P(X ≥ 1), … of a Poisson count over `exposure` whose mean per unit is Gamma(shape, rate)."""
    stay = rate / (rate + exposure)
    mass, tail, k = math.exp(shape * math.log(stay)), 1.0, 0
    while True:
        yield tail
        tail = max(0.0, tail - mass)
        mass *= (shape + k) / (k + 1) * (1 - stay)
        k += 1


def rates_differ(before: int, after: int, weeks_before: float, weeks_after: float) -> float:
    """Two-sided p of equal rates, given how many events there were in all (exact conditional binomial test)."""
    total, share = before + after, weeks_after / (weeks_before + weeks_after)
    more = binomial_tail(after, total, share)
    fewer = 1.0 - binomial_tail(after + 1, total, share)
    return min(1.0, 2 * min(more, fewer))


def _solve(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The least value in the bracket from which on `holds`."""
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
