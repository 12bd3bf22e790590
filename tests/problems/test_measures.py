"""What a measure is said to have done, and when nothing can be said."""

from datetime import UTC, date, datetime, timedelta

from problems.measures import effect
from problems.types import Measure

START = date(2026, 3, 2)
LONG_AGO = date(2024, 1, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def measure(from_: date | None = START, status: str = "pågår") -> Measure:
    return Measure("Kinna", "torget", "klotter", "Kamera", "MBAB", from_, None, status, "Eva", NOW)  # type: ignore[arg-type]  # MeasureStatus


def every(days: int, first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(0, (last - first).days, days)]


def test_fewer_events_after_are_told_with_intervals_and_without_claiming_the_cause() -> None:
    days = [*every(7, START - timedelta(weeks=20), START), START + timedelta(days=3)]
    found = effect(measure(), days, START - timedelta(weeks=26), START + timedelta(weeks=10, days=-1))
    assert (found.verdict, found.events_before, found.events_after) == ("minskat", 20, 1)
    assert (found.weeks_before, found.weeks_after) == (26, 10)
    assert found.before is not None
    assert found.before.low < 20 / 26 == found.before.rate < found.before.high
    assert "Före: 0,8 händelser i veckan på 26 veckor (felmarginal 0,5–1,2). Efter: 0,1" in found.text
    assert "annat än åtgärden kan ha bidragit" in found.text


def test_a_rise_is_told_as_plainly_as_a_fall() -> None:
    days = every(2, START, START + timedelta(weeks=8))
    assert effect(measure(), days, LONG_AGO, START + timedelta(weeks=8)).verdict == "ökat"


def test_a_difference_that_chance_can_make_is_called_so() -> None:
    days = every(7, START - timedelta(weeks=26), START) + every(9, START, START + timedelta(weeks=8))
    found = effect(measure(), days, START - timedelta(weeks=26), START + timedelta(weeks=8))
    assert (found.verdict, "kan vara slump" in found.text) == ("ingen säker skillnad", True)


def test_thin_data_are_called_thin() -> None:
    days = [START - timedelta(weeks=4), START - timedelta(weeks=2)]
    soon = effect(measure(), every(3, START - timedelta(weeks=26), START), LONG_AGO, START + timedelta(weeks=2))
    few = effect(measure(), days, LONG_AGO, START + timedelta(weeks=12))
    assert soon.verdict == few.verdict == "för tunt underlag"
    assert "för tunt för att säga" in few.text


def test_the_same_weeks_a_year_earlier_are_used_where_the_problem_is_that_old() -> None:
    days = every(3, START - timedelta(weeks=60), START)
    found = effect(measure(), days, days[0], START + timedelta(weeks=10))
    assert (found.same_season, found.weeks_before, found.weeks_after) == (True, 10, 10)
    assert found.text.startswith("Samma veckor ett år tidigare: 2,3 händelser i veckan")


def test_a_measure_not_begun_or_called_off_is_said_to_be_so() -> None:
    as_of = START - timedelta(days=1)
    assert effect(measure(), [], LONG_AGO, as_of).text == "Åtgärden har inte börjat."
    assert effect(measure(None), [], LONG_AGO, START).text.startswith("Åtgärden har inget startdatum")
    assert effect(measure(status="inställd"), [], LONG_AGO, START).text == "Åtgärden blev inställd."
