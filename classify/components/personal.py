"""Personal data in subject and text, and both masked."""

from dataclasses import replace
from typing import TYPE_CHECKING

from classify.assessment import PersonalSpan
from classify.document import locate
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
    """Sets `doc._.personal`, `masked_text` and `masked_subject`; names of places are no persons'."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.places = frozenset(" ".join(entry.words) for entry in gazetteer.entries)

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with what identifies private persons."""
        report: Report = doc._.report
        known = (*known_names(report), *(entity.text for entity in doc.ents if entity.label_ in PERSON_LABELS))
        found = find_in(text_of(doc), known, self.places, letter=True)
        doc._.personal = tuple(_placed(doc, span) for span in found)
        doc._.masked_text = mask(report.text, (span for span in doc._.personal if span.field == "text"))
        doc._.masked_subject = mask(report.subject, (span for span in doc._.personal if span.field == "subject"))
        return doc


def known_names(report: Report) -> tuple[str, ...]:
    """Names that are persons' for sure: who wrote, who forwarded, and who a form names."""
    senders = (report.reporter, report.forwarded_by)
    names = [one.name for one in senders if one is not None and is_person(one.name, one.address)]
    return tuple(filter(None, (*names, report.field("reporter_name"))))


def _placed(doc: "Doc", span: PersonalSpan) -> PersonalSpan:
    field, start, end = locate(doc, span.start, span.end)
    return replace(span, start=start, end=end, field=field)
