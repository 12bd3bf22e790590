"""What does not count: words that are denied, feared, long past or quoted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from classify.document import Findings, Scope, findings
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What people read in the explanation.
NOTES = {
    "negated": "nekat",
    "absent": "nekat",
    "hypothetical": "hypotetiskt",
    "historical": "förr",
    "quoted": "citerat",
}
KINDS = ("negated", "absent", "hypothetical", "historical")
DEFINITE = ("en", "et", "an", "na", "ets", "ens", "ans", "nas")
NAME, PRONOUN = "namn", "pronomen"
MIN_NAME = 3
PERSON = "<person>"
# What stands before the noun: "en kraftigt berusad man", "samma man", "ung man".
BEFORE_MAN = frozenset({"en", "samma", "annan", "någon", "okänd", "ung", "äldre", "denne", "denna", "vilken"})
MAN_REACH = 3
SENTENCE_ENDS = frozenset(".!?;")


class Cues(StrictModel):
    """Words that take others out of account, and how far they reach.

    Attributes:
        cues: the words; before, after: how many words to either side; stop: words that end the reach;
        behind: cues that also take back the verb just before them ("det brinner inte");
        never: phrases that hold a cue but take nothing away ("inte bara");
        sentence: the reach is the whole sentence.
    """

    cues: Terms
    behind: Terms = ()
    before: int = Field(default=0, ge=0, le=30)
    after: int = Field(default=6, ge=0, le=60)
    stop: Terms = ()
    never: Terms = ()
    sentence: bool = False


class ScopeSection(Section):
    """`scope:` of rules.yaml."""

    negated: Cues
    absent: Cues = Cues(cues=())
    hypothetical: Cues
    historical: Cues

    def terms(self) -> Iterator[Term]:
        """Cues, stops and exemptions under `scope:<kind>…`."""
        for kind in KINDS:
            cues: Cues = getattr(self, kind)
            yield from terms_under(f"scope:{kind}", cues.cues)
            yield from terms_under(f"scope:{kind}:stop", cues.stop)
            yield from terms_under(f"scope:{kind}:never", cues.never)
            yield from terms_under(f"scope:{kind}:behind", cues.behind)


class ScopeComponent:
    """Sets `scopes` from the cues found."""

    def __init__(self, section: ScopeSection) -> None:
        self.section = section

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its scopes."""
        found = findings(doc)
        found.scopes = (*self._cued(found), *_quoted(found.text))
        return doc

    def _cued(self, found: Findings) -> Iterator[Scope]:
        for kind in KINDS:
            hits = found.hits.get(f"scope:{kind}", ())
            if hits:
                yield from self._of_kind(found, kind, hits)

    def _of_kind(self, found: Findings, kind: str, hits: tuple[Hit, ...]) -> Iterator[Scope]:
        cues: Cues = getattr(self.section, kind)
        stops = {hit.start for hit in found.hits.get(f"scope:{kind}:stop", ())}
        never = {token for hit in found.hits.get(f"scope:{kind}:never", ()) for token in range(hit.start, hit.end)}
        behind = {hit.start for hit in found.hits.get(f"scope:{kind}:behind", ())}
        for hit in hits:
            if hit.start not in never:
                start, end = _reach(found, hit, cues, stops)
                start = max(0, start - 1) if hit.start in behind else start
                yield Scope(found.starts[start], found.ends[end - 1], kind)


def _reach(found: Findings, hit: Hit, cues: Cues, stops: set[int]) -> tuple[int, int]:
    start, end, length = hit.start, hit.end, len(found.starts)
    low = max(0, hit.start - (length if cues.sentence else cues.before))
    high = min(length, hit.end + (length if cues.sentence else cues.after))
    while start > low and not ends_sentence(found, start - 1) and start - 1 not in stops:
        start -= 1
    while end < high and not ends_sentence(found, end) and end not in stops:
        end += 1
    return start, end


def ends_sentence(found: Findings, at: int) -> bool:
    """Whether a token ends a sentence: a sign, or an empty line."""
    start = found.starts[at]
    return found.text[start] in SENTENCE_ENDS or "\n\n" in found.text[start : found.ends[at]]


def _quoted(text: str) -> Iterator[Scope]:
    at = 0
    for line in text.splitlines(keepends=True) if "\n>" in text else ():
        if line.lstrip().startswith(">"):
            yield Scope(at, at + len(line), "quoted")
        at += len(line)


def discount(found: Findings, hit: Hit) -> str:
    """Why a hit does not count, in Swedish, or an empty string where it does.

    A capital inside a sentence makes a name ("Biblioteksparken", "Svärd"), and "man" is a person only behind an
    article or the like. A cue inside the term itself ("lyser inte") takes nothing away from it, and "inte" before a
    definite noun ("städar inte bort klottret") says that the thing is there.
    """
    if mistaken := _mistaken(found, hit):
        return mistaken
    if not found.scopes:
        return ""
    key = (hit.tokens, hit.term.text)
    if key not in found.discounts:
        found.discounts[key] = _discount(found, hit)
    return found.discounts[key]


def _mistaken(found: Findings, hit: Hit) -> str:
    if len(hit.tokens) == 1:
        return NAME if _name(found, hit.start) else ""
    if PERSON in hit.term.text and any(_pronoun(found, token) for token in hit.tokens):
        return PRONOUN
    return ""


def _name(found: Findings, at: int) -> bool:
    start, end = found.starts[at], found.ends[at]
    if not found.text[start].isupper() or end - start < MIN_NAME or at == 0:
        return False
    before = found.text[found.ends[at - 1] - 1]
    gap = found.text[found.ends[at - 1] : start]
    return before.isalpha() and "\n" not in gap and found.text[start + 1 : end].islower()


def _pronoun(found: Findings, at: int) -> bool:
    if found.text[found.starts[at] : found.ends[at]].lower() != "man":
        return False
    reach = range(max(0, at - MAN_REACH), at)
    return not any(found.text[found.starts[one] : found.ends[one]].lower() in BEFORE_MAN for one in reach)


def _discount(found: Findings, hit: Hit) -> str:
    starts = [found.starts[token] for token in hit.tokens]
    for scope in found.scopes:
        covered = any(scope.start_char <= start < scope.end_char for start in starts)
        if covered and not _exempt(found, hit, scope):
            return NOTES[scope.kind]
    return ""


def _exempt(found: Findings, hit: Hit, scope: Scope) -> bool:
    if scope.kind not in {"negated", "hypothetical"}:
        return False
    tokens = set(hit.tokens)
    own = any(tokens.intersection(cue.tokens) for cue in found.hits.get(f"scope:{scope.kind}", ()))
    return own or (scope.kind == "negated" and _definite(found, hit))


def _definite(found: Findings, hit: Hit) -> bool:
    term = hit.term.text.lower()
    word = found.text[found.starts[hit.start] : found.ends[hit.start]].lower()
    noun = hit.end - hit.start == 1 and " " not in term and not term.endswith(("a", "ad", "en", "t"))
    return noun and word.endswith(DEFINITE) and not word.endswith(term)
