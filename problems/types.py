"""What the problems room gives: events, problems with their course over time, what is unusual, what measures did."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from classify.assessment import Urgency
from store.problem_records import (
    MEASURE_STATUSES,
    Certainty,
    EventDecision,
    EventLink,
    Judgement,
    Measure,
    MeasureStatus,
    Sighting,
)

__all__ = [
    "BRA_LABELS",
    "MEASURE_STATUSES",
    "Area",
    "BraColumns",
    "Certainty",
    "Criteria",
    "Event",
    "EventDecision",
    "EventLink",
    "Hours",
    "Interval",
    "Judgement",
    "Ledger",
    "Measure",
    "MeasureEffect",
    "MeasureStatus",
    "PlaceKey",
    "Problem",
    "ProblemError",
    "Proposal",
    "Sighting",
    "SilentPlace",
    "Spell",
    "Trend",
    "Unusual",
]

TrendDirection = Literal["ökar", "minskar", "oförändrat", "för lite underlag"]
ProblemStatus = Literal["pågår", "avslutat"]
Verdict = Literal["minskat", "ökat", "ingen säker skillnad", "för tunt underlag"]
SilentKind = Literal["ort", "rapportör"]


class ProblemError(Exception):
    """An event, problem or measure cannot be found or changed; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """When a problem is a candidate for långsiktigt, and when it is over. Settings: [problems].

    Attributes:
        weeks, active_weeks: events in at least `active_weeks` of the last `weeks` weeks.
        organisations, months: at least so many independent voices with organisation, over at least so many months.
        stated: whether one report that itself says that it lasts is enough.
        quiet_weeks: so many weeks without events close a problem.
        radius_m: how near, in metres, a point without a name must lie to a known place to be the same place.
    """

    weeks: int = 12
    active_weeks: int = 3
    organisations: int = 2
    months: int = 2
    stated: bool = True
    quiet_weeks: int = 12
    radius_m: int = 150

    @property
    def quiet(self) -> timedelta:
        """The quiet time after which a problem is closed."""
        return timedelta(weeks=self.quiet_weeks)


@dataclass(frozen=True, slots=True)
class Area:
    """A named area of places.yaml into which sites roll up: by name, or by lying within its radius (metres)."""

    name: str
    locality: str
    sites: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    radius_m: float = 0


@dataclass(frozen=True, slots=True)
class PlaceKey:
    """Where a problem is: the area, else the site, else (empty `name`) the locality as a whole."""

    locality: str
    name: str = ""

    @property
    def exact(self) -> bool:
        """Whether both locality and place are known, so that two events here are surely of one place."""
        return bool(self.locality and self.name)

    def __str__(self) -> str:
        """`Kinna resecentrum, Kinna`; `Kinna`; `Okänd plats`."""
        return ", ".join(part for part in (self.name, self.locality) if part) or "Okänd plats"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as told by one or several reports, never merged away.

    Attributes:
        id: number of its first report; reference: that report's reference, by which staff call the event.
        reports: numbers, lowest first; references: the same as staff call them.
        voices: how many independent reporters or organisations tell of it; organisations: those with a name.
        day: local day; weekday (0 is Monday) and hour where some report tells.
        latitude, longitude: of its most exact report, for the map; site likewise.
        recurring: some report says that it lasts or returns; durations: in what words.
        upcoming: announced, not yet happened: part of no problem.
    """

    id: int
    reference: str
    reports: tuple[int, ...]
    references: tuple[str, ...]
    voices: tuple[str, ...]
    organisations: tuple[str, ...]
    place: PlaceKey
    category: str
    day: date
    weekday: int | None
    hour: int | None
    urgency: Urgency
    police_report: Literal["yes", "no", "unknown"]
    recurring: bool = False
    durations: tuple[str, ...] = ()
    upcoming: bool = False
    site: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def week(self) -> date:
        """The Monday of its week."""
        return self.day - timedelta(days=self.day.weekday())


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two reports that may tell of the same event: for staff to decide. `reasons` is plain Swedish."""

    report_id: int
    reference: str
    other_id: int
    other_reference: str
    score: float
    reasons: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """One line: `samma plats, samma natt, båda nämner busskur`."""
        return ", ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class Interval:
    """Events per week: the rate seen and the limits of its 95 % interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Events of the last six weeks against the six before, and whether chance alone can explain the difference."""

    direction: TrendDirection
    recent: int
    before: int
    text: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which the problem was alive: first to last event without a quiet time between."""

    first: date
    last: date
    events: int


@dataclass(frozen=True, slots=True)
class Hours:
    """When it happens: events by weekday (Monday first) and by hour 0–23, and how many have no known hour.

    `text` says in Swedish what stands out (`oftast fredag och lördag, på kvällen`), empty where nothing does.
    """

    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    unknown: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """A measure with the events per week before and after it, and in Swedish what that does and does not show."""

    measure: Measure
    before: Interval | None
    after: Interval | None
    events_before: int
    events_after: int
    weeks_before: float
    weeks_after: float
    verdict: Verdict
    text: str
    same_season: bool = False


@dataclass(frozen=True, slots=True)
class BraColumns:
    """Brå's criteria for which problems come first; Swedish text from data, empty where only people can judge."""

    common: str = ""
    increasing: str = ""
    deviates: str = ""
    lasting: str = ""
    confined: str = ""
    affects_many: str = ""
    signal_crime: str = ""
    consequences: str = ""
    influenceable: str = ""
    owner: str = ""


