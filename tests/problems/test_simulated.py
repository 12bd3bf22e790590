"""The promises on events, problems and alarms, against simulated towns whose truth is known."""

import pytest

from bench import problems as measured
from bench.alarms import Town
from bench.municipality import Municipality, Simulator
from problems.linking import Linking, link_all
from problems.types import Sighting

Seen = tuple[Municipality, list[Sighting], Linking]


@pytest.fixture(scope="module")
def small() -> Seen:
    """A year of a town with the density of the large one."""
    return linked(Simulator(11, years=1.0, reports=3333, problems=73).run())


@pytest.fixture(scope="module", params=[1, 2, 3])
def large(request: pytest.FixtureRequest) -> Seen:
    """Three years, 10,000 reports."""
    return linked(Simulator(request.param).run())


def linked(town: Municipality) -> Seen:
    seen = measured.sightings(town)
    return town, seen, link_all(seen, {})


def test_reports_of_one_event_are_linked(small: Seen) -> None:
    precision, recall = measured.linking_quality(small[0], small[2])
    assert precision >= 0.95
    assert recall >= 0.85


def test_long_term_problems_are_found_in_time(small: Seen) -> None:
    found = measured.long_term(*small)
    assert found.planted > 30
    assert found.precision >= 0.85
    assert found.recall >= 0.9


def test_linking_one_report_costs_the_same_however_many_are_stored(small: Seen) -> None:
    few, median, _ = measured.speed(*small[1:], stored=3_000)
    many, later, _ = measured.speed(*small[1:], stored=10_000)
    assert many > 2 * few
    assert later < 1.5 * median + 1


def test_years_without_change_raise_at_most_one_alarm_in_four_weeks() -> None:
    assert Town(4, cells=120, years=2).false_per_four_weeks() <= 1


def test_a_fivefold_rise_is_heard_within_two_weeks() -> None:
    assert Town(4, cells=120, years=3).found_rises(1, 2, 40) >= 0.8


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_three_years_and_ten_thousand_reports(large: Seen) -> None:
    precision, recall = measured.linking_quality(large[0], large[2])
    found = measured.long_term(*large)
    assert (precision >= 0.95, recall >= 0.85) == (True, True)
    assert (found.precision >= 0.9, found.planted_precision >= 0.9, found.recall >= 0.9) == (True, True, True)


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_report_is_linked_in_five_milliseconds_with_a_hundred_thousand_stored(small: Seen) -> None:
    stored, median, _ = measured.speed(*small[1:], stored=100_000)
    assert stored >= 100_000
    assert median <= 5


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("season", [0.0, 0.4])
def test_ten_years_without_change_and_rises_in_them(seed: int, season: float) -> None:
    town = Town(seed, season=season)
    assert town.false_per_four_weeks() <= 1
    assert town.found_rises(1, 2, 150) >= 0.8
