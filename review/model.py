"""What passes through the review room: the choices staff have, rows as written, rows as read. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Cell = str | datetime | int | None
Tone = Literal["plain", "akut", "hog", "normal", "lag", "changed", "unsure", "message", "ok", "fill"]


class ReviewError(Exception):
    """The review file cannot be read or written; the message, in Swedish for staff, names cause and remedy."""


class FileBusy(ReviewError):  # noqa: N818 - not a fault: the file is open elsewhere, try again later
    """The review file is open in another program, or is just being saved."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen, from the rules and places: ids with the labels that people see, in printed order."""

    categories: tuple[tuple[str, str], ...]
    localities: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    urgencies: tuple[tuple[str, str], ...] = (("akut", "Akut"), ("hog", "Hög"), ("normal", "Normal"), ("lag", "Låg"))

    def category(self, found: str) -> str:
        """The label of a category, or its id where the rules no longer have it."""
        return dict(self.categories).get(found, found)

    def urgency(self, found: str) -> str:
        """The label of an urgency."""
        return dict(self.urgencies).get(found, found)


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be written. `key` and `version` go into hidden columns; `tones` colour cells by column id."""

    key: str
    version: str
    cells: Mapping[str, Cell]
    tones: Mapping[str, Tone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to be written: `sheet` is the id of its layout."""

    sheet: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as it was found: `number` is the line a person sees; values are text by column id, empty ones left out.

    `key` may be empty (a row that a person added, or a lost hidden column).
    """

    sheet: str
    number: int
    key: str
    version: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A review file as it was found.

    Attributes:
        rows: every row that holds anything.
        missing: sentences about lost sheets and columns.
        lost: the editable columns that are gone, as (sheet, column).
        modified_by, modified_at: who saved it last and when, as the file says; empty and None where it does not.
        dated: whether the file itself says when it was saved.
        sheets: ids of the sheets that were found.
    """

    rows: tuple[ReadRow, ...]
    missing: tuple[str, ...] = ()
    modified_by: str = ""
    modified_at: datetime | None = None
    lost: tuple[tuple[str, str], ...] = ()
    dated: bool = False
    sheets: tuple[str, ...] = ()
