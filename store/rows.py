"""Between rows and domain types: two small functions a type, and corrections laid over what the rules found."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from classify.assessment import Assessment, Confidence, Evidence, Occurred, PersonalSpan, Place
from ingest.message import Address, Attachment, Report
from store.records import Correction, StoredReport
from store.schema import AssessmentRow, CorrectionRow, ReportRow


def report_row(report: Report, *, mail_id: int | None, received_at: datetime) -> ReportRow:
    """Report to row, without reference."""
    forwarder = report.forwarded_by or Address("", "")
    return ReportRow(
        mail_id=mail_id,
        position=report.position,
        kind=report.kind,
        subject=report.subject,
        text=report.text,
        original=report.original,
        quoted=report.quoted,
        fields=[list(pair) for pair in report.fields],
        date=report.date,
        reporter_name=report.reporter.name,
        reporter_address=report.reporter.address,
        organisation=report.organisation,
        role=report.role,
        forwarded_by_name=forwarder.name,
        forwarded_by_address=forwarder.address,
        message_id=report.message_id,
        thread=list(report.thread),
        attachments=[asdict(a) for a in report.attachments],
        notes=list(report.notes),
        photo=_photo(report),
        received_at=received_at,
    )


def _photo(report: Report) -> dict[str, Any]:
    position = list(report.photo_position) if report.photo_position else None
    time = report.photo_time.isoformat() if report.photo_time else None
    return {"position": position, "time": time}


def to_report(row: ReportRow, assessment_row: AssessmentRow, corrected: dict[str, str]) -> StoredReport:
    """Rows to record: the assessment as the rules gave it, and the effective one with corrections."""
    assessment = to_assessment(assessment_row)
    return StoredReport(
        id=row.id,
        reference=row.reference,
        report=_to_plain_report(row),
        assessment=assessment,
        status=row.status,  # type: ignore[arg-type]  # the column holds only ReportStatus
        revision=row.revision,
        received_at=row.received_at,
        mail_id=row.mail_id,
        answers=row.answers,
        corrected=tuple(sorted(corrected.items())),
        comment=row.comment,
        effective=apply_corrections(assessment, corrected),
    )


def _to_plain_report(row: ReportRow) -> Report:
    photo = row.photo or {}
    forwarder = Address(row.forwarded_by_name, row.forwarded_by_address)
    return Report(
        text=row.text,
        subject=row.subject,
        date=row.date,
        reporter=Address(row.reporter_name, row.reporter_address),
        kind=row.kind,  # type: ignore[arg-type]  # the column holds only ReportKind
        fields=tuple((name, value) for name, value in row.fields),
        organisation=row.organisation,
        role=row.role,
        position=row.position,
        message_id=row.message_id,
        original=row.original,
        quoted=row.quoted,
        thread=tuple(row.thread),
        forwarded_by=forwarder if forwarder.address else None,
        attachments=tuple(Attachment(**a) for a in row.attachments),
        notes=tuple(row.notes),
        photo_position=tuple(photo["position"]) if photo.get("position") else None,
        photo_time=datetime.fromisoformat(photo["time"]) if photo.get("time") else None,
    )


def assessment_row(report_id: int, a: Assessment, at: datetime) -> AssessmentRow:
    """Assessment to row."""
    return AssessmentRow(
        report_id=report_id,
        category=a.category,
        subcategory=a.subcategory,
        also=list(a.also),
        urgency=a.urgency,
        locality=a.place.locality,
        site=a.place.site,
        place=_plain(a.place),
        occurred=a.occurred.value if a.occurred else None,
        occurred_precision=a.occurred.precision if a.occurred else None,
        recurring=a.recurring,
        duration=a.duration,
        police_report=a.police_report,
        police_reference=a.police_reference,
        not_report=a.not_report,
        outside_scope=a.outside_scope,
        upcoming=a.upcoming,
        masked_text=a.masked_text,
        masked_subject=a.masked_subject,
        personal=[_plain(p) for p in a.personal],
        confidence=_plain(a.confidence),
        evidence=[_plain(e) for e in a.evidence],
        rules=a.rules,
        assessed_at=at,
    )


def _plain(item: Place | PersonalSpan | Confidence | Evidence) -> dict[str, Any]:
    """As `asdict`, for what holds only plain values: its deep copies take longer than writing the row."""
    return {name: getattr(item, name) for name in item.__slots__}


def to_assessment(row: AssessmentRow) -> Assessment:
    """Row to assessment."""
    return Assessment(
        category=row.category,
        urgency=row.urgency,  # type: ignore[arg-type]  # the column holds only Urgency
        place=Place(**row.place),
        confidence=Confidence(**row.confidence),
        evidence=tuple(Evidence(**e) for e in row.evidence),
        personal=tuple(PersonalSpan(**p) for p in row.personal),
        masked_text=row.masked_text,
        masked_subject=row.masked_subject,
        rules=row.rules,
        also=tuple(row.also),
        subcategory=row.subcategory,
        occurred=occurred(row.occurred, row.occurred_precision),
        recurring=row.recurring,
        duration=row.duration,
        police_report=row.police_report,  # type: ignore[arg-type]  # the column holds only PoliceReport
        police_reference=row.police_reference,
        not_report=row.not_report,  # type: ignore[arg-type]  # the column holds only NoReportKind
        outside_scope=row.outside_scope,  # type: ignore[arg-type]  # the column holds only the two kinds
        upcoming=row.upcoming,
    )


def occurred(value: str | None, precision: str | None = None) -> Occurred | None:
    """`YYYY-MM-DD` or `YYYY-MM-DDTHH` with its weekday and hour; None for an empty value."""
    if not value:
        return None
    hour = int(value[11:13]) if len(value) > 10 else None
    day = datetime.fromisoformat(value[:10])  # a calendar day has no zone
    known = precision or ("day" if hour is None else "hour")
    return Occurred(value, known, day.weekday(), hour)  # type: ignore[arg-type]  # the column holds only the three


def apply_corrections(assessment: Assessment, corrected: dict[str, str]) -> Assessment:
    """Lays people's words over what the rules found. Values are text; empty means "none"; `also` is comma-separated."""
    changed: dict[str, Any] = {}
    place: dict[str, Any] = {}
    for field, value in corrected.items():
        if field in {"locality", "site"}:
            place[field] = value or None
        else:
            changed[field] = _typed(field, value)
    if place:
        # A corrected place keeps no coordinates of the wrong one; places.yaml gives new ones at the next run.
        moved = {**place, "latitude": None, "longitude": None, "area": None, "outside": None}
        moved |= {"fallback": False, "centre": False}
        changed["place"] = replace(assessment.place, **moved)
    if changed.get("category", assessment.category) != assessment.category:
        changed["subcategory"] = None  # it was one of the other category's
    return replace(assessment, **changed)


def _typed(field: str, value: str) -> Any:  # noqa: ANN401 - one of several column types
    match field:
        case "also":
            return tuple(v for v in value.split(",") if v)
        case "recurring":
            return value == "true"
        case "occurred":
            return occurred(value)
        case "not_report":
            return value or None
        case _:
            return value


def to_correction(row: CorrectionRow) -> Correction:
    """Row to record."""
    return Correction(row.report_id, row.field, row.old, row.new, row.by, row.at, row.comment)
