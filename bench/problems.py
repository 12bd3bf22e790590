"""How well events and problems are told apart, measured: `python -m bench.problems [SEED…]`."""

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bench import alarms
from bench.municipality import ZONE, Municipality, Simulator, TrueEvent, pair_scores
from lagesbild.ledger import link_new
from problems.candidates import grounds, split
from problems.ledger import Book, build, collect
from problems.linking import Linking, link_all
from problems.sightings import sighting
from problems.types import Criteria, Event, PlaceKey, Sighting
from store import problems
from store.schema import ReportRow
from store.session import Store, open_store

Key = tuple[PlaceKey, str]
# A problem counts as found in time within four weeks of truly meeting the criteria.
IN_TIME = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Met:
    """One spell in which the criteria were met: from when, and when the spell ended."""

    since: date
    last: date


@dataclass(frozen=True, slots=True)
class Found:
    """How long-term problems were found.

    Attributes:
        precision: share of the found that truly meet the criteria; recall: share of the planted found in time.
        planted_precision: share of the found that were planted; the others that truly meet the criteria are chance.
    """

    precision: float
    recall: float
    planted_precision: float
    planted: int
    found: int


def sightings(town: Municipality) -> list[Sighting]:
    """The reports as linking sees them."""
    return [sighting(report, ZONE) for report in town.reports]


def linking_quality(town: Municipality, linking: Linking) -> tuple[float, float]:
    """Pairwise precision and recall."""
    return pair_scores(town.truth, linking.events)


def long_term(town: Municipality, seen: Sequence[Sighting], linking: Linking) -> Found:
    """Compares the candidates with what the true events, truly placed, make candidates."""
    known = collect(Book(seen, linking.events), seen[-1].reported_at.date())
    found = _met(known.by_problem)
    truth = _met(_true_problems(town))
    planted = {(PlaceKey(*p.spot.home), p.category) for p in town.planted} & truth.keys()
    hits = sum(_in_time(truth[key], found.get(key, [])) for key in planted)
    return Found(
        precision=sum(key in truth for key in found) / len(found),
        recall=hits / len(planted),
        planted_precision=sum(key in planted for key in found) / len(found),
        planted=len(planted),
        found=len(found),
    )


def _in_time(truth: Sequence[Met], found: Sequence[Met]) -> bool:
    first = truth[0]
    return any(met.since <= first.since + IN_TIME and met.last >= first.since for met in found)


def _met(by_problem: Mapping[Key, Sequence[Event]]) -> dict[Key, list[Met]]:
    found = {key: list(_spells_met(key[0], events)) for key, events in by_problem.items()}
    return {key: met for key, met in found.items() if met}


def _spells_met(place: PlaceKey, events: Sequence[Event], criteria: Criteria = Criteria()) -> list[Met]:  # noqa: B008 - frozen
    met = []
    for part in split(events, criteria):
        days = (e.day for n, e in enumerate(part, 1) if grounds(part[:n], e.day, place, criteria))
        since = next(days, None)
        if since:
            met.append(Met(since, part[-1].day))
    return met


def _true_problems(town: Municipality) -> dict[Key, list[Event]]:
    told: dict[int, list[int]] = {}
    for report, number in town.truth.items():
        told.setdefault(number, []).append(report)
    events = (_true_event(town, town.events[number], reports) for number, reports in told.items())
    by_problem: dict[Key, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.day):
        by_problem.setdefault((event.place, event.category), []).append(event)
    return by_problem


def _true_event(town: Municipality, true: TrueEvent, reports: Sequence[int]) -> Event:
    told = [town.reports[number - 1] for number in reports]
    return Event(
        id=true.number,
        reference="",
        reports=tuple(reports),
        references=(),
        voices=tuple({one.report.reporter.address for one in told}),
        organisations=(),
        place=PlaceKey(*true.spot.home),
        category=true.category,
        day=true.at.date(),
        weekday=None,
        hour=None,
        urgency="normal",
        police_report="unknown",
        recurring=any(one.effective.recurring for one in told),
    )


def fill(store: Store, seen: Sequence[Sighting], events: Mapping[int, int]) -> None:
    """Puts sightings with their events into a store, without the work of linking them."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        plain = {"kind": "free", "subject": "", "text": "", "fields": [], "thread": [], "attachments": [], "notes": []}
        rows = [
            plain | {"id": s.report_id, "reference": s.reference, "date": now, "photo": {}, "received_at": now}
            for s in seen
        ]
        session.execute(insert(ReportRow), rows)
        problems.put_sightings(session, seen)
        problems.put_events(session, [], {r: e for r, e in events.items() if r <= seen[-1].report_id})


def link_times(store: Store, new: Sequence[Sighting]) -> list[float]:
    """CPU seconds for linking each new report, sorted."""
    now, times = datetime.now(UTC), []
    for s in new:
        with store.transaction() as session:
            session.add(
                ReportRow(
                    id=s.report_id, reference=s.reference, kind="free", subject="", text="", fields=[], thread=[],
                    attachments=[], notes=[], photo={}, date=now, received_at=now,
                )
            )  # fmt: skip
            session.flush()
            begin = time.process_time()
            link_new(session, s)
            session.flush()
            times.append(time.process_time() - begin)
    return sorted(times)


def grown(seen: Sequence[Sighting], linking: Linking, times: int) -> tuple[list[Sighting], dict[int, int]]:
    """The same town so many times over, one after the other in time; numbers go on."""
    span = seen[-1].reported_at - seen[0].reported_at + timedelta(days=30)
    many, events = [], {}
    for n in range(times):
        shift, base = span * (n - times + 1), n * len(seen)
        for s in seen:
            moved = replace(
                s, report_id=s.report_id + base, reference=f"LB-{s.report_id + base}", start=s.start + shift,
                end=s.end + shift, reported_at=s.reported_at + shift, day=s.day + shift, mail_id=None,
            )  # fmt: skip
            many.append(moved)
            events[moved.report_id] = linking.events[s.report_id] + base
    return many, events


def speed(seen: Sequence[Sighting], linking: Linking, stored: int) -> tuple[int, float, float]:
    """How many were stored, and the median and 99th percentile in milliseconds of linking one report more."""
    many, events = grown(seen, linking, -(-stored // len(seen)) + 1)
    cut = len(many) - 300
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder)}/bench.db")
        fill(store, many[:cut], events)
        times = link_times(store, many[cut:])
        store.close()
    return cut, 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)]


def main(seeds: Sequence[int]) -> None:
    """Prints every figure, seed by seed."""
    for seed in seeds:
        town = Simulator(seed).run()
        seen = sightings(town)
        linking = link_all(seen, {})
        precision, recall = linking_quality(town, linking)
        print(f"seed {seed}: {len(seen)} reports, {len(set(town.truth.values()))} events")
        print(f"  same event: pairwise precision {precision:.3f}, recall {recall:.3f}")
        print(f"  long-term: {long_term(town, seen, linking)}")
        begin = time.process_time()
        known = collect(Book(seen, linking.events), seen[-1].reported_at.date())
        build(Book(seen, linking.events), known, {key: n for n, key in enumerate(known.keys)})
        print(f"  the whole ledger: {time.process_time() - begin:.2f} s CPU")
        stored, median, late = speed(seen, linking, 100_000)
        print(f"  one more report with {stored} stored: median {median:.1f} ms, 99 % {late:.1f} ms CPU")
        print(f"  alarms: {alarms.measure(seed)}")


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3])
