"""What is taken from a report, and that nothing personal is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from classify.assessment import Assessment, Confidence, Occurred, Place
from ingest.message import Address, Report
from problems.sightings import happened, sighting, voice
from problems.words import significant, stem
from store.records import StoredReport

ZONE = ZoneInfo("Europe/Stockholm")
SENT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def report(address: str, organisation: str = "", name: str = "") -> Report:
    return Report("Rutan är krossad", "", SENT, Address(name, address), "free", organisation=organisation)


def test_the_night_of_a_day_runs_until_the_next_morning() -> None:
    start, end = happened(Occurred("2026-11-20", "day", 4), SENT, "stold", ZONE)
    assert (start, end) == (datetime(2026, 11, 19, 17, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC))


def test_nothing_is_taken_to_have_happened_after_it_was_reported() -> None:
    assert happened(Occurred("2026-11-21T09", "hour", 5, 9), SENT, "stold", ZONE)[1] == SENT


def test_damage_without_a_time_may_be_a_week_old_and_noise_three_days() -> None:
    assert (SENT - happened(None, SENT, "klotter", ZONE)[0]).days == 7
    assert (SENT - happened(None, SENT, "trafik", ZONE)[0]).days == 3


def test_a_voice_is_an_address_with_its_domain_where_that_may_be_an_organisations() -> None:
    eva, olle = voice(report("eva@bolaget.se")), voice(report("Olle@Bolaget.se"))
    assert eva != olle
    assert eva.partition(":")[0] == olle.partition(":")[0] != ""
    assert voice(report("eva@gmail.com")).startswith(":")
    assert voice(report("eva@gmail.com")) != voice(report("olle@gmail.com"))
    assert "eva" not in voice(report("eva@gmail.com"))
    assert voice(report("", name="Eva Ek")) == voice(report("", name="eva  ek")) != voice(report("")) == ""


def test_words_come_from_the_masked_text_alone() -> None:
    masked = Assessment(
        "klotter", "normal", Place("Kinna"), Confidence(), (), (), "[namn] såg busskuren", "Klotter", "r"
    )
    given = report("a@b.se")
    stored = StoredReport(1, "LB-1", given, masked, "open", 1, SENT, effective=masked)
    assert sighting(stored, ZONE).words == ("klotter", "busskuren")


def test_the_middle_of_a_town_is_no_point_and_a_site_of_its_own_is() -> None:
    def point(place: Place) -> float | None:
        found = Assessment("klotter", "normal", place, Confidence(), (), (), "", "", "r")
        stored = StoredReport(1, "LB-1", report("a@b.se"), found, "open", 1, SENT, effective=found)
        return sighting(stored, ZONE).latitude

    assert point(Place("Kinna", "lekplatsen", 57.507, 12.694, "point", centre=True)) is None
    assert point(Place("Kinna", "Storgatan", 57.507, 12.694, "street")) is None
    assert point(Place("Kinna", "lekplatsen", 57.507, 12.694, "point")) == pytest.approx(57.507)


def test_inflected_forms_share_their_stem() -> None:
    assert {stem(word) for word in ("busskur", "busskuren", "busskurer", "busskurerna")} == {"busskur"}
    assert {stem(word) for word in ("bilen", "bilar", "bilarna")} == {"bil"}


def test_short_and_empty_words_say_nothing() -> None:
    assert significant("Hej, vi har sett att det är en ruta på vår skola") == ("ruta", "skola")
