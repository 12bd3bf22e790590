"""Where a text says that it happened: mentions of places are weighed by what stands around them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from classify.assessment import Place
from classify.places import Gazetteer
from classify.placewords import CALLED, PARTS, PLACE_PREPOSITIONS
from classify.sentences import Text, word_set
from classify.toponyms import VAGUE_LOSS, Mention, find_mentions

# A place whose words only tell a direction or the sender's home is none.
LOWEST_LOCALITY = 0.3
# More places than people write in one report are noise, and each is weighed against the others.
MAX_MENTIONS = 100
LOWEST_SITE = 0.9
# Each word further into the text makes a place so much less likely to be the scene: the first named usually is.
DECAY = 0.02
LARGEST_DECAY = 1.5
# Where the sender lives is seldom where it happened, and counts only where nothing else is named.
HOME_LOSS = 1.9
BETWEEN_LOSS = 3.0
# A common word for a site, such as `garaget`, is surely the place only where much speaks for it.
SURE_COMMON = 4.4
COMMON_SURE = 0.88

_AWAY = {"mot": 2.0, "åt": 2.0, "till": 1.2, "från": 1.0}
_CALLED = CALLED | {"heter"}
_MOVED = word_set(
    "sprang springa försvann gick åkte körde avvek avviker vidare begav rörde stack flydde drog åker kör bussen tåget"
)
_HOME = re.compile(
    r"\b(?:(?:jag|vi|(?<!dom )(?<!de )(?<!han )(?<!folk )som|och|själv)\s+bor(?:de)?|"
    r"min adress|bor\s+(?:jag|vi|själv)|bosatt|boende\s+(?:på|i)|bor\s+sedan|"
    r"kommer\s+från|"
    r"(?:ägaren|mamma|pappa|han|hon|de)\s+(?:\S+\s+){0,2}bor|ägaren\s+(?:är|heter))\b",
    re.IGNORECASE,
)
_BESIDE = word_set("vid under över")
_TURN = re.compile(r"\b(?:men|fast|medan|utan|däremot)\b", re.IGNORECASE)
_DULL = re.compile(
    r"\bu\.?\s?a\b|\butan anmärkning|\blugnt\b|(?<!stått )(?<!står )\btomt\b|"
    r"inget att (?:notera|anmärka|rapportera)|\binget särskilt|"
    r"\binga avvikelser|\bnästa hållplats",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:inte (?:i|på|vid)|till skillnad från|precis som|liksom|jämfört med|samma som)\s+$", re.IGNORECASE
)
_HOME_GATE = (" bor", "min adress", "osatt", "oende", "kommer från", "garen")
_DULL_GATE = ("u.a", "u a", "ua", "anmärkning", "ugnt", "omt", "nget", "avvikelser", "nästa hållplats")
_ELSEWHERE_GATE = ("nte i", "nte på", "nte vid", "skillnad", "som ", "jämfört")


@dataclass(frozen=True, slots=True)
class Scored:
    """A mention with what its context makes of it."""

    mention: Mention
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Place, its evidence into the text it was read from, and how sure locality and site are, 0–1."""

    place: Place
    scored: tuple[Scored, ...]
    locality_confidence: float
    site_confidence: float


def find_place(text: str, gazetteer: Gazetteer, body_start: int = 0, *, field: bool = False) -> Finding:
    """The place that a text tells of.

    Words before `body_start` are the subject and weigh less; in a form's `field` the first word is what counts.
    """
    return place_in(Text(text), gazetteer, body_start, field=field)


def place_in(parsed: Text, gazetteer: Gazetteer, body_start: int = 0, *, field: bool = False) -> Finding:
    """As `find_place`, for a text already split into words."""
    mentions = find_mentions(parsed, gazetteer)[:MAX_MENTIONS]
    sites = [_score_site(parsed, one, mentions, body_start) for one in mentions if is_site(one)]
    if field:
        sites = [replace(one, score=one.score + _first_in_field(parsed, one, sites)) for one in sites]
    site = _best(sites, LOWEST_SITE)
    towns = [
        _score_town(parsed, one, site, body_start)
        for one in mentions
        if one.entry is not None and one.kind != "business"
    ]
    town = _best(towns, LOWEST_LOCALITY)
    if site and town and _at_home(parsed, site.mention) and not _beside(parsed, town.mention, site.mention):
        site = None  # the sender's home in one locality, the event in another
    place = _place(site.mention if site else None, town.mention if town else None, gazetteer)
    if site and town is None and place.locality is None:
        place = _in_own_locality(place, site.mention, gazetteer)
    chosen = tuple(one for one in (town, site) if one is not None)
    return Finding(place, chosen, _surety(town, towns), _surety(site, sites))


