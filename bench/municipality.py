"""A simulated municipality: known events and long-term problems, told by several voices with noise in place, time,
category and words. Everything follows from the seed. The truth stays beside the reports, never in them.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from classify.assessment import Assessment, Confidence, Occurred, Place, Precision
from ingest.message import Address, Report
from problems.types import Area
from store.records import StoredReport

ZONE = ZoneInfo("Europe/Stockholm")
LOCALITIES = {
    "Kinna": 30, "Skene": 22, "Örby": 8, "Kinnahult": 4, "Fritsla": 6, "Sätila": 5, "Horred": 5, "Hyssna": 3,
    "Rydal": 2, "Björketorp": 2, "Berghem": 3, "Torestorp": 2, "Öxabäck": 2, "Hajom": 1, "Fotskäl": 1, "Skephult": 1,
    "Älekulla": 1, "Istorp": 1, "Ubbhult": 1, "Tostared": 1,
}  # fmt: skip
SITES = (
    "centralskolan", "busstationen", "torget", "lekplatsen", "idrottsplatsen", "återvinningsstationen", "biblioteket",
    "gångtunneln", "pendelparkeringen", "badplatsen", "parken", "Ica", "Coop", "macken", "bygdegården", "kyrkan",
    "fritidsgården", "vårdcentralen", "skateparken", "ridhuset", "campingen", "grillplatsen", "förskolan",
)  # fmt: skip
STREETS = tuple(
    first + last
    for first in (
        "Stor", "Skol", "Borås", "Varbergs", "Industri", "Park", "Kyrk", "Vävar", "Lind", "Back", "Stations", "Ängs",
        "Fabriks", "Björk", "Kvarn", "Ek", "Rosen", "Sjö", "Garvar", "Spinnar", "Färgar", "Smed", "Hant", "Ring",
    )
    for last in ("gatan", "vägen", "gränd", "stigen")
)  # fmt: skip
CONFUSED = {
    "skadegorelse": ("klotter", "stold"), "klotter": ("skadegorelse",), "nedskrapning": ("otrygg_plats", "ovrigt"),
    "brand": ("skadegorelse",), "narkotika": ("ordningsstorning",), "alkohol": ("ordningsstorning",),
    "ordningsstorning": ("alkohol", "vald_hot"), "trafik": ("ordningsstorning",), "stold": ("skadegorelse",),
    "vald_hot": ("ordningsstorning",), "otrygg_plats": ("nedskrapning", "skadegorelse"),
}  # fmt: skip
# What an event of a category is about, each as words that different people use for it, and how people put it.
THINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "skadegorelse": (
        ("busskuren", "glaset i busskuren", "väntkuren"), ("fönsterrutan", "skyltfönstret", "rutan"),
        ("gungorna", "gungställningen"), ("parkbänken", "soffan i parken"), ("staketet", "stängslet"),
        ("entrédörren", "ytterdörren", "dörren"), ("vägmärket", "skylten"), ("papperskorgen", "soptunnan"),
        ("belysningsstolpen", "lyktstolpen"), ("bilen", "backspegeln"),
    ),
    "klotter": (
        ("fasaden", "väggen mot gården"), ("elskåpet", "kopplingsskåpet"), ("tunnelväggen", "väggen i tunneln"),
        ("garageporten", "porten"), ("bussens hållplats", "hållplatsskylten"), ("muren", "stödmuren"),
        ("containern",), ("transformatorstationen", "nätstationen"),
    ),
    "nedskrapning": (
        ("möbler", "en soffa"), ("däck", "bildäck"), ("sopsäckar", "svarta säckar"), ("glassplitter", "krossat glas"),
        ("vitvaror", "ett kylskåp"), ("byggavfall", "gipsskivor"), ("engångsgrillar", "grillrester"),
        ("snabbmatskartonger", "hamburgerkartonger"), ("trädgårdsavfall", "ris och grenar"),
    ),
    "brand": (
        ("papperskorgen", "en papperskorg"), ("containern", "sopcontainern"), ("gräset", "torrt gräs"),
        ("mopeden", "en moped"), ("förrådet", "skjulet"), ("smällare", "fyrverkerier"), ("däcken", "bildäck"),
    ),
    "narkotika": (
        ("kanyler", "sprutor"), ("påsar med vitt pulver", "zippåsar"), ("överlämning från bil", "affärer ur en bil"),
        ("lustgastuber", "lustgas"), ("cannabislukt", "lukt av hasch"), ("gömställe bakom elskåpet", "gömma"),
    ),
    "alkohol": (
        ("ölburkar", "burkar"), ("spritflaskor", "vodkaflaskor"), ("berusade män", "fulla män"),
        ("berusade ungdomar", "fulla tonåringar"), ("langning", "någon som köper ut"),
    ),
    "ordningsstorning": (
        ("ungdomsgäng", "ett gäng ungdomar"), ("hög musik", "musik från högtalare"), ("trapphuset", "källartrappan"),
        ("skrik och bråk", "vrål"), ("stenkastning", "kastade stenar"), ("äggkastning", "ägg"),
        ("ringklockor", "ringer på dörrar"),
    ),
    "trafik": (
        ("A-traktor", "epatraktor", "EPA"), ("mopeder", "moppar"), ("crossmotorcykel", "cross"),
        ("burnouts", "bränner gummi"), ("fortkörning", "kör alldeles för fort"), ("felparkerade bilar", "felparkering"),
        ("elsparkcyklar", "sparkcyklar"),
    ),
    "stold": (
        ("cykel", "elcykel"), ("diesel", "bränsle"), ("katalysator", "katalysatorer"), ("verktyg", "maskiner"),
        ("kopparrör", "koppar"), ("varor ur butiken", "snatteri"), ("båtmotor", "utombordare"), ("släpvagn", "släp"),
    ),
    "vald_hot": (
        ("hotade personalen", "hot mot kassörskan"), ("slagsmål", "slogs"), ("knuffad", "knuffar"),
        ("kniv", "knivhot"), ("rån", "rånad på telefonen"), ("trakasserier", "förföljd"),
    ),
    "otrygg_plats": (
        ("gatlamporna", "belysningen"), ("buskagen", "häckarna"), ("gångvägen", "cykelvägen"),
        ("tunneln", "undergången"), ("ödehuset", "det tomma huset"), ("trappan", "trapporna"),
    ),
}  # fmt: skip
VERBS: dict[str, tuple[str, ...]] = {
    "skadegorelse": ("är sönderslagen", "har krossats", "är vandaliserad", "är sparkad sönder", "är förstörd"),
    "klotter": ("är nedklottrad", "har sprejats ner", "är full av klotter", "är taggad", "är målad"),
    "nedskrapning": ("har dumpats", "ligger överallt", "har slängts", "ligger kvar", "är lämnade"),
    "brand": ("brann", "har eldats upp", "sattes i brand", "tändes på", "är uppbränd"),
    "narkotika": ("ligger här", "sågs", "förekommer öppet", "hittades", "pågår"),
    "alkohol": ("sågs", "ligger efter dem", "syns varje kväll", "samlas", "uppehåller sig"),
    "ordningsstorning": ("stör", "håller till", "skrämmer besökare", "hörs", "drar fram"),
    "trafik": ("kör fram och tillbaka", "tvärnitar", "stör grannarna", "kör på gångbanan", "sladdar"),
    "stold": ("är stulen", "har tagits", "försvann", "är borta", "blev stulet"),
    "vald_hot": ("inträffade", "skedde", "utanför ingången", "bland kunder", "framför barn"),
    "otrygg_plats": ("är trasig", "lyser inte", "är igenvuxen", "känns otrygg", "undviks"),
}
# What people happen to mention: compounds of these parts, so that two texts share a word by chance as seldom as
# real ones do (measured on 150 invented reports: two of the same category share none in 67 % of cases).
FIRST_PARTS = (
    "skol", "butiks", "hyres", "gårds", "park", "buss", "cykel", "källar", "tak", "entré", "glas", "plåt", "trä",
    "betong", "grind", "staket", "lås", "larm", "kamera", "skylt", "lamp", "flagg", "blom", "bänk", "bord", "sop",
    "kiosk", "sten", "scen", "läktar", "omklädnings", "tvätt", "hiss", "trapp", "port", "garage", "rondell", "bro",
)  # fmt: skip
LAST_PARTS = (
    "dörren", "väggen", "muren", "hörnet", "sidan", "kanten", "stolpen", "lådan", "huset", "rummet", "luckan", "rampen",
    "räcket", "planen", "gången", "stigen", "infarten", "utfarten", "vakten", "gubben", "bilen", "vagnen", "bron",
    "trappan", "taket", "fönstret", "golvet", "nyckeln", "påsen", "flaskan", "jackan", "väskan", "hunden", "barnen",
)  # fmt: skip
FILLERS = (
    "God dag!", "Till säkerhetsenheten.", "Skriver från jobbet.", "Ännu ett ärende från oss.", "Det hördes ända hit.",
    "Ingen var där när vi kom.", "Jag gick förbi efteråt.", "Grannen berättade.", "Vi har städat undan lite.",
    "Ring gärna om ni undrar.", "Undrar vad ni tänker göra.", "Styrelsen vill att ni vet.", "Så kan vi inte ha det.",
    "Föräldrar har hört av sig.", "Vaktmästaren fick gå ut.", "Någon borde se över det.", "Ha en fin dag!",
    "Hej, jag vill rapportera följande.", "Vi på företaget har märkt detta.", "Byalaget vill framföra detta.",
    "Kan någon titta på det?", "Det är tråkigt att se.", "Tacksam för återkoppling.", "Vi har tagit bilder.",
    "Flera kunder har klagat.", "Personalen är orolig.", "Barn rör sig i området.", "Mvh", "Vänliga hälsningar",
    "Det ser bedrövligt ut.", "Hoppas att ni kan hjälpa oss.", "Detta måste få ett slut.", "Det känns inte bra.",
)  # fmt: skip
URGENT = {"vald_hot": "hog", "brand": "hog", "narkotika": "hog"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A true place: `area` where the map knows one."""

    locality: str
    site: str
    latitude: float
    longitude: float
    precision: Precision
    area: str | None = None

    @property
    def home(self) -> tuple[str, str]:
        """Where the ledger ought to put it."""
        return self.locality, self.area or self.site


