"""From the rows of a file to what people wrote since it was last read: duplicates joined, known cells left out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from review.layout import ADD, BY_ID, MEASURES
from review.model import ReadRow
from review.values import fold, references

Seen = Mapping[tuple[str, str], str]
# Columns of an added row that make it a report; the rest is corrections to it.
WRITTEN = ("text", "date", "received", "organisation", "reporter")


@dataclass(frozen=True, slots=True)
class Edits:
    """What people wrote.

    Attributes:
        rows: one a key, with the filled cells that are new, and what else the row shows.
        clashes: (key, column, values) of rows that stand twice with different values; not taken.
        seen: every filled cell to correct, to be remembered.
    """

    rows: tuple[ReadRow, ...]
    clashes: tuple[tuple[str, str, tuple[str, ...]], ...]
    seen: tuple[tuple[str, str, str], ...]


def identity(row: ReadRow) -> str:
    """The row's hidden key; without it the reference; for an added row without key a hash of how it begins."""
    if row.key:
        return row.key
    named = references(row.values.get("reference", ""))
    if named:
        return named[0]
    content = "\0".join(f"{name}={row.values.get(name, '')}" for name in ("text", "date", "received", "what", "from"))
    return f"{'B' if row.sheet == MEASURES.id else 'N'}{hashlib.sha256(content.encode()).hexdigest()[:24]}"


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
        seen=tuple((row.key, name, value) for row, _ in joined for name, value in _filled(row).items()),
    )


def _filled(row: ReadRow) -> dict[str, str]:
    sheet = BY_ID[row.sheet]
    return {c.id: row.values[c.id] for c in sheet.editable if c.id in row.values}


def _join(key: str, twins: Sequence[ReadRow]) -> tuple[ReadRow, list[tuple[str, str, tuple[str, ...]]]]:
    """Rows that stand twice become one; cells in which they differ are taken out and told of."""
    values = dict(twins[0].values)
    clashes = []
    for name in {name for row in twins for name in _filled(row)}:
        found = tuple(dict.fromkeys(v for row in twins if (v := row.values.get(name))))
        values[name] = found[0]
        if len({fold(v) for v in found}) > 1:
            del values[name]
            clashes.append((key, name, found))
    return replace(twins[0], key=key, values=values), clashes


def _fresh(row: ReadRow, seen: Seen) -> ReadRow | None:
    """The row with only its new cells filled; None where nothing is new."""
    filled = _filled(row)
    known = {name for name, value in filled.items() if seen.get((row.key, name)) == value}
    if row.sheet == MEASURES.id:  # every cell may be cleared: the row's version tells whether anything is new
        return row if filled or row.key.startswith("A") else None
    if row.sheet == ADD.id:  # an added row is looked at as a whole
        return row if set(filled) - known else None
    left = {name: value for name, value in row.values.items() if name not in known}
    return replace(row, values=left) if set(filled) - known else None


def change_number(row: ReadRow) -> int:
    """The number of the latest change by a person when the row was written; 0 where the version is lost."""
    _, _, number = row.version.partition(".")
    return int(number) if number.isdecimal() and len(number) < 18 else 0


def content_hash(row: ReadRow) -> str:
    """What an added row says, for telling a changed one from the same again."""
    said = "\0".join(f"{name}={row.values.get(name, '')}" for name in WRITTEN)
    return hashlib.sha256(said.encode()).hexdigest()


def clash_sentence(values: Iterable[str]) -> str:
    """For a row that stands twice with different values."""
    return f"Raden står två gånger med olika värden ({', '.join(values)}). Inget av dem togs: fyll i det rätta."


def drafts(seen: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Added rows that are not reports yet, by key: they are written again, so that nothing typed is lost."""
    found: dict[str, dict[str, str]] = {}
    for key, name, value in seen:
        found.setdefault(key, {})[name] = value
    yield from found.items()
