"""Whatever is written in the file, wherever, is taken or told: no cell goes away in silence."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.message import RawMessage
from lagesbild.review import export, import_file, sync
from review.workbook import Book, write_workbook
from store import mails, problems, reports
from store.records import Correction

OPEN, ADD, MEASURES, SORTED_OUT = "Att granska", "Lägg till", "Åtgärder", "Ej rapporter"


def test_an_unfinished_row_survives_other_peoples_saves(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(ADD, "N", "new_locality"): "Skene"})
    sync(desk.tools)
    for text in ("ringde", "ringde igen"):
        desk.edit({(OPEN, "R1", "comment"): text})
        sync(desk.tools)
        assert desk.cell(ADD, "N", "new_locality") == "Skene"
        assert "Skriv vad som har hänt" in str(desk.cell(ADD, "N", "message"))


def test_a_refused_value_stays_in_its_cell_until_it_is_mended(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    long = "mycket text " * 400
    desk.edit({(OPEN, "R1", "new_category"): "Kloter", (OPEN, "R1", "comment"): long})
    sync(desk.tools)
    assert desk.cell(OPEN, "R1", "new_category") == "Kloter"
    assert desk.cell(OPEN, "R1", "comment") == long
    desk.edit({(OPEN, "R1", "new_locality"): "Skene"})
    sync(desk.tools)
    assert desk.cell(OPEN, "R1", "new_category") == "Kloter"
    desk.edit({(OPEN, "R1", "new_category"): "Brand och eldning", (OPEN, "R1", "comment"): "kort"})
    sync(desk.tools)
    assert desk.cell(OPEN, "R1", "new_category") is None
    assert desk.cell(OPEN, "R1", "message") is None
    assert desk.get(1).effective.category == "brand"


@pytest.mark.parametrize(("column", "value"), [("same_as", "den från i går"), ("not_same", "Ja"), ("not_same", "Bo")])
def test_a_link_that_names_no_report_is_told(desk: Any, column: str, value: str) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", column): value})
    assert sync(desk.tools).tally.refused == 1
    assert value in str(desk.cell(OPEN, "R1", "message"))


def test_an_unreadable_time_of_an_added_row_is_told(desk: Any) -> None:
    export(desk.tools)
    desk.edit({(ADD, "N", "text"): "krossad ruta", (ADD, "N", "date"): "i förrgår"})
    summary = sync(desk.tools)
    assert desk.get(1).report.text == "krossad ruta"
    assert any("i förrgår" in line for line in summary.lines())
    assert "i förrgår" in str(desk.cell(OPEN, "R1", "message"))


def test_a_copied_row_with_another_text_is_a_report_of_its_own(desk: Any) -> None:
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[ADD]
    ids = [str(c.value).partition(":")[0] for c in sheet[1]]
    for line, text in ((3, "krossad ruta"), (4, "klotter på muren")):
        sheet.cell(line, ids.index("text") + 1).value = text
        sheet.cell(line, ids.index("key") + 1).value = sheet.cell(3, ids.index("key") + 1).value
    workbook.save(desk.path)
    sync(desk.tools)
    sync(desk.tools)
    with desk.store.transaction() as session:
        found = reports.with_status(session, "open")
    assert {r.report.text for r in found} == {"krossad ruta", "klotter på muren"}


def test_what_was_written_where_nothing_is_read_is_told(desk: Any) -> None:
    desk.add()
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "category"): "Brand och eldning"})
    summary = sync(desk.tools)
    assert desk.get(1).effective.category == "klotter"
    assert any("Rätt kategori" in line for line in summary.lines())
    assert "Brand och eldning" in str(desk.cell(OPEN, "R1", "message"))


def test_a_deleted_row_comes_back_and_says_so(desk: Any) -> None:
    desk.add()
    desk.add()
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    sheet.delete_rows(3)
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert any("togs bort" in line for line in summary.lines())
    assert sorted(desk.get(n).status for n in (1, 2)) == ["open", "open"]


def test_a_row_moved_to_another_sheet_is_read_and_told(desk: Any, sheet_keys: Any) -> None:
    desk.add()
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_locality"): "Skene"})
    workbook = openpyxl.load_workbook(desk.path)
    source: Any = workbook[OPEN]
    target: Any = workbook["Granskade"]
    ids = [str(c.value).partition(":")[0] for c in source[1]]
    line = next(n for n in (3, 4) if source.cell(n, ids.index("key") + 1).value == "R1")
    there = [str(c.value).partition(":")[0] for c in target[1]]
    for name in there:
        if name in ids:
            target.cell(3, there.index(name) + 1).value = source.cell(line, ids.index(name) + 1).value
    source.delete_rows(line)
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert desk.get(1).effective.place.locality == "Skene"
    assert sheet_keys(desk.path, OPEN) != []
    assert any("flyttats" in told for told in summary.lines())


def test_a_comment_on_a_mail_goes_with_the_report_it_becomes(desk: Any) -> None:
    when = desk.add().received_at
    with desk.store.transaction() as session:
        for uid in (1, 2):
            taken = mails.take(session, RawMessage("k", "INBOX", 1, uid, when, b"Subject: x\r\n\r\nhej", 20))
            if taken:
                mails.settle(session, taken.id, "no_report", "thanks")
    export(desk.tools)
    desk.edit({(SORTED_OUT, "M1", "comment"): "viktig", (SORTED_OUT, "M1", "make_report"): "Ja"})
    sync(desk.tools)
    assert desk.get(2).comment == "viktig"


def test_an_old_csv_sent_again_does_not_undo_newer_work(desk: Any, tmp_path: Path) -> None:
    stored = desk.add()
    twin = replace(desk.tools, path=desk.path.with_suffix(".csv"))
    export(twin)
    lines = list(csv.reader(io.StringIO(twin.path.read_text(encoding="utf-8-sig")), delimiter=";"))
    lines[1][lines[0].index("Rätt kategori")] = "Övrigt"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(lines)
    first, again = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(out.getvalue(), encoding="utf-8-sig")
    import_file(twin, first)
    assert desk.get(1).effective.category == "ovrigt"
    with desk.store.transaction() as session:
        reports.correct(session, Correction(stored.id, "category", "ovrigt", "brand", "Eva", datetime.now(UTC)))
    again.write_bytes(first.read_bytes())
    summary = import_file(twin, again)
    assert desk.get(1).effective.category == "brand"
    assert summary.tally.conflicts == 1


def test_a_comment_is_taken_away_by_emptying_its_cell_and_not_by_losing_its_column(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "comment"): "ringde upp", (OPEN, "R1", "new_masked_text"): "En ruta krossades."})
    sync(desk.tools)
    assert desk.cell(OPEN, "R1", "new_masked_text") == "En ruta krossades."
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    sheet.delete_cols([c.value for c in sheet[1]].index("comment") + 1)
    workbook.save(desk.path)
    sync(desk.tools)
    assert desk.get(1).comment == "ringde upp"
    desk.edit({(OPEN, "R1", "comment"): None, (OPEN, "R1", "new_masked_text"): None})
    sync(desk.tools)
    assert (desk.get(1).comment, desk.get(1).effective.masked_text) == ("", "")


def test_what_was_added_below_the_reports_becomes_a_report(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    ids = [str(c.value).partition(":")[0] for c in sheet[1]]
    for name, value in (("text", "krossad ruta"), ("category", "Skadegörelse"), ("new_locality", "Skene")):
        sheet.cell(sheet.max_row + (name == "text"), ids.index(name) + 1).value = value
    workbook.save(desk.path)
    sync(desk.tools)
    again = desk.get(2)
    assert (again.report.text, again.effective.category, again.effective.place.locality) == (
        "krossad ruta", "skadegorelse", "Skene",
    )  # fmt: skip


def test_a_copied_measure_is_a_measure_of_its_own_and_the_first_is_left(desk: Any) -> None:
    export(desk.tools)
    desk.edit({(MEASURES, "B", "what"): "Ny belysning", (MEASURES, "B", "who"): "Teknik"})
    sync(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[MEASURES]
    ids = [str(c.value).partition(":")[0] for c in sheet[1]]
    for column, cell in enumerate(sheet[3], start=1):
        sheet.cell(4, column).value = cell.value
    sheet.cell(4, ids.index("who") + 1).value = "Parkenheten"
    workbook.save(desk.path)
    lock = desk.path.with_name("~$granskning.xlsx")
    lock.write_text("Eva")
    sync(desk.tools)
    with desk.store.transaction() as session:
        assert len(problems.measures(session)) == 1  # still being typed
    lock.unlink()
    for _ in range(2):
        sync(desk.tools)
    with desk.store.transaction() as session:
        assert [(m.id, m.who) for m in problems.measures(session)] == [(1, "Teknik"), (2, "Parkenheten")]


def test_a_stray_row_is_told_of_once_while_the_file_stays_open(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.path.with_name("~$granskning.xlsx").write_text("Eva")
    desk.edit({(OPEN, "R1", "site"): "Torget"})
    assert sync(desk.tools).tally.refused == 1
    desk.edit({(OPEN, "R1", "comment"): "mer"})
    assert sync(desk.tools).tally.refused == 0


def test_a_file_opened_while_the_next_one_is_made_is_not_replaced(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add()
    export(desk.tools)
    before = desk.path.read_bytes()
    desk.add()
    lock = desk.path.with_name(f"~${desk.path.name}")

    def slow(book: Book) -> bytes:
        lock.touch()
        return write_workbook(book)

    monkeypatch.setattr("lagesbild.review.write_workbook", slow)
    summary = sync(desk.tools)
    assert (summary.open_in, summary.written) == (lock.name, False)
    assert desk.path.read_bytes() == before
    lock.unlink()
    monkeypatch.undo()
    assert sync(desk.tools).written
