"""Whatever people do to the file's shape, every edit is found or somebody is told."""

import copy
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagesbild.review import export, import_file, sync
from review.cells import clean, from_csv, from_xlsx, to_csv, to_xlsx
from review.layout import ADD, BY_ID
from review.model import Choices, Page, Row
from review.reader import read_file
from review.text_file import write_text
from review.workbook import Book, write_workbook
from store import mails, reports
from store.problems import decisions

OPEN = "Att granska"
CELL_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["=1+1", "+46 70", "-5", "@SUMMA(A1)", "\t=x", "\r=x", "'=x", "''", "_x000D_", "_x0041_", "a\r\nb", "#REF!", "TRUE",
     "1e5", "2026-11-21", "å" * 40_000, "😀" * 17_000, " ", "<b>&amp;", "\x01\x0b", "http://ond.example"]
)  # fmt: skip


@given(CELL_TEXT)
def test_a_text_comes_back_from_both_kinds_of_cell_as_it_was(text: str) -> None:
    assert from_xlsx(to_xlsx(text)) == clean(text)
    assert from_csv(to_csv(text)) == clean(text)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({"text": CELL_TEXT, "comment": CELL_TEXT}), max_size=6), st.randoms())
def test_rows_in_any_order_with_any_text_come_back_from_xlsx_as_text(
    tmp_path: Path, rows: list[dict[str, str]], random: Any
) -> None:
    written = [Row(f"R{number}", "1.0", {"reference": "LB", **cells}) for number, cells in enumerate(rows)]
    random.shuffle(written)
    path = tmp_path / "g.xlsx"
    path.write_bytes(write_workbook(Book((Page("open", tuple(written)),), Choices((("a", "A"),)))))
    found = {r.key: r.values for r in read_file(path).rows}
    for row in written:
        for name in ("text", "comment"):
            wanted = clean(str(row.cells[name]))
            assert found[row.key].get(name, "") == (wanted if wanted.strip() else "")
    sheet: Any = openpyxl.load_workbook(path)[OPEN]
    assert "f" not in {c.data_type for line in sheet.iter_rows() for c in line}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({"text": CELL_TEXT, "comment": CELL_TEXT}), max_size=6))
