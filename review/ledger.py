"""Measures and recurring problems: as rows of the file, and what people wrote in them. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date

from problems.types import MEASURE_STATUSES, Judgement, Measure, MeasureStatus, Problem
from review import values
from review.decide import Hand
from review.model import Cell, Choices, ReadRow, Row, Tone
from review.rows import told_tone
from review.values import Refused
from review.wording import local_day

# Empty rows offered for new measures.
EMPTY_MEASURES = 30
NO_WHAT = "Skriv vad som ska göras; åtgärden är inte inlagd än."
FIELDS = ("locality", "place", "category", "what", "who", "from", "to", "status")


@dataclass(frozen=True, slots=True)
class Written:
    """What a row of measures or problems leads to: what to keep, if anything, and what to tell."""

    measure: Measure | None = None
    judgement: Judgement | None = None
    sentence: str = ""
    conflict: bool = False


# Measures


def measure_rows(
    found: Iterable[Measure], choices: Choices, told: Mapping[str, str], drafts: Mapping[str, Mapping[str, str]]
) -> Iterable[Row]:
    """Every measure, as it is being written where it could not be taken yet, and measures not yet taken at all."""
    known = {f"A{measure.id}": measure for measure in found}
    for key, measure in known.items():
        cells = drafts.get(key) or measure_cells(measure, choices)
        yield Row(key, measure_version(measure), {**cells, "message": told.get(key, "")}, told_tone(told.get(key)))
    for key, draft in drafts.items():
        if key not in known:
            yield Row(key, "", {**draft, "message": told.get(key, "")}, told_tone(told.get(key)))


def empty_measures(stamp: str) -> Iterable[Row]:
    """Rows for new measures."""
    return (Row(f"B{stamp}-{number}", "", {}) for number in range(EMPTY_MEASURES))


def measure_cells(measure: Measure, choices: Choices) -> dict[str, Cell]:
    """A measure as its cells hold it."""
    return {
        "locality": measure.locality,
        "place": measure.place,
        "category": choices.category(measure.category),
        "what": measure.what,
        "who": measure.who,
        "from": measure.from_.isoformat() if measure.from_ else "",
        "to": measure.to.isoformat() if measure.to else "",
        "status": measure.status,
    }


def _said(measure: Measure) -> tuple[object, ...]:
    """What a measure says, whoever wrote it whenever."""
    return astuple(measure)[:8]


def measure_version(measure: Measure) -> str:
    """The hidden version: a hash of what the measure said when the file was written."""
    return hashlib.sha256(repr(_said(measure)).encode()).hexdigest()[:16]


def read_measure(row: ReadRow, current: Measure | None, hand: Hand, choices: Choices, lost: Iterable[str]) -> Written:
    """What a row of Åtgärder says against the measure as it is now (None for a new one)."""
    kept = measure_cells(current, choices) if current else {}
    cells = {name: str(kept.get(name) or "") if name in set(lost) else row.values.get(name, "") for name in FIELDS}
    if not cells["what"]:
        return Written(sentence=NO_WHAT)
    measure = _measure(cells, current, hand, choices)
    if isinstance(measure, Refused):
        return Written(sentence=measure.sentence)
    return _weigh(measure, current, row.version, hand)


def _weigh(measure: Measure, current: Measure | None, version: str, hand: Hand) -> Written:
    if current is None:
        return Written(measure)
    if _said(measure) == _said(current) or measure_version(measure) == version:
        return Written()
    if measure_version(current) == version or (current.by == hand.by and current.at <= hand.at):
        return Written(measure)
    newer, older = (hand.by, current.by) if hand.at >= current.at else (current.by, hand.by)
    told = "; ".join(_differences(measure, current))
    sentence = (
        f"Två har ändrat åtgärden. {newer}s ändring gäller för att den är nyast; {older}s finns kvar här: {told}."
    )
    return Written(measure if hand.at >= current.at else None, sentence=sentence, conflict=True)


def _differences(one: Measure, other: Measure) -> Iterable[str]:
    pairs = zip(FIELDS, _said(one), _said(other), strict=True)
    return (f"”{a or 'tomt'}” ({one.by}) / ”{b or 'tomt'}” ({other.by})" for _, a, b in pairs if a != b)


def _measure(cells: Mapping[str, str], current: Measure | None, hand: Hand, choices: Choices) -> Measure | Refused:
    category = values.parse("category", cells["category"], choices) if cells["category"] else ""
    locality = values.parse("locality", cells["locality"], choices) if cells["locality"] else ""
    days = [values.when(cells[name]) if cells[name] else "" for name in ("from", "to")]
    status = _status(cells["status"])
    refused = next((v for v in (category, locality, *days, status) if isinstance(v, Refused)), None)
    if refused is not None:
        return refused
    from_, to = (date.fromisoformat(str(day)[:10]) if day else None for day in days)
    texts = (str(locality), cells["place"], str(category), cells["what"], cells["who"])
    number = current.id if current else 0
    return Measure(*texts, from_, to, status, hand.by, hand.at, number)  # type: ignore[arg-type]  # refused above


def _status(text: str) -> MeasureStatus | Refused:
    if not text:
        return "planerad"
    found = next((status for status in MEASURE_STATUSES if values.fold(text) == status), None)
    return found or Refused(f"Status {values.quote(text)} finns inte. Välj {', '.join(MEASURE_STATUSES)}.")


# Problems


def problem_rows(found: Iterable[Problem], choices: Choices, told: Mapping[str, str]) -> Iterable[Row]:
    """The ledger, those that await a judgement first; what happened once and nobody has judged is no problem yet."""
    shown = (p for p in found if len(p.events) > 1 or p.candidate or p.judgement or p.measures)
    for problem in sorted(shown, key=lambda p: (not p.awaits_judgement, p.status != "pågår", -len(p.events))):
        key = f"P{problem.number}"
        message = told.get(key, "")
        tones: dict[str, Tone] = {**told_tone(message), **({"why": "unsure"} if problem.awaits_judgement else {})}
        yield Row(key, judgement_version(problem.judgement), _problem_cells(problem, choices, message), tones)


def _problem_cells(problem: Problem, choices: Choices, message: str) -> dict[str, Cell]:
    return {
        "reference": problem.reference,
        "place": str(problem.place),
        "category": choices.category(problem.category),
        "status": "▲ återkommit" if problem.reopened else problem.status,
        "course": _course(problem),
        "why": "\n".join(problem.reasons),
        "measures": "\n".join(f"{m.measure.what} ({m.measure.status}): {m.text}" for m in problem.measures),
        "judged": _judged(problem.judgement),
        "message": message,
    }


def _course(problem: Problem) -> str:
    counts = f"{_several(len(problem.events), 'händelse', 'r')}, {_several(problem.voices, 'röst', 'er')}"
    return f"{problem.first_seen} – {problem.last_seen}\n{counts}\n{problem.trend.text}".strip()


def _several(count: int, word: str, ending: str) -> str:
    return f"{count} {word}{ending if count != 1 else ''}"


def _judged(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    word = "Ja" if judgement.long_term else "Nej"
    said = f"{word}, {judgement.by} {local_day(judgement.at)}"
    return f"{said}\n{judgement.note}" if judgement.note else said


def judgement_version(judgement: Judgement | None) -> str:
    """The hidden version: when the problem was last judged."""
    return judgement.at.isoformat() if judgement else ""


def read_judgement(row: ReadRow, problem: Problem, hand: Hand) -> Written:
    """What a row of Återkommande problem says; a note alone goes with the judgement that is there."""
    before = problem.judgement
    said = row.values.get("long_term", "")
    if not said and not row.values.get("note"):
        return Written()
    if not said and before is None:
        return Written(sentence="Välj Ja eller Nej under Långsiktigt; anteckningen är inte sparad än.")
    flag = (
        values.parse("recurring", said, Choices(())) if said else ("true" if before and before.long_term else "false")
    )
    if isinstance(flag, Refused):
        return Written(sentence=f"Långsiktigt: {values.quote(said)} går inte att läsa. Välj Ja eller Nej.")
    note = row.values.get("note") or (before.note if before else "")
    key = (problem.place.locality, problem.place.name, problem.category)
    return _weigh_judgement(Judgement(*key, flag == "true", hand.by, hand.at, note), before, row.version)


def _weigh_judgement(ours: Judgement, before: Judgement | None, version: str) -> Written:
    if before is None:
        return Written(judgement=ours)
    if (ours.long_term, ours.note) == (before.long_term, before.note):
        return Written()
    if judgement_version(before) == version or (before.by == ours.by and before.at <= ours.at):
        return Written(judgement=ours)
    newer, older = (ours, before) if ours.at >= before.at else (before, ours)
    sentence = (
        f"Två bedömningar: {_judged(newer)} gäller för att den är nyast; {_judged(older)} finns kvar i historiken."
    )
    return Written(judgement=ours if newer is ours else None, sentence=sentence, conflict=True)
