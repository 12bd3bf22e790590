"""Swedish expressions of time: which day and which hour they name, resolved against the date of the report.

All patterns read the text in lower case without dots (`i går kväll` as `i gar kvall`), so people without a Swedish
keyboard are understood too; positions are those of the original text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from classify.document import findings
from classify.feasts import GATE as FEAST_GATE
from classify.feasts import PATTERN as FEASTS
from classify.feasts import feast, is_night
from classify.places import fold

if TYPE_CHECKING:
    from spacy.tokens import Doc

Part = Literal["morning", "day", "evening", "night", ""]

# A date without a year that lies so many days ahead is an appointment, not last year's event.
SOON = 120
# A feast that lies so few days ahead is meant, not last year's.
SOON_FEAST = 30
# People write a day too late by at most this much (a mail just before midnight).
AHEAD = 1

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|"
    r"jan|febr?|mar|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?"
)
WEEKDAYS = ("mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag")
_WEEKDAY = f"({'|'.join(WEEKDAYS)})"
# Any weekday, for patterns that do not ask which.
WEEKDAY = r"(?:man|tis|ons|tors|fre|lor|son)dag"
_PART = r"(morse|morgon|formiddag|lunch|middag|eftermiddag|kvall|natt|fm|em)(?:en|s|ens|ar|arna)?"
PARTS: dict[str, Part] = {
    "morse": "morning",
    "morgon": "morning",
    "formiddag": "morning",
    "fm": "morning",
    "lunch": "day",
    "middag": "day",
    "eftermiddag": "day",
    "em": "day",
    "kvall": "evening",
    "afton": "evening",
    "natt": "night",
}
NUMBERS = {
    "ett": 1,
    "et": 1,
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
NUMBERS |= {
    "tolv": 12,
    "tretton": 13,
    "fjorton": 14,
    "femton": 15,
    "sexton": 16,
    "sjutton": 17,
    "arton": 18,
    "nitton": 19,
}
NUMBERS |= {"tjugo": 20, "tjugoett": 21, "tjugotva": 22, "tjugotre": 23, "midnatt": 24}
# `vid ett` is an hour, `vid ett bord` is not; `ettiden` holds its hour without the second t.
# What goes on after a bare hour: `vid ett i natt`, `runt ett slogs rutan in`.
GOES_ON = (
    r"(?:i|pa|var|och|o|kom|satt|stod|gick|nar|till|horde|sag|igar|idag|inatt|natt\w*|under|mot|den|\w+dag(?:en|s)?|nagon|har|hade|blev|small|"
    r"slogs?|brots?|stals|sprang|fick|drog|brann|\w{2,}(?:ade|dde|lde|nde|rde|gde|kte|pte|ste|tte)s?)\b"
)
_ONE = (
    r"(?:(?<=halv\s)|(?<=kvart\si\s)|(?<=tjugo\si\s)|(?<=tio\si\s)|(?<=fem\si\s)|(?<=over\s)|(?<=klockan\s)|(?<=kl\s)|(?<=kl\.\s))ett|"
    rf"ett(?!\s(?!{GOES_ON})\w)|et(?=tiden|snaret)"
)
NUMBER_WORD = "|".join(
    _ONE if word == "ett" else word for word in sorted(NUMBERS, key=len, reverse=True) if word != "et"
)

ORDINALS = {
    word: number
    for number, word in enumerate(
        (
            *("forsta", "andra", "tredje", "fjarde", "femte", "sjatte", "sjunde", "attonde", "nionde", "tionde"),
            *("elfte", "tolfte", "trettonde", "fjortonde", "femtonde", "sextonde", "sjuttonde", "artonde"),
            *("nittonde", "tjugonde", "tjugoforsta", "tjugoandra", "tjugotredje", "tjugofjarde", "tjugofemte"),
            *("tjugosjatte", "tjugosjunde", "tjugoattonde", "tjugonionde", "trettionde", "trettioforsta"),
        ),
        1,
    )
}
DIGIT = re.compile(r"\d")
_NEAR_DAY = re.compile(
    rf"\bi\s?(forrgar|gar|afton|dag|morse|natt|kvall|(?:formiddag|eftermiddag|middag)s?)\b(?:\s+(?:pa\s+)?{_PART}\b)?"
)
_LAST_NIGHT = re.compile(
    r"\b(?:under|nagon gang i)\s+natten\b(?!\s+(?:till|mot|mellan|fran|den|innan|fore|\d))|\bnatten som (?:var|gick)\b|"
    r"\bannu en natt\b|"
    r"\bnattens\s+(?!inbrott|mitt|timmar|morker)\w+|\bpa (?:formiddags|eftermiddags|lang)rasten\b|"
    r"\b(?:dagens|kvallens|morgonens|formiddagens|eftermiddagens)\s(?!ungdom|barn|samhalle|lunch|lage)\w+"
)
_WEEK_BEFORE = re.compile(r"\bforra\s$|\bforra veckan(?:,|\s+pa)?\s(?:i\s)?$")
_WEEK_BEFORE_AFTER = re.compile(r"\s(?:i\s)?forra veckan\b")
_YESTERDAY = re.compile(r"\bgardag(?:ens?|s(kvall|natt|morgon|formiddag|eftermiddag)\w*)\b")
_DAY_ONLY = re.compile(
    rf"\bden\s(?:(\d{{1,2}}):?[ea]\b(?!\s+{_MONTH})|"
    rf"(\d{{1,2}})(?=\s(?:kl\b|klockan|vid\s|runt\s|blev|hade|har|slog|brots|stals|\w{{3,}}ades?\b|denna))|"
    rf"({'|'.join(ORDINALS)})\b(?=\s(?:kl\b|klockan|vid\s\d|pa\s(?:morgon|formid|eftermid|kvall|natt)|denna)))"
)
_FEAST = re.compile(
    rf"\b({FEASTS})(?:s?(natten|natt|kvallen|kvall|morgonen|morgon|eftermiddagen))?\b(?:\s+(?:pa\s+)?{_PART}\b)?"
    r"(?:\s+((?:19|20)\d\d)\b)?"
)
_NOT_THE_FEAST = re.compile(r"\b(?:infor|sedan|sen|till|mot|varje|nasta|alla|for|kring|runt)\s+$")
_NAMED_DAY = re.compile(
    rf"\b{_WEEKDAY}(s|ens|en|ar|arna)?(?:s?(kvall|natt|morgon|eftermiddag|formiddag)(?:en|ens|s|ar)?)?\b"
    rf"(?:\s+(?:pa\s+)?{_PART}\b)?"
)
# `måndag till söndag`, `måndag tisdag alla dagar`
_DAY_AFTER_DAY = re.compile(rf"(?:\still\s|\s?[-–]\s?|\s){WEEKDAY}\b(?!s|en)")
_AFTER_A_DAY = re.compile(rf"{WEEKDAY}\s(?:till\s)?$")
# A line of a week's list: `- måndag: inget`.
_LISTED = re.compile(r"\n[ \t*•–-]*$")
_SHORT_DAYS = tuple(day.removesuffix("dag") for day in WEEKDAYS)
_SHORT = rf"({'|'.join(_SHORT_DAYS)})d?\.?"
# `lör kväll`, `natten mån-tis`
_SHORT_DAY = re.compile(
    rf"\bnatten\s{_SHORT}\s?[-–/]\s?{_SHORT}(?!\w)|\b{_SHORT}\s(kvall|natt|morgon|formiddag|eftermiddag|em|fm)\b"
)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_SLASHED = re.compile(
    r"(?<![\d/:])(?:(\d{1,2})\s?[-–]\s?)?(\d{1,2})/(\d{1,2})(?:(?:[-/]|\s(?=20\d\d))(20\d\d|\d\d))?(?![\d/])"
)
_DAY_MONTH = re.compile(
    rf"(?<![\d:.])(?:(\d{{1,2}})\s?(?:[-–]|och|till)\s?)?(\d{{1,2}}(?::?[ea])?\.?|{'|'.join(ORDINALS)})\s+{_MONTH}(?:\s+(20\d\d))?"
)
_AGO = re.compile(rf"\bfor\s+({NUMBER_WORD}|en|\d{{1,2}})\s+(dag(?:ar)?|dygn|vecka|kvall(?:ar)?|natter)\s+se(?:da)?n\b")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(20\d\d)(?!\d)")
_DAY_DOT_MONTH = re.compile(r"\bden\s(\d{1,2})\.(\d{1,2})(?![\d.]|\.\d)")
_COMPACT = re.compile(r"(?<![\d-])(?:(20\d\d)(\d\d)(\d\d)|(2\d)-(\d\d)-(\d\d))(?![\d-])")
_SIX_DIGITS = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)(?=\s+(?:(?:kl|klockan)\b|\d\d[.:]\d\d))")

# `natten från lördag till`, `natten lördag till`.
_NIGHT_TO = r"natt(?:en)?\s+(?:fran\s+\w+\s+|\w+dag(?:en)?\s+)?till\s"
_TO_NIGHT = re.compile(rf"(?:{_NIGHT_TO}|natt(?:en)?\s+(?:mot|fore|innan)\s)\s*(?:\w+\s+den\s+|den\s+|i\s+)?$")
_NIGHT_BETWEEN = re.compile(r"natt(?:en)?\s+mellan\s+[^.\n]{3,30}\s+och\s+(?:\w+\s+den\s+|den\s+)?$")
_NIGHT_AHEAD = re.compile(r"natt(?:en)?\s+(?:mellan\s+|fran\s+)?(?:den\s+)?$")
_NIGHT_LINK = re.compile(r"\s?(?:till|mot|och|-|–)\s?(?:den\s+)?")
_NIGHT_FIRST = re.compile(r"natt(?:en)?\s+(?:mellan|fran)\s+(?:\w+\s+den\s+|den\s+)?$")


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


def flat(text: str) -> str:
    """The text in lower case without dots, each character in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return fold(low)


