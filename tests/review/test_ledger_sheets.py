"""Measures and judgements go out and come back, and two people's words are both kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lagesbild.review import export, import_file, sync
from problems.types import BraColumns, Hours, Judgement, Measure, PlaceKey, Problem, Trend
from review.decide import Hand
from review.ledger import read_judgement
from review.model import ReadRow
from store import problems

MEASURES, PROBLEMS = "Åtgärder", "Återkommande problem"
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
MEASURE = Measure("Kinna", "Resecentrum", "klotter", "Ny belysning", "Teknik", date(2026, 11, 1), None, "planerad",
                  "Eva", AT)  # fmt: skip
PROBLEM = Problem(
    number=7, place=PlaceKey("Kinna", "Resecentrum"), category="klotter", status="pågår", first_seen=date(2026, 9, 1),
    last_seen=date(2026, 11, 1), spells=(), events=(1, 2, 3), reports=4, voices=3, organisations=("Butiken",),
    weekly=(), weeks_active=3, trend=Trend("ökar", 3, 1, "ökar: 3 mot 1"), police=(1, 0, 2), urgencies=(),
    hours=Hours((0,) * 7, (0,) * 24, 3), durations=(), candidate=True, reasons=("händelser i 3 av 12 veckor",),
    candidate_since=None, judgement=None, measures=(), bra=BraColumns(),
)  # fmt: skip


@pytest.fixture
def ledger_desk(desk: Any) -> Any:
    """A desk whose ledger holds one problem, judged as the store says."""

    def found(session: Any) -> tuple[Problem, ...]:
        said = problems.judgements(session)
        return (replace(PROBLEM, judgement=said[-1] if said else None),)

    desk.tools = replace(desk.tools, means=replace(desk.tools.means, problems=found))
    return desk


def measures_of(desk: Any) -> tuple[Measure, ...]:
    with desk.store.transaction() as session:
        return problems.measures(session)


def test_a_new_measure_is_kept_once_and_can_be_changed_and_cleared(ledger_desk: Any) -> None:
    desk = ledger_desk
    export(desk.tools)
    desk.edit({(MEASURES, "B", "what"): "Klippa häckar", (MEASURES, "B", "locality"): "Skene",
               (MEASURES, "B", "to"): "2026-12-01"})  # fmt: skip
    copy = desk.path.with_name("kopia.xlsx")
    copy.write_bytes(desk.path.read_bytes())
    sync(desk.tools)
    import_file(desk.tools, copy)
    assert [(m.what, m.locality, m.to, m.by) for m in measures_of(desk)] == [
        ("Klippa häckar", "Skene", date(2026, 12, 1), "Eva")
    ]
    desk.edit({(MEASURES, "A1", "to"): None, (MEASURES, "A1", "status"): "Pågår"})
    sync(desk.tools)
    assert [(m.id, m.to, m.status) for m in measures_of(desk)] == [(1, None, "pågår")]


def test_a_measure_that_cannot_be_taken_waits_with_everything_typed(ledger_desk: Any) -> None:
    desk = ledger_desk
    with desk.store.transaction() as session:
        problems.put_measure(session, MEASURE)
    export(desk.tools)
    desk.edit({(MEASURES, "A1", "status"): "snart", (MEASURES, "A1", "who"): "Parkenheten"})
    summary = sync(desk.tools)
    assert summary.tally.refused == 1
    assert desk.cell(MEASURES, "A1", "who") == "Parkenheten"
    assert "Välj planerad" in str(desk.cell(MEASURES, "A1", "message"))
    desk.edit({(MEASURES, "A1", "status"): "pågår"})
    sync(desk.tools)
    assert [(m.who, m.status) for m in measures_of(desk)] == [("Parkenheten", "pågår")]
    assert desk.cell(MEASURES, "A1", "message") is None


def test_two_people_who_change_one_measure_are_both_told(ledger_desk: Any) -> None:
    desk = ledger_desk
    with desk.store.transaction() as session:
        problems.put_measure(session, MEASURE)
    export(desk.tools)
    copy = desk.path.with_name("kopia.xlsx")
    copy.write_bytes(desk.path.read_bytes())
    desk.edit({(MEASURES, "A1", "who"): "Polisen"})
    sync(desk.tools)
    desk.edit({(MEASURES, "A1", "who"): "Skolan"}, by="Bo", path=copy)
    summary = import_file(desk.tools, copy)
    sync(desk.tools)
    assert (summary.tally.conflicts, measures_of(desk)[0].who) == (1, "Skolan")
    message = str(desk.cell(MEASURES, "A1", "message"))
    assert "”Skolan” (Bo)" in message
    assert "”Polisen” (Eva)" in message


def test_a_lost_column_clears_no_measure(ledger_desk: Any) -> None:
    import openpyxl

    desk = ledger_desk
    with desk.store.transaction() as session:
        problems.put_measure(session, MEASURE)
    export(desk.tools)
    workbook = openpyxl.load_workbook(desk.path)
    sheet: Any = workbook[MEASURES]
    sheet.delete_cols([c.value for c in sheet[1]].index("who") + 1)
    workbook.save(desk.path)
    summary = sync(desk.tools)
    assert "Kolumnen ”Ansvarig” saknas" in summary.missing[0]
    assert measures_of(desk)[0].who == "Teknik"


def test_a_judgement_is_kept_and_shown_with_who_and_when(ledger_desk: Any) -> None:
    desk = ledger_desk
    export(desk.tools)
    desk.edit({(PROBLEMS, "P7", "long_term"): "Ja", (PROBLEMS, "P7", "note"): "flera butiker"})
    sync(desk.tools)
    with desk.store.transaction() as session:
        found = problems.judgements(session)
    assert [(j.locality, j.place, j.long_term, j.note, j.by) for j in found] == [
        ("Kinna", "Resecentrum", True, "flera butiker", "Eva")
    ]
    assert str(desk.cell(PROBLEMS, "P7", "judged")).startswith("Ja, Eva 20")
    sync(desk.tools)
    with desk.store.transaction() as session:
        assert len(problems.judgements(session)) == 1


def test_an_older_judgement_does_not_win_over_a_newer_one() -> None:
    newer = Judgement("Kinna", "Resecentrum", "klotter", long_term=False, by="Bo", at=AT + timedelta(days=1))
    row = ReadRow("problems", 3, "P7", "", {"long_term": "Ja"})
    written = read_judgement(row, replace(PROBLEM, judgement=newer), Hand("Eva", AT))
    assert written.judgement is None
    assert written.conflict
    assert "Nej, Bo" in written.sentence
    assert "Ja, Eva" in written.sentence


def test_a_note_without_a_judgement_stays_in_its_cell_until_it_can_be_kept(ledger_desk: Any) -> None:
    desk = ledger_desk
    export(desk.tools)
    desk.edit({(PROBLEMS, "P7", "note"): "tredje året"})
    sync(desk.tools)
    assert "Välj Ja eller Nej" in str(desk.cell(PROBLEMS, "P7", "message"))
    assert desk.cell(PROBLEMS, "P7", "note") == "tredje året"
    desk.edit({(PROBLEMS, "P7", "long_term"): "Ja"})
    sync(desk.tools)
    assert "tredje året" in str(desk.cell(PROBLEMS, "P7", "judged"))
    assert [desk.cell(PROBLEMS, "P7", name) for name in ("note", "message")] == [None, None]
