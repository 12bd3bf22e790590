from datetime import datetime

import pytest

from classify.components.occurred import find_occurred, to_occurred
from classify.places import Gazetteer
from classify.scene import find_place
from classify.split import split_report
from ingest.message import Address, Report

SENT = datetime.fromisoformat("2026-11-15T06:10:00+01:00")
GUARD = (
    "Nattrapport 14/11–15/11\n\n"
    "21.00 Avgång.\n"
    "21.40 Rond torget Örby, u.a.\n"
    "22.25 Industrivägen i Skene, två män klipper upp stängslet. Avviker när vi kommer.\n"
    "22.50 Polis på plats, tar upp anmälan.\n"
    "23.30 Rond Industrivägen, lugnt.\n"
    "01.15 Biblioteket i Kinna, rutan mot gatan krossad.\n"
    "04.00 Åter.\n\n"
    "Vkt Grönkvist"
)


def mail(text: str, **parts: object) -> Report:
    return Report(text, "Rapport", SENT, Address("", "vakt@b.example"), **({"kind": "free"} | parts))  # type: ignore[arg-type] # the tests give what each needs


def test_each_event_of_a_guards_night_becomes_a_report(gazetteer: Gazetteer) -> None:
    parts = split_report(mail(GUARD), gazetteer)
    assert [part.position for part in parts] == [0, 1]
    assert [find_place(part.text, gazetteer).place.locality for part in parts] == ["Skene", "Kinna"]
    times = [found and to_occurred(found).value for found in (find_occurred(part.text, SENT) for part in parts)]
    assert times == ["2026-11-14T22", "2026-11-15T01"]
    assert "tar upp anmälan" in parts[0].text
    assert "Åter" not in parts[1].text


def test_numbered_events_at_their_own_places_are_parted(gazetteer: Gazetteer) -> None:
    text = "Hej, två saker:\n1. Klotter på Väggatan i Fritsla.\n2. Soptunnan vid Ågatan i Rydal är uppbränd."
    assert len(split_report(mail(text), gazetteer)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Hej, i går krossades en ruta på skolan i Kinna och sedan gick de till torget i Skene.",
        "Vid rundan på badplatsen i Sätila såg vi:\n- bänken knäckt\n- dörren uppbruten\n- soptunnan vält",
        "Tredje gången på Bobinvägen:\n- 12/8 papperskorgen\n- 19/8 soptunnan\n- i natt skjulet",
        "Rapport natten 2-3 maj\n2140 rond, lugnt\n2310 Väggatan i Kinna, gäng i porten\n2325 de avvisas\n0045 åter",
    ],
)
def test_one_event_stays_one_report(gazetteer: Gazetteer, text: str) -> None:
    given = mail(text)
    assert split_report(given, gazetteer) == (given,)


def test_a_form_is_never_parted(gazetteer: Gazetteer) -> None:
    given = mail("1. Klotter på Väggatan i Fritsla.\n2. Brand vid Ågatan i Rydal.", kind="form")
    assert split_report(given, gazetteer) == (given,)
