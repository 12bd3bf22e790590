"""When it happened: days and hours that the text names, weighed by what their clauses tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from classify import timeclauses as clauses
from classify.assessment import Evidence, Occurred
from classify.document import Findings, findings, locate
from classify.hourwords import Hour, find_hours, on_the_clock, part_near
from classify.lists import TIMED_LINES, is_dull
from classify.timeclauses import clause_at
from classify.timewords import NUMBERS, Day, Part, find_days, flat, flat_of
from ingest.message import Report

if TYPE_CHECKING:
    from spacy.tokens import Doc

# A span of this many hours or more says only on which day (`någon gång mellan 07.10 och 17.45`).
LONG_SPAN = 6
LOWEST_DAY = 0.5
# A photo older than this when it is sent shows how it was before, or something else.
FRESH_PHOTO = timedelta(days=7)
# More days or hours than people write in one report are noise, and each is weighed against the others.
MAX_TIMES = 60
LUNCH = 12
# `ett par timmar`, `några minuter`
SOME = 2
# An evening goes on to this hour.
SMALL_HOURS = 4
MORNING = range(4, 13)
EVENING = range(18, 24)
_SUBJECT_LOSS = 0.4
LONGEST_SPAN = 30  # characters between the two days of a span
# A day told so many sentences away from an hour is another matter.
NEAR_SENTENCES = 3.5
# `Klockan var nog …` is said of what came before, however far.
STATED_SENTENCES = 9.5


@dataclass(frozen=True, slots=True)
class Dated:
    """One reading of when it happened: day, hour where known, and how much speaks for it."""

    day: Day
    score: float
    hour: Hour | None = None
    clock: int | None = None


def find_occurred(text: str, date: datetime, body_start: int = 0) -> Dated | None:
    """When it happened, resolved against `date` (the report's own, local); None where the text does not say."""
    return occurred_in(flat(text), date, body_start)


def occurred_in(low: str, date: datetime, body_start: int = 0) -> Dated | None:
    """As `find_occurred`, for a flat text."""
    days = [day for day in find_days(low, date.date())[:MAX_TIMES] if not _to_come(day, date)]
    hours = [one for one in find_hours(low) if not any(day.start < one.end and one.start < day.end for day in days)][
        :MAX_TIMES
    ]
    if _is_list(low, hours) and (listed := _from_list(low, days, hours, date)):
        return listed
    scored = [Dated(day, _day_score(low, day, body_start)) for day in days]
    good = [one for one in scored if one.score >= LOWEST_DAY]
    if _side_by_side(low, good) or _spans_days(low, days):
        return None
    if not good:
        first = days[0].start if days else len(low)
        before = [one for one in hours if one.end < first and clauses.SENTENCE_END.search(low, one.end, first)]
        return _from_ago(low, date) or _from_now(low, date) or _hour_today(low, before if days else hours, date)
    chosen = _choose(low, good)
    return _with_hour(low, chosen, scored, hours, date)


def _to_come(day: Day, date: datetime) -> bool:
    """`i kväll`, written in the morning."""
    return day.near and day.day == date.date() and day.part == "evening" and SMALL_HOURS < date.hour < LUNCH


def _choose(low: str, good: list[Dated]) -> Dated:
    """The first day told; in a series that goes on, the latest of those told as surely."""
    best = max(good, key=lambda one: (one.score, -one.day.start))
    if clauses.SERIES.search(low):
        return max((one for one in good if one.score >= best.score - 1.0), key=lambda one: one.day.day)
    return best


def _side_by_side(low: str, good: list[Dated]) -> bool:
    """`i fredags och lördags`: two days told as one name none."""
    days = [one.day for one in good]
    return (
        any(
            first.day != second.day
            and re.fullmatch(r"\s(?:och|till|samt|eller|-|–)\s(?:i\s)?", low[first.end : second.start])
            for first, second in pairwise(days)
            if second.start - first.end < 12
        )
        and len({day.day for day in days}) == len(days) == 2
    )


def _spans_days(low: str, days: list[Day]) -> bool:
    """`någon gång mellan söndagen och gårdagen`, `fanns i går kväll, i morse var den borta`: no day is named."""
    return any(
        _is_span(low, first, second) or _was_gone(low, first, second)
        for first, second in pairwise(days)
        if first.day != second.day and not first.night and second.start - first.end < LONGEST_SPAN
    )


def _is_span(low: str, first: Day, second: Day) -> bool:
    ahead, between = low[max(0, first.start - 24) : first.start], low[first.end : second.start]
    return bool(
        (clauses.BETWEEN.search(ahead) and " och " in between)
        or (
            clauses.FROM.search(ahead)
            and re.search(r"\s(?:till|fram till|och)\s", between)
            and not re.search(r"[.!?]", between)
        )
    )


def _was_gone(low: str, first: Day, second: Day) -> bool:
    """Something stood there on one day and did not on the next."""
    start, _ = clause_at(low, first.start)
    return (
        clauses.STOOD.search(low, start, second.start) is not None
        and clauses.GONE.search(low, second.start, min(len(low), second.end + 50)) is not None
    )


def _day_score(low: str, day: Day, body_start: int) -> float:
    start, end = clause_at(low, day.start)
    clause = low[start:end]
    ahead = low[max(0, day.start - 30) : day.start]
    losses = (
        (3.0, bool(clauses.UNTIL.search(ahead)) and not day.night and not (day.near and ahead.endswith("senast "))),
        (2.5, bool(clauses.BECAUSE.search(ahead) or (clauses.ORDINAL.search(ahead) and not day.near))),
        (0.3, bool(clauses.SINCE.search(ahead))),
        (1.6, day.until is not None and not day.night),
        (1.7, bool(clauses.POLICE.search(clause) or clauses.TOLD.search(clause) or clauses.ASKED.search(clause))),
        (2.5, bool(clauses.CONTRAST.search(clause) or clauses.EARLIER.search(low, max(0, start - 100), day.start))),
        (1.2, bool(clauses.AFTERWARDS.search(clause))),
        (1.7 if day.near else 1.2, bool(clauses.PLANNED.search(clause))),
        (0.7, " ar " in clause and low[day.start : day.end] in ("i dag", "idag")),
        (0.4, bool(clauses.HABIT.search(clause))),
        (_SUBJECT_LOSS, day.start < body_start),
    )
    return 2.0 - 0.0005 * day.start - sum(loss for loss, holds in losses if holds)


# Hours


def _with_hour(low: str, chosen: Dated, scored: list[Dated], hours: list[Hour], date: datetime) -> Dated:
    others = [one.day for one in scored if one.day.day != chosen.day.day]
    same = [one.day for one in scored if one.day.day == chosen.day.day]
    for hour in sorted(hours, key=lambda hour: min(_distance(low, day, hour) for day in same)):
        nearest = min(same, key=lambda day: _distance(low, day, hour))
        far = _distance(low, nearest, hour)
        stated = (
            clauses.STATED.search(low[max(0, hour.start - 30) : hour.start]) or " var " in low[hour.start : hour.end]
        )
        reach = STATED_SENTENCES if stated else NEAR_SENTENCES
        if far > reach or any(_distance(low, other, hour) < far for other in others):
            continue
        part = nearest.part or chosen.day.part
        dated = _on_day(low, replace(chosen, day=replace(chosen.day, part=part)), hour, date)
        if _is_event_hour(low, hours, hour, dated.clock or 0):
            return dated
    return chosen


def _distance(low: str, day: Day, hour: Hour) -> float:
    """Sentences between a day and an hour, and a little for the characters, so that the same clause is nearest."""
    first, last = min(day.end, hour.start), max(hour.start, day.start)
    return len(clauses.SENTENCE_END.findall(low, first, last + 1)) + (last - first) / 1000


def _is_event_hour(low: str, hours: list[Hour], hour: Hour, clock: int) -> bool:
    """Whether an hour tells when it happened, and not when it ended, was found, or when a shop closes."""
    start, end = clause_at(low, hour.start)
    clause = low[start:end]
    before = low[max(0, hour.start - 24) : hour.start]
    if (
        clauses.UNTIL_HOUR.search(before)
        or clauses.AFTER_ENDING.match(clause)
        or clauses.PLAN_HOUR.search(before)
        or clauses.MYSELF.search(low, start, hour.end)
        or clauses.ENDED.search(before)
        or clauses.AFTER_HOUR.search(low[hour.start : hour.end])
        or _in_span(low, hours, hour)
    ):
        return False
    told = [clauses.SHUT, clauses.USED, clauses.CONTRAST, clauses.POLICE, clauses.HABIT, clauses.COMING]
    if any(pattern.search(clause) for pattern in (told if clock < SMALL_HOURS else [*told, clauses.CAME_BACK])):
        return False
    early = clock in MORNING or (hour.half and hour.hour in MORNING and clock not in EVENING)
    return not (early and clauses.FOUND.search(clause))


def _in_span(low: str, hours: list[Hour], hour: Hour) -> bool:
    """Whether this hour ends a span, or begins one too long to name an hour."""
    if any(clauses.SPAN_LINK.fullmatch(low, other.end, hour.start) for other in hours if other.end < hour.start):
        return True
    match = clauses.SPAN_END.match(low, hour.end)
    return match is not None and int(match[1]) < 25 and (int(match[1]) - hour.hour) % 24 >= LONG_SPAN


def _on_day(low: str, chosen: Dated, hour: Hour, date: datetime) -> Dated:
    day = chosen.day
    first, last = sorted((day.start, hour.start))
    part = _hour_part(low, hour, day) or part_near(low, max(0, first - 60), min(len(low), last + 60))
    latest = date.hour if day.day == date.date() else None
    clock = on_the_clock(hour, part, latest)
    if day.near and day.day == date.date() and date.hour <= SMALL_HOURS < EVENING.start <= clock:
        day = replace(day, day=day.day - timedelta(days=1))  # `i kväll 23.30`, written after midnight
    if day.part == "morning" and clock >= EVENING.start and day.day == date.date():
        day = replace(day, day=day.day - timedelta(days=1))  # `från nio på kvällen till fyra i morse`
    if (day.night or part == "night") and clock >= 18 and (day.night or day.day == date.date()):
        day = replace(day, day=day.day - timedelta(days=1)) if day.day >= date.date() or day.night else day
    if day.until is not None and day.night and clock < 12:
        day = replace(day, day=day.until)
    if clock < SMALL_HOURS and not day.night and _of_evening(low, day) and day.day < date.date():
        day = replace(day, day=day.day + timedelta(days=1))
    return replace(chosen, day=day, hour=hour, clock=clock)


def _of_evening(low: str, day: Day) -> bool:
    """Whether hours after midnight belong to the day's evening: `i lördags kväll`, `efter festen i torsdags`."""
    return day.part == "evening" or clauses.AFTER_FEAST.search(low, max(0, day.start - 40), day.start) is not None


def _hour_part(low: str, hour: Hour, day: Day) -> Part:
    start, end = clause_at(low, hour.start)
    near = part_near(low, hour.end, min(end + 12, hour.end + 24)) or part_near(low, start, hour.start)
    return near or day.part


def _hour_today(low: str, hours: list[Hour], date: datetime) -> Dated | None:
    """An hour without a day: the report's own day, unless the text tells of a habit."""
    if clauses.HABIT.search(low):
        return None
    for hour in hours:
        start, end = clause_at(low, hour.start)
        if clauses.UNTIL_HOUR.search(low, max(0, hour.start - 24), hour.start) or _shut_or_coming(low, start, end):
            continue
        dated = Dated(Day(hour.start, hour.end, date.date(), part_near(low, start, end)), 1.0)
        at_hour = _on_day(low, dated, hour, date)
        return at_hour if _is_event_hour(low, hours, hour, at_hour.clock or 0) else dated
    return None


def _shut_or_coming(low: str, start: int, end: int) -> bool:
    return clauses.SHUT.search(low, start, end) is not None or clauses.COMING.search(low, start, end) is not None


def _from_ago(low: str, date: datetime) -> Dated | None:
    """`for en timme sedan`, `for tjugo minuter sedan`, `nyss`: counted back from the report's own hour."""
    match = clauses.AGO.search(low)
    if match is None:
        return None
    back = timedelta(0)
    if match[2]:
        number = int(match[1]) if match[1].isdigit() else NUMBERS.get(match[1], 1 if match[1] == "en" else SOME)
        back = timedelta(hours=number) if match[2].startswith("tim") else timedelta(minutes=number)
    elif match[3]:
        back = timedelta(minutes=30 if match[3].startswith("halv") else 15)
    return at_the_moment(date - back, match.start(), match.end())


def _from_now(low: str, date: datetime) -> Dated | None:
    match = clauses.NOW.search(low)
    if match is None or clauses.HABIT.search(low) or clauses.NOT_NOW.search(low):
        return None
    return at_the_moment(date, match.start(), match.end())


def at_the_moment(date: datetime, start: int = 0, end: int = 0) -> Dated:
    """The report's own date and hour, for what goes on as it is written."""
    hour = Hour(start, end, date.hour, date.minute, half=False)
    return Dated(Day(start, end, date.date()), 1.5, hour, date.hour)


# A guard's list of times


def _is_list(low: str, hours: list[Hour]) -> bool:
    entries = sum(hour.listed for hour in hours)
    return entries >= TIMED_LINES or (entries > 0 and clauses.NIGHT_REPORT.search(low) is not None)


def _from_list(low: str, days: list[Day], hours: list[Hour], date: datetime) -> Dated | None:
    """The first entry that tells of something; before noon belongs to the night's second day."""
    listed = [one for one in hours if one.listed]
    for hour, after in zip_longest(listed, listed[1:]):
        line_end = low.find("\n", hour.end)
        ends = (line_end if line_end >= 0 else len(low), after.start if after else len(low))
        if is_dull(low[hour.end : min(ends)]):
            continue
        day = _listed_day(days, hour, date)
        return Dated(day, 2.0, hour, hour.hour)
    return None


def _listed_day(days: list[Day], hour: Hour, date: datetime) -> Day:
    before = [day for day in days if day.start < hour.start]
    distinct = sorted({day.day for day in before} | {day.until for day in before if day.until})
    if len(distinct) >= 2:
        first, last = distinct[0], distinct[-1]
    else:
        last = distinct[0] if distinct else date.date()
        first = last if distinct and not before[0].night else last - timedelta(days=1)
        last = first + timedelta(days=1)
    return Day(hour.start, hour.end, first if hour.hour >= 12 else last, night=True)


# The component


def form_occurred(value: str, date: datetime) -> Dated | None:
    """A form's own field: ISO as the e-service writes it, or Swedish prose."""
    return find_occurred(value, date) if value.strip() else None


def from_photo(report: Report) -> Dated | None:
    """When the attached photo was taken, for a text that names no time; an old photo says nothing of the event."""
    taken = report.photo_time
    if taken is None or not timedelta(0) <= report.date - taken.astimezone(report.date.tzinfo) <= FRESH_PHOTO:
        return None
    local = taken.astimezone(report.date.tzinfo)
    return Dated(Day(0, 0, local.date()), 0.5, Hour(0, 0, local.hour, local.minute, half=False), local.hour)


def to_occurred(dated: Dated) -> Occurred:
    """The finding as it leaves the room."""
    day, clock = dated.day, dated.clock
    value = day.day.isoformat() if clock is None else f"{day.day.isoformat()}T{clock:02d}"
    precision = "hour" if clock is not None else "part_of_day" if day.part else "day"
    return Occurred(value, precision, day.day.weekday(), clock)  # type: ignore[arg-type] # mypy widens the literal


def occurred_component(doc: "Doc") -> "Doc":
    """Sets `occurred` and its confidence."""
    found, report = findings(doc), findings(doc).report
    date = report.date
    form = form_occurred(report.field("occurred"), date)
    dated = form or occurred_in(flat_of(doc), date, found.body_start)
    if dated is not None:
        found.occurred = to_occurred(dated)
        found.evidence.extend(_evidence(found, dated, report.field("occurred") if form else ""))
    elif (taken := from_photo(report)) is not None:
        found.occurred = dated_by_photo = to_occurred(taken)
        found.evidence.append(Evidence(f"occurred:{dated_by_photo.value}", "photo", 0.5, field="photo"))
    found.confidence["occurred"] = 0.97 if form else 0.85 if dated and dated.score >= 1.5 else 0.6 if dated else 0.8
    return doc


def _evidence(found: Findings, dated: Dated, form: str) -> Iterator[Evidence]:
    finding = f"occurred:{to_occurred(dated).value}"
    if form:
        yield Evidence(finding, "form:occurred", 5.0, text=form, field="form")
        return
    for rule, one in (("day", dated.day), ("hour", dated.hour)):
        if one is not None and one.end > one.start:
            where, start, end = locate(found, one.start, one.end)
            yield Evidence(finding, rule, round(dated.score, 2), start, end, found.text[one.start : one.end], where)


def occurred_now_component(doc: "Doc") -> "Doc":
    """After urgency: what is judged to go on now, and names no time, happens at the report's own hour."""
    found = findings(doc)
    if found.occurred is None and found.urgency == "akut":
        found.occurred = now = to_occurred(at_the_moment(found.report.date))
        found.evidence.append(Evidence(f"occurred:{now.value}", "now", 1.0, note="pågår när det skrivs"))
    return doc
