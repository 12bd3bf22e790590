"""Are two reports of the same event? Evidence for and against is weighed in bits (Fellegi and Sunter 1969) and told.

Each finding adds log2 of how much likelier it is for two reports of one event than for two others of the same
locality and days. The weights are round numbers set by hand and measured on a simulated municipality
(bench/municipality.py); they are not fitted to it.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from problems.types import Certainty, Sighting
from problems.words import MIN_LETTERS, stems

# Bits at which a link is made, and at which it is proposed to staff.
CERTAIN = 9.0
LIKELY = 6.5
# Reports whose times lie further apart are never of the same event: what lasts longer is a problem, not an event.
REACH = timedelta(days=3)
# Two stated times further apart than this contradict each other, whatever else agrees.
APART = timedelta(hours=9)
WEEK_HOURS = 168.0
SAME_POINT_M, NEAR_M, FAR_M = 75.0, 200.0, 600.0
SAME_NAME, SAME_TEXT = 88.0, 90.0
MIN_TEXT_WORDS = 6
MAX_WORD_BITS, MAX_WORDS_BITS = 2.5, 7.0
# Two reports of the same trouble share a common word by chance.
CHANCE_BITS = 0.5
# Two longer texts without one common word are hardly of the same event.
UNLIKE_BITS = 3.0
EARTH_M_PER_DEGREE = 111_320.0
THREAD_BITS = 6.0
OTHER_DAY_BITS = 2.0
# Where a report does not say when: somewhat likelier the same event if it came at once, less so for each day.
UNDATED_BITS, WAITING_BITS = 2.0, 1.3
OTHER_KIND_BITS = -2.0
PARTS_OF_DAY = ((0, 5, "natt"), (5, 10, "morgon"), (10, 17, "dag"), (17, 22, "kväll"), (22, 24, "natt"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence: bits for (or against, below 0) the same event, and the same in Swedish where for."""

    bits: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The sum of the evidence on two reports."""

    score: float
    reasons: tuple[str, ...]

    @property
    def certainty(self) -> Certainty | None:
        """Whether to link, to propose, or neither."""
        if self.score >= CERTAIN:
            return "certain"
        return "likely" if self.score >= LIKELY else None


NO_MATCH = Match(-math.inf, ())
NOTHING = Finding(0.0)


def near(a: Sighting, b: Sighting) -> bool:
    """Whether two sightings are worth comparing: blocks that may be the same, times within reach."""
    blocks = a.block == b.block or not (a.block and b.block)
    return blocks and a.start - REACH <= b.end and b.start - REACH <= a.end


def contradict(a: Sighting, b: Sighting) -> bool:
    """Whether two sightings cannot be of one event: told apart in one mail, one yet to come, times or places apart."""
    if (a.mail_id is not None and a.mail_id == b.mail_id) or a.upcoming != b.upcoming:
        return True
    if a.dated and b.dated and _gap(a, b) > APART:
        return True
    distance = metres(a, b)
    return distance is not None and distance > FAR_M


def compare(a: Sighting, b: Sighting) -> Match:
    """All the evidence on two sightings; symmetric."""
    if not (a.counts and b.counts and near(a, b)) or contradict(a, b):
        return NO_MATCH
    place, kind, when = _place(a, b), _category(a, b), _time(a, b)
    findings = [place, when, kind, _thread(a, b)]
    # The words cost most: they are looked at only where they can still decide.
    if sum(f.bits for f in findings) >= LIKELY - MAX_WORDS_BITS - THREAD_BITS:
        findings += [_words(a, b), _sender(a, b)]
    return Match(round(sum(f.bits for f in findings), 2), tuple(f.reason for f in findings if f.reason))


def metres(a: Sighting, b: Sighting) -> float | None:
    """Distance between two points; None where one of them is none. Flat earth: exact enough within a municipality."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    return distance_m((a.latitude, a.longitude), (b.latitude, b.longitude))


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (latitude, longitude) in degrees."""
    east = (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return EARTH_M_PER_DEGREE * math.hypot(a[0] - b[0], east)


def _place(a: Sighting, b: Sighting) -> Finding:
    distance = metres(a, b)
    if a.site and b.site:
        return _names(a, b, distance)
    if distance is not None and distance <= NEAR_M:
        return _points(distance)
    if a.site or b.site:
        return _mentioned(a, b)
    return Finding(1.5, "samma ort") if a.block and a.block == b.block else Finding(-2.0)


def _mentioned(a: Sighting, b: Sighting) -> Finding:
    """Only one names the place; the other one may still use its words."""
    if _speaks_of(*((a, b) if a.site else (b, a))):
        return Finding(5.0, "båda nämner samma plats")
    return Finding(1.0, "samma område") if _same(a.area, b.area) else NOTHING


def _speaks_of(named: Sighting, other: Sighting) -> bool:
    """Whether a report uses the words of the place that another one was put at."""
    name = stems(tuple(w for w in _place_words(named.site) if len(w) >= MIN_LETTERS)).keys()
    return bool(name) and name <= stems(other.words).keys()


def _names(a: Sighting, b: Sighting, distance: float | None) -> Finding:
    street = "street" in {a.precision, b.precision}
    if _same(a.site, b.site):
        return Finding(5.0, "samma gata") if street else Finding(6.0, "samma plats")
    if distance is not None and distance <= NEAR_M:
        return _points(distance)
    if _same(a.area, b.area):
        return Finding(3.5, "samma område")
    if _alike(a.site or "", b.site or ""):
        return Finding(4.5, "nästan samma platsnamn")
    if _speaks_of(a, b) or _speaks_of(b, a):
        return Finding(2.0, "båda nämner samma plats")
    return Finding(-4.0)


def _points(distance: float) -> Finding:
    if distance <= SAME_POINT_M:
        return Finding(6.0, "samma plats")
    return Finding(4.0, f"{round(distance, -1):.0f} meter ifrån varandra")


def _same(a: str | None, b: str | None) -> bool:
    return bool(a and b and a.casefold() == b.casefold())


@lru_cache(maxsize=50_000)
def _alike(a: str, b: str) -> bool:
    return fuzz.token_set_ratio(a.casefold(), b.casefold()) >= SAME_NAME


def _time(a: Sighting, b: Sighting) -> Finding:
    gap = _gap(a, b)
    if gap > timedelta(0):
        return Finding(-1.0 - gap.total_seconds() / 10_800)  # a bit for every three hours
    if not (a.dated and b.dated):
        return Finding(UNDATED_BITS - WAITING_BITS * _waited(a, b), _when(a, b))
    hull = (max(a.end, b.end) - min(a.start, b.start)).total_seconds() / 3600
    bits = math.log2(WEEK_HOURS / max(hull, 2.0)) - (OTHER_DAY_BITS if _other_days(a, b) else 0.0)
    return Finding(bits, _when(a, b))


def _other_days(a: Sighting, b: Sighting) -> bool:
    """Both name a day, not the same one, and not two hours of one night."""
    return a.dated and b.dated and a.day != b.day and (a.hour is None or b.hour is None)


def _waited(a: Sighting, b: Sighting) -> float:
    """Days between what an undated report may speak of and the other: most reports come within a day."""
    told = [s.start if s.dated else s.reported_at for s in (a, b)]
    return abs((told[0] - told[1]).total_seconds()) / 86_400


def _gap(a: Sighting, b: Sighting) -> timedelta:
    return max(a.start, b.start) - min(a.end, b.end)


def _when(a: Sighting, b: Sighting) -> str:
    if not (a.dated and b.dated):
        days = abs((a.reported_at - b.reported_at).days)
        return "rapporterade samma dygn" if days == 0 else f"rapporterade inom {days + 1} dygn"
    if a.hour is None or b.hour is None:
        return "samma dag" if a.day == b.day else "samma dygn"
    parts = {part_of_day(a.hour), part_of_day(b.hour)}
    if "natt" in parts:
        return "samma natt"
    return f"samma {parts.pop()}" if len(parts) == 1 else "samma dygn"


def part_of_day(hour: int) -> str:
    """Hour 0–23 to natt, morgon, dag or kväll."""
    return next(name for first, end, name in PARTS_OF_DAY if first <= hour < end)


def _category(a: Sighting, b: Sighting) -> Finding:
    if a.category == b.category:
        return Finding(3.0 if a.subcategory and a.subcategory == b.subcategory else 2.0, "samma kategori")
    if a.category in b.also or b.category in a.also:
        return Finding(1.0, "närliggande kategori")
    return Finding(OTHER_KIND_BITS)


def _thread(a: Sighting, b: Sighting) -> Finding:
    linked = a.answers in {b.report_id, b.answers} if a.answers else b.answers == a.report_id
    return Finding(THREAD_BITS, "svar i samma mejltråd") if linked else NOTHING


def _words(a: Sighting, b: Sighting) -> Finding:
    mine, theirs = stems(a.words), stems(b.words)
    places = stems(_place_words(a.site, a.locality, b.site, b.locality))
    shared = sorted((mine.keys() & theirs.keys()) - places.keys(), key=lambda root: (-len(root), root))
    enough = min(len(mine), len(theirs)) >= MIN_TEXT_WORDS
    if enough and fuzz.token_sort_ratio(" ".join(a.words), " ".join(b.words)) >= SAME_TEXT:
        return Finding(MAX_WORDS_BITS, "nästan samma text")
    if not shared:
        return Finding(-min(min(len(mine), len(theirs)) / 2, UNLIKE_BITS))
    bits = min(sum(_weight(root) for root in shared) - CHANCE_BITS * enough, MAX_WORDS_BITS)
    named = [min(mine[root], theirs[root], key=len) for root in shared[:2]]
    return Finding(bits, "båda nämner " + " och ".join(named))


@lru_cache(maxsize=50_000)
def _place_words(*names: str | None) -> tuple[str, ...]:
    return tuple(word for name in names if name for word in name.casefold().split())


def _weight(root: str) -> float:
    """Long Swedish words are compounds and rare: `busskur` says more than `buss`."""
    return max(0.3, min((len(root) - 2) / 3, MAX_WORD_BITS))


def _sender(a: Sighting, b: Sighting) -> Finding:
    """Who has told of an event seldom tells of it again: a second mail is more often of something new."""
    again = a.voice and a.voice == b.voice and a.mail_id != b.mail_id
    return Finding(-1.5) if again else NOTHING
