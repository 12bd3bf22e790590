"""How sure each finding is, as a share of right answers among findings with the same evidence."""

from typing import TYPE_CHECKING

from classify.document import findings

if TYPE_CHECKING:
    from spacy.tokens import Doc


URGENCY_ABOVE_CATEGORY = 0.05
NO_REPORT_SURE = 0.85
REPORT_SURE = 0.95


class ConfidenceComponent:
    """Completes `confidence` for category, urgency and not_report."""

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its confidence."""
        found = findings(doc)
        ranked = sorted(found.scores.values(), reverse=True)
        sure = category_confidence(ranked[0], ranked[1])
        found.confidence["category"] = sure
        # Most rules of urgency ask for a category: they cannot be surer than it is.
        found.confidence["urgency"] = min(found.urgency_sure, sure + URGENCY_ABOVE_CATEGORY)
        found.confidence["not_report"] = NO_REPORT_SURE if found.not_report else REPORT_SURE
        return doc


def category_confidence(best: float, second: float) -> float:
    """From the sum for the chosen category and the sum for the next.

    Fitted by hand to the share of right answers: with a decisive word and more (10) and nothing else in sight
    hardly any answer was wrong, with one strong word (3) and another category close behind about half were.
    """
    if best <= 0:
        return 0.3
    margin = (best - max(second, 0.0)) / best
    return round(0.35 + 0.35 * margin + 0.028 * min(best, 10.0), 2)
