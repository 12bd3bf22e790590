"""Whether the text itself says that the problem returns or has lasted, and how long."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.assessment import Evidence
from classify.components.scope import discount
from classify.document import Findings, evidence, findings, locate
from classify.schema import Section, Terms, terms_under
from classify.term import Term
from classify.timewords import flat_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

NEEDED = 2.0

_NUMBER = (
    r"(?:\d{1,3}|ett|en|tva|tre|fyra|fem|sex|sju|atta|nio|tio|elva|tolv|tjugo|flera|manga|nagra|ett par|par|"
    r"ett antal|sa manga|ett halvt)"
)
_DAYS = r"(?:dagar|dygn|kvallar|natter|vecka|veckor|manad|manader|host|hostar|somrar|vintrar|helger|halvar)"
_ORDINAL = (
    r"(?:andra|tredje|fjarde|femte|sjatte|sjunde|attonde|nionde|tionde|elfte|tolfte|femtioelfte|"
    r"\d{1,3}\s?:\s?[ea]|\d{1,2}e)"
)
_MONTH = r"januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_SEASON = r"varen|sommaren|hosten|vintern|varas|somras|hostas|vintras|host|var|vinter|sommar"
_FEAST = (
    r"jul|julas|julen|paskas|pingstas|midsomras|nyar|nyaret|midsommar|pask|pasken|pingst|trettonhelgen|trettondagen|skolstarten|skolavslutningen|jullovet|"
    r"sportlovet|hostlovet|pasklovet|sommarlovet|lovet|semestern|luciahelgen|lucia|valborg|mellandagarna|stormen|taket"
)
_SPAN = (
    r"slutet|borjan|mitten|forra|flera|lange|lang tid|manader|ett|tva|tre|nagra|nagon|en\b|manga|forsta|i fjol|ifjol|"
    r"over|fore|innan|barnsben|dag ett"
)
_NIGHTS = (
    r"\w*dag(?:ar)?|\w*kvall(?:ar)?|\w*natt|natter|\w*helg(?:er)?|morgon|morgnar|eftermiddag(?:ar)?|formiddag(?:ar)?"
)
_THINGS = (
    r"gangen|gang|omgangen|kvallen|natten|helgen|veckan|dagen|manaden|sommaren|hosten|branden|inbrottet|rutan|dorren|cykeln|"
    r"bilen|incidenten|tillfallet|inbrottsforsoket|lampan|skylten|stolden|handelsen|aret"
)
_ROUND = r"vecka|veckor|manad|ar|sommar|host|var|vinter|rast|lov|gang|dagar i veckan"
_DONE = (
    r"\w{3,}(?:ad|at|ade|ats|ades|ard|ord|ost)|brak\w*|problem\w*|inbrott|brand|sonder|klotter|skrap|fest|eldat|ute|har|nu|"
    r"i natt|i gar|i kvall|i helgen|samma"
)
_EVERY = rf"\b(?:varje|varenda|varannan|vart? tredje|alla)\s+(?:ny\s+)?(?:{_NIGHTS}|{_ROUND})\b"
_DAYTIMES = r"\b(?<!bada )(?:pa\s+)?(?:\w*kvallarna|natterna|helgerna|morgnarna|eftermiddagarna|kvallstid|nattetid)\b"
_NTH = rf"\b{_ORDINAL}\s+(?:\w+\s+)?(?:{_THINGS}|(?:man|tis|ons|tors|fre|lor|son)dagen)\b"
_TIMES = (
    rf"\b{_NUMBER}\s+ganger\s+(?:sedan|sen|den|de|senaste|om|per|(?:pa|i|under)\s+(?:en|ett|{_NUMBER}|{_SEASON}|ar)\b)"
)
_IN_A_ROW = rf"\b{_NUMBER}\s+(?:\w+\s+)?(?:{_DAYS}|ganger|\w+dagar)\s+i\s+veckan\b|\bi\s+(?:rad|foljd)\b"
_SINCE = (
    r"\b(?:sedan|sen|alltsedan)\s+(?:i\s+|borjan av\s+|slutet av\s+|mitten av\s+|den\s+forsta\s+)?"
    rf"(?:{_MONTH}|{_SEASON}|{_FEAST}|{_SPAN})\b"
)
_NEARLY = r"(?:snart\s+|minst\s+|over\s+|drygt\s+|nastan\s+|de senaste\s+|sakert\s+)?"
_FOR_LONG = (
    rf"\b(?:i|under|pa|over)\s+{_NEARLY}{_NUMBER}\s+(?:\w+\s+)?{_DAYS}\b(?!\s+sedan)|"
    rf"\bi\s+{_NEARLY}{_NUMBER}\s+ar\b"
)
_WHOLE = (
    r"\b(?:hela|de senaste|senaste|den senaste)\s+(?:\w+\s+)?(?:sommaren|hosten|vintern|varen|tiden|veckan|veckorna|"
    r"manaden|manaderna|aret|aren|juli|juni|augusti)\b"
)
_BEFORE_TOO = (
    r"\b(?:forra|i fjol)\s*(?:\w+\s+)?(?:ocksa|med\b|likadant)|"
    r"\b(?:samma|likadant)\s+(?:sak\s+|visa\s+)?(?:forra|i fjol)"
)
_THEN_TOO = r"\bi gar och i forrgar\b|\bi forrgar och i gar\b|\bforra (?:veckan|manaden|helgen) (?:var|hande)\b"
_MANY = rf"\b{_NUMBER}\s+(?:inbrott|brander|stolder|incidenter|handelser)\s+pa\b"
# Swedish grammar of what returns or has lasted: pattern, weight, rule, gate. The words stand in rules.yaml.
_GRAMMAR: tuple[tuple[str, float, str, str], ...] = (
    (_EVERY, 2.0, "varje …", "varje|varenda|varannan|vart tredje|alla "),
    (r"\b(?:man|tis|ons|tors|fre|lor|son)dagar(?:na)?\b", 2.0, "på fredagar", "dagar"),
    (_DAYTIMES, 2.0, "på kvällarna", "arna|erna|kvallstid|nattetid"),
    (
        r"\bpa\s+(?:vardagar(?:na)?|kvallar|natter|helger)\b|\bkvallar och helger\b",
        2.0,
        "på kvällar",
        "dagar|llar|tter|lge",
    ),
    (_NTH, 2.0, "tredje gången", "ndra|dje|rde|mte|tte|nde|:e|: e|:a|1|2|3|4|5|6|7|8|9"),
    (_TIMES, 2.0, "flera gånger på …", "ganger"),
    (_IN_A_ROW, 2.0, "i rad", "i rad|i foljd|i veckan"),
    (_SINCE, 2.0, "sedan …", "sedan|sen"),
    (_FOR_LONG, 2.0, "i flera veckor", "dagar|dygn|kvallar|natter|veck|manad|host|somrar|vintrar|helger|halvar| ar"),
    (_WHOLE, 2.0, "hela sommaren", "hela|senaste"),
    (_BEFORE_TOO, 2.0, "även förra året", "forra|i fjol"),
    (r"\bfortfarande\s+inte\b|\bannu inte\s+(?:lagad|lagat|atgardat)", 2.0, "fortfarande inte", "fortfarande|annu"),
    (r"\b(\w{4,}re) och \1\b", 2.0, "värre och värre", "re och"),
    (rf"\bfor\s+(?:\w+\s+)?{_NUMBER}\s+ar\s+sedan\b", 1.0, "för år sedan", "ar sedan"),
    (_THEN_TOO, 1.5, "också då", "forrgar|forra"),
    (rf"\b(?:{_DONE})\s+igen\b", 1.0, "… igen", "igen"),
    (_MANY, 2.0, "flera på kort tid", "inbrott|brander|stolder|incidenter|handelser"),
)
# With what must stand in the text at all before the pattern is tried.
_PATTERNS = tuple((re.compile(pattern), weight, rule, gate.split("|")) for pattern, weight, rule, gate in _GRAMMAR)
# The sender's own habits are no problem: `jag går där varje dag`, `vi öppnar på vardagar`.
_OWN_HABIT = re.compile(
    r"\b(?:oppet|oppettider)\b|\b(?:jag|vi|man|som|barnen|eleverna)\s+(?:\w+\s+)?(?:gar|parkerar|cyklar|aker|jobbar|arbetar|promenerar|handlar|tar|"
    r"springer|kor|ar|tranar|passerar|oppnar|stanger|rastar|bor|slutar|borjar|brukar)\b"
    r"|\b(?:gar|parkerar|cyklar|jobbar|oppnar|stanger|stadar)\s+(?:jag|vi)\b"
)
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
    told = [*_grammar(found, flat_of(doc)), *_words(found)]
    total = sum({one.rule: one.weight for one in told}.values())
    found.recurring = total >= NEEDED and found.not_report is None
    if found.recurring:
        found.duration = max((one for one in told if one.weight > 0), key=lambda one: (one.weight, len(one.text))).text
        found.evidence.extend(told)
    found.confidence["recurring"] = 0.95 if total <= 0 or total >= 2 * NEEDED else 0.88
    return doc


def _grammar(found: Findings, low: str) -> Iterator[Evidence]:
    for pattern, weight, rule, gate in _PATTERNS:
        if not any(map(low.__contains__, gate)):
            continue
        match = next((one for one in pattern.finditer(low) if _counts(low, one)), None)
        if match is not None:
            field, start, end = locate(found, match.start(), match.end())
            yield Evidence("recurring", rule, weight, start, end, found.text[match.start() : match.end()], field)


def _counts(low: str, match: re.Match[str]) -> bool:
    """Whether the words tell of the problem: not denied, not the sender's own habit, not something mended again."""
    start = max(low.rfind(sign, 0, match.start()) for sign in ".!?\n,")
    ahead = low[start + 1 : match.start()]
    if re.search(r"\b(?:inte|aldrig|forsta gangen|ingen)\s+(?:\w+\s+)?$", ahead) or _MENDED.search(match.group()):
        return False
    return not _OWN_HABIT.search(ahead)


def _words(found: Findings) -> Iterator[Evidence]:
    for hit in found.hits.get("recurring", ()):
        if hit.term.weight < 0 or not discount(found, hit):
            yield evidence(found, hit, "recurring", hit.term.weight)
