"""What corrections teach the rules: lessons from the store, proposals tried by re-running, chosen ones written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from classify.assessment import Assessment
from classify.compiling import compile_terms
from classify.lexicon import STOP
from classify.pipeline import BOOKS, Classifier, Compiled
from classify.places import PlacesFile, SiteEntry
from classify.rules import RuleBook
from classify.selected import SelectedTerms
from classify.terms import TermIndex
from ingest.message import Report
from lagesbild.rule_files import GROUPS
from review.model import ReviewError
from review.suggest import Lesson, Proposal, aliases, measured, misleading, new_sites, terms
from store import reports
from store.records import StoredReport
from store.session import Store


def judged(store: Store) -> Iterator[StoredReport]:
    """Every report whose category people have approved or corrected."""
    last = 0
    while True:
        with store.transaction() as session:
            page = reports.everything(session, last)
        if not page:
            return
        yield from (r for r in page if r.counts and (r.status == "approved" or "category" in dict(r.corrected)))
        last = page[-1].id


def lesson(number: int, truth: Assessment, found: Assessment) -> Lesson:
    """One judged report as today's rules see it."""
    spoke = (e for e in found.evidence if e.weight > 0 and e.finding.startswith("category:"))
    return Lesson(
        report_id=number,
        text=f"{found.masked_subject}\n{found.masked_text}",
        truth=truth.category,
        found=found.category,
        evidence=tuple((e.finding.removeprefix("category:"), e.rule) for e in spoke),
        site=truth.place.site or "",
        locality=truth.place.locality or "",
        found_site=found.place.site or "",
    )


class Trial:
    """Re-runs judged reports with one change to the rules at a time."""

    def __init__(self, classifier: Classifier, told: Mapping[int, Report], cache: Path | None = None) -> None:
        self.classifier, self.told, self.cache = classifier, told, cache
        self.found = {number: classifier.assess(report) for number, report in told.items()}

    def proposals(self, lessons: Sequence[Lesson]) -> tuple[Proposal, ...]:
        """Everything worth proposing, the most useful first."""
        book = self.classifier.rules
        known = frozenset(term.text.strip('"').lower() for term in book.terms()) | STOP
        tried = (*terms(lessons, known), *misleading(lessons))
        bench = Bench(book, tried, self.told, self.cache)
        useful = [
            p for p in measured(tried, lessons, lambda p: bench.categories((p,), _touched(p, lessons))) if p.worth
        ]
        sites = {site.name for site in book.places.sites}
        told = (*new_sites(lessons, sites), *aliases(lessons, sites))
        places = measured(told, lessons, lambda p: self._sites(p, _touched(p, lessons)))
        return (*_together(bench, _without_parts(useful), lessons), *(p for p in places if p.worth))

    def _sites(self, proposal: Proposal, numbers: Iterable[int]) -> dict[int, str]:
        """The sites that one change to the places leads to, in lower case."""
        compiled = self.classifier.compiled
        trial = classifier_of(replace(compiled.book, places=with_place(compiled.book.places, proposal)), compiled.index)
        return {number: (trial.assess(self.told[number]).place.site or "").lower() for number in numbers}


class Bench:
    """The rules with everything that is to be tried, compiled once."""

    def __init__(
        self, book: RuleBook, tried: Iterable[Proposal], told: Mapping[int, Report], cache: Path | None
    ) -> None:
        self.book, self.told = book, told
        whole = changed_book(book, [p for p in tried if p.kind == "term"])
        self.terms = frozenset(whole.terms())
        self.index = SelectedTerms(compiled_index(whole, cache))
        self.classifier = classifier_of(whole, self.index)

    def categories(self, changes: Sequence[Proposal], numbers: Iterable[int]) -> dict[int, str]:
        """The categories of these reports with these changes in force."""
        self.index.left_out = self.terms - frozenset(changed_book(self.book, changes).terms())
        return {number: self.classifier.assess(self.told[number]).category for number in numbers}


