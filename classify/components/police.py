"""Whether the text says that a police report was made, and its case number."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.assessment import Evidence, PoliceReport
from classify.document import Findings, evidence, findings, locate
from classify.personal import CASE_DIGITS, CASE_NUMBER
from classify.places import fold
from classify.schema import Section, Terms, terms_under
from classify.term import Hit, Term
from classify.timewords import flat_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

_CLAUSE = re.compile(r"[.!?;\n]+\s|\n|\bmen\b|,\s(?=men|utan|dock)")
_QUESTION = re.compile(r"[^.!?\n]*\?")
_NEGATION = re.compile(r"\b(?:inte|ej|ingen|inget|aldrig|icke)\b", re.IGNORECASE)
# `anmäldes i januari till felanmälan`
_TO_OTHERS = re.compile(
    r"\w+\s+(?:[^\s.,!?]+\s+){0,4}till\s+(?:er\b|\w*felanmälan|(?:kommunen|värden|hyresvärden|bostadsbolaget|"
    r"nätbolaget|ägaren|"
    r"fastighets\w+|försäkrings\w+|trafikverket|elbolaget|vaktmästaren|rektorn?|skolan)\b)",
    re.IGNORECASE,
)
# Words of the police without a report that is understood.
_POLICE_WORD = re.compile(r"polis|snut|aina\b|anm(?:äl|al)|\banm\b", re.IGNORECASE)
# Without dots, as `flat_of` gives the text: parts of all words by which the police or a report to it is named.
_POLICE_GATE = ("polis", "snut", "aina", "anm")
UNTOLD_SURE = 0.85
_POLICE = r"(?:polis(?:en)?|snut(?:en)?|aina)\b"
# `polisen ville vi inte störa`: no report was made, and nothing more is said of one.
_SPARED = re.compile(
    # `vågar inte ringa polisen`, `han vill inte att jag ringer polisen`, but not `polisen vill inte`
    rf"(?<!polisen )\b(?:vill|vågar|tänker|orkar|ville|vågade|tordes|törs)\b[^.!?\n]{{0,25}}\b(?:inte|ej|aldrig)\b"
    rf"[^.!?\n]{{0,40}}\b{_POLICE}|"
    rf"\b{_POLICE}\b[^.!?\n]{{0,12}}[,\s](?:har|jag|vi|men)\s(?:\w+\s)?(?:inte|ej)\s(?:gått|ringt|varit|kontakt|anm)|"
    rf"\b(?:inte|ej)\s+(?:vågat|velat|orkat|vågar|hunnit)\b[^.!?\n]{{0,40}}\b{_POLICE}|"
    r"\b(?:vi|jag)\s+(?:polis)?anmäler\s+(?:det\s+)?(?:i ?morgon|på måndag|senare|i ?kväll|när)\b|"
    rf"\b{_POLICE}\b[^.!?\n]{{0,40}}\binte\s+(?:hunnit|orkat|vågat)\b|"
    rf"\bgår\s+(?:jag|vi)\s+(?:inte|ej)\s+till {_POLICE}|\banmäl\w*\?\s*(?:nä|nej|nix|nope)\b|"
    rf"\b(?:ska|skall|tänker|kommer att)\s+(?:\w+\s+){{0,2}}till {_POLICE}|"
    # `kan man anmäla sånt? Jag har inte gjort det.`
    rf"\b(?:{_POLICE}|\w*anmäl\w*)\b[^\n]{{0,120}}\bhar\s+(?:\w+\s+){{0,4}}inte\s+gjort\s+(?:det|någon|nån)\b|"
    r"\bpolisen\b[^.!?\n]{0,40}\b(?:inte|ej)\b[^.!?\n]{0,30}\b(?:stör|besvär|blanda|koppla|dra\b)|"
    r"\b(?:inte|ej)\b[^.!?\n]{0,30}\b(?:störa|besvära|blanda in|koppla in|dra in)\s+polisen\b|"
    r"\b(?:inte|ej)\s+(?:\w+\s+)?(?:vänt|gått|velat gå)\s+(?:\w+\s+)?till\s+polisen\b|"
    rf"\b(?:inte|ej)\s+(?:\w+\s+)?(?:kontaktat|ringt|pratat med|talat med)\s+{_POLICE}|\bvänta(?:r)?\s+med\s+{_POLICE}|"
    r"\banmälan\s+men\b[^.!?\n]{0,40}\binte\b",
    re.IGNORECASE,
)
_NOT_THIS_TIME = re.compile(
    r"\bden här gången\b[^.!?\n]{0,30}\b(?:inte|ingen)\b[^.!?\n]{0,20}(?:våg|anm|polis)", re.IGNORECASE
)
_UNSURE = re.compile(
    r"\bkan\s+(?:\w+\s+)?ha(?:r)?\s+(?:gjort|anmält)\b|"
    r"anmäl\w*\s+vet\b|\bvet\s+(?:\w+\s+)?(?:inte|ej)\s+om\s+(?:\w+\s+){0,3}\w*anm|\b(?:osäker|oklart) om\b",
    re.IGNORECASE,
)
# What is said right after a clause may take it back.
NEXT_SENTENCE = 60
_DASHES = str.maketrans("–‑/", "---")
_YES = ("ja", "yes", "j")
_NO = ("nej", "no", "inte", "ej")


class PoliceSection(Section):
    """`police:` of rules.yaml.

    Attributes:
        reported: words for making a police report; other: words that look so but are other reports.
        done: words that show that it is made, asked for where `reported` is a noun.
        denied: words in the same clause that show that it is not made, or not yet.
        addressed: words that show that the mail itself is meant (`jag vill anmäla till er`).
    """

    reported: Terms = ()
    nouns: Terms = ()
    other: Terms = ()
    done: Terms = ()
    denied: Terms = ()
    addressed: Terms = ()

    def terms(self) -> Iterator[Term]:
        """The terms under `police:<list>`."""
        for name in ("reported", "nouns", "other", "done", "denied", "addressed"):
            yield from terms_under(f"police:{name}", getattr(self, name))


def police_component(doc: "Doc") -> "Doc":
    """Sets `police_report`, `police_reference` and the confidence."""
    found = findings(doc)
    low = flat_of(doc)
    number = CASE_NUMBER.search(found.text) if CASE_DIGITS.search(low) else None
    form = found.report.field("police_report").strip().lower()
    told = list(_told(found))
    silent = not any(map(low.__contains__, _POLICE_GATE)) or _POLICE_WORD.search(found.text) is None
    spared: PoliceReport = "no" if not silent and _SPARED.search(found.text) else "unknown"
    if "den har gangen" in low and _NOT_THIS_TIME.search(found.text):
        spared, told = "no", []
    found.police_report = _answer(form) or ("yes" if number else told[-1][1] if told else spared)
    found.confidence["police_report"] = 0.98 if form or number or silent else 0.92 if told else UNTOLD_SURE
    found.evidence.extend(evidence(found, hit, f"police_report:{answer}", 1.0) for hit, answer in told)
    reference = found.report.field("police_reference") or (number.group() if number else "")
    found.police_reference = tidy_reference(reference) or None
    if number:
        field, start, end = locate(found, number.start(), number.end())
        found.evidence.append(Evidence("police_report:yes", "case_number", 3.0, start, end, number.group(), field))
    return doc


def _answer(value: str) -> PoliceReport | None:
    first = re.split(r"[^\w]", value, maxsplit=1)[0] if value else ""
    return "yes" if first in _YES else "no" if first in _NO else None


def tidy_reference(text: str) -> str:
    """A case number without spaces: `5000-K118234-26`; other text as it is."""
    match = CASE_NUMBER.search(text)
    return re.sub(r"\s", "", match.group()).upper().translate(_DASHES) if match else text.strip()


def _told(found: Findings) -> Iterator[tuple[Hit, PoliceReport]]:
    """Every mention of a police report with what its clause says of it; other kinds of reports are passed over."""
    other = {token for hit in found.hits.get("police:other", ()) for token in hit.tokens}
    hits = [*found.hits.get("police:reported", ()), *found.hits.get("police:nouns", ())]
    for hit in sorted(hits, key=lambda hit: hit.start):
        elsewhere = _TO_OTHERS.match(found.text, found.starts[hit.end - 1])
        if other.intersection(hit.tokens) or (elsewhere and "polis" not in elsewhere.group().lower()):
            continue
        answer = _in_clause(found, hit)
        if answer is not None:
            yield hit, answer


def _in_clause(found: Findings, hit: Hit) -> PoliceReport | None:
    start, end = _bounds(found, hit)
    near = {name for name in ("denied", "done", "addressed") if _inside(found, f"police:{name}", start, end)}
    asked = _QUESTION.match(found.text, found.ends[hit.end - 1]) is not None
    if _UNSURE.search(found.text, start, min(len(found.text), end + NEXT_SENTENCE)):
        return None
    if "denied" in near and (not asked or _NEGATION.search(found.text, start, end)):
        return "no"
    if "addressed" in near and "polis" not in fold(found.text[start:end].lower()):
        return None
    if asked or (hit.term.key == "police:nouns" and "done" not in near):
        return None
    return "yes"


def _bounds(found: Findings, hit: Hit) -> tuple[int, int]:
    at = found.starts[hit.start]
    start = max((match.end() for match in _CLAUSE.finditer(found.text, 0, at)), default=0)
    following = _CLAUSE.search(found.text, at)
    return start, following.start() if following else len(found.text)


def _inside(found: Findings, key: str, start: int, end: int) -> bool:
    return any(start <= found.starts[hit.start] < end for hit in found.hits.get(key, ()))
