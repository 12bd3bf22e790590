from datetime import datetime
from pathlib import Path

import pytest

from classify.pipeline import Classifier, load_classifier
from ingest.message import Address, Report

ROOT = Path(__file__).parent.parent.parent
NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return load_classifier(ROOT / "rules.yaml", ROOT / "places.yaml", cache_dir=tmp_path_factory.mktemp("rules"))


def report(text: str, **fields: str) -> Report:
    return Report(text, "", NOON, Address("", "a@b.example"), "free", tuple(fields.items()))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Rutan är krossad. Vi har polisanmält.", "yes"),
        ("Cykeln är borta, anmälan gjordes i går.", "yes"),
        ("Bilen stals. Polisen har tagit upp en anmälan.", "yes"),
        ("Dörren uppbruten, 5000-K118234-26.", "yes"),
        ("Vi har inte anmält det än.", "no"),
        ("Ingen polisanmälan är gjord.", "no"),
        ("Hon vågar inte anmäla.", "no"),
        ("Vi ska polisanmäla i morgon.", "no"),
        ("Polisen kom på plats och körde bort dem.", "unknown"),
        ("Jag har ringt polisen.", "unknown"),
        ("Polisen har fått en anmälan från oss.", "yes"),
        ("Någon anmälan till polisen har jag inte gjort.", "no"),
        ("Ska polisanmälas när kollegan är tillbaka.", "no"),
        ("Anmäldes i januari till felanmälan utan svar.", "unknown"),
        ("Jag vill anmäla att lampan är trasig.", "unknown"),
        ("Lampan är felanmäld två gånger.", "unknown"),
        ("Ska vi göra en polisanmälan?", "unknown"),
        ("Han vill inte att jag ringer polisen.", "no"),
        ("Vi ska till polisen i eftermiddag.", "no"),
        ("Kan man anmäla sånt? Jag har i alla fall inte gjort det.", "no"),
        ("Snuten har skrivit anmälan.", "yes"),
        ("Vi har anmält till polisen och till fastighetsbolaget.", "yes"),
        ("Polis på plats upprättade anmälan.", "yes"),
        ("Anmälan görs samlat i månadsskiftet.", "no"),
        ("Miljökontoret vet; polisanmälan avvaktar.", "no"),
        ("Anmäla? Nä, det lönar sig inte.", "no"),
        ("Jag har inte kontaktat polisen.", "no"),
        ("Har inte vågat säga något till polisen.", "no"),
        ("Hon skakar. Vi anmäler i morgon.", "no"),
        ("Tänkte vänta med polisen tills i morgon.", "no"),
        ("Vill göra en anmälan men har inte kommit fram.", "no"),
        ("Jag har anmält honom förut. Den här gången har jag inte vågat.", "no"),
        ("Polisen har gett honom en kopia av anmälan.", "yes"),
        ("Polisen vill inte komma hit längre.", "unknown"),
        ("Ingen anmälan från oss. Grannen kan ha gjort en.", "unknown"),
    ],
)
def test_police_report_is_read_from_its_clause(bundled: Classifier, text: str, answer: str) -> None:
    assert bundled.assess(report(text)).police_report == answer