def test_rows_come_back_from_csv_as_they_were(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    written = tuple(Row(f"R{number}", "1.0", {"reference": "LB", **cells}) for number, cells in enumerate(rows))
    path = tmp_path / "g.csv"
    path.write_bytes(write_text(Book((Page("open", written),), Choices(()))))
    found = {r.key: r.values for r in read_file(path).rows}
    for row in written:
        for name in ("text", "comment"):
            wanted = clean(str(row.cells[name]))
            assert found[row.key].get(name, "") == (wanted if wanted.strip() else "")


def test_columns_moved_renamed_and_added_are_still_found(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    ids = [cell.value for cell in sheet[1]]
    move = ids.index("new_category") + 1
    sheet.cell(2, move).value = "Kategori enligt oss"
    sheet.insert_cols(2)
    cells = [sheet.cell(line, move + 1).value for line in range(1, 4)]
    for line, value in enumerate(cells, start=1):
        sheet.cell(line, 2).value = value
        sheet.cell(line, move + 1).value = None
    sheet.cell(3, 2).value = "brand och eldning"
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert (desk.get(1).effective.category, summary.missing) == ("brand", ())


def test_without_the_hidden_line_the_headers_are_enough(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_locality"): "Skene"})
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    sheet.delete_rows(1)
    sheet.insert_rows(1, 3)
    sheet["A1"] = "Utskrivet till mötet"
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert (desk.get(1).effective.place.locality, summary.missing) == ("Skene", ())


def test_a_row_without_its_hidden_key_is_known_by_its_reference(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_locality"): "Skene", (OPEN, "R1", "version"): None})
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    sheet.delete_cols([str(c.value).partition(":")[0] for c in sheet[1]].index("key") + 1)
    workbook.save(desk.path)
    sync(desk.tools)
    assert desk.get(1).effective.place.locality == "Skene"


def test_a_sheet_of_which_only_a_part_was_sorted_is_refused_row_by_row(desk: Any) -> None:
    desk.add()
    desk.add()
    export(desk.tools)
    one, two = desk.cell(OPEN, "R1", "reference"), desk.cell(OPEN, "R2", "reference")
    desk.edit({(OPEN, "R1", "reference"): two, (OPEN, "R2", "reference"): one, (OPEN, "R1", "new_locality"): "Skene"})
    summary = sync(desk.tools)
    assert desk.get(1).effective.place.locality == desk.get(2).effective.place.locality == "Kinna"
    assert any("Nyckel och referens hör till olika rapporter" in line for line in summary.lines())


def test_rows_sorted_deleted_and_doubled_lose_nothing(desk: Any) -> None:
    for _ in range(4):
        desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R3", "new_locality"): "Skene", (OPEN, "R4", "new_locality"): "Örby"})
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)][::-1]  # R1 to R4
    sheet.delete_rows(3, len(lines))
    column = [cell.value for cell in sheet[1]].index("new_locality")
    twin, clash = copy.copy(lines[2]), copy.copy(lines[3])
    clash[column] = "Kinna"
    for line in (clash, lines[3], lines[2], twin, lines[0]):  # R2 is deleted
        sheet.append(line)
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert [desk.get(n).effective.place.locality for n in (2, 3, 4)] == ["Kinna", "Skene", "Kinna"]
    assert summary.tally.conflicts == 1
    assert "två gånger med olika värden" in str(desk.cell(OPEN, "R4", "message"))
    assert desk.cell(OPEN, "R2", "reference") is not None


def test_a_missing_sheet_is_told_and_the_others_are_read(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_locality"): "Skene"})
    workbook = openpyxl.load_workbook(desk.path)
    del workbook["Granskade"]
    workbook[OPEN].title = "Mitt blad"
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert desk.get(1).effective.place.locality == "Skene"
    assert summary.missing == ("Bladet ”Granskade” saknas; inget lästes ur det.",)
    assert "Bladet ”Granskade” saknas" in str(desk.cell(OPEN, "R1", "message"))
    desk.edit({(OPEN, "R1", "comment"): "sett"})
    sync(desk.tools)
    assert desk.cell(OPEN, "R1", "message") is None


def test_merging_and_dividing_become_decisions_about_events(desk: Any) -> None:
    for _ in range(3):
        desk.add()
    export(desk.tools)
    names = {n: str(desk.cell(OPEN, f"R{n}", "reference")) for n in (1, 2, 3)}
    desk.edit({(OPEN, "R1", "same_as"): names[2], (OPEN, "R3", "not_same"): f"{names[1]}, {names[2].lower()}",
               (OPEN, "R2", "same_as"): "LB-2026-99999"})  # fmt: skip
    summary = sync(desk.tools)
    with desk.store.transaction() as session:
        found = {(d.pair, d.same, d.by) for d in decisions(session)}
    assert found == {((1, 2), True, "Eva"), ((1, 3), False, "Eva"), ((2, 3), False, "Eva")}
    assert summary.tally.refused == 1
    assert "LB-2026-99999 finns inte" in str(desk.cell(OPEN, "R2", "message"))


def test_what_was_sorted_out_can_be_turned_into_a_report(desk: Any, make_assessment: Any) -> None:
    from dataclasses import replace

    from ingest.message import RawMessage

    a_question = replace(make_assessment(), not_report="question")
    desk.tools = replace(desk.tools, means=replace(desk.tools.means, assess=lambda _report: a_question))
    desk.add(a_question)
    with desk.store.transaction() as session:
        when = desk.get(1).received_at
        for uid, state in ((1, "no_report"), (2, "quarantined")):
            body = f"Subject: {state}\r\n\r\nfönstret krossat {uid}".encode()
            taken = mails.take(session, RawMessage("k", "INBOX", 1, uid, when, body, len(body)))
            assert taken is not None
            mails.settle(session, taken.id, state, "thanks")  # type: ignore[arg-type]  # the two states above
    export(desk.tools)
    sheet = "Ej rapporter"
    assert desk.cell(sheet, "R1", "why") == "Fråga, ingen händelse"
    assert desk.cell(sheet, "M2", "why") == "Mejlet kunde inte läsas"
    assert "fönstret krossat 1" in str(desk.cell(sheet, "M1", "text"))
    desk.edit({(sheet, key, "make_report"): "Ja" for key in ("R1", "M1", "M2")})
    for _ in range(2):
        sync(desk.tools)
        with desk.store.transaction() as session:
            found = reports.with_status(session, "open")
            assert mails.accounts(session).reported == 2
    # The program still finds a question in each of them: the person's word stands above it.
    assert [(r.assessment.not_report, r.effective.not_report) for r in found] == [("question", None)] * 3
    assert desk.cell(OPEN, "R1", "reference") is not None


def test_a_row_added_to_the_csv_without_a_key_becomes_a_report_once(desk: Any) -> None:
    from dataclasses import replace

    desk.tools = replace(desk.tools, path=desk.path.with_suffix(".csv"))
    desk.add()
    export(desk.tools)
    head = desk.path.read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    cells = {"Vad som skrevs": "krossad ruta", "Rätt ort": "Skene", "Mottaget": "2026-11-19 kl 14"}
    with desk.path.open("a", encoding="utf-8") as out:
        out.write(";".join(cells.get(name, "") for name in head) + "\r\n")
    copied = desk.path.with_name("kopia.csv")
    copied.write_bytes(desk.path.read_bytes())
    sync(desk.tools)
    import_file(desk.tools, copied)
    assert (desk.get(2).report.text, desk.get(2).effective.place.locality) == ("krossad ruta", "Skene")
    with desk.store.transaction() as session:
        assert reports.counts(session)["reports"] == 2


@pytest.mark.parametrize("title", [sheet.title for sheet in (ADD,)])
def test_a_half_written_row_is_left_until_the_file_is_closed(desk: Any, title: str) -> None:
    export(desk.tools)
    lock = desk.path.with_name("~$granskning.xlsx")
    lock.write_text("Eva")
    desk.edit({(title, "N", "text"): "kross"})
    sync(desk.tools)
    with desk.store.transaction() as session:
        assert reports.counts(session)["reports"] == 0
    desk.edit({(title, "N", "text"): "krossad ruta"})
    lock.unlink()
    sync(desk.tools)
    assert desk.get(1).report.text == "krossad ruta"


def test_what_may_be_quoted_is_what_staff_wrote_and_a_re_run_leaves_it(desk: Any, make_assessment: Any) -> None:
    desk.add()
    export(desk.tools)
    desk.edit({(OPEN, "R1", "new_masked_text"): "En ruta krossades vid hållplatsen."})
    sync(desk.tools)
    with desk.store.transaction() as session:
        reports.reassess(session, 1, make_assessment("brand"))
    assert desk.get(1).effective.masked_text == "En ruta krossades vid hållplatsen."
    assert desk.get(1).assessment.masked_text != desk.get(1).effective.masked_text


def test_an_empty_cell_to_fill_is_open_and_holds_text_though_it_is_not_in_the_file(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[OPEN]
    look = {str(cell.value): sheet.column_dimensions[cell.column_letter] for cell in sheet[1]}
    assert sheet.protection.sheet
    for column in BY_ID["open"].columns:
        named = next(name for name in look if name.partition(":")[0] == column.id)
        assert look[named].protection.locked is not column.edit
        assert (look[named].number_format == "@") is column.edit
    assert not any(cell.has_style for line in sheet.iter_rows(min_row=3) for cell in line if cell.value is None
                   and BY_ID["open"].columns[cell.column - 1].edit)  # fmt: skip
