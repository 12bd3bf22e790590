"""The ledger: spells, criteria, course, Brå's columns, and what people said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from problems.candidates import candidacy, grounds
from problems.ledger import Book, build, collect, trend_of
from problems.profile import profile
from problems.types import Area, Criteria, Event, Judgement, Ledger, Measure, PlaceKey, Sighting

Make = Callable[..., Sighting]
MakeEvent = Callable[..., Event]
MONDAY = date(2026, 3, 2)
HERE, KINNA = PlaceKey("Kinna", "Boråsvägen"), PlaceKey("Kinna")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def ledger(sightings: list[Sighting], as_of: date, **given: Any) -> Ledger:
    """Each sighting is an event of its own unless `members` says otherwise."""
    members = given.pop("members", {s.report_id: s.report_id for s in sightings})
    book = Book(sightings, members, **given)
    known = collect(book, as_of)
    return build(book, known, {key: n for n, key in enumerate(known.keys, 1)})


def weekly(make: Make, weeks: list[int], **given: Any) -> list[Sighting]:
    """One sighting in each of these weeks."""
    found = []
    for n, week in enumerate(weeks, 1):
        when = datetime(2026, 3, 4, 12, tzinfo=UTC) + timedelta(weeks=week)
        found.append(make(n, reported_at=when, day=when.date(), **given))
    return found


def test_events_in_three_weeks_of_twelve_make_a_candidate_and_two_do_not(event: MakeEvent) -> None:
    days = [MONDAY, MONDAY + timedelta(weeks=3), MONDAY + timedelta(weeks=8)]
    told = [event(n, day) for n, day in enumerate(days, 1)]
    assert grounds(told, days[-1], HERE, Criteria()) == ("händelser i 3 av de senaste 12 veckorna",)
    assert grounds(told[1:], days[-1], HERE, Criteria()) == ()
    assert grounds(told, days[-1] + timedelta(weeks=5), HERE, Criteria()) == ()


def test_three_events_in_one_week_are_no_candidate(event: MakeEvent) -> None:
    told = [event(n, MONDAY + timedelta(days=n)) for n in range(3)]
    assert grounds(told, told[-1].day, HERE, Criteria()) == ()


def test_two_voices_over_two_months_make_a_candidate_where_the_place_is_known(event: MakeEvent) -> None:
    told = [event(1, MONDAY, voices=("a",)), event(2, MONDAY + timedelta(days=63), voices=("b",))]
    assert grounds(told, told[-1].day, HERE, Criteria()) == ("2 oberoende rapportörer under 9 veckor",)
    assert grounds(told, told[-1].day, KINNA, Criteria()) == ()
    alone = [replace(e, voices=("a",)) for e in told]
    assert grounds(alone, told[-1].day, HERE, Criteria()) == ()


def test_a_report_that_says_it_lasts_makes_a_candidate_in_its_own_words(event: MakeEvent) -> None:
    told = [event(1, MONDAY, recurring=True, durations=("sedan september",))]
    reason = "enligt rapporten återkommande eller långvarigt (”sedan september”)"
    assert grounds(told, MONDAY, HERE, Criteria()) == (reason,)
    assert grounds(told, MONDAY, HERE, Criteria(stated=False)) == ()


def test_a_candidate_stays_one_until_the_problem_is_closed(event: MakeEvent) -> None:
    told = [event(n, MONDAY + timedelta(weeks=n)) for n in range(3)]
    since = MONDAY + timedelta(weeks=2)
    late = candidacy(told, since + timedelta(weeks=11), HERE, Criteria())
    assert late == (since, ("händelser i 3 av de senaste 12 veckorna (uppfyllt 16 mars 2026)",))
    assert candidacy(told, since + timedelta(weeks=13), HERE, Criteria()) == (None, ())


def test_a_problem_is_closed_after_a_quiet_time_and_returns_as_the_same_one(sighting: Make) -> None:
    told = weekly(sighting, [0, 1, 20])
    [quiet] = ledger(told[:2], date(2026, 7, 1)).problems
    [back] = ledger(told, date(2026, 7, 24)).problems
    assert (quiet.status, back.status, back.reopened) == ("avslutat", "pågår", True)
    [last_day] = ledger(told[:2], date(2026, 6, 3)).problems
    [first_day] = ledger(told[:2], date(2026, 6, 4)).problems
    assert (last_day.closed, first_day.closed, quiet.closed, back.closed) == (None, *[date(2026, 6, 4)] * 2, None)
    assert [(s.events, s.first) for s in back.spells] == [(2, told[0].day), (1, told[2].day)]
    assert (quiet.place, quiet.category) == (back.place, back.category)


def test_sites_roll_up_into_their_area_by_name_and_by_distance(sighting: Make) -> None:
    area = Area("Kinna resecentrum", "Kinna", ("busstationen",), 57.5, 12.69, 200)
    told = [
        sighting(1, site="Busstationen"),
        sighting(2, site="pendelparkeringen", latitude=57.501, longitude=12.69),
        sighting(3, site=None, latitude=57.4995, longitude=12.69),
        sighting(4, site="torget", latitude=57.52, longitude=12.69),
    ]
    places = {str(p.place): len(p.events) for p in ledger(told, date(2026, 11, 30), areas=[area]).problems}
    assert places == {"Kinna resecentrum, Kinna": 3, "torget, Kinna": 1}


def test_a_point_without_a_name_belongs_to_the_known_place_next_to_it(sighting: Make) -> None:
    told = [
        sighting(1, site="skateparken", latitude=57.5, longitude=12.69),
        sighting(2, site=None, latitude=57.5008, longitude=12.69),
        sighting(3, site=None, latitude=57.6, longitude=12.69),
    ]
    assert {str(p.place) for p in ledger(told, date(2026, 11, 30)).problems} == {
        "skateparken, Kinna",
        "57.6000, 12.6900, Kinna",
    }


def test_one_address_or_one_organisation_is_one_voice(sighting: Make) -> None:
    told = [
        sighting(1, voice=":x", organisation="Ica"),
        sighting(2, voice=":y", organisation="ICA"),
        sighting(3, voice=":x"),
        sighting(4, voice=":z"),
    ]
    [problem] = ledger(told, date(2026, 11, 30), members=dict.fromkeys(range(1, 5), 1)).problems
    assert (problem.voices, problem.organisations, problem.reports, len(problem.events)) == (2, ("Ica",), 4, 1)


def test_a_mail_domain_is_one_voice_where_most_of_it_speaks_for_one_organisation(sighting: Make) -> None:
    shop = [sighting(n, voice=f"shop:{n}", organisation="Ica" if n < 3 else "") for n in (1, 2, 3)]
    provider = [sighting(n, voice=f"mail:{n}", organisation="Byalaget" if n == 4 else "") for n in (4, 5, 6)]
    everybody = dict.fromkeys(range(1, 7), 1)
    assert ledger(shop, date(2026, 11, 30), members=everybody).problems[0].voices == 1
    assert ledger(provider, date(2026, 11, 30), members=everybody).problems[0].voices == 3


def test_the_course_of_a_problem_is_told_week_by_week(sighting: Make) -> None:
    told = weekly(sighting, [0, 2, 3], police_report="yes", urgency="hog", hour=22)
    told[0] = replace(told[0], police_report="no", urgency="akut")
    [p] = ledger(told, date(2026, 3, 29)).problems
    assert (p.first_seen, p.last_seen, p.weeks_active) == (date(2026, 3, 4), date(2026, 3, 25), 3)
    assert [n for _, n in p.weekly[-4:]] == [1, 0, 1, 1]
    assert len(p.weekly) == 52
    assert (p.police, p.urgencies) == ((2, 1, 0), (("akut", 1), ("hog", 2)))
    assert p.police_share is not None
    assert round(p.police_share, 2) == 0.67
    assert (p.hours.hours[22], p.hours.unknown) == (3, 0)


def test_weekend_nights_are_named_where_they_stand_out(event: MakeEvent) -> None:
    nights = [event(n, MONDAY + timedelta(days=4 + n % 3, weeks=n), hour=23) for n in range(6)]
    assert profile(nights).text == "oftast fredag till söndag, på natten"
    assert profile(nights[:2]).text == ""


def test_a_trend_is_named_only_where_the_numbers_carry_it(event: MakeEvent) -> None:
    recent = [event(n, MONDAY - timedelta(days=n)) for n in range(6, 0, -1)]
    assert trend_of(recent, MONDAY).direction == "ökar"
    assert trend_of(recent[:2], MONDAY).direction == "för lite underlag"
    assert trend_of(recent, MONDAY + timedelta(days=50)).direction == "minskar"
    assert "6 händelser de senaste sex veckorna mot 0" in trend_of(recent, MONDAY).text


def test_peoples_word_stays_and_the_latest_holds(sighting: Make) -> None:
    yes = Judgement("Kinna", "boråsvägen", "skadegorelse", True, "Eva", NOW, "belysning saknas")
    told = weekly(sighting, [0])
    [p] = ledger(told, date(2027, 3, 4), judgements=[replace(yes, long_term=False), yes]).problems
    assert (p.long_term, p.judgement, p.status) == (True, yes, "avslutat")
    [other] = ledger(told, date(2026, 3, 4), judgements=[replace(yes, category="klotter")]).problems
    assert other.long_term is None


def test_a_judged_site_keeps_its_judgement_when_it_becomes_part_of_an_area(sighting: Make) -> None:
    yes = Judgement("Kinna", "Boråsvägen", "skadegorelse", True, "Eva", NOW)
    area = Area("Centrum", "Kinna", ("Boråsvägen",))
    [p] = ledger(weekly(sighting, [0]), date(2026, 3, 5), judgements=[yes], areas=[area]).problems
    assert (p.place, p.long_term) == (PlaceKey("Kinna", "Centrum"), True)


def test_a_measure_is_followed_up_with_its_problem(sighting: Make) -> None:
    measure = Measure(
        "Kinna", "Boråsvägen", "skadegorelse", "Kamera", "MBAB", date(2026, 5, 4), None, "pågår", "Eva", NOW, 1
    )
    [p] = ledger(weekly(sighting, list(range(10))), date(2026, 7, 5), measures=[measure]).problems
    assert (p.measures[0].events_before, p.measures[0].events_after, p.measures[0].verdict) == (8, 1, "minskat")


def test_the_time_before_a_problem_began_is_no_time_before_its_measure(sighting: Make) -> None:
    """One event a week for ten weeks, half as many after: no rise, though the half year before counts fewer still."""
    weeks = [*range(-40, -20), *range(10), *range(10, 20, 2)]
    measure = Measure(
        "Kinna", "Boråsvägen", "skadegorelse", "Kamera", "MBAB", date(2026, 5, 13), None, "pågår", "Eva", NOW, 1
    )
    found = ledger(weekly(sighting, weeks), date(2026, 7, 22), measures=[measure]).problems[0].measures[0]
    assert (found.weeks_before, found.events_before, found.weeks_after, found.events_after) == (10, 10, 10, 5)
    assert (found.verdict, found.same_season) == ("ingen säker skillnad", False)


def test_bras_columns_are_filled_from_data_and_left_empty_for_people(sighting: Make) -> None:
    [p] = ledger(weekly(sighting, list(range(9))), date(2026, 5, 3)).problems
    assert p.bra.common == "9 händelser på 12 veckor, nummer 1 av 1 problem"
    assert p.bra.lasting == "ja, 8 veckor (sedan 4 mars 2026)"
    assert p.bra.confined == "ja, Boråsvägen"
    assert p.bra.affects_many == "ja, 9 oberoende rapportörer"
    assert (p.bra.deviates, p.bra.signal_crime, p.bra.consequences, p.bra.owner) == ("", "", "", "")


def test_one_reporter_is_not_many(sighting: Make) -> None:
    [p] = ledger(weekly(sighting, [0]), date(2026, 3, 5)).problems
    assert (p.bra.affects_many, p.bra.lasting) == ("nej, 1 oberoende rapportör", "nej, 1 vecka (sedan 4 mars 2026)")


def test_a_place_stands_out_against_the_same_trouble_elsewhere(sighting: Make) -> None:
    told = weekly(sighting, list(range(9))) + [
        replace(s, report_id=100 + n, site=f"Gata {n}") for n, s in enumerate(weekly(sighting, [0, 1, 2]))
    ]
    found = ledger(told, date(2026, 5, 3))
    problem = found.problem(HERE, "skadegorelse")
    assert problem is not None
    assert problem.bra.deviates == "ja, 9 mot i snitt 1,0 på andra platser"
    long_ago = [replace(s, report_id=200 + n, site=f"Gränd {n}") for n, s in enumerate(weekly(sighting, [-30] * 9))]
    again = ledger([*told, *long_ago], date(2026, 5, 3)).problem(HERE, "skadegorelse")
    assert again is not None
    assert again.bra.deviates == problem.bra.deviates


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        ((7, 8, 9), ""),
        ((6, 7, 8, 9, 10, 11), "ja, 6 händelser de senaste sex veckorna mot 0 de sex veckorna före"),
        ((0, 1, 2, 3, 4, 5), "nej, det minskar, 0 händelser de senaste sex veckorna mot 6 de sex veckorna före"),
        ((1, 2, 3, 8, 9, 10), "nej, 3 händelser de senaste sex veckorna mot 3 de sex veckorna före"),
    ],
)
def test_whether_it_grows_is_said_in_words_and_figures(sighting: Make, weeks: tuple[int, ...], said: str) -> None:
    [p] = ledger(weekly(sighting, list(weeks)), date(2026, 5, 24)).problems
    assert p.bra.increasing == said


def test_an_earlier_day_is_seen_as_it_was_known_then(sighting: Make) -> None:
    told = weekly(sighting, [0, 1, 20])
    assert len(ledger(told, date(2026, 3, 12)).events) == 2


def test_what_is_announced_is_an_event_and_no_problem(sighting: Make) -> None:
    found = ledger([sighting(1, upcoming=True), sighting(2, site="torget")], date(2026, 11, 30))
    assert ([e.upcoming for e in found.events], [p.place.name for p in found.problems]) == ([True, False], ["torget"])


def test_a_report_of_the_first_minutes_of_a_local_day_belongs_to_that_day(sighting: Make) -> None:
    told = [sighting(1, reported_at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC), day=date(2026, 3, 9))]
    zone = ZoneInfo("Europe/Stockholm")
    assert ledger(told, date(2026, 3, 8), zone=zone).events == ()
    assert len(ledger(told, date(2026, 3, 9), zone=zone).events) == 1


def test_judged_problems_come_first_then_candidates(sighting: Make) -> None:
    told = [*weekly(sighting, list(range(4))), sighting(50, site="Skolgatan", reported_at=NOW, day=MONDAY)]
    yes = Judgement("Kinna", "Skolgatan", "skadegorelse", True, "Eva", NOW)
    found = ledger(told, date(2026, 4, 1), judgements=[yes])
    assert [p.place.name for p in found.problems] == ["Skolgatan", "Boråsvägen"]
