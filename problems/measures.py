"""What happened before and after a measure: rates with exact intervals, and plain words on how little they may show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from problems.phrases import decimal, events, weeks
from problems.statistics import poisson_interval, rates_differ
from problems.types import Interval, Measure, MeasureEffect, Verdict

# Half a year on either side: longer pasts are of other seasons and other causes.
MAX_WEEKS = 26
# With less than this nothing can be said: a month may be quiet by chance.
MIN_WEEKS, MIN_EVENTS = 4, 6
SIGNIFICANT = 0.05
# 52 whole weeks: the same weekdays and nearly the same dates a year earlier.
YEAR = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole weeks, so that every weekday weighs the same."""

    first: date
    weeks: int

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.first + timedelta(weeks=self.weeks)

    def count(self, days: Sequence[date]) -> int:
        """How many of the days lie in it."""
        return sum(self.first <= d < self.end for d in days)

    def interval(self, days: Sequence[date]) -> Interval | None:
        """Events per week with the exact 95 % interval; None for a window without weeks."""
        if not self.weeks:
            return None
        low, high = poisson_interval(self.count(days))
        return Interval(self.count(days) / self.weeks, low / self.weeks, high / self.weeks)


def effect(measure: Measure, days: Sequence[date], since: date, as_of: date) -> MeasureEffect:
    """Compares the problem's events (their local `days`) after the measure began with those before.

    `since` is the day on which the problem began: the quiet weeks before it are no "before", they would hide what a
    measure does and make any problem younger than half a year look as if it grew.
    """
    if measure.from_ is None or measure.from_ > as_of or measure.status == "inställd":
        return _nothing(measure, _not_begun(measure))
    after = Window(measure.from_, _whole_weeks(measure.from_, as_of + timedelta(days=1)))
    before, season = _before(measure.from_, after, since)
    counts = before.count(days), after.count(days)
    verdict = _verdict(before, after, counts)
    return MeasureEffect(
        measure=measure,
        before=before.interval(days),
        after=after.interval(days),
        events_before=counts[0],
        events_after=counts[1],
        weeks_before=before.weeks,
        weeks_after=after.weeks,
        verdict=verdict,
        text=_told(verdict, before, after, days, season=season),
        same_season=season,
    )


def _nothing(measure: Measure, text: str) -> MeasureEffect:
    return MeasureEffect(measure, None, None, 0, 0, 0, 0, "för tunt underlag", text)


def _not_begun(measure: Measure) -> str:
    if measure.status == "inställd":
        return "Åtgärden blev inställd."
    return "Åtgärden har inte börjat." if measure.from_ else "Åtgärden har inget startdatum och kan inte följas upp."


def _whole_weeks(first: date, end: date) -> int:
    return max(0, min(MAX_WEEKS, (end - first).days // 7))


def _before(start: date, after: Window, since: date) -> tuple[Window, bool]:
    """The same weeks a year earlier where the problem was alive then; else the weeks next before the measure."""
    a_year_ago = Window(start - YEAR, after.weeks)
    if after.weeks >= MIN_WEEKS and a_year_ago.first >= since:
        return a_year_ago, True
    length = _whole_weeks(since, start)
    return Window(start - timedelta(weeks=length), length), False


def _verdict(before: Window, after: Window, counts: tuple[int, int]) -> Verdict:
    if min(before.weeks, after.weeks) < MIN_WEEKS or sum(counts) < MIN_EVENTS:
        return "för tunt underlag"
    if rates_differ(*counts, before.weeks, after.weeks) > SIGNIFICANT:
        return "ingen säker skillnad"
    return "minskat" if counts[1] / after.weeks < counts[0] / before.weeks else "ökat"


ENDINGS: dict[Verdict, str] = {
    "minskat": "Minskningen är större än slumpen brukar ge; annat än åtgärden kan ha bidragit.",
    "ökat": "Ökningen är större än slumpen brukar ge.",
    "ingen säker skillnad": "Skillnaden kan vara slump.",
    "för tunt underlag": "Underlaget är för tunt för att säga om åtgärden har haft någon effekt.",
}


def _told(verdict: Verdict, before: Window, after: Window, days: Sequence[date], *, season: bool) -> str:
    if verdict == "för tunt underlag":
        seen = f"Före: {events(before.count(days))} på {weeks(before.weeks)}, efter: {events(after.count(days))}"
        return f"{seen} på {weeks(after.weeks)}. {ENDINGS[verdict]}"
    earlier = "Samma veckor ett år tidigare" if season else "Före"
    return f"{earlier}: {_rate(before, days)}. Efter: {_rate(after, days)}. {ENDINGS[verdict]}"


def _rate(window: Window, days: Sequence[date]) -> str:
    seen = window.interval(days)
    if seen is None:
        return "inga veckor"
    span = f"{decimal(seen.low)}–{decimal(seen.high)}"
    return f"{decimal(seen.rate)} händelser i veckan på {weeks(window.weeks)} (felmarginal {span})"
