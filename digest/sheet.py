"""The spreadsheet of a period's events: masked, every cell plain text or a number, never a formula."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from digest import swedish
from digest.happenings import Happening
from digest.labels import Labels
from digest.picture import SituationPicture

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Heading and width in characters.
COLUMNS = (
    ("Händelse", 15), ("Rapporterad", 12), ("Inträffade", 30), ("Kategori", 26), ("Närmare", 24), ("Brådska", 9),
    ("Ort", 14), ("Plats", 24), ("Polisanmält", 13), ("Rapporter", 10), ("Rapportörer", 12), ("Återkommande", 14),
    ("Granskad", 10), ("Sen rapport", 12), ("Utdrag (maskat)", 80), ("Alla rapporter", 32),
)  # fmt: skip
POLICE = {"yes": "ja", "no": "nej", "unknown": "framgår inte"}
FORMULA_STARTS = ("=", "+", "-", "@", "＝")
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
    looks = Looks()
    for line, event in enumerate(picture.events, 2):
        _fill(sheet, line, row(event, labels), looks)
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


def _fill(sheet: "Worksheet", line: int, values: Sequence[Value], looks: "Looks") -> None:
    for number, value in enumerate(values, 1):
        cell: Any = sheet.cell(line, number)  # its style has no type
        cell.value = ILLEGAL.sub("", value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
        cell._style = looks.of(cell, value)  # noqa: SLF001 - one style shared by many cells: each setting costs much


class Looks:
    """Each look of a cell made once, from the first cell that has it."""

    def __init__(self) -> None:
        self._made: dict[tuple[type, bool], Any] = {}

    def of(self, cell: Any, value: Value) -> Any:  # noqa: ANN401 - openpyxl does not type styles
        """The style of a cell that holds this value already (its kind decides the number format)."""
        # Excel takes a text that is edited and begins with one of these for a formula.
        key = type(value), isinstance(value, str) and value.startswith(FORMULA_STARTS)
        if key not in self._made:
            self._made[key] = _dressed(cell, quoted=key[1])
        return self._made[key]


def _dressed(cell: Any, *, quoted: bool) -> Any:  # noqa: ANN401 - as above
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.quotePrefix = quoted
    return cell._style  # noqa: SLF001 - to be shared


def _properties(sheet: "Worksheet", title: str, made_at: datetime) -> None:
    book = sheet.parent
    assert book is not None  # noqa: S101 - a sheet made a moment ago lies in its workbook
    book.properties.title, book.properties.creator, book.properties.language = title, "Lägesbild", "sv-SE"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