def _first_in_field(text: Text, one: Scored, sites: Sequence[Scored]) -> float:
    """What the first word of a form's field is worth: more than another common word, unless it leads to that."""
    if one.mention.first > 0:
        return 0.0
    common = all(other.mention.kind == "generic" for other in sites)
    if one.mention.rank < 1.0:
        return 0.0 if text.gap(one.mention.last + 1) == ", " else VAGUE_LOSS + 2.0
    return 3.5 if common and text.low(one.mention.last + 1) != "till" else 1.5


def is_site(mention: Mention) -> bool:
    """Whether a mention is more exact than a locality or an area."""
    return mention.kind in ("site", "name", "business", "generic")


def _best(scored: Sequence[Scored], lowest: float) -> Scored | None:
    best = max(scored, key=lambda one: one.score, default=None)
    return best if best is not None and best.score >= lowest else None


def _surety(best: Scored | None, scored: Iterable[Scored]) -> float:
    """How far the winner stands above the next other name: alone and in place position it is nearly certain."""
    if best is None:
        return 0.7
    rivals = [one.score for one in scored if one.mention.name.lower() != best.mention.name.lower()]
    margin = best.score - max(rivals, default=0.0)
    sure = min(0.97, 0.6 + 0.12 * max(0.0, margin))
    common = best.mention.kind == "generic" and best.score < SURE_COMMON
    return round(min(sure, COMMON_SURE) if common or best.mention.name[0].islower() else sure, 2)


def _score_site(text: Text, mention: Mention, mentions: list[Mention], body_start: int) -> Scored:
    score = mention.rank + _context(text, mention, body_start)
    if _in_town(text, mention, mentions):
        score += 1.0
    if text.low(mention.last + 1) in _BESIDE and text.low(mention.first - 1) not in PLACE_PREPOSITIONS:
        score += 1.0  # `Busskuren vid skolan är sönder`: as much as in the busskur
    return Scored(mention, score - min(LARGEST_DECAY, DECAY * mention.first))


def _in_town(text: Text, mention: Mention, mentions: list[Mention]) -> bool:
    """Whether a locality follows (`Ågatan i Skene`), also after a second street (`Ågatan/Ekvägen i Skene`)."""
    if any(other.entry and other.first == mention.last + 2 and _links(text, other) for other in mentions):
        return True
    if any(other.entry and other.first == mention.last + 1 and text.gap(other.first) == " " for other in mentions):
        return True  # `simhallen Skene`
    joined = (
        one
        for one in mentions
        if (one.first == mention.last + 1 and text.gap(one.first) in ("/", " / "))
        or (
            one.first == mention.last + 2
            and one.kind == mention.kind == "generic"
            and text.low(one.first - 1) in _BESIDE
        )
    )
    return any(_in_town(text, other, mentions) for other in joined)


def _links(text: Text, town: Mention) -> bool:
    return text.low(town.first - 1) in ("i", "här") and text.gap(town.first) == " "


def _score_town(text: Text, mention: Mention, site: Scored | None, body_start: int) -> Scored:
    score = mention.rank + _context(text, mention, body_start)
    if site is not None and _beside(text, mention, site.mention):
        away = text.low(mention.first - 1) in _AWAY
        score += 0.0 if away else 1.0 if _at_home(text, site.mention) else 2.0
    if _between_towns(text, mention):
        score -= BETWEEN_LOSS
    if text.words[mention.last].low.endswith("s") and not mention.name.endswith("s"):
        score -= 0.3
    return Scored(mention, score - min(LARGEST_DECAY, DECAY * mention.first) / 2)


