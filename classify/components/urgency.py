"""The urgency: signals found in the text, and the first rule that they fulfil."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from classify.assessment import Evidence, Urgency
from classify.components.scope import discount
from classify.document import Findings, evidence, findings
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Signal(StrictModel):
    """Words that show one thing about the event.

    Attributes:
        terms: the words; never: expressions that hold such words but do not show it;
        always: they count also where they are denied, feared or long past.
    """

    terms: Terms
    never: Terms = ()
    always: bool = False


class UrgencyRule(StrictModel):
    """Holds when all of `all`, one of `any` (where given) and none of `none` were seen, in one of `categories`.

    `sure` is how often the rule has been right, for the confidence.
    """

    level: Urgency
    why: str
    sure: float = Field(default=0.8, ge=0, le=1)
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def holds(self, seen: Mapping[str, object], category: str) -> bool:
        """Whether the signals seen and the category fulfil the rule."""
        return (
            all(name in seen for name in self.all)
            and (not self.any or any(name in seen for name in self.any))
            and not any(name in seen for name in self.none)
            and (not self.categories or category in self.categories)
        )


class UrgencySection(Section):
    """`urgency:` of rules.yaml."""

    default: Urgency = "normal"
    default_sure: float = Field(default=0.85, ge=0, le=1)
    signals: dict[str, Signal]
    rules: tuple[UrgencyRule, ...]

    def terms(self) -> Iterator[Term]:
        """Every signal's terms under `signal:<name>`."""
        for name, signal in self.signals.items():
            yield from terms_under(f"signal:{name}", signal.terms)
            yield from terms_under(f"signal:{name}:never", signal.never)


class UrgencyComponent:
    """Sets `urgency` and `signals`."""

    def __init__(self, section: UrgencySection) -> None:
        self.section = section
        self.keys = tuple((name, f"signal:{name}") for name in section.signals)

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its urgency."""
        found = findings(doc)
        hits = found.hits
        spoken = {name: hits[key] for name, key in self.keys if key in hits}
        seen = {name: counted for name in spoken if (counted := tuple(self._counted(found, name, spoken[name])))}
        rule = next((rule for rule in self.section.rules if rule.holds(seen, found.category)), None)
        found.signals = frozenset(seen)
        found.urgency = rule.level if rule else self.section.default
        found.urgency_sure = rule.sure if rule else self.section.default_sure
        if rule:
            decisive = (item for name in (*rule.all, *rule.any) for item in seen.get(name, ()))
            finding = f"urgency:{rule.level}"
            found.evidence.append(Evidence(finding, rule.why, 1.0))
            found.evidence.extend(evidence(found, hit, finding, 1.0) for hit in decisive)
        return doc

    def _counted(self, found: Findings, name: str, hits: Sequence[Hit]) -> Iterator[Hit]:
        always = self.section.signals[name].always
        never = {token for hit in found.hits.get(f"signal:{name}:never", ()) for token in range(hit.start, hit.end)}
        for hit in hits:
            if not never.issuperset(hit.tokens) and (always or not discount(found, hit)):
                yield hit
