"""What a row said when it was written, kept in its hidden version. Pure.

By it rows are found that were moved, deleted, or written in where nothing is read.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from review import values
from review.layout import BY_ID, OPEN, REVIEWED, SORTED_OUT
from review.model import Page, ReadRow, Row

# Columns that show what was found → the field that people correct beside it.
SHOWN: Mapping[str, str] = {
    "urgency": "urgency",
    "category": "category",
    "locality": "locality",
    "site": "site",
    "occurred": "occurred",
    "police": "police_report",
}
REPORTS = (OPEN.id, REVIEWED.id, SORTED_OUT.id)
# Columns in which a person's own earlier words stand, ready to be changed or emptied.
OWN_WORDS = ("comment", "new_masked_text")
# The memory of a row that has been written, beside the cells seen in it.
WRITTEN = ""
# The memory of a stray row that has been told of.
STRAY = "~"


@dataclass(frozen=True, slots=True)
class Stray:
    """A row that was moved or written in where nothing is read: `cells` are the columns it shows as found."""

    row: ReadRow
    moved: bool
    overwritten: bool

    @property
    def token(self) -> str:
        """Another one where the row has been moved or written in again."""
        return f"{self.row.sheet}.{_digest(self.row.values)}"


def plain(text: str) -> str:
    """What a cell shows, without the signs of changed and unsure values."""
    return values.fold(text.removeprefix("✎").removesuffix("?"))


def mark(row: Row, sheet: str) -> str:
    """Goes into the version: the sheet, what the row shows as found, and which of a person's own words stand in it."""
    shown = {name: str(row.cells.get(name) or "") for name in SHOWN}
    own = "".join(str(number) for number, name in enumerate(OWN_WORDS) if row.cells.get(name))
    return f"{sheet}.{_digest(shown)}.{own}"


def _digest(shown: Mapping[str, str]) -> str:
    said = "\0".join(_comparable(name, shown.get(name, "")) for name in SHOWN)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _comparable(name: str, text: str) -> str:
    """A spreadsheet may write a day in its own way; everything else comes back as it was."""
    if name != "occurred" or not text:
        return plain(text)
    read = values.when(plain(text))
    return read if isinstance(read, str) else plain(text)


def marked(page: Page) -> Page:
    """The sheet with the mark in every row's version."""
    if page.sheet not in REPORTS:
        return page
    return replace(
        page, rows=tuple(replace(row, version=f"{row.version}.{mark(row, page.sheet)}") for row in page.rows)
    )


def _parts(row: ReadRow) -> tuple[str, str, str]:
    """The sheet, digest and own words of a version; empty where it has none."""
    found = row.version.split(".")
    return (found[2], found[3], found[4]) if len(found) == 5 else ("", "", "")


def emptied(row: ReadRow, lost: Collection[tuple[str, str]]) -> ReadRow:
    """A cell in which a person's own words stood and which is empty now says "none"."""
    _, _, own = _parts(row)
    gone = (name for number, name in enumerate(OWN_WORDS) if str(number) in own and name not in row.values)
    cleared = {name: values.NONE_WORDS[0] for name in gone if (row.sheet, name) not in lost}
    return replace(row, values={**row.values, **cleared}) if cleared else row


def strays(rows: Iterable[ReadRow]) -> Iterator[Stray]:
    """Rows that stand in another sheet than they were written in, or show something else than they did."""
    for row in rows:
        sheet, digest, _ = _parts(row)
        if sheet in BY_ID and row.sheet in REPORTS:
            moved = row.sheet != sheet
            overwritten = not moved and sheet != SORTED_OUT.id and digest != _digest(row.values)
            if moved or overwritten:
                yield Stray(row, moved, overwritten)


def written(pages: Iterable[Page]) -> tuple[tuple[str, str, str], ...]:
    """Every row that stands for something in the store, to be remembered: (key, WRITTEN, sheet)."""
    return tuple((row.key, WRITTEN, page.sheet) for page in pages for row in page.rows if row.key[:1] in "RMAP")


def deleted(rows: Iterable[ReadRow], seen: Iterable[tuple[str, str, str]], sheets: Collection[str]) -> tuple[str, ...]:
    """Keys of rows that were written and are gone, though their sheet is there."""
    found = tuple(rows)
    if any(not row.key and row.values.get("reference") for row in found):
        return ()  # the hidden keys are lost
    there = {row.key for row in found}
    return tuple(key for key, name, sheet in seen if name == WRITTEN and sheet in sheets and key not in there)
