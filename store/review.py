"""What the review file needs to remember: its last state, what it must tell, and which rows became reports."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store import rows
from store.problem_schema import EventLinkRow, JudgementRow, MeasureRow
from store.records import Correction, ReviewFileState, ReviewNote
from store.schema import (
    CorrectionRow,
    EnteredMeasureRow,
    EnteredReportRow,
    MailRow,
    ReportRow,
    ReviewFileRow,
    ReviewNoteRow,
)


def file_state(session: Session, path: str) -> ReviewFileState:
    """What is known of one review file; an empty state at first sight."""
    row = session.get(ReviewFileRow, path)
    if row is None:
        return ReviewFileState(path)
    return ReviewFileState(path, row.fingerprint, row.sha256, tuple((k, c, v) for k, c, v in row.seen))


def set_file_state(session: Session, state: ReviewFileState) -> None:
    """Remembers what was last written or read."""
    seen = [list(cell) for cell in state.seen]
    session.merge(ReviewFileRow(path=state.path, fingerprint=state.fingerprint, sha256=state.sha256, seen=seen))


def last_change(session: Session) -> int:
    """The number of the latest change by a person: every later one is newer than a file that carries this number."""
    return session.scalar(select(func.max(CorrectionRow.id))) or 0


def changes_since(session: Session, change: int) -> dict[int, tuple[tuple[int, Correction], ...]]:
    """Changes by people after number `change`, oldest first, by report id, each with its number."""
    found: dict[int, tuple[tuple[int, Correction], ...]] = {}
    query = select(CorrectionRow).where(CorrectionRow.id > change).order_by(CorrectionRow.id)
    for row in session.scalars(query):
        found[row.report_id] = (*found.get(row.report_id, ()), (row.id, rows.to_correction(row)))
    return found


def mark(session: Session) -> str:
    """Something that changes whenever the review file might have to say something new; a few short queries."""
    counted = (
        select(func.count(ReportRow.id), func.sum(ReportRow.revision)),
        select(func.max(CorrectionRow.id)),
        select(MailRow.state, func.count()).group_by(MailRow.state).order_by(MailRow.state),
        select(ReviewNoteRow.key, ReviewNoteRow.field, ReviewNoteRow.at).order_by(ReviewNoteRow.key),
        select(func.max(MeasureRow.id)),
        select(func.max(JudgementRow.id)),
        select(func.count(), func.max(EventLinkRow.report_id)).select_from(EventLinkRow),
    )
    found = [tuple(map(tuple, session.execute(query))) for query in counted]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:24]


def notes(session: Session) -> tuple[ReviewNote, ...]:
    """Everything the next file must tell, oldest first."""
    query = select(ReviewNoteRow).order_by(ReviewNoteRow.at, ReviewNoteRow.key, ReviewNoteRow.field)
    return tuple(ReviewNote(row.key, row.field, row.text, row.at) for row in session.scalars(query))


def add_notes(session: Session, found: Iterable[ReviewNote]) -> None:
    """Adds what must be told; a newer note takes the place of an older one about the same cell."""
    for note in found:
        session.merge(ReviewNoteRow(key=note.key, field=note.field, text=note.text, at=note.at))


def clear_notes(session: Session, cells: Iterable[tuple[str, str]]) -> None:
    """Takes away what has been dealt with, by (key, field); the empty field means every note of the row."""
    for key, field in cells:
        query = delete(ReviewNoteRow).where(ReviewNoteRow.key == key)
        session.execute(query.where(ReviewNoteRow.field == field) if field else query)


def entered(session: Session, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Of rows that staff added: key → (report id, hash of what the row held) for those that are reports already."""
    query = select(EnteredReportRow).where(EnteredReportRow.key.in_(list(keys)))
    return {row.key: (row.report_id, row.content) for row in session.scalars(query)}


def set_entered(session: Session, key: str, report_id: int, content: str) -> None:
    """Remembers that a row has become a report."""
    session.merge(EnteredReportRow(key=key, report_id=report_id, content=content))


def entered_measures(session: Session) -> dict[str, int]:
    """Of rows that staff added to Åtgärder: key → measure id."""
    return {row.key: row.measure_id for row in session.scalars(select(EnteredMeasureRow))}


def set_entered_measure(session: Session, key: str, measure_id: int) -> None:
    """Remembers that a row has become a measure."""
    session.merge(EnteredMeasureRow(key=key, measure_id=measure_id))
