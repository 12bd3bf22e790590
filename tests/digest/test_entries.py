"""What may enter the picture: masked, short, harmless; never a reporter or a raw text."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from classify.assessment import Assessment, PersonalSpan
from digest.entries import EXCERPT_CHARS, entries, plain, source
from digest.happenings import happenings
from digest.picture import Material, SituationPicture
from ingest.message import Address, Message, RawMessage, Report
from problems.types import Event, Judgement, Problem
from store.records import StoredReport

Tell = Callable[..., StoredReport]
ZONE = ZoneInfo("Europe/Stockholm")


def reachable(kind: object, seen: set[object]) -> Iterator[object]:
    """Every type that a value of a type can hold, through its fields."""
    if kind in seen:
        return
    seen.add(kind)
    yield kind
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        for hint in typing.get_type_hints(kind).values():
            yield from reachable(hint, seen)
    if typing.get_origin(kind) is not None or isinstance(kind, types.UnionType):
        for argument in typing.get_args(kind):
            yield from reachable(argument, seen)


@pytest.mark.parametrize("picture", [SituationPicture, Material])
def test_no_type_that_holds_a_mail_or_a_reporter_can_be_reached_from_the_picture(picture: type) -> None:
    found = set(reachable(picture, set()))
    assert len(found) > 20
    assert not found & {Report, StoredReport, Assessment, PersonalSpan, Message, RawMessage, Address}
    assert not found & {Event, Problem, Judgement}  # they name organisations and who decided


def test_an_excerpt_is_the_masked_text_on_one_line_and_short(tell: Tell) -> None:
    (entry,) = entries([tell(1, masked_text="Rad ett\n\nrad   två " + "ord " * 100)], ZONE, quote_unreviewed=False)
    assert entry.excerpt.startswith("Rad ett rad två ord ord")
    assert entry.excerpt.endswith("ord …")
    assert len(entry.excerpt) <= EXCERPT_CHARS


@pytest.mark.parametrize(
    ("told", "quoted"),
    [
        ("Hej! det brinner vid skolan. /[namn]", "Det brinner vid skolan."),
        ("Hej [namn], rutan är krossad. Mvh [namn]", "Rutan är krossad."),
        ("God morgon!\nKlotter igen.", "Klotter igen."),
        ("Hejarklacken skrek. Såg [namn]", "Hejarklacken skrek. Såg [namn]"),
    ],
)
def test_greeting_and_signature_take_no_room_in_an_excerpt(tell: Tell, told: str, quoted: str) -> None:
    (entry,) = entries([tell(1, masked_text=told)], ZONE, quote_unreviewed=False)
    assert entry.excerpt == quoted


@pytest.mark.parametrize(
    ("told", "quoted"),
    [
        ("En kille slogs ner.\nRestaurang Garnet", "En kille slogs ner."),
        ("En kille slogs ner.\nKöket, Restaurang Garnet\n/Garnet", "En kille slogs ner."),
        ("En kille slogs ner utanför Restaurang Garnet.", "En kille slogs ner utanför Restaurang Garnet."),
        (
            "Slagsmål.\nDet hände utanför Restaurang Garnet i går.",
            "Slagsmål. Det hände utanför Restaurang Garnet i går.",
        ),
        ("Restaurang Garnet", "Restaurang Garnet"),
    ],
)
def test_who_signed_is_not_quoted(tell: Tell, told: str, quoted: str) -> None:
    report = tell(1, masked_text=told)
    report = replace(report, report=replace(report.report, organisation="Restaurang Garnet"))
    assert entries([report], ZONE, quote_unreviewed=False)[0].excerpt == quoted


def test_what_the_finder_marked_is_masked_even_where_the_masked_text_still_holds_it(tell: Tell) -> None:
    spans = (PersonalSpan(0, 4, "Anna", "namn"), PersonalSpan(0, 11, "070-1234567", "telefon"))
    report = tell(1, masked_text="Anna ringde från 070-1234567.", personal=spans)
    (entry,) = entries([report], ZONE, quote_unreviewed=False)
    assert entry.excerpt == "[namn] ringde från [telefon]."


def test_an_unreviewed_report_is_not_quoted_unless_the_settings_say_so(tell: Tell) -> None:
    report = tell(1, status="open")
    assert entries([report], ZONE, quote_unreviewed=False)[0].excerpt == ""
    assert entries([report], ZONE, quote_unreviewed=True)[0].excerpt == "Klotter på väggen."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("se https://elak.example/x?y=1 nu", "se [länk] nu"),
        ("se www.elak.example, tack", "se [länk] tack"),
        ("JavaScript:alert(1)", "[länk]"),
        ("gå till elak.se/nu", "gå till [länk]"),
        ("vänd \u202eom\u202c och \u2066in\u2069", "vänd om och in"),
        ("noll\u200bbredd\ufeff\u00ad", "nollbredd"),
        ("nul\0tecken\x1b[31m och\ttabb\r\nrad", "nultecken[31m och tabb rad"),
    ],
)
def test_links_bidi_and_control_characters_are_taken_out(raw: str, expected: str) -> None:
    assert plain(raw) == expected


def test_reports_that_do_not_count_stay_out(tell: Tell) -> None:
    told = [tell(1, status="dismissed"), tell(2, not_report="spam"), tell(3, outside_scope="dwelling"), tell(4)]
    assert [e.id for e in entries(told, ZONE, quote_unreviewed=False)] == [4]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"organisation": "Bovaven Bostäder"}, "bostadsbolag"),
        ({"role": "väktare"}, "vaktare"),
        ({"organisation": "Fritsla samhällsförening"}, "byalag"),
        ({"role": "näringsliv"}, "naringsliv"),
        ({"reporter": Address("Rektor Stureskolan", "r@x.example")}, "kommun"),
        ({"reporter": Address("Föräldraföreningen", "f@skolan.example")}, "byalag"),
        ({"organisation": "Fritsla IF"}, "byalag"),
        ({"organisation": "Torgets Livs"}, "naringsliv"),
        ({"organisation": "Väveriet AB"}, "naringsliv"),
        ({"reporter": Address("Monica Ifvarsson Abrahamsson", "m@post.example")}, "ovriga"),
        ({}, "ovriga"),
    ],
)
def test_a_source_is_known_by_role_organisation_or_name(told: dict[str, Any], kind: str) -> None:
    plain = Report("", "", datetime(2026, 11, 20, tzinfo=ZONE), Address("", "a@b.example"), "free")
    assert source(replace(plain, **told)) == kind


def test_linked_reports_are_one_event_of_its_first_day_with_the_gravest_urgency(tell: Tell) -> None:
    told = [
        tell(1, date(2026, 11, 20), status="open", police_report="no", masked_text="Första."),
        tell(2, date(2026, 11, 23), urgency="hog", voice=1, police_report="yes", masked_text="Andra."),
        tell(3, date(2026, 11, 23)),
    ]
    first, second = happenings(entries(told, ZONE, quote_unreviewed=False), [(1, 2)])
    assert (first.day, first.urgency, first.police_report, len(first.voices)) == (date(2026, 11, 20), "hog", "yes", 2)
    assert (first.references, first.excerpt, first.reviewed) == (("LB-2026-00001", "LB-2026-00002"), "Andra.", True)
    assert second.references == ("LB-2026-00003",)
