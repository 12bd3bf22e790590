"""Each digest once, whatever the clock does and however often the program restarts."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from digest.period import Period, PeriodKind, parse_period
from lagesbild.due import CATCH_UP, Rhythm, due, due_at

ZONE = ZoneInfo("Europe/Stockholm")
MONDAYS = Rhythm(("week",), 0, time(7), ZONE)
EVERYTHING = Rhythm(("week", "quarter", "tertial", "year"), 0, time(7), ZONE)
EPOCH = datetime(1970, 1, 5, 12, tzinfo=UTC)  # what a machine without a battery believes
LONG_AGO = date(2000, 1, 1)


def codes(periods: tuple[Period, ...]) -> list[str]:
    return [p.code for p in periods]


@pytest.mark.parametrize(
    ("period", "utc"),
    [
        ("2026-W12", "2026-03-23T06:00"),  # winter time
        ("2026-W13", "2026-03-30T05:00"),  # the clocks went forward the day before
        ("2026-W42", "2026-10-19T05:00"),
        ("2026-W43", "2026-10-26T06:00"),  # and back
        ("2026-Q1", "2026-04-06T05:00"),  # the first Monday after the quarter
        ("2026-T3", "2027-01-04T06:00"),
        ("2026", "2027-01-04T06:00"),
    ],
)
def test_a_digest_is_due_at_its_local_time_after_the_period(period: str, utc: str) -> None:
    assert due_at(parse_period(period), EVERYTHING) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "period", "utc"), [(time(2, 30), "2026-W12", "01:30"), (time(2, 30), "2026-W42", "00:30")]
)
def test_a_time_that_the_clocks_skip_or_repeat_is_due_once(at: time, period: str, utc: str) -> None:
    sundays = Rhythm(("week",), 6, at, ZONE)
    assert due_at(parse_period(period), sundays).strftime("%H:%M") == utc


def test_nothing_is_due_before_its_time_nor_from_before_the_installation() -> None:
    moment = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    since = date(2026, 11, 18)
    assert codes(due(MONDAYS, moment - timedelta(seconds=1), since, set())) == []
    assert codes(due(MONDAYS, moment, since, set())) == ["2026-W47"]
    assert codes(due(MONDAYS, moment, since, {("week", "2026-W47")})) == []


def test_after_a_stop_the_missed_periods_are_made_good_in_order_up_to_a_bound() -> None:
    moment = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert codes(due(MONDAYS, moment, LONG_AGO, {("week", "2026-W45")})) == ["2026-W44", "2026-W46", "2026-W47"]
    assert len(due(MONDAYS, moment, LONG_AGO, set())) == CATCH_UP


def test_a_clock_at_its_zero_makes_nothing() -> None:
    assert due(EVERYTHING, datetime(1970, 1, 1, tzinfo=UTC), date(2026, 11, 18), set()) == ()


def test_ten_years_of_mondays_with_clock_jumps_and_restarts_give_each_digest_once() -> None:
    dice = random.Random(1)  # noqa: S311 - the same troubles at every run
    made: list[tuple[PeriodKind, str]] = []
    true = datetime(2026, 11, 18, tzinfo=UTC)
    end = true.replace(year=2036)
    while true < end:
        # The program looks now and then, sometimes stands still for days, and its clock is sometimes wrong.
        true += timedelta(hours=dice.choice([1, 5, 9, 17]), minutes=dice.randrange(60))
        true += timedelta(days=dice.randrange(1, 20)) if dice.random() < 0.01 else timedelta()
        wrong = dice.choice([true - timedelta(hours=1), true + timedelta(hours=1), true - timedelta(days=400), EPOCH])
        with time_machine.travel(wrong if dice.random() < 0.05 else true, tick=False):
            made += [(p.kind, p.code) for p in due(EVERYTHING, datetime.now(UTC), date(2026, 11, 18), set(made))]
    made += [(p.kind, p.code) for p in due(EVERYTHING, true, date(2026, 11, 18), set(made))]
    weeks = [code for kind, code in made if kind == "week"]
    assert len(made) == len(set(made))
    assert weeks == codes(expected("2026-W47", len(weeks)))
    assert due_at(parse_period(weeks[-1]), MONDAYS) <= true < due_at(parse_period(weeks[-1]).next, MONDAYS)
    assert len(weeks) >= 521
    assert [len([c for k, c in made if k == kind]) for kind in ("quarter", "tertial", "year")] == [40, 30, 10]


def expected(first: str, count: int) -> tuple[Period, ...]:
    """So many weeks in a row."""
    periods = [parse_period(first)]
    while len(periods) < count:
        periods.append(periods[-1].next)
    return tuple(periods)
