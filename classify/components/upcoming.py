"""Whether the report announces something to come: an event, a rumour."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.document import evidence, findings
from classify.schema import Section, Terms, terms_under
from classify.term import Term

if TYPE_CHECKING:
    from spacy.tokens import Doc


class UpcomingSection(Section):
    """`upcoming:` of rules.yaml: words for what is planned or rumoured; `against`: words that only sound so."""

    terms_for: Terms = ()
    against: Terms = ()

    def terms(self) -> Iterator[Term]:
        """The terms under `upcoming` and `upcoming:against`."""
        yield from terms_under("upcoming", self.terms_for)
        yield from terms_under("upcoming:against", self.against)


def upcoming_component(doc: "Doc") -> "Doc":
    """Sets `upcoming`: announced, and nothing that has happened has a day."""
    found = findings(doc)
    hits = found.hits.get("upcoming", ())
    if hits and not found.hits.get("upcoming:against") and found.occurred is None:
        found.upcoming = True
        found.evidence.extend(evidence(found, hit, "upcoming", 1.0) for hit in hits)
    return doc
