"""Lays what a review file says over the store: one transaction a file, every row weighed on its own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from classify.assessment import Assessment
from ingest.message import Address, Report
from lagesbild.ledger_corrections import LedgerSheet
from lagesbild.strays import tell_strays
from problems.types import Problem
from review import values
from review.decide import Hand, Link, Outcome, decide
from review.edits import Edits, change_number, clash_sentence, content_hash
from review.layout import BY_ID
from review.ledger import Written
from review.marks import REPORTS
from review.model import ReadRow
from review.rows import Look
from store import mails, problems, reports
from store import review as memory
from store.problem_records import EventDecision
from store.records import DECISIONS, Correction, ReviewNote, StoredMail, StoredReport

MISMATCH = "Nyckel och referens hör till olika rapporter: en del av bladet har flyttats. Raden lästes inte."
GONE = "Raden finns inte längre i registret (den kan ha gallrats)."
NO_REFERENCE = "Referensen {} finns inte. Kopiera den från kolumnen Referens."
NEWER_LINK = "{} har senare sagt tvärtom om {}; det nyaste gäller."
NO_MOMENT = "Mottaget: {} går inte att läsa, så tiden då filen sparades gäller. Skriv till exempel 2026-11-21 kl 14."
NOT_YES = "Gör till rapport: {} går inte att läsa. Välj Ja, eller lämna tomt."
NO_HOME = "Kommentaren sparas först när mejlet är en rapport: välj Ja under Gör till rapport."
NO_TEXT = "Skriv vad som har hänt; raden är inte inlagd än."


@dataclass(frozen=True, slots=True)
class Means:
    """What laying over needs besides the store.

    Attributes:
        assess: what the rules find in a report that staff entered.
        report_of: a mail that was no report, read as one all the same.
        problems: the ledger as it is today.
    """

    look: Look
    assess: Callable[[Report], Assessment]
    report_of: Callable[[StoredMail, bytes], Report]
    problems: Callable[[Session], tuple[Problem, ...]] = lambda _session: ()


@dataclass
class Tally:
    """What came of one file, in figures and in sentences by row.

    Attributes:
        unfinished, finished: keys of added rows that could not be taken yet, and that have been.
        left: cells that could not be taken, as (key, column, value); mended: (key, field) that is settled now.
    """

    changed: int = 0
    conflicts: int = 0
    refused: int = 0
    entered: int = 0
    told: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    left: list[tuple[str, str, str]] = field(default_factory=list)
    mended: list[tuple[str, str]] = field(default_factory=list)

    @property
    def applied(self) -> bool:
        """Whether the file led to anything at all."""
        return bool(self.changed or self.entered or self.conflicts or self.refused)


def lay_over(session: Session, edits: Edits, hand: Hand, means: Means, lost: Collection[tuple[str, str]] = ()) -> Tally:
    """Applies everything a file says; a cell that cannot be taken is told of and stops no other."""
    laying = Laying(session, hand, means, memory.changes_since(session, _oldest(edits)))
    for key, name, found in edits.clashes:
        laying.tally.conflicts += 1
        laying.tell(key, name, clash_sentence(found), key)
    lay_ledger(laying, edits.rows, [column for sheet, column in lost if sheet == "measures"])
    for row in edits.rows:
        if row.sheet == "add":
            laying.enter(row)
        elif row.sheet in REPORTS:
            (laying.revive_mail if row.key.startswith("M") else laying.review)(row)
    tell_strays(laying, edits)
    return laying.tally


def _oldest(edits: Edits) -> int:
    return min((change_number(row) for row in edits.rows if row.sheet in {"open", "reviewed"}), default=0)


def lay_ledger(laying: "Laying", rows: Iterable[ReadRow], lost: Sequence[str]) -> None:
    """The rows of measures and problems."""
    own = [row for row in rows if row.sheet in {"measures", "problems"}]
    if not own:
        return
    ledger = LedgerSheet(laying.session, laying.means.problems(laying.session), laying.hand, laying.means.look.choices)
    for row in own:
        written = ledger.take_measure(row, lost) if row.sheet == "measures" else ledger.take_judgement(row)
        laying.count(row, written)


@dataclass
class Laying:
    """One file being laid over the store in one transaction."""

    session: Session
    hand: Hand
    means: Means
    since: Mapping[int, tuple[tuple[int, Correction], ...]]
    tally: Tally = field(default_factory=Tally)

    def note(self, key: str, name: str, sentence: str) -> None:
        """Says something about one cell in the next file."""
        memory.add_notes(self.session, [ReviewNote(key, name, sentence, self.hand.at)])

    def tell(self, key: str, name: str, sentence: str, shown: str) -> None:
        """Says something about one cell, in the next file and in the summary."""
        self.note(key, name, sentence)
        self.tally.told.append(f"{shown}: {sentence}")

    def refuse(self, row: ReadRow, sentence: str) -> None:
        """Says that a whole row could not be read."""
        self.tally.refused += 1
        self.tally.told.append(f"{BY_ID[row.sheet].title}, rad {row.number}: {sentence}")

    def count(self, row: ReadRow, written: Written) -> None:
        """Counts what came of a row of measures or problems; what could not be taken is a draft."""
        self.tally.changed += bool(written.measure or written.judgement)
        self.tally.conflicts += written.conflict
        if written.sentence:
            self.tally.told.append(f"{BY_ID[row.sheet].title}, rad {row.number}: {written.sentence}")
        if written.sentence and not written.conflict:
            self.tally.refused += 1
            self.tally.unfinished.append(row.key)
        elif written.measure or written.judgement:
            self.tally.finished.append(row.key)

    def leave(self, row: ReadRow, column: str, sentence: str, shown: str) -> None:
        """A cell that cannot be taken: told of, and left as it was written."""
        self.tally.refused += 1
        self.tally.left.append((row.key, column, row.values.get(column, "")))
        self.tell(row.key, column, sentence, shown)

    def review(self, row: ReadRow) -> None:
        """Corrections and decisions on one report."""
        stored = _find(self.session, row)
        wrong = _wrong(row, stored)
        if stored is None or wrong:
            self.refuse(row, wrong)
            return
        newer = [c for number, c in self.since.get(stored.id, ()) if number > change_number(row)]
        self.weigh(row, stored, newer)
        wish = row.values.get("make_report", "")
        if values.is_yes(wish):
            self.revive(stored)
        elif wish and not values.is_no(wish):
            sentence = NOT_YES.format(values.quote(wish))
            self.leave(replace(row, key=f"R{stored.id}"), "make_report", sentence, stored.reference)

    def weigh(self, row: ReadRow, stored: StoredReport, newer: Sequence[Correction]) -> None:
        """Decides on the cells of a row and keeps what comes of it."""
        own = replace(row, key=f"R{stored.id}")
        outcome = decide(own, stored, newer, self.hand, self.means.look.choices)
        self.tally.left += [(own.key, column, row.values.get(column, "")) for column in outcome.refused]
        self.keep(stored, outcome)

    def keep(self, stored: StoredReport, outcome: Outcome) -> None:
        """Puts on record what one row leads to."""
        memory.clear_notes(self.session, outcome.settled)
        self.tally.mended += outcome.settled
        for change in outcome.changes:
            (reports.decide if change.field in DECISIONS else reports.correct)(self.session, change)
        for note in outcome.notes:
            self.tell(note.key, note.field, note.text, stored.reference)
        for link in outcome.links:
            self.link(stored, link)
        self.tally.changed += len(outcome.changes)
        self.tally.conflicts += outcome.conflicts
        self.tally.refused += len(outcome.refused)

    def link(self, stored: StoredReport, link: Link) -> None:
        """Keeps a person's word that two reports are, or are not, of the same event."""
        key, column = f"R{stored.id}", "same_as" if link.verdict == "same" else "not_same"
        other = reports.by_reference(self.session, link.other)
        if other is None:
            self.tally.refused += 1
            self.tally.left.append((key, column, link.other))
            self.tell(key, column, NO_REFERENCE.format(link.other), stored.reference)
            return
        decision = EventDecision(stored.id, other.id, link.verdict == "same", self.hand.by, self.hand.at)
        known = [d for d in problems.decisions(self.session, [stored.id]) if d.pair == decision.pair]
        if known and known[-1].same == decision.same:
            return
        if known and known[-1].at > decision.at:
            self.tally.conflicts += 1
            self.tell(key, column, NEWER_LINK.format(known[-1].by, link.other), stored.reference)
            return
        problems.decide(self.session, decision)
        memory.clear_notes(self.session, [(key, column)])
        self.tally.changed += 1

    def revive(self, stored: StoredReport) -> None:
        """A report that was sorted out is one after all."""
        sorted_out, hand = self.count_as_report(stored), self.hand
        if stored.status != "open":
            reports.decide(self.session, Correction(stored.id, "status", stored.status, "open", hand.by, hand.at))
        self.tally.changed += sorted_out or stored.status != "open"

    def count_as_report(self, stored: StoredReport) -> bool:
        """Puts a person's word above the program's that this is no report; False where it did not say so."""
        kind, hand = stored.effective.not_report, self.hand
        if kind:
            reports.correct(self.session, Correction(stored.id, "not_report", kind, "", hand.by, hand.at))
        return bool(kind)

    def revive_mail(self, row: ReadRow) -> None:
        """A mail that was sorted out or could not be read becomes a report."""
        number, wish = row.key[1:], row.values.get("make_report", "")
        if not values.is_yes(wish) or not number.isdecimal():
            if wish and not values.is_no(wish):
                self.leave(row, "make_report", NOT_YES.format(values.quote(wish)), f"mejl {number}")
            elif row.values.get("comment"):
                self.leave(row, "comment", NO_HOME, f"mejl {number}")
            return
        try:
            mail = mails.get(self.session, int(number))
        except NoResultFound:
            self.refuse(row, GONE)
            return
        if mail.state == "reported" or reports.of_mail(self.session, mail.id):
            return
        report = self.means.report_of(mail, mails.raw_bytes(self.session, mail.id))
        stored = reports.add(self.session, report, self.means.assess(report), mail.id)
        self.count_as_report(stored)
        self.tally.entered += 1
        self.tally.told.append(f"mejl {mail.id} är nu rapporten {stored.reference}")
        mails.settle(self.session, mail.id, "reported")
        memory.clear_notes(self.session, [(row.key, "")])
        self.tally.mended.append((row.key, ""))
        self.weigh(row, stored, ())

    def enter(self, row: ReadRow) -> None:
        """What came by telephone or on a walk becomes a report, once."""
        known = memory.entered(self.session, [row.key]).get(row.key)
        if known and known[1] == content_hash(row):
            self.tally.finished.append(row.key)
            return
        if not row.values.get("text"):
            self.tell(row.key, "text", NO_TEXT, f"Lägg till, rad {row.number}")
            self.tally.unfinished.append(row.key)
            return
        stored = self._entered(row, known)
        memory.set_entered(self.session, row.key, stored.id, content_hash(row))
        memory.clear_notes(self.session, [(row.key, "")])
        self.tally.entered += 1
        self.tally.finished.append(row.key)
        self.weigh(row, stored, ())
        given = row.values.get("date") or row.values.get("received", "")
        if given and values.moment(given) is None:
            self.tally.refused += 1
            self.tell(f"R{stored.id}", "date", NO_MOMENT.format(values.quote(given)), stored.reference)

    def _entered(self, row: ReadRow, known: tuple[int, str] | None) -> StoredReport:
        report = entered_report(row, self.hand, self.means.look)
        if known is None:
            return reports.add(self.session, report, self.means.assess(report), None)
        reports.rewrite(self.session, known[0], report, self.means.assess(report))
        return reports.get(self.session, known[0])


def _find(session: Session, row: ReadRow) -> StoredReport | None:
    if row.key[:1] == "R" and row.key[1:].isdecimal():
        page = reports.everything(session, int(row.key[1:]) - 1, 1)
        return page[0] if page and page[0].id == int(row.key[1:]) else None
    found = values.references(row.key) or values.references(row.values.get("reference", ""))
    return reports.by_reference(session, found[0]) if found else None


def _wrong(row: ReadRow, stored: StoredReport | None) -> str:
    if stored is None:
        return GONE
    shown = values.references(row.values.get("reference", ""))
    return MISMATCH if shown and shown[0] != stored.reference else ""


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


def hand_of(by: str, at: datetime | None, account: str, *, dated: bool) -> Hand:
    """Who and when: as the file says, else the account of the settings and now."""
    return Hand(by.strip() or account, at or datetime.now(UTC), dated)
