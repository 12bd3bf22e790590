"""Who has gone silent: localities and organisations that used to report. Silence is shown, never read as peace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from problems.phrases import every, weeks
from problems.types import Sighting, SilentKind, SilentPlace

# Expected false silences shown at any time, over all that are watched.
BUDGET = 0.25
SURE = 0.01
FADE = 0.98
# Who has reported in fewer weeks has no habit that could end.
MIN_ACTIVE_WEEKS = 6
# Longer ago is history and no news.
MAX_SILENT_WEEKS = 52
WEEK = timedelta(weeks=1)
TEXTS: dict[SilentKind, str] = {
    "ort": "{name}: rapporter brukade komma {usual} men har uteblivit i {silent}",
    "rapportör": "{name}: brukade rapportera {usual} men har varit tyst i {silent}",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """One locality or organisation: the Mondays of the weeks in which it reported, oldest first."""

    kind: SilentKind
    name: str
    mondays: tuple[date, ...]
    last: date


def find(sightings: Sequence[Sighting], as_of: date) -> tuple[SilentPlace, ...]:
    """The silent ones as of a day, the most surprising first."""
    watched = [
        *_watched("ort", ((s.locality, s) for s in sightings if s.locality)),
        *_watched("rapportör", ((s.organisation, s) for s in sightings if s.organisation)),
    ]
    habitual = [w for w in watched if len(w.mondays) >= MIN_ACTIVE_WEEKS]
    cut = min(SURE, BUDGET / max(1, len(habitual)))
    chances = sorted(((chance_of_silence(w.mondays, as_of), w) for w in habitual), key=lambda pair: pair[0])
    return tuple(
        _silent(w, as_of, cut) for chance, w in chances if chance <= cut and _silent_weeks(w, as_of) <= MAX_SILENT_WEEKS
    )


def _watched(kind: SilentKind, told: Iterable[tuple[str | None, Sighting]]) -> Iterable[Watched]:
    days: dict[str, tuple[str, list[date]]] = {}
    for name, s in told:
        days.setdefault((name or "").casefold(), (name or "", []))[1].append(s.reported_at.date())
    for name, reported in days.values():
        mondays = sorted({d - timedelta(days=d.weekday()) for d in reported})
        yield Watched(kind, name, tuple(mondays), max(reported))


def chance_of_silence(mondays: Sequence[date], as_of: date) -> float:
    """How likely so long a silence would be if the habit had not changed (negative binomial chance of no week)."""
    last = mondays[-1]
    shape = sum(FADE ** ((last - monday).days // 7) for monday in mondays[1:])
    rate = sum(FADE**n for n in range((last - mondays[0]).days // 7))
    silent = (as_of + timedelta(days=1) - last).days // 7 - 1
    return 1.0 if silent <= 0 else float((rate / (rate + silent)) ** shape)


def _silent_weeks(w: Watched, as_of: date) -> int:
    return (as_of - w.last).days // 7


def _silent(w: Watched, as_of: date, cut: float) -> SilentPlace:
    between = (w.mondays[-1] - w.mondays[0]).days / 7 / (len(w.mondays) - 1)
    quiet = _silent_weeks(w, as_of)
    known = next(n for n in range(1, quiet + 2) if chance_of_silence(w.mondays, as_of - n * WEEK) > cut)
    text = TEXTS[w.kind].format(name=w.name, usual=every(round(between)), silent=weeks(quiet))
    return SilentPlace(w.kind, w.name, w.last, quiet, between, text, known)
