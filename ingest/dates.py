"""Dates of mails: the header's where it can be believed, and the ones that forwards and quotes write out in words."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

# A sender's clock may be wrong by hours, seldom by more than a day.
MAX_AHEAD = timedelta(days=2)
# A file's time stamp says when it was copied, not when the mail came.
MAX_AHEAD_OF_FILE = timedelta(days=366)
# No mail is older; lower years come from broken clocks and broken parsers.
FIRST_YEAR = 1990

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "maj may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"), start=1
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(_MONTHS) + r")[a-zåäö]*\.?"
_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})[-. ]{{1,2}}{_MONTH}(?:,? |-)(?P<year>\d{{4}})", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?(?: \d\d:\d\d:\d\d)? (?P<year>\d{{4}})", re.IGNORECASE
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_CLOCK = re.compile(
    r"(?:\b|(?<=T))(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.]\d{2})?(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE
)
_OFFSET = re.compile(
    r"(?:(?<![\w-])|(?<=GMT)|(?<=UTC)|(?<=:\d\d))(?P<sign>[+-])(?P<hours>[01]\d):?(?P<minutes>[0-5]\d)\b"
)


# A date that says how far from UTC its clock is, by number or by one of the names of RFC 5322 section 4.3.
_HAS_ZONE = re.compile(r"[+-]\d{2}:?\d{2}\b|\b(?:UTC?|GMT|[ECMP][SD]T)\b|\dZ\b")


def header_date(field: str, parsed: datetime | None, zone: tzinfo) -> datetime | None:
    """A Date field's moment; local where it names no offset that RFC 5322 knows (none at all, CET, a zone in words).

    Args:
        field: the field as text.
        parsed: what a parser of RFC 5322 dates made of it, for which an unknown zone is UTC.
        zone: the clock of those who write to us.
    """
    return parsed if parsed and _HAS_ZONE.search(field) else read_date(field, zone) or parsed


def believable(date: datetime | None, received: datetime, *, from_file: bool) -> bool:
    """Whether a Date header may stand, seen from when the mail was received."""
    if date is None or date.year < FIRST_YEAR:
        return False
    return date <= received + (MAX_AHEAD_OF_FILE if from_file else MAX_AHEAD)


def read_date(text: str, zone: tzinfo) -> datetime | None:
    """A date as mail programs write it above a forwarded or quoted mail, in Swedish or English; aware, or None.

    Knows `den 9 februari 2026 07:50`, `fre 20 nov. 2026 kl 14:03`, `Friday, November 20, 2026 2:03 PM`,
    `2026-11-20 14:03` and RFC 5322 dates; a time without offset is local to `zone`.
    """
    day = _DAY_FIRST.search(text) or _MONTH_FIRST.search(text) or _ISO.search(text)
    if not day:
        return None
    month = day["month"]
    clock = _CLOCK.search(text, day.end()) or _CLOCK.search(text[: day.end()])
    hour, minute = _hour(clock)
    try:
        found = datetime(
            int(day["year"]),
            _MONTHS[month.lower()] if month.isalpha() else int(month),
            int(day["day"]),
            hour,
            minute,
            tzinfo=_zone(text, zone),
        )
    except ValueError:
        return None
    return found if found.year >= FIRST_YEAR else None


def _hour(clock: re.Match[str] | None) -> tuple[int, int]:
    if clock is None:
        return 0, 0
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    return hour, int(clock["minute"])


def _zone(text: str, zone: tzinfo) -> tzinfo:
    found = _OFFSET.search(text)
    if not found:
        return UTC if re.search(r"\b(?:UTC?|GMT)\b|\dZ\b", text) else zone
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(offset if found["sign"] == "+" else -offset)
