"""What `rules eval` counts: case numbers in the reporter's own words, and how far confidence may be trusted."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lagesbild.evaluation import Field, Result, calibration, fields, results
from lagesbild.wiring import App

ROOT = Path(__file__).parents[2]


def measured(body: str, found: str | None, police_report: str = "yes") -> tuple[Result, ...]:
    confidence = SimpleNamespace(police_report=0.98)
    assessment = SimpleNamespace(
        **dict.fromkeys(("category", "urgency", "occurred")),
        place=SimpleNamespace(fallback=False, locality=None, site=None),
        police_report=police_report,
        recurring=False,
        police_reference=found,
        confidence=confidence,
    )
    names = ("category", "urgency", "locality", "site", "recurring")
    for name in names:
        setattr(confidence, name, 0.5)
    line = {"subject": "Inbrott", "body": body, "police_report": police_report} | dict.fromkeys(names)
    return (Result(line, None, None, cast("Any", assessment)),)


def case_number(results: tuple[Result, ...]) -> Field:
    return next(field for field in fields(results) if field.name == "case_number")


@pytest.mark.parametrize(
    ("body", "found", "accuracy"),
    [
        ("Anmält, 5000-K118234-26.", "5000-K118234-26", 1.0),
        ("Anmält, 5000 - K 118234 – 26.", "5000-K118234-26", 1.0),
        ("Anmält, 5000-K118234-26.", None, 0.0),
        ("Anmält, 5000-K118234-26.", "5000-K118235-26", 0.0),
        ("Anmält.\n> Ert ärende 5000-K118234-26", "5000-K118234-26", 0.0),
    ],
)
def test_a_case_number_is_right_where_it_stands_in_the_reporters_own_words(
    body: str, found: str | None, accuracy: float
) -> None:
    assert case_number(measured(body, found)).accuracy == accuracy


def test_lines_without_any_case_number_are_not_counted() -> None:
    assert case_number(measured("Ingen anmälan.", None, "no")).pairs == ()


def test_fields_that_are_surer_than_right_are_named() -> None:
    right = Field("site", (("torg", "torg", 0.95),) * 3)
    wrong = Field("category", (("brand", "stold", 0.95), ("brand", "brand", 0.95), ("brand", "stold", 0.5)))
    assert calibration((right, wrong)) == {"all": 0.8, "category": 0.5}


def test_a_mail_of_several_events_is_measured_by_the_first_of_them_in_the_order_of_the_categories(
    tmp_path: Path,
) -> None:
    config = tmp_path / "lagesbild.toml"
    config.write_text(f'[rules]\npath = "{ROOT / "rules.yaml"}"\nplaces = "{ROOT / "places.yaml"}"\n', encoding="utf-8")
    night = (
        "Rapport för natten.\n\n22.10 Kinna torg: två berusade män ombads gå hem.\n"
        "23.40 Stationen i Skene: en pojke misshandlades av tre andra, polisen kom.\n"
        "01.15 Fritsla skola: en ruta krossad.\n"
    )
    line = {"date": "2026-11-20T06:00:00+01:00", "subject": "Rapport", "body": night, "category": "vald_hot"}
    with closing(App(config)) as app:
        (told,) = results(app, (line,))
    assert told.found is not None
    assert (told.found.category, told.found.place.locality) == ("vald_hot", "Skene")
