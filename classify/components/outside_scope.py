"""What must be referred and never enters the digest: events inside a dwelling, concern for an individual."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.assessment import OutsideScope
from classify.components.scope import discount
from classify.document import evidence, findings
from classify.schema import Section, Terms, terms_under
from classify.term import Term

if TYPE_CHECKING:
    from spacy.tokens import Doc


# In the order in which they are tried.
KINDS: tuple[OutsideScope, ...] = ("individual", "dwelling")


class OutsideScopeSection(Section):
    """`outside_scope:` of rules.yaml; `public`: words that show that it was in public space after all."""

    dwelling: Terms = ()
    individual: Terms = ()
    public: Terms = ()

    def terms(self) -> Iterator[Term]:
        """The terms under `outside_scope:<kind>`."""
        for kind in ("dwelling", "individual", "public"):
            yield from terms_under(f"outside_scope:{kind}", getattr(self, kind))


class OutsideScopeComponent:
    """Sets `outside_scope`."""

    def __init__(self, section: OutsideScopeSection) -> None:
        self.section = section

    def __call__(self, doc: "Doc") -> "Doc":
        """The document, marked where it must be referred."""
        found = findings(doc)
        if found.hits.get("outside_scope:public"):
            return doc
        for kind in KINDS:
            hits = [hit for hit in found.hits.get(f"outside_scope:{kind}", ()) if not discount(found, hit)]
            if hits:
                found.outside_scope = kind
                found.evidence.extend(evidence(found, hit, f"outside_scope:{kind}", 1.0) for hit in hits)
                break
        return doc
