"""Brå's criteria for which problems come first, filled from data where there is data, left empty for people else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from problems.phrases import day, decimal, events, reporters, weeks
from problems.types import BraColumns, Event, PlaceKey, Spell, Trend

# A mean over fewer other places says nothing about what is normal.
MIN_OTHER_PLACES = 3
MANY_VOICES = 3
LONG_WEEKS = 8
TRENDS = {"ökar": "ja", "minskar": "nej, det minskar", "oförändrat": "nej"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One problem among all: its events in the last weeks, its rank, and the mean of the same category elsewhere.

    `elsewhere` is the mean of the other places that had such events then: against all that ever had one, any place that
    has some would deviate.
    """

    recent: int
    rank: int
    of: int
    window_weeks: int
    elsewhere: float | None


def standings(recent: dict[tuple[PlaceKey, str], int], window_weeks: int) -> dict[tuple[PlaceKey, str], Standing]:
    """Ranks every problem by its recent events; equal numbers share a rank."""
    alive = sorted((n for n in recent.values() if n), reverse=True)
    totals: dict[str, list[int]] = {}
    for (_, category), count in recent.items():
        if count:
            totals.setdefault(category, []).append(count)
    return {
        key: Standing(
            count,
            alive.index(count) + 1 if count else 0,
            len(alive),
            window_weeks,
            _elsewhere(totals.get(key[1], ()), count),
        )
        for key, count in recent.items()
    }


def _elsewhere(counts: Sequence[int], own: int) -> float | None:
    others = len(counts) - bool(own)
    return (sum(counts) - own) / others if others >= MIN_OTHER_PLACES else None


def columns(
    told: Sequence[Event], place: PlaceKey, running: Spell, trend: Trend, standing: Standing, as_of: date
) -> BraColumns:
    """Brå's columns of one problem; the last four are for people."""
    return BraColumns(
        common=_common(standing),
        increasing="" if trend.direction == "för lite underlag" else f"{TRENDS[trend.direction]}, {trend.text}",
        deviates=_deviates(standing),
        lasting=_lasting(running, as_of),
        confined=f"ja, {place.name}" if place.name else "",
        affects_many=_many(told),
    )


def _common(standing: Standing) -> str:
    if not standing.recent:
        return f"nej, inga händelser på {weeks(standing.window_weeks)}"
    rank = f"nummer {standing.rank} av {standing.of} problem"
    return f"{events(standing.recent)} på {weeks(standing.window_weeks)}, {rank}"


def _deviates(standing: Standing) -> str:
    if standing.elsewhere is None:
        return ""
    seen = f"{standing.recent} mot i snitt {decimal(standing.elsewhere)} på andra platser"
    return f"{'ja' if standing.recent > 2 * standing.elsewhere and standing.recent > 2 else 'nej'}, {seen}"


def _lasting(running: Spell, as_of: date) -> str:
    lasted = (min(running.last, as_of) - running.first).days / 7
    return f"{'ja' if lasted >= LONG_WEEKS else 'nej'}, {weeks(max(1, lasted))} (sedan {day(running.first)})"


def _many(told: Sequence[Event]) -> str:
    voices = len({voice for event in told for voice in event.voices})
    return f"{'ja' if voices >= MANY_VOICES else 'nej'}, {reporters(voices)}"
