"""Exact tails and intervals against values from published tables, and against each other."""

import math

import pytest

from problems.statistics import binomial_tail, negative_binomial_tails, poisson_cdf, poisson_interval, rates_differ


@pytest.mark.parametrize(
    ("k", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_poisson_intervals_are_those_of_garwoods_table(k: int, low: float, high: float) -> None:
    assert poisson_interval(k) == pytest.approx((low, high), abs=2e-3)


def test_poisson_sums_to_one_and_holds_at_the_edges() -> None:
    assert poisson_cdf(-1, 2.0) == 0.0
    assert poisson_cdf(0, 2.0) == pytest.approx(math.exp(-2))
    assert poisson_cdf(60, 2.0) == pytest.approx(1.0)
    assert poisson_cdf(3, 0.0) == 1.0


def test_a_well_known_rate_makes_the_negative_binomial_a_poisson() -> None:
    tails = negative_binomial_tails(2e6, 1e6, 1.0)
    for k in range(8):
        assert next(tails) == pytest.approx(1 - poisson_cdf(k - 1, 2.0), abs=1e-5)


def test_an_ill_known_rate_makes_many_events_likelier() -> None:
    vague, sure = negative_binomial_tails(2, 1, 1), negative_binomial_tails(200, 100, 1)
    assert [next(vague) for _ in range(9)][8] > 3 * [next(sure) for _ in range(9)][8]


def test_a_binomial_tail_counts_heads() -> None:
    assert binomial_tail(5, 5, 0.5) == pytest.approx(1 / 32)
    assert binomial_tail(0, 5, 0.5) == pytest.approx(1.0)


def test_rates_are_compared_over_their_own_weeks() -> None:
    assert rates_differ(20, 10, 20, 10) == pytest.approx(1.0, abs=0.2)
    assert rates_differ(20, 1, 10, 10) < 0.001
    assert rates_differ(1, 20, 10, 10) < 0.001
