"""From the rows of a file to what people wrote since it was last read: duplicates joined, known cells left out."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from review.layout import ADD, BY_ID, MEASURES, PROBLEMS
from review.marks import REPORTS, SHOWN, STRAY, WRITTEN, Stray, deleted, emptied, strays
from review.model import ReadFile, ReadRow
from review.values import fold, quote, references

Seen = Mapping[tuple[str, str], str]
# Columns of an added row that make it a report; the rest is corrections to it.
SAID = ("text", "date", "received", "organisation", "reporter")
# How rows are called in the sheets, and how their hidden keys are made of it.
CALLED = (("P", re.compile(r"P-0*([1-9]\d{0,9})")), ("M", re.compile(r"mejl ([1-9]\d{0,9})")))


@dataclass(frozen=True, slots=True)
class Edits:
    """What people wrote.

    Attributes:
        rows: one a key, with the filled cells that are new, and what else the row shows.
        clashes: (key, column, values) of rows that stand twice with different values; not taken.
        seen: every filled cell to correct, to be remembered.
        strays: rows that were moved, or written in where nothing is read.
        deleted: keys of rows that are gone from the file.
    """

    rows: tuple[ReadRow, ...]
    clashes: tuple[tuple[str, str, tuple[str, ...]], ...]
    seen: tuple[tuple[str, str, str], ...]
    strays: tuple[Stray, ...] = ()
    deleted: tuple[str, ...] = ()


def identity(row: ReadRow) -> str:
    """The row's hidden key; without it the reference; for an added row without key a hash of how it begins."""
    if row.key:
        return row.key
    reference = row.values.get("reference", "")
    if named := references(reference):
        return named[0]
    if called := next((f"{sign}{m[1]}" for sign, way in CALLED if (m := way.fullmatch(reference.strip()))), ""):
        return called
    content = "\0".join(f"{name}={row.values.get(name, '')}" for name in ("text", "date", "received", "what", "from"))
    return f"{'B' if row.sheet == MEASURES.id else 'N'}{hashlib.sha256(content.encode()).hexdigest()[:24]}"


def by_own_key(rows: Iterable[ReadRow]) -> Iterator[ReadRow]:
    """The rows with the keys they are known by.

    A row that somebody added below the reports belongs to Lägg till; a copy of a row in Lägg till or Åtgärder, with
    other words in it, is a row of its own.
    """
    taken: dict[str, ReadRow] = {}
    for row in map(_added, rows):
        key = row.key
        if row.sheet in {ADD.id, MEASURES.id}:
            twin = taken.setdefault(key or identity(row), row)
            key = identity(row if filled(twin) == filled(row) else replace(row, key=""))
        yield replace(row, key=key)


def is_copy(row: ReadRow) -> bool:
    """Whether this is a copied or added row of Åtgärder, which has no prepared key."""
    return row.sheet == MEASURES.id and row.key.startswith("B") and "-" not in row.key


def _added(row: ReadRow) -> ReadRow:
    if row.key or row.sheet not in REPORTS or row.values.get("reference"):
        return row
    beside = {f"new_{field}": row.values[name] for name, field in SHOWN.items() if name in row.values}
    return replace(row, sheet=ADD.id, values={**beside, **row.values})


def read_edits(found: ReadFile, rows: Sequence[ReadRow], seen: Sequence[tuple[str, str, str]]) -> Edits:
    """Everything that people did with these rows of a file, against what was seen in it before.

    `rows` are keyed by `by_own_key`; those that are still being typed are left out.
    """
    before = {(key, name): value for key, name, value in seen}
    edits = find_edits((emptied(row, found.lost) for row in rows), before)
    astray = tuple(strays(rows))
    gone = deleted(found.rows, seen, found.sheets)
    there = (cell for cell in seen if cell[1] == WRITTEN and cell[0] not in gone)
    told = ((s.row.key, STRAY, s.token) for s in astray)
    fresh = tuple(s for s in astray if before.get((s.row.key, STRAY)) != s.token)
    return replace(edits, strays=fresh, deleted=gone, seen=(*edits.seen, *there, *told))


def find_edits(rows: Iterable[ReadRow], seen: Seen) -> Edits:
    """What is new in these rows against the cells seen at the last reading."""
    by_key: dict[str, list[ReadRow]] = {}
    for row in rows:
        if row.key or row.values.get("reference") or row.sheet in {ADD.id, MEASURES.id}:
            by_key.setdefault(identity(row), []).append(row)
    joined = [_join(key, twins) for key, twins in by_key.items()]
    fresh = (_fresh(row, seen) for row, _ in joined)
    return Edits(
        rows=tuple(row for row in fresh if row is not None),
        clashes=tuple(clash for _, clashes in joined for clash in clashes),
        seen=tuple((row.key, name, value) for row, _ in joined for name, value in filled(row).items()),
    )


def filled(row: ReadRow) -> dict[str, str]:
    """The cells of a row that people write in."""
    sheet = BY_ID[row.sheet]
    return {c.id: row.values[c.id] for c in sheet.editable if c.id in row.values}


def _join(key: str, twins: Sequence[ReadRow]) -> tuple[ReadRow, list[tuple[str, str, tuple[str, ...]]]]:
    """Rows that stand twice become one; cells in which they differ are taken out and told of."""
    values = dict(twins[0].values)
    clashes = []
    for name in {name for row in twins for name in filled(row)}:
        found = tuple(dict.fromkeys(v for row in twins if (v := row.values.get(name))))
        values[name] = found[0]
        if len({fold(v) for v in found}) > 1:
            del values[name]
            clashes.append((key, name, found))
    return replace(twins[0], key=key, values=values), clashes


def _fresh(row: ReadRow, seen: Seen) -> ReadRow | None:
    """The row with only its new cells filled; None where nothing is new."""
    cells = filled(row)
    known = {name for name, value in cells.items() if seen.get((row.key, name)) == value}
    if row.sheet == MEASURES.id:  # every cell may be cleared: the row's version tells whether anything is new
        return row if cells or row.key.startswith("A") else None
    if row.sheet in {ADD.id, PROBLEMS.id}:  # looked at as a whole
        return row if set(cells) - known else None
    left = {name: value for name, value in row.values.items() if name not in known}
    return replace(row, values=left) if set(cells) - known else None


def change_number(row: ReadRow) -> int:
    """The number of the latest change by a person when the row was written; 0 where the version is lost."""
    _, number, *_ = (*row.version.split("."), "")
    return int(number) if number.isdecimal() and len(number) < 18 else 0


def content_hash(row: ReadRow) -> str:
    """What an added row says, for telling a changed one from the same again."""
    said = "\0".join(f"{name}={row.values.get(name, '')}" for name in SAID)
    return hashlib.sha256(said.encode()).hexdigest()


def clash_sentence(values: Iterable[str]) -> str:
    """For a row that stands twice with different values."""
    told = ", ".join(map(quote, values))
    return f"Raden står två gånger med olika värden ({told}). Inget av dem togs: fyll i det rätta."


def drafts(seen: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Added rows that are not reports yet, by key: they are written again, so that nothing typed is lost."""
    found: dict[str, dict[str, str]] = {}
    for key, name, value in seen:
        found.setdefault(key, {})[name] = value
    yield from found.items()
