"""The spaCy document that all components work on: subject and text in one, with the findings beside it.

A component reads the document and its `Findings` and sets its own of them: `place`, `occurred`, …. What it bases itself
on it appends to `evidence`, with offsets already turned into the report's own (`locate`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classify.assessment import (
    Evidence,
    Field,
    Occurred,
    OutsideScope,
    PersonalSpan,
    Place,
    PoliceReport,
    Urgency,
)
from classify.term import Hit
from ingest.message import NoReportKind, Report

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
    """A stretch whose words do not count: `negated`, `absent`, `hypothetical`, `historical`, `quoted`."""

    start_char: int
    end_char: int
    kind: str


@dataclass(slots=True)
class Findings:
    """What is known and found of one document; each component reads what it needs and sets its own.

    Attributes:
        text: subject and body as the document holds them; body_start: where the body begins in it.
        starts, ends: where each token begins and ends, in characters.
        hits: every term found, by the key of its section; discounts: hits already judged by `scope.discount`.
        scores: category to its sum; signals: names of the urgency signals seen.
        The others are as in `Assessment`.
    """

    report: Report
    text: str
    body_start: int
    starts: Sequence[int]
    ends: Sequence[int]
    hits: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    discounts: dict[tuple[tuple[int, ...], str], str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    confidence: dict[str, float] = field(default_factory=dict)
    category: str = ""
    subcategory: str | None = None
    also: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    signals: frozenset[str] = frozenset()
    urgency: Urgency = "normal"
    urgency_sure: float = 0.0
    place: Place = field(default_factory=Place)
    occurred: Occurred | None = None
    recurring: bool = False
    duration: str = ""
    police_report: PoliceReport = "unknown"
    police_reference: str | None = None
    personal: tuple[PersonalSpan, ...] = ()
    masked_text: str = ""
    masked_subject: str = ""
    not_report: NoReportKind | None = None
    outside_scope: OutsideScope | None = None
    upcoming: bool = False


def findings(doc: "Doc") -> Findings:
    """What is known and found of a document that `make_doc` made."""
    found: Findings = doc.user_data["findings"]
    return found


def make_doc(nlp: "Language", report: Report) -> "Doc":
    """Tokenizes subject and text as one document and hangs the report on it.

    The subject of a form is the form's own name and says nothing of the event.
    """
    head = report.subject + BORDER if report.subject and report.kind != "form" else ""
    text = broken_up((head + report.text)[:MAX_CHARS])
    doc = nlp.make_doc(text)
    starts, lengths = doc.to_array(["IDX", "LENGTH"]).T.tolist() if len(doc) else ([], [])
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    doc.user_data["findings"] = Findings(report, text, len(head), starts, ends)
    return doc


def broken_up(text: str) -> str:
    """The text, equally long, with a space in every so many characters of an endless run."""
    return _RUN.sub(lambda run: _spaced(run[0], MAX_RUN), _SIGNS.sub(lambda run: _spaced(run[0], MAX_SIGNS), text))


def _spaced(run: str, every: int) -> str:
    return "".join(" " if at % every == every - 1 else sign for at, sign in enumerate(run))


def evidence(found: Findings, hit: Hit, finding: str, weight: float, note: str = "") -> Evidence:
    """A hit of the term index as evidence for a finding, with the offsets and words of the report itself."""
    first, last = found.starts[hit.start], found.ends[hit.end - 1]
    where, start, end = locate(found, first, last)
    return Evidence(finding, hit.term.text, weight, start, end, found.text[first:last], where, note)


def locate(found: Findings, start_char: int, end_char: int) -> tuple[Field, int, int]:
    """Document offsets to (field, start, end) in the report's own subject or text."""
    border = found.body_start
    if start_char >= border:
        return "text", start_char - border, end_char - border
    return "subject", start_char, min(end_char, border)
