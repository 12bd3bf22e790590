"""Writes the review file as .csv for those without Excel: semicolons, UTF-8 with BOM, same columns and keys."""

import csv
import io
from datetime import datetime

from review.cells import to_csv
from review.layout import ADD, BY_ID, CSV, Column
from review.marks import REPORTS
from review.model import Cell, Row
from review.workbook import Book


def write_text(book: Book) -> bytes:
    """The file's bytes; empty rows are left out, since a new line is enough to add a report."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([column.header for column in CSV.columns])
    for page in book.pages:
        if page.sheet in {*REPORTS, ADD.id}:
            title = BY_ID[page.sheet].title
            writer.writerows([_text(column, row, title) for column in CSV.columns] for row in page.rows if row.cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", errors="replace")


def _text(column: Column, row: Row, title: str) -> str:
    own: dict[str, Cell] = {"sheet": title, "key": row.key, "version": row.version}
    if column.id == "received" and "date" in row.cells:  # an added row that could not be taken yet
        own["received"] = row.cells["date"]
    value = own.get(column.id) or row.cells.get(column.id)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return to_csv(str(value)) if value is not None else ""
