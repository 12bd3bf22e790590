"""The figures of each section are right, and nothing is said that they do not carry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from classify.assessment import Occurred, Place
from digest.ledger import problem_lines, silence, unusual
from digest.period import Period
from digest.picture import Material
from digest.sections import (
    SECTIONS,
    attention,
    brief,
    carried,
    changes,
    coming,
    compile_picture,
    howmade,
    longterm,
    where,
)
from problems.types import Event, Ledger, PlaceKey
from store.records import StoredReport

Tell = Callable[..., StoredReport]
Make = Callable[..., Material]


def weeks_ago(n: int) -> date:
    return date(2026, 11, 18) - timedelta(weeks=n)


def test_sections_come_in_the_agreed_order(material: Make) -> None:
    names = [section.name for section in compile_picture(material()).sections]
    assert names == ["brief", "attention", "changes", "longterm", "where", "coming", "howmade"]
    assert len(SECTIONS) == 7


def test_events_reports_and_voices_are_held_against_other_weeks(material: Make, tell: Tell) -> None:
    told = [
        tell(1, weeks_ago(0)),
        tell(2, weeks_ago(0), voice=1),
        tell(3, weeks_ago(0), voice=1),
        tell(4, weeks_ago(1)),
    ]
    told += [tell(10 + n, weeks_ago(n + 1)) for n in range(8)] + [tell(30, date(2025, 11, 19))]
    found = brief(material(told, groups=[(1, 2)])).compared
    assert (found.now.events, found.now.reports, found.now.voices) == (2, 3, 2)
    assert found.previous is not None
    assert found.previous.events == 2
    assert found.usual is not None
    assert found.usual.events == pytest.approx(9 / 8)
    assert found.usual.voices == 1
    assert found.year_before is not None
    assert found.year_before.events == 1


def test_a_short_register_says_nothing_of_the_time_before_it(material: Make, tell: Tell) -> None:
    made = material([tell(1, weeks_ago(0))], since=date(2026, 11, 10))
    found = brief(made).compared
    assert (found.previous, found.usual, found.year_before) == (None, None, None)
    assert not changes(made).comparable
    assert [(bar.week, bar.year_before) for bar in brief(made).trend] == [(46, None), (47, None)]


@pytest.mark.parametrize(
    ("now", "usual", "told"),
    [(2, 0.0, False), (4, 1.0, False), (5, 0.5, True), (12, 10.0, False), (22, 10.0, True), (0, 9.0, True)],
)
def test_only_what_the_numbers_carry_is_called_a_change(now: int, usual: float, told: bool) -> None:
    assert carried(now, usual, 8) is told


def test_a_category_and_a_locality_that_rise_are_told_with_their_figures(material: Make, tell: Tell) -> None:
    told = [tell(n, weeks_ago(0)) for n in range(8)] + [tell(20 + n, weeks_ago(n)) for n in range(1, 9)]
    found = changes(material(told)).changes
    assert {(c.direction, c.subject, c.name, c.now, c.previous, c.usual) for c in found} == {
        ("up", "category", "klotter", 8, 1, 1.0),
        ("up", "locality", "Kinna", 8, 1, 1.0),
    }


def test_acute_comes_before_high_own_areas_first_and_late_ones_are_marked(material: Make, tell: Tell) -> None:
    skene = Place("Skene", "Skene torg")
    told = [
        tell(1, urgency="hog"),
        tell(2, urgency="hog", place=skene),
        tell(3, urgency="akut"),
        tell(4, urgency="normal"),
    ]
    made = material(told, first_areas=("Skene",))
    assert [e.reference[-1] for e in attention(made).events] == ["3", "2", "1"]


def test_an_audience_sees_the_problems_of_its_own_localities_first(
    material: Make, ledger: Ledger, week: Period
) -> None:
    lines = problem_lines(ledger, week, ())
    assert [p.locality for p in longterm(material(problems=lines, first_areas=("Örby",))).awaiting] == ["Örby", "Skene"]
    assert compile_picture(material(first_areas=("Örby",))).first_areas == ("Örby",)


def test_the_table_adds_up_and_puts_the_fullest_localities_first(material: Make, tell: Tell) -> None:
    places = ["Kinna", "Kinna", "Skene", "Örby", "Fritsla", "Horred", None]
    told = [tell(n, place=Place(name)) for n, name in enumerate(places)]
    found = where(material(told))
    assert found.localities[0] == "Kinna"
    assert len(found.localities) == 4
    (row,) = found.rows
    assert (row.cells[0], sum(row.cells) + row.others, row.total) == (2, 7, 7)
    assert found.without_locality == 1
    assert (found.sums.cells[0], sum(found.sums.cells) + found.sums.others, found.sums.total) == (2, 7, 7)


def test_a_category_of_the_week_before_stands_in_the_table_though_nothing_was_told_of_it_now(
    material: Make, tell: Tell
) -> None:
    found = where(material([tell(1), tell(2, weeks_ago(1), category="brand"), tell(3, weeks_ago(1))]))
    assert [(row.category, row.total, row.previous) for row in found.rows] == [("klotter", 1, 1), ("brand", 0, 1)]
    assert (found.sums.total, found.sums.previous) == (1, 2)


def test_what_gets_worse_is_told_before_what_gets_better_and_the_surest_first(material: Make, tell: Tell) -> None:
    """Horred's sixteen from none are surer than Skene's 28 more; that Kinna falls by fifty comes last."""
    now = {"Kinna": 10, "Skene": 48, "Horred": 16}
    before = {"Kinna": 60, "Skene": 20, "Horred": 0}
    number = iter(range(1, 1000))
    told = [tell(next(number), place=Place(town)) for town, n in now.items() for _ in range(n)]
    told += [tell(next(number), date(2025, 11, 18), place=Place(town)) for town, n in before.items() for _ in range(n)]
    found = changes(material(told, Period("year", 2026))).changes
    assert [(c.name, c.direction) for c in found if c.subject == "locality"] == [
        ("Horred", "up"), ("Skene", "up"), ("Kinna", "down"),
    ]  # fmt: skip


def test_a_longer_period_puts_first_what_most_voices_told_of(material: Make, tell: Tell) -> None:
    told = [tell(1, voice=1, urgency="hog"), tell(2, voice=3, urgency="hog"), tell(3, voice=4, urgency="hog")]
    year = material([*told, tell(4, urgency="akut")], Period("year", 2026), groups=[(1, 2)])
    assert [e.reference[-1] for e in attention(year).events] == ["4", "1", "3"]


def test_hours_count_events_whose_time_is_known(material: Make, tell: Tell) -> None:
    told = [
        tell(1, occurred=Occurred("2026-11-20T22", "hour", 4, 22)),
        tell(2, occurred=Occurred("2026-11-20", "day", 4)),
    ]
    found = where(material(told))
    assert (found.hours[4][22], found.timed, found.events) == (1, 1, 2)


def test_voices_are_counted_once_however_much_they_write(material: Make, tell: Tell) -> None:
    told = [tell(n, voice=0) for n in range(10)] + [tell(11, voice=3)]
    rows = {row.kind: (row.reports, row.voices) for row in where(material(told)).sources}
    assert rows["bostadsbolag"] == (10, 1)
    assert rows["byalag"] == (1, 1)
    assert rows["vaktare"] == (0, 0)


def test_problems_of_the_ledger_stand_by_state_without_names(material: Make, ledger: Ledger, week: Period) -> None:
    lines = problem_lines(ledger, week, ())
    made = material(problems=lines, unusual=unusual(ledger), silence=silence(ledger))
    found = longterm(made)
    assert [p.reference for p in found.problems] == ["P-0012", "P-0015"]
    assert [p.reference for p in found.awaiting] == ["P-0021", "P-0023"]
    assert [p.reference for p in changes(made).returned] == ["P-0021"]
    assert [s.kind for s in changes(made).silence] == ["ort"]
    assert "hemlig" not in repr(made).casefold()


def test_a_problems_events_are_counted_in_the_period_in_which_the_picture_counts_them(
    material: Make, ledger: Ledger, tell: Tell, week: Period
) -> None:
    """It happened on the Sunday and was told on the Monday: then it is of the Monday's week, in every section."""
    made = material([tell(1), tell(2, weeks_ago(1))], groups=[(1, 3)])
    sunday = replace(ledger.problems[0], events=(1, 2))
    events = tuple(
        Event(n, f"LB-2026-{n:05}", (n,), (f"LB-2026-{n:05}",), ("a",), (), sunday.place, sunday.category,
              date(2026, 11, 15), None, None, "normal", "unknown") for n in (1, 2)
    )  # fmt: skip
    told = replace(ledger, events=events, problems=(sunday,))
    [line] = problem_lines(told, week, made.events)
    assert line.now == 1 == brief(replace(made, problems=(line,))).compared.now.events
    assert attention(replace(made, problems=(line,))).part_of == {"LB-2026-00001": "P-0012"}


