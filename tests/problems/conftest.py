"""Sightings and events made from little."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from problems.types import Event, PlaceKey, Sighting

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_sighting(report_id: int, **given: Any) -> Sighting:
    reported = given.pop("reported_at", NOON)
    facts: dict[str, Any] = {
        "reference": f"LB-2026-{report_id:05d}",
        "revision": 1,
        "counts": True,
        "reported_at": reported,
        "start": reported - timedelta(days=3),
        "end": reported,
        "dated": False,
        "day": reported.date(),
        "category": "skadegorelse",
        "block": "kinna",
        "mail_id": report_id,
        "locality": "Kinna",
        "site": "Boråsvägen",
        "precision": "point",
        "voice": f"v{report_id}",
        "words": ("busskuren", "krossad", "glaset"),
    }
    return Sighting(report_id, **(facts | given))


def make_event(number: int, day: date, **given: Any) -> Event:
    facts: dict[str, Any] = {
        "reference": f"LB-2026-{number:05d}",
        "reports": (number,),
        "references": (f"LB-2026-{number:05d}",),
        "voices": ("a",),
        "organisations": (),
        "place": PlaceKey("Kinna", "Resecentrum"),
        "category": "klotter",
        "weekday": day.weekday(),
        "hour": None,
        "urgency": "normal",
        "police_report": "unknown",
    }
    return Event(number, day=day, **(facts | given))


@pytest.fixture
def sighting() -> Callable[..., Sighting]:
    return make_sighting


@pytest.fixture
def event() -> Callable[..., Event]:
    return make_event
