"""Swedish expressions of time: which day and which hour they name, resolved against the date of the report.

All patterns read the text in lower case without dots (`i går kväll` as `i gar kvall`), so people without a Swedish
keyboard are understood too; positions are those of the original text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from spacy.tokens import Doc

from classify.places import fold

Part = Literal["morning", "day", "evening", "night", ""]

# A date without a year that lies so many days ahead is an appointment, not last year's event.
SOON = 120
# People write a day too late by at most this much (a mail just before midnight).
AHEAD = 1

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|"
    r"jan|febr?|mar|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?"
)
_WEEKDAYS = ("mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag")
_WEEKDAY = r"(mandag|tisdag|onsdag|torsdag|fredag|lordag|sondag)"
_PART = r"(morse|morgon|formiddag|lunch|middag|eftermiddag|kvall|natt|fm|em)(?:en|s|ens|ar|arna)?"
_PARTS: dict[str, Part] = {
    "morse": "morning",
    "morgon": "morning",
    "formiddag": "morning",
    "fm": "morning",
    "lunch": "day",
    "middag": "day",
    "eftermiddag": "day",
    "em": "day",
    "kvall": "evening",
    "natt": "night",
}
_NUMBERS = {
    "ett": 1,
    "tva": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "atta": 8,
    "nio": 9,
    "tio": 10,
    "elva": 11,
}
_NUMBERS |= {
    "tolv": 12,
    "tretton": 13,
    "fjorton": 14,
    "femton": 15,
    "sexton": 16,
    "sjutton": 17,
    "arton": 18,
    "nitton": 19,
}
_NUMBERS |= {"tjugo": 20, "tjugoett": 21, "tjugotva": 22, "tjugotre": 23, "midnatt": 24}
# `vid ett` is an hour, `vid ett bord` is not.
_HOUR_WORD = "|".join(sorted(_NUMBERS, key=len, reverse=True)).replace("ett|", r"ett(?!\s\w)|")

_DIGIT = re.compile(r"\d")
_NEAR_DAY = re.compile(
    rf"\bi\s?(forrgar|gar|dag|morse|natt|kvall|formiddags|eftermiddags|middags)\b(?:\s+(?:pa\s+)?{_PART}\b)?"
)
_NAMED_DAY = re.compile(
    rf"\b{_WEEKDAY}(s|ens|en|ar|arna)?(?:s?(kvall|natt|morgon|eftermiddag|formiddag)(?:en|ens|s|ar)?)?\b"
    rf"(?:\s+(?:pa\s+)?{_PART}\b)?"
)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_SLASHED = re.compile(r"(?<![\d/:])(\d{1,2})/(\d{1,2})(?:[-/ ](20\d\d|\d\d))?(?![\d/])")
_DAY_MONTH = re.compile(rf"(?<![\d:.])(?:(\d{{1,2}})\s?[-–]\s?)?(\d{{1,2}})(?::?[ea])?\.?\s+{_MONTH}(?:\s+(20\d\d))?")
_AGO = re.compile(rf"\bfor\s+({_HOUR_WORD}|\d{{1,2}})\s+(dag(?:ar)?|dygn)\s+se(?:da)?n\b")

_SPELLED_GATE = (*(word for word in _NUMBERS if word != "ett"), "vid ett", "klockan ett", "kl ett", "runt ett")
_HALVED_GATE = ("tiden", "kvart", "halv", "fem i", "fem over", "tio i", "tio over", "tjugo")
_SPELLED = rf"(?:(?:(kvart|fem|tio|tjugo)\s+(i|over)\s+)?(halv\s+)?({_HOUR_WORD}))"
_APPROX = (
    r"(?:(?:vid|runt|omkring|kring|ca\.?|cirka|ungefar|strax|nagon gang|redan|sent|tidigt|innan|fore|efter|fran|snart)"
    r"\s+)*"
)
_CLOCK_WORD = re.compile(
    rf"\b(?:(?:klockan|kl\.?)\s*{_APPROX}|(strax\s+)?(fore|efter|innan|vid|runt|omkring|kring|ca\.?|cirka)\s+)"
    rf"(?:klockan\s+|kl\.?\s+)?{_SPELLED}(?:-?\s?tiden)?\b"
    r"(?!\s?-?(?:ars|aring|kronor|person|stycken|barn|bilar|meter|man\b|till\b|ungdom|killar|gang|ganger|dagar|veckor))"
)
_TIME_WORD = re.compile(
    rf"\b{_SPELLED}-?\s?tiden\b|\b(kvart|fem|tio|tjugo)\s+(i|over)\s+(halv\s+)?({_HOUR_WORD})\b|\bhalv\s+({_HOUR_WORD})\b"
)
_CLOCK = re.compile(
    r"\b(?:klockan|kl)\.?\s?(?:ca\.?\s|cirka\s|runt\s|omkring\s|vid\s|strax\s(?:fore|efter)\s)?(\d{1,2})(?:[.:]?(\d\d))?(?![\d.]\d|\s?%|\d)"
)
# A bare number is an hour after `vid`; after `ca` and the like only where no counted thing follows.
_ABOUT = re.compile(
    r"\b(?:(?:vid|strax (?:fore|efter|innan))\s(\d{1,2})(?:[.:](\d\d))?(?![\d/:]|\s?(?:%|m\b|meter|st\b|km\b))|"
    r"(?:runt|omkring|kring|ca\.?|cirka|mellan|redan|fran|parkerade|kom)\s(\d{1,2})(?:[.:](\d\d))?"
    r"(?=-?\s?tiden|[.,;!?)]|\s?[-–]\s?\d|$|\s(?:i|pa|var|och|o|kom|satt|stod|gick|nar|till|borjade|horde|sag|igar|idag)\b))"
)
_DIGITAL = re.compile(r"(?<![\d.,:/-])([01]?\d|2[0-3])[.:]([0-5]\d)(?![\d]|\s?(?:%|kr|kronor|m\b|meter|km|kg|mkr|tkr))")
_LINE_TIME = re.compile(r"(?m)^[ \t]*(?:[*•–-]\s*)?(?:kl\.?\s*)?([01]\d|2[0-3])[.:]?([0-5]\d)\b(?!-\d|\s?(?:kr|st)\b)")
_BREAKS = {"tiorast": 10, "lunchrast": 11, "niorast": 9, "frukostrast": 9}
_BREAK = re.compile(r"\b(tiorast|lunchrast|niorast|frukostrast)(?:en)?\b")
_NOON = re.compile(r"\b(?:vid|runt|omkring)\s+lunch(?:tid|en|dags)?\b|\bmitt pa dagen\b")
_MIDNIGHT = re.compile(r"\b(?:vid|runt|omkring|strax efter)\s+midnatt\b")
_LOOSE_PART = re.compile(
    r"\b(?:pa|under|sen|sent pa|tidigt pa|hela)?\s*(morgon|formiddag|eftermiddag|kvall|natt)(?:en|skvisten|stid)?\b"
)

_TO_NIGHT = re.compile(r"natt(?:en)?\s+(?:till|mot|fore|innan)\s+(?:\w+\s+den\s+|den\s+)?$")
_NIGHT_BETWEEN = re.compile(r"natt(?:en)?\s+mellan\s+[^.\n]{3,30}\s+och\s+(?:\w+\s+den\s+|den\s+)?$")
_NIGHT_FIRST = re.compile(r"natt(?:en)?\s+mellan\s+(?:\w+\s+den\s+|den\s+)?$")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the text names; `night` marks the night that ends on it, `until` the end of a range."""

    start: int
    end: int
    day: date
    part: Part = ""
    night: bool = False
    until: date | None = None
    near: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour that the text names.

    Attributes:
        hour: 0–23; where `half` is true a twelve-hour value that needs a part of the day.
        minute: 0–59.
    """

    start: int
    end: int
    hour: int
    minute: int
    half: bool
    listed: bool = False


def flat(text: str) -> str:
    """The text in lower case without dots, each character in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return fold(low)


