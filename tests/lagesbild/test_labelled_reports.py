"""Labelled reports: what is found today may not be lost tomorrow.

Two files were written by others than those who wrote the rules, and without sight of them. The first was then used to
improve them; of the second nobody who wrote rules had read a line when its figures were first taken. The third holds
short reports of many voices, written for the words of the categories and since used to improve them. The floors are
what was measured, less a report or two.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPORTS = Path(__file__).parents[1] / "classify" / "reports"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    subprocess.run([sys.executable, "-m", "lagesbild", "init", str(folder)], check=True, capture_output=True)
    return folder / "lagesbild.toml"


def measured(config: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "lagesbild", "--config", str(config), "rules", "eval", "--json"]
    done = subprocess.run([*command, str(REPORTS / name)], check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


FIRST = {
    "category": 0.95,
    "urgency": 0.91,
    "locality": 0.98,
    "site": 0.97,
    "occurred": 0.98,
    "police_report": 0.99,
    "recurring": 0.95,
}
SECOND = {
    "category": 0.97,
    "urgency": 0.92,
    "locality": 0.98,
    "site": 0.95,
    "occurred": 0.96,
    "police_report": 0.99,
    "recurring": 0.97,
}
NO_REPORT = 0.94
SHORT = 0.94


@pytest.mark.parametrize(("name", "floors"), [("first.jsonl", FIRST), ("second.jsonl", SECOND)])
def test_what_is_found_in_labelled_reports_is_not_lost(config: Path, name: str, floors: dict[str, float]) -> None:
    figures = measured(config, name)
    below = {
        field: (figures["fields"][field]["accuracy"], floor)
        for field, floor in floors.items()
        if figures["fields"][field]["accuracy"] < floor
    }
    assert below == {}
    assert figures["personal"]["recall"] >= 0.98
    assert figures["personal"]["precision"] >= 0.97
    assert figures["fields"]["not_report"]["macro_f1"] >= NO_REPORT


def test_the_categories_of_short_reports_are_not_lost(config: Path) -> None:
    category = measured(config, "short.jsonl")["fields"]["category"]
    assert (category["accuracy"] >= SHORT, category["macro_f1"] >= SHORT) == (True, True)
