"""Events and problems kept up to date: links what is new or changed, and reads the ledger as of a day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from problems.compare import REACH, compare, near
from problems.ledger import Book, Gathered, build, collect
from problems.linking import in_force, link_all, place
from problems.sightings import LOOK_BACK_TRACES, sighting
from problems.types import Area, Criteria, EventDecision, EventLink, Ledger, ProblemError, Sighting
from store import problems, reports
from store.session import Store


@dataclass(frozen=True, slots=True)
class Frame:
    """What the ledger is seen through: the zone of local days, the areas of places.yaml, the criteria of [problems]."""

    zone: tzinfo
    areas: Sequence[Area] = ()
    criteria: Criteria = field(default_factory=Criteria)


def update(store: Store, zone: tzinfo) -> int:
    """Links every report that is new or changed, and obeys every decision not yet obeyed.

    Returns:
        How many reports were looked at.
    """
    with store.transaction() as session:
        nothing_yet = not problems.last_linked(session)
    if nothing_yet:  # linking many at once in memory is quicker, and gives the same
        return rebuild(store, zone)
    count = 0
    while True:
        with store.transaction() as session:
            ids = problems.stale(session)
            if not ids:
                _settle(session)
                return count
            _take(session, [sighting(stored, zone) for stored in reports.some(session, ids)])
        count += len(ids)


def rebuild(store: Store, zone: tzinfo) -> int:
    """Makes every sighting, link and event anew; what people decided stands.

    Returns:
        How many reports were looked at.
    """
    with store.transaction() as session:
        problems.forget_links(session)
        ids = problems.stale(session)
        while ids:
            problems.put_sightings(session, [sighting(stored, zone) for stored in reports.some(session, ids)])
            ids = problems.stale(session)
        found = problems.sightings(session)
        linking = link_all(found, in_force(problems.decisions(session)))
        problems.put_links(session, linking.links)
        problems.put_events(session, [], linking.events)
    return len(found)


def decide(store: Store, decision: EventDecision) -> None:
    """Puts a person's word on two reports on record and obeys it at once."""
    with store.transaction() as session:
        problems.decide(session, decision)
        _relink(session, {decision.report_id, decision.other_id})


def split(store: Store, report_id: int, by: str, at: datetime) -> int:
    """Takes a report out of its event: not the same as any other report in it.

    Returns:
        From how many reports it was parted.
    """
    with store.transaction() as session:
        others = [r for r in problems.fellows(session, [report_id]) if r != report_id]
        for other in others:
            problems.decide(session, EventDecision(report_id, other, same=False, by=by, at=at))
        _relink(session, {report_id, *others})
    return len(others)


def gathered(session: Session, frame: Frame, now: datetime) -> tuple[Book, Gathered]:
    """All that the ledger is made of, and its events by problem, as known at the end of the local day of `now`."""
    book = Book(
        sightings=problems.sightings(session),
        members=problems.events(session),
        links=problems.links(session),
        decisions=problems.decisions(session),
        judgements=problems.judgements(session),
        measures=problems.measures(session),
        areas=frame.areas,
        criteria=frame.criteria,
        zone=frame.zone,
    )
    return book, collect(book, now.astimezone(frame.zone).date())


def read(session: Session, frame: Frame, now: datetime) -> Ledger:
    """The ledger as of the local day of `now`; problems seen for the first time get their number."""
    book, known = gathered(session, frame, now)
    keys = [(place.locality, place.name, category) for place, category in known.keys]
    numbers = problems.number_problems(session, keys)
    return build(book, known, dict(zip(known.keys, (numbers[key] for key in keys), strict=True)))


def found(ledger: Ledger, reference: str) -> int:
    """The number of the problem that a person wrote as `P-0012` or `12`.

    Raises:
        ProblemError: there is none.
    """
    wanted = reference.upper().removeprefix("P").lstrip("-0")
    number = next((p.number for p in ledger.problems if str(p.number) == wanted), None)
    if number is None:
        msg = f"There is no problem {reference}. `lagesbild problems list` shows them all."
        raise ProblemError(msg)
    return number


