"""What a filled row means for its report: corrections, decisions, links and what must be told. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from review import values
from review.marks import OWN_WORDS, SHOWN, plain
from review.model import Choices, ReadRow
from review.rows import found
from review.values import Refused
from review.wording import POLICE
from store.records import Correction, ReviewNote, StoredReport

# Column → field of the history.
FIELDS: Mapping[str, str] = {
    "new_urgency": "urgency",
    "new_category": "category",
    "new_also": "also",
    "new_locality": "locality",
    "new_site": "site",
    "new_occurred": "occurred",
    "new_police_report": "police_report",
    "new_recurring": "recurring",
    "new_masked_text": "masked_text",
    "comment": "comment",
    "verdict": "status",
}
LABELS: Mapping[str, str] = {
    "urgency": "Brådska",
    "category": "Kategori",
    "also": "Även kategori",
    "locality": "Ort",
    "site": "Plats",
    "occurred": "Tid",
    "police_report": "Polisanmält",
    "recurring": "Återkommer",
    "masked_text": "Text i lägesbilden",
    "comment": "Kommentar",
    "status": "Godkänn",
    "not_report": "Ej rapport",
}
# Field → the column that shows what was found.
SHOWN_IN: Mapping[str, str] = {field: column for column, field in SHOWN.items()}
COLUMN_OF: Mapping[str, str] = {field: column for column, field in FIELDS.items()}
RULES_CHANGED = "{}: reglerna hade under tiden ändrat till {}. Din ändring till {} gäller."
NO_REFERENCE = "{}: i {} finns ingen referens. Kopiera den från kolumnen Referens, till exempel LB-2026-00012."
NONE_ALIKE = "Dela: ”Ja” gäller dem under Troligen samma som, och där står ingen. Skriv referensen till den andra."
BY_NAME: Mapping[str, str] = {"same_as": "Slå ihop med", "not_same": "Dela"}
STATUS: Mapping[str, str] = {"open": "att granska", "approved": "godkänd", "dismissed": "ej rapport"}
Verdict = Literal["same", "not_same"]


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand filled the file, and when it was saved.

    Attributes:
        dated: whether `at` is sure; a copy without a date of its own may be older than its arrival.
    """

    by: str
    at: datetime
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A person's word that two reports tell, or do not tell, of the same event; `other` is a reference."""

    report_id: int
    other: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one row leads to.

    Attributes:
        changes: to be put on record, in order; a field of DECISIONS or CORRECTABLE each.
        notes: refused values and conflicts, to be shown in the next file.
        settled: (key, field) of notes that are dealt with.
        conflicts: how many; refused: the columns whose cells could not be taken.
    """

    changes: tuple[Correction, ...] = ()
    notes: tuple[ReviewNote, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    conflicts: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One filled cell, understood.

    Attributes:
        value: to be kept.
        written: what the cell itself held when the file was written.
        shown: what the file shows as found, beside it; empty where it shows nothing.
    """

    field: str
    value: str | Refused
    written: str
    shown: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one edit: a change, a note, both or neither."""

    change: Correction | None = None
    note: ReviewNote | None = None
    conflict: bool = False


def current(stored: StoredReport, field: str) -> str:
    """A field's value as the history writes it."""
    a = stored.effective
    match field:
        case "status" | "comment":
            return str(getattr(stored, field))
        case "locality" | "site":
            return str(getattr(a.place, field) or "")
        case "occurred":
            return a.occurred.value if a.occurred else ""
        case "also":
            return ",".join(a.also)
        case "recurring":
            return "true" if a.recurring else "false"
        case _:
            return str(getattr(a, field) or "")


def shown(stored: StoredReport, field: str, choices: Choices) -> str:
    """What the next file would show as found."""
    return plain(str(found(stored, choices).get(SHOWN_IN.get(field, ""), "")))


def label(field: str, value: str, choices: Choices) -> str:
    """A kept value as people read it."""
    ways: dict[str, Callable[[str], str]] = {
        "category": choices.category,
        "urgency": choices.urgency,
        "also": lambda ids: ", ".join(choices.category(one) for one in ids.split(",") if one),
        "police_report": lambda known: POLICE.get(known, known),
        "recurring": lambda known: "Ja" if known == "true" else "Nej",
        "status": lambda known: STATUS.get(known, known),
        "occurred": lambda known: known.replace("T", " kl "),
    }
    return ways.get(field, str)(value) or "ingen"


