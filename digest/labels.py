"""The words of the rules that the picture prints: ids of categories and urgencies with their Swedish labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locality:
    """One locality of places.yaml. WGS 84 degrees where known."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Categories and urgencies as (id, label), in the order they are printed; the localities of the municipality.

    `subcategories` are (category, id, label).
    """

    categories: tuple[tuple[str, str], ...]
    urgencies: tuple[tuple[str, str], ...]
    localities: tuple[Locality, ...] = ()
    subcategories: tuple[tuple[str, str, str], ...] = ()

    def category(self, category: str) -> str:
        """The label of a category; an id that the rules have dropped since stands for itself."""
        return dict(self.categories).get(category, category)

    def subcategory(self, category: str, subcategory: str | None) -> str:
        """The label of a subcategory; empty for none, and for one that the category has not or no more."""
        return next((label for c, s, label in self.subcategories if (c, s) == (category, subcategory)), "")

    def urgency(self, urgency: str) -> str:
        """The label of an urgency."""
        return dict(self.urgencies).get(urgency, urgency)

    def order(self, category: str) -> int:
        """Where a category is printed; dropped ones last."""
        ids = [known for known, _ in self.categories]
        return ids.index(category) if category in ids else len(ids)
