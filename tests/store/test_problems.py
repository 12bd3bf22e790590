"""Sightings, links and people's decisions come back as they went in, and the latest word holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, Report
from store import problems, reports
from store.problem_records import EventDecision, EventLink, Judgement, Measure, Sighting
from store.records import StoreError
from store.session import Store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KEY = ("Kinna", "Resecentrum", "klotter")


def add(session: Session) -> int:
    assessment = Assessment("klotter", "normal", Place("Kinna"), Confidence(), (), (), "", "", "r1")
    return reports.add(session, Report("Klotter", "", NOW, Address("", "a@b.se"), "free"), assessment, None).id


def sighting(report_id: int, start: datetime = NOW, block: str = "kinna") -> Sighting:
    return Sighting(
        report_id, f"LB-{report_id}", 1, True, NOW, start, NOW, False, date(2026, 11, 23), "klotter",
        block=block, also=("brand",), words=("busskur", "klott"), latitude=57.5, hour=3,
    )  # fmt: skip


def test_a_sighting_comes_back_as_it_went_in_and_is_stale_when_its_report_has_changed(store: Store) -> None:
    with store.transaction() as session:
        number = add(session)
        assert problems.stale(session) == (number,)
        problems.put_sightings(session, [sighting(number)])
    with store.transaction() as session:
        assert problems.sightings(session) == problems.sightings(session, [number]) == (sighting(number),)
        assert problems.stale(session) == ()
        reports.set_status(session, number, "approved")
        session.flush()
        assert problems.stale(session) == (number,)


def test_sightings_are_found_by_block_and_time(store: Store) -> None:
    with store.transaction() as session:
        here, old, elsewhere = add(session), add(session), add(session)
        problems.put_sightings(
            session,
            [sighting(here), sighting(old, NOW - timedelta(days=30)), sighting(elsewhere, block="skene")],
        )
        day = timedelta(days=1)
        assert [s.report_id for s in problems.around(session, ["kinna"], NOW - day, NOW, day)] == [here]
        assert [s.report_id for s in problems.around(session, [], NOW - day, NOW, day)] == [here, elsewhere]
        assert problems.around(session, [], NOW + day, NOW + day, 3 * day) == ()


def test_links_and_events_are_replaced_and_decisions_outlive_them(store: Store) -> None:
    with store.transaction() as session:
        a, b = add(session), add(session)
        link = EventLink(b, a, "likely", 4.5, ("samma plats",))
        decision = EventDecision(b, a, same=False, by="Eva", at=NOW)
        problems.put_links(session, [link])
        problems.put_events(session, [a, b], {a: a, b: a})
        problems.decide(session, decision)
        assert problems.links(session, [a]) == problems.links(session) == (link,)
        assert problems.events(session, [b]) == {b: a}
        assert problems.fellows(session, [b]) == {a: a, b: a}
        problems.forget_links(session)
        assert (problems.links(session), problems.events(session)) == ((), {})
        assert problems.decisions(session) == problems.decisions(session, [a]) == (decision,)


def test_a_report_cannot_be_decided_against_itself(store: Store) -> None:
    with store.transaction() as session, pytest.raises(StoreError, match="another report"):
        problems.decide(session, EventDecision(1, 1, same=True, by="Eva", at=NOW))


def test_judgements_are_all_kept_in_order(store: Store) -> None:
    yes = Judgement(*KEY, long_term=True, by="Eva", at=NOW, note="belysningen")
    no = replace(yes, long_term=False)
    with store.transaction() as session:
        problems.judge(session, yes)
        problems.judge(session, no)
        assert problems.judgements(session) == (yes, no)


def test_a_changed_measure_keeps_its_number_and_what_it_was_before(store: Store) -> None:
    plan = Measure(*KEY, "Ny belysning", "Gatukontoret", date(2026, 12, 1), None, "planerad", "Eva", NOW)
    with store.transaction() as session:
        kept = problems.put_measure(session, plan)
        done = problems.put_measure(session, replace(kept, status="avslutad", to=date(2026, 12, 20)))
        assert (kept.id, problems.measures(session)) == (done.id, (done,))
        assert problems.measure_history(session, kept.id) == (kept, done)
        with pytest.raises(StoreError, match="no measure number 99"):
            problems.put_measure(session, replace(kept, id=99))


def test_a_problem_keeps_its_number(store: Store) -> None:
    other = ("Skene", "", "brand")
    with store.transaction() as session:
        first = problems.number_problems(session, [KEY])
        assert problems.number_problems(session, [other, KEY, other]) == {**first, other: first[KEY] + 1}
