"""Sightings, events and what people decided about events, problems and measures: written, read, never lost."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from store.problem_records import EventDecision, EventLink, Judgement, Measure, Sighting
from store.problem_schema import (
    EventDecisionRow,
    EventLinkRow,
    EventMemberRow,
    JudgementRow,
    MeasureRow,
    ProblemRow,
    SightingRow,
)
from store.records import StoreError
from store.schema import ReportRow

# SQLite and PostgreSQL both take this many parameters in one statement.
CHUNK = 5000
ProblemKey = tuple[str, str, str]
_NAMES = tuple(field.name for field in fields(Sighting))
_COLUMNS = tuple(getattr(SightingRow, name) for name in _NAMES)
_SIGHTINGS = select(*_COLUMNS)
_EVENTS = select(EventMemberRow.report_id, EventMemberRow.event_id)
_LISTS = tuple(_NAMES.index(name) for name in ("also", "words"))


# Sightings


def stale(session: Session, limit: int = CHUNK) -> tuple[int, ...]:
    """Reports whose sighting is missing or older than the report itself, lowest number first."""
    query = (
        select(ReportRow.id)
        .outerjoin(SightingRow, SightingRow.report_id == ReportRow.id)
        .where(or_(SightingRow.report_id.is_(None), SightingRow.revision != ReportRow.revision))
    )
    return tuple(session.scalars(query.order_by(ReportRow.id).limit(limit)))


def put_sightings(session: Session, found: Collection[Sighting]) -> None:
    """Keeps sightings; an earlier one of the same report is replaced."""
    remove_sightings(session, [s.report_id for s in found])
    add_sightings(session, found)


def add_sightings(session: Session, found: Collection[Sighting]) -> None:
    """Keeps sightings of reports that have none."""
    if found:
        session.execute(insert(SightingRow), [{name: getattr(s, name) for name in _NAMES} for s in found])


def remove_sightings(session: Session, report_ids: Sequence[int]) -> None:
    """Forgets the sightings of these reports."""
    for part in _chunks(report_ids):
        session.execute(delete(SightingRow).where(SightingRow.report_id.in_(part)))


def sightings(session: Session, report_ids: Sequence[int] | None = None) -> tuple[Sighting, ...]:
    """The sightings of these reports, or of all, lowest report first."""
    if report_ids is None:
        return _read(session, _SIGHTINGS.order_by(SightingRow.report_id))
    found = [
        sighting
        for part in _chunks(report_ids)
        for sighting in _read(session, _SIGHTINGS.where(SightingRow.report_id.in_(part)))
    ]
    return tuple(sorted(found, key=lambda s: s.report_id))


def around(
    session: Session, blocks: Collection[str], first: datetime, last: datetime, span: timedelta
) -> tuple[Sighting, ...]:
    """Counting sightings of `first` through `last` in these blocks; no blocks means everywhere.

    `span` is the longest time that a sighting may cover: so far back the index is read.
    """
    query = _SIGHTINGS.where(
        SightingRow.start >= first - span, SightingRow.start <= last, SightingRow.end >= first, SightingRow.counts
    )
    if blocks:
        query = query.where(SightingRow.block.in_(blocks))
    return _read(session, query)


def _read(session: Session, query: Select[Any]) -> tuple[Sighting, ...]:
    return tuple(map(_sighting, session.execute(query)))


def _sighting(row: Row[Any]) -> Sighting:
    values = list(row)
    for index in _LISTS:
        values[index] = tuple(values[index])
    return Sighting(*values)


# Events


def events(session: Session, report_ids: Sequence[int] | None = None) -> dict[int, int]:
    """Report → event, of these reports or of all."""
    query = select(EventMemberRow.report_id, EventMemberRow.event_id)
    parts = (
        [query] if report_ids is None else [query.where(EventMemberRow.report_id.in_(p)) for p in _chunks(report_ids)]
    )
    return {report: event for part in parts for report, event in session.execute(part)}


def last_linked(session: Session) -> int:
    """The highest number of a report that is in an event; 0 where none is."""
    return session.scalar(select(func.max(EventMemberRow.report_id))) or 0


def fellows(session: Session, report_ids: Sequence[int]) -> dict[int, int]:
    """Report → event, of everything in the events of these reports."""
    found: dict[int, int] = {}
    for part in _chunks(report_ids):
        theirs = select(EventMemberRow.event_id).where(EventMemberRow.report_id.in_(part))
        rows = session.execute(_EVENTS.where(EventMemberRow.event_id.in_(theirs)))
        found |= {row.report_id: row.event_id for row in rows}
    return found


def put_events(session: Session, report_ids: Sequence[int], found: Mapping[int, int]) -> None:
    """Replaces the events of `report_ids` by what was found; a report not found is in no event."""
    for part in _chunks(report_ids):
        session.execute(delete(EventMemberRow).where(EventMemberRow.report_id.in_(part)))
    add_events(session, found)


def add_events(session: Session, found: Mapping[int, int]) -> None:
    """Puts reports that are in no event into one."""
    if found:
        session.execute(insert(EventMemberRow), [{"report_id": r, "event_id": e} for r, e in found.items()])


def put_links(session: Session, links: Collection[EventLink]) -> None:
    """Keeps links that are not there yet."""
    if links:
        session.execute(insert(EventLinkRow), [asdict(link) for link in links])


def remove_links(session: Session, report_ids: Sequence[int]) -> None:
    """Forgets every link from or to these reports."""
    for part in _chunks(report_ids):
        session.execute(delete(EventLinkRow).where(_touches(EventLinkRow, part)))


def links(session: Session, report_ids: Sequence[int] | None = None) -> tuple[EventLink, ...]:
    """The links from or to these reports, or all, in order of report and other report."""
    queries = [select(EventLinkRow)]
    if report_ids is not None:
        queries = [select(EventLinkRow).where(_touches(EventLinkRow, part)) for part in _chunks(report_ids)]
    found = {(row.report_id, row.other_id): row for query in queries for row in session.scalars(query)}
    return tuple(
        EventLink(row.report_id, row.other_id, row.certainty, row.score, tuple(row.reasons))  # type: ignore[arg-type]  # the column holds only Certainty
        for _, row in sorted(found.items())
    )


def forget_links(session: Session) -> None:
    """Empties sightings, links and events, to make them from scratch; what people decided stays."""
    for table in (EventLinkRow, EventMemberRow, SightingRow):
        session.execute(delete(table))


# What people decided


def decide(session: Session, decision: EventDecision) -> None:
    """Puts a person's word on two reports on record.

    Raises:
        StoreError: both are the same report.
    """
    if decision.report_id == decision.other_id:
        msg = f"Report number {decision.report_id} cannot be compared with itself. Name another report."
        raise StoreError(msg)
    session.add(EventDecisionRow(**asdict(decision)))
    session.flush()


def decisions(session: Session, report_ids: Sequence[int] | None = None) -> tuple[EventDecision, ...]:
    """Every decision on these reports, or all, oldest first: of two on the same pair the later holds."""
    queries = [select(EventDecisionRow)]
    if report_ids is not None:
        queries = [select(EventDecisionRow).where(_touches(EventDecisionRow, part)) for part in _chunks(report_ids)]
    found = {row.id: row for query in queries for row in session.scalars(query)}
    return tuple(
        EventDecision(r.report_id, r.other_id, r.same, r.by, r.at, r.comment) for _, r in sorted(found.items())
    )


def judge(session: Session, judgement: Judgement) -> None:
    """Puts a person's word on a problem on record."""
    session.add(JudgementRow(**asdict(judgement)))
    session.flush()


