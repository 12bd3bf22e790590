"""Swedish expressions of the hour: `kvart i nio`, `vid tvåtiden`, `22.30`, and the part of the day that places them.

Patterns read flat text, as those of `timewords` do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from classify.timewords import DIGIT, GOES_ON, NUMBER_WORD, NUMBERS, PARTS, Part, matches

_SPELLED_GATE = (
    *(word for word in NUMBERS if word not in ("ett", "et")),
    "ettiden",
    "vid ett",
    "klockan ett",
    "kl ett",
    "runt ett",
)
_HALVED_GATE = ("tiden", "snaret", "draget", "kvart", "halv", "fem i", "fem over", "tio i", "tio over", "tjugo")
# `vid tiotiden`, `vid tiosnåret`
_OR_SO = r"-?\s?(?:tiden|snaret|draget)"
_SPELLED = rf"(?:(?:(kvart|fem|tio|tjugo)\s+(i|over)\s+)?(halv\s+)?({NUMBER_WORD}))"
_APPROX = (
    r"(?:(?:vid|runt|omkring|kring|ca\.?|cirka|ungefar|strax|nagon gang|redan|sent|tidigt|innan|fore|efter|fran|snart|"
    r"var|ar|blev|da|nu|typ|nog|val|kanske|over)\s+)*"
)
_CLOCK_WORD = re.compile(
    rf"\b(?:(?:klockan|kl\.?)\s*{_APPROX}|(strax\s+)?(fore|efter|innan|vid|runt|omkring|kring|ca\.?|cirka|prick|"
    rf"exakt|pa slaget|vid pass)\s+)"
    rf"(?:klockan\s+|kl\.?\s+)?{_SPELLED}(?:{_OR_SO})?\b"
    r"(?!\s?-?(?:ars|aring|kronor|person|stycken|barn|bilar|meter|man\b|till\b|ungdom|killar|gang|ganger|dagar|veckor))"
)
# `mellan atta och nio`, with no counted thing after it (`mellan tva och tre bilar`).
_BETWEEN_WORDS = re.compile(
    rf"\b(?:mellan|fran)\s+(?:klockan\s+)?{_SPELLED}(?=\s+(?:och|till)\s+(?:klockan\s+)?(?:(?:kvart|fem|tio|tjugo)\s+(?:i|"
    rf"over)\s+)?(?:halv\s+)?"
    rf"(?:{NUMBER_WORD})(?:{_OR_SO})?(?:[.,;!?)]|$|\s(?:tidigt|sent|\w+dag\w*|{GOES_ON})))"
)
# `brasan tandes 20 i gar`
_BEFORE_DAY = re.compile(
    r"(?<=es\s|de\s|te\s)([01]\d|2[0-3])(?:[.:]?([0-5]\d))?(?=\si\s?(?:gar|morse|natt|kvall|eftermiddags|forrgar)\b)"
)
_TIME_WORD = re.compile(
    rf"\b{_SPELLED}{_OR_SO}\b|\b(kvart|fem|tio|tjugo)\s+(i|over)\s+(halv\s+)?({NUMBER_WORD}|\d{{1,2}})\b|"
    rf"\bhalv\s+({NUMBER_WORD}|\d{{1,2}})\b"
)
_CLOCK = re.compile(
    rf"\b(?:strax\s(?:fore|innan|efter)\s)?(?:klockan|kl)\.?\s?{_APPROX}(\d{{1,2}})(?:[.:]?(\d\d))?(?![\d.]\d|\s?%|\d)"
)
# A bare number is an hour after `vid`; after `ca` and the like only where no counted thing follows.
_ABOUT = re.compile(
    r"\b(?:(?:vid(?: pass)?|strax (?:fore|efter|innan))\s(\d{1,2})(?:[.:](\d\d))?"
    r"(?![\d/:]|\s?(?:%|m\b|meter|st\b|km\b))"
    r"|(?:runt|omkring|kring|ca\.?|cirka|mellan|redan|fran|parkerade|kom|slutade|borjade|stangde|ungefar|typ)\s(\d{1,2})"
    rf"(?:[.:](\d\d))?(?={_OR_SO}|[.,;!?)]|\s?[-–]\s?\d|$|\s{GOES_ON})|"
    rf"(\d{{1,2}}){_OR_SO}|(\d{{1,2}})(?=\spa\s(?:morgon|formiddag|eftermiddag|kvall|natt)))"
)
_DIGITAL = re.compile(
    r"(?<![\d.,:/-])([01]?\d|2[0-3])[.:]([0-5]\d)(?!\d|\.\d|\s?(?:%|(?:kr|kronor|m|meter|km|kg|mkr|tkr)\b))"
)
_LINE_TIME = re.compile(
    r"(?m)^[ \t]*(?:[*•–-]\s*)?(?:kl\.?\s*)?([01]\d|2[0-3])[.:]?([0-5]\d)\b(?!-\d|\.\d|\s?(?:kr|st)\b)"
)
# Times inside a line of notes: `2350 bilträff … 0130 tomt`.
_INLINE_TIME = re.compile(r"(?<=[.:;]\s)([01]\d|2[0-3])([0-5]\d)\b(?!\s?[-–]?\d|\s?(?:kr|st)\b)")
_SHORTLY_BEFORE = re.compile(r"(?:(?:klockan|kl\.?)\s*)?strax\s+(?:fore|innan)")
# `vid ett på kvällen` is after midnight.
LAST_SMALL_HOUR = 3
_BREAKS = {"tiorast": 10, "lunchrast": 11, "niorast": 9, "frukostrast": 9}
_BREAK = re.compile(r"\b(tiorast|lunchrast|niorast|frukostrast)(?:en)?\b")
_NOON = re.compile(r"\b(?:vid|runt|omkring|kring)\s+lunch(?:tid|tiden|en|dags)?\b|\bmitt pa (?:dagen|blanka dagen)\b")
_MIDNIGHT = re.compile(
    r"\b(?:vid|runt|omkring|kring|(?:strax|kort|en (?:kvart|stund|halvtimme)|(?:fem|tio|tjugo) minuter) efter)\s+"
    r"midnatt\b"
)
# `tio på förmiddagen`
_OF_PART = re.compile(rf"\b({NUMBER_WORD})\s+pa\s+(?:morgon|formiddag|eftermiddag|kvall|natt)(?=en\b|kvist|s)")
_OF_PART_GATE = tuple(
    part + ending for part in ("morgon", "formiddag", "eftermiddag", "kvall", "natt") for ending in ("en", "kvist", "s")
)
_LOOSE_PART = re.compile(
    r"\b(?:pa|under|sen|sent pa|tidigt pa|hela)?\s*(morgon|formiddag|eftermiddag|kvall|natt)(?:en|skvisten|stid)?\b"
)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour that the text names.

    Attributes:
        hour: 0–23; where `half` is true a twelve-hour value that needs a part of the day.
        minute: 0–59.
        written: in digits with minutes (`8.10`), as clocks of twenty-four hours show it.
    """

    start: int
    end: int
    hour: int
    minute: int
    half: bool
    listed: bool = False
    written: bool = False


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
    if not DIGIT.search(low):
        return
    for match in _LINE_TIME.finditer(low):
        yield Hour(match.start(), match.end(), int(match[1]), int(match[2]), half=False, listed=True)
    inline = list(_INLINE_TIME.finditer(low))
    for match in inline if len(inline) > 1 else ():
        yield Hour(match.start(), match.end(), int(match[1]), int(match[2]), half=False, listed=True)
    for pattern in (_CLOCK, _ABOUT, _BEFORE_DAY, _DIGITAL):
        for match in pattern.finditer(low):
            digits = [group for group in match.groups() if group]
            hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
            if hour < 24 and minute < 60:
                half = hour <= 12 and not digits[0].startswith("0") and (len(digits) == 1 or hour < 10)
                if not minute and _SHORTLY_BEFORE.match(match.group()):
                    hour, minute = (hour - 1) % 24, 59
                yield Hour(match.start(), match.end(), hour, minute, half, written=len(digits) > 1)