def test_the_problem_with_the_most_events_of_the_period_is_named_first_in_short(
    material: Make, ledger: Ledger, week: Period
) -> None:
    lines = [replace(p, told=("x",) * n) for p, n in zip(problem_lines(ledger, week, ()), (1, 3, 0, 0), strict=True)]
    foremost = brief(material(problems=tuple(lines))).foremost
    assert foremost is not None
    assert foremost.reference == "P-0015"


@pytest.mark.parametrize(
    ("place", "before", "judged", "returned"),
    [
        (PlaceKey("Skene", "Skene torg"), 3, None, True),
        (PlaceKey("Skene", "Skene torg"), 1, None, False),
        (PlaceKey("Skene"), 9, None, False),
        (PlaceKey("Skene"), 1, True, True),
    ],
    ids=["a problem is back", "single events far apart", "no place", "judged long-term"],
)
def test_only_what_was_a_problem_can_return(
    ledger: Ledger, week: Period, place: PlaceKey, before: int, judged: bool | None, returned: bool
) -> None:
    was = replace(ledger.problems[2], place=place, judgement=ledger.problems[0].judgement if judged else None)
    back = replace(was, spells=(replace(was.spells[0], events=before), was.spells[1]))
    [line] = problem_lines(replace(ledger, problems=(back,)), week, ())
    assert (line.returned, line.pause) == (returned, 24)