# Field of BraColumns → heading, in Brå's order.
BRA_LABELS: dict[str, str] = {
    "common": "Vanligt",
    "increasing": "Ökar",
    "deviates": "Avviker",
    "lasting": "Varat länge",
    "confined": "Avgränsad plats",
    "affects_many": "Påverkar många",
    "signal_crime": "Signalbrott",
    "consequences": "Konsekvenser",
    "influenceable": "Går att påverka",
    "owner": "Ansvarig",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Place × category with its course over time, as of one day.

    Attributes:
        number: stays with the problem for good; `reference` is what people write, `P-0012`.
        events: numbers of its events, oldest first; reports: how many reports they hold.
        voices: how many independent reporters or organisations, ever; organisations: those with a name.
        weekly: (Monday, events) for each of the last 52 weeks, oldest first, the running week included.
        weeks_active: of the last 12 weeks (or as set), how many had an event.
        police: events with a police report made, with none made, unknown; police_share: of those known, or None.
        urgencies: events by urgency, most urgent first, zeros left out.
        candidate: meets the criteria now; reasons: why, in Swedish; candidate_since: the first day of this spell on
            which it did.
        reopened: it was quiet long enough to be closed and has returned.
        closed: the first day on which it counted as over; None while it goes on.
    """

    number: int
    place: PlaceKey
    category: str
    status: ProblemStatus
    first_seen: date
    last_seen: date
    spells: tuple[Spell, ...]
    events: tuple[int, ...]
    reports: int
    voices: int
    organisations: tuple[str, ...]
    weekly: tuple[tuple[date, int], ...]
    weeks_active: int
    trend: Trend
    police: tuple[int, int, int]
    urgencies: tuple[tuple[Urgency, int], ...]
    hours: Hours
    durations: tuple[str, ...]
    candidate: bool
    reasons: tuple[str, ...]
    candidate_since: date | None
    judgement: Judgement | None
    measures: tuple[MeasureEffect, ...]
    bra: BraColumns
    latitude: float | None = None
    longitude: float | None = None
    closed: date | None = None

    @property
    def reference(self) -> str:
        """What people call it: `P-0012`."""
        return f"P-{self.number:04d}"

    @property
    def long_term(self) -> bool | None:
        """People's word: långsiktigt yes or no; None where nobody has judged."""
        return None if self.judgement is None else self.judgement.long_term

    @property
    def awaits_judgement(self) -> bool:
        """A candidate that nobody has said yes or no to."""
        return self.candidate and self.judgement is None

    @property
    def reopened(self) -> bool:
        """Whether it has returned after a quiet time."""
        return self.status == "pågår" and len(self.spells) > 1

    @property
    def police_share(self) -> float | None:
        """Share of events reported to the police among those where it is known; None where none is."""
        known = self.police[0] + self.police[1]
        return self.police[0] / known if known else None


@dataclass(frozen=True, slots=True)
class Unusual:
    """A place × category that stands out against its own past in the week that begins on `week` (a Monday).

    Attributes:
        events, expected: in the last `weeks` (1 or 2) weeks up to and with this one.
        tail: how likely so many events would be without change.
        text: the same in Swedish.
    """

    place: PlaceKey
    category: str
    week: date
    weeks: int
    events: int
    expected: float
    tail: float
    text: str


@dataclass(frozen=True, slots=True)
class SilentPlace:
    """A locality or an organisation that used to report and has gone silent; silence is not peace.

    Attributes:
        usual_weeks: the mean time between the weeks in which it reported.
        weeks_known: since how many weeks the silence is longer than chance explains; 1 is news.
    """

    kind: SilentKind
    name: str
    last_seen: date
    weeks_silent: int
    usual_weeks: float
    text: str
    weeks_known: int = 1


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything as of one day: events oldest first, problems by weight, and what stands out in the last whole week."""

    as_of: date
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    unusual: tuple[Unusual, ...]
    silent: tuple[SilentPlace, ...]
    proposals: tuple[Proposal, ...]

    def problem(self, key: PlaceKey, category: str) -> Problem | None:
        """The problem at this place of this category."""
        return next((p for p in self.problems if p.place == key and p.category == category), None)
