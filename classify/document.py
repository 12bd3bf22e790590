"""The spaCy document that all components work on: subject and text in one, with the findings beside it.

A component reads `doc` and the extensions below and sets its own: `doc._.place`, `doc._.occurred`, …. What it bases
itself on it appends to `doc._.evidence`, with offsets already turned into the report's own (`locate`).
"""

from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from classify.assessment import Field
from ingest.message import Report

# Longer texts are cut: a report is read by people, and the tokenizer's time grows with the text.
MAX_CHARS = 20_000
BORDER = "\n\n"


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of the document whose words do not count: `negated`, `hypothetical`, `historical`, `quoted`."""

    start_char: int
    end_char: int
    kind: str


# Extension → default. Mutable findings are set fresh by `make_doc`.
EXTENSIONS: dict[str, Any] = {
    "report": None,
    "body_start": 0,
    "scopes": (),
    "evidence": None,
    "confidence": None,
    "category": None,
    "subcategory": None,
    "also": (),
    "urgency": None,
    "place": None,
    "occurred": None,
    "recurring": False,
    "duration": "",
    "police_report": "unknown",
    "police_reference": None,
    "personal": (),
    "not_report": None,
    "outside_scope": None,
    "upcoming": False,
}

for _name, _default in EXTENSIONS.items():
    Doc.set_extension(_name, default=_default, force=True)


def make_doc(nlp: Language, report: Report) -> Doc:
    """Tokenizes subject and text as one document and hangs the report on it."""
    head = report.subject + BORDER if report.subject else ""
    doc = nlp.make_doc((head + report.text)[:MAX_CHARS])
    doc._.report = report
    doc._.body_start = len(head)
    doc._.evidence = []
    doc._.confidence = {}
    return doc


def locate(doc: Doc, start_char: int, end_char: int) -> tuple[Field, int, int]:
    """Document offsets to (field, start, end) in the report's own subject or text."""
    border = int(doc._.body_start)
    if start_char >= border:
        return "text", start_char - border, end_char - border
    return "subject", start_char, min(end_char, border)