def _between_towns(text: Text, mention: Mention) -> bool:
    """`mellan Kinna och Fritsla` lies in neither."""
    before = text.low(mention.first - 1)
    if before == "och":
        return text.low(mention.first - 3) == "mellan"
    onward = mention.last + 2 < len(text.words) and text.words[mention.last + 2].capital
    return before == "mellan" and text.low(mention.last + 1) == "och" and onward


def _beside(text: Text, town: Mention, site: Mention) -> bool:
    numbered = text.low(site.last + 1)[:1].isdigit() or text.gap(site.last + 1) == "/"
    return abs(town.first - site.last) <= 2 + numbered and text.gap(town.first) in (" ", ", ")


def _in_own_locality(place: Place, site: Mention, gazetteer: Gazetteer) -> Place:
    """The locality that a site carries in its name: `Örbyskolan`; a street may lead there from elsewhere."""
    if site.kind != "name" or site.precision == "street":
        return place
    names = [name for name in gazetteer.localities if site.name.startswith(name)]
    if not names:
        entry = gazetteer.misspelt(site.name.lower().split()[0].removesuffix("s")) if " " in site.name else None
        names = [entry.name] if entry else []
    if not names:
        return place
    known = gazetteer.localities[max(names, key=len)]
    return replace(place, locality=known.name, latitude=known.latitude, longitude=known.longitude, centre=True)


def _at_home(text: Text, mention: Mention) -> bool:
    start = text.sentence(mention.start)[0]
    ahead = _TURN.split(text.text[start : mention.start])[-1]
    return _stands(text, _HOME_GATE) and _HOME.search(ahead) is not None


def _context(text: Text, mention: Mention, body_start: int) -> float:
    before = text.low(mention.first - 1)
    start, end = text.sentence(mention.start)
    ahead = text.text[start : mention.start]
    score = 1.0 if before in PLACE_PREPOSITIONS else 1.5 if before in _CALLED else 0.0
    if before in _AWAY:
        score -= _distance(text, mention, before, ahead)
    if _stands(text, _HOME_GATE) and _HOME.search(_TURN.split(ahead)[-1]):
        score -= HOME_LOSS
    if _stands(text, _DULL_GATE) and _DULL.search(text.text, mention.end, end):
        score -= 3.0
    if _stands(text, _ELSEWHERE_GATE) and _ELSEWHERE.search(ahead):
        score -= 2.5
    return score - (0.6 if mention.start < body_start else 0.0)


def _stands(text: Text, gate: tuple[str, ...]) -> bool:
    """Whether any of these stands in the text at all: the patterns behind them are tried only then."""
    return any(map(text.text.__contains__, gate))


def _distance(text: Text, mention: Mention, preposition: str, ahead: str) -> float:
    """What a direction takes off: `mot Borås` names no scene, `stals från hembygdsgården` does."""
    if text.low(mention.first - 2) in PARTS:
        return 0.0
    if preposition == "från":
        return 0.3 if is_site(mention) else 1.5
    moved = any(word in _MOVED for word in ahead.lower().split())
    return _AWAY[preposition] + (1.0 if moved else 0.0)


def _place(site: Mention | None, town: Mention | None, gazetteer: Gazetteer) -> Place:
    site_name = site.name if site is not None else None
    if town is not None and town.kind == "outside":
        return Place(None, site_name, precision=site.precision if site else "unknown", outside=town.name)
    entry = site.entry if site is not None else None
    locality = (town.entry.locality if town and town.entry else None) or (entry.locality if entry else None)
    area = town.entry if town and town.kind == "area" else None
    place = Place(locality, site_name, precision="locality" if locality else "unknown")
    if locality is not None:
        known = gazetteer.localities[locality]
        place = replace(place, latitude=known.latitude, longitude=known.longitude, centre=True)
    for exact in (area, entry if site and site.kind == "site" else None):
        if exact is not None and exact.latitude is not None:
            place = replace(place, latitude=exact.latitude, longitude=exact.longitude, centre=exact is area)
    precision = site.precision if site else "area" if area else place.precision
    return replace(place, precision=precision, area=area.name if area else None)
