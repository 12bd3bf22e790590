"""What stands out, and what must not."""

import math
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from problems.types import Event, PlaceKey
from problems.unusual import Belief, Watched, common_cut, find, flags, steps

Make = Callable[..., Event]
MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 8)
HERE, THERE = PlaceKey("Kinna", "torget"), PlaceKey("Skene", "parken")


def past(make: Make, weeks: int, place: PlaceKey, every: int = 2) -> list[Event]:
    """An event every so many weeks up to the week before the tested one."""
    days = [MONDAY - timedelta(weeks=n) for n in range(weeks, 0, -every)]
    return [make(n, day, place=place) for n, day in enumerate(days, 1)]


def burst(make: Make, count: int, place: PlaceKey, day: date = MONDAY) -> list[Event]:
    return [make(500 + n, day + timedelta(days=n % 7), place=place) for n in range(count)]


def test_a_burst_at_one_place_is_flagged_with_its_figures_and_the_others_are_not(event: Make) -> None:
    told = [*past(event, 60, HERE), *past(event, 60, THERE), *burst(event, 6, HERE)]
    [found] = find(told, SUNDAY)
    assert (found.place, found.category, found.week, found.weeks, found.events) == (HERE, "klotter", MONDAY, 1, 6)
    assert found.tail < 0.001
    assert found.text == "6 händelser på en vecka, ovanligt många för platsen (i snitt 0,5)"


def test_the_running_week_is_not_judged_before_it_is_whole(event: Make) -> None:
    told = [*past(event, 60, HERE), *burst(event, 6, HERE)]
    assert find(told, SUNDAY - timedelta(days=1)) == ()
    assert len(find(told, SUNDAY + timedelta(days=3))) == 1


def test_two_busy_weeks_stand_out_where_neither_does_alone(event: Make) -> None:
    usual = [e for n in range(40) for e in past(event, 60, PlaceKey("Kinna", f"gata {n}"))]
    rise = [*burst(event, 3, HERE, MONDAY - timedelta(weeks=1)), *burst(event, 4, HERE)]
    [found] = find([*usual, *past(event, 60, HERE)[:-1], *rise], SUNDAY)
    assert (found.weeks, found.events) == (2, 7)
    assert find([*usual, *past(event, 60, HERE), *burst(event, 3, HERE)], SUNDAY) == ()


def test_a_place_that_never_had_any_has_no_mean_of_nought(event: Make) -> None:
    many = [e for n in range(30) for e in past(event, 60, PlaceKey("Kinna", f"gata {n}"), every=50)]
    [found] = find([*many, *burst(event, 3, HERE)], SUNDAY)
    assert found.text == "3 händelser på en vecka, ovanligt många för platsen (annars nästan inga)"


def test_one_or_two_events_are_never_unusual(event: Make) -> None:
    told = [*past(event, 100, HERE), *burst(event, 2, THERE)]
    assert find(told, SUNDAY) == ()


def test_without_a_past_nothing_is_unusual(event: Make) -> None:
    assert find([*past(event, 6, HERE), *burst(event, 9, HERE)], SUNDAY) == ()
    assert find([], SUNDAY) == ()


def test_a_place_that_is_always_busy_is_not_unusual(event: Make) -> None:
    busy = [event(n, MONDAY - timedelta(days=2 * n), place=HERE) for n in range(200, 0, -1)]
    assert find([*busy, *burst(event, 4, HERE)], SUNDAY) == ()


def test_what_chance_often_gives_is_not_unusual_though_no_other_place_needs_the_allowance(event: Make) -> None:
    told = past(event, 60, HERE, every=1)
    assert find([*told, *burst(event, 4, HERE)], SUNDAY) == ()
    assert len(find([*told, *burst(event, 6, HERE)], SUNDAY)) == 1


def test_slow_growth_becomes_the_usual(event: Make) -> None:
    days = [MONDAY - timedelta(weeks=n) for n in range(100, 0, -1)]
    grown = [event(n, day, place=HERE) for n, day in enumerate(d for d in days for _ in range(1 + (d > days[50]) * 2))]
    assert find([*grown, *burst(event, 4, HERE)], SUNDAY) == ()


def test_the_common_cut_spends_the_whole_allowance_and_no_more() -> None:
    found = [(1.0, 0.10), (3.0, 0.02), (2.0, 0.04), (5.0, 0.003), (0.5, 0.30)]
    assert common_cut(found, 0.07) == 2.0
    assert common_cut(found, 0.059) == 3.0
    assert common_cut(found, 0.0) == math.inf
    assert common_cut([(3.0, 0.02), (2.0, 0.03), (2.0, 0.03)], 0.06) == 3.0


def test_what_was_seen_the_week_before_is_no_chance_of_this_week() -> None:
    recent, earlier = Belief(1, 25.5, 50.0), Belief(2, 25.0, 49.0)
    quiet, risen = (dict(steps(Watched(recent, earlier, before))) for before in (0, 3))
    assert sum(quiet.values()) == pytest.approx(recent.tail(4))
    assert sum(risen.values()) == pytest.approx(recent.tail(2))
    assert max(risen) > max(quiet)


def test_more_cells_make_the_alarm_stricter() -> None:
    seen = {0: 4, 30: 1, 60: 1}
    quiet = {(PlaceKey("Kinna", f"g{n}"), "klotter"): {n % 50 + 2: 1, n % 40 + 52: 3} for n in range(4000)}
    key = (HERE, "klotter")
    assert key in flags({key: seen}, 100)
    assert key in flags({key: seen, **dict(list(quiet.items())[:50])}, 100)
    few, many = flags({key: seen}, 100, budget=0.2), flags({key: seen, **quiet}, 100, budget=1e-9)
    assert (key in few, key in many) == (True, False)
