"""Stored reports and mails as rows of the review file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from classify.assessment import URGENCIES
from review import wording
from review.marks import marked
from review.model import Cell, Choices, Page, Row, Tone
from review.reasons import why
from store.records import ReviewNote, StoredMail, StoredReport

# Cells of rows that could not be taken yet, as (key, ((column, value), …)).
Drafts = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
# Key of what must be told about the file as a whole.
FILE = "F"
# Empty rows offered for what came by telephone or on a walk.
EMPTY_ROWS = 40
MAIL_REASONS: Mapping[str, str] = {
    "quarantined": "Mejlet kunde inte läsas",
    "too_large": "Mejlet är för stort; bara brevhuvudet hämtades",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a review file is made of.

    Attributes:
        change: number of the latest change by a person; goes into every row's version.
        alike: report id → references of reports that are probably about the same event.
        decided: report id → who approved it or sorted it out, and when, in words.
        drafts: what people have written and could not be taken yet.
        beginnings: mail number → how its text begins.
        stamp: makes the keys of the empty rows unique.
    """

    open: tuple[StoredReport, ...]
    reviewed: tuple[StoredReport, ...] = ()
    sorted_out: tuple[StoredReport, ...] = ()
    mails: tuple[StoredMail, ...] = ()
    notes: tuple[ReviewNote, ...] = ()
    change: int = 0
    stamp: str = ""
    alike: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    decided: Mapping[int, str] = field(default_factory=dict)
    drafts: Drafts = ()
    beginnings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """How things are shown: labels and the local time zone."""

    choices: Choices
    zone: ZoneInfo


def pages(content: Content, look: Look) -> tuple[Page, ...]:
    """Every sheet's rows: the most urgent and the least certain first, what must be told before all."""
    told = by_key(content.notes)
    waiting = sorted(content.open, key=lambda r: _order(r, told))
    sorted_out = [_sorted_out_row(r, content, look, told) for r in content.sorted_out]
    letters = [_mail_row(m, content, look, told) for m in content.mails]
    found = (
        Page("open", tuple(report_row(r, content, look, told) for r in waiting)),
        Page("reviewed", tuple(report_row(r, content, look, told) for r in content.reviewed)),
        Page("sorted_out", (*sorted_out, *letters)),
        Page("add", (*_drafts(content, told), *_empty_rows(content.stamp))),
    )
    whole = tuple(with_drafts(marked(page), content.drafts) for page in found)
    first = next(page.sheet for page in whole if page.rows and page.sheet in {"open", "add"})
    return tuple(_with_message(page, told.get(FILE, "")) if page.sheet == first else page for page in whole)


def _with_message(page: Page, told: str) -> Page:
    """What concerns no single row is told in the first row that anybody reads."""
    if not told:
        return page
    first, *others = page.rows
    message = "\n".join(filter(None, (told, str(first.cells.get("message") or ""))))
    tones: dict[str, Tone] = {**first.tones, "message": "message"}
    return replace(page, rows=(replace(first, cells={**first.cells, "message": message}, tones=tones), *others))


def with_drafts(page: Page, drafts: Drafts) -> Page:
    """The sheet with what people have written and could not be taken yet, in the cells where they wrote it."""
    waiting = {key: dict(cells) for key, cells in drafts}
    return replace(page, rows=tuple(_with_draft(row, waiting.get(row.key, {})) for row in page.rows))


def _with_draft(row: Row, cells: Mapping[str, str]) -> Row:
    tones: dict[str, Tone] = dict.fromkeys(cells, "message")
    return replace(row, cells={**row.cells, **cells}, tones={**row.tones, **tones}) if cells else row


def by_key(notes: Iterable[ReviewNote]) -> dict[str, str]:
    """What must be told, by row."""
    told: dict[str, list[str]] = {}
    for note in notes:
        told.setdefault(note.key, []).append(note.text)
    return {key: "\n".join(texts) for key, texts in told.items()}


def _order(stored: StoredReport, told: Mapping[str, str]) -> tuple[bool, int, float, datetime]:
    a = stored.effective
    return report_key(stored) not in told, URGENCIES.index(a.urgency), a.confidence.lowest, stored.report.date


def report_key(stored: StoredReport) -> str:
    """The hidden key of a report's row."""
    return f"R{stored.id}"


def version(stored: StoredReport, change: int) -> str:
    """The hidden version: the report's revision, and the number of the latest change by a person anywhere."""
    return f"{stored.revision}.{change}"