def _take(session: Session, new: Sequence[Sighting]) -> None:
    """New reports one by one, changed ones together with all that they touched and touch."""
    seen = {s.report_id for s in problems.sightings(session, [s.report_id for s in new])}
    last = problems.last_linked(session)
    fresh = [s for s in new if s.report_id not in seen and s.report_id > last]
    changed = [s for s in new if s.report_id in seen or s.report_id <= last]
    for s in fresh:
        link_new(session, s)
    if changed:
        _change(session, changed)


def link_new(session: Session, new: Sighting) -> None:
    """Finds the event of a report later than all others; its cost depends on what is near, not on what is stored."""
    problems.add_sightings(session, [new])
    if not new.counts:
        return
    told = {s.report_id: s for s in _near(session, new)}
    members = problems.fellows(session, sorted(told))
    decisions = problems.decisions(session, [*members, new.report_id])
    decided = {report for d in decisions if new.report_id in d.pair for report in d.pair} - members.keys()
    if decided - {new.report_id}:
        members |= problems.fellows(session, sorted(decided))
        decisions = problems.decisions(session, [*members, new.report_id])
    missing = sorted(members.keys() - told.keys())
    told |= {s.report_id: s for s in (problems.sightings(session, missing) if missing else ())}
    by_event: dict[int, list[Sighting]] = {}
    for report, event in sorted(members.items()):
        by_event.setdefault(event, []).append(told[report])
    placed = place(new, by_event, in_force(decisions))
    moved = [r for r, event in members.items() if event in placed.absorbed]
    problems.put_links(session, placed.links)
    if moved:
        problems.put_events(session, moved, dict.fromkeys(moved, placed.event))
    problems.add_events(session, {new.report_id: placed.event})


def _near(session: Session, s: Sighting) -> Sequence[Sighting]:
    blocks = sorted({s.block, ""}) if s.block else ()
    around = problems.around(session, blocks, s.start - REACH, s.end + REACH, LOOK_BACK_TRACES)
    return [other for other in around if other.report_id != s.report_id and near(s, other)]


def _decided(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], bool]:
    return in_force(problems.decisions(session, ids))


def _change(session: Session, changed: Sequence[Sighting]) -> None:
    ids = [s.report_id for s in changed]
    touched = _partners(problems.links(session, ids)) | set(problems.fellows(session, ids))
    problems.remove_links(session, ids)
    problems.put_sightings(session, changed)
    links = {(k.report_id, k.other_id): k for s in changed for k in _links_of(session, s)}
    problems.put_links(session, list(links.values()))
    _relink(session, touched | set(ids))


def _links_of(session: Session, s: Sighting) -> Iterable[EventLink]:
    for other in _near(session, s) if s.counts else ():
        match = compare(s, other)
        if match.certainty:
            later, earlier = max(s.report_id, other.report_id), min(s.report_id, other.report_id)
            yield EventLink(later, earlier, match.certainty, match.score, match.reasons)


def _partners(links: Iterable[EventLink]) -> set[int]:
    return {report for link in links for report in (link.report_id, link.other_id)}


def _relink(session: Session, ids: Collection[int]) -> None:
    """Places anew, in order, everything that hangs together with these reports by links, events or decisions.

    Nothing outside hangs on it, so that the result is the same as that of doing it all from scratch.
    """
    known: set[int] = set()
    edge = set(ids)
    while edge:
        known |= edge
        ring = sorted(edge)
        decided = {r for d in problems.decisions(session, ring) for r in d.pair}
        edge = (_partners(problems.links(session, ring)) | set(problems.fellows(session, ring)) | decided) - known
    part = sorted(known)
    linking = link_all(problems.sightings(session, part), _decided(session, part))
    problems.put_events(session, part, linking.events)


def _settle(session: Session) -> None:
    """Obeys decisions that were only put on record, by the review file for one."""
    decided = in_force(problems.decisions(session))
    events = problems.events(session, sorted({report for pair in decided for report in pair}))
    open_ = {
        report
        for pair, same in decided.items()
        if pair[0] in events and pair[1] in events and (events[pair[0]] == events[pair[1]]) != same
        for report in pair
    }
    if open_:
        _relink(session, open_)
