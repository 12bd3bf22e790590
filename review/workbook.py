"""Writes the review file as .xlsx: readable, printable, protected where people have nothing to write."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from review.cells import FORMULA_STARTS, to_xlsx
from review.layout import BY_ID, HELP_TITLE, KEY, LISTS_TITLE, OWN_NAME, Column, Sheet
from review.model import Cell, Choices, Page, Row, Tone
from store.problem_records import MEASURE_STATUSES

FONT = "Calibri"
# The hidden line of column ids, then the header that people read.
ID_LINE, HEAD_LINE = 1, 2
# Drop-downs reach this far below the last row, for rows that people add.
SPARE_ROWS = 200
LINE_POINTS = 15.0
# A higher row would fill the screen; Excel's own limit is 409 points.
MAX_LINES = 16
FILLS: Mapping[Tone, str] = {
    "akut": "F8CBC6",
    "hog": "FCE4C4",
    "normal": "EEF3E2",
    "lag": "EDEFF2",
    "changed": "DCE9F7",
    "unsure": "FFF6CC",
    "message": "FBE3EE",
    "ok": "E3F1E1",
    "fill": "FFFFFF",
}
HEAD_FILL, EDIT_HEAD_FILL, LOCKED_FILL = "1F3A4D", "2E6B4F", "F7F8F9"
GRID = Side(style="thin", color="D5DAE0")


@dataclass(frozen=True, slots=True)
class Book:
    """What goes into one file: its sheets, the lists to choose from, and the lines of the help sheet."""

    pages: tuple[Page, ...]
    choices: Choices
    help_lines: tuple[tuple[str, str], ...] = ()

    def fingerprint(self) -> str:
        """Hash of what people see; versions and the keys of empty rows change without anything to see."""
        seen = [(page.sheet, [(row.cells, row.tones) for row in page.rows]) for page in self.pages]
        return hashlib.sha256(repr((seen, self.choices, self.help_lines)).encode()).hexdigest()


def lists(choices: Choices) -> dict[str, tuple[str, ...]]:
    """The hidden lists that the drop-downs offer."""
    return {
        "category": tuple(label for _, label in choices.categories),
        "urgency": tuple(label for _, label in choices.urgencies),
        "locality": (*choices.localities, "ingen"),
        "site": choices.sites,
        "yes": ("Ja",),
        "yes_no": ("Ja", "Nej"),
        "police": ("Ja", "Nej", "Okänt"),
        "verdict": ("Ja", "Ej rapport", "Öppna igen"),
        "measure": MEASURE_STATUSES,
    }


def write_workbook(book: Book) -> bytes:
    """The file's bytes."""
    workbook = Workbook(write_only=True)
    workbook.properties.creator = workbook.properties.lastModifiedBy = OWN_NAME
    for page in book.pages:
        _write_page(workbook, BY_ID[page.sheet], page)
    _write_help(workbook, book.help_lines)
    _write_lists(workbook, lists(book.choices))
    out = BytesIO()
    # openpyxl sets the time of change when it saves: a later one, on reading, is a person's.
    workbook.properties.created = datetime.now(UTC).replace(tzinfo=None)
    workbook.save(out)
    return out.getvalue()


class _Styles:
    """Each look of a cell made once: openpyxl is slow where every cell makes its own."""

    def __init__(self, sheet: Any) -> None:  # noqa: ANN401 - a write-only sheet has no type of its own
        self.sheet = sheet
        self._made: dict[tuple[Tone, bool, bool], Any] = {}

    def cell(self, value: Cell, tone: Tone, *, edit: bool) -> Any:  # noqa: ANN401 - as above
        """A cell of this value and look. Text is always text, whatever it begins with."""
        made: Any = WriteOnlyCell(self.sheet, value=to_xlsx(value) if isinstance(value, str) else value)
        is_time = isinstance(value, datetime)
        made._style = self._style(tone, edit=edit, is_time=is_time)  # noqa: SLF001 - one style array shared by many cells
        if isinstance(value, str) and value:
            made.data_type = "s"
            if value.startswith(FORMULA_STARTS):
                made.quotePrefix = True
        return made

    def _style(self, tone: Tone, *, edit: bool, is_time: bool) -> Any:  # noqa: ANN401 - openpyxl's StyleArray
        key = (tone, edit, is_time)
        if key not in self._made:
            self._made[key] = _dress(WriteOnlyCell(self.sheet), tone, edit=edit, is_time=is_time)._style  # noqa: SLF001
        return self._made[key].__copy__()


