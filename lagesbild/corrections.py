"""Lays what a review file says over the store: one transaction a file, every row weighed on its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from classify.assessment import Assessment
from ingest.message import Address, Report
from review import values
from review.decide import Hand, Link, Outcome, decide
from review.edits import Edits, change_number, clash_sentence, content_hash
from review.model import ReadRow
from review.rows import Look
from store import mails, problems, reports
from store import review as memory
from store.problem_records import EventDecision
from store.records import DECISIONS, Correction, ReviewNote, StoredMail, StoredReport

MISMATCH = "Nyckel och referens hör till olika rapporter: en del av bladet har flyttats. Raden lästes inte."
GONE = "Rapporten finns inte längre (den kan ha gallrats)."
NO_TEXT = "Skriv vad som har hänt; raden är inte inlagd än."


@dataclass(frozen=True, slots=True)
class Means:
    """What laying over needs besides the store.

    Attributes:
        assess: what the rules find in a report that staff entered.
        report_of: a mail that was no report, read as one all the same.
    """

    look: Look
    assess: Callable[[Report], Assessment]
    report_of: Callable[[StoredMail, bytes], Report]


@dataclass
class Tally:
    """What came of one file, in figures and in sentences by row."""

    changed: int = 0
    conflicts: int = 0
    refused: int = 0
    entered: int = 0
    told: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    @property
    def applied(self) -> bool:
        """Whether the file led to anything at all."""
        return bool(self.changed or self.entered or self.conflicts or self.refused)


def lay_over(session: Session, edits: Edits, hand: Hand, means: Means) -> Tally:
    """Applies everything a file says; a cell that cannot be taken is told of and stops no other."""
    tally = Tally()
    since = memory.changes_since(session, min((change_number(row) for row in edits.rows), default=0))
    for key, name, found in edits.clashes:
        _tell(session, tally, ReviewNote(key, name, clash_sentence(found), hand.at), key)
        tally.conflicts += 1
    for row in edits.rows:
        match row.sheet:
            case "add":
                _enter(session, row, hand, means, tally)
            case _ if row.key.startswith("M"):
                _revive_mail(session, row, means, tally)
            case _:
                _review(session, row, since, hand, means, tally)
    return tally


def _tell(session: Session, tally: Tally, note: ReviewNote, name: str) -> None:
    memory.add_notes(session, [note])
    tally.told.append(f"{name}: {note.text}")


def _review(
    session: Session,
    row: ReadRow,
    since: Mapping[int, tuple[tuple[int, Correction], ...]],
    hand: Hand,
    means: Means,
    tally: Tally,
) -> None:
    stored = _find(session, row)
    wrong = _wrong(row, stored)
    if stored is None or wrong:
        tally.refused += 1
        tally.told.append(f"rad {row.number}: {wrong}")
        return
    keyed = replace(row, key=f"R{stored.id}")
    newer = [c for number, c in since.get(stored.id, ()) if number > change_number(row)]
    outcome = decide(keyed, stored, newer, hand, means.look.choices)
    _keep(session, stored, outcome, hand, tally)
    if values.is_yes(row.values.get("make_report", "")):
        _revive(session, stored, hand, tally)


def _find(session: Session, row: ReadRow) -> StoredReport | None:
    found = values.references(row.key) or values.references(row.values.get("reference", ""))
    if row.key[:1] == "R" and row.key[1:].isdecimal():
        page = reports.everything(session, int(row.key[1:]) - 1, 1)
        return page[0] if page and page[0].id == int(row.key[1:]) else None
    return reports.by_reference(session, found[0]) if found else None


def _wrong(row: ReadRow, stored: StoredReport | None) -> str:
    if stored is None:
        return GONE
    shown = values.references(row.values.get("reference", ""))
    return MISMATCH if shown and shown[0] != stored.reference else ""


def _keep(session: Session, stored: StoredReport, outcome: Outcome, hand: Hand, tally: Tally) -> None:
    memory.clear_notes(session, outcome.settled)
    for change in outcome.changes:
        (reports.decide if change.field in DECISIONS else reports.correct)(session, change)
    for note in outcome.notes:
        _tell(session, tally, note, stored.reference)
    for link in outcome.links:
        _link(session, stored, link, hand, tally)
    tally.changed += len(outcome.changes)
    tally.conflicts += outcome.conflicts
    tally.refused += outcome.refused


def _link(session: Session, stored: StoredReport, link: Link, hand: Hand, tally: Tally) -> None:
    other = reports.by_reference(session, link.other)
    column = "same_as" if link.verdict == "same" else "not_same"
    if other is None:
        sentence = f"Referensen {link.other} finns inte. Kopiera den från kolumnen Referens."
        _tell(session, tally, ReviewNote(f"R{stored.id}", column, sentence, hand.at), stored.reference)
        tally.refused += 1
        return
    decision = EventDecision(stored.id, other.id, link.verdict == "same", hand.by, hand.at)
    known = [d for d in problems.decisions(session, [stored.id]) if d.pair == decision.pair]
    if known and known[-1].same == decision.same:
        return
    if known and known[-1].at > decision.at:
        sentence = f"{known[-1].by} har senare sagt tvärtom om {link.other}; det nyaste gäller."
        _tell(session, tally, ReviewNote(f"R{stored.id}", column, sentence, hand.at), stored.reference)
        tally.conflicts += 1
        return
    problems.decide(session, decision)
    memory.clear_notes(session, [(f"R{stored.id}", column)])
    tally.changed += 1


def _revive(session: Session, stored: StoredReport, hand: Hand, tally: Tally) -> None:
    """A report that was sorted out is one after all."""
    kind = stored.effective.not_report
    if kind:
        reports.correct(session, Correction(stored.id, "not_report", kind, "", hand.by, hand.at))
    if stored.status != "open":
        reports.decide(session, Correction(stored.id, "status", stored.status, "open", hand.by, hand.at))
    tally.changed += bool(kind) or stored.status != "open"


def _revive_mail(session: Session, row: ReadRow, means: Means, tally: Tally) -> None:
    """A mail that was sorted out or could not be read becomes a report."""
    number = row.key[1:]
    if not values.is_yes(row.values.get("make_report", "")) or not number.isdecimal():
        return
    try:
        mail = mails.get(session, int(number))
    except NoResultFound:
        tally.told.append(f"rad {row.number}: mejlet finns inte längre (det kan ha gallrats).")
        return
    if mail.state == "reported" or reports.of_mail(session, mail.id):
        return
    report = means.report_of(mail, mails.raw_bytes(session, mail.id))
    stored = reports.add(session, report, means.assess(report), mail.id)
    mails.settle(session, mail.id, "reported")
    tally.entered += 1
    tally.told.append(f"mejl {mail.id} är nu rapporten {stored.reference}")


def _enter(session: Session, row: ReadRow, hand: Hand, means: Means, tally: Tally) -> None:
    """What came by telephone or on a walk becomes a report, once."""
    known = memory.entered(session, [row.key]).get(row.key)
    if known and known[1] == content_hash(row):
        return
    if not row.values.get("text"):
        _tell(session, tally, ReviewNote(row.key, "text", NO_TEXT, hand.at), f"Lägg till, rad {row.number}")
        tally.unfinished.append(row.key)
        return
    report = entered_report(row, hand, means.look)
    if known:
        reports.rewrite(session, known[0], report, means.assess(report))
        stored = reports.get(session, known[0])
    else:
        stored = reports.add(session, report, means.assess(report), None)
    memory.set_entered(session, row.key, stored.id, content_hash(row))
    memory.clear_notes(session, [(row.key, "")])
    tally.entered += 1
    _keep(session, stored, decide(replace(row, key=f"R{stored.id}"), stored, (), hand, means.look.choices), hand, tally)


def entered_report(row: ReadRow, hand: Hand, look: Look) -> Report:
    """A row of Lägg till as a report; its time is the one given, else when the file was saved."""
    given = values.moment(row.values.get("date") or row.values.get("received", ""))
    at = given.replace(tzinfo=look.zone) if given else hand.at
    return Report(
        text=row.values["text"],
        subject="",
        date=at.astimezone(UTC),
        reporter=Address(row.values.get("reporter", ""), ""),
        kind="entered",
        organisation=row.values.get("organisation", ""),
    )


def hand_of(by: str, at: datetime | None, account: str) -> Hand:
    """Who and when: as the file says, else the account of the settings and now."""
    return Hand(by.strip() or account, at or datetime.now(UTC))
