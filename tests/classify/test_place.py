from datetime import datetime

import pytest

from classify.components.place import locate_report
from classify.places import Gazetteer
from classify.scene import Finding, find_place
from classify.sentences import Text
from ingest.message import Address, Report

NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")


def found(gazetteer: Gazetteer, text: str, **parts: object) -> Finding:
    fields = {"reporter": Address("", "a@b.example"), "original": text} | parts
    report = Report(text, "", NOON, kind="free", **fields)  # type: ignore[arg-type] # the tests give what each needs
    return locate_report(Text(text), 0, report, gazetteer)


@pytest.mark.parametrize(
    ("text", "locality", "site"),
    [
        ("Någon har krossat fönstret på Granitvägen 4 i Horred.", "Horred", "Granitvägen"),
        ("Lamporna vid Hajoms skola är släckta.", "Hajom", "Hajoms skola"),
        ("Det ligger glas på Fritsla stations parkering.", "Fritsla", "Fritsla station"),
        ("Gänget håller till i Kinna centrum.", "Kinna", None),
        ("Klottret sitter på Mor Kerstins torg.", "Kinna", "Mor Kerstins torg"),
        ("Busskuren vid hållplatsen Ängalund i Rydal är trasig.", "Rydal", "Ängalund"),
        ("Papperskorgen på lekplatsen i Ubbhult brann.", "Ubbhult", "lekplatsen"),
        ("Förskolan Vitsippan i Örby har fått en ruta krossad.", "Örby", "förskolan Vitsippan"),
        ("nån eldar bakom macken i hyssna", "Hyssna", "macken"),
        ("Gang pa Bergsvagen i Fotskal, de skriker och slanger flaskor hela kvallen.", "Fotskäl", "Bergsvagen"),
        ("Soffan ligger i diket i Björketop.", "Björketorp", "diket"),
        ("Föräldrar blockerar infarten utanför Örbyskolan.", "Örby", "Örbyskolan"),
        ("Bilar kör för fort på Fritslavägen.", None, "Fritslavägen"),
        ("Det är stökigt på busstationen i Skene och på tåget.", "Skene", "busstationen"),
        ("Säcken låg i diket söder om Lilla Torp i Öxabäck.", "Öxabäck", "Lilla Torp"),
        ("De satt i ruinen, lokalt kallad Smörkullan, i Kattunga.", "Kattunga", "Smörkullan"),
        ("Någon har dumpat däck i ån vid Blå bron i Kinna.", "Kinna", "Blå bron"),
        ("Cyklarna låg vid Gröna bron i Kinna.", "Kinna", "Gröna bron"),
        ("Ett litet skåp vid vägen i Fotskäl tömdes.", "Fotskäl", None),
        ("En man tömde burken på Rydals Blommor.", "Rydal", "Rydals Blommor"),
        ("Han satte sig på golvet i Apoteket Linden, Skene.", "Skene", "Apoteket Linden"),
        ("Däck ligger vid bommen till Rävmossens skogsbilväg, Öxnevalla.", "Öxnevalla", "Rävmossens skogsbilväg"),
        ("Hör skrik över oss på Tegelgatan 5 skene.", "Skene", "Tegelgatan"),
        ("Någon har tejpat över skylten in mot Öxabacks skola.", "Öxabäck", "Öxabacks skola"),
        ("Huset på Idrottsgatan 3 i Fritsla, det gröna, har stått tomt i sju år.", "Fritsla", "Idrottsgatan"),
        ("De som bor på hörnet Sveagatan/Nygatan i Skene säljer sprit.", "Skene", "Sveagatan"),
        ("Kan ni sätta en askkopp vid ingången till Konsum i Fotskäl?", "Fotskäl", "Konsum"),
        ("Jag bor i Ubbhult, Lövliden 12, och han står utanför huset.", "Ubbhult", "Lövliden"),
        ("Säckar ligger i diket vid Norra vägen i Skephult.", "Skephult", "Norra vägen"),
        ("Vid hållplatsen Fabriken i Strömsfors ligger en man i snön.", "Strömsfors", "Fabriken"),
        ("Halmen brinner hos Nybergs i Surteby.", "Surteby", None),
        ("Han kör på fel sida mellan Kinna och Fritsla.", None, None),
        ("Vi bor på fyran på Vindgatan 9 i Skene och kommer inte ut.", "Skene", "Vindgatan"),
        ("Kuren vid gymnasiet mot Borås, Skene.", "Skene", "gymnasiet"),
    ],
)
def test_place_is_read_from_the_words(gazetteer: Gazetteer, text: str, locality: str | None, site: str | None) -> None:
    place = found(gazetteer, text).place
    assert (place.locality, place.site) == (locality, site)


