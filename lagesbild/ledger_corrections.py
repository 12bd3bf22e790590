"""Lays what people wrote about measures and recurring problems over the store."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from problems.types import Measure, Problem
from review.decide import Hand
from review.ledger import Written, read_judgement, read_measure
from review.model import Choices, ReadRow
from store import problems
from store import review as memory
from store.records import ReviewNote


class LedgerSheet:
    """The two sheets of the ledger as they are laid over the store, row by row."""

    def __init__(self, session: Session, found: Sequence[Problem], hand: Hand, choices: Choices) -> None:
        self.session, self.hand, self.choices = session, hand, choices
        self.problems = {f"P{p.number}": p for p in found}
        self.measures = {m.id: m for m in problems.measures(session)}
        self.entered = memory.entered_measures(session)

    def take_measure(self, row: ReadRow, lost: Iterable[str]) -> Written:
        """Keeps what a row of Åtgärder says; what could not be taken is noted for the next file."""
        written = read_measure(row, self._current(row.key), self.hand, self.choices, lost)
        if written.measure:
            kept = problems.put_measure(self.session, written.measure)
            self.measures[kept.id] = kept
            if row.key.startswith("B"):
                memory.set_entered_measure(self.session, row.key, kept.id)
        self._note(row.key, written)
        return written

    def _current(self, key: str) -> Measure | None:
        number = self.entered.get(key, int(key[1:]) if key[0] == "A" and key[1:].isdecimal() else 0)
        return self.measures.get(number)

    def take_judgement(self, row: ReadRow) -> Written:
        """Keeps what a row of Återkommande problem says."""
        problem = self.problems.get(row.key)
        if problem is None:
            return Written(sentence="Problemet finns inte längre i listan; inget lästes ur raden.")
        written = read_judgement(row, problem, self.hand)
        if written.judgement:
            problems.judge(self.session, written.judgement)
        self._note(row.key, written)
        return written

    def _note(self, key: str, written: Written) -> None:
        if written.sentence:
            memory.add_notes(self.session, [ReviewNote(key, "ledger", written.sentence, self.hand.at)])
        elif written.measure or written.judgement:
            memory.clear_notes(self.session, [(key, "")])
