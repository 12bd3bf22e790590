from datetime import datetime
from pathlib import Path

import pytest

from classify.pipeline import Classifier, load_classifier
from ingest.message import Address, Report

ROOT = Path(__file__).parent.parent.parent
NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder = tmp_path_factory.mktemp("rules")
    places = ROOT / "places.yaml"
    if not places.is_file():
        places = folder / "places.yaml"
        places.write_text("", encoding="utf-8")
    return load_classifier(ROOT / "rules.yaml", places, cache_dir=folder)


def report(text: str, subject: str = "", **fields: str) -> Report:
    return Report(text, subject, NOON, Address("", "a@b.example"), "free", tuple(fields.items()))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Två killar misshandlade en man utanför kiosken.", "vald_hot"),
        ("Någon har satt fyr på soffan i källargången.", "brand"),
        ("De står och säljer hasch bakom macken.", "narkotika"),
        ("Min elcykel är stulen, låset avklippt.", "stold"),
        ("Alla glas i väntkuren är söndersparkade.", "skadegorelse"),
        ("Hela plåtfasaden är nersprejad.", "klotter"),
        ("Epor som burnar gummi på torget hela kvällen.", "trafik"),
        ("Ett gäng sitter i trappuppgången och skriker till klockan tre.", "ordningsstorning"),
        ("Fyllon på bänken varje förmiddag.", "alkohol"),
        ("Ett lass byggavfall har tippats i diket.", "nedskrapning"),
        ("Gångvägen är kolsvart, lamporna lyser inte.", "otrygg_plats"),
        ("En lös hund springer runt på lekplatsen.", "ovrigt"),
    ],
)
def test_each_category_is_known_by_its_words(classifier: Classifier, text: str, category: str) -> None:
    assert classifier.assess(report(text)).category == category


def test_evidence_points_into_the_text_it_came_from(classifier: Classifier) -> None:
    given = report("Muren är nedklottrad.", "Klotter på muren")
    found = [item for item in classifier.assess(given).evidence if item.finding == "category:klotter"]
    sources = {"subject": given.subject, "text": given.text}
    assert {item.field for item in found} == {"subject", "text"}
    assert all(sources[item.field][item.start_char : item.end_char] == item.text for item in found)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Ingen skadegörelse den här gången.", "nekat"),
        ("Någon skadegörelse har inte förekommit under natten.", "nekat"),
        ("En sådan skadegörelse har inte förekommit tidigare.", ""),
        ("Det finns risk för skadegörelse.", "hypotetiskt"),
        ("Det var skadegörelse här förra året.", "förr"),
    ],
)
def test_what_is_denied_feared_or_long_past_is_shown_but_not_counted(
    classifier: Classifier, text: str, note: str
) -> None:
    found = [item for item in classifier.assess(report(text)).evidence if item.text == "skadegörelse"]
    assert {item.note for item in found if item.finding == "category:skadegorelse"} == {note}


def test_the_choice_of_a_form_is_evidence_and_not_the_answer(classifier: Classifier) -> None:
    told = "Papperskorgen brinner."
    assert classifier.assess(report(told, type="Skadegörelse")).category == "brand"
    assert classifier.assess(report("Se bild.", type="Skadegörelse")).category == "skadegorelse"


def test_a_very_long_text_and_a_wall_of_signs_are_read_in_time(classifier: Classifier) -> None:
    assert classifier.assess(report("!" * 100_000 + " klotter")).category