@pytest.mark.parametrize(
    ("text", "locality"),
    [
        ("Jag bor i Sätila men bilen stals på parkeringen i Kinna.", "Kinna"),
        ("Bilen vid torget i Istorp körde sedan mot Horred.", "Istorp"),
        ("Jag heter Rydal och skriver om tunneln i Skene.", "Skene"),
        ("Gunnar Berghem ringde om branden i Tostared.", "Tostared"),
        ("Han körde mot Borås i hög fart.", None),
        ("Marken är full av skräp och det sken starkt.", None),
    ],
)
def test_only_where_it_happened_counts(gazetteer: Gazetteer, text: str, locality: str | None) -> None:
    assert found(gazetteer, text).place.locality == locality


def test_a_place_outside_the_municipality_is_marked_and_has_no_locality(gazetteer: Gazetteer) -> None:
    place = found(gazetteer, "Rutan krossades på Storgatan i Varberg.").place
    assert (place.locality, place.outside, place.site) == (None, "Varberg", "Storgatan")


def test_the_forms_own_fields_come_first(gazetteer: Gazetteer) -> None:
    fields = (("locality", "Öxabäck"), ("site", "Lekplatsen vid Lärkbacken"))
    place = found(gazetteer, "De sprang mot torget i Kinna.", fields=fields).place
    assert (place.locality, place.site, place.precision) == ("Öxabäck", "Lärkbacken", "street")


@pytest.mark.parametrize(
    ("site", "town", "expected"),
    [
        ("Cykelvägen mot Assberg", "Skene", ("Skene", "cykelvägen")),
        ("Busskuren vid affären", "Rydal", ("Rydal", "busskuren")),
        ("Entrén på Kyrkogatan 12", "Örby", ("Örby", "Kyrkogatan")),
        ("Grustaget", "Hyssna", ("Hyssna", "grustaget")),
        ("Ej aktuellt", "Kinna", ("Kinna", None)),
        ("Hörnet Ågatan/Ekgatan", "Borås", (None, "Ågatan")),
    ],
)
def test_a_forms_site_is_read_as_it_would_stand_in_a_text(
    gazetteer: Gazetteer, site: str, town: str, expected: tuple[str | None, str | None]
) -> None:
    place = found(gazetteer, "Det har hänt något.", fields=(("site", site), ("locality", town))).place
    assert (place.locality, place.site) == expected


def test_the_senders_own_locality_is_a_marked_fallback(gazetteer: Gazetteer) -> None:
    place = found(gazetteer, "Lekplatsen är mörk.", organisation="Älekulla byalag").place
    assert (place.locality, place.fallback, place.site) == ("Älekulla", True, "lekplatsen")


def test_nothing_certain_gives_unknown(gazetteer: Gazetteer) -> None:
    place = found(gazetteer, "Det är jobbigt med alla mopeder.").place
    assert (place.locality, place.site, place.precision, place.latitude) == (None, None, "unknown", None)


@pytest.mark.parametrize(
    "given", ["57.4890, 12.6470", "57,489 12,647", "N 57° 29.34' E 12° 38.82'", "6374150, 358830", "N 6374150 E 358830"]
)
def test_coordinates_in_a_form_win(gazetteer: Gazetteer, given: str) -> None:
    place = found(gazetteer, "Skåpet står öppet.", fields=(("coordinates", given),)).place
    assert (place.locality, place.precision) == ("Skene", "point")
    assert place.latitude == pytest.approx(57.489, abs=0.01)
    assert place.longitude == pytest.approx(12.647, abs=0.01)


def test_precision_says_how_exact_the_place_is(gazetteer: Gazetteer) -> None:
    texts = ("Bråk på Vävgatan i Kinna.", "Bråk vid biblioteket i Kinna.", "Bråk i Kinna.", "Bråk i Hedbo.")
    assert [found(gazetteer, text).place.precision for text in texts] == ["street", "point", "locality", "area"]


def test_evidence_scores_point_at_the_words(gazetteer: Gazetteer) -> None:
    text = "Klotter i tunneln i Assberg."
    spans = {
        (one.mention.name, text[one.mention.start : one.mention.end]) for one in find_place(text, gazetteer).scored
    }
    assert spans == {("Assberg", "Assberg"), ("tunneln", "tunneln")}