def judgements(session: Session) -> tuple[Judgement, ...]:
    """Every judgement, oldest first: of two on the same problem the later holds."""
    return tuple(
        Judgement(r.locality, r.place, r.category, r.long_term, r.by, r.at, r.note)
        for r in session.scalars(select(JudgementRow).order_by(JudgementRow.id))
    )


def put_measure(session: Session, measure: Measure) -> Measure:
    """Keeps a new measure (id 0) or a new version of one, and gives it back with its id.

    Raises:
        StoreError: there is no measure with this id.
    """
    if measure.id and not session.scalar(select(MeasureRow.id).where(MeasureRow.measure_id == measure.id).limit(1)):
        msg = f"There is no measure number {measure.id}. Leave the number empty to add a new one."
        raise StoreError(msg)
    values = asdict(measure)
    row = MeasureRow(measure_id=values.pop("id"), from_day=values.pop("from_"), to_day=values.pop("to"), **values)
    session.add(row)
    session.flush()
    row.measure_id = row.measure_id or row.id
    session.flush()
    return replace(measure, id=row.measure_id)


def measures(session: Session) -> tuple[Measure, ...]:
    """Every measure as it last was, in the order in which they were added."""
    latest = select(func.max(MeasureRow.id)).group_by(MeasureRow.measure_id)
    query = select(MeasureRow).where(MeasureRow.id.in_(latest)).order_by(MeasureRow.measure_id)
    return tuple(map(_measure, session.scalars(query)))


def measure_history(session: Session, measure_id: int) -> tuple[Measure, ...]:
    """Every version of one measure, oldest first."""
    query = select(MeasureRow).where(MeasureRow.measure_id == measure_id).order_by(MeasureRow.id)
    return tuple(map(_measure, session.scalars(query)))


def _measure(row: MeasureRow) -> Measure:
    return Measure(
        locality=row.locality,
        place=row.place,
        category=row.category,
        what=row.what,
        who=row.who,
        from_=row.from_day,
        to=row.to_day,
        status=row.status,  # type: ignore[arg-type]  # the column holds only MeasureStatus
        by=row.by,
        at=row.at,
        id=row.measure_id,
    )


def number_problems(session: Session, keys: Iterable[ProblemKey]) -> dict[ProblemKey, int]:
    """The number of each problem, (locality, place, category); a new one gets the next number and keeps it for good."""
    known = {(r.locality, r.place, r.category): r.id for r in session.scalars(select(ProblemRow))}
    for key in dict.fromkeys(keys):
        if key not in known:
            row = ProblemRow(locality=key[0], place=key[1], category=key[2])
            session.add(row)
            session.flush()
            known[key] = row.id
    return known


def _touches(table: type[EventLinkRow | EventDecisionRow], report_ids: Sequence[int]) -> Any:  # noqa: ANN401 - a clause
    return or_(table.report_id.in_(report_ids), table.other_id.in_(report_ids))


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
