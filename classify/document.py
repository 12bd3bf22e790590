"""The spaCy document that all components work on: subject and text in one, with the findings beside it.

A component reads `doc` and the extensions below and sets its own: `doc._.place`, `doc._.occurred`, …. What it bases
itself on it appends to `doc._.evidence`, with offsets already turned into the report's own (`locate`).
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.assessment import Evidence, Field
from classify.term import Hit
from ingest.message import Report

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# Longer texts are cut: a report is read by people, and the tokenizer's time grows with the text.
MAX_CHARS = 20_000
BORDER = "\n\n"
# The tokenizer's time is quadratic in the length of an unbroken run: signs are broken up early, letters late.
MAX_SIGNS = 20
MAX_RUN = 200
_SIGNS = re.compile(rf"[^\w\s]{{{MAX_SIGNS},}}")
_RUN = re.compile(rf"\S{{{MAX_RUN},}}")


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of the document whose words do not count: `negated`, `hypothetical`, `historical`, `quoted`."""

    start_char: int
    end_char: int
    kind: str


# Extension → default. Mutable findings are set fresh by `make_doc`.
EXTENSIONS: dict[str, Any] = {
    "report": None,
    "text": "",
    "body_start": 0,
    "hits": None,
    "scopes": (),
    "evidence": None,
    "confidence": None,
    "category": None,
    "subcategory": None,
    "also": (),
    "urgency": None,
    "urgency_rule": "",
    "urgency_sure": 0.0,
    "scores": None,
    "signals": frozenset(),
    "place": None,
    "occurred": None,
    "recurring": False,
    "duration": "",
    "police_report": "unknown",
    "police_reference": None,
    "personal": (),
    "masked_text": None,
    "masked_subject": None,
    "not_report": None,
    "outside_scope": None,
    "upcoming": False,
}


def register_extensions() -> None:
    """Makes the extensions known to spaCy; done once, where the pipeline is assembled."""
    from spacy.tokens import Doc

    for name, default in EXTENSIONS.items():
        Doc.set_extension(name, default=default, force=True)


def make_doc(nlp: "Language", report: Report) -> "Doc":
    """Tokenizes subject and text as one document and hangs the report on it.

    The subject of a form is the form's own name and says nothing of the event.
    """
    head = report.subject + BORDER if report.subject and report.kind != "form" else ""
    text = broken_up((head + report.text)[:MAX_CHARS])
    doc = nlp.make_doc(text)
    doc._.report = report
    doc._.text = text
    doc._.body_start = doc.user_data["body_start"] = len(head)
    doc._.hits = {}
    doc._.evidence = []
    doc._.confidence = {}
    return doc


def broken_up(text: str) -> str:
    """The text, equally long, with a space in every so many characters of an endless run."""
    return _RUN.sub(lambda run: _spaced(run[0], MAX_RUN), _SIGNS.sub(lambda run: _spaced(run[0], MAX_SIGNS), text))


def _spaced(run: str, every: int) -> str:
    return "".join(" " if at % every == every - 1 else sign for at, sign in enumerate(run))


def evidence(doc: "Doc", hit: Hit, finding: str, weight: float, note: str = "") -> Evidence:
    """A hit of the term index as evidence for a finding, with the offsets and words of the report itself."""
    span = doc[hit.start : hit.end]
    field, start, end = locate(doc, span.start_char, span.end_char)
    return Evidence(finding, hit.term.text, weight, start, end, span.text, field, note)


def locate(doc: "Doc", start_char: int, end_char: int) -> tuple[Field, int, int]:
    """Document offsets to (field, start, end) in the report's own subject or text."""
    border = int(doc.user_data["body_start"])  # read often: an extension costs ten times as much
    if start_char >= border:
        return "text", start_char - border, end_char - border
    return "subject", start_char, min(end_char, border)
