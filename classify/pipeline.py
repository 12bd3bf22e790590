"""The pipeline: spaCy's Swedish tokenizer (or a whole trained pipeline) and our components, one module each."""

import gc
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from classify.assessment import Assessment, Confidence
from classify.compiling import compile_terms
from classify.components.category import CategoryComponent
from classify.components.confidence import ConfidenceComponent
from classify.components.not_report import NotReportComponent
from classify.components.occurred import occurred_component, occurred_now_component
from classify.components.outside_scope import OutsideScopeComponent
from classify.components.personal import PersonalComponent
from classify.components.place import PlaceComponent
from classify.components.police import police_component
from classify.components.recurring import recurring_component
from classify.components.scope import ScopeComponent
from classify.components.upcoming import upcoming_component
from classify.components.urgency import UrgencyComponent
from classify.document import findings, make_doc
from classify.rules import RuleBook, load_rules
from classify.split import split_report
from classify.terms import TermIndex
from classify.tokenizer import cached
from ingest.message import Report

# spaCy's configuration holds plain values only: a component names the rules it belongs to, and finds them here.
BOOKS: WeakValueDictionary[str, "Compiled"] = WeakValueDictionary()
_numbers = itertools.count()
MAX_NEW_WORDS = 100_000  # some 40 MB, and more than a year of reports


class Compiled:
    """A rule book with its term index."""

    def __init__(self, book: RuleBook, index: TermIndex) -> None:
        self.book = book
        self.index = index
        self.gazetteer = book.gazetteer()
        self.key = f"{book.version}-{next(_numbers)}"


class SearchComponent:
    """Finds every term of every section once; the other components ask for their own hits."""

    def __init__(self, index: TermIndex) -> None:
        self.index = index

    def __call__(self, doc: Doc) -> Doc:
        """The document with its `hits`."""
        findings(doc).hits = self.index.search(doc)
        return doc


Component = Callable[[Doc], Doc]

# In the order in which they work: each reads what those before it found. A component is one module and one line here.
COMPONENTS: dict[str, Callable[[Compiled], Component]] = {
    "lagesbild_search": lambda compiled: SearchComponent(compiled.index),
    "lagesbild_scope": lambda compiled: ScopeComponent(compiled.book.rules.scope),
    "lagesbild_category": lambda compiled: CategoryComponent(compiled.book.categories, compiled.book.rules.weights),
    "lagesbild_place": lambda compiled: PlaceComponent(compiled.gazetteer),
    "lagesbild_occurred": lambda _compiled: occurred_component,
    "lagesbild_recurring": lambda _compiled: recurring_component,
    "lagesbild_urgency": lambda compiled: UrgencyComponent(compiled.book.rules.urgency),
    "lagesbild_occurred_now": lambda _compiled: occurred_now_component,
    "lagesbild_police": lambda _compiled: police_component,
    "lagesbild_upcoming": lambda _compiled: upcoming_component,
    "lagesbild_personal": lambda compiled: PersonalComponent(compiled.gazetteer),
    "lagesbild_not_report": lambda compiled: NotReportComponent(compiled.book.rules.not_report),
    "lagesbild_outside_scope": lambda compiled: OutsideScopeComponent(compiled.book.rules.outside_scope),
    "lagesbild_confidence": lambda _compiled: ConfidenceComponent(),
}


def _factory(build: Callable[[Compiled], Component]) -> Callable[..., Component]:
    def create(nlp: Language, name: str, rules: str) -> Component:  # noqa: ARG001 - the names spaCy calls a factory with
        return build(BOOKS[rules])

    return create


for _name, _build in COMPONENTS.items():
    Language.factory(_name, func=_factory(_build))


class Classifier:
    """Classifies reports by one rule book."""

    def __init__(self, compiled: Compiled, spacy_pipeline: str = "") -> None:
        self.compiled = compiled
        self.nlp = assemble(compiled, spacy_pipeline)
        self._spacy_pipeline = spacy_pipeline
        self._most_words = len(self.nlp.vocab.strings) + MAX_NEW_WORDS

    @property
    def rules(self) -> RuleBook:
        """The rules in force."""
        return self.compiled.book

    @property
    def version(self) -> str:
        """Hash of both rule files and the program's version."""
        return self.rules.version

    def assess(self, report: Report) -> Assessment:
        """Everything the rules find in one report."""
        self._renew_memory()
        doc = make_doc(self.nlp, report)
        for _, component in self.nlp.pipeline:  # as `nlp(doc)` does, which takes longer than some of the components
            doc = component(doc)
        return assessment(doc, self.version)

    def _renew_memory(self) -> None:
        # spaCy keeps every word ever seen, and its memory zones cost the tokenizer's cache: begin anew now and then.
        if len(self.nlp.vocab.strings) > self._most_words:
            self.nlp = assemble(self.compiled, self._spacy_pipeline)

    def split(self, report: Report) -> tuple[Report, ...]:
        """One report for each event told."""
        return split_report(report, self.compiled.gazetteer)


def load_classifier(
    rules_path: Path, places_path: Path, spacy_pipeline: str = "", cache_dir: Path | None = None
) -> Classifier:
    """Loads the rules and assembles the pipeline.

    Args:
        rules_path: rules.yaml.
        places_path: places.yaml.
        spacy_pipeline: name or folder of an installed trained pipeline; empty for the plain Swedish tokenizer.
        cache_dir: where compiled rules are kept (default: the user's cache folder).

    Raises:
        RuleError: the rules cannot be used; it names every mistake.
    """
    with _without_collection():
        book = load_rules(rules_path, places_path, cache_dir)
        index = compile_terms(book.terms(), book.rules.words, book.rules.exceptions, cache_dir)
        compiled = Compiled(book, index)
        BOOKS[compiled.key] = compiled
        return Classifier(compiled, spacy_pipeline)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Half of the time went into looking for garbage among the million objects being made, of which none is."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def assemble(compiled: Compiled, spacy_pipeline: str = "") -> Language:
    """A trained pipeline or the plain tokenizer, with our components behind it."""
    nlp: Language = spacy.load(spacy_pipeline) if spacy_pipeline else spacy.blank("sv")
    nlp.tokenizer = cached(nlp.tokenizer)
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"rules": compiled.key})
    return nlp


def assessment(doc: Doc, version: str) -> Assessment:
    """The findings of a document as an Assessment."""
    found = findings(doc)
    return Assessment(
        category=found.category,
        urgency=found.urgency,
        place=found.place,
        confidence=Confidence(**found.confidence),
        evidence=tuple(found.evidence),
        personal=found.personal,
        masked_text=found.masked_text,
        masked_subject=found.masked_subject,
        rules=version,
        also=found.also,
        subcategory=found.subcategory,
        occurred=found.occurred,
        recurring=found.recurring,
        duration=found.duration,
        police_report=found.police_report,
        police_reference=found.police_reference,
        not_report=found.not_report,
        outside_scope=found.outside_scope,
        upcoming=found.upcoming,
    )
