"""Which reports are of the same event, why, and what people's words change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from problems.compare import compare
from problems.linking import link_all
from problems.types import Sighting

Make = Callable[..., Sighting]
FRIDAY = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def at(moment: datetime, hour: bool = True) -> dict[str, object]:
    """Facts of a sighting that says when."""
    span = (timedelta(hours=-1), timedelta(hours=2)) if hour else (timedelta(hours=-6), timedelta(hours=30))
    return {
        "start": moment + span[0], "end": moment + span[1], "dated": True, "day": moment.date(),
        "hour": moment.hour if hour else None, "reported_at": moment + timedelta(hours=10),
    }  # fmt: skip


def events(*sightings: Sighting, **decided: bool) -> dict[int, int]:
    pairs = {(int(k[1]), int(k[2])): same for k, same in decided.items()}
    return link_all(sightings, pairs).events


def test_two_reports_of_one_night_at_one_place_are_one_event_and_the_reasons_are_told(sighting: Make) -> None:
    a, b = (
        sighting(1, **at(FRIDAY)),
        sighting(2, **at(FRIDAY + timedelta(hours=1)), words=("busskur", "glaset", "golvet")),
    )
    match = compare(b, a)
    assert match.certainty == "certain"
    assert match.reasons == ("samma plats", "samma natt", "samma kategori", "båda nämner busskur och glaset")
    assert events(a, b) == {1: 1, 2: 1}


def test_the_comparison_is_symmetric(sighting: Make) -> None:
    a, b = sighting(1, **at(FRIDAY)), sighting(2, category="klotter", also=("skadegorelse",))
    assert compare(a, b).score == compare(b, a).score


def test_the_same_trouble_on_two_nights_is_two_events(sighting: Make) -> None:
    a, b = sighting(1, **at(FRIDAY)), sighting(2, **at(FRIDAY + timedelta(days=1)))
    assert events(a, b) == {1: 1, 2: 2}


def test_two_events_told_in_one_mail_are_never_one(sighting: Make) -> None:
    a, b = sighting(1, **at(FRIDAY), mail_id=7), sighting(2, **at(FRIDAY), mail_id=7)
    assert events(a, b) == {1: 1, 2: 2}


def test_other_places_and_other_localities_are_other_events(sighting: Make) -> None:
    here = sighting(1, **at(FRIDAY))
    street = sighting(2, **at(FRIDAY), site="Skolgatan")
    town = sighting(3, **at(FRIDAY), locality="Skene", block="skene")
    assert events(here, street, town) == {1: 1, 2: 2, 3: 3}


def test_points_far_apart_contradict_the_same_place_name(sighting: Make) -> None:
    a = sighting(1, **at(FRIDAY), site="lekplatsen", latitude=57.50, longitude=12.69)
    b = sighting(2, **at(FRIDAY), site="lekplatsen", latitude=57.51, longitude=12.69)
    assert events(a, b) == {1: 1, 2: 2}


def test_points_close_together_are_one_place_whatever_it_is_called(sighting: Make) -> None:
    a = sighting(1, **at(FRIDAY), site="väntkuren", latitude=57.5000, longitude=12.69)
    b = sighting(2, **at(FRIDAY), site="busstationen", latitude=57.5003, longitude=12.69)
    assert events(a, b) == {1: 1, 2: 1}


def test_a_weaker_likeness_is_proposed_and_not_linked(sighting: Make) -> None:
    linking = link_all([sighting(1), sighting(2, category="stold", words=("busskuren",))], {})
    assert linking.events == {1: 1, 2: 2}
    assert [(link.report_id, link.other_id, link.certainty) for link in linking.links] == [(2, 1, "likely")]


def test_ten_mails_of_one_broken_shelter_are_one_event(sighting: Make) -> None:
    told = [sighting(n, **at(FRIDAY, hour=n % 2 == 0), voice=f"v{n % 3}") for n in range(1, 11)]
    assert set(events(*told).values()) == {1}


def test_a_report_that_counts_not_is_in_no_event(sighting: Make) -> None:
    assert events(sighting(1), sighting(2, counts=False)) == {1: 1}


def test_what_is_announced_is_not_what_has_happened(sighting: Make) -> None:
    told, rumour, again = (sighting(n, **at(FRIDAY), upcoming=n > 1) for n in (1, 2, 3))
    assert events(told, rumour, again) == {1: 1, 2: 2, 3: 2}


def test_people_hold_apart_what_the_words_would_join(sighting: Make) -> None:
    a, b, c = (sighting(n, **at(FRIDAY)) for n in (1, 2, 3))
    assert events(a, b, c, p12=False) == {1: 1, 2: 2, 3: 1}


def test_people_join_what_nothing_else_would(sighting: Make) -> None:
    a, b = sighting(1), sighting(2, locality="Skene", block="skene", category="brand")
    assert events(a, b, p12=True) == {1: 1, 2: 1}


def test_joining_a_report_brings_its_event_along(sighting: Make) -> None:
    first = sighting(1, locality="Skene", block="skene")
    b, c = sighting(2, **at(FRIDAY)), sighting(3, **at(FRIDAY))
    assert events(first, b, c, p13=True) == {1: 1, 2: 1, 3: 1}


def test_two_that_are_held_apart_are_not_joined_by_a_third(sighting: Make) -> None:
    a, b = sighting(1, locality="Skene", block="skene"), sighting(2)
    c = sighting(3, locality="Örby", block="örby")
    found = events(a, b, c, p12=False, p13=True, p23=True)
    assert found[1] != found[2]


def test_an_answer_in_the_thread_speaks_for_the_same_event(sighting: Make) -> None:
    a, b = sighting(1), sighting(2, answers=1, words=("tack", "fler", "skador"), voice="v1")
    match = compare(a, b)
    assert "svar i samma mejltråd" in match.reasons
    assert match.certainty == "certain"
