from datetime import datetime

import pytest
import spacy

from classify.components.occurred import find_occurred, occurred_component, to_occurred
from classify.document import findings, make_doc
from ingest.message import Address, Report

BLANK = spacy.blank("sv")

# A Wednesday afternoon.
SENT = datetime.fromisoformat("2026-11-18T15:20:00+01:00")


def when(text: str, sent: datetime = SENT) -> str | None:
    dated = find_occurred(text, sent)
    return to_occurred(dated).value if dated else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I natt vid tvåtiden slogs rutan in.", "2026-11-18T02"),
        ("Natten till söndag brann soptunnan.", "2026-11-15"),
        ("Natten mot lördag vid halv tre bröt de upp dörren.", "2026-11-14T02"),
        ("I fredags bröt någon upp dörren.", "2026-11-13"),
        ("I onsdags kväll stod de där.", "2026-11-11"),
        ("13/11 kl 22.30 hördes ett skrik.", "2026-11-13T22"),
        ("Den 3 november klockan 14 försvann cykeln.", "2026-11-03T14"),
        ("Igår kväll kvart i nio kom de in.", "2026-11-17T20"),
        ("I förrgår vid lunch kastades sten.", "2026-11-16T12"),
        ("I dag strax före åtta blev han påkörd.", "2026-11-18T07"),
        ("I lördags mellan 21 och 23 spelade de musik.", "2026-11-14T21"),
        ("igar kvall runt 21 gick de runt och skrek pa folk vid stationen", "2026-11-17T21"),
        ("Lördag kväll 14 november var det slagsmål.", "2026-11-14"),
        ("För tre dagar sedan målade de väggen.", "2026-11-15"),
        ("Det hände 2026-11-09 kl. 07:45.", "2026-11-09T07"),
        ("Just nu slår de sönder kuren.", "2026-11-18T15"),
        ("Under gårdagen målades väggen.", "2026-11-17"),
        ("Tisdagen den 10:e stals cykeln.", "2026-11-10"),
        ("På nyårsafton sköts raketer mot huset.", "2025-12-31"),
        ("I natt klockan ett vaknade vi av ett brak.", "2026-11-18T01"),
        ("Igår ca 19 smällde det vid skolan.", "2026-11-17T19"),
        ("Natten mot lördag strax före midnatt brann det.", "2026-11-13T23"),
        ("Natten lördag till söndag slogs rutan in.", "2026-11-15"),
        ("Natten mellan 13 och 14 november slogs rutan in.", "2026-11-14"),
        ("Natten till den 14:e vid tre slogs rutan in.", "2026-11-14T03"),
        ("Natten mån-tis slogs rutan in.", "2026-11-17"),
        ("Lör kväll, 22-tiden, krossades rutan.", "2026-11-14T22"),
        ("Lördag 14/11 22.30 krossades rutan.", "2026-11-14T22"),
        ("Den 12.11 strax före 22 krossades rutan.", "2026-11-12T21"),
        ("Datum och tid: 261112 14.30. En ruta krossades.", "2026-11-12T14"),
        ("Under gårdagskvällen vid tiosnåret krossades rutan.", "2026-11-17T22"),
        ("I går tio på förmiddagen krossades rutan.", "2026-11-17T10"),
        ("I natt runt ett krossades rutan.", "2026-11-18T01"),
        ("Klockan halv 11 i går kväll krossades rutan.", "2026-11-17T22"),
        ("I torsdags kväll vid halv ett slog någon sönder en ruta.", "2026-11-13T00"),
        ("För två kvällar sedan krossades rutan.", "2026-11-16"),
        ("Musiken dundrade från nio på kvällen till fyra i morse.", "2026-11-17T21"),
        ("De eldade nu senast i går.", "2026-11-17"),
        ("De slog honom i går kväll medan de andra tog skorna. I dag vägrar han gå ut.", "2026-11-17"),
        ("Det var för en timma sen, luckan hänger öppen.", "2026-11-18T14"),
        ("Luckan är bortbänd i dag, och barnen cyklar där vid halv åtta.", "2026-11-18"),
        ("I går strax före stängning kl 18.50 blev hon hotad.", "2026-11-17T18"),
        ("I går kväll vid 19 när jag gick hem kom en man ikapp mig.", "2026-11-17T19"),
        ("När jag öppnade i morse var hela rastplatsen nedskräpad.", "2026-11-18"),
        (
            "Rapport lördag 14/11\n19.00 Start. Många ute.\n20.30 De skriker på spåret.\n21.10 Avvisas.",
            "2026-11-14T20",
        ),
        ("I går var det fest. Dansbandet slutade punktligt halv elva.", "2026-11-17"),
        ("Dagens städrapport: väggen nedkladdad.", "2026-11-18"),
        ("Larm 02:07, containerbrand. Släckt. Tidigare larm 1/10 och 7/10.", "2026-11-18T02"),
        ("I natt, tjugo i ett, kom tre män fram.", "2026-11-18T00"),
        ("I söndags vrålades det, ungefär från ett till tre på eftermiddagen.", "2026-11-15T13"),
        ("Veckans avvikelser\n- onsdag: skåp uppbrutna, 08.30-09.30.\n- torsdag: inget", "2026-11-11T08"),
        (
            "22.40 Skolan: utan anmärkning.\n01.10 Skolan: fem på taket.\n03.30 Skolan: utan anmärkning.",
            "2026-11-18T01",
        ),
        ("Sargen sparkades sönder i onsdags kväll, för träningen slutade 18.", "2026-11-11"),
        ("Matchen skulle börja kl 13 i dag men näten var klippta.", "2026-11-18"),
        (
            "I går blev jag följd. Han gick nära. Jag sprang. Jag ropade. Klockan var nog strax efter fem.",
            "2026-11-17T17",
        ),
        ("När vi kom hem i natt vid 1 var rutan krossad.", "2026-11-18T01"),
        ("För ett par timmar sedan krossades rutan.", "2026-11-18T13"),
        ("De bråkar utanför kiosken, vi har ringt 112.", "2026-11-18T15"),
    ],
)
def test_swedish_time_is_resolved_against_the_mails_date(text: str, value: str) -> None:
    assert when(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "Varje fredag kväll sitter de där.",
        "Lampan har varit trasig sedan oktober.",
        "I helgen var det stökigt.",
        "Kan ni komma på torsdag?",
        "Vi har möte den 25 november.",
        "Butiken stänger kl 20 på vardagar.",
        "I juli försvann en spade.",
        "I fredags och i lördags skrek de.",
        "Motorn togs någon gång mellan söndagen och gårdagen.",
    ],
)
def test_a_lasting_state_a_wish_or_a_plan_has_no_time(text: str) -> None:
    assert when(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Väggen klottrades i natt, i går eftermiddag var den ren.", "2026-11-18"),
        ("Bilen stals i måndags. Polisanmälan gjordes i dag.", "2026-11-16"),
        ("I morse klockan sju upptäckte vi att låset var uppbrutet.", "2026-11-18"),
        ("Cykeln togs i går någon gång mellan 07.00 och 17.30.", "2026-11-17"),
        ("Tredje gången nu: i söndags papperskorgen, i natt hela skjulet.", "2026-11-18"),
    ],
)
def test_what_was_before_and_what_was_done_after_is_not_when_it_happened(text: str, value: str) -> None:
    assert when(text) == value


