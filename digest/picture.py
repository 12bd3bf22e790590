"""The situation picture: what its sections hold, and the material they are computed from. No database, no clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar

from digest.entries import Entry, Source
from digest.happenings import Happening
from digest.labels import Labels
from digest.ledger import Odd, ProblemLine, Silence
from digest.period import Period
from store.records import Accounts

Dated = TypeVar("Dated", Entry, Happening)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a situation picture is computed from.

    Attributes:
        entries: reports of the period and of what it is compared with, by day; events: the same gathered.
        late: events dated before the period whose first report came after that period's digest was made.
        since: the first day on record; what was before says nothing, not zero.
        accounts: the mails received during the period, by state.
        problems: the ledger's, weightiest first; unusual: what stands out in it; silence: who went quiet.
        rules: versions of the rules that assessed the period's reports.
        notes: what staff want told in this period.
        contact: whom to ask.
        first_areas: localities that this audience sees first.
    """

    period: Period
    made_at: datetime
    labels: Labels
    entries: tuple[Entry, ...]
    events: tuple[Happening, ...]
    since: date | None
    accounts: Accounts
    late: tuple[Happening, ...] = ()
    problems: tuple[ProblemLine, ...] = ()
    unusual: tuple[Odd, ...] = ()
    silence: tuple[Silence, ...] = ()
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    contact: str = ""
    first_areas: tuple[str, ...] = ()

    def on_record(self, period: Period) -> bool:
        """Whether the register reaches back to the whole of a period."""
        return self.since is not None and self.since <= period.first

    def events_of(self, period: Period) -> tuple[Happening, ...]:
        """The events of one period."""
        return within(self.events, period.first, period.last)

    def entries_of(self, period: Period) -> tuple[Entry, ...]:
        """The reports of one period."""
        return within(self.entries, period.first, period.last)

    def count(self, period: Period) -> "Count":
        """Events, reports and independent voices of one period."""
        told = self.entries_of(period)
        return Count(len(self.events_of(period)), len(told), len({e.voice for e in told}))


def within(dated: Sequence[Dated], first: date, last: date) -> tuple[Dated, ...]:
    """Those from one day to another, both included, out of a sequence that is sorted by day."""
    low = bisect_left(dated, first, key=lambda d: d.day)
    return tuple(dated[low : bisect_right(dated, last, key=lambda d: d.day)])


@dataclass(frozen=True, slots=True)
class Count:
    """How much was told: events, reports of them, independent voices behind them."""

    events: int
    reports: int
    voices: int


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of several counts."""

    events: float
    reports: float
    voices: float


@dataclass(frozen=True, slots=True)
class Compared:
    """The period's figures beside those of other times; None where the register does not reach that far.

    Attributes:
        usual: the mean of the `usual_periods` weeks before; for weeks only.
    """

    now: Count
    previous: Count | None
    usual: Mean | None
    usual_periods: int
    year_before: Count | None

    @property
    def comparable(self) -> bool:
        """Whether there is anything to hold the figures against."""
        return any(other is not None for other in (self.previous, self.usual, self.year_before))


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of a time line: events then, and in the same week a year before where known."""

    week: int
    first: date
    events: int
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
class Brief:
    """Läget i korthet."""

    compared: Compared
    urgent: int
    urgent_not_reported: int
    unusual: tuple[Odd, ...]
    changes: tuple[Change, ...]
    lasting: int
    awaiting: int
    foremost: ProblemLine | None
    unreviewed: int
    trend: tuple[Bar, ...]
    name: str = "brief"


@dataclass(frozen=True, slots=True)
class Attention:
    """Kräver uppmärksamhet nu.

    Attributes:
        more: were left out for length and stand in the spreadsheet.
        part_of: event → the long-term problem that it is part of.
    """

    events: tuple[Happening, ...]
    more: int
    part_of: Mapping[str, str]
    name: str = "attention"


@dataclass(frozen=True, slots=True)
class Changes:
    """Förändringar. `comparable` is false where too few earlier periods are on record to say what is usual."""

    unusual: tuple[Odd, ...]
    changes: tuple[Change, ...]
    returned: tuple[ProblemLine, ...]
    ended: tuple[ProblemLine, ...]
    silence: tuple[Silence, ...]
    comparable: bool
    name: str = "changes"


@dataclass(frozen=True, slots=True)
class LongTerm:
    """Långsiktiga problem: judged so by staff, those that await judgement, and what measures did."""

    problems: tuple[ProblemLine, ...]
    awaiting: tuple[ProblemLine, ...]
    more: int
    with_measures: tuple[ProblemLine, ...]
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
class Spot:
    """One locality on the map: events in all and by category, most first. WGS 84 degrees."""

    name: str
    latitude: float
    longitude: float
    events: int
    categories: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One kind of source: reports and voices now, reports the period before where known."""

    kind: Source
    reports: int
    voices: int
    previous: int | None


@dataclass(frozen=True, slots=True)
class Where:
    """Var, när och från vem. `hours[weekday][hour]` counts events; `timed` of `events` have a known hour.

    `sums` is the last line of the table, that of all categories; its `category` is empty.
    """

    localities: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: Row
    without_locality: int
    spots: tuple[Spot, ...]
    hours: tuple[tuple[int, ...], ...]
    timed: int
    events: int
    sources: tuple[SourceRow, ...]
    name: str = "where"


@dataclass(frozen=True, slots=True)
class Coming:
    """Kommande och uppgifter att känna till."""

    events: tuple[Happening, ...]
    notes: tuple[str, ...]
    name: str = "coming"


@dataclass(frozen=True, slots=True)
class HowMade:
    """Så är bilden gjord.

    Attributes:
        police: events reported to the police, not reported, unknown.
        heard, silent: localities with events, and those without.
        lasting_silence: localities that stopped reporting some time ago, and still do not.
    """

    accounts: Accounts
    count: Count
    reviewed: int
    without_locality: int
    late: int
    police: tuple[int, int, int]
    heard: tuple[str, ...]
    silent: tuple[str, ...]
    lasting_silence: tuple[Silence, ...]
    rules: tuple[str, ...]
    contact: str
    name: str = "howmade"

    @property
    def unreadable(self) -> int:
        """Mails that could not be read: quarantined or too large."""
        return self.accounts.quarantined + self.accounts.too_large


Section = Brief | Attention | Changes | LongTerm | Where | Coming | HowMade


@dataclass(frozen=True, slots=True)
class SituationPicture:
    """What one digest tells, in printed order.

    Attributes:
        events: for the spreadsheet: late ones, then the period's.
        first_areas: the localities that its readers see first.
    """

    period: Period
    made_at: datetime
    sections: tuple[Section, ...]
    events: tuple[Happening, ...]
    entries: tuple[Entry, ...]
    first_areas: tuple[str, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether the period still goes on, so that its figures are of a part of it."""
        return self.made_at.date() in self.period


def urgent(events: Iterable[Happening]) -> tuple[Happening, ...]:
    """Those that need attention now."""
    return tuple(e for e in events if e.urgent)
