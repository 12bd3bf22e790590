"""What a clause says of the time in it: a habit, a plan, a discovery, how it was before, what was done about it.

Patterns read flat text, as those of `timewords` do.
"""

import re

from classify.timewords import NUMBER_WORD, WEEKDAY

# A clause is looked at so many characters back and on.
LONGEST_CLAUSE = 240


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})")


CLAUSE = re.compile(r"[.!?;\n](?:\s|$)|,\s|\s[–-]\s|\)|\b(?:men|for att|eftersom|darfor|sa att)\b")
HABIT = _any(
    r"varje\b|varenda\b|alltid\b|brukar\b|alla dagar\b|vardagar|dagligen\b|(?<!inte )ofta|varannan\b",
    r"nastan jamt\b|alla kvallar",
    r"(?:kvall|natt|dag|helg|vecka) efter (?:kvall|natt|dag|helg|vecka)\b",
    rf"(?:helg|kvall|natt|dag|morgn)arna\b|{WEEKDAY}ar\b",
)
# Who passes a place at that hour, whatever happens there.
USED = _any(r"(?:ungar|barn|elever|folk)\w* (?:\w+ )?(?:cyklar|gar|leker|passerar|springer)\b")
POLICE = _any(r"(?:polis)?(?:anmal|anm\b)\w*", r"felanmal\w*", r"rapporterat\b")
# Somebody came upon what had happened: in the morning that hour is not when it happened.
FOUND = _any(
    r"upptack\w+|sag (?:det|jag|vi|att)\b(?! (?:honom|henne|dem|dom|hur|nar|tva|tre|fyra|en (?:man|kille|tjej|kvinna|"
    r"bil)))|sett\b|hitta\w*|fann\b|markte\b|mottes (?:vi|jag)\b|larma\w*",
    r"borja[dr]e? jobba",
    r"redan (?:kl|vid)",
    r"nar (?:jag|vi|personalen|eleverna) (?:gick|korde|skulle|oppnade|kom)\b",
)
CAME_BACK = _any(
    r"(?:kom|kommit) tillbaka\b",
    r"nar (?:jag|vi) kom (?:tillbaka|hem|ut|dit|ner|upp)\b",
    r"fram till\b",
    r"var (?:\w+ )?redan\b",
    r"stod (?:dar|parkerad)",
)
# `Tidigare larm 1/10 och 7/10.`
EARLIER = re.compile(r"(?:^|[.!?\n])\s*tidigare\s\w{3}[^.!?\n]*$")
# How it was before it happened.
CONTRAST = _any(
    r"da var\b",
    r"var (?:\w+ )?(?:helt )?(?:rent?|rena|hel|hela(?! \w+(?:n|et)\b)|helt|bra|tomt?|oskadd\w*|lugnt|ok)\b",
    r"(?:da|dar|sa) (?:fanns|lag|stod|satt) (?:det |de |den )?(?:inte|inget|ingen)\b",
    r"(?:lag|fanns|stod) (?:de |den |det )?inte\b|inte dar\b|sag allt\b|senast (?:jag|vi)\b",
    r"var (?:allt|det) som vanligt",
)
# What is still to come.
PLANNED = _any(
    r"kommer (?:att|ni|de|dom|en|nagon)\b", r"ska\b|skall\b|behov\w*|maste (?!ha )|planeras?\b|vantas\b|har vi mote\b"
)
COMING = _any(rf"i ?morgon\b|nasta \w+|kommande\b|pa {WEEKDAY}\b")
# What was done about it afterwards.
AFTERWARDS = _any(
    r"stada\w*|sanera\w*|laga[dst]\w*|repare\w*|plocka\w*|sopa\w*|glasmastar\w*|elektriker\w*|montor\w*|bokad|bestalld",
    r"moten?\b|ringde\b|ringt\b|tipsa\w*|mejla\w*|skrev\b|prata\w*|talade\b|kontakta\w*|horde av\b|svarade\b",
    r"hamtas|hamtar|snickar",
    r"(?:hor|ser|fungerar|lyser|vagar|kan)\b(?: \w+){0,3} igen\b",
    r"skulle\b|satts\b|byts\b|satte (?:han|hon|de|den|handen)\b|la en\b|undrar\b|vore\b|onskar",
)
TOLD = _any(
    r"bekrafta\w*|fick (?:vi|jag)? ?veta|fatt veta|hort (?:av|talas)",
    r"laste? (?:om|att|i (?:tidning|bladet|facebook|nyhet)|pa (?:natet|facebook|hemsida|internet|instagram))",
)
ASKED = re.compile(r"(?:^|[.!?]\s+|\boch )\s*(?:kan(?! ni tanka)|skulle|gar det|snalla|far)\b")
UNTIL = re.compile(
    r"\b(?:tills?|t\.?o\.?m\.?|till och med|senast(?! i )|forran|fore|innan|efter|hela|utom|mellan)\s+"
    r"(?:klockan\s+|kl\.?\s*|efter\s+|langt\s+efter\s+|den\s+|pa\s+|i\s+)?$"
)
# `det var runt halv åtta`, `kl var nog strax efter fem`
STATED = re.compile(r"\b(?:det|detta|allt) (?:var|hande|skedde|borjade)(?: \w+){0,2} $|\b(?:klockan|kl\.?) var\b")
# `bandet slutade punktligt halv elva`, but not `när hon slutade 21`
ENDED = re.compile(
    r"\b(?!nar\b)\w+\s(?!hon |han |jag |de |vi )\w+ (?:slutade|stangde|avslutades)(?: \w+)? $|^\w+ slutade(?: \w+)? $"
)
# `skulle spela kl 13`
PLAN_HOUR = re.compile(r"\bskulle (?:\w+ ){1,3}(?:\w+ )?$")
UNTIL_HOUR = re.compile(
    r"\b(?:tills?|senast|forran|fore|innan|efter)\s+(?:klockan\s+|kl\.?\s*|efter\s+|langt\s+efter\s+)?$"
)
# `för träningen slutade 18`: why it must have been later.
AFTER_ENDING = re.compile(r"\s*(?:for|eftersom|efter att|da)\s(?:\w+\s){1,3}(?:slutade|stangde|slutar|stanger)\b")
AFTER_HOUR = re.compile(r"^(?:fore|efter|innan)\b")
BECAUSE = re.compile(r"\bfor\s+$")
FROM = re.compile(r"\bfran\s+(?:den\s+)?$")
STOOD = _any(r"(?:stod|lag|fanns|hangde|satt|var)\b(?! (?:borta|sonder|trasig))")
GONE = _any(
    r"(?:var|ar|fanns|lag|stod|hangde) (?:\w+ )?(?:inte (?:dar|kvar)|borta|tomt|tom|forsvunn\w+|vack)\b|saknades\b"
)
BETWEEN = re.compile(r"\bmellan\s+(?:\S+\s+){0,3}$")
ORDINAL = re.compile(r"\b(?:forsta|andra|tredje|fjarde|femte|sjatte|sjunde|attonde|nionde|tionde)\s+$")
SINCE = re.compile(r"\b(?:sedan|sen|alltsedan)\s+(?:den\s+|i\s+)?$")
SHUT = _any(r"stang(?:er|de)\b|efter stangning\w*|oppna[rd]\w*|oppettid\w*|har oppet\b|slutar\b|borjar\b")
MYSELF = _any(
    r"(?:jag|vi|de|dom) (?:ringde|bad|la (?:mig|oss)|somnade|(?:gick|akte) (?:hem|dit|ut|och|till sangs|darifran))\b",
    # When they left, it was over.
    r"(?:de|dom|alla|sista|ganget|sallskapet|festen|musiken)\b(?: \w+)? (?:gick|drog|akte|skingrades?|slutade|"
    r"lugnade|tystnade)(?: \w+){0,2}? (?:vid|kl|klockan|runt|omkring|forst|inte)\b",
)
AFTER_FEAST = re.compile(r"\befter\s+(?:\w+\s+){1,3}$")
AGO = re.compile(
    rf"\bfor\s+(?:\w+\s+)?(?:({NUMBER_WORD}|en|ett par|nagra|\d{{1,3}})\s+(timm(?:e|a|ar)|tim|min(?:uter)?)|"
    rf"en\s+(halvtimme|kvart))\s+se(?:da)?n\b|"
    r"\b(?:alldeles |nu )?nyss\b|\bfor (?:en stund|ett ogonblick|nagra minuter|nagon minut) se(?:da)?n\b"
)
# What people, fire and water do while somebody writes `nu`.
GOES_ON = (
    r"(?:(?:slar|slass|brakar|skriker|springer|kastar|hotar|jagar|sparkar|skjuter|eldar|brinner|ryker|bankar|dunkar|"
    r"klattrar|"
    r"driver|ropar|rycker|bryter|sitter|hanger)\b|(?:star|ligger|haller pa) (?:de|dom|han|hon|nagon|nagra)\b|"
    r"(?:de|dom|han|hon|som) (?:star|ligger|kor|gar|haller pa)\b)"
)
NOW = _any(
    rf"{GOES_ON}[^.!?\n]{{0,60}}\bnu\b",
    rf"nu {GOES_ON}",
    r"nu ar (?:det|de|dom) (?:\w+ )?(?:\d+|tva|tre|fyra|fem|sex|nagra|nagon|flera|dar|inne) (?!ganger)\w+",
    r"112 (?:ar |har )?(?:ringt|ringd|larmat|tillkallat|sager|sa)\b|(?:ringt|ringer|larmat) (?:till )?112\b",
    r"(?:just|i detta) nu\b|i denna stund\b|i skrivande stund\b|pagar\b|nar jag skriver\b",
    r"klockan ar (?:nu|snart|strax)\b",
)
NOT_NOW = re.compile(r"\b(?:inget|inte|ingenting|ingen)\b[^.]{0,40}just nu|\d\s?%|rapportera just nu")
SERIES = _any(
    r"andra (?:gangen|natten|kvallen|dagen|helgen|veckan|brand\w*|inbrott\w*|forsok\w*)",
    r"tredje|fjarde|femte|sjatte|sjunde|attonde|nionde|tionde|trappas|varre|for varje|varje gang|"
    r"(?<!kande )(?<!kanner )(?<!kant )igen\b|eskaler",
    r"djupare|grovre",
)
NIGHT_REPORT = re.compile(r"\b(?:natt(?:en)?|nattrapport|rapport)\s+\d|\d\s*[-–]\s*\d{1,2}(?:/\d|\s+[a-z]+)")
SENTENCE_END = re.compile(r"[.!?]\s+(?=\w)|\n\s*")
SPAN_LINK = re.compile(r"(?:-?\s?tiden)?\s?(?:-|–|och|till)\s?(?:klockan\s|kl\.?\s|strax efter\s)?")
SPAN_END = re.compile(r"(?:-?\s?tiden)?\s?(?:-|–|och|till)\s?(?:klockan\s|kl\.?\s)?(\d{1,2})(?:[.:]?(\d\d))?(?!\d)")


def clause_at(low: str, at: int) -> tuple[int, int]:
    """Start and end of the clause around a position."""
    start = max(0, at - LONGEST_CLAUSE)
    for match in CLAUSE.finditer(low, start):
        if match.start() >= at:
            return start, match.start()
        start = match.end()
    return start, min(len(low), at + LONGEST_CLAUSE)
