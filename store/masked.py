"""Reports as the situation picture may know them: corrected and masked, without a raw word, and quickly."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from classify.assessment import Assessment, Confidence, PersonalSpan, Place
from ingest.message import Address, Report
from store import rows
from store.records import CORRECTABLE, StoredReport
from store.schema import AssessmentRow, CorrectionRow, ReportRow

REPORT = (
    ReportRow.id, ReportRow.reference, ReportRow.date, ReportRow.kind, ReportRow.reporter_name,
    ReportRow.reporter_address, ReportRow.organisation, ReportRow.role, ReportRow.status, ReportRow.revision,
    ReportRow.received_at,
)  # fmt: skip
ASSESSMENT = (
    AssessmentRow.category, AssessmentRow.also, AssessmentRow.urgency, AssessmentRow.place, AssessmentRow.occurred,
    AssessmentRow.occurred_precision, AssessmentRow.recurring, AssessmentRow.police_report,
    AssessmentRow.not_report, AssessmentRow.outside_scope, AssessmentRow.upcoming, AssessmentRow.masked_text,
    AssessmentRow.personal, AssessmentRow.rules, AssessmentRow.subcategory,
)  # fmt: skip
UNSAID = Confidence()
Record = Row[*tuple[Any, ...]]


def masked_between(session: Session, start: datetime, end: datetime) -> tuple[StoredReport, ...]:
    """Reports dated from start up to, not including, end; oldest first.

    Text, subject, quotes, form fields, evidence and confidence are left in the store: those of the records are empty.
    """
    within = (ReportRow.date >= start, ReportRow.date < end)
    joined = select(*REPORT, *ASSESSMENT).join(AssessmentRow, AssessmentRow.report_id == ReportRow.id)
    found = session.execute(joined.where(*within).order_by(ReportRow.date, ReportRow.id))
    changes = select(CorrectionRow.report_id, CorrectionRow.field, CorrectionRow.new).join(ReportRow).where(*within)
    changes = changes.where(CorrectionRow.field.in_(CORRECTABLE))  # decisions stand in the same table
    corrected: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for report_id, field, new in session.execute(changes.order_by(CorrectionRow.id)):
        corrected[report_id][field] = new
    return tuple(_stored(row, corrected.get(row.id, {})) for row in found)


def _stored(row: Record, corrected: dict[str, str]) -> StoredReport:
    assessment = _assessment(row)
    return StoredReport(
        id=row.id,
        reference=row.reference,
        report=_report(row),
        assessment=assessment,
        status=row.status,
        revision=row.revision,
        received_at=row.received_at,
        corrected=tuple(sorted(corrected.items())),
        effective=rows.apply_corrections(assessment, corrected) if corrected else assessment,
    )


def _report(row: Record) -> Report:
    sender = Address(row.reporter_name, row.reporter_address)
    return Report("", "", row.date, sender, row.kind, organisation=row.organisation, role=row.role)


def _assessment(row: Record) -> Assessment:
    return Assessment(
        category=row.category,
        urgency=row.urgency,
        place=Place(**row.place),
        confidence=UNSAID,
        evidence=(),
        personal=tuple(PersonalSpan(**span) for span in row.personal),
        masked_text=row.masked_text,
        masked_subject="",
        rules=row.rules,
        also=tuple(row.also),
        occurred=rows.occurred(row.occurred, row.occurred_precision),
        recurring=row.recurring,
        police_report=row.police_report,
        not_report=row.not_report,
        outside_scope=row.outside_scope,
        upcoming=row.upcoming,
        subcategory=row.subcategory,
    )
