"""Where a report happened: the form's own fields, then the text, then the sender's own locality."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from classify.assessment import Evidence, Place
from classify.coordinates import read_coordinates
from classify.document import Findings, findings, locate
from classify.places import Gazetteer
from classify.scene import COMMON_SURE, Finding, find_place, is_site, place_in
from classify.sentences import Text, text_of
from ingest.message import Report

if TYPE_CHECKING:
    from spacy.tokens import Doc

# A point in a form or photo belongs to the nearest locality within so many kilometres.
NEAREST_KM = 3.0
_NOT_SITES = re.compile(r"\s+(?:mot|vid|bakom|genom|mellan|utanför|bredvid|nära|förbi|på|i|till|framför)\s+|[,(;]")
_NO_ANSWER = re.compile(
    r"\W*(?:ej|inte|vet|okän\w*|se|nej|inge[nt]|samma)?\W*(?:\b(?:aktuellt|ej|inte|ovan|nedan|beskrivning)\W*)?$",
    re.IGNORECASE,
)
# The field's first word is a thing of its own beside a common place: `Utedasset vid bygdegården`.
_LEADS = re.compile(
    r"(?!arbetsplats|platsen|vägen|parkeringen|området|gaveln|baksidan)[^\W\d_]{4,}(?:en|et|an|on) "
    r"(vid|mellan) [a-zåäö]",
    re.IGNORECASE,
)
_OURS = re.compile(r"^(?:vår|vårt|våra|min|mitt|hos oss)\s+", re.IGNORECASE)


def form_place(report: Report, gazetteer: Gazetteer) -> Finding | None:
    """The place that a form's own fields give, or None where the report is no form or the fields are empty."""
    town, site = report.field("locality").strip(), report.field("site").strip()
    if not (town or site):
        return None
    place = find_place(f"{site}\n{town}" if town else site, gazetteer, field=True).place
    lies_in = find_place(town, gazetteer, field=True).place
    if lies_in.locality or lies_in.outside:
        place = replace(lies_in, site=place.site, precision=place.precision if place.site else lies_in.precision)
    if site and (place.site is None or _leads(site, place.site)):
        name = _form_site(site)
        place = replace(place, site=name, precision="point" if name else place.precision)
    return Finding(place, (), 0.98 if place.locality or place.outside else 0.6, _form_surety(site, place.site))


def _leads(site: str, found: str) -> bool:
    match = _LEADS.match(site)
    return match is not None and (found.islower() or match[1] == "mellan")


def _form_surety(written: str, found: str | None) -> float:
    """What the field holds alone is surely the site."""
    if found is None:
        return 0.7
    return 0.95 if written.lower() == found.lower() else COMMON_SURE


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
        name = "site" if is_site(one.mention) and one.mention.name == place.site else "locality"
        where, start, end = locate(found, one.mention.start, one.mention.end)
        words = found.text[one.mention.start : one.mention.end]
        yield Evidence(f"{name}:{one.mention.name}", one.mention.kind, round(one.score, 2), start, end, words, where)
    if place.fallback:
        yield Evidence(f"locality:{place.locality}", "sender", 0.5, field="sender", note="avsändarens egen ort")
