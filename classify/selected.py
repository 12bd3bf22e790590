"""A term index of which only some terms count, for trying changes to the rules."""

from typing import TYPE_CHECKING

from classify.term import Hit, Term
from classify.terms import TermIndex

if TYPE_CHECKING:
    from spacy.tokens import Doc


class SelectedTerms(TermIndex):
    """A term index of which some terms do not count: a change can be tried without compiling the rules again."""

    def __init__(self, whole: TermIndex) -> None:
        super().__init__(whole.words, whole.patterns, whole.terms)
        self.left_out: frozenset[Term] = frozenset()

    def search(self, doc: "Doc") -> dict[str, tuple[Hit, ...]]:
        """The hits of the terms that count."""
        found = super().search(doc).items()
        return {key: kept for key, hits in found if (kept := tuple(h for h in hits if h.term not in self.left_out))}
