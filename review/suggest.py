"""What corrections teach: words that would have set reports right, rules that misled, new sites, other names. Pure."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

# A word must stand in so many corrected reports before it is proposed: one report is an anecdote.
MIN_SUPPORT = 2
# At least this share of the judged reports that hold a word must be of its category. Measured on reports not seen:
# words that merely lean (`man`, `platsen`) set right what they were taken from and wrong elsewhere.
MIN_SHARE = 0.5
# How clearly (in standard errors of the log-odds) a word must lean to a category to be worth trying out.
MIN_LEAN = 0.8
# Trying one change means reading the reports that it touches again; the best of these show what there is.
MAX_TRIED = 60
# Weight of the prior, in reports: rare words are pulled towards "leans nowhere".
PRIOR = 5.0
# A word that stands in every report would divide by zero.
LEAST = 0.01
WORD = re.compile(r"[a-zåäöéü][a-zåäöéü-]*")
MIN_LETTERS = 3
# Words on both sides of a sign are no pair.
BETWEEN = re.compile(r"[^\w\s-]+")
MASKED = re.compile(r"\[[^\]\n]{1,20}\]")

Kind = Literal["term", "misleading", "site", "alias"]
# These change places.yaml.
PLACES: tuple[Kind, ...] = ("site", "alias")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One report that people have judged, as the rules of today see it.

    Attributes:
        text: subject and text, masked: no personal data may become a rule.
        truth: the category by people's word; found: by the rules.
        evidence: (category, rule) of everything that spoke for a category.
        site, locality: by people's word; found_site: by the rules.
    """

    report_id: int
    text: str
    truth: str
    found: str
    evidence: tuple[tuple[str, str], ...] = ()
    site: str = ""
    locality: str = ""
    found_site: str = ""

    def judged(self, kind: Kind) -> tuple[str, str]:
        """What people and the rules say of what a proposal of this kind changes: the category, or the site."""
        return (self.site.lower(), self.found_site.lower()) if kind in PLACES else (self.truth, self.found)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change to the rules.

    Attributes:
        subject: the category of a term, or the site that gets a place or another name.
        word: the term, the site or the other name.
        support: in how many judged reports it stands.
        right, wrong: how many judged reports it sets right and wrong, measured by re-running.
        locality: of a new site.
    """

    kind: Kind
    subject: str
    word: str
    support: int
    lean: float = 0.0
    right: int = 0
    wrong: int = 0
    locality: str = ""

    @property
    def worth(self) -> bool:
        """Whether it sets clearly more right than wrong."""
        return self.right > 2 * self.wrong


def words_of(text: str) -> frozenset[str]:
    """The words and neighbouring pairs of a text, in lower case, without short words and without what was masked."""
    clauses = [WORD.findall(part.lower()) for part in BETWEEN.split(MASKED.sub(" . ", text))]
    pairs = (pair for clause in clauses for pair in pairwise(clause) if min(map(len, pair)) >= MIN_LETTERS)
    single = (word for clause in clauses for word in clause if len(word) >= MIN_LETTERS)
    return frozenset((*single, *(" ".join(pair) for pair in pairs)))


def terms(lessons: Sequence[Lesson], known: frozenset[str]) -> tuple[Proposal, ...]:
    """Words that lean to a category and stand in reports that were corrected to it, clearest first.

    `known` are words not to be proposed, alone or in a pair: those of the rules, and those that say nothing.
    """
    bags = {lesson.report_id: words_of(lesson.text) for lesson in lessons}
    everywhere = Counter(word for bag in bags.values() for word in bag)
    found = (p for category in _missed(lessons) for p in _leaning(category, lessons, bags, everywhere))
    fresh = [p for p in found if p.word not in known and known.isdisjoint(p.word.split(" "))]
    return tuple(sorted(fresh, key=lambda p: (-p.support * p.lean, p.word))[:MAX_TRIED])


def _missed(lessons: Sequence[Lesson]) -> Iterator[str]:
    yield from dict.fromkeys(lesson.truth for lesson in lessons if lesson.truth != lesson.found)


def _leaning(
    category: str, lessons: Sequence[Lesson], bags: Mapping[int, frozenset[str]], everywhere: Counter[str]
) -> Iterator[Proposal]:
    own = Counter(w for lesson in lessons if lesson.truth == category for w in bags[lesson.report_id])
    corrected = [bags[one.report_id] for one in lessons if one.truth == category != one.found]
    supported = {w: n for w, n in Counter(w for bag in corrected for w in bag).items() if n >= MIN_SUPPORT}
    sizes = sum(lesson.truth == category for lesson in lessons), len(lessons)
    for word, support in supported.items():
        if own[word] < MIN_SHARE * everywhere[word]:
            continue
        lean = log_odds(own[word], everywhere[word] - own[word], sizes[0], sizes[1] - sizes[0])
        if lean >= MIN_LEAN:
            yield Proposal("term", category, word, support, lean)


def log_odds(ours: int, theirs: int, our_size: int, their_size: int) -> float:
    """Weighted log-odds of a word with an informative Dirichlet prior, in standard errors (Monroe et al. 2008).

    `ours` of `our_size` reports of the category hold the word, `theirs` of `their_size` others.
    """
    prior = max(PRIOR * (ours + theirs) / (our_size + their_size), LEAST)
    odds = [
        math.log((count + prior) / max(size + PRIOR - count - prior, LEAST))
        for count, size in ((ours, our_size), (theirs, their_size))
    ]
    return (odds[0] - odds[1]) / math.sqrt(1 / (ours + prior) + 1 / (theirs + prior))


def misleading(lessons: Iterable[Lesson]) -> tuple[Proposal, ...]:
    """Rules that spoke for the wrong category more often than for the right one."""
    wrong: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for lesson in lessons:
        for category, rule in set(lesson.evidence):
            (right if category == lesson.truth else wrong)[category, rule] += lesson.found == category
    found = [(n, pair) for pair, n in wrong.items() if n >= MIN_SUPPORT and n > right[pair]]
    return tuple(Proposal("misleading", category, rule, n) for n, (category, rule) in sorted(found, reverse=True))


def new_sites(lessons: Iterable[Lesson], known: Collection[str]) -> tuple[Proposal, ...]:
    """Sites that people put in the place of what was found and places.yaml does not know, with their locality."""
    lower = {"", *(name.lower() for name in known)}
    corrected = (one for one in lessons if one.site != one.found_site)
    told = Counter((one.site, one.locality) for one in corrected if one.site.lower() not in lower)
    return tuple(
        Proposal("site", site, site, n, locality=locality)
        for (site, locality), n in told.most_common()
        if n >= MIN_SUPPORT
    )


def aliases(lessons: Iterable[Lesson], known: Collection[str]) -> tuple[Proposal, ...]:
    """Names that the text uses for a known site which people then chose."""
    lower = {name.lower(): name for name in known}
    pairs = Counter(
        (lower[one.site.lower()], one.found_site)
        for one in lessons
        if one.site.lower() in lower and one.found_site and one.found_site.lower() not in lower
    )
    return tuple(Proposal("alias", site, name, n) for (site, name), n in pairs.most_common() if n >= MIN_SUPPORT)


def measured(proposals: Iterable[Proposal], lessons: Sequence[Lesson], rerun: Callable[[Proposal], Mapping[int, str]]
             ) -> Iterator[Proposal]:  # fmt: skip
    """Each proposal with what it sets right and wrong; `rerun` gives the categories or sites it leads to, by report."""
    by_id = {lesson.report_id: lesson for lesson in lessons}
    for proposal in proposals:
        changed = [(by_id[number].judged(proposal.kind), new) for number, new in rerun(proposal).items()]
        right = sum(new == truth != found for (truth, found), new in changed)
        wrong = sum(new != truth == found for (truth, found), new in changed)
        yield replace(proposal, right=right, wrong=wrong)


def sentence(proposal: Proposal, labels: Mapping[str, str]) -> str:
    """A proposal in plain Swedish."""
    p = proposal
    what = {
        "term": f"Lägg till ”{p.word}” (starkt) för {labels.get(p.subject, p.subject)}",
        "misleading": f"Ta bort ”{p.word}” från {labels.get(p.subject, p.subject)}: det har vilselett",
        "site": f"Ny plats i places.yaml: {p.word}{f', {p.locality}' if p.locality else ''}",
        "alias": f"”{p.word}” är ett annat namn för {p.subject}",
    }[p.kind]
    return f"{what} (i {_reports(p.support)}; {_reports(p.right)} blir rätt, {p.wrong} fel)."


def _reports(count: int) -> str:
    return f"{count} rapport{'er' if count != 1 else ''}"
