"""Rich material for the digest: invented reports with rhythm, places that return, and people behind them."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from classify.assessment import Assessment, Confidence, Occurred, Place, Urgency
from digest.entries import entries
from digest.happenings import happenings
from digest.illustrate import illustrate
from digest.labels import Labels, Locality
from digest.message import Envelope, File, build
from digest.pdf import make_pdf
from digest.period import Period
from digest.picture import Material, SituationPicture
from digest.render import Rendered, render, template_folders
from digest.sections import compile_picture
from digest.sheet import CONTENT_TYPE, make_sheet
from ingest.message import Address, Report
from problems.types import (
    BraColumns,
    Hours,
    Interval,
    Judgement,
    Ledger,
    Measure,
    MeasureEffect,
    PlaceKey,
    Problem,
    SilentPlace,
    Spell,
    Trend,
    Unusual,
)
from store.records import Accounts, ReportStatus, StoredReport

ZONE = ZoneInfo("Europe/Stockholm")
WEEK = Period("week", 2026, 47)

LOCALITIES = (
    Locality("Kinna", 57.507, 12.694), Locality("Skene", 57.489, 12.647), Locality("Örby", 57.480, 12.703),
    Locality("Assberg", 57.495, 12.658), Locality("Fritsla", 57.556, 12.788), Locality("Sätila", 57.542, 12.435),
    Locality("Horred", 57.358, 12.473), Locality("Hyssna", 57.567, 12.537), Locality("Björketorp", 57.426, 12.524),
    Locality("Torestorp", 57.388, 12.679), Locality("Öxabäck", 57.396, 12.808), Locality("Kinnahult", 57.529, 12.725),
    Locality("Hanatorp"),
)  # fmt: skip
CATEGORIES = (
    ("vald_hot", "Våld, hot och trakasserier"), ("brand", "Brand och eldning"), ("narkotika", "Narkotika"),
    ("stold", "Stöld och inbrott"), ("skadegorelse", "Skadegörelse"), ("klotter", "Klotter"),
    ("trafik", "Trafik och buskörning"), ("ordningsstorning", "Ordningsstörning"),
    ("alkohol", "Alkohol och berusning"), ("nedskrapning", "Nedskräpning och dumpning"),
    ("otrygg_plats", "Otrygg plats"), ("ovrigt", "Övrigt"),
)  # fmt: skip
OUTLINE = (((12.3, 57.3), (12.9, 57.3), (12.95, 57.6), (12.3, 57.62), (12.3, 57.3)),)
URGENCIES = (("akut", "Akut"), ("hog", "Hög"), ("normal", "Normal"), ("lag", "Låg"))

# Category: its part of all reports, then texts, each invented for these tests.
TOLD: dict[str, tuple[int, tuple[str, ...]]] = {
    "skadegorelse": (
        16,
        (
            "Rutan i busskuren är krossad igen och glaset ligger kvar på bänken.",
            "Någon har sparkat sönder staketet runt lekplatsen under natten.",
        ),
    ),
    "klotter": (
        12,
        (
            "Nytt klotter på hela långsidan, svart färg, ungefär fyra meter brett.",
            "Elskåpet och muren bakom affären är nedklottrade.",
        ),
    ),
    "nedskrapning": (
        12,
        (
            "Sju däck och en soffa dumpade vid vändplanen.",
            "Papperskorgarna är överfulla och fåglarna drar ut allt på gräset.",
        ),
    ),
    "trafik": (
        18,
        (
            "A-traktorer kör varv på parkeringen till efter midnatt, bränner gummi och spelar hög musik.",
            "Mopeder kör fort på gångvägen där barnen går till skolan.",
        ),
    ),
    "ordningsstorning": (
        14,
        (
            "Ett tiotal personer samlas vid entrén och blockerar ingången, kunder vänder i dörren.",
            "Högljutt gäng i trapphuset, flera hyresgäster vågar inte gå förbi.",
        ),
    ),
    "alkohol": (7, ("Berusade personer på bänkarna utanför systembutiken redan på förmiddagen.",)),
    "narkotika": (
        8,
        (
            "Öppen handel vid cykelstället varje eftermiddag, små påsar byter ägare mot kontanter.",
            "Kanyler i buskarna bakom förskolan.",
        ),
    ),
    "stold": (
        10,
        (
            "Två cyklar borta från cykelrummet, låsen är avklippta.",
            "Diesel tömd ur grävmaskinen under helgen.",
        ),
    ),
    "brand": (4, ("Någon har eldat i papperskorgen, plasten har smält ner i asfalten.",)),
    "vald_hot": (
        5,
        ("Personalen hotades när de bad en man lämna butiken. Kontakta [namn] på [telefon].",),
    ),
    "otrygg_plats": (
        9,
        (
            "Belysningen i gångtunneln är släckt sedan två veckor, det är kolsvart.",
            "Buskarna skymmer hela gångvägen.",
        ),
    ),
    "ovrigt": (3, ("Lösa hundar på torget.",)),
}
SITES = {
    "Kinna": ("Mor Kerstins torg", "busstationen", "Boråsvägen", "Stureskolan", "gångtunneln"),
    "Skene": ("Skene torg", "Varbergsvägen", "resecentrum"),
    "Örby": ("Örbyskolan", "lekplatsen"), "Fritsla": ("stationen",), "Horred": ("Horredsbadet",),
    "Sätila": ("Sätila strand",), "Assberg": ("Assbergsskolan", "parkeringen"),
}  # fmt: skip
VOICES = (
    ("Bovaven Bostäder", "bostadsbolag"), ("Torgkiosken", "näringsliv"), ("Ica-handlarna Demo", "näringsliv"),
    ("Fritsla samhällsförening", "byalag"), ("Horreds byalag", "byalag"), ("Stureskolan", "kommun"),
    ("Tryggväkt", "väktare"), ("", ""), ("Nordbagarn", "näringsliv"), ("Örby byalag", "byalag"),
)  # fmt: skip

Make = Callable[..., StoredReport]


def assessment(**changes: Any) -> Assessment:
    base = Assessment(
        category="klotter", urgency="normal", place=Place("Kinna", "busstationen", 57.507, 12.694, "point"),
        confidence=Confidence(), evidence=(), personal=(), masked_text="Klotter på väggen.",
        masked_subject="Klotter", rules="r1",
    )  # fmt: skip
    return replace(base, **changes)


def stored(
    number: int, day: date, found: Assessment, status: ReportStatus = "approved", voice: int = 0
) -> StoredReport:
    organisation, role = VOICES[voice % len(VOICES)]
    at = datetime.combine(day, time(9, 30), ZONE)
    report = Report(
        "HEMLIG RÅTEXT", "HEMLIGT ÄMNE", at, Address("Hemlig Person", f"hemlig@kund{voice}.example"), "free",
        organisation=organisation, role=role,
    )  # fmt: skip
    return StoredReport(
        number, f"LB-{day.year}-{number:05}", report, found, status, 1, at.astimezone(UTC), effective=found
    )


def told_over(count: int, last: date, days: int = 400, seed: int = 7) -> Iterator[StoredReport]:
    """Reports over the days up to `last`: more on week-ends and evenings, a few places that keep returning."""
    dice = random.Random(seed)  # noqa: S311 - the same invented year at every run
    categories = list(TOLD)
    weights = [TOLD[c][0] for c in categories]
    towns = [place.name for place in LOCALITIES]
    for number in sorted(dice.sample(range(count * 4), count)):
        day = last - timedelta(days=days - 1 - number * days // (count * 4))
        category = dice.choices(categories, weights)[0]
        town = dice.choices(towns, [30, 18, 10, 8, 8, 5, 5, 4, 3, 2, 2, 3, 1])[0]
        place = next(p for p in LOCALITIES if p.name == town)
        site = dice.choice(SITES[town]) if town in SITES and dice.random() < 0.7 else None
        hour = dice.choices(range(24), [3, 3, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 5, 6, 8, 9, 8, 6])[0]
        urgency: Urgency = {"vald_hot": "hog", "brand": "hog"}.get(category) or dice.choices(  # type: ignore[assignment]
            ["akut", "hog", "normal", "lag"], [1, 6, 70, 23]
        )[0]
        happened = day - timedelta(days=dice.choice([0, 0, 1, 2]))
        timed = dice.random() < 0.6
        found = assessment(
            category=category, urgency=urgency,
            place=Place(None) if dice.random() < 0.05 else Place(town, site, place.latitude, place.longitude, "point"),
            occurred=Occurred(f"{happened}T{hour:02}", "hour", happened.weekday(), hour) if timed else None,
            masked_text=dice.choice(TOLD[category][1]), recurring=dice.random() < 0.2,
            police_report=dice.choices(["yes", "no", "unknown"], [3, 2, 5])[0], upcoming=dice.random() < 0.01,
        )  # fmt: skip
        status: ReportStatus = "open" if day > last - timedelta(days=6) and dice.random() < 0.2 else "approved"
        yield stored(number + 1, day, found, status, dice.randrange(10))


def problem(number: int, place: PlaceKey, category: str, course: str, **changes: Any) -> Problem:
    """A problem of the ledger as of the last day of WEEK; `course` has a digit a week and ends with that week."""
    weekly = tuple(map(int, course.zfill(52)))
    mondays = [WEEK.first - timedelta(weeks=len(weekly) - 1 - i) for i in range(len(weekly))]
    alive = [day for day, n in zip(mondays, weekly, strict=True) if n] or [WEEK.first]
    base = Problem(
        number=number, place=place, category=category, status="pågår", first_seen=alive[0], last_seen=alive[-1],
        spells=(Spell(alive[0], alive[-1], sum(weekly)),), events=tuple(range(1, sum(weekly) + 1)),
        reports=sum(weekly) + 4, voices=5,
        organisations=("Bovaven Bostäder",), weekly=tuple(zip(mondays, weekly, strict=True)),
        weeks_active=sum(bool(n) for n in weekly[-12:]),
        trend=Trend("ökar", 9, 3, "9 händelser de senaste sex veckorna mot 3 de sex veckorna före"),
        police=(4, 3, 5), urgencies=(("hog", 3), ("normal", 9)),
        hours=Hours((0,) * 7, (0,) * 24, 0, "oftast fredag och lördag, på kvällen"), durations=("sedan augusti",),
        candidate=True,
        reasons=("händelser i 7 av de senaste 12 veckorna", "rapporten säger att det varat (”hemligt länge”)"),
        candidate_since=alive[0],
        judgement=None, measures=(), bra=BraColumns(),
    )  # fmt: skip
    return replace(base, **changes)


def judged(place: PlaceKey, category: str, note: str = "") -> Judgement:
    at = datetime(2026, 9, 7, 10, 0, tzinfo=ZONE)
    return Judgement(place.locality, place.name, category, long_term=True, by="hemlig.handläggare", at=at, note=note)


def measure(place: PlaceKey, category: str) -> MeasureEffect:
    at = datetime(2026, 10, 5, 10, 0, tzinfo=ZONE)
    decided = Measure(
        place.locality, place.name, category, "Rondering fredag och lördag kväll", "Ordningsvakter",
        date(2026, 10, 9), date(2026, 12, 31), "pågår", "hemlig.handläggare", at, 1,
    )  # fmt: skip
    before, after = Interval(1.6, 1.0, 2.4), Interval(0.5, 0.2, 1.1)
    told = "Före 1,6 händelser i veckan (1,0–2,4), efter 0,5 (0,2–1,1): minskat."
    return MeasureEffect(decided, before, after, 13, 3, 8, 6, "minskat", told)


def ledger_of(period: Period = WEEK) -> Ledger:
    """A ledger with problems in every state a section prints."""
    torget, busstationen = PlaceKey("Kinna", "Mor Kerstins torg"), PlaceKey("Kinna", "busstationen")
    skene, orby = PlaceKey("Skene", "Skene torg"), PlaceKey("Örby", "Örbyskolan")
    bra = BraColumns(
        common="12 händelser på 12 veckor, nummer 2 av 31 problem",
        increasing="ja, 9 händelser de senaste sex veckorna mot 3 de sex veckorna före",
        lasting="ja, 14 veckor (sedan 3 augusti 2026)", confined="ja, Mor Kerstins torg",
        affects_many="ja, 5 oberoende rapportörer", owner="Samhällsbyggnad",
    )  # fmt: skip
    problems = (
        problem(12, torget, "ordningsstorning", "10102101231221010101",
                judgement=judged(torget, "ordningsstorning", "Prioriterat i september."), bra=bra,
                measures=(measure(torget, "ordningsstorning"),)),
        problem(15, busstationen, "skadegorelse", "1010110112",
                judgement=judged(busstationen, "skadegorelse")),
        problem(21, skene, "trafik", "1000000000000021011",
                spells=(Spell(date(2026, 5, 4), date(2026, 5, 29), 3), Spell(WEEK.first, WEEK.last, 5))),
        problem(23, orby, "narkotika", "11011"),
    )  # fmt: skip
    odd = Unusual(busstationen, "skadegorelse", WEEK.first, 1, 4, 0.7, 0.001,
                  "4 händelser på en vecka, ovanligt många för platsen (i snitt 0,7)")  # fmt: skip
    silent = (
        SilentPlace(
            "ort",
            "Horred",
            date(2026, 9, 1),
            11,
            2.1,
            "Horred: rapporter brukade komma varannan vecka men har uteblivit i 11 veckor",
        ),
        SilentPlace(
            "rapportör",
            "Hemlig Firma",
            date(2026, 9, 1),
            11,
            2.1,
            "Hemlig Firma: brukade rapportera varannan vecka men har varit tyst i 11 veckor",
        ),
    )
    return Ledger(period.last, (), problems, (odd,), silent, ())


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of()


@pytest.fixture
def labels() -> Labels:
    return Labels(CATEGORIES, URGENCIES, LOCALITIES)


@pytest.fixture
def material(labels: Labels) -> Callable[..., Material]:
    """A situation picture's material from stored reports."""

    def make(
        reports: Iterable[StoredReport] = (),
        period: Period = WEEK,
        *,
        groups: Iterable[tuple[int, ...]] = (),
        quote_unreviewed: bool = False,
        **changes: Any,
    ) -> Material:
        told = sorted(reports, key=lambda r: r.report.date)
        counted = entries(told, ZONE, quote_unreviewed=quote_unreviewed)
        plain = Material(
            period=period, made_at=datetime(2026, 11, 23, 7, 0, tzinfo=ZONE), labels=labels, entries=counted,
            events=happenings(counted, groups), since=date(2020, 1, 1), accounts=Accounts(20, 14, 3, 1, 1, 0, 1),
            contact="säkerhetsenheten, sakerhet@mark.example",
        )  # fmt: skip
        return replace(plain, **changes)

    return make


