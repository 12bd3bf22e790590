"""Who has gone silent, and who only reports seldom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from problems.silence import chance_of_silence, find
from problems.types import Sighting

Make = Callable[..., Sighting]
START = datetime(2026, 1, 7, 12, tzinfo=UTC)


def weekly(make: Make, weeks: range, first: int = 1, **given: object) -> list[Sighting]:
    return [make(first + n, reported_at=START + timedelta(weeks=week), **given) for n, week in enumerate(weeks)]


def test_a_town_that_reported_every_week_and_stopped_is_silent(sighting: Make) -> None:
    told = weekly(sighting, range(20)) + weekly(sighting, range(40), 100, locality="Skene")
    [found] = find(told, date(2026, 10, 14))
    assert (found.kind, found.name, found.last_seen, found.weeks_silent) == ("ort", "Kinna", date(2026, 5, 20), 21)
    assert found.text == "Kinna: rapporter brukade komma varje vecka men har uteblivit i 21 veckor"


def test_a_silence_is_news_in_the_week_in_which_chance_no_longer_explains_it(sighting: Make) -> None:
    told = weekly(sighting, range(20)) + weekly(sighting, range(60), 100, locality="Skene")
    sundays = [date(2026, 5, 24) + timedelta(weeks=n) for n in range(20)]
    known = [found[0].weeks_known for sunday in sundays if (found := find(told, sunday))]
    assert known == list(range(1, len(known) + 1))
    assert len(known) > 10


def test_an_organisation_is_named_and_a_private_person_never(sighting: Make) -> None:
    told = weekly(sighting, range(20), organisation="Byalaget", locality=None, voice=":eva")
    private = weekly(sighting, range(20), 100, locality=None, voice=":olle")
    assert find(told, date(2026, 10, 14))[0].text.startswith("Byalaget: brukade rapportera varje vecka")
    assert [(s.kind, s.name) for s in find([*told, *private], date(2026, 10, 14))] == [("rapportör", "Byalaget")]


def test_who_reports_seldom_is_not_silent_for_pausing(sighting: Make) -> None:
    told = weekly(sighting, range(0, 40, 6))
    assert find(told, date(2026, 11, 25)) == ()


def test_who_never_had_a_habit_has_none_to_break(sighting: Make) -> None:
    assert find(weekly(sighting, range(4)), date(2026, 12, 1)) == ()


def test_a_silence_of_a_year_is_history(sighting: Make) -> None:
    assert find(weekly(sighting, range(20)), date(2027, 10, 14)) == ()


def test_a_longer_silence_is_less_likely_by_chance(sighting: Make) -> None:
    mondays = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(10)]
    chances = [chance_of_silence(mondays, mondays[-1] + timedelta(weeks=n)) for n in (1, 3, 8)]
    assert chances[0] == 1.0
    assert chances[1] > chances[2]
