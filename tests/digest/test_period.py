"""Periods begin and end where the calendar says, across years and daylight saving."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest import DigestError
from digest.period import Period, PeriodKind, containing, last_whole, parse_period


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2027-W01", date(2027, 1, 4), date(2027, 1, 10)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-T3", date(2026, 9, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_as_written_and_spans_whole_days(code: str, first: date, last: date) -> None:
    period = parse_period(code)
    assert (period.code, period.first, period.last) == (code, first, last)


@pytest.mark.parametrize("text", ["", "2026-W54", "2025-W53", "2026-Q5", "2026-T4", "2026-W00", "v47", "0000", "2026-"])
def test_what_is_no_period_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(DigestError, match="2026-W47"):
        parse_period(text)


@pytest.mark.parametrize("kind", ["week", "quarter", "tertial", "year"])
def test_periods_of_a_kind_follow_each_other_without_gap_or_overlap(kind: PeriodKind) -> None:
    period = containing(kind, date(2019, 1, 1))
    while period.year < 2031:
        assert period.next.first == period.last + timedelta(days=1)
        assert period.next.previous == period
        assert period.first in period
        assert period.next.first not in period
        period = period.next


def test_the_last_whole_week_on_a_monday_is_the_one_that_just_ended() -> None:
    assert last_whole("week", date(2026, 11, 23)).code == "2026-W47"
    assert last_whole("week", date(2026, 11, 22)).code == "2026-W46"
    assert last_whole("year", date(2026, 1, 1)).code == "2025"


def test_the_year_before_of_week_53_is_that_years_last_week() -> None:
    assert Period("week", 2026, 53).year_before == Period("week", 2025, 52)
    assert Period("quarter", 2026, 2).year_before == Period("quarter", 2025, 2)


def test_a_week_with_a_change_of_clock_has_its_true_length() -> None:
    start, end = Period("week", 2026, 13).bounds(ZoneInfo("Europe/Stockholm"))
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(days=7, hours=-1)
