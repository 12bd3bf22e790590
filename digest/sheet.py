"""The spreadsheet of a period's events: masked, every cell plain text or a number, never a formula."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from digest import swedish
from digest.happenings import Happening
from digest.labels import Labels
from digest.picture import SituationPicture

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Heading and width in characters.
COLUMNS = (
    ("Händelse", 15), ("Rapporterad", 12), ("Inträffade", 30), ("Kategori", 26), ("Närmare", 24), ("Brådska", 9),
    ("Ort", 14), ("Plats", 24), ("Polisanmält", 13), ("Rapporter", 10), ("Rapportörer", 12), ("Återkommande", 14),
    ("Granskad", 10), ("Sen rapport", 12), ("Utdrag (maskat)", 80), ("Alla rapporter", 32),
)  # fmt: skip
POLICE = {"yes": "ja", "no": "nej", "unknown": "framgår inte"}
# Not allowed in XML 1.0, and openpyxl refuses them.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Value = str | int | date


def make_sheet(picture: SituationPicture, labels: Labels, title: str) -> bytes:
    """The .xlsx file: one sheet, a row an event, newest last; what was reported late comes first."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]  # a new workbook has one worksheet
    sheet.title = f"Händelser {picture.period.code}"
    _head(sheet)
    for line, event in enumerate(picture.events, 2):
        _fill(sheet, line, row(event, labels))
    sheet.freeze_panes, sheet.auto_filter.ref = "B2", sheet.dimensions
    _properties(sheet, title, picture.made_at)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def row(event: Happening, labels: Labels) -> tuple[Value, ...]:
    """The cells of one event, in the order of COLUMNS."""
    return (
        event.reference,
        event.day,
        swedish.occurred(event.occurred) if event.occurred else "",
        labels.category(event.category),
        labels.subcategory(event.category, event.subcategory),
        labels.urgency(event.urgency),
        event.locality or "",
        event.site or "",
        POLICE[event.police_report],
        len(event.references),
        len(event.voices),
        _yes(event.recurring),
        _yes(event.reviewed),
        _yes(event.late),
        event.excerpt,
        ", ".join(event.references),
    )


def _yes(value: bool) -> str:  # noqa: FBT001 - a word for it
    return "ja" if value else "nej"


def _head(sheet: "Worksheet") -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, (heading, width) in enumerate(COLUMNS, 1):
        sheet.cell(1, number, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width


def _fill(sheet: "Worksheet", line: int, values: Sequence[Value]) -> None:
    for number, value in enumerate(values, 1):
        _set(sheet.cell(line, number), value)  # type: ignore[arg-type]  # no merged cells here


def _set(cell: "Cell", value: Value) -> None:
    cell.alignment = _top()
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL.sub("", value)
    # openpyxl takes a text that begins with = for a formula; Excel, one that is edited and begins with + - or @.
    cell.data_type = "s"
    cell.quotePrefix = value[:1] in "=+-@＝" and value != ""


@cache
def _top() -> "Alignment":
    from openpyxl.styles import Alignment

    return Alignment(vertical="top", wrap_text=True)


def _properties(sheet: "Worksheet", title: str, made_at: datetime) -> None:
    book = sheet.parent
    assert book is not None  # noqa: S101 - a sheet made a moment ago lies in its workbook
    book.properties.title, book.properties.creator, book.properties.language = title, "Lägesbild", "sv-SE"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
