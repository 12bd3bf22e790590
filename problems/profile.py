"""When a problem happens: weekdays and hours, and what stands out in them."""

from collections.abc import Sequence

from problems.phrases import listed
from problems.statistics import binomial_tail
from problems.types import Event, Hours

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
# Hours of the day in parts; a share of the day each, against which crowding is judged.
PARTS = (
    ("på natten", (22, 23, 0, 1, 2, 3, 4)), ("på morgonen", (5, 6, 7, 8, 9)),
    ("på dagen", (10, 11, 12, 13, 14, 15, 16)), ("på kvällen", (17, 18, 19, 20, 21)),
)  # fmt: skip
# A day or part is named where so many events on it would be rarer than this by chance; seven days are looked at.
RARE = 0.05 / 7
MIN_EVENTS = 4


def profile(events: Sequence[Event]) -> Hours:
    """Counts by weekday and hour of the events whose time is told."""
    weekdays = tuple(sum(e.weekday == n for e in events) for n in range(7))
    hours = tuple(sum(e.hour == n for e in events) for n in range(24))
    said = ", ".join(part for part in (_days(weekdays), _part(hours)) if part)
    return Hours(weekdays, hours, sum(e.hour is None for e in events), f"oftast {said}" if said else "")


def _days(weekdays: Sequence[int]) -> str:
    total = sum(weekdays)
    if total < MIN_EVENTS:
        return ""
    if (weekend := sum(weekdays[4:])) and binomial_tail(weekend, total, 3 / 7) <= RARE:
        return "fredag till söndag"
    often = [WEEKDAYS[n] for n, count in enumerate(weekdays) if binomial_tail(count, total, 1 / 7) <= RARE]
    return listed(often)


def _part(hours: Sequence[int]) -> str:
    total = sum(hours)
    if total < MIN_EVENTS:
        return ""
    often = [name for name, part in PARTS if binomial_tail(sum(hours[h] for h in part), total, len(part) / 24) <= RARE]
    return listed(often)