def test_the_forms_answer_holds(bundled: Classifier) -> None:
    assert bundled.assess(report("Vi har anmält.", police_report="Nej")).police_report == "no"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Anmält, nr 5000-K1182345-26.", "5000-K1182345-26"),
        ("Polisens nummer är K 118234-26", "K118234-26"),
        ("Telefon 0320-12 34 56", None),
    ],
)
def test_the_case_number_is_found(bundled: Classifier, text: str, reference: str | None) -> None:
    assert bundled.assess(report(text)).police_reference == reference


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("Det är bråk på torget varje helg.", "varje helg"),
        ("Lampan har varit trasig sedan september.", "sedan september"),
        ("Tredje gången de krossar rutan.", "Tredje gången"),
        ("De har hållit till där i flera veckor.", "i flera veckor"),
        ("De sitter ständigt på bänken och super.", "ständigt"),
        ("Kundvagnen har legat där länge.", "har legat där länge"),
        ("De eldar där lördag efter lördag.", "lördag efter lördag"),
        ("Folk parkerar mitt på hållplatsen varje fredag.", "varje fredag"),
        ("Huset står öppet sedan taket rasade.", "sedan taket rasade"),
        ("Det slängs skräp alltid, de sitter alltid på trappan.", "sitter alltid"),
        ("De senaste fem passen har det stått en bil där.", "De senaste fem passen"),
        ("De stannar någon gång i veckan och slänger skräp.", "någon gång i veckan"),
        ("Det har stått killar där sedan veckor.", "sedan veckor"),
        ("Åttonde luckan i höst är uppbruten.", "Åttonde luckan i höst"),
        ("Vi har sagt till om detta vid två möten.", "sagt till om detta vid två möten"),
        ("De står där måndag till söndag.", "måndag till söndag"),
        ("Enligt verkstan är det fjärde Volvon i Mark på två veckor.", "fjärde Volvon i Mark på två"),
        ("De kör fortfarande mot enkelriktat.", "kör fortfarande"),
        ("Han har stått där flera nätter sedan dess.", "flera nätter sedan dess"),
        ("Det har jag skrivit om 4 ggr.", "skrivit om 4 ggr"),
        ("De möttes bakom skolan. Likadant onsdagen före.", "Likadant onsdagen före"),
        ("Fest tis, fest ons, fest fre, folk spyr i hissen.", "tis, fest ons, fest fre"),
        ("Även i dag stod bilar parkerade där.", "Även i dag"),
        ("Flera kompisar har också blivit av med sina cyklar.", "Flera kompisar har också blivit"),
        ("I natt var det fest vid badet igen. Vi vaknade.", "var det fest vid badet igen."),
        ("Det slängs grovsopor där hela tiden.", "slängs grovsopor där hela tiden"),
        ("Jag har sett honom göra det förut.", "sett honom göra det förut"),
        ("Det är samma gubbar som sist.", "samma gubbar som sist"),
        ("För sjuttioelfte gången står bilen på cykelbanan.", "För sjuttioelfte gången"),
        ("De super där var dag utom söndag.", "var dag"),
        ("Det är tredje lördagsnatten på raken.", "tredje lördagsnatten"),
        ("Han var där igår o i förrgår.", "igår o i förrgår"),
        ("Sen jag sa till om musiken har det kommit saker i brevlådan.", "Sen jag sa till om musiken har"),
        ("Samma problem rapporterades i vintras.", "Samma problem rapporterades i vintras"),
        ("Tidigare larm i kvarteret 1/10.", "Tidigare larm"),
        ("Grannar har väckts åtta nätter sedan 20 september.", "åtta nätter sedan 2"),
        ("Sedan ditt mejl har fyra nya portar målats.", "Sedan ditt mejl"),
        ("Lamporna har slutat fungera efter vattenskadan i juli.", "har slutat fungera efter vattenskadan i juli"),
    ],
)
def test_what_returns_or_lasts_is_recurring(bundled: Classifier, text: str, duration: str) -> None:
    found = bundled.assess(report(text))
    assert (found.recurring, found.duration) == (True, duration)


@pytest.mark.parametrize(
    "text",
    [
        "I natt krossades rutan.",
        "Jag går där varje dag och i går var bänken sönder.",
        "Han slog honom två gånger i ansiktet.",
        "Vi har lagat dörren igen.",
        "Hyresgästerna kommer in och ut som vanligt, och lampan är numera hel.",
        "Nu är det sandat sedan en timme.",
        "De var fulla men alla är hemma nu.",
        "Barnen använder bron varje dag och i natt gick räcket sönder.",
        "Ingen hade bokat bastun på två dagar när den brann.",
        "Bänken är sned sedan någon åkte på den.",
        "Det var tyst och lugnt sedan i våras.",
    ],
)
def test_a_single_event_is_not_recurring(bundled: Classifier, text: str) -> None:
    assert not bundled.assess(report(text)).recurring


def test_an_announced_event_is_upcoming(bundled: Classifier) -> None:
    texts = (
        "Det går rykten om en uppgörelse på torget nästa helg.",
        "Enligt ryktet blir det cruising på torget nu på lördag kväll.",
        "I går var det bråk på torget.",
    )
    assert [bundled.assess(report(text)).upcoming for text in texts] == [True, True, False]
