"""What people have written and could not be taken yet: it stands in the next file where they wrote it."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from lagesbild.corrections import Tally
from review.decide import FIELDS
from review.edits import drafts, filled, identity
from review.model import ReadRow
from store import review as memory
from store.records import ReviewFileState

Cells = dict[str, str]


def keep_drafts(session: Session, name: str, rows: Iterable[ReadRow], tally: Tally, *, own: bool) -> None:
    """Remembers the drafts after one reading.

    `own` says that the rows are of the review file itself, which holds the drafts; a copy from elsewhere only adds to
    them. `name` is that of the memory.
    """
    state = memory.file_state(session, name)
    before = dict(drafts(state.seen))
    there = {identity(row): row for row in rows}
    now = {key: _left_of(key, cells, there.get(key) if own else None, tally) for key, cells in before.items()}
    _forget_emptied(session, before, now, there if own else {})
    for key in tally.unfinished:
        now[key] = filled(there[key])
    for key, column, value in tally.left:
        now[key] = {**now.get(key, {}), column: value}
    cells = tuple((key, column, value) for key, found in now.items() for column, value in found.items())
    memory.set_file_state(session, ReviewFileState(name, seen=cells))


def _left_of(key: str, cells: Cells, row: ReadRow | None, tally: Tally) -> Cells:
    """What is left of a draft: an added row as it reads now, of other rows the cells that nobody has touched."""
    if key in tally.finished or (key, "") in tally.mended:
        return {}
    if row is None:
        still = cells
    elif key[0] == "N":
        return filled(row)
    elif key[0] in "AB":  # every measure is looked at at every reading
        return {}
    else:
        still = {column: value for column, value in cells.items() if row.values.get(column) == value}
    return {column: value for column, value in still.items() if (key, FIELDS.get(column, column)) not in tally.mended}


def _forget_emptied(
    session: Session, before: Mapping[str, Cells], now: Mapping[str, Cells], there: Mapping[str, ReadRow]
) -> None:
    """Where a person took a refused value away again, there is nothing more to tell."""
    for key, cells in before.items():
        if key not in there:
            continue
        gone = [column for column in cells if column not in there[key].values]
        memory.clear_notes(session, [(key, FIELDS.get(column, column)) for column in gone])
        if key[0] in "NABP" and not now[key]:
            memory.clear_notes(session, [(key, "")])