def report_row(stored: StoredReport, content: Content, look: Look, told: Mapping[str, str]) -> Row:
    """One report with what was found, why, and empty cells to correct it in."""
    key = report_key(stored)
    shown = found(stored, look.choices)
    more: dict[str, Cell] = {
        "reference": stored.reference,
        "received": stored.report.date.astimezone(look.zone).replace(tzinfo=None),
        "text": wording.body(stored.report),
        "why": why(stored, look.choices),
        "reporter": wording.reporter(stored.report),
        "attachments": wording.attachments(stored.report.attachments),
        "alike": "\n".join(content.alike.get(stored.id, ())),
        "message": told.get(key, ""),
        "decided": content.decided.get(stored.id, ""),
        "comment": stored.comment,
        "new_masked_text": dict(stored.corrected).get("masked_text", ""),
    }
    dressed = tones(stored, more["message"])
    signed = {name: _signed(value, dressed.get(name)) for name, value in shown.items()}
    return Row(key, version(stored, content.change), {**signed, **more}, dressed)


def _signed(value: Cell, tone: Tone | None) -> Cell:
    """Colours never stand alone: what people changed and what is unsure has a sign too."""
    if tone == "changed":
        return f"✎ {value}"
    return f"{value} ?".strip() if tone == "unsure" else value


def found(stored: StoredReport, choices: Choices) -> dict[str, Cell]:
    """The findings as they stand in the cells, corrections applied."""
    a = stored.effective
    return {
        "urgency": wording.URGENCY_SIGNS.get(a.urgency, "") + choices.urgency(a.urgency),
        "category": choices.category(a.category),
        "locality": a.place.locality or "",
        "site": a.place.site or "",
        "occurred": wording.occurred_text(a.occurred),
        "police": wording.POLICE[a.police_report],
    }


def tones(stored: StoredReport, message: Cell) -> dict[str, Tone]:
    """Colours by column: the urgency's own, what people changed, what the program is unsure of."""
    a = stored.effective
    sure = {"category": a.confidence.category, "locality": a.confidence.locality, "site": a.confidence.site}
    unsure: dict[str, Tone] = {name: "unsure" for name, value in sure.items() if value < wording.UNSURE}
    changed: dict[str, Tone] = {_shown_in(name): "changed" for name, _ in stored.corrected}
    return {**unsure, **changed, "urgency": a.urgency, **told_tone(message)}


def told_tone(message: Cell) -> dict[str, Tone]:
    """The colour of a filled Meddelande."""
    return {"message": "message"} if message else {}


def _shown_in(name: str) -> str:
    return "police" if name == "police_report" else name


def _sorted_out_row(stored: StoredReport, content: Content, look: Look, told: Mapping[str, str]) -> Row:
    key = report_key(stored)
    kind = stored.effective.not_report
    cells: dict[str, Cell] = {
        "reference": stored.reference,
        "received": stored.report.date.astimezone(look.zone).replace(tzinfo=None),
        "why": wording.NO_REPORT.get(kind, kind) if kind else content.decided.get(stored.id, ""),
        "reporter": wording.reporter(stored.report),
        "text": wording.body(stored.report),
        "comment": stored.comment,
        "message": told.get(key, ""),
    }
    return Row(key, version(stored, content.change), cells, told_tone(cells["message"]))


def _mail_row(mail: StoredMail, content: Content, look: Look, told: Mapping[str, str]) -> Row:
    reason = MAIL_REASONS.get(mail.state) or wording.NO_REPORT.get(mail.reason, mail.reason)
    cells: dict[str, Cell] = {
        "reference": f"mejl {mail.id}",
        "received": mail.internal_date.astimezone(look.zone).replace(tzinfo=None),
        "why": reason,
        "reporter": mail.sender,
        "text": f"{mail.subject}\n{content.beginnings.get(mail.id, '')}".strip(),
        "message": told.get(f"M{mail.id}", ""),
    }
    tones: dict[str, Tone] = {"why": "hog"} if mail.state in MAIL_REASONS else {}
    return Row(f"M{mail.id}", "0.0", cells, tones)


def _drafts(content: Content, told: Mapping[str, str]) -> Iterable[Row]:
    for key, cells in content.drafts:
        if key.startswith("N"):
            yield Row(key, "0.0", {**dict(cells), "message": told.get(key, "")}, {"message": "message"})


def _empty_rows(stamp: str) -> Iterable[Row]:
    return (Row(f"N{stamp}-{number}", "0.0", {}) for number in range(EMPTY_ROWS))