def _dress(cell: Any, tone: Tone, *, edit: bool, is_time: bool = False) -> Any:  # noqa: ANN401 - a cell or a column
    fill = FILLS.get(tone, "FFFFFF" if edit else LOCKED_FILL)
    cell.font = Font(name=FONT, size=11, bold=tone in {"akut", "message"}, italic=tone == "unsure")
    cell.fill = PatternFill("solid", fgColor=fill)
    cell.border = Border(left=GRID, right=GRID, top=GRID, bottom=GRID)
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
    cell.protection = Protection(locked=not edit)
    cell.number_format = "yyyy-mm-dd hh:mm" if is_time else "@"
    return cell


def _write_page(workbook: Workbook, sheet: Sheet, page: Page) -> None:
    ws = workbook.create_sheet(sheet.title)
    _set_up(ws, sheet, len(page.rows))
    styles = _Styles(ws)
    ws.append([f"key:{sheet.id}" if c is KEY else c.id for c in sheet.columns])
    ws.append([_head(ws, column) for column in sheet.columns])
    for number, row in enumerate(page.rows, start=HEAD_LINE + 1):
        ws.row_dimensions[number].height = _height(sheet.columns, row)
        ws.append([_cell(styles, column, row) for column in sheet.columns])


def _cell(styles: _Styles, column: Column, row: Row) -> Any:  # noqa: ANN401 - as above
    """A cell, or None for an empty one that people may fill: the column itself dresses it."""
    value = {"key": row.key, "version": row.version}.get(column.id) or row.cells.get(column.id)
    if column.edit and not value and column.id not in row.tones:
        return None
    return styles.cell(value, row.tones.get(column.id, "plain"), edit=column.edit)


def _height(columns: Sequence[Column], row: Row) -> float:
    lines = (_lines(value, c.width) for c in columns if isinstance(value := row.cells.get(c.id), str))
    return LINE_POINTS * min(max(lines, default=1), MAX_LINES) + 5


def _lines(text: str, width: int) -> int:
    """About how many lines a text takes when wrapped; Swedish in this font runs a little narrower than its width."""
    return sum(len(line) // width + 1 for line in text.split("\n", MAX_LINES))


def _head(ws: Any, column: Column) -> Any:  # noqa: ANN401 - as above
    cell = WriteOnlyCell(ws, value=f"✎ {column.header}" if column.edit else column.header)
    cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=EDIT_HEAD_FILL if column.edit else HEAD_FILL)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    cell.border = Border(left=GRID, right=GRID, bottom=GRID)
    return cell


def _set_up(ws: Any, sheet: Sheet, rows: int) -> None:  # noqa: ANN401 - as above
    last = get_column_letter(len(sheet.columns))
    bottom = HEAD_LINE + max(rows, 1)
    for number, column in enumerate(sheet.columns, start=1):
        dimension = ws.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column.width + 2, column.hidden
        if column.edit:  # half of all cells are empty ones to fill: they need not stand in the file
            _dress(dimension, "plain", edit=True)
    # A write-only sheet states no size of its own; without it every reader must walk the sheet twice.
    ws.calculate_dimension = lambda: f"A1:{last}{bottom}"
    ws.row_dimensions[ID_LINE].hidden = True
    ws.row_dimensions[HEAD_LINE].height = 32
    ws.freeze_panes = f"B{HEAD_LINE + 1}"
    ws.auto_filter.ref = f"A{HEAD_LINE}:{last}{bottom}"
    ws.sheet_view.zoomScale = 100
    _protect(ws)
    _print_set_up(ws, sheet, rows)
    for number, column in enumerate(sheet.columns, start=1):
        if column.edit and (column.choices or column.hint):
            ws.data_validations.append(_validation(column, get_column_letter(number), bottom + SPARE_ROWS))


