"""How often people leave what the program found as it is: per field and month, over approved reports. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from store.records import Correction

# What people judge in every row, and its Swedish name.
FIELDS = (
    ("category", "Kategori"),
    ("urgency", "Brådska"),
    ("locality", "Ort"),
    ("site", "Plats"),
    ("occurred", "Tid"),
    ("police_report", "Polisanmält"),
)
# Months shown in the file; the older ones are in `status --json`.
SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """One approved report: when it was approved, and the fields that people had changed by then."""

    at: datetime
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Month:
    """One month (`2026-11`): how many reports were approved, and the share left unchanged by field, 0.0–1.0."""

    month: str
    approved: int
    unchanged: tuple[tuple[str, float], ...]


def verdict(approved: Correction, changes: Iterable[Correction]) -> Verdict:
    """A report's history in short; a value changed and changed back counts as unchanged."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for change in changes:
        first.setdefault(change.field, change.old)
        last[change.field] = change.new
    return Verdict(approved.at, frozenset(name for name, old in first.items() if last[name] != old))


def months(verdicts: Iterable[Verdict], zone: ZoneInfo) -> tuple[Month, ...]:
    """The figures month by month, latest first."""
    by_month: dict[str, list[Verdict]] = {}
    for one in verdicts:
        by_month.setdefault(one.at.astimezone(zone).strftime("%Y-%m"), []).append(one)
    return tuple(_month(name, by_month[name]) for name in sorted(by_month, reverse=True))


def _month(name: str, found: Sequence[Verdict]) -> Month:
    shares = ((field, sum(field not in one.changed for one in found) / len(found)) for field, _ in FIELDS)
    return Month(name, len(found), tuple(shares))


def lines(found: Iterable[Month]) -> tuple[tuple[str, str], ...]:
    """The figures for the help sheet, a line a month."""
    return tuple((m.month, f"{m.approved} godkända; orört: {_shares(m)}") for m in tuple(found)[:SHOWN_MONTHS])


def _shares(month: Month) -> str:
    named = dict(FIELDS)
    return ", ".join(f"{named[field]} {share * 100:.0f} %" for field, share in month.unchanged)