def decide(row: ReadRow, stored: StoredReport, since: Sequence[Correction], hand: Hand, choices: Choices) -> Outcome:
    """Weighs every filled cell of one row against the report as it is now.

    `row` has only the cells that were filled since the last reading; `since` are the changes by people to this report
    after the file was written, oldest first.
    """
    edits = _edits(row, stored, since, choices)
    judged = [_judge(e, row.key, stored, [c for c in since if c.field == e.field], hand, choices) for e in edits]
    unlinked = _unlinked(row)
    refused = (*(COLUMN_OF[e.field] for e in edits if isinstance(e.value, Refused)), *unlinked)
    if refused:  # a row with a refused cell stays open
        judged = [j for j in judged if not (j.change and j.change.field == "status" and j.change.new == "approved")]
    changes = tuple(j.change for j in judged if j.change)
    told = (ReviewNote(row.key, column, sentence, hand.at) for column, sentence in unlinked.items())
    return Outcome(
        changes=changes,
        notes=(*(j.note for j in judged if j.note), *told),
        settled=_settled(row.key, changes),
        links=_links(row, stored),
        conflicts=sum(j.conflict for j in judged),
        refused=refused,
    )


def _edits(row: ReadRow, stored: StoredReport, since: Sequence[Correction], choices: Choices) -> list[Edit]:
    edits = []
    for column, field in FIELDS.items():
        if column in row.values:
            first = next((c.old for c in since if c.field == field), current(stored, field))
            value = values.parse(field, row.values[column], choices)
            beside = plain(row.values.get(SHOWN_IN.get(field, ""), ""))
            edits.append(Edit(field, value, first if column in OWN_WORDS else "", beside))
    return [e for e in edits if not (COLUMN_OF[e.field] in OWN_WORDS and e.value == e.written)]


def _judge(
    edit: Edit, key: str, stored: StoredReport, since: Sequence[Correction], hand: Hand, choices: Choices
) -> Judged:
    if isinstance(edit.value, Refused):
        return Judged(note=ReviewNote(key, edit.field, edit.value.sentence, hand.at))
    old, new = current(stored, edit.field), edit.value
    if new == old:
        return Judged()
    change = Correction(stored.id, edit.field, old, new, hand.by, hand.at)
    last = since[-1] if since else None
    if last is None and edit.shown and edit.shown != shown(stored, edit.field, choices):
        sentence = RULES_CHANGED.format(
            LABELS[edit.field], label(edit.field, old, choices), label(edit.field, new, choices)
        )
        return Judged(change, ReviewNote(key, edit.field, sentence, hand.at), conflict=True)
    if last is None or (last.by == hand.by and last.at <= hand.at and hand.dated):
        return Judged(change)
    # What was on record since and has been changed again comes from a copy sent once more.
    again = not hand.dated and any(c.new == new for c in since)
    newest = last.at <= hand.at and not again
    sentence = _conflict(*((change, last) if newest else (last, change)), choices)
    return Judged(change if newest else None, ReviewNote(key, edit.field, sentence, hand.at), conflict=True)


def _conflict(kept: Correction, left: Correction, choices: Choices) -> str:
    return (
        f"{LABELS[kept.field]}: två olika ändringar. {label(kept.field, kept.new, choices)} ({kept.by}) gäller för att "
        f"den är nyast; {label(left.field, left.new, choices)} ({left.by}) finns kvar i historiken."
    )


def _settled(key: str, changes: Sequence[Correction]) -> tuple[tuple[str, str], ...]:
    if any(c.field == "status" for c in changes):
        return ((key, ""),)
    return tuple((key, c.field) for c in changes)


def _links(row: ReadRow, stored: StoredReport) -> tuple[Link, ...]:
    same = values.references(row.values.get("same_as", ""))
    apart = row.values.get("not_same", "")
    others = values.references(row.values.get("alike", "") if values.is_yes(apart) else apart)
    joined = tuple(Link(stored.id, other, "same") for other in same if other != stored.reference)
    return (*joined, *(Link(stored.id, other, "not_same") for other in others if other != stored.reference))


def _unlinked(row: ReadRow) -> dict[str, str]:
    """Columns in which a report should be named and none is, with what to tell."""
    said = {name: row.values.get(name, "") for name in ("same_as", "not_same")}
    if values.is_yes(said["not_same"]):
        return {} if values.references(row.values.get("alike", "")) else {"not_same": NONE_ALIKE}
    return {
        name: NO_REFERENCE.format(BY_NAME[name], values.quote(text))
        for name, text in said.items()
        if text and not values.is_no(text) and not values.references(text)
    }
