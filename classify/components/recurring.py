"""Whether the text itself says that the problem returns or has lasted, and how long."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.assessment import Evidence
from classify.components.scope import discount
from classify.document import Findings, evidence, findings, locate
from classify.repetition import PATTERNS
from classify.schema import Section, Terms, terms_under
from classify.term import Term
from classify.timewords import WEEKDAYS, flat_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

NEEDED = 2.0
# So much all weak words together may add: two of them are no repetition.
WEAK = 1.0
MOST_WEAK = 1.5

# The sender's own habits, and those of people who only pass, are no problem: `jag går där varje dag`.
_OWN_HABIT = re.compile(
    r"\b(?:(?:har|haller|ar) oppet|oppettider|bokad\w*|lediga?|stangt)\b|"
    r"\b(?:jag|vi|man)\s+(?:\w+\s+){0,2}(?:gar|parkerar|cyklar|aker|jobbar|arbetar|promenerar|handlar|tar|springer|"
    r"kor|ar|tranar|"
    r"passerar|oppnar|stanger|rastar|bor|bott|slutar|borjar|brukar|tanker|anvander|lamnar|hamtar|badar)\b|"
    r"\bsom\s+(?:\w+\s+)?(?:gar|cyklar|jobbar|arbetar|promenerar|handlar|tranar|passerar|bor)\b|"
    r"\b(?:\w*barn\w*|elever\w*|folk|resenarer\w*|kunder\w*|gaster\w*|besokare\w*|pensionarer\w*)\s+(?:\w+\s+){0,2}"
    r"(?:gar|cyklar|promenerar|handlar|passerar|rastar|bor|anvander|leker|hamtar|ater|fikar|badar)\b|"
    r"\b(?:gar|parkerar|cyklar|jobbar|oppnar|stanger|stadar|passerar|leker|badar)\s+(?:jag|vi|\w*barn\w*|elever\w*|"
    r"manga)\b|"
    r"\b(?:full\w*|fullt) (?:av|med) \w*(?:akare|barn|folk|besokare|elever|gaster)\b|\b\w+akare\s+$"
)
_LASTS = re.compile(r"\b(?:ar|har|star|ligger|saknas|fungerar|hanger|lyser)\b")
# `kunde man inte ha fler vuxna ute på fredagar`
_WISHED = re.compile(r"\b(?:kunde|skulle|borde|vore|onskar|forslag\w*)\b")
# Before `sedan …`: what is in order since then.
_IN_ORDER = re.compile(
    r"\b(?:lugnt|tyst|fint|bra|sandat|lagad|lagat|rent?|ordnat|fungera\w+|slutat|borta|lyser|helt|bott|jobbat|"
    r"arbetat|varit kund|"
    r"medlem\w*|ago|agt|pensionar)\b"
)
# `lillebror springer alltid`
_OF_CHILDREN = re.compile(
    r"\b(?:lillebror|lillasyster|(?:min|mina|var|vart|vara)\s+(?:son|dotter|fru|man|sambo|barn|hund|katt|elever))\s+$"
)
# Who uses a place and does no harm there: `dagbarnvårdarna brukar dit`.
_USERS = re.compile(r"\b(?:\w*barn\w*|elever\w*|folk|kunder\w*|jag|vi|man)\s+$")
# `det kan ha hänt när som helst sedan mitten av september`
_SOME_TIME = re.compile(r"\bnar som helst\b|\bnagon gang\b|\b(?:kan|maste|bor) ha (?:hant|skett|varit)\b|\bhant\b")
_MENDED = re.compile(
    r"\b(?:lag\w+|spik\w+|las\w+|stang\w+|satt\w*|oppn\w+|kom\w*|vand\w*|upp|ater\w*|hor\w*|ring\w*)\s+igen\b"
)


class RecurringSection(Section):
    """`recurring:` of rules.yaml: words that alone say it (`strong`), that need another (`weak`), or speak against."""

    strong: Terms = ()
    weak: Terms = ()
    against: Terms = ()

    def terms(self) -> Iterator[Term]:
        """The terms under `recurring`, with their weights."""
        for texts, weight in ((self.strong, 2.0), (self.weak, 1.0), (self.against, -2.0)):
            yield from terms_under("recurring", texts, weight)


def recurring_component(doc: "Doc") -> "Doc":
    """Sets `recurring`, `duration` and the confidence."""
    found = findings(doc)
    told = [*_grammar(found, flat_of(doc)), *_words(found, flat_of(doc))]
    total = _total(told)
    found.recurring = total >= NEEDED
    if found.recurring:
        found.duration = max((one for one in told if one.weight > 0), key=lambda one: (one.weight, len(one.text))).text
        found.evidence.extend(told)
    found.confidence["recurring"] = 0.95 if total >= 2 * NEEDED else 0.88
    return doc


def _total(found: list[Evidence]) -> float:
    """The sum of what was found, each rule once; weak words add little and make no repetition by themselves.

    In a row of times (`första gången … fjärde gången`) nothing speaks against it.
    """
    weights = {one.rule: one.weight for one in found if one.weight > 0 or not any(map(_is_counted, found))}
    weak = sum(weight for weight in weights.values() if 0 < weight <= WEAK)
    return sum(weight for weight in weights.values() if weight <= 0 or weight > WEAK) + min(weak, MOST_WEAK)


def _is_counted(one: Evidence) -> bool:
    return one.rule in ("tredje gången", '"inte första gången"')


def _grammar(found: Findings, low: str) -> Iterator[Evidence]:
    for pattern, weight, rule, gate in PATTERNS:
        if not any(map(low.__contains__, gate)):
            continue
        match = next((one for one in pattern.finditer(low) if _counts(low, one)), None)
        if match is not None:
            field, start, end = locate(found, match.start(), match.end())
            yield Evidence("recurring", rule, weight, start, end, found.text[match.start() : match.end()], field)


def _counts(low: str, match: re.Match[str]) -> bool:
    """Whether the words tell of the problem: not denied, not somebody's plain habit, not something in order again."""
    ahead = _clause_ahead(low, match.start())
    words = match.group()
    if re.search(r"\b(?:inte|aldrig|forsta gangen|ingen)\s+(?:\w+\s+)?$", ahead) or _MENDED.search(words):
        return False
    if words.startswith(("sedan", "sen ")) and not _lasts_since(ahead, match):
        return False
    if words.endswith("dagar") and re.search(r"\b(?:vem|vart|vilken)\b", ahead):
        return False
    if _OF_CHILDREN.search(ahead) or (_WISHED.search(ahead) and words.startswith(("pa ", *WEEKDAYS))):
        return False
    return ahead.endswith(" och ") or not _OWN_HABIT.search(ahead)


def _lasts_since(ahead: str, match: re.Match[str]) -> bool:
    if _IN_ORDER.search(ahead) or _SOME_TIME.search(ahead):
        return False
    return "lasting" not in match.re.groupindex or _LASTS.search(ahead) is not None


def _clause_ahead(low: str, at: int) -> str:
    start = max(low.rfind(sign, 0, at) for sign in ".!?\n,")
    return low[start + 1 : at]


def _words(found: Findings, low: str) -> Iterator[Evidence]:
    for hit in found.hits.get("recurring", ()):
        told = not discount(found, hit) and not _OWN_HABIT.search(_clause_ahead(low, found.starts[hit.start]))
        used = "bruka" in hit.term.text and _USERS.search(_clause_ahead(low, found.starts[hit.start]))
        if hit.term.weight < 0 or (told and not used):
            yield evidence(found, hit, "recurring", hit.term.weight)
