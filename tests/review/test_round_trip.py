"""What a person writes in the review file comes into the store, and nothing else does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lagesbild.review import export, import_file, sync
from review.model import FileBusy, ReviewError
from review.values import Refused, parse
from store import reports
from store import review as memory
from store.records import Correction

OPEN = "Att granska"


def test_a_correction_comes_back_with_who_and_what_it_was_before(desk: Any) -> None:
    stored = desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning", (OPEN, "R1", "new_locality"): "Skene"})
    summary = sync(desk.tools)
    with desk.store.transaction() as session:
        found = {c.field: (c.old, c.new, c.by) for c in reports.history(session, stored.id)}
    assert found == {"category": ("klotter", "brand", "Eva"), "locality": ("Kinna", "Skene", "Eva")}
    assert summary.tally.changed == 2
    assert desk.cell(OPEN, "R1", "category") == "✎ Brand och eldning"
    assert desk.cell(OPEN, "R1", "new_category") is None


def test_a_re_run_never_overwrites_a_correction(desk: Any, make_assessment: Any) -> None:
    stored = desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning"})
    sync(desk.tools)
    with desk.store.transaction() as session:
        reports.reassess(session, stored.id, make_assessment("ovrigt"))
    sync(desk.tools)
    assert desk.get(stored.id).effective.category == "brand"
    assert desk.cell(OPEN, "R1", "category") == "✎ Brand och eldning"


def test_a_value_that_is_not_allowed_is_refused_with_a_suggestion_and_the_row_stays_open(desk: Any) -> None:
    stored = desk.add()
    export(desk.tools)
    desk.edit(
        {
            (OPEN, "R1", "new_category"): "Skadegörlse",
            (OPEN, "R1", "new_locality"): "Skene",
            (OPEN, "R1", "verdict"): "Ja",
        }
    )
    summary = sync(desk.tools)
    again = desk.get(stored.id)
    assert (again.status, again.effective.place.locality, again.effective.category) == ("open", "Skene", "klotter")
    assert summary.tally.refused == 1
    assert "Menade du Skadegörelse?" in str(desk.cell(OPEN, "R1", "message"))
    assert any("LB-" in line and "Skadegörlse" in line for line in summary.lines())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Eldning", "Menade du Brand och eldning?"),
        ("skadegörelsee", "Menade du Skadegörelse?"),
        ("Vold", "Välj ur listan."),
    ],
)
def test_only_what_is_near_is_suggested(choices: Any, said: str, told: str) -> None:
    refused = parse("category", said, choices)
    assert isinstance(refused, Refused)
    assert told in refused.sentence


def test_an_approved_row_moves_to_the_reviewed_with_its_decision(desk: Any, sheet_keys: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "verdict"): "x"})
    sync(desk.tools)
    assert sheet_keys(desk.path, OPEN) == []
    assert "Godkänd av Eva" in str(desk.cell("Granskade", "R1", "decided"))
    desk.edit({("Granskade", "R1", "verdict"): "Öppna igen"})
    sync(desk.tools)
    assert desk.get(1).status == "open"


def test_the_same_file_twice_changes_nothing(desk: Any, tmp_path: Path) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning", (OPEN, "R1", "comment"): "ringde"})
    copy = tmp_path / "kopia.xlsx"
    copy.write_bytes(desk.path.read_bytes())
    sync(desk.tools)
    before = desk.get(1)
    for _ in range(2):
        summary = import_file(desk.tools, copy)
        assert not summary.tally.applied
    assert desk.get(1) == before


def test_a_file_open_elsewhere_is_read_but_not_written(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning"})
    written = desk.path.read_bytes()
    lock = desk.path.with_name("~$granskning.xlsx")
    lock.write_text("Eva")
    with pytest.raises(FileBusy, match=r"öppen i ett annat program.*~\$granskning"):
        export(desk.tools)
    assert desk.path.read_bytes() == written
    assert desk.get(1).effective.category == "brand"
    lock.unlink()
    export(desk.tools)
    assert desk.path.read_bytes() != written


def test_second_thoughts_in_a_file_that_stays_open_are_taken_too(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.path.with_name(".~lock.granskning.xlsx#").write_text("Eva")
    for label, category in (("Brand och eldning", "brand"), ("Övrigt", "ovrigt"), ("Brand och eldning", "brand")):
        desk.edit({(OPEN, "R1", "new_category"): label})
        summary = sync(desk.tools)
        assert (desk.get(1).effective.category, summary.tally.conflicts) == (category, 0)


def test_two_people_who_change_the_same_cell_are_both_told_and_the_newest_holds(desk: Any, tmp_path: Path) -> None:
    desk.add()
    export(desk.tools)
    old = tmp_path / "gammal.xlsx"
    old.write_bytes(desk.path.read_bytes())
    desk.edit({(OPEN, "R1", "new_category"): "Övrigt"}, by="Bo", path=old)
    early = datetime.now(UTC) - timedelta(seconds=1)
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning"}, by="Eva")
    sync(desk.tools)
    late = tmp_path / "sen.xlsx"
    late.write_bytes(old.read_bytes())
    desk.edit({(OPEN, "R1", "new_urgency"): "Hög"}, by="Bo", path=late)
    assert early < datetime.now(UTC)
    summary = import_file(desk.tools, late)
    again = desk.get(1).effective
    assert (again.category, again.urgency, summary.tally.conflicts) == ("ovrigt", "hog", 1)
    sync(desk.tools)
    message = str(desk.cell(OPEN, "R1", "message"))
    assert "Övrigt (Bo) gäller" in message
    assert "Brand och eldning (Eva) finns kvar" in message


def test_an_old_file_sent_again_does_not_undo_newer_work(desk: Any, tmp_path: Path) -> None:
    stored = desk.add()
    export(desk.tools)
    old = tmp_path / "gammal.xlsx"
    old.write_bytes(desk.path.read_bytes())
    desk.edit({(OPEN, "R1", "new_category"): "Övrigt"}, by="Bo", path=old)
    with desk.store.transaction() as session:
        later = datetime.now(UTC) + timedelta(hours=1)
        reports.correct(session, Correction(stored.id, "category", "klotter", "brand", "Eva", later))
    summary = import_file(desk.tools, old)
    assert (desk.get(1).effective.category, summary.tally.conflicts) == ("brand", 1)
    assert any("Övrigt (Bo) finns kvar i historiken" in line for line in summary.lines())


def test_a_row_that_the_rules_changed_meanwhile_keeps_both_and_the_person_wins(desk: Any, make_assessment: Any) -> None:
    stored = desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Övrigt", (OPEN, "R1", "new_locality"): "Skene"})
    with desk.store.transaction() as session:
        reports.reassess(session, stored.id, make_assessment("brand"))
    summary = sync(desk.tools)
    again = desk.get(stored.id).effective
    assert (again.category, again.place.locality, summary.tally.conflicts) == ("ovrigt", "Skene", 1)
    message = str(desk.cell(OPEN, "R1", "message"))
    assert message == (
        "Kategori: reglerna hade under tiden ändrat till Brand och eldning. Din ändring till Övrigt gäller."
    )


def test_a_lost_column_is_named_and_the_rest_is_read(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_locality"): "Skene"})
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    headers = [c.value for c in sheet[2]]
    sheet.delete_cols(headers.index("✎ Rätt kategori") + 1)
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert summary.missing == ("Kolumnen ”Rätt kategori” saknas i bladet ”Att granska”; inget lästes ur den.",)
    assert desk.get(1).effective.place.locality == "Skene"
    assert desk.cell(OPEN, "R1", "new_category") is None  # the column is back
    assert desk.cell(OPEN, "R1", "message") == summary.missing[0]


def test_nothing_is_written_when_nothing_has_changed(desk: Any) -> None:
    desk.add()
    assert export(desk.tools).written
    stamp = desk.path.stat().st_mtime_ns
    assert not export(desk.tools).written
    assert desk.path.stat().st_mtime_ns == stamp


def test_a_damaged_file_is_left_alone(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.path.write_bytes(desk.path.read_bytes()[:3000])
    damaged = desk.path.read_bytes()
    with pytest.raises(ReviewError, match="skadad eller bara delvis sparad"):
        export(desk.tools)
    assert desk.path.read_bytes() == damaged


def test_what_was_applied_lies_in_the_archive(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_category"): "Övrigt"})
    edited = desk.path.read_bytes()
    sync(desk.tools)
    kept = list((desk.path.parent / "granskning" / "arkiv").iterdir())
    assert [f.read_bytes() for f in kept] == [edited]


def test_a_row_entered_by_hand_becomes_a_report_once_with_its_corrections(desk: Any) -> None:
    export(desk.tools)
    texts = {"text": "=ringde om eld bakom skolan", "new_category": "Brand och eldning", "date": "2026-11-19 kl 14"}
    desk.edit({("Lägg till", "N", name): value for name, value in texts.items()})
    copy = desk.path.with_name("kopia.xlsx")
    copy.write_bytes(desk.path.read_bytes())
    sync(desk.tools)
    import_file(desk.tools, copy)
    with desk.store.transaction() as session:
        found = reports.with_status(session, "open")
    assert [(r.report.kind, r.report.text, r.effective.category) for r in found] == [
        ("entered", texts["text"], "brand")
    ]
    assert found[0].report.date == datetime(2026, 11, 19, 13, 0, tzinfo=UTC)


def test_an_unfinished_row_waits_in_the_next_file(desk: Any) -> None:
    export(desk.tools)
    desk.edit({("Lägg till", "N", "new_locality"): "Skene"})
    sync(desk.tools)
    assert desk.cell("Lägg till", "N", "new_locality") == "Skene"
    assert "Skriv vad som har hänt" in str(desk.cell("Lägg till", "N", "message"))
    desk.edit({("Lägg till", "N", "text"): "krossad ruta"})
    sync(desk.tools)
    assert desk.get(1).effective.place.locality == "Skene"
    assert desk.cell("Lägg till", "N", "new_locality") is None
    with desk.store.transaction() as session:
        assert memory.notes(session) == ()
