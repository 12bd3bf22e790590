"""What does not count: words that are denied, feared, long past or quoted."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from classify.document import Scope
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What people read in the explanation.
NOTES = {"negated": "nekat", "hypothetical": "hypotetiskt", "historical": "förr", "quoted": "citerat"}
DEFINITE = ("en", "et", "an", "na", "ets", "ens", "ans", "nas")
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
    hypothetical: Cues
    historical: Cues

    def terms(self) -> Iterator[Term]:
        """Cues, stops and exemptions under `scope:<kind>…`."""
        for kind in ("negated", "hypothetical", "historical"):
            cues: Cues = getattr(self, kind)
            yield from terms_under(f"scope:{kind}", cues.cues)
            yield from terms_under(f"scope:{kind}:stop", cues.stop)
            yield from terms_under(f"scope:{kind}:never", cues.never)
            yield from terms_under(f"scope:{kind}:behind", cues.behind)


class ScopeComponent:
    """Sets `doc._.scopes` from the cues found."""

    def __init__(self, section: ScopeSection) -> None:
        self.section = section

    def __call__(self, doc: "Doc") -> "Doc":
        """The document with its scopes."""
        doc._.scopes = doc.user_data["scopes"] = (*self._cued(doc), *_quoted(doc))
        doc.user_data["discounts"] = {}
        return doc

    def _cued(self, doc: "Doc") -> Iterator[Scope]:
        for kind in ("negated", "hypothetical", "historical"):
            hits = doc._.hits.get(f"scope:{kind}", ())
            if hits:
                yield from self._of_kind(doc, kind, hits)

    def _of_kind(self, doc: "Doc", kind: str, hits: tuple[Hit, ...]) -> Iterator[Scope]:
        cues: Cues = getattr(self.section, kind)
        stops = {hit.start for hit in doc._.hits.get(f"scope:{kind}:stop", ())}
        never = {token for hit in doc._.hits.get(f"scope:{kind}:never", ()) for token in range(hit.start, hit.end)}
        behind = {hit.start for hit in doc._.hits.get(f"scope:{kind}:behind", ())}
        for hit in hits:
            if hit.start not in never:
                start, end = _reach(doc, hit, cues, stops)
                start = max(0, start - 1) if hit.start in behind else start
                yield Scope(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), kind)


def _reach(doc: "Doc", hit: Hit, cues: Cues, stops: set[int]) -> tuple[int, int]:
    start, end = hit.start, hit.end
    low = max(0, hit.start - (len(doc) if cues.sentence else cues.before))
    high = min(len(doc), hit.end + (len(doc) if cues.sentence else cues.after))
    while start > low and not _ends(doc, start - 1) and start - 1 not in stops:
        start -= 1
    while end < high and not _ends(doc, end) and end not in stops:
        end += 1
    return start, end


def _ends(doc: "Doc", at: int) -> bool:
    text = doc[at].text
    return text[0] in SENTENCE_ENDS or "\n\n" in text


def _quoted(doc: "Doc") -> Iterator[Scope]:
    at = 0
    for line in doc._.text.splitlines(keepends=True) if "\n>" in doc._.text else ():
        if line.lstrip().startswith(">"):
            yield Scope(at, at + len(line), "quoted")
        at += len(line)


def discount(doc: "Doc", hit: Hit) -> str:
    """Why a hit does not count, in Swedish, or an empty string where it does.

    A cue inside the term itself ("lyser inte") takes nothing away from it, and "inte" before a definite noun
    ("städar inte bort klottret") says that the thing is there.
    """
    scopes = doc.user_data["scopes"]
    if not scopes:
        return ""
    known: dict[tuple[tuple[int, ...], str], str] = doc.user_data["discounts"]
    key = (hit.tokens, hit.term.text)
    if key not in known:
        known[key] = _discount(doc, hit, scopes)
    return known[key]


def _discount(doc: "Doc", hit: Hit, scopes: Iterable[Scope]) -> str:
    starts = [doc[token].idx for token in hit.tokens]
    for scope in scopes:
        covered = any(scope.start_char <= start < scope.end_char for start in starts)
        if covered and not _exempt(doc, hit, scope):
            return NOTES[scope.kind]
    return ""


def _exempt(doc: "Doc", hit: Hit, scope: Scope) -> bool:
    if scope.kind not in {"negated", "hypothetical"}:
        return False
    tokens = set(hit.tokens)
    own = any(tokens.intersection(cue.tokens) for cue in doc._.hits.get(f"scope:{scope.kind}", ()))
    return own or (scope.kind == "negated" and _definite(doc, hit))


def _definite(doc: "Doc", hit: Hit) -> bool:
    term = hit.term.text.lower()
    word = doc[hit.start].lower_
    noun = hit.end - hit.start == 1 and " " not in term and not term.endswith(("a", "ad", "en", "t"))
    return noun and word.endswith(DEFINITE) and not word.endswith(term)
