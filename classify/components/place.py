"""Where it happened: mentions of places are weighed by what stands around them; form fields come first."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from classify.assessment import Evidence, Place
from classify.coordinates import read_coordinates
from classify.document import Findings, findings, locate
from classify.places import Gazetteer
from classify.sentences import Text, text_of, word_set
from classify.toponyms import CALLED, PLACE_PREPOSITIONS, VAGUE_LOSS, Mention, find_mentions
from ingest.message import Report

if TYPE_CHECKING:
    from spacy.tokens import Doc

# A place whose words only tell a direction or the sender's home is none.
LOWEST_LOCALITY = 0.3
# More places than people write in one report are noise, and each is weighed against the others.
MAX_MENTIONS = 100
LOWEST_SITE = 0.9
# A point in a form or photo belongs to the nearest locality within so many kilometres.
NEAREST_KM = 3.0
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
_PARTS = word_set("trappan infarten utfarten ingången entrén vägen avfarten porten dörren grinden nyckeln bron gången")
_MOVED = word_set(
    "sprang springa försvann gick åkte körde avvek avviker vidare begav rörde stack flydde drog åker kör bussen tåget"
)
_HOME = re.compile(
    r"\b(?:(?:jag|vi|som|och|själv)\s+bor(?:de)?|bor\s+(?:jag|vi|själv)|bosatt|boende\s+(?:på|i)|bor\s+sedan|"
    r"kommer\s+från|"
    r"(?:ägaren|mamma|pappa|han|hon|de)\s+(?:\S+\s+){0,2}bor|ägaren\s+(?:är|heter))\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:men|fast|medan|utan|däremot)\b", re.IGNORECASE)
_DULL = re.compile(
    r"\bu\.?\s?a\b|\butan anmärkning|\blugnt\b|\btomt\b|inget att (?:notera|anmärka|rapportera)|\binget särskilt|"
    r"\binga avvikelser|\bnästa hållplats",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:inte (?:i|på|vid)|till skillnad från|precis som|liksom|jämfört med|samma som)\s+$", re.IGNORECASE
)
_HOME_GATE = (" bor", "osatt", "oende", "kommer från", "garen")
_DULL_GATE = ("u.a", "u a", "ua", "anmärkning", "ugnt", "omt", "nget", "avvikelser", "nästa hållplats")
_ELSEWHERE_GATE = ("nte i", "nte på", "nte vid", "skillnad", "som ", "jämfört")
_NOT_SITES = re.compile(r"\s+(?:mot|vid|bakom|genom|mellan|utanför|bredvid|nära|förbi|på|i|till|framför)\s+|[,(;]")
_NO_ANSWER = re.compile(
    r"\W*(?:ej|inte|vet|okän\w*|se|nej|inge[nt]|samma)?\W*(?:\b(?:aktuellt|ej|inte|ovan|nedan|beskrivning)\W*)?$",
    re.IGNORECASE,
)
_OURS = re.compile(r"^(?:vår|vårt|våra|min|mitt|hos oss)\s+", re.IGNORECASE)


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
    sites = [_score_site(parsed, one, mentions, body_start) for one in mentions if _is_site(one)]
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
        return VAGUE_LOSS + 2.0
    return 3.5 if common and text.low(one.mention.last + 1) != "till" else 1.5


def _is_site(mention: Mention) -> bool:
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
    sure = min(0.99, 0.6 + 0.12 * max(0.0, margin))
    return round(min(sure, COMMON_SURE) if best.mention.kind == "generic" and best.score < SURE_COMMON else sure, 2)


def _score_site(text: Text, mention: Mention, mentions: list[Mention], body_start: int) -> Scored:
    score = mention.rank + _context(text, mention, body_start)
    if _in_town(text, mention, mentions):
        score += 1.0
    if text.low(mention.last + 1) == "vid" and text.low(mention.first - 1) not in PLACE_PREPOSITIONS:
        score += 1.0  # `Busskuren vid skolan är sönder`: as much as in the busskur
    return Scored(mention, score - min(LARGEST_DECAY, DECAY * mention.first))


def _in_town(text: Text, mention: Mention, mentions: list[Mention]) -> bool:
    """Whether a locality follows (`Ågatan i Skene`), also after a second street (`Ågatan/Ekvägen i Skene`)."""
    if any(other.entry and other.first == mention.last + 2 and _links(text, other) for other in mentions):
        return True
    joined = (
        one
        for one in mentions
        if (one.first == mention.last + 1 and text.gap(one.first) in ("/", " / "))
        or (
            one.first == mention.last + 2 and one.kind == mention.kind == "generic" and text.low(one.first - 1) == "vid"
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
    numbered = text.low(site.last + 1)[:1].isdigit()
    return abs(town.first - site.last) <= 2 + numbered and text.gap(town.first) in (" ", ", ")


def _in_own_locality(place: Place, site: Mention, gazetteer: Gazetteer) -> Place:
    """The locality that a site carries in its name: `Örbyskolan`; a street may lead there from elsewhere."""
    if site.kind != "name" or site.precision == "street":
        return place
    names = [name for name in gazetteer.localities if site.name.startswith(name)]
    if not names:
        return place
    known = gazetteer.localities[max(names, key=len)]
    return replace(place, locality=known.name, latitude=known.latitude, longitude=known.longitude, centre=True)


def _at_home(text: Text, mention: Mention) -> bool:
    start = text.sentence(mention.start)[0]
    return _stands(text, _HOME_GATE) and _HOME.search(text.text, start, mention.start) is not None


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
    if text.low(mention.first - 2) in _PARTS:
        return 0.0
    if preposition == "från":
        return 0.3 if _is_site(mention) else 1.5
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


# What a form and the sender add


def form_place(report: Report, gazetteer: Gazetteer) -> Finding | None:
    """The place that a form's own fields give, or None where the report is no form or the fields are empty."""
    town, site = report.field("locality").strip(), report.field("site").strip()
    if not (town or site):
        return None
    place = find_place(f"{site}\n{town}" if town else site, gazetteer, field=True).place
    lies_in = find_place(town, gazetteer, field=True).place
    if lies_in.locality or lies_in.outside:
        place = replace(lies_in, site=place.site, precision=place.precision if place.site else lies_in.precision)
    if site and place.site is None:
        name = _form_site(site)
        place = replace(place, site=name, precision="point" if name else place.precision)
    return Finding(place, (), 0.98 if place.locality or place.outside else 0.6, 0.9 if place.site else 0.7)