@pytest.fixture
def year_of_reports() -> Callable[..., tuple[StoredReport, ...]]:
    """Invented reports over the days up to a given one."""
    return lambda *arguments, **options: tuple(told_over(*arguments, **options))


@dataclass(frozen=True, slots=True)
class Whole:
    """Every form of one digest."""

    picture: SituationPicture
    rendered: Rendered
    pdf: bytes
    xlsx: bytes
    mail: bytes


@pytest.fixture
def whole(labels: Labels) -> Callable[..., Whole]:
    """From material to every form of the digest, as `digest send` makes them."""

    def make(material: Material, templates: Path | None = None) -> Whole:
        picture = compile_picture(material)
        images = illustrate(picture, labels, "mark.example", OUTLINE)
        rendered = render(picture, material.labels, images, "Marks kommun · EST", templates)
        pdf = make_pdf(rendered.html, rendered.images, template_folders(templates), "Lägesbild", material.made_at)
        xlsx = make_sheet(picture, labels, "Lägesbild")
        envelope = Envelope("l@mark.example", ("est@mark.example",), "Lägesbild", "<1@mark.example>", material.made_at)
        files = (File("l.pdf", "application/pdf", pdf), File("l.xlsx", CONTENT_TYPE, xlsx))
        return Whole(picture, rendered, pdf, xlsx, build(envelope, rendered, files).as_bytes())

    return make


@pytest.fixture
def tell() -> Callable[..., StoredReport]:
    """One invented report: number, day, then what the rules found, as keywords of Assessment."""

    def make(
        number: int, day: date = WEEK.first, *, status: ReportStatus = "approved", voice: int = 0, **found: Any
    ) -> StoredReport:
        return stored(number, day, assessment(**found), status, voice)

    return make


@pytest.fixture
def week() -> Period:
    """The week that the ledger and most tests are about: 16–22 November 2026."""
    return WEEK