def test_a_long_term_problem_that_is_over_is_told_once(material: Make, ledger: Ledger, week: Period) -> None:
    over = replace(ledger.problems[0], status="avslutat", closed=week.last)
    told = {
        period.code: changes(
            material(period=period, problems=problem_lines(replace(ledger, problems=(over,)), period, ()))
        )
        for period in (week.previous, week, week.next)
    }
    assert [len(found.ended) for found in told.values()] == [0, 1, 0]
    never = replace(over, judgement=None)
    assert not problem_lines(replace(ledger, problems=(never,)), week, ())[0].ended


def test_what_is_announced_and_not_yet_past_and_what_staff_note_is_told_as_coming(material: Make, tell: Tell) -> None:
    ahead, passed = Occurred("2026-11-28", "day", 5), Occurred("2026-11-21", "day", 5)
    told = [tell(1, upcoming=True, occurred=ahead), tell(2, upcoming=True, occurred=passed), tell(3, occurred=ahead)]
    found = coming(material([*told, tell(4, upcoming=True)], notes=("Marknad på lördag.",)))
    assert [e.reference[-1] for e in found.events] == ["1", "4"]
    assert found.notes == ("Marknad på lördag.",)


def test_a_silence_is_told_as_a_change_for_three_weeks_and_then_as_lasting(material: Make, ledger: Ledger) -> None:
    [horred] = silence(ledger)
    now = {known: material(silence=(replace(horred, known=known),)) for known in (1, 3, 4)}
    assert [len(changes(made).silence) for made in now.values()] == [1, 1, 0]
    assert [len(howmade(made).lasting_silence) for made in now.values()] == [0, 0, 1]
    quarter = replace(now[4], period=Period("quarter", 2026, 4))
    assert (len(changes(quarter).silence), len(howmade(quarter).lasting_silence)) == (1, 0)


def test_the_last_section_accounts_for_everything(material: Make, tell: Tell) -> None:
    told = [tell(1, police_report="yes"), tell(2, police_report="no", status="open"), tell(3, place=Place(None))]
    found = howmade(material(told))
    assert found.accounts.adds_up
    assert (found.reviewed, found.count.reports, found.without_locality, found.police) == (2, 3, 1, (1, 1, 1))
    assert "Kinna" not in found.silent
    assert "Öxabäck" in found.silent
    assert found.heard == ("Kinna",)
    assert found.unreadable == 1


@pytest.mark.parametrize("code", [("week", 47), ("quarter", 4), ("tertial", 3), ("year", 1)])
def test_a_longer_period_is_held_against_the_year_before(
    material: Make, year_of_reports: Callable[..., tuple[StoredReport, ...]], code: tuple[str, int]
) -> None:
    period = Period(code[0], 2026, code[1])  # type: ignore[arg-type]
    made = material(year_of_reports(800, date(2026, 12, 31), days=800), period)
    found = brief(made)
    assert found.compared.year_before is not None
    assert found.compared.year_before.events > 0
    assert (found.compared.usual is None) == (period.kind != "week")
    assert len(found.trend) == {"week": 13, "quarter": 12, "tertial": 16, "year": 51}[period.kind]
