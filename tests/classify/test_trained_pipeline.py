from datetime import datetime
from pathlib import Path

import pytest
import spacy
from spacy.pipeline import AttributeRuler

from classify.pipeline import load_classifier
from ingest.message import Address, Report

ROOT = Path(__file__).parent.parent.parent
NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A pipeline as an installed one is: built, taught a word that no list knows, saved."""
    nlp = spacy.blank("sv")
    rules = nlp.add_pipe("attribute_ruler")
    assert isinstance(rules, AttributeRuler)
    rules.add([[{"LOWER": "kludderade"}]], {"LEMMA": "klottra"})
    nlp.to_disk(tmp_path / "pipeline")
    return tmp_path / "pipeline"


def test_the_lemmas_of_a_trained_pipeline_are_further_evidence(trained: Path, tmp_path: Path) -> None:
    classifier = load_classifier(ROOT / "rules.yaml", ROOT / "places.yaml", str(trained), tmp_path)
    assert classifier.nlp.pipe_names[0] == "attribute_ruler"
    report = Report("De kludderade på muren.", "", NOON, Address("", "a@b.example"), "free")
    assert classifier.assess(report).category == "klotter"
