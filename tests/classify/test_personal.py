from datetime import datetime

import pytest
import spacy
from spacy.tokens import Span

from classify.components.personal import PersonalComponent
from classify.document import findings, make_doc
from classify.personal import find_personal, mask
from classify.persons import is_person
from classify.places import Gazetteer
from ingest.message import Address, Report


def masked(text: str, *, letter: bool = True) -> str:
    return mask(text, find_personal(text, letter=letter))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring mig på 070-123 45 67.", "Ring mig på [telefon]."),
        ("Tel 0320-21 70 00, öppet 08.45-16.30", "Tel [telefon], öppet 08.45-16.30"),
        ("Hans nummer är +46 70 123 45 67", "Hans nummer är [telefon]"),
        ("Född 19811218-9876 enligt id.", "Född [personnummer] enligt id."),
        ("Samordningsnummer 701063-2391", "Samordningsnummer [personnummer]"),
        ("Skriv till stina.bergkvist@mejl.example", "Skriv till [e-post]"),
        ("Skriv till trygghet@kommun.example", "Skriv till trygghet@kommun.example"),
        ("En röd Volvo, ABC 12D, körde om.", "En röd Volvo, [regnr], körde om."),
        ("Vid TPL 139 låg däck.", "Vid TPL 139 låg däck."),
        ("Anmält, 5000-K118234-26.", "Anmält, [ärendenummer]."),
        ("Grannen på Tallriksvägen 12 ropade.", "Grannen på [adress] ropade."),
        ("Klotter på fasaden, Tallriksvägen 12.", "Klotter på fasaden, Tallriksvägen 12."),
        ("Han är säkert muslim.", "Han är säkert [känslig uppgift]."),
    ],
)
def test_numbers_addresses_and_words_are_masked_by_kind(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej Lotta,\nporten är trasig.", "Hej [namn],\nporten är trasig."),
        ("Jag heter Sune Bergkvist och driver kiosken.", "Jag heter [namn] och driver kiosken."),
        ("Det var Melker Storhöjd som gjorde det.", "Det var [namn] som gjorde det."),
        ("Väktare Grönkvist ingrep.", "Väktare [namn] ingrep."),
        ("Rutan är krossad.\n\nMvh\nGun-Marie", "Rutan är krossad.\n\nMvh\n[namn]"),
        ("Rutan är krossad.\n/vilgot", "Rutan är krossad.\n/[namn]"),
        ("Rutan är krossad.\nHälsningar Tove på Lanthandeln", "Rutan är krossad.\nHälsningar [namn] på Lanthandeln"),
        ("Rutan är krossad.\nÅke Sundvret, ordförande", "Rutan är krossad.\n[namn], ordförande"),
        ("För rådet: Maja Stenvall, Ilmaz Waraveh.", "För rådet: [namn], [namn]."),
        (
            "Lampan är släckt.\nHejsan Zelmo och tack för lampan.",
            "Lampan är släckt.\nHejsan [namn] och tack för lampan.",
        ),
        (
            "Rond utan anmärkning.\nVakt: Hassan, Melin.\nRv 14 / Lindberg",
            "Rond utan anmärkning.\nVakt: [namn], [namn].\nRv 14 / [namn]",
        ),
        ("Kennet (67 år) ramlade.", "[namn] (67 år) ramlade."),
        ("På lekplatsen hittade Loke en påse.", "På lekplatsen hittade [namn] en påse."),
        ("Vi hälsar från Majlis, Ture & lilla Bo.", "Vi hälsar från [namn], [namn] & lilla [namn]."),
        ("Det luktar i hallen.\nInte i min unges rum!! Micke", "Det luktar i hallen.\nInte i min unges rum!! [namn]"),
    ],
)
def test_names_are_masked_where_a_letter_has_them(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Skadegörelse på Tallbackaskolan i Fritsla, vid Mor Kerstins torg och på Nora Grill.",
        "Per kategori och plats: Kinna 3, Skene 2, Berghem 1.",
        "Lägesbild för Marks kommun, vecka 47, 16–22 november 2026",
        "Polisen i Borås och Bostads AB Väven har fått kopia.",
        "Ring 114 14 eller 112. Kontoret har öppet 08.45-16.30.",
        "Klotter på Sten Sturegatan och Hjalmar Petris väg",
        "Mina gäster blev störda. Barnen på förskolan Myran också.",
    ],
)
def test_what_we_write_ourselves_holds_no_false_hits(text: str) -> None:
    assert masked(text, letter=False) == text


def test_the_reporters_name_is_found_anywhere_in_any_case() -> None:
    text = "De skrev SNUSK-SUNE på väggen. Sune är jag. /Bergkvist"
    spans = find_personal(text, ("Sune Bergkvist",))
    assert mask(text, spans) == "De skrev SNUSK-[namn] på väggen. [namn] är jag. /[namn]"


@pytest.mark.parametrize(
    ("name", "address", "person"),
    [
        ("Förskolan Blåsippan", "blasippan@forskola.example", False),
        ("Enhetschef Björkgården", "bjorkgarden@omsorg.example", False),
        ("Elsy Gran", "elsy.gran@post.example", True),
        ("Zelmira", "zelmira.f@mejl.example", True),
        ("Kansliet", "kansliet.ost@skola.example", False),
    ],
)
def test_a_display_name_is_a_persons_or_a_functions(name: str, address: str, *, person: bool) -> None:
    assert is_person(name, address) is person


def test_only_what_is_written_as_a_name_in_a_display_name_is_one() -> None:
    text = "Barnen gråter. Sara"
    assert mask(text, find_personal(text, ("Sara & barnen",))) == "Barnen gråter. [namn]"


def test_the_subject_is_no_signature_of_a_short_letter() -> None:
    assert masked("Pumphus Rydalen\nEn tagg på dörren.\nConny") == "Pumphus Rydalen\nEn tagg på dörren.\n[namn]"


def test_spans_point_at_their_own_text() -> None:
    text = "Mvh Anna-Karin Ekvret, 070-123 45 67, anna@mejl.example"
    spans = find_personal(text, letter=True)
    assert [span.kind for span in spans] == ["namn", "telefon", "e-post"]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_a_locality_under_a_signature_is_no_person() -> None:
    text = "Lampan är släckt.\n\nBosse Ekvret\nHorred"
    spans = find_personal(text, places=frozenset({"horred"}), letter=True)
    assert mask(text, spans) == "Lampan är släckt.\n\n[namn]\nHorred"


def test_an_unknown_name_alone_on_the_last_line_is_a_signature() -> None:
    assert masked("Lampan är släckt.\nZelmet") == "Lampan är släckt.\n[namn]"
    assert masked("Lampan är släckt.\nDriftledningen") == "Lampan är släckt.\nDriftledningen"


def test_a_trained_pipelines_persons_are_masked_wherever_they_stand(gazetteer: Gazetteer) -> None:
    sent = datetime.fromisoformat("2026-11-18T12:00:00+01:00")
    nlp = spacy.blank("sv")
    doc = make_doc(nlp, Report("Det var Zelmet som ringde.", "", sent, Address("", "a@b.example"), "free"))
    doc.ents = (Span(doc, 2, 3, label="PRS"),)
    assert findings(PersonalComponent(gazetteer)(doc)).masked_text == "Det var [namn] som ringde."