def test_a_guards_list_gives_the_first_entry_that_tells_something() -> None:
    text = "Rapport natten 14-15 november\n2130 Rond, u.a.\n2345 Två män slåss utanför porten.\n0215 Åter, lugnt."
    assert when(text) == "2026-11-14T23"


def test_after_midnight_belongs_to_the_nights_second_day() -> None:
    text = "Natt 14/11-15/11\n22.00 Avgång.\n23.10 Rond torget, u.a.\n01.20 Krossad ruta på skolan."
    assert when(text) == "2026-11-15T01"


def test_weekday_hour_and_precision_are_given() -> None:
    texts = ("I går kl 21.15 small det.", "I går kväll small det.", "Den 3 november small det.")
    found = [to_occurred(dated) for text in texts if (dated := find_occurred(text, SENT))]
    assert [(one.precision, one.weekday, one.hour) for one in found] == [
        ("hour", 1, 21),
        ("part_of_day", 1, None),
        ("day", 1, None),
    ]


@pytest.mark.parametrize(
    ("text", "taken", "value"),
    [
        ("Se bifogad bild på klottret.", "2026-11-17T06:40:00+00:00", "2026-11-17T07"),
        ("I måndags klottrade de på väggen, se bild.", "2026-11-17T06:40:00+00:00", "2026-11-16"),
        ("Se bild.", "2026-08-01T10:00:00+00:00", None),
        ("Se bild.", "2026-11-19T10:00:00+00:00", None),
    ],
)
def test_a_fresh_photo_dates_what_the_text_does_not(text: str, taken: str, value: str | None) -> None:
    report = Report(text, "", SENT, Address("", "a@b.se"), "free", photo_time=datetime.fromisoformat(taken))
    doc = make_doc(BLANK, report)
    found = findings(occurred_component(doc))
    assert (found.occurred.value if found.occurred else None) == value
    assert any(e.rule == "photo" and e.field == "photo" for e in found.evidence) == (value == "2026-11-17T07")