@dataclass(frozen=True, slots=True)
class Voice:
    """One who reports."""

    address: str
    organisation: str
    locality: str
    careful: float


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """What happened; `problem` is the planted long-term problem that it belongs to, or None."""

    number: int
    spot: Spot
    category: str
    at: datetime
    thing: tuple[str, ...]
    details: tuple[str, ...]
    problem: int | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    """A long-term problem: events at a rate a week from first to last day."""

    number: int
    spot: Spot
    category: str
    first: date
    last: date
    rate: float


@dataclass(frozen=True, slots=True)
class Municipality:
    """The reports in order of arrival, and the truth: report number → event number, events and planted problems."""

    reports: tuple[StoredReport, ...]
    truth: dict[int, int]
    events: tuple[TrueEvent, ...]
    planted: tuple[Planted, ...]
    areas: tuple[Area, ...]


class Simulator:
    """Draws one municipality."""

    def __init__(self, seed: int, *, years: float = 3.0, reports: int = 10_000, problems: int = 220) -> None:
        self.random = random.Random(seed)
        self.first = date(2023, 1, 2)
        self.days = round(years * 365.25)
        self.wanted = reports
        self.spots = tuple(self._spots())
        self.voices = tuple(self._voices(260))
        spots = Counter(spot.locality for spot in self.spots)
        self.weights = tuple(
            LOCALITIES[s.locality] / spots[s.locality] * self.random.paretovariate(4) for s in self.spots
        )
        self.planted = tuple(self._plant(number) for number in range(problems))

    def run(self) -> Municipality:
        """Events until there are reports enough, told and put in order of arrival."""
        events = self._numbered([*self._problem_events()])
        told = [(event, report) for event in events for report in self._tell(event)]
        while len(told) < self.wanted:
            event = self._single(len(events))
            events.append(event)
            told += [(event, report) for report in self._tell(event)]
        told = sorted(told, key=lambda pair: pair[1].report.date)[: self.wanted]
        stored = tuple(_numbered(report, number) for number, (_, report) in enumerate(told, 1))
        truth = {number: event.number for number, (event, _) in enumerate(told, 1)}
        return Municipality(stored, truth, tuple(events), self.planted, ())

    def _spots(self) -> Iterator[Spot]:
        for index, (locality, size) in enumerate(LOCALITIES.items()):
            north, east = 57.35 + 0.011 * index, 12.35 + 0.023 * index
            sites = self.random.sample(SITES, min(len(SITES), 5 + size))
            streets = self.random.sample(STREETS, min(len(STREETS), 4 + 3 * size))
            for n, name in enumerate([*sites, *streets]):
                spot = Spot(
                    locality, name, north + self.random.uniform(-0.01, 0.01), east + self.random.uniform(-0.02, 0.02),
                    "street" if n >= len(sites) else "point",
                    "resecentrum" if name in {"busstationen", "pendelparkeringen"} else None,
                )  # fmt: skip
                yield spot

    def _voices(self, count: int) -> Iterator[Voice]:
        for n in range(count):
            locality = self.random.choices([*LOCALITIES], [*LOCALITIES.values()])[0]
            company = self.random.random() < 0.6
            address = f"info@foretag{n}.example" if company else f"person{n}@gmail.com"
            yield Voice(address, f"Företag {n}" if company else "", locality, self.random.uniform(0.35, 0.9))

    def _plant(self, number: int) -> Planted:
        first = self.first + timedelta(days=self.random.randrange(max(1, self.days - 120)))
        last = first + timedelta(weeks=self.random.randint(10, 60))
        end = self.first + timedelta(days=self.days)
        spot = self.random.choices(self.spots, self.weights)[0]
        category = self.random.choice([*THINGS])
        return Planted(number, spot, category, first, min(last, end), self.random.uniform(0.4, 1.0))

    def _problem_events(self) -> Iterator[TrueEvent]:
        for p in self.planted:
            day, hour = float((p.first - self.first).days), self.random.choice((1, 8, 15, 19, 22))
            things = self.random.sample(THINGS[p.category], 2)
            while day < (p.last - self.first).days:
                at = self._at(int(day), self.random.gauss(hour, 2) % 24)
                yield TrueEvent(0, p.spot, p.category, at, self.random.choice(things), self._details(), p.number)
                day += max(1.0, self.random.gammavariate(2, 3.5 / p.rate))

    def _single(self, number: int) -> TrueEvent:
        spot = self.random.choices(self.spots, self.weights)[0]
        category = self.random.choice([*THINGS])
        at = self._at(self.random.randrange(self.days), self.random.gauss(20, 5) % 24)
        return TrueEvent(number, spot, category, at, self.random.choice(THINGS[category]), self._details())

    def _at(self, day: int, hour: float) -> datetime:
        return datetime.combine(self.first + timedelta(days=day), time(int(hour), self.random.randrange(60)), ZONE)

    def _details(self) -> tuple[str, ...]:
        return tuple(self.random.choice(FIRST_PARTS) + self.random.choice(LAST_PARTS) for _ in range(8))

    @staticmethod
    def _numbered(events: list[TrueEvent]) -> list[TrueEvent]:
        return [replace(event, number=number) for number, event in enumerate(events)]

    def _tell(self, event: TrueEvent) -> Iterator[StoredReport]:
        """One report, mostly; sometimes many; now and then a reminder by the same voice."""
        near = [v for v in self.voices if v.locality == event.spot.locality] or list(self.voices)
        count = min(len(near), 1 + min(9, int(self.random.expovariate(1 / 0.95))))
        for voice in self.random.sample(near, count):
            delay = self.random.expovariate(1 / 20)
            yield self._report(event, voice, event.at + timedelta(hours=0.2 + delay))
            if self.random.random() < 0.04:
                yield self._report(event, voice, event.at + timedelta(hours=24 + delay))

    def _report(self, event: TrueEvent, voice: Voice, at: datetime) -> StoredReport:
        category, also = self._category(event.category)
        text = self._text(event)
        assessment = Assessment(
            category=category,
            urgency=URGENT.get(event.category, "normal"),  # type: ignore[arg-type]  # values of Urgency
            place=self._place(event.spot),
            confidence=Confidence(),
            evidence=(),
            personal=(),
            masked_text=text,
            masked_subject="",
            rules="simulated",
            also=also,
            occurred=self._occurred(event.at, voice),
            recurring=event.problem is not None and self.random.random() < 0.06,
            police_report=self.random.choice(("yes", "no", "unknown")),
        )
        report = Report(text, "", at, Address("", voice.address), "free", organisation=voice.organisation)
        return StoredReport(0, "", report, assessment, "open", 1, at.astimezone(UTC), effective=assessment)

    def _category(self, true: str) -> tuple[str, tuple[str, ...]]:
        draw = self.random.random()
        if draw < 0.01:
            wrong = self.random.choice(CONFUSED[true])
            return wrong, (true,) if draw < 0.005 else ()
        return true, ()

    def _place(self, spot: Spot) -> Place:
        draw = self.random.random()
        if draw < 0.06:
            return Place(spot.locality, precision="locality")
        if draw < 0.07:
            other = self.random.choice([s for s in self.spots if s.locality == spot.locality])
            return Place(spot.locality, other.site, precision=other.precision, area=other.area)
        if draw < 0.08:
            return Place(None, spot.site, precision="unknown")
        if spot.precision == "point" and draw < 0.3:
            near = (self._jitter(spot.latitude, 0.0002), self._jitter(spot.longitude, 0.0004))
            return Place(spot.locality, spot.site, *near, "point", spot.area)
        return Place(spot.locality, spot.site, precision=spot.precision, area=spot.area)

    def _jitter(self, value: float, width: float) -> float:
        return value + self.random.gauss(0, width)

    def _occurred(self, at: datetime, voice: Voice) -> Occurred | None:
        if self.random.random() > voice.careful:
            return None
        shown = at + timedelta(hours=self.random.gauss(0, 0.8))
        if self.random.random() < 0.02:
            shown += timedelta(days=self.random.choice((-1, 1)))
        if self.random.random() < 0.55:
            return Occurred(f"{shown:%Y-%m-%dT%H}", "hour", shown.weekday(), shown.hour)
        return Occurred(f"{shown:%Y-%m-%d}", "day", shown.weekday())

    def _text(self, event: TrueEvent) -> str:
        thing = event.thing[0] if self.random.random() < 0.7 else self.random.choice(event.thing)
        common = self.random.sample(event.details, self.random.choice((1, 2, 3, 3, 4, 4, 5, 6)))
        own = self._details()[: self.random.choice((1, 3, 5, 7))]
        details = self.random.sample([*common, *own], len(common) + len(own))
        fillers = self.random.sample(FILLERS, self.random.choice((1, 2, 3)))
        told = f"{thing.capitalize()} {self.random.choice(VERBS[event.category])} vid {event.spot.site}."
        seen = f"Vi såg {', '.join(details)}."
        return " ".join((fillers[0], told, seen, *fillers[1:]))


def _numbered(report: StoredReport, number: int) -> StoredReport:
    return replace(report, id=number, reference=f"LB-{report.received_at.year}-{number:05d}")


def pair_scores(truth: dict[int, int], found: dict[int, int]) -> tuple[float, float]:
    """Pairwise precision and recall of found events (report → event) against the true ones."""
    both = _pairs([(truth[r], e) for r, e in found.items()])
    right = both / max(1, _pairs(list(found.values())))
    return right, both / max(1, _pairs([truth[r] for r in found]))


def _pairs(labels: Sequence[object]) -> int:
    counts: dict[object, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return sum(math.comb(n, 2) for n in counts.values())
