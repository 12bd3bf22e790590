"""How often people left what the program found, in `status` and in the file."""

from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from lagesbild.agreement import agreement
from lagesbild.review import export, sync
from lagesbild.screen import show_status
from lagesbild.settings import Settings
from lagesbild.status import figures
from review.agreement import lines
from store import reports
from store.records import Correction

UNCHANGED = dict.fromkeys(("category", "urgency", "locality", "site", "occurred", "police_report"), 1.0)


def approve(desk: Any, number: int, at: datetime, **changes: tuple[str, str]) -> None:
    with desk.store.transaction() as session:
        for name, (old, new) in changes.items():
            reports.correct(session, Correction(number, name, old, new, "Eva", at))
        reports.decide(session, Correction(number, "status", "open", "approved", "Eva", at))


def test_the_share_left_unchanged_is_counted_by_field_and_month(desk: Any) -> None:
    for _ in range(4):
        desk.add()
    october, november = datetime(2026, 10, 31, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    approve(desk, 1, october, category=("klotter", "brand"))
    approve(desk, 2, october)
    approve(desk, 3, november, urgency=("normal", "hog"))
    with desk.store.transaction() as session:  # changed and changed back, not approved: neither counts
        reports.correct(session, Correction(2, "site", "a", "b", "Eva", october))
        reports.correct(session, Correction(2, "site", "b", "a", "Eva", october))
        reports.correct(session, Correction(4, "category", "klotter", "brand", "Eva", october))
        found = agreement(session, desk.tools.means.look.zone)
    assert [(m.month, m.approved, dict(m.unchanged)) for m in found] == [
        ("2026-11", 1, {**UNCHANGED, "urgency": 0.0}),
        ("2026-10", 2, {**UNCHANGED, "category": 0.5}),
    ]
    assert lines(found)[1] == (
        "2026-10",
        "2 godkända; orört: Kategori 50 %, Brådska 100 %, Ort 100 %, Plats 100 %, Tid 100 %, Polisanmält 100 %",
    )


def test_the_file_shows_the_figures_below_the_help(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({("Att granska", "R1", "verdict"): "Ja"})
    sync(desk.tools)
    help_sheet: Any = openpyxl.load_workbook(desk.path)["Så här gör du"]
    texts = [str(line[1].value) for line in help_sheet.iter_rows()]
    assert any("1 godkända; orört: Kategori 100 %" in text for text in texts)


def test_status_shows_the_figures_to_people(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk.add()
    approve(desk, 1, datetime(2026, 11, 20, tzinfo=UTC), category=("klotter", "brand"))
    show_status(figures(Settings(), desk.store))
    assert "2026-11  1 approved: category 0%, urgency 100%" in capsys.readouterr().out
