"""The ledger in the store: linked as reports come, the same when made anew, obeying people."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.municipality import ZONE, Simulator
from lagesbild import ledger
from lagesbild.ledger import Frame
from problems.types import EventDecision, Judgement, ProblemError
from store import problems, reports
from store.records import Correction, StoredReport
from store.session import Store, open_store

NOW = datetime(2023, 7, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/s.db")


@pytest.fixture(scope="module")
def told() -> tuple[StoredReport, ...]:
    return Simulator(3, years=0.5, reports=160, problems=6).run().reports


def keep(store: Store, told: Iterable[StoredReport]) -> None:
    with store.transaction() as session:
        for one in told:
            reports.add(session, one.report, one.assessment, None)


def events(store: Store) -> dict[int, int]:
    with store.transaction() as session:
        return problems.events(session)


def state(store: Store) -> tuple[object, ...]:
    with store.transaction() as session:
        links = problems.links(session)
        return problems.events(session), links, ledger.read(session, Frame(ZONE), NOW)


def test_reports_linked_as_they_come_are_linked_the_same_from_scratch(
    store: Store, told: tuple[StoredReport, ...]
) -> None:
    for start in range(0, len(told), 40):
        keep(store, told[start : start + 40])
        ledger.update(store, ZONE)
    as_they_came = state(store)
    assert ledger.rebuild(store, ZONE) == len(told)
    assert state(store) == as_they_came
    assert len(set(events(store).values())) < len(told)
    assert ledger.update(store, ZONE) == 0


def test_corrections_and_decisions_in_any_order_end_where_from_scratch_begins(
    store: Store, told: tuple[StoredReport, ...]
) -> None:
    keep(store, told)
    ledger.update(store, ZONE)
    chance = random.Random(8)  # noqa: S311 - chooses what people do, guards nothing
    for _ in range(25):
        one, other = chance.sample(range(1, len(told) + 1), 2)
        with store.transaction() as session:
            near = [k.other_id for k in problems.links(session, [one]) if k.report_id == one]
            match chance.randrange(4):
                case 0:
                    reports.correct(session, Correction(one, "category", "", "brand", "Eva", NOW))
                case 1:
                    reports.set_status(session, one, "dismissed")
                case 2:
                    decision = EventDecision(one, other, same=True, by="Eva", at=NOW)
                    problems.decide(session, decision)
                case _:
                    apart = EventDecision(one, near[0] if near else other, same=False, by="Eva", at=NOW)
                    problems.decide(session, apart)
        ledger.update(store, ZONE)
    changed = events(store)
    ledger.rebuild(store, ZONE)
    assert events(store) == changed


def test_people_join_and_part_reports_for_good(store: Store, told: tuple[StoredReport, ...]) -> None:
    keep(store, told)
    ledger.update(store, ZONE)
    joined = EventDecision(5, 90, same=True, by="Eva", at=NOW)
    ledger.decide(store, joined)
    assert events(store)[90] == events(store)[5]
    ledger.rebuild(store, ZONE)
    assert events(store)[90] == events(store)[5]
    assert ledger.split(store, 90, "Olle", NOW) >= 1
    assert events(store)[90] == 90
    ledger.rebuild(store, ZONE)
    assert events(store)[90] == 90


def test_a_dismissed_report_leaves_the_ledger_and_returns_with_it(store: Store, told: tuple[StoredReport, ...]) -> None:
    keep(store, told[:40])
    ledger.update(store, ZONE)
    before = events(store)
    with store.transaction() as session:
        reports.set_status(session, 7, "dismissed")
    ledger.update(store, ZONE)
    assert 7 not in events(store)
    with store.transaction() as session:
        reports.set_status(session, 7, "open")
    ledger.update(store, ZONE)
    assert events(store) == before


def test_a_problem_keeps_its_number_and_its_judgement_when_the_ledger_is_made_anew(
    store: Store, told: tuple[StoredReport, ...]
) -> None:
    keep(store, told)
    ledger.update(store, ZONE)
    with store.transaction() as session:
        first = ledger.read(session, Frame(ZONE), NOW).problems[-1]
        place = first.place
        problems.judge(session, Judgement(place.locality, place.name, first.category, True, "Eva", NOW, "se över"))
    ledger.rebuild(store, ZONE)
    with store.transaction() as session:
        again = ledger.read(session, Frame(ZONE), NOW)
        number = ledger.found(again, first.reference)
        [same] = [p for p in again.problems if p.number == number]
    assert (same.place, same.category, same.long_term) == (place, first.category, True)
    assert again.problems[0].number == number


@pytest.mark.parametrize("reference", ["P-9999", "x", ""])
def test_an_unknown_problem_is_told_with_its_remedy(store: Store, reference: str) -> None:
    with store.transaction() as session:
        book = ledger.read(session, Frame(ZONE), NOW)
    with pytest.raises(ProblemError, match="problems list"):
        ledger.found(book, reference)


def test_two_likely_reports_are_proposed_until_somebody_decides(store: Store, told: tuple[StoredReport, ...]) -> None:
    keep(store, told)
    ledger.update(store, ZONE)
    with store.transaction() as session:
        [first, *_] = ledger.read(session, Frame(ZONE), NOW).proposals
    assert first.explanation
    with store.transaction() as session:
        problems.decide(session, EventDecision(first.other_id, first.report_id, same=False, by="Eva", at=NOW))
        left = ledger.read(session, Frame(ZONE), NOW).proposals
    assert (first.report_id, first.other_id) not in {(p.report_id, p.other_id) for p in left}


def test_an_erased_report_takes_its_traces_with_it(store: Store, told: tuple[StoredReport, ...]) -> None:
    keep(store, told)
    ledger.update(store, ZONE)
    with store.transaction() as session:
        problems.remove_sightings(session, [1])
        problems.put_sightings(session, [replace(problems.sightings(session, [2])[0], revision=0)])
    assert ledger.update(store, ZONE) == 2