@pytest.mark.parametrize(
    ("text", "value", "sent"),
    [
        ("På nyårsnatten vid 00.40 kastades en trasa in.", "2026-01-01T00", "2026-01-02T10:05"),
        ("På nyårsnatten strax före midnatt smällde det.", "2025-12-31T23", "2026-01-02T10:05"),
        ("Rutan krossades natten till trettondagen.", "2026-01-06", "2026-01-07T08:00"),
        ("På midsommarafton vid elvatiden på kvällen blev det slagsmål.", "2026-06-19T23", "2026-06-22T09:00"),
        ("Midsommardagen kl 14 stals båten.", "2026-06-20T14", "2026-06-22T09:00"),
        ("Under midsommarnatten bröt de sig in.", "2026-06-20", "2026-06-22T09:00"),
        ("På långfredagen målades kyrkmuren.", "2026-04-03", "2026-04-07T09:00"),
        ("På påskafton eldade de i parken.", "2026-04-04", "2026-04-07T09:00"),
        ("Annandag påsk klockan nio på kvällen var det bråk.", "2026-04-06T21", "2026-04-08T09:00"),
        ("Natten till påskdagen slogs rutorna in.", "2026-04-05", "2026-04-08T09:00"),
        ("På skärtorsdagen vid 22 körde de runt.", "2026-04-02T22", "2026-04-08T09:00"),
        ("På Kristi himmelsfärdsdag stals cykeln.", "2026-05-14", "2026-05-18T09:00"),
        ("Pingstdagen på eftermiddagen klottrades det.", "2026-05-24", "2026-05-26T09:00"),
        ("På valborg eldades det i skogen.", "2026-04-30", "2026-05-03T09:00"),
        ("Valborgsmässoafton kl 21.30 kastades smällare.", "2026-04-30T21", "2026-05-03T09:00"),
        ("På första maj välte de bänkarna.", "2026-05-01", "2026-05-03T09:00"),
        ("På nationaldagen stals flaggan.", "2026-06-06", "2026-06-08T09:00"),
        ("På alla helgons dag stals gravlyktor.", "2026-10-31", "2026-11-03T09:00"),
        ("På halloween kastades ägg på huset.", "2026-10-31", "2026-11-03T09:00"),
        ("Halloweenkvällen vid sjutiden sköt de raketer.", "2026-10-31T19", "2026-11-03T09:00"),
        ("På luciamorgonen klockan fem spelade de musik.", "2026-12-13T05", "2026-12-14T09:00"),
        ("Natten till lucia drog de runt.", "2026-12-13", "2026-12-14T09:00"),
        ("På julafton stals paket ur bilen.", "2026-12-24", "2026-12-28T09:00"),
        ("Annandag jul krossades rutan.", "2026-12-26", "2026-12-28T09:00"),
        ("Under julnatten bröt de upp dörren till kyrkan.", "2026-12-25", "2026-12-28T09:00"),
        ("Första advent på kvällen stals granen.", "2026-11-29", "2026-12-01T09:00"),
        ("Trettondagsafton brann en container.", "2026-01-05", "2026-01-07T08:00"),
        ("Tjugondag knut drog de runt och slog sönder lyktor.", "2026-01-13", "2026-01-15T08:00"),
        ("På alla hjärtans dag kl 20 blev han slagen.", "2026-02-14T20", "2026-02-16T08:00"),
        ("Natten till första maj vid tre slogs rutorna in.", "2026-05-01T03", "2026-05-03T09:00"),
        ("Under natten har någon krossat två rutor.", "2026-11-18", "2026-11-18T08:00"),
        ("Natten som var krossades två rutor.", "2026-11-18", "2026-11-18T08:00"),
        ("Nu i natt halv tre kom en bil.", "2026-11-18T02", "2026-11-18T08:00"),
    ],
)
def test_feast_days_are_resolved_against_the_mails_year(text: str, value: str, sent: str) -> None:
    assert when(text, datetime.fromisoformat(sent + ":00+01:00")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I går kväll kvart över nio slog de sönder kuren.", "2026-11-17T21"),
        ("Igår vid typ kvart över tio på kvällen kom tre tjejer.", "2026-11-17T22"),
        ("I söndags mellan åtta och nio på kvällen stod de där.", "2026-11-15T20"),
        ("I morse mellan åtta och nio ramlade tre.", "2026-11-18T08"),
        ("Den 15:e vid ettiden på eftermiddagen ramlade han.", "2026-11-15T13"),
        ("För två timmar sedan slogs rutan in.", "2026-11-18T13"),
        ("För en timme sedan såg vi två män bryta upp dörren.", "2026-11-18T14"),
        ("För en halvtimme sedan small det.", "2026-11-18T14"),
        ("För tjugo minuter sedan sprang de härifrån.", "2026-11-18T15"),
        ("För en vecka sedan stals skylten.", "2026-11-11"),
        ("För fyra dagar sedan krossades rutan.", "2026-11-14"),
        ("Förra onsdagen vid 17 blev han rånad.", "2026-11-11T17"),
        ("Förra torsdagen tog jag bussen kl 8.10 och den körde som en galning.", "2026-11-12T08"),
        ("Förra fredagen kl 23 bröt de upp dörren.", "2026-11-13T23"),
        ("I måndags förra veckan stals mopeden.", "2026-11-09"),
        ("Fredagen den trettonde november klockan tio på kvällen.", "2026-11-13T22"),
        ("Den tredje november stals cykeln.", "2026-11-03"),
        ("Händelsen inträffade den 12 nov. ca kl. 19.45.", "2026-11-12T19"),
        ("Natten mellan lördag och söndag slogs tre rutor in.", "2026-11-15"),
        ("Natten mellan lördag och söndag vid 23 slogs tre rutor in.", "2026-11-14T23"),
        ("Natten från fredag till lördag bröts kiosken upp.", "2026-11-14"),
        ("Natten 14-15 november skars däcken upp.", "2026-11-15"),
        ("Natten den 14/11 till 15/11 skars däcken upp.", "2026-11-15"),
        ("Natten mot i dag har någon målat på väggen.", "2026-11-18"),
        ("Nu i eftermiddag cyklade de ikull en dam.", "2026-11-18"),
        ("På förmiddagen idag stals väskan.", "2026-11-18"),
        ("Tidigare idag blev en pojke nedslagen.", "2026-11-18"),
        ("I eftermiddags kl 14 blev hon jagad.", "2026-11-18T14"),
        ("I lördags kväll, närmare bestämt 22.15, kastades en flaska.", "2026-11-14T22"),
        ("Det var i lördags. Klockan var ungefär halv tolv på natten när det small.", "2026-11-14T23"),
        ("Kl. 03.10 i natt small det.", "2026-11-18T03"),
        ("Det small 03.10 i natt.", "2026-11-18T03"),
        ("Brasan tändes 20 i går.", "2026-11-17T20"),
        ("Prick sju i morse gick larmet.", "2026-11-18T07"),
        ("Tisdag 17 november 2026 kl 06:15", "2026-11-17T06"),
        ("2026-11-16 22:40", "2026-11-16T22"),
        ("16/11-26 kl 22", "2026-11-16T22"),
        ("16.11.2026 kl 22.00", "2026-11-16T22"),
        ("261116 kl 2200 small det", "2026-11-16T22"),
        ("Jag upptäckte det när jag kom till jobbet i morse klockan sju.", "2026-11-18"),
        ("Någon gång under natten mot tisdagen har däcken skurits.", "2026-11-17"),
        ("Strax efter skolan i går blev han nedslagen.", "2026-11-17"),
        ("Klockan 01.20 natten till i lördags ringde larmet.", "2026-11-14T01"),
        ("I lördags natt vid tvåtiden skrek någon.", "2026-11-14T02"),
        ("Lördagen den 14:e, halv ett på natten.", "2026-11-14T00"),
        ("Vid stängning i går, alltså klockan 20, kom de in.", "2026-11-17T20"),
        ("Igår eftermiddag runt fyra sparkade de sönder papperskorgen.", "2026-11-17T16"),
        ("igår vid fyra-tiden sparkade de sönder papperskorgen.", "2026-11-17T16"),
        ("Det brann i går em.", "2026-11-17"),
        ("I går fm vid 10 tiden stals en väska.", "2026-11-17T10"),
        ("Tors 12/11 kl 18 stals en cykel.", "2026-11-12T18"),
        ("Den 12/11 mellan kl 17:30 och 18:15 stals en cykel.", "2026-11-12T17"),
        ("Datum: 2026-11-12\nTid: 18:30\nVad: cykelstöld", "2026-11-12T18"),
        ("I går klockan nio på morgonen upptäckte vi att rutan var krossad, troligen på natten.", "2026-11-17"),
        ("Jag ringde er i måndags. I söndags kväll slog de sönder bänken.", "2026-11-15"),
        ("Polisanmält i går. Händelsen skedde i lördags kl 23.", "2026-11-14T23"),
        ("Redan i somras var det stök. I går kväll välte de en bod.", "2026-11-17"),
        ("För tre år sedan var det likadant. I natt krossades rutan.", "2026-11-18"),
        ("Sedan i lördags är lampan släckt.", "2026-11-14"),
        ("Den 31 oktober 2025 brann det.", "2025-10-31"),
    ],
)
def test_hours_weekdays_and_dates_are_read_as_people_write_them(text: str, value: str) -> None:
    assert when(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "I torsdags stod cykeln kvar, i fredags morse var den borta.",
        "Mellan fredag kl 17 och måndag kl 06 har någon brutit upp dörren.",
        "Från fredag kväll till i morse har de spelat musik.",
        "Under helgen har någon krossat rutor.",
        "Sanering behövs i kväll.",
        "Vi har möte på fredag kl 18.",
        "Kom gärna förbi i morgon.",
        "I kväll ska de samlas vid torget.",
    ],
)
def test_a_span_of_days_or_what_is_to_come_names_no_day(text: str) -> None:
    assert when(text) is None