def _form_site(site: str) -> str | None:
    """The first words of the field up to a preposition, as a place would be written in a text."""
    if _NO_ANSWER.match(site):
        return None
    first = _OURS.sub("", _NOT_SITES.split(site, maxsplit=1)[0].strip())
    if " " in first or not first.endswith(("n", "t", "na")):
        return first or None
    return first.lower()


def sender_place(report: Report, gazetteer: Gazetteer) -> Place | None:
    """The reporter's own locality, marked as a fallback: signature, organisation, display name."""
    tail = report.original.replace(report.text, "").replace(report.quoted, "") if report.original else ""
    for source in (tail, report.organisation, report.reporter.name):
        place = find_place(source, gazetteer).place if source else None
        if place is not None and place.locality is not None:
            return replace(place, site=None, precision="locality", fallback=True)
    return None


def nearest_locality(latitude: float, longitude: float, gazetteer: Gazetteer) -> str | None:
    """The locality nearest to a point, within NEAREST_KM, or None."""
    near = [
        (_kilometres(latitude, longitude, one.latitude, one.longitude), one.name)
        for one in gazetteer.localities.values()
        if one.latitude is not None and one.longitude is not None
    ]
    distance, name = min(near, default=(NEAREST_KM + 1, ""))
    return name if distance <= NEAREST_KM else None


def _kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    east = (other_longitude - longitude) * cos(radians(latitude))
    return hypot(other_latitude - latitude, east) * 111.2


def locate_report(text: Text, body_start: int, report: Report, gazetteer: Gazetteer) -> Finding:
    """Form fields, then the text, then the sender's own locality; coordinates that someone gave win."""
    told = place_in(text, gazetteer, body_start)
    found = _merge(form_place(report, gazetteer), told)
    if found.place.locality is None and found.place.outside is None:
        found = _fall_back(found, sender_place(report, gazetteer))
    point = read_coordinates(report.field("coordinates")) or read_coordinates(text.text) or report.photo_position
    return found if point is None else _at_point(found, point, gazetteer)


def _merge(form: Finding | None, told: Finding) -> Finding:
    if form is None:
        return told
    place = form.place
    if place.locality is None and place.outside is None:
        town = told.place
        place = replace(place, locality=town.locality, outside=town.outside, area=town.area)
        place = replace(place, latitude=town.latitude, longitude=town.longitude, centre=town.centre)
    if place.site is None and told.place.site is not None:
        place = replace(place, site=told.place.site, precision=told.place.precision)
    return replace(form, place=place)


def _fall_back(found: Finding, home: Place | None) -> Finding:
    if home is None:
        return found
    site = found.place.site
    place = replace(home, site=site, precision=found.place.precision if site else home.precision)
    return replace(found, place=place, locality_confidence=0.5)


def _at_point(found: Finding, point: tuple[float, float], gazetteer: Gazetteer) -> Finding:
    place = replace(found.place, latitude=point[0], longitude=point[1], precision="point", centre=False)
    if place.locality is None and place.outside is None:
        place = replace(place, locality=nearest_locality(*point, gazetteer), fallback=False)
    return replace(found, place=place)


@dataclass(frozen=True, slots=True)
class PlaceComponent:
    """The component: sets `place` and the confidence of locality and site."""

    gazetteer: Gazetteer

    def __call__(self, doc: "Doc") -> "Doc":
        """The same document, its place found."""
        found = findings(doc)
        told = locate_report(text_of(doc), found.body_start, found.report, self.gazetteer)
        found.place = told.place
        found.confidence["locality"] = told.locality_confidence
        found.confidence["site"] = told.site_confidence
        found.evidence.extend(_evidence(found, told))
        return doc


def _evidence(found: Findings, told: Finding) -> Iterable[Evidence]:
    report, place = found.report, told.place
    for field in ("locality", "site"):
        if report.field(field) and getattr(place, field):
            yield Evidence(
                f"{field}:{getattr(place, field)}", f"form:{field}", 5.0, text=report.field(field), field="form"
            )
    for one in told.scored:
        name = "site" if _is_site(one.mention) and one.mention.name == place.site else "locality"
        where, start, end = locate(found, one.mention.start, one.mention.end)
        words = found.text[one.mention.start : one.mention.end]
        yield Evidence(f"{name}:{one.mention.name}", one.mention.kind, round(one.score, 2), start, end, words, where)
    if place.fallback:
        yield Evidence(f"locality:{place.locality}", "sender", 0.5, field="sender", note="avsändarens egen ort")
