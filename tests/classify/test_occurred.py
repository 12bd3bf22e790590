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
