"""Personal data in subject and text, and both masked."""

from dataclasses import replace
from typing import TYPE_CHECKING

from classify.assessment import PersonalSpan
from classify.document import Findings, findings, locate
from classify.personal import find_in, mask
from classify.persons import is_person
from classify.places import Gazetteer
from classify.sentences import text_of
from ingest.message import Report

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What trained Swedish pipelines call a person; the plain tokenizer names none.
PERSON_LABELS = frozenset({"PER", "PRS", "PERSON"})


class PersonalComponent:
    """Sets `personal`, `masked_text` and `masked_subject`; names of places are no persons'."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.places = frozenset(" ".join(entry.words) for entry in gazetteer.entries)

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with what identifies private persons."""
        found, report = findings(doc), findings(doc).report
        known = (*known_names(report), *(entity.text for entity in doc.ents if entity.label_ in PERSON_LABELS))
        spans = find_in(text_of(doc), known, self.places, letter=True)
        found.personal = tuple(_placed(found, span) for span in spans)
        found.masked_text = mask(report.text, (span for span in found.personal if span.field == "text"))
        found.masked_subject = mask(report.subject, (span for span in found.personal if span.field == "subject"))
        return doc


def known_names(report: Report) -> tuple[str, ...]:
    """Names that are persons' for sure: who wrote, who forwarded, and who a form names."""
    senders = (report.reporter, report.forwarded_by)
    names = [one.name for one in senders if one is not None and is_person(one.name, one.address)]
    return tuple(filter(None, (*names, report.field("reporter_name"))))


def _placed(found: Findings, span: PersonalSpan) -> PersonalSpan:
    field, start, end = locate(found, span.start, span.end)
    return replace(span, start=start, end=end, field=field)