def flat_of(doc: "Doc") -> str:
    """The document's text, flat, made once for all components."""
    found = doc.user_data.get("flat")
    if not isinstance(found, str):
        found = doc.user_data["flat"] = flat(findings(doc).text)
    return found


def matches(pattern: re.Pattern[str], low: str, gate: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Matches of the pattern where one of these parts stands in the text at all: most patterns need not be tried."""
    return pattern.finditer(low) if any(map(low.__contains__, gate)) else iter(())


def find_days(low: str, today: date) -> list[Day]:
    """The days named in a flat text, in order, each resolved against `today`, the date of the report."""
    found = [*_near_days(low, today), *_named_days(low, today), *_dates(low, today)]
    found += [*_feasts(low, today), *_days_alone(low, today)]
    found.sort(key=lambda one: (one.start, -one.end))
    return list(_nights(list(_joined(found, low)), low)) or list(_last_night(low, today))


def _last_night(low: str, today: date) -> Iterator[Day]:
    """`under natten`, where no day is named: the night before the report."""
    for match in matches(_LAST_NIGHT, low, ("natt", "rasten", "dagens", "kvallens", "morgonens")):
        night = match.group().startswith(("n", "under", "annu"))
        yield Day(match.start(), match.end(), today, "night" if night else "", night, near=True)


def _nights(days: list[Day], low: str) -> Iterator[Day]:
    """`natten 14-15 november`, `natten den 14/11 till 15/11` are one night, that which ends on the second day."""
    skip: Day | None = None
    for day, after in zip_longest(days, days[1:]):
        of_night = _NIGHT_AHEAD.search(low, max(0, day.start - 20), day.start) is not None
        if of_night and after is not None and _NIGHT_LINK.fullmatch(low, day.end, after.start):
            skip = after
            yield replace(after, start=day.start, part="night", night=True)
        elif of_night and day.until is not None and not day.night:
            yield replace(day, day=day.until, until=None, part="night", night=True)
        elif day is not skip:
            yield day


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
    for match in matches(_NEAR_DAY, low, ("gar", "dag", "morse", "natt", "kvall")):
        word = match[1].removesuffix("s")
        part = PARTS.get(match[2] or "", "") or PARTS.get(word, "")
        night = word == "natt" or _ends_night(low, match.start())
        day = today - timedelta(days=back.get(word, 0))
        yield Day(match.start(), match.end(), day, "night" if night else part, night, near=True)


def _ends_night(low: str, at: int) -> bool:
    return bool(_TO_NIGHT.search(low, max(0, at - 40), at) or _NIGHT_BETWEEN.search(low, max(0, at - 60), at))


def _named_days(low: str, today: date) -> Iterator[Day]:
    for match in matches(_NAMED_DAY, low, WEEKDAYS):
        word, ending, joined, part = match.groups()
        before = low[max(0, match.start() - 40) : match.start()]
        if ending in ("ar", "arna") or _NIGHT_FIRST.search(low, max(0, match.start() - 40), match.start()):
            continue
        if not _is_past(before, ending or "", joined or part or "", low[match.end() : match.end() + 20]):
            continue
        back = (today.weekday() - WEEKDAYS.index(word)) % 7
        entry = low[match.end() : match.end() + 1] == ":" and _LISTED.search(before)
        if back == 0 and (entry or (re.search(r"\bi $", before) and ending == "s")):
            back = 7
        if _WEEK_BEFORE.search(before) or _WEEK_BEFORE_AFTER.match(low, match.end()):
            back = today.weekday() + 7 - WEEKDAYS.index(word)
        night = _ends_night(low, match.start())
        yield Day(
            match.start(),
            match.end(),
            today - timedelta(days=back),
            "night" if night else PARTS.get(joined or part or "", ""),
            night,
        )


def _is_past(before: str, ending: str, part: str, after: str) -> bool:
    """Whether a weekday names a day gone by: `i lördags`, `lördag kväll`, not `nu på lördag kväll`, `varje lördag`."""
    if re.search(
        r"\b(?:sager|lovar|lovade|varje|varannan|nasta|alla|kommande|t\.?o\.?m\.?|senast|om|tills|de flesta)\s"
        r"(?:\w+dag(?:,| och| till)?\s)*$|"
        r"\b(?:en|nagon|nan)\s(?!gang\b)(?:\w+\s)?$|\bvarje \w+\s$",
        before,
    ):
        return False
    if re.search(r"\bnu pa\s$", before) or (
        (_DAY_AFTER_DAY.match(after) or _AFTER_A_DAY.search(before)) and "natt" not in before
    ):
        return False
    if re.search(r"\b(?:pa|till|fran|innan)\s$", before) and not ending and not part:
        return bool(re.search(rf"{_NIGHT_TO}$", before))
    return not (
        re.search(r"\btill\s$", before)
        and not re.search(rf"{_NIGHT_TO}$", before)
        and not re.match(r"\s(?:den )?\d", after)
    )


def _dates(low: str, today: date) -> Iterator[Day]:
    for match in matches(_AGO, low, ("sedan", "sen")):
        number = int(match[1]) if match[1].isdigit() else NUMBERS.get(match[1], 1)
        days = number * 7 if match[2] == "vecka" else number
        yield Day(match.start(), match.end(), today - timedelta(days=days), PARTS.get(match[2].removesuffix("ar"), ""))
    for match in matches(_DAY_MONTH, low, _MONTHS):
        month = next(number for number, name in enumerate(_MONTHS, 1) if match[3].startswith(name))
        yield from _of_month(match, month, low, today)
    if DIGIT.search(low):
        yield from _written(low, today)


def _written(low: str, today: date) -> Iterator[Day]:
    """Dates in digits: `2026-11-12`, `20261112`, `12.11.2026`, `den 12.11`, `12/11`."""
    for pattern in (_ISO, _COMPACT, _DOTTED, _SIX_DIGITS):
        for match in pattern.finditer(low):
            first, second, third = (int(group) for group in match.groups() if group)
            year, month, number = (third, second, first) if third > 31 else (first % 2000 + 2000, second, third)
            if (day := _day(year, month, number)) is not None:
                yield Day(match.start(), match.end(), day, night=_ends_night(low, match.start()))
    for match in _DAY_DOT_MONTH.finditer(low):
        day = _without_year(int(match[2]), int(match[1]), None, today)
        if day is not None:
            yield Day(match.start(), match.end(), day)
    for match in matches(_SLASHED, low, ("/",)):
        if match.group() != "24/7":
            yield from _of_month(match, int(match[3]), low, today)


def _feasts(low: str, today: date) -> Iterator[Day]:
    for match in matches(_FEAST, low, FEAST_GATE):
        ends = _ends_night(low, match.start())
        if _NOT_THE_FEAST.search(low, max(0, match.start() - 12), match.start()) and not ends:
            continue
        day = _last_feast(match[1], match[4], today)
        if day is not None:
            part = PARTS.get((match[2] or match[3] or "").removesuffix("en"), "")
            night = ends or is_night(match[1])
            yield Day(match.start(), match.end(), day, "night" if night else part, night)


def _last_feast(name: str, year: str | None, today: date) -> date | None:
    """The feast of that year, else the last one; None where it is soon to come."""
    if year is not None:
        return feast(name, int(year))
    this = feast(name, today.year)
    if this <= today + timedelta(days=AHEAD):
        return this
    return None if this - today < timedelta(days=SOON_FEAST) else feast(name, today.year - 1)


def _days_alone(low: str, today: date) -> Iterator[Day]:
    """`i gårdagens`, and `den 12:e` without a month: the last day of that number."""
    for match in matches(_YESTERDAY, low, ("gardag",)):
        yield Day(match.start(), match.end(), today - timedelta(days=1), PARTS.get(match[1] or "", ""), near=True)
    for match in matches(_SHORT_DAY, low, _SHORT_DAYS):
        back = (today.weekday() - _SHORT_DAYS.index(match[2] or match[3])) % 7
        part: Part = "night" if match[2] else PARTS[match[4]]
        yield Day(match.start(), match.end(), today - timedelta(days=back), part, night=bool(match[2]))
    for match in matches(_DAY_ONLY, low, ("den ",)):
        last_month = today.replace(day=1) - timedelta(days=1)
        told = match[match.lastindex or 1]
        number = ORDINALS.get(told) or int(told)
        options = (_day(one.year, one.month, number) for one in (today, last_month))
        day = next((one for one in options if one is not None and one <= today), None)
        if day is not None:
            yield Day(match.start(), match.end(), day, night=_ends_night(low, match.start()))


def _of_month(match: re.Match[str], month: int, low: str, today: date) -> Iterator[Day]:
    """A day, or the first of a range of days, in groups 1 and 2 of the match; the year in group 4."""
    number = ORDINALS.get(match[2]) or int(match[2].rstrip(".:ea"))
    last = _without_year(month, number, match[4], today)
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
