"""The urgency: signals and circumstances give points in a few measures; the first rule with enough of them decides."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from classify.assessment import Evidence, Urgency
from classify.circumstances import CIRCUMSTANCES, circumstances
from classify.components.scope import discount, ends_sentence
from classify.document import Findings, evidence, findings
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc

Points = dict[str, float]
HABIT = "urgency:habit"
# What a surplus of points adds to how sure a rule is, at most.
SURPLUS = 0.02
MOST_SURPLUS = 0.08


class Signal(StrictModel):
    """Words that show one thing about the event, and how many points that gives in which measures.

    Attributes:
        terms: the words; never: expressions that hold such words but do not show it;
        always: they count also where they are denied, feared or long past;
        tense: `present` counts verbs in the present only, and not where a habit is told;
        gives: points by measure, once for the signal however many its words.
    """

    terms: Terms
    gives: Points = Field(default_factory=dict)
    never: Terms = ()
    always: bool = False
    tense: Literal["any", "present"] = "any"


class UrgencyRule(StrictModel):
    """Holds when each measure has at least the points of `at_least` and less than those of `below`.

    All of `all`, one of `any` (where given) and none of `none` must have been seen, in one of `categories`. `sure` is
    how often the rule has been right, for the confidence.
    """

    level: Urgency
    why: str
    sure: float = Field(default=0.8, ge=0, le=1)
    at_least: Points = Field(default_factory=dict)
    below: Points = Field(default_factory=dict)
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def holds(self, seen: Container[str], sums: Mapping[str, float], category: str) -> bool:
        """Whether the signals seen, the points and the category fulfil the rule."""
        return (
            all(sums.get(measure, 0.0) >= least for measure, least in self.at_least.items())
            and all(sums.get(measure, 0.0) < most for measure, most in self.below.items())
            and all(name in seen for name in self.all)
            and (not self.any or any(name in seen for name in self.any))
            and not any(name in seen for name in self.none)
            and (not self.categories or category in self.categories)
        )

    def surplus(self, sums: Mapping[str, float]) -> float:
        """By how many points the measure that is nearest to too little exceeds what the rule asks for."""
        return min((sums.get(measure, 0.0) - least for measure, least in self.at_least.items()), default=0.0)


class UrgencySection(Section):
    """`urgency:` of rules.yaml."""

    default: Urgency = "normal"
    default_sure: float = Field(default=0.85, ge=0, le=1)
    habits: Terms = ()
    circumstances: dict[str, Points] = Field(default_factory=dict)
    categories: dict[str, Points] = Field(default_factory=dict)
    signals: dict[str, Signal]
    rules: tuple[UrgencyRule, ...]

    def terms(self) -> Iterator[Term]:
        """Every signal's terms under `signal:<name>`, and those of habits."""
        yield from terms_under(HABIT, self.habits)
        for name, signal in self.signals.items():
            yield from terms_under(f"signal:{name}", signal.terms, present=signal.tense == "present")
            yield from terms_under(f"signal:{name}:never", signal.never)

    @property
    def measures(self) -> frozenset[str]:
        """Every measure that anything gives points in."""
        given = (*(one.gives for one in self.signals.values()), *self.circumstances.values(), *self.categories.values())
        return frozenset(measure for points in given for measure in points)


class UrgencyComponent:
    """Sets `urgency` and `signals`."""

    def __init__(self, section: UrgencySection) -> None:
        self.section = section
        self.keys = tuple((name, f"signal:{name}") for name in section.signals)

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its urgency."""
        found = findings(doc)
        told = self._told(found)
        around = circumstances(doc)
        sums = self._sums((*told, *around), found.category)
        found.signals = frozenset((*told, *around))
        rule = next((rule for rule in self.section.rules if rule.holds(found.signals, sums, found.category)), None)
        found.urgency = rule.level if rule else self.section.default
        found.urgency_sure = self._sure(rule, sums)
        if rule:
            found.evidence.extend(self._evidence(found, rule, told, around))
        return doc

    def _told(self, found: Findings) -> dict[str, tuple[Hit, ...]]:
        hits = found.hits
        spoken = ((name, hits[key]) for name, key in self.keys if key in hits)
        told = ((name, tuple(self._counted(found, name, one))) for name, one in spoken)
        return {name: counted for name, counted in told if counted}

    def _counted(self, found: Findings, name: str, hits: Sequence[Hit]) -> Iterator[Hit]:
        signal = self.section.signals[name]
        never = {token for hit in found.hits.get(f"signal:{name}:never", ()) for token in range(hit.start, hit.end)}
        habits = found.hits.get(HABIT, ()) if signal.tense == "present" else ()
        for hit in hits:
            told = signal.always or not discount(found, hit)
            if told and not never.issuperset(hit.tokens) and not _habitual(found, hit, habits):
                yield hit

    def _points(self, name: str) -> Points:
        signal = self.section.signals.get(name)
        return signal.gives if signal else self.section.circumstances.get(name, {})

    def _sums(self, names: Sequence[str], category: str) -> Mapping[str, float]:
        sums: dict[str, float] = defaultdict(float, self.section.categories.get(category, {}))
        for name in names:
            for measure, points in self._points(name).items():
                sums[measure] += points
        return sums

    def _sure(self, rule: UrgencyRule | None, sums: Mapping[str, float]) -> float:
        if rule is None:
            return self.section.default_sure
        return min(1.0, rule.sure + min(MOST_SURPLUS, SURPLUS * rule.surplus(sums)))

    def _evidence(
        self, found: Findings, rule: UrgencyRule, told: Mapping[str, Sequence[Hit]], around: frozenset[str]
    ) -> Iterator[Evidence]:
        finding = f"urgency:{rule.level}"
        yield Evidence(finding, rule.why, 1.0)
        asked = {*rule.all, *rule.any}
        for name, hits in told.items():
            weight = self._weight(rule, name) or float(name in asked)
            if weight:
                yield from (evidence(found, hit, finding, weight) for hit in hits)
        for name, words in CIRCUMSTANCES.items():
            if name in around and (weight := self._weight(rule, name)):
                yield Evidence(finding, words, weight)

    def _weight(self, rule: UrgencyRule, name: str) -> float:
        return sum(points for measure, points in self._points(name).items() if measure in rule.at_least)


def _habitual(found: Findings, hit: Hit, habits: Sequence[Hit]) -> bool:
    """Whether the sentence of a hit tells of a habit."""
    return any(_same_sentence(found, *sorted((hit.start, habit.start))) for habit in habits)


def _same_sentence(found: Findings, first: int, last: int) -> bool:
    return not any(ends_sentence(found, at) for at in range(first, last))
