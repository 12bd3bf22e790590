"""Reads a review file, whatever was done to it. Runs in a process of its own (`review.file.read`), which can be killed.

`python -m review.reader FILE` prints one JSON object: the file as found, or `{"error": sentence}`.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from review.cells import from_csv, from_xlsx
from review.layout import ADD, BY_ID, CSV, MEASURES, OWN_NAME, SHEETS, Sheet
from review.marks import REPORTS
from review.model import ReadFile, ReadRow, ReviewError
from review.package import AS_TEXT, MAX_PACKED, inspect, refuse_unfit
from review.values import fold

# The sheets hold at most some 5,000 rows and 30 columns; a cell far outside is a trap or a slip.
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_SHEETS = 30
# The header stands in the first lines even where somebody put a title above it.
HEADER_WITHIN = 12
# No spreadsheet program writes a longer cell: Excel ends at 32,767 characters, LibreOffice at twice that.
MAX_READ = 100_000
# Fewer known headers than this are a coincidence.
MIN_HEADERS = 4
# Processor time and memory that reading one file may take; a proper one of 5,000 rows takes half of it and a tenth.
CPU_SECONDS = 4
MEMORY_BYTES = 1_500_000_000
# A file made by us is created and changed in the same moment, give or take the rounding to seconds.
WRITING = timedelta(seconds=2)

Line = Sequence[object]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet's lines as they lie in the file; `title` is empty for a .csv."""

    title: str
    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a sheet's columns were found: column id → position, and the number of the line they stand in."""

    sheet: Sheet
    columns: Mapping[str, int]
    line: int


def read_file(path: Path) -> ReadFile:
    """The rows of a .xlsx or .csv review file.

    Raises:
        ReviewError: it is none, is damaged, or holds what a review file never holds.
    """
    refuse_unfit(path)
    return _read_csv(path) if path.suffix.lower() in AS_TEXT else _read_xlsx(path)


def _read_xlsx(path: Path) -> ReadFile:
    import openpyxl
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        msg = "Paketet defusedxml saknas; utan det läses inga filer."
        raise ReviewError(msg)
    try:
        inspect(path)
        workbook = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        grids = [_grid(ws) for ws in workbook.worksheets[:MAX_SHEETS]]
        return _assemble(grids, *_saved(workbook.properties))
    except ReviewError:
        raise
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        why = type(error).__name__
        msg = f"{path.name} är skadad eller bara delvis sparad. Öppna den, spara om den och försök igen ({why})."
        raise ReviewError(msg) from error


def _saved(properties: Any) -> tuple[str, datetime | None]:  # noqa: ANN401 - openpyxl's DocumentProperties
    """Who saved it and when; programs that know no user leave our name and change the time alone."""
    by, created, modified = str(properties.lastModifiedBy or ""), properties.created, properties.modified
    ours = by == OWN_NAME
    untouched = ours and created is not None and modified is not None and modified - created < WRITING
    return ("" if ours else by), (None if untouched else modified)


def _grid(ws: Any) -> Grid:  # noqa: ANN401 - a read-only worksheet
    # A false size in the file must not decide how far we read.
    ws.reset_dimensions()
    lines = ws.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
    return Grid(str(ws.title), ([from_xlsx(c) if isinstance(c, str) else c for c in line] for line in lines))


def _read_csv(path: Path) -> ReadFile:
    data = path.read_bytes()
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        msg = f"{path.name} är ingen textfil."
        raise ReviewError(msg)
    text = _decode(data)
    csv.field_size_limit(MAX_PACKED)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        lines = list(islice(rows, MAX_ROWS + 1))
    except csv.Error as error:
        msg = f"{path.name}: citattecknen går inte ihop på rad {rows.line_num}. Rätta raden och spara; inget har lästs."
        raise ReviewError(msg) from error
    return _assemble([Grid("", lines)])


