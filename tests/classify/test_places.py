from pathlib import Path

import pytest

from classify.places import Gazetteer, load_places
from classify.schema import RuleError


def test_a_name_is_found_in_the_genitive_and_with_its_alias(gazetteer: Gazetteer) -> None:
    found = [gazetteer.match(words, 0) for words in (["horreds"], ["kinna", "c"], ["centrala", "skene"])]
    assert [entry and entry.locality for entry in found] == ["Horred", "Kinna", "Skene"]


def test_a_locality_one_letter_wrong_is_still_known(gazetteer: Gazetteer) -> None:
    found = [gazetteer.misspelt(word) for word in ("fritsal", "sätlia", "torrestorp", "björketop")]
    assert [entry and entry.name for entry in found] == ["Fritsla", "Sätila", "Torestorp", "Björketorp"]


def test_compounds_are_known_by_their_last_part(gazetteer: Gazetteer) -> None:
    kinds = [gazetteer.kind_of(word) for word in ("tallriksvägen", "lekplatsen")]
    assert [(kind.precision, kind.ordinary) for kind in kinds if kind] == [("street", False), ("point", True)]


@pytest.mark.parametrize("word", ["trädgården", "hjulspåret", "arbetsplatsen"])
def test_words_that_only_end_like_places_are_none(gazetteer: Gazetteer, word: str) -> None:
    assert gazetteer.kind_of(word) is None


def test_every_mistake_in_places_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text(
        "municipality: Marks kommun\n"
        "localities:\n"
        "  - {name: Kinna, kind: tätort, latitude: 57.5}\n"
        "areas:\n"
        "  - {name: Hedbo, locality: Kina}\n"
        "site: []\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError) as caught:
        load_places(path)
    told = {mistake.line: str(mistake) for mistake in caught.value.mistakes}
    assert set(told) == {3, 5, 6}
    assert "hör ihop" in told[3]
    assert 'menade du "Kinna"?' in told[5]
    assert 'menade du "sites"?' in told[6]


def test_an_area_cannot_have_a_radius_without_a_middle(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text(
        "localities:\n  - {name: Kinna, kind: tätort}\nareas:\n  - {name: Hedbo, locality: Kinna, radius: 200}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError, match="områdets mitt"):
        load_places(path)