def _together(bench: Bench, useful: Sequence[Proposal], lessons: Sequence[Lesson]) -> Iterator[Proposal]:
    """What still helps when everything before it is in force."""
    taken: list[Proposal] = []
    now = {one.report_id: one.found for one in lessons}
    truth = {one.report_id: one.truth for one in lessons}
    for proposal in sorted(useful, key=lambda p: (p.wrong - p.right, -p.lean, p.word)):
        after = bench.categories((*taken, proposal), _touched(proposal, lessons))
        if sum((new == truth[n]) - (now[n] == truth[n]) for n, new in after.items()) > 0:
            taken, now = [*taken, proposal], now | after
            yield proposal


def _touched(proposal: Proposal, lessons: Iterable[Lesson]) -> Iterator[int]:
    """The reports that a change can touch: no other need be read again."""
    return (one.report_id for one in lessons if _touches(proposal, one))


def _touches(proposal: Proposal, one: Lesson) -> bool:
    if proposal.kind == "misleading":
        return (proposal.subject, proposal.word) in one.evidence
    text = one.text.lower()
    return all(part[: max(4, len(part) - 2)] in text for part in proposal.word.lower().split(" "))


def _without_parts(useful: Sequence[Proposal]) -> list[Proposal]:
    """A pair of words is not proposed where one of them alone does as much."""
    alone = {(p.subject, p.word): p.right - p.wrong for p in useful}
    return [
        p
        for p in useful
        if " " not in p.word or all(alone.get((p.subject, part), 0) < p.right - p.wrong for part in p.word.split(" "))
    ]


def changed_book(book: RuleBook, changes: Iterable[Proposal]) -> RuleBook:
    """The rules with some changes to their categories; nothing is written."""
    chosen = tuple(changes)
    categories = tuple(_changed_category(category, chosen) for category in book.categories)
    return replace(book, rules=book.rules.model_copy(update={"categories": categories}))


def compiled_index(book: RuleBook, cache: Path | None = None) -> TermIndex:
    """The index of all terms of these rules."""
    return compile_terms(book.terms(), book.rules.words, book.rules.exceptions, cache)


def variant(book: RuleBook, changes: Iterable[Proposal], cache: Path | None = None) -> Classifier:
    """The classifier with some changes in force."""
    changed = changed_book(book, changes)
    return classifier_of(changed, compiled_index(changed, cache))


def classifier_of(book: RuleBook, index: TermIndex) -> Classifier:
    """A classifier for rules that stand in no file."""
    compiled = Compiled(book, index)
    BOOKS[compiled.key] = compiled
    return Classifier(compiled)


def with_place(places: PlacesFile, proposal: Proposal) -> PlacesFile:
    """The places with a new site, or with another name for a known one."""
    if proposal.kind == "site":
        sites = (*places.sites, SiteEntry(name=proposal.word, locality=proposal.locality or None))
    else:
        sites = tuple(
            site.model_copy(update={"aliases": (*site.aliases, proposal.word)})
            if site.name == proposal.subject
            else site
            for site in places.sites
        )
    return places.model_copy(update={"sites": sites})


def _changed_category(category: Any, changes: Sequence[Proposal]) -> Any:  # noqa: ANN401 - a model of the rules
    own = [p for p in changes if p.subject == category.id]
    gone = {p.word for p in own if p.kind == "misleading"}
    more = tuple(p.word for p in own if p.kind == "term")
    kept = {name: tuple(t for t in getattr(category, name) if t not in gone) for name in GROUPS}
    return category.model_copy(update={**kept, "strong": (*kept["strong"], *more)})


def chosen_of(numbers: str, found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The proposals that a person chose as `1,3`; all where nothing is given.

    Raises:
        ReviewError: a number that is not in the list.
    """
    if not numbers.strip():
        return tuple(found)
    wanted = [part.strip() for part in numbers.split(",") if part.strip()]
    if not all(part.isdecimal() and 1 <= int(part) <= len(found) for part in wanted):
        msg = f"Välj bland nummer 1–{len(found)}, till exempel --choose 1,3."
        raise ReviewError(msg)
    return tuple(found[int(part) - 1] for part in wanted)
