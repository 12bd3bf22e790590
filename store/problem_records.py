"""What the problems room keeps in the store: sightings, links between them, and what people decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from classify.assessment import PoliceReport, Precision, Urgency

Certainty = Literal["certain", "likely"]
MeasureStatus = Literal["planerad", "pågår", "avslutad", "inställd"]
MEASURE_STATUSES: tuple[MeasureStatus, ...] = ("planerad", "pågår", "avslutad", "inställd")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report seen as an observation of one place, one kind of trouble and one time: what linking looks at.

    Attributes:
        revision: of the report it was made from; another one means that it must be made anew.
        counts: whether the report belongs in the situation picture; others are never linked.
        start, end: the time within which it happened, UTC; wide where the report says little.
        dated: whether the report says when; else `start` is a guess backwards from `reported_at`.
        day: the local day of the event, or of the report where the event has none; weekday and hour as in Occurred.
        block: what linking searches by: the locality in lower case, empty where it is unknown.
        upcoming: the report announces something (a gathering, a rumour) and tells of nothing that has happened.
        voice: who speaks: the organisation's mail domain or the address, hashed; empty where unknown.
        words: the report's own significant words, stemmed, from its masked text.
    """

    report_id: int
    reference: str
    revision: int
    counts: bool
    reported_at: datetime
    start: datetime
    end: datetime
    dated: bool
    day: date
    category: str
    block: str = ""
    mail_id: int | None = None
    answers: int | None = None
    weekday: int | None = None
    hour: int | None = None
    also: tuple[str, ...] = ()
    subcategory: str | None = None
    locality: str | None = None
    site: str | None = None
    area: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision = "unknown"
    voice: str = ""
    organisation: str = ""
    role: str = ""
    urgency: Urgency = "normal"
    police_report: PoliceReport = "unknown"
    recurring: bool = False
    duration: str = ""
    upcoming: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventLink:
    """Why two reports are held to be of the same event: `report_id` is the later one, `reasons` is plain Swedish."""

    report_id: int
    other_id: int
    certainty: Certainty
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventDecision:
    """A person's word on two reports: the same event or not. The latest word on a pair holds, whatever is re-run."""

    report_id: int
    other_id: int
    same: bool
    by: str
    at: datetime
    comment: str = ""

    @property
    def pair(self) -> tuple[int, int]:
        """The two reports, lowest first."""
        return min(self.report_id, self.other_id), max(self.report_id, self.other_id)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word on a problem: long-term or not, with a note; the latest one stays until changed.

    `locality`, `place` and `category` are the problem's key; an empty `place` means the locality as a whole.
    """

    locality: str
    place: str
    category: str
    long_term: bool
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What EST decided to do about a problem: `from_` and `to` are local days; `id` is 0 until it is stored."""

    locality: str
    place: str
    category: str
    what: str
    who: str
    from_: date | None
    to: date | None
    status: MeasureStatus
    by: str
    at: datetime
    id: int = 0
