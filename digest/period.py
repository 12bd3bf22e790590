"""The spans of time a situation picture covers: ISO week, quarter, tertial, year."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from digest import DigestError

PeriodKind = Literal["week", "quarter", "tertial", "year"]
MONTHS = {"quarter": 3, "tertial": 4, "year": 12}
LETTERS = {"W": "week", "Q": "quarter", "T": "tertial"}
WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?P<letter>[WQT])(?P<number>\d{1,2}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """One span of whole local days. `number` counts from 1 within the year; `year` is the ISO year for a week."""

    kind: PeriodKind
    year: int
    number: int = 1

    @property
    def code(self) -> str:
        """As written on the command line and in the register of digests: `2026-W47`, `2026-Q4`, `2026-T3`, `2026`."""
        letters = {"week": f"-W{self.number:02}", "quarter": f"-Q{self.number}", "tertial": f"-T{self.number}"}
        return f"{self.year}{letters.get(self.kind, '')}"

    @property
    def first(self) -> date:
        """The first day."""
        if self.kind == "week":
            return date.fromisocalendar(self.year, self.number, 1)
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        """The last day, included."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The period that begins when this one ends."""
        # Weeks have 7 days; the others at most 366, and the day after a whole number of months is safe to look up.
        if self.kind == "week":
            return containing("week", self.first + timedelta(days=7))
        month = self.first.month - 1 + MONTHS[self.kind]
        return containing(self.kind, date(self.first.year + month // 12, month % 12 + 1, 1))

    @property
    def previous(self) -> "Period":
        """The period that ends when this one begins."""
        return containing(self.kind, self.first - timedelta(days=1))

    @property
    def year_before(self) -> "Period":
        """The same period a year earlier; for a week 53 that year lacks, its last week."""
        if self.kind != "week":
            return Period(self.kind, self.year - 1, self.number)
        last = date(self.year - 1, 12, 28).isocalendar().week
        return Period("week", self.year - 1, min(self.number, last))

    @property
    def compared_with(self) -> "Period":
        """The period whose figures stand beside: the week before, else the same period a year before."""
        return self.previous if self.kind == "week" else self.year_before

    def earlier(self, count: int) -> tuple["Period", ...]:
        """The periods before this one, nearest first."""
        found = [self]
        for _ in range(count):
            found.append(found[-1].previous)
        return tuple(found[1:])

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and end (not included) as local times; a day of daylight saving has 23 or 25 hours."""
        return (datetime.combine(self.first, time(), zone), datetime.combine(self.next.first, time(), zone))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def containing(kind: PeriodKind, day: date) -> Period:
    """The period of a kind that a day falls in."""
    if kind == "week":
        iso = day.isocalendar()
        return Period("week", iso.year, iso.week)
    return Period(kind, day.year, (day.month - 1) // MONTHS[kind] + 1)


def last_whole(kind: PeriodKind, today: date) -> Period:
    """The latest period that has ended."""
    return containing(kind, today).previous


def parse_period(text: str) -> Period:
    """A period as written: `2026-W47`, `2026-Q4`, `2026-T3` or `2026`.

    Raises:
        DigestError: it is written otherwise, or the year has no such week, quarter or tertial.
    """
    found = WRITTEN.fullmatch(text.strip())
    kind: PeriodKind = LETTERS.get((found["letter"] or "").upper(), "year") if found else "year"  # type: ignore[assignment]  # LETTERS holds only kinds
    period = Period(kind, int(found["year"]), int(found["number"] or 1)) if found else None
    if period is None or not _exists(period):
        msg = f"{text} is no period. Write a week 2026-W47, a quarter 2026-Q4, a tertial 2026-T3 or a year 2026."
        raise DigestError(msg)
    return period


def _exists(period: Period) -> bool:
    try:
        return containing(period.kind, period.first) == period
    except ValueError:
        return False