def flat_of(doc: Doc) -> str:
    """The document's text, flat, made once for all components."""
    found = doc.user_data.get("flat")
    if not isinstance(found, str):
        found = doc.user_data["flat"] = flat(doc._.text)
    return found


def _matches(pattern: re.Pattern[str], low: str, gate: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Matches of the pattern where one of these parts stands in the text at all: most patterns need not be tried."""
    return pattern.finditer(low) if any(map(low.__contains__, gate)) else iter(())


def find_days(low: str, today: date) -> list[Day]:
    """The days named in a flat text, in order, each resolved against `today`, the date of the report."""
    found = [*_near_days(low, today), *_named_days(low, today), *_dates(low, today)]
    found.sort(key=lambda one: (one.start, -one.end))
    return list(_joined(found, low))


def _joined(found: list[Day], low: str) -> Iterator[Day]:
    """`lördag 25/7` and `söndagen den 6 september` are one day; the date decides, the weekday's part is kept."""
    held: Day | None = None
    for day in found:
        if held is not None and re.fullmatch(r"[\s,(]*(?:den\s+)?", low[held.end : day.start] or " ") and not day.near:
            part = day.part or held.part
            held = replace(day, start=held.start, part=part, night=held.night or day.night)
        elif held is not None and day.start < held.end:
            continue
        else:
            if held is not None:
                yield held
            held = day
    if held is not None:
        yield held


def _near_days(low: str, today: date) -> Iterator[Day]:
    back = {"forrgar": 2, "gar": 1}
    for match in _matches(_NEAR_DAY, low, ("gar", "dag", "morse", "natt", "kvall")):
        word = match[1].removesuffix("s") if match[1].endswith("middags") else match[1]
        part = _PARTS.get(match[2] or "", "") or _PARTS.get(word, "")
        night = word == "natt" or _ends_night(low, match.start())
        day = today - timedelta(days=back.get(word, 0))
        yield Day(match.start(), match.end(), day, "night" if night else part, night, near=True)


def _ends_night(low: str, at: int) -> bool:
    return bool(_TO_NIGHT.search(low, max(0, at - 40), at) or _NIGHT_BETWEEN.search(low, max(0, at - 60), at))


def _named_days(low: str, today: date) -> Iterator[Day]:
    for match in _matches(_NAMED_DAY, low, _WEEKDAYS):
        word, ending, joined, part = match.groups()
        before = low[max(0, match.start() - 24) : match.start()]
        if ending in ("ar", "arna") or _NIGHT_FIRST.search(low, max(0, match.start() - 40), match.start()):
            continue
        if not _is_past(before, ending or "", joined or part or "", low[match.end() : match.end() + 16]):
            continue
        back = (today.weekday() - _WEEKDAYS.index(word)) % 7
        if back == 0 and re.search(r"\bi $", before) and ending == "s":
            back = 7
        night = _ends_night(low, match.start())
        yield Day(
            match.start(),
            match.end(),
            today - timedelta(days=back),
            "night" if night else _PARTS.get(joined or part or "", ""),
            night,
        )


def _is_past(before: str, ending: str, part: str, after: str) -> bool:
    """Whether a weekday names a day gone by: `i lördags`, `lördag kväll`, not `på lördag`, `varje lördag`."""
    if re.search(
        r"\b(?:varje|varannan|nasta|alla|kommande|t\.?o\.?m\.?|senast|om|tills|de flesta)\s(?:\w+dag och )?$", before
    ):
        return False
    if re.search(r"\b(?:pa|till|fran|innan)\s$", before) and not ending and not part:
        return bool(re.search(r"natt(?:en)?\s+till\s$", before))
    return not (
        re.search(r"\btill\s$", before)
        and not re.search(r"natt(?:en)?\s+till\s$", before)
        and not re.match(r"\s(?:den )?\d", after)
    )


def _dates(low: str, today: date) -> Iterator[Day]:
    for match in _matches(_AGO, low, ("sedan", "sen")):
        days = int(match[1]) if match[1].isdigit() else _NUMBERS[match[1]]
        yield Day(match.start(), match.end(), today - timedelta(days=days))
    if not _DIGIT.search(low):
        return
    for match in _matches(_ISO, low, ("20",)):
        if (day := _day(int(match[1]), int(match[2]), int(match[3]))) is not None:
            yield Day(match.start(), match.end(), day, night=_ends_night(low, match.start()))
    for match in _matches(_SLASHED, low, ("/",)):
        day = _without_year(int(match[2]), int(match[1]), match[3], today)
        if day is not None and match.group() != "24/7":
            yield Day(match.start(), match.end(), day, night=_ends_night(low, match.start()))
    for match in _matches(_DAY_MONTH, low, _MONTHS):
        yield from _day_and_month(match, low, today)


def _day_and_month(match: re.Match[str], low: str, today: date) -> Iterator[Day]:
    month = next(number for number, name in enumerate(_MONTHS, 1) if match[3].startswith(name))
    last = _without_year(month, int(match[2]), match[4], today)
    first = last.replace(day=int(match[1])) if last and match[1] and 0 < int(match[1]) < last.day else last
    if first is not None:
        until = last if first != last else None
        yield Day(match.start(), match.end(), first, night=_ends_night(low, match.start()), until=until)


def _without_year(month: int, day: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    this = _day(today.year, month, day)
    if this is None or this <= today + timedelta(days=AHEAD):
        return this
    return None if this - today < timedelta(days=SOON) else _day(today.year - 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_hours(low: str) -> list[Hour]:
    """The hours named in a flat text, in order."""
    found = [*_clock_hours(low), *_spelled_hours(low), *_set_hours(low)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Hour] = []
    for hour in found:
        if not kept or hour.start >= kept[-1].end:
            kept.append(hour)
    return kept


def _clock_hours(low: str) -> Iterator[Hour]:
    if not _DIGIT.search(low):
        return
    for match in _LINE_TIME.finditer(low):
        yield Hour(match.start(), match.end(), int(match[1]), int(match[2]), half=False, listed=True)
    for pattern in (_CLOCK, _ABOUT, _DIGITAL):
        for match in pattern.finditer(low):
            digits = [group for group in match.groups() if group]
            hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
            if hour < 24 and minute < 60:
                half = hour <= 12 and not digits[0].startswith("0") and (len(digits) == 1 or hour < 10)
                yield Hour(match.start(), match.end(), hour, minute, half)


def _spelled_hours(low: str) -> Iterator[Hour]:
    for match in _matches(_CLOCK_WORD, low, _SPELLED_GATE):
        _, _, minutes, side, halved, word = match.groups()
        early = re.search(r"strax\s+(?:fore|innan)", match.group()) is not None
        yield _spelled(match, minutes, side, halved, word, early=early)
    for match in _matches(_TIME_WORD, low, _HALVED_GATE):
        groups = match.groups()
        minutes, side, halved, word = (
            groups[:4] if groups[3] else groups[4:8] if groups[7] else (None, None, "halv", groups[8])
        )
        yield _spelled(match, minutes, side, halved, word, early=False)


def _spelled(
    match: re.Match[str], minutes: str | None, side: str | None, halved: str | None, word: str, *, early: bool
) -> Hour:
    total = _NUMBERS[word] * 60 - (30 if halved else 0)
    if minutes:
        total += {"kvart": 15, "fem": 5, "tio": 10, "tjugo": 20}[minutes] * (1 if side == "over" else -1)
    total = (total - (1 if early else 0)) % (24 * 60)
    return Hour(match.start(), match.end(), total // 60, total % 60, half=total // 60 <= 12 and word != "midnatt")


def _set_hours(low: str) -> Iterator[Hour]:
    for match in _matches(_BREAK, low, ("rast",)):
        yield Hour(match.start(), match.end(), _BREAKS[match[1]], 0, half=False)
    for match in _matches(_NOON, low, ("lunch", "mitt pa")):
        yield Hour(match.start(), match.end(), 12, 0, half=False)
    for match in _matches(_MIDNIGHT, low, ("midnatt",)):
        yield Hour(match.start(), match.end(), 0, 0, half=False)


def part_near(low: str, start: int, end: int) -> Part:
    """The last part of the day named between two positions (`på kvällen`, `mitt i natten`), or an empty string."""
    part: Part = ""
    for match in _LOOSE_PART.finditer(low, start, end):
        part = _PARTS[match[1]]
    return part


def on_the_clock(hour: Hour, part: Part, latest: int | None) -> int:
    """The hour of the day, 0–23: a twelve-hour value is placed by the part of the day, else before `latest`."""
    value = hour.hour % 24
    if not hour.half or value == 0:
        return value
    if part == "night":
        return value if value < 9 else (value + 12) % 24
    if part in ("evening", "day"):
        return value + 12 if value < 12 and not (part == "day" and value >= 10) else value
    if part == "morning":
        return value
    if latest is not None:
        return value + 12 if value + 12 <= latest and value < 12 else value
    return value + 12 if value < 12 else value
