"""The situation picture: what its sections hold, and the material they are computed from. No database, no clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from digest.entries import Entry, Source
from digest.labels import Labels
from digest.period import Period
from store.records import Accounts


@dataclass(frozen=True, slots=True)
class Count:
    """How much was told: reports, and independent voices behind them."""

    reports: int
    voices: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a situation picture is computed from.

    Attributes:
        entries: the period's and earlier ones', sorted by day.
        since: the first day on record; earlier periods say nothing, not zero.
        accounts: the mails received during the period, by state.
        rules: versions of the rules that assessed the period's reports.
        contact: whom to ask, from the settings.
        first_areas: localities that this audience sees first.
    """

    period: Period
    made_at: datetime
    labels: Labels
    entries: tuple[Entry, ...]
    since: date | None
    accounts: Accounts
    contact: str = ""
    first_areas: tuple[str, ...] = ()

    def within(self, period: Period) -> tuple[Entry, ...]:
        """The entries of one period."""
        return self.between(period.first, period.last)

    def between(self, first: date, last: date) -> tuple[Entry, ...]:
        """The entries from one day to another, both included."""
        days = [entry.day for entry in self.entries]
        return self.entries[bisect_left(days, first) : bisect_right(days, last)]

    def on_record(self, period: Period) -> bool:
        """Whether the register reaches back to the whole of a period."""
        return self.since is not None and self.since <= period.first

    @property
    def now(self) -> tuple[Entry, ...]:
        """The entries of the period itself."""
        return self.within(self.period)


@dataclass(frozen=True, slots=True)
class Compared:
    """The period's figures beside those of another time; None where the register does not reach that far."""

    now: Count
    previous: Count | None
    usual: float | None
    usual_periods: int
    year_before: Count | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a time line: reports then, and in the same step a year before where known."""

    label: str
    value: int
    year_before: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Something the numbers carry: a category or a locality that rises or falls against what is usual."""

    direction: Literal["up", "down"]
    subject: Literal["category", "locality"]
    name: str
    now: int
    previous: int
    usual: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The same category at the same place, in more than one week."""

    locality: str | None
    site: str | None
    category: str
    reports: int
    voices: int
    weeks: int
    now: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Brief:
    """Läget i korthet."""

    compared: Compared
    urgent: int
    urgent_unreported: int
    changes: tuple[Change, ...]
    recurring: tuple[Recurrence, ...]
    unreviewed: int
    trend: tuple[Bar, ...]
    name: str = "brief"


@dataclass(frozen=True, slots=True)
class Attention:
    """Kräver uppmärksamhet nu."""

    entries: tuple[Entry, ...]
    name: str = "attention"


@dataclass(frozen=True, slots=True)
class Changes:
    """Förändringar."""

    changes: tuple[Change, ...]
    usual_periods: int
    name: str = "changes"


@dataclass(frozen=True, slots=True)
class LongTerm:
    """Långsiktiga problem."""

    recurring: tuple[Recurrence, ...]
    weeks: int
    name: str = "longterm"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table category × locality."""

    category: str
    cells: tuple[int, ...]
    others: int
    total: int
    previous: int | None


@dataclass(frozen=True, slots=True)
class Where:
    """Var, när och från vem. `hours[weekday][hour]` counts what happened then."""

    localities: tuple[str, ...]
    rows: tuple[Row, ...]
    without_locality: int
    hours: tuple[tuple[int, ...], ...]
    timed: int
    sources: tuple[tuple[Source, Count], ...]
    total: int
    name: str = "where"


@dataclass(frozen=True, slots=True)
class Coming:
    """Kommande och uppgifter att känna till."""

    entries: tuple[Entry, ...]
    name: str = "coming"


@dataclass(frozen=True, slots=True)
class HowMade:
    """Så är bilden gjord."""

    accounts: Accounts
    reports: int
    reviewed: int
    without_place: int
    police: tuple[int, int, int]
    silent: tuple[str, ...]
    contact: str
    name: str = "howmade"

    @property
    def unreadable(self) -> int:
        """Mails that could not be read: quarantined or too large."""
        return self.accounts.quarantined + self.accounts.too_large


Section = Brief | Attention | Changes | LongTerm | Where | Coming | HowMade


@dataclass(frozen=True, slots=True)
class SituationPicture:
    """What one digest tells, in printed order."""

    period: Period
    made_at: datetime
    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]


def count(entries: Iterable[Entry]) -> Count:
    """Reports and independent voices."""
    told = tuple(entries)
    return Count(len(told), len({e.voice for e in told}))
