import os
from datetime import datetime
from pathlib import Path

import pytest

from classify.pipeline import load_classifier
from classify.reload import ReloadingClassifier
from classify.schema import RuleError
from ingest.message import Address, Report

RULES = """\
categories:
  - {id: klotter, label: Klotter, strong: [WORD]}
  - {id: ovrigt, label: Övrigt}
urgency: {signals: {}, rules: []}
scope: {negated: {cues: [inte]}, hypothetical: {cues: [risk för]}, historical: {cues: [i fjol]}}
"""
REPORT = Report(
    "En spruta.", "", datetime.fromisoformat("2026-11-18T12:00:00+01:00"), Address("", "a@b.example"), "free"
)


class Site:
    def __init__(self, folder: Path) -> None:
        self.folder, self.told = folder, list[str]()
        self.clock = 1
        (folder / "places.yaml").write_text("", encoding="utf-8")

    def write(self, text: str) -> None:
        path = self.folder / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        self.clock += 1
        os.utime(path, (self.clock, self.clock))

    def start(self) -> ReloadingClassifier:
        paths = (self.folder / "rules.yaml", self.folder / "places.yaml")
        return ReloadingClassifier(lambda: load_classifier(*paths, cache_dir=self.folder), paths, self.told.append)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.write(RULES.replace("WORD", "klottra"))
    return made


def test_changed_rules_are_taken_up(site: Site) -> None:
    watched = site.start()
    before = watched.version
    assert watched.assess(REPORT).category == "ovrigt"
    site.write(RULES.replace("WORD", "spruta"))
    assert watched.assess(REPORT).category == "klotter"
    assert watched.version != before


def test_broken_rules_leave_the_old_in_force_and_are_told_once(site: Site) -> None:
    site.write(RULES.replace("WORD", "spruta"))
    watched = site.start()
    site.write("categories: [")
    assert [watched.assess(REPORT).category for _ in range(3)] == ["klotter"] * 3
    assert [bool(text) for text in site.told] == [False, True]
    assert "rules.yaml:" in site.told[-1]
    site.write(RULES.replace("WORD", "spruta"))
    assert watched.assess(REPORT).category == "klotter"
    assert site.told[-1] == ""


def test_a_file_that_is_away_for_a_moment_changes_nothing(site: Site) -> None:
    watched = site.start()
    (site.folder / "rules.yaml").unlink()
    assert watched.assess(REPORT).category == "ovrigt"
    assert "kan inte läsas" in site.told[-1]


def test_rules_that_are_broken_from_the_start_are_refused(site: Site) -> None:
    site.write("categories: 1")
    with pytest.raises(RuleError):
        site.start()