def _validation(column: Column, letter: str, bottom: int) -> DataValidation:
    """A drop-down that advises and does not stop: what is not in the list is answered at the next reading."""
    found = DataValidation(
        type="list" if column.choices else None,
        formula1=f"lista_{column.choices}" if column.choices else None,
        allow_blank=True,
        errorStyle="warning",
        showErrorMessage=column.choices not in {"", "site"},
        errorTitle="Finns inte i listan",
        error="Värdet finns inte i listan och tas inte emot vid inläsningen. Vill du behålla det ändå?",
        showInputMessage=bool(column.hint),
        promptTitle=column.header,
        prompt=column.hint or None,
    )
    found.add(f"{letter}{HEAD_LINE + 1}:{letter}{bottom}")
    return found


def _protect(ws: Any) -> None:  # noqa: ANN401 - as above
    # No password: protection is against slips, and staff may lift it, for example to sort.
    p = ws.protection
    p.sheet = True
    p.autoFilter = p.sort = p.formatColumns = p.formatRows = p.formatCells = False
    p.insertRows = p.selectLockedCells = p.selectUnlockedCells = False


def _print_set_up(ws: Any, sheet: Sheet, rows: int) -> None:  # noqa: ANN401 - as above
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9  # A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_title_rows = f"{HEAD_LINE}:{HEAD_LINE}"
    ws.oddHeader.left.text, ws.oddHeader.right.text = f"Lägesbild – {sheet.title}", "Innehåller personuppgifter"
    ws.oddFooter.center.text = "Sida &P av &N"
    if sheet.printed:
        ws.print_area = f"A{HEAD_LINE}:{get_column_letter(sheet.printed)}{HEAD_LINE + max(rows, 1)}"
    ws.page_margins.left = ws.page_margins.right = 0.4


def _write_help(workbook: Workbook, lines: Iterable[tuple[str, str]]) -> None:
    ws: Any = workbook.create_sheet(HELP_TITLE)
    ws.column_dimensions["A"].width, ws.column_dimensions["B"].width = 32, 104
    ws.page_setup.paperSize, ws.page_setup.fitToHeight, ws.sheet_properties.pageSetUpPr.fitToPage = 9, 0, True
    ws.sheet_view.showGridLines = False
    ws.protection.sheet = True
    for number, (head, text) in enumerate(lines, start=1):
        ws.row_dimensions[number].height = 30 if number == 1 else LINE_POINTS * _lines(text, 100) + 4
        ws.append([_help_cell(ws, head, title=number == 1), _help_cell(ws, text)])


def _help_cell(ws: Any, text: str, *, title: bool | None = None) -> Any:  # noqa: ANN401 - as above
    """A heading where `title` is given (the large one where it is true), else plain text."""
    cell = WriteOnlyCell(ws, value=to_xlsx(text))
    cell.font = Font(name=FONT, size=18 if title else 11, bold=title is not None, color=HEAD_FILL)
    cell.alignment = Alignment(vertical="top", wrap_text=not title)
    return cell


def _write_lists(workbook: Workbook, found: Mapping[str, tuple[str, ...]]) -> None:
    ws = workbook.create_sheet(LISTS_TITLE)
    ws.sheet_state = "hidden"
    ws.append(list(found))
    longest = max(map(len, found.values()))
    for number in range(longest):
        ws.append([names[number] if number < len(names) else None for names in found.values()])
    for number, (name, names) in enumerate(found.items(), start=1):
        letter = get_column_letter(number)
        area = f"{quote_sheetname(LISTS_TITLE)}!${letter}$2:${letter}${max(len(names), 1) + 1}"
        workbook.defined_names[f"lista_{name}"] = DefinedName(f"lista_{name}", attr_text=area)