def _decode(data: bytes) -> str:
    """UTF-8 as we write it, UTF-16 as Excel's "Unicode text", else the Windows code page of old Excel."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(";\t,", key=first.count)


def _assemble(grids: Sequence[Grid], modified_by: str = "", modified_at: datetime | None = None) -> ReadFile:
    rows: list[ReadRow] = []
    missing: list[str] = []
    lost: list[tuple[str, str]] = []
    seen: set[str] = set()
    for grid in grids:
        lines = enumerate(grid.lines, start=1)
        head = _find_head(grid.title, list(islice(lines, HEADER_WITHIN)), lines)
        if head is None:
            continue
        found, rest = head
        seen.add(found.sheet.id)
        missing += _missing_columns(found)
        lost += [(found.sheet.id, c.id) for c in found.sheet.editable if c.id not in found.columns]
        rows += _rows(found, rest)
    if not seen:
        msg = (
            "Filen har inget blad med granskningsfilens kolumner. Öppna rätt fil, eller skriv en ny med review export."
        )
        raise ReviewError(msg)
    if grids[0].title:
        missing += [f"Bladet ”{s.title}” saknas; inget lästes ur det." for s in SHEETS if s.id not in seen]
    dated = modified_at is not None
    sheets = REPORTS if CSV.id in seen else tuple(sorted(seen))
    return ReadFile(tuple(rows), tuple(missing), modified_by, modified_at, tuple(lost), dated, sheets)


def _find_head(
    title: str, top: list[tuple[int, Line]], rest: Iterator[tuple[int, Line]]
) -> tuple[Head, Iterator[tuple[int, Line]]] | None:
    """The hidden line of column ids where it is there, else the header that best fits a sheet."""
    heads = [(index, head) for index, (number, line) in enumerate(top) if (head := _by_ids(line, number))]
    if not heads:
        heads = [(i, head) for i, (n, line) in enumerate(top) if (head := _by_headers(title, line, n))]
    if not heads:
        return None
    index, head = heads[0]
    return head, _chain(top[index + 1 :], rest)


def _chain(top: list[tuple[int, Line]], rest: Iterator[tuple[int, Line]]) -> Iterator[tuple[int, Line]]:
    yield from top
    yield from rest


def _by_ids(line: Line, number: int) -> Head | None:
    marked = {str(cell): position for position, cell in enumerate(line) if cell}
    sheet_id = next((name.partition(":")[2] for name in marked if name.startswith("key:")), "")
    sheet = BY_ID.get(sheet_id)
    if sheet is None:
        return None
    known = {name.partition(":")[0]: position for name, position in marked.items()}
    return Head(sheet, {c.id: known[c.id] for c in sheet.columns if c.id in known}, number)


def _by_headers(title: str, line: Line, number: int) -> Head | None:
    names = {_plain(cell): position for position, cell in reversed(list(enumerate(line))) if isinstance(cell, str)}
    heads = [_fit(sheet, names, number) for sheet in (CSV, *SHEETS)]
    best = max(heads, key=lambda head: (len(head.columns), fold(head.sheet.title) == fold(title)))
    return best if len(best.columns) >= MIN_HEADERS else None


def _plain(cell: str) -> str:
    return fold(cell.replace("✎", " "))


def _fit(sheet: Sheet, names: Mapping[str, int], number: int) -> Head:
    return Head(sheet, {c.id: names[fold(c.header)] for c in sheet.columns if fold(c.header) in names}, number)


def _missing_columns(head: Head) -> Iterator[str]:
    sheet, known = head.sheet, head.columns
    if sheet.id not in {ADD.id, MEASURES.id} and not {"key", "reference"} & set(known):
        yield f"Bladet ”{sheet.title}” har varken kolumnen Nyckel eller Referens; inget lästes ur det."
    for column in sheet.editable:
        if column.id not in known:
            yield f"Kolumnen ”{column.header}” saknas i bladet ”{sheet.title}”; inget lästes ur den."


def _rows(head: Head, lines: Iterable[tuple[int, Line]]) -> Iterator[ReadRow]:
    for number, line in lines:
        if number > MAX_ROWS and any(line):
            msg = f"Bladet ”{head.sheet.title or 'granskning'}” har fler än {MAX_ROWS} rader och läses inte."
            raise ReviewError(msg)
        row = _row(head, number, line)
        if row is not None:
            yield row


def _row(head: Head, number: int, line: Line) -> ReadRow | None:
    # Only our own .csv is guarded against formulas, not one that a spreadsheet saved from a sheet.
    plain = from_csv if head.sheet is CSV else str
    found = {name: plain(text) for name, i in head.columns.items() if i < len(line) and (text := as_text(line[i]))}
    if not found or (number <= head.line + HEADER_WITHIN and _is_header(head.sheet, found)):
        return None
    if max(map(len, found.values())) > MAX_READ:
        msg = f"Rad {number} har en cell med fler än {MAX_READ} tecken; filen läses inte. Korta cellen och spara."
        raise ReviewError(msg)
    key, version = found.pop("key", ""), found.pop("version", "")
    sheet_id = _sheet_of(found.pop("sheet", ""), key, head.sheet)
    if sheet_id == ADD.id and "received" in found:  # a .csv has one column for both
        found["date"] = found.pop("received")
    return ReadRow(sheet_id, number, key.strip(), version.strip(), found)


def _is_header(sheet: Sheet, found: Mapping[str, str]) -> bool:
    """Whether this is the line of headers below the hidden line of ids, or a copy of it."""
    same = sum(_plain(found.get(c.id, "")) == fold(c.header) for c in sheet.columns)
    return same >= MIN_HEADERS


def _sheet_of(title: str, key: str, sheet: Sheet) -> str:
    """The sheet a row belongs to: a .csv names it in the row, and a row without key was added by a person."""
    if sheet is not CSV:
        return sheet.id
    named = next((s.id for s in SHEETS if fold(s.title) == fold(title)), "")
    return named or (SHEETS[0].id if key else ADD.id)


def as_text(value: object) -> str:
    """A cell as text: whole numbers without decimals, times as `2026-11-21 22:00`, nothing for blanks."""
    match value:
        case str():
            return value if value.strip() else ""
        case bool():
            return "Ja" if value else "Nej"
        case datetime():
            return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
        case float() if value.is_integer():
            return str(int(value))
    return "" if value is None else str(value)


def main() -> None:
    """Reads the file named on the command line within its bounds and prints what was found."""
    import contextlib

    with contextlib.suppress(ImportError):  # Windows has no such limits; there the caller's clock alone kills
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        found = read_file(Path(sys.argv[1]))
    except ReviewError as error:
        sys.stdout.write(json.dumps({"error": str(error)}))
        return
    rows = [[r.sheet, r.number, r.key, r.version, dict(r.values)] for r in found.rows]
    at = found.modified_at.isoformat() if found.modified_at else None
    answer = {
        "rows": rows,
        "missing": found.missing,
        "modified_by": found.modified_by,
        "modified_at": at,
        "lost": found.lost,
        "sheets": found.sheets,
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
