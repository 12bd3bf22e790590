"""Classifying mail from files without storing anything: one object a report, or the text with its evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.assessment import Assessment, Evidence
from ingest.message import Reading, Report

if TYPE_CHECKING:
    from lagesbild.wiring import App


def readings(app: "App", paths: Sequence[Path]) -> Iterator[tuple[Path, Reading]]:
    """Every mail of these files and folders, read.

    Raises:
        IngestError: a path or a mail cannot be read.
    """
    from ingest.maildir import FilesSource, mail_files

    for path in paths:
        for file in mail_files(path):
            for raw in FilesSource((file,)).new_messages(lambda _mailbox, _uidvalidity: {}):
                yield file, app.read(raw)


def classified(app: "App", reading: Reading) -> Iterator[tuple[Report, Assessment]]:
    """Every report of a mail with what the rules find in it."""
    from lagesbild.pipeline import assessed

    return assessed(app.classifier, reading)


def objects(app: "App", paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The objects of `classify --json`: one a report, one for a mail that is none."""
    for path, reading in readings(app, paths):
        if reading.not_report:
            yield no_report_object(path, reading)
        for report, assessment in classified(app, reading):
            yield report_object(path, report, assessment)


def report_object(path: Path, report: Report, found: Assessment) -> dict[str, Any]:
    """One report in the form that the design promises to outsiders."""
    place = found.place
    return {
        "path": str(path),
        "message_id": report.message_id,
        "part": report.position,
        "kind": report.kind,
        "not_report": found.not_report,
        "category": found.category,
        "also": list(found.also),
        "urgency": found.urgency,
        "locality": place.locality,
        "site": place.site,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision,
        "occurred": found.occurred.value if found.occurred else None,
        "police_report": found.police_report,
        "police_reference": found.police_reference,
        "recurring": found.recurring,
        "personal": [_span(span) for span in found.personal if span.field == "text"],
        "text": report.text,
        "masked_text": found.masked_text,
        "reporter": report.reporter.address,
        "organisation": report.organisation,
        "confidence": asdict(found.confidence),
        "evidence": [asdict(item) for item in found.evidence],
    }


def _span(span: Any) -> dict[str, Any]:  # noqa: ANN401 - a PersonalSpan, cut to what the design promises
    return {"start": span.start, "end": span.end, "text": span.text, "kind": span.kind}


# What an object has for a mail that gave no report.
NOTHING: dict[str, Any] = {
    "part": 0, "kind": None, "category": None, "also": [], "urgency": None, "locality": None, "site": None,
    "latitude": None, "longitude": None, "precision": "unknown", "occurred": None, "police_report": "unknown",
    "police_reference": None, "recurring": False, "personal": [], "organisation": "", "confidence": {}, "evidence": [],
}  # fmt: skip


def no_report_object(path: Path, reading: Reading) -> dict[str, Any]:
    """A mail that the guard knew as no report, with the same keys."""
    message = reading.message
    own = {"path": str(path), "message_id": message.message_id, "not_report": reading.not_report}
    return NOTHING | own | {"text": message.text, "masked_text": "", "reporter": message.from_.address}


def explanation(report: Report, found: Assessment) -> str:
    """The text with every piece of evidence marked, and the sums, as a spam filter's report does."""
    parts = (
        _marked(report.subject, found.evidence, "subject"),
        _marked(report.text, found.evidence, "text"),
        "\n".join(_sums(found)),
        _conclusion(found),
    )
    return "\n\n".join(part for part in parts if part)


def _marked(text: str, evidence: Sequence[Evidence], field: str) -> str:
    marks = {(item.start_char, item.end_char) for item in evidence if item.field == field and item.end_char}
    starts, ends = [start for start, _ in marks], [end for _, end in marks]
    signs = ("»" * ends.count(at) + "«" * starts.count(at) + sign for at, sign in enumerate(text))
    return "".join(signs) + "»" * ends.count(len(text))


def _sums(found: Assessment) -> Iterator[str]:
    by_finding: dict[str, list[Evidence]] = {}
    for item in found.evidence:
        by_finding.setdefault(item.finding, []).append(item)
    ranked = sorted(by_finding.items(), key=lambda pair: -sum(item.weight for item in pair[1]))
    for finding, items in ranked:
        yield f"{sum(item.weight for item in items):+7.2f}  {finding}"
        yield from (f"  {item.weight:+7.2f}  {_reason(item)}" for item in items)


def _reason(item: Evidence) -> str:
    words = " ".join(item.text.split())
    rule = f" ({item.rule})" if item.rule and item.rule != words else ""
    return f"{words or item.rule}{rule if words else ''}" + (f" – {item.note}" if item.note else "")


def _conclusion(found: Assessment) -> str:
    sure = found.confidence
    facts = [f"kategori {found.category} ({sure.category:.2f})", f"brådska {found.urgency} ({sure.urgency:.2f})"]
    facts += [f"plats {found.place.locality or 'okänd'}, {found.place.site or 'okänd'} ({sure.locality:.2f})"]
    facts += [f"ingen rapport: {found.not_report}"] if found.not_report else []
    return "; ".join(facts)