def _spelled_hours(low: str) -> Iterator[Hour]:
    for match in matches(_CLOCK_WORD, low, _SPELLED_GATE):
        _, _, minutes, side, halved, word = match.groups()
        early = _SHORTLY_BEFORE.match(match.group()) is not None
        yield _spelled(match, minutes, side, halved, word, early=early)
    for match in matches(_BETWEEN_WORDS, low, ("mellan", "fran")):
        yield _spelled(match, *match.groups(), early=False)
    for match in matches(_OF_PART, low, _OF_PART_GATE):
        yield replace(_spelled(match, None, None, None, match[1], early=False), end=match.end(1))
    for match in matches(_TIME_WORD, low, _HALVED_GATE):
        groups = match.groups()
        minutes, side, halved, word = (
            groups[:4] if groups[3] else groups[4:8] if groups[7] else (None, None, "halv", groups[8])
        )
        yield _spelled(match, minutes, side, halved, word, early=False)


def _spelled(
    match: re.Match[str], minutes: str | None, side: str | None, halved: str | None, word: str, *, early: bool
) -> Hour:
    total = (int(word) if word.isdigit() else NUMBERS[word]) * 60 - (30 if halved else 0)
    if minutes:
        total += {"kvart": 15, "fem": 5, "tio": 10, "tjugo": 20}[minutes] * (1 if side == "over" else -1)
    total = (total - (1 if early else 0)) % (24 * 60)
    return Hour(match.start(), match.end(), total // 60, total % 60, half=total // 60 <= 12 and word != "midnatt")


def _set_hours(low: str) -> Iterator[Hour]:
    for match in matches(_BREAK, low, ("rast",)):
        yield Hour(match.start(), match.end(), _BREAKS[match[1]], 0, half=False)
    for match in matches(_NOON, low, ("lunch", "mitt pa")):
        yield Hour(match.start(), match.end(), 12, 0, half=False)
    for match in matches(_MIDNIGHT, low, ("midnatt",)):
        yield Hour(match.start(), match.end(), 0, 0, half=False)


def part_near(low: str, start: int, end: int) -> Part:
    """The last part of the day named between two positions (`på kvällen`, `mitt i natten`), or an empty string."""
    part: Part = ""
    for match in _LOOSE_PART.finditer(low, start, end):
        part = PARTS[match[1]]
    return part


def on_the_clock(hour: Hour, part: Part, latest: int | None) -> int:
    """The hour of the day, 0–23: a twelve-hour value is placed by the part of the day, else before `latest`."""
    value = hour.hour % 24
    if not hour.half:
        return value
    value = value or 12  # `halv ett` is half past twelve, by night or by day
    if part == "night":
        return value if value < 9 else (value + 12) % 24
    if part == "evening" and (value <= LAST_SMALL_HOUR or value == 12):
        return value % 12
    if part in ("evening", "day"):
        return value + 12 if value < 12 and not (part == "day" and value >= 10) else value
    if part == "morning":
        return value
    return _without_part(value, latest, written=hour.written)


def _without_part(value: int, latest: int | None, *, written: bool) -> int:
    if value == 12:
        return 0 if latest is not None and latest < 12 else 12
    if latest is not None:
        return value + 12 if value + 12 <= latest else value
    return value if written else value + 12
