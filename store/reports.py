"""Reports with their assessments and corrections: written once, re-assessed freely, corrected for good."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from classify.assessment import Assessment
from ingest.message import Report
from store import rows
from store.records import CORRECTABLE, DECISIONS, Correction, ReportStatus, StoredReport, StoreError
from store.schema import AssessmentRow, CorrectionRow, ReportRow

T = TypeVar("T", AssessmentRow, CorrectionRow)


def add(session: Session, report: Report, assessment: Assessment, mail_id: int | None) -> StoredReport:
    """Stores a new report with what the rules found and gives it its reference."""
    now = datetime.now(UTC)
    row = rows.report_row(report, mail_id=mail_id, received_at=now)
    row.answers = answered(session, report)
    row.reference = f"pending-{now.timestamp()}-{mail_id}-{report.position}"
    session.add(row)
    session.flush()
    row.reference = f"LB-{row.received_at.year}-{row.id:05d}"
    fresh = rows.assessment_row(row.id, assessment, now)
    session.add(fresh)
    session.flush()
    return rows.to_report(row, fresh, {})


def answered(session: Session, report: Report) -> int | None:
    """The first report of the thread that this one answers, by References, In-Reply-To or our reference."""
    if not report.thread:
        return None
    of_thread = ReportRow.message_id.in_(report.thread) | ReportRow.reference.in_(report.thread)
    query = select(ReportRow.id, ReportRow.answers).where(of_thread).order_by(ReportRow.id)
    first = session.execute(query.limit(1)).first()
    return None if first is None else (first.answers or first.id)


def reassess(session: Session, report_id: int, assessment: Assessment) -> None:
    """Replaces what the rules found; corrections stand and stay in force (promise 3)."""
    fresh = rows.assessment_row(report_id, assessment, datetime.now(UTC))
    if rows.to_assessment(session.get_one(AssessmentRow, report_id)) != assessment:
        session.merge(fresh)
        session.get_one(ReportRow, report_id).revision += 1


def rewrite(session: Session, report_id: int, report: Report, assessment: Assessment) -> None:
    """Replaces what a report entered by hand says: its author wrote on."""
    row = session.get_one(ReportRow, report_id)
    row.text, row.date, row.organisation = report.text, report.date, report.organisation
    row.reporter_name, row.revision = report.reporter.name, row.revision + 1
    session.merge(rows.assessment_row(report_id, assessment, datetime.now(UTC)))
    session.flush()


def correct(session: Session, correction: Correction) -> None:
    """Puts a person's word on record.

    Raises:
        StoreError: the field is none that people may correct.
    """
    if correction.field not in CORRECTABLE:
        msg = f"{correction.field} cannot be corrected. Correctable: {', '.join(CORRECTABLE)}."
        raise StoreError(msg)
    _keep(session, correction)


def decide(session: Session, correction: Correction) -> None:
    """Opens, approves, dismisses or comments a report by a person's word, and keeps who, when, old and new.

    Raises:
        StoreError: the field is neither `status` nor `comment`.
    """
    if correction.field not in DECISIONS:
        msg = f"{correction.field} is no decision. Decisions: {', '.join(DECISIONS)}."
        raise StoreError(msg)
    setattr(session.get_one(ReportRow, correction.report_id), correction.field, correction.new)
    _keep(session, correction)


def _keep(session: Session, c: Correction) -> None:
    session.add(
        CorrectionRow(report_id=c.report_id, field=c.field, old=c.old, new=c.new, by=c.by, at=c.at, comment=c.comment)
    )
    session.get_one(ReportRow, c.report_id).revision += 1


def set_status(session: Session, report_id: int, status: ReportStatus, comment: str | None = None) -> None:
    """Opens, approves or dismisses a report."""
    row = session.get_one(ReportRow, report_id)
    row.status, row.revision = status, row.revision + 1
    if comment is not None:
        row.comment = comment


def get(session: Session, report_id: int) -> StoredReport:
    """One report.

    Raises:
        StoreError: there is none with this number.
    """
    found = _load(session, select(ReportRow).where(ReportRow.id == report_id))
    if not found:
        msg = f"There is no report number {report_id}."
        raise StoreError(msg)
    return found[0]


def by_reference(session: Session, reference: str) -> StoredReport | None:
    """The report that staff call by this reference."""
    found = _load(session, select(ReportRow).where(ReportRow.reference == reference))
    return found[0] if found else None


def between(session: Session, start: datetime, end: datetime) -> tuple[StoredReport, ...]:
    """Reports received (by the report's own date) from start up to, not including, end; oldest first."""
    query = (
        select(ReportRow).where(ReportRow.date >= start, ReportRow.date < end).order_by(ReportRow.date, ReportRow.id)
    )
    return _load(session, query)


def first_date(session: Session) -> datetime | None:
    """When the earliest report is dated: the register says nothing of the time before."""
    return session.scalar(select(func.min(ReportRow.date)))


def received_since(session: Session, since: datetime) -> tuple[StoredReport, ...]:
    """Reports put on the books since then, oldest first."""
    return _load(session, select(ReportRow).where(ReportRow.received_at >= since).order_by(ReportRow.id))


def with_status(session: Session, status: ReportStatus, limit: int = 5000) -> tuple[StoredReport, ...]:
    """Reports in one status, newest first."""
    return _load(
        session, select(ReportRow).where(ReportRow.status == status).order_by(ReportRow.id.desc()).limit(limit)
    )


def everything(session: Session, after_id: int = 0, limit: int = 1000) -> tuple[StoredReport, ...]:
    """Reports in order of their number, page by page: pass the last id to go on."""
    return _load(session, select(ReportRow).where(ReportRow.id > after_id).order_by(ReportRow.id).limit(limit))


def some(session: Session, ids: Sequence[int]) -> tuple[StoredReport, ...]:
    """These reports, lowest number first."""
    return _load(session, select(ReportRow).where(ReportRow.id.in_(ids)).order_by(ReportRow.id))


def of_mail(session: Session, mail_id: int) -> tuple[StoredReport, ...]:
    """The reports that one mail gave."""
    return _load(session, select(ReportRow).where(ReportRow.mail_id == mail_id).order_by(ReportRow.position))


def history(session: Session, report_id: int) -> tuple[Correction, ...]:
    """Every change by a person to one report, oldest first."""
    query = select(CorrectionRow).where(CorrectionRow.report_id == report_id).order_by(CorrectionRow.id)
    return tuple(map(rows.to_correction, session.scalars(query)))


def approvals(session: Session, report_ids: Sequence[int]) -> dict[int, Correction]:
    """The latest decision on the status of each of these reports: who approved or sorted out, and when."""
    found: dict[int, Correction] = {}
    for row in sorted(_in_chunks(session, CorrectionRow, report_ids), key=lambda c: c.id):
        if row.field == "status":
            found[row.report_id] = rows.to_correction(row)
    return found


def counts(session: Session) -> dict[str, int]:
    """How many reports there are in all, how many await review, how many people have corrected."""
    total = session.scalar(select(func.count()).select_from(ReportRow)) or 0
    pending = session.scalar(select(func.count()).select_from(ReportRow).where(ReportRow.status == "open")) or 0
    values = select(func.count(func.distinct(CorrectionRow.report_id))).where(CorrectionRow.field.in_(CORRECTABLE))
    corrected = session.scalar(values) or 0
    return {"reports": total, "pending_review": pending, "corrected": corrected}


def latest_rules(session: Session) -> str:
    """The version of the rules that assessed last; empty before the first report."""
    query = select(AssessmentRow.rules).order_by(AssessmentRow.assessed_at.desc()).limit(1)
    return session.scalar(query) or ""


def _load(session: Session, query: Select[ReportRow]) -> tuple[StoredReport, ...]:
    """Three queries whatever the number of reports: reports, assessments, corrections."""
    found = tuple(session.scalars(query))
    ids = [row.id for row in found]
    assessments = {row.report_id: row for row in _in_chunks(session, AssessmentRow, ids)}
    corrections: dict[int, dict[str, str]] = {}
    for row in sorted(_in_chunks(session, CorrectionRow, ids), key=lambda c: c.id):
        if row.field in CORRECTABLE:
            corrections.setdefault(row.report_id, {})[row.field] = row.new
    return tuple(rows.to_report(row, assessments[row.id], corrections.get(row.id, {})) for row in found)


def _in_chunks(session: Session, table: type[T], ids: Sequence[int]) -> Iterable[T]:
    # PostgreSQL and SQLite both take this many parameters in one statement.
    for start in range(0, len(ids), 5000):
        yield from session.scalars(select(table).where(table.report_id.in_(ids[start : start + 5000])))
