"""What the settings change about a digest: audiences, notes, outline; and what it says when they are wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from classify.assessment import Assessment, Confidence, Place
from digest import DigestError
from digest.period import Period
from digest.picture import Attention, Coming, Where
from ingest.message import Address, Report
from lagesbild.digest import audiences, compile_digest, seen_from
from lagesbild.wiring import App
from store import reports
from store.records import Correction

ROOT = Path(__file__).parents[2]
WEEK = Period("week", 2026, 47)
SETTINGS = f"""
[rules]
path = "{ROOT}/rules.yaml"
places = "{ROOT}/places.yaml"
[smtp]
from = "lagesbild@mark.example"
[digest]
recipients = ["est@mark.example"]
quote_unreviewed = true
notes = "noteringar"
"""


def told(locality: str, day: date, words: str = "Personalen hotades.") -> tuple[Report, Assessment]:
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9)
    report = Report("RÅTEXT", "ÄMNE", at, Address("Hemlig", f"a@{locality.lower()}.example"), "free")
    place = Place(locality, "torget", precision="point")
    found = Assessment("vald_hot", "hog", place, Confidence(), (), (), words, "Hot", "r1")
    return report, found


@pytest.fixture
def app(tmp_path: Path) -> Callable[[str], App]:
    """An application over a store with one urgent report in Kinna and one in Skene."""

    def make(more: str = "") -> App:
        (tmp_path / "lagesbild.toml").write_text(SETTINGS + more, encoding="utf-8")
        made = App(tmp_path / "lagesbild.toml")
        with made.store.transaction() as session:
            for locality, day in (("Skene", date(2026, 11, 17)), ("Kinna", date(2026, 11, 19))):
                reports.add(session, *told(locality, day), None)
        return made

    return make


def test_an_audience_sees_its_own_localities_first(app: Callable[[str], App]) -> None:
    made = app('[[digest.audience]]\nname = "skene"\nrecipients = ["s@b.example"]\nareas = ["Skene"]\n')
    assert [a.name for a in audiences(made.settings)] == ["", "skene"]
    for audience, first in (("", "Kinna"), ("skene", "Skene")):
        sections = compile_digest(made, WEEK, audience).picture.sections
        (attention,) = (s for s in sections if isinstance(s, Attention))
        (where,) = (s for s in sections if isinstance(s, Where))
        assert (attention.events[0].locality, where.localities[0]) == (first, first)


def test_an_unknown_audience_is_refused_with_the_known_ones(app: Callable[[str], App]) -> None:
    with pytest.raises(DigestError, match="There are: none"):
        compile_digest(app(""), WEEK, "bolaget")


def test_staff_notes_of_the_period_are_told_as_coming(app: Callable[[str], App], tmp_path: Path) -> None:
    (tmp_path / "noteringar").mkdir()
    (tmp_path / "noteringar" / "2026-W47.txt").write_text("Marknad på lördag.\n\nSe https://e.example/x", "utf-8")
    (tmp_path / "noteringar" / "2026-W48.txt").write_text("Nästa vecka.", "utf-8")
    digest = compile_digest(app(""), WEEK)
    (coming,) = (s for s in digest.picture.sections if isinstance(s, Coming))
    assert coming.notes == ("Marknad på lördag.", "Se [länk]")
    assert "Marknad på lördag." in digest.rendered.text


def test_a_boundary_that_cannot_be_used_is_named(app: Callable[[str], App], tmp_path: Path) -> None:
    made = app('boundary = "grans.geojson"\n')
    with pytest.raises(DigestError, match="cannot be read"):
        compile_digest(made, WEEK)
    (tmp_path / "grans.geojson").write_text("{}")
    with pytest.raises(DigestError, match="no GeoJSON"):
        compile_digest(made, WEEK)


def test_a_correction_changes_the_picture(app: Callable[[str], App]) -> None:
    made = app("")
    with made.store.transaction() as session:
        at = datetime(2026, 11, 20, tzinfo=UTC)
        reports.correct(session, Correction(1, "masked_text", "", "Rättad text.", "anna", at))
        reports.correct(session, Correction(1, "locality", "Skene", "Fritsla", "anna", at))
        reports.set_status(session, 2, "dismissed")
    digest = compile_digest(made, WEEK)
    assert [(e.locality, e.excerpt) for e in digest.picture.events] == [("Fritsla", "Rättad text.")]
    assert "Kinna" not in digest.rendered.text.split("SÅ ÄR BILDEN GJORD", maxsplit=1)[0]


def test_reports_of_one_event_are_one_line(app: Callable[[str], App]) -> None:
    made = app("")
    again = "Personalen hotades med kniv av en maskerad rånare vid kassan."
    with made.store.transaction() as session:
        for locality in ("Fritsla", "Fritsla"):
            report, found = told(locality, date(2026, 11, 20), again)
            reports.add(session, report, found, None)
    picture = compile_digest(made, WEEK).picture
    assert (len(picture.events), len(picture.entries)) == (3, 4)


def test_a_problem_is_not_seen_from_a_day_that_has_not_come() -> None:
    start, end = Period("year", 2026).bounds(UTC)
    within, after, before = (datetime(year, 6, 1, tzinfo=UTC) for year in (2026, 2027, 2025))
    assert seen_from(start, end, within) == within
    assert seen_from(start, end, after) == seen_from(start, end, before) == end - timedelta(seconds=1)


@pytest.mark.parametrize("code", [Period("week", 2026, 30), Period("quarter", 2026, 4), Period("year", 2026)])
def test_any_period_can_be_compiled_with_its_attachments(app: Callable[[str], App], code: Period) -> None:
    digest = compile_digest(app(""), code)
    assert [file.name for file in digest.files] == [f"lagesbild-{code.code}.pdf", f"lagesbild-{code.code}.xlsx"]
    assert all(len(file.content) > 4000 for file in digest.files)
