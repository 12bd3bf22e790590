"""The category: evidence of all terms added up, the order of the categories breaking ties."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from classify.assessment import Evidence
from classify.components.scope import NAME, PRONOUN, discount
from classify.document import Findings, evidence, findings
from classify.expressions import PARTICLES
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Weights(StrictModel):
    """`weights:` of rules.yaml: how much each kind of evidence counts."""

    rubric: float = Field(default=10.0, gt=0)
    decisive: float = Field(default=6.0, gt=0)
    strong: float = Field(default=3.0, gt=0)
    weak: float = Field(default=1.0, gt=0)
    against: float = Field(default=-3.0, lt=0)
    choice: float = Field(default=3.0, ge=0)
    subject: float = Field(default=1.5, ge=1)
    reply_subject: float = Field(default=0.3, ge=0, le=1)
    weak_most: float = Field(default=2.0, ge=0)
    past: float = Field(default=0.3, gt=0, le=1)
    compound: float = Field(default=0.5, gt=0, le=1)
    also: float = Field(default=3.0, gt=0)
    also_share: float = Field(default=0.5, gt=0, le=1)


class Subcategory(StrictModel):
    """A finer kind within a category."""

    id: str
    label: str
    terms: Terms


class Category(Section):
    """One category: what speaks for it and against it.

    `choices` are the form's own names for it, `rubric` is how a police report names the offence.
    """

    id: str
    label: str
    choices: tuple[str, ...] = ()
    rubric: Terms = ()
    decisive: Terms = ()
    strong: Terms = ()
    weak: Terms = ()
    against: Terms = ()
    yields_to: tuple[str, ...] = ()
    subcategories: tuple[Subcategory, ...] = ()

    @property
    def key(self) -> str:
        """Under which its terms are searched and its evidence is shown."""
        return f"category:{self.id}"

    def weighted(self, weights: Weights) -> Iterator[Term]:
        """Its terms under `category:<id>`, and those of sub-categories under `subcategory:<id>:<sub-id>`."""
        for name in ("rubric", "decisive", "strong", "weak", "against"):
            yield from terms_under(self.key, getattr(self, name), getattr(weights, name))
        for sub in self.subcategories:
            yield from terms_under(f"sub{self.key}:{sub.id}", sub.terms)


@dataclass(frozen=True, slots=True)
class Score:
    """What speaks for one category: the sum, and how much more it were if the past counted as the present."""

    category: Category
    total: float
    past: float
    evidence: tuple[Evidence, ...]


class CategoryComponent:
    """Sets `category`, `also`, `subcategory` and the scores that confidence is made from."""

    def __init__(self, categories: Sequence[Category], weights: Weights) -> None:
        self.weights = weights
        self._untold = tuple(Score(category, 0.0, 0.0, ()) for category in categories)
        self._choices = tuple(frozenset(map(str.lower, category.choices)) for category in categories)
        self._keys = tuple(category.key for category in categories)

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its category."""
        found = findings(doc)
        hits = found.hits
        scores = self._yielding(self._remembering(self._told(found)))
        best = max(scores, key=lambda score: score.total)  # the first of equals: the order breaks ties
        chosen = best.category if best.total > 0 else self._untold[-1].category
        found.category = chosen.id
        found.scores = {score.category.id: score.total for score in scores}
        found.also = self._also(scores, best) if best.total > 0 else ()
        found.subcategory = _subcategory(found, chosen, hits)
        found.evidence.extend(item for score in scores for item in score.evidence)
        return doc

    def _told(self, found: Findings) -> tuple[Score, ...]:
        chosen = found.report.field("type").strip().lower()
        parts = zip(self._untold, self._keys, self._choices, strict=True)
        return tuple(
            self._score(found, untold, found.hits.get(key, ()), chosen if chosen in choices else "")
            for untold, key, choices in parts
        )

    def _remembering(self, scores: tuple[Score, ...]) -> tuple[Score, ...]:
        """Where nothing is told but what lies in the past, that is what the report is about."""
        if max(score.total for score in scores) >= self.weights.strong:
            return scores
        return tuple(Score(one.category, one.total + one.past, 0.0, one.evidence) for one in scores)

    def _score(self, found: Findings, untold: Score, hits: Sequence[Hit], chosen: str) -> Score:
        if not (hits or chosen):
            return untold
        category = untold.category
        told = list(self._counted(found, category.key, hits))
        past = sum(item.weight for item in told if item.note == "förr")
        if chosen:
            told.append(Evidence(category.key, "choices", self.weights.choice, text=chosen, field="form"))
        present = self._sum([item.weight for item in told if item.note != "förr"])
        return Score(category, present + past, past / self.weights.past - past, tuple(told))

    def _sum(self, told: Sequence[float]) -> float:
        """Weak words add up to little, however many there are."""
        weak = sum(weight for weight in told if 0 < weight <= self.weights.weak * self.weights.subject)
        return sum(told) - weak + min(weak, self.weights.weak_most)

    def _counted(self, found: Findings, finding: str, hits: Sequence[Hit]) -> Iterator[Evidence]:
        taken: set[int] = set()
        repeats: dict[str, int] = {}
        for hit in sorted(hits, key=lambda hit: (-abs(hit.term.weight), hit.start - hit.end, hit.start)):
            if taken.issuperset(hit.tokens):
                continue
            note = discount(found, hit)
            taken.update(hit.tokens if note not in {NAME, PRONOUN} else ())
            repeats[hit.term.text] = repeats.get(hit.term.text, 0) + (not note)
            yield evidence(found, hit, finding, self._weight(found, hit, note, repeats[hit.term.text]), note)

    def _weight(self, found: Findings, hit: Hit, note: str, times: int) -> float:
        if note and note != "förr":
            return 0.0
        weight = hit.term.weight * (self.weights.past if note else 1.0) / max(times, 1)
        if weight > 0 and _compound(found, hit):
            weight *= self.weights.compound
        if weight <= 0 or found.starts[hit.start] >= found.body_start:
            return round(weight, 2)
        return round(weight * self._subject_factor(found), 2)

    def _subject_factor(self, found: Findings) -> float:
        # The subject of an answer names what the thread began with, not what is told now.
        return self.weights.reply_subject if found.report.kind == "reply" else self.weights.subject

    def _yielding(self, scores: tuple[Score, ...]) -> tuple[Score, ...]:
        """What one category gives up to others that are told at least as plainly: a smashed door to the burglary."""
        told = {score.category.id: score.total for score in scores if score.total >= self.weights.strong}
        if not told:
            return scores
        return tuple(self._halved(score) if _gives_way(score, told) else score for score in scores)

    def _halved(self, score: Score) -> Score:
        return Score(score.category, score.total / 2, score.past, score.evidence)

    def _also(self, scores: Sequence[Score], best: Score) -> tuple[str, ...]:
        least = max(self.weights.also, best.total * self.weights.also_share)
        return tuple(score.category.id for score in scores if score is not best and score.total >= least)


def _compound(found: Findings, hit: Hit) -> bool:
    """Whether a word was found only as the end of another, whose first part is no particle ("ner" of "nersprejat")."""
    word = found.text[found.starts[hit.start] : found.ends[hit.start]].lower()
    if len(hit.tokens) > 1 or word[:2] == hit.term.text.strip('"')[:2].lower() or hit.term.text.startswith(("/", "<")):
        return False
    return not any(word.startswith(first) for first in PARTICLES)


def _gives_way(score: Score, told: Mapping[str, float]) -> bool:
    return any(told.get(other, 0.0) >= score.total / 2 and other in told for other in score.category.yields_to)


def _subcategory(found: Findings, category: Category, hits: Mapping[str, Sequence[Hit]]) -> str | None:
    counts = [
        (sum(not discount(found, hit) for hit in hits.get(f"sub{category.key}:{sub.id}", ())), sub.id)
        for sub in category.subcategories
    ]
    best = max(counts, default=(0, ""), key=lambda count: count[0])
    return best[1] if best[0] else None
