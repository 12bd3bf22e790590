"""The review file's round: read what people wrote, lay it over the store, write the file anew. Never the other way."""

import shutil
import tempfile
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lagesbild.agreement import agreement
from lagesbild.corrections import Means, Tally, hand_of, lay_over
from lagesbild.drafts import keep_drafts
from review import file
from review.edits import by_own_key, drafts, is_copy, read_edits
from review.guide import guide
from review.ledger import empty_measures, measure_rows, problem_rows
from review.marks import written
from review.model import FileBusy, Page, ReadFile, ReviewError
from review.package import refuse_unfit
from review.rows import FILE, Content, by_key, pages, with_drafts
from review.text_file import write_text
from review.wording import local_time
from review.workbook import Book, write_workbook
from store import mails, problems, reports
from store import review as memory
from store.records import ReviewFileState, ReviewNote, StoredMail, StoredReport
from store.session import Store

# More rows than this make a sheet slow to open; the rest comes when these are done.
MAX_OPEN = 5000
MAX_REVIEWED = 500
MAX_MAILS = 500
# Of the latest mails that were sorted out, this many show how they begin, in characters; large ones take time to read.
MAX_BEGINNINGS = 100
BEGINNING = 600
MAX_BEGUN = 200_000
# An editor that saves between our reading and our writing sends us back to reading; this often at most.
MAX_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class ReviewTools:
    """What the round works with: the store, the file, whom to name where the file does not, and the means.

    Attributes:
        archive_months: how long applied files are kept; 0 keeps them, since nothing is deleted without a decision.
    """

    store: Store
    path: Path
    means: Means
    account: str = "granskare"
    archive_months: int = 0


@dataclass
class Summary:
    """What a round did, for people: figures, then one sentence a row that needs a look."""

    tally: Tally = field(default_factory=Tally)
    read: bool = False
    written: bool = False
    open_in: str = ""
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 where all went in, 1 where something was refused or is missing, 3 where changes collided."""
        if self.tally.refused or self.missing:
            return 1
        return 3 if self.tally.conflicts else 0

    def lines(self) -> list[str]:
        """In Swedish, the most important first."""
        if not self.read:
            return ["Inget nytt att läsa i filen."]
        t = self.tally
        first = (
            f"{t.changed} ändringar införda, {t.entered} nya rapporter, {t.conflicts} krockar, {t.refused} avvisade."
        )
        return [first, *self.missing, *t.told]


def sync(tools: ReviewTools) -> Summary:
    """Reads what is new in the file and writes it anew where the store has changed and nobody has it open.

    Raises:
        ReviewError: the file cannot be read or written; it is left as it is.
    """
    summary = Summary()
    if tools.archive_months:
        file.prune(tools.path, months_before(datetime.now(tools.means.look.zone), tools.archive_months))
    file.recover(tools.path)
    _take_leftover(tools, summary)
    for _ in range(MAX_ROUNDS):
        _take(tools, tools.path, summary)
        if _open_elsewhere(tools, summary) or _write(tools, summary):
            return summary
    msg = f"{tools.path.name} ändras hela tiden. Försök igen om en stund; inget har gått förlorat."
    raise FileBusy(msg)


def _open_elsewhere(tools: ReviewTools, summary: Summary) -> bool:
    lock = next(iter(file.locks(tools.path)), None)
    summary.open_in = lock.name if lock else ""
    return lock is not None


def months_before(at: datetime, months: int) -> datetime:
    """The same time so many months earlier, or the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def export(tools: ReviewTools) -> Summary:
    """Writes the file, after reading what people wrote in it.

    Raises:
        FileBusy: it is open in another program.
    """
    summary = sync(tools)
    if summary.open_in:
        raise file.busy_by_lock(tools.path, tools.path.with_name(summary.open_in))
    return summary


def import_file(tools: ReviewTools, path: Path) -> Summary:
    """Reads one file that lies elsewhere, for example a copy sent by mail; the review file itself is written next time.

    Raises:
        ReviewError: there is no such file, or it cannot be read.
    """
    if not path.is_file():
        msg = f"{path} finns inte. Skriv en ny med `lagesbild review export`."
        raise ReviewError(msg)
    summary = Summary()
    _take(tools, path, summary)
    return summary


def _take_leftover(tools: ReviewTools, summary: Summary) -> None:
    """A file that had stepped aside when the program was killed, while an editor saved a new one in its place."""
    aside = file.aside_of(tools.path)
    if aside.exists():
        copy = aside.replace(aside.with_name(f"{aside.stem}-kvar{tools.path.suffix}"))
        _take(tools, copy, summary)
        copy.unlink()


def _take(tools: ReviewTools, path: Path, summary: Summary) -> None:
    """Reads one file, if its bytes are new, and lays it over the store."""
    file.settle(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if not _copied(path, copy):
            return
        sha = file.digest(copy)
        with tools.store.transaction() as session:
            state = memory.file_state(session, _name(path))
        if sha == state.sha256:
            return
        _lay_over(tools, path, copy, replace(state, sha256=sha, fingerprint=""), summary)
        if summary.tally.applied:
            file.archive(tools.path, copy, datetime.now(tools.means.look.zone))


def _copied(path: Path, copy: Path) -> bool:
    try:
        refuse_unfit(path)
        shutil.copy2(path, copy)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file.busy_by_reason(path, error.strerror or "upptagen") from error
    return True


def _name(path: Path) -> str:
    return str(path.resolve())


def _lay_over(tools: ReviewTools, path: Path, copy: Path, state: ReviewFileState, summary: Summary) -> None:
    held, own = bool(file.locks(path)), path == tools.path
    found = _read(path, copy, state.sha256)
    found = replace(found, rows=tuple(by_own_key(found.rows)))
    # Rows that are still being typed are looked at again when the file is closed.
    rows = tuple(row for row in found.rows if not (held and (row.sheet == "add" or is_copy(row))))
    edits = read_edits(found, rows, state.seen)
    hand = hand_of(found.modified_by, found.modified_at, tools.account, dated=found.dated or own)
    with tools.store.transaction() as session:
        tally = lay_over(session, edits, hand, tools.means, found.lost)
        again = len(rows) != len(found.rows)
        if own:
            _tell_of_file(session, found.missing, hand.at)
        memory.set_file_state(session, replace(state, sha256="" if again else state.sha256, seen=edits.seen))
        keep_drafts(session, _drafts_of(tools), rows, tally, own=own)
    summary.tally, summary.read = _sum(summary.tally, tally), True
    summary.missing = (*summary.missing, *found.missing)


def _tell_of_file(session: Session, missing: tuple[str, ...], at: datetime) -> None:
    """Sheets and columns that are gone are told until somebody saves the file with them."""
    memory.clear_notes(session, [(FILE, "")])
    memory.add_notes(session, [ReviewNote(FILE, str(number), told, at) for number, told in enumerate(missing)])


def _read(path: Path, copy: Path, sha: str) -> ReadFile:
    """A file that cannot be read while somebody is saving it is no damaged file."""
    try:
        return file.read(copy)
    except ReviewError as error:
        if file.locks(path) or file.digest(path) != sha:
            raise file.busy_by_reason(path, "sparas just nu") from error
        raise


def _sum(one: Tally, two: Tally) -> Tally:
    return Tally(
        one.changed + two.changed,
        one.conflicts + two.conflicts,
        one.refused + two.refused,
        one.entered + two.entered,
        one.told + two.told,
        one.unfinished + two.unfinished,
        one.finished + two.finished,
        one.left + two.left,
        one.mended + two.mended,
    )


def _drafts_of(tools: ReviewTools) -> str:
    return f"{_name(tools.path)}#utkast"


def _write(tools: ReviewTools, summary: Summary) -> bool:
    """Writes the file where it would say something new; False where somebody has saved it in the meantime."""
    with tools.store.transaction() as session:
        state, mark = memory.file_state(session, _name(tools.path)), _mark(session, tools)
        if state.fingerprint.endswith(mark) and tools.path.exists():
            return True
        content = _content(session, tools)
        ledger = _ledger(session, tools, content)
        help_lines = guide(agreement(session, tools.means.look.zone))
    book = Book((*pages(content, tools.means.look), *ledger), tools.means.look.choices, help_lines)
    fingerprint = book.fingerprint()[:40] + mark
    if fingerprint[:40] == state.fingerprint[:40] and tools.path.exists():
        _remember(tools, replace(state, fingerprint=fingerprint))
        return True
    data = write_text(book) if tools.path.suffix.lower() == ".csv" else write_workbook(book)
    if _open_elsewhere(tools, summary):  # making a large file takes seconds; somebody may have opened the old one
        return True
    on_disk = file.digest(tools.path)
    if on_disk not in {"", state.sha256} or not file.replace(tools.path, data, on_disk):
        return False
    seen = (*_prefilled(content), *written(book.pages))
    _remember(tools, ReviewFileState(_name(tools.path), fingerprint, file.digest_of(data), seen))
    summary.written = True
    return True


def _mark(session: Session, tools: ReviewTools) -> str:
    """24 characters that change with the store, with what may be chosen and, for the ledger, with the day."""
    today = datetime.now(tools.means.look.zone).date()
    return file.digest_of(f"{memory.mark(session)} {tools.means.look.choices} {today}".encode())[:24]


def _remember(tools: ReviewTools, state: ReviewFileState) -> None:
    with tools.store.transaction() as session:
        memory.set_file_state(session, state)


def _prefilled(content: Content) -> list[tuple[str, str, str]]:
    """Cells that we fill ourselves are no news when they come back."""
    return [(key, name, value) for key, cells in content.drafts for name, value in cells]


def _content(session: Session, tools: ReviewTools) -> Content:
    waiting = reports.with_status(session, "open", MAX_OPEN)
    reviewed = reports.with_status(session, "approved", MAX_REVIEWED)
    dismissed = reports.with_status(session, "dismissed", MAX_REVIEWED)
    is_report = [r for r in waiting if r.effective.not_report is None]
    letters = mails.in_state(session, ("no_report", "quarantined", "too_large"), MAX_MAILS)
    draft_state = memory.file_state(session, _drafts_of(tools))
    return Content(
        open=tuple(is_report),
        reviewed=reviewed,
        sorted_out=(*(r for r in waiting if r.effective.not_report), *dismissed),
        mails=letters,
        beginnings=_beginnings(session, tools.means, letters),
        notes=memory.notes(session),
        change=memory.last_change(session),
        stamp=f"{int(datetime.now(UTC).timestamp() * 1000):x}",
        alike=_alike(session, (*is_report, *reviewed)),
        decided=_decided(session, (*reviewed, *dismissed), tools),
        drafts=tuple((key, tuple(cells.items())) for key, cells in drafts(draft_state.seen)),
    )


def _beginnings(session: Session, means: Means, letters: Iterable[StoredMail]) -> dict[int, str]:
    """How mails begin that were sorted out as no report: by the subject alone nobody sees a mistake."""
    small = [mail for mail in letters if mail.state == "no_report" and mail.size <= MAX_BEGUN][:MAX_BEGINNINGS]
    raw = mails.raw_of(session, [mail.id for mail in small])
    return {mail.id: means.report_of(mail, raw[mail.id]).text[:BEGINNING] for mail in small if mail.id in raw}


def _ledger(session: Session, tools: ReviewTools, content: Content) -> tuple[Page, Page]:
    """The sheets of measures and recurring problems."""
    told, choices = by_key(content.notes), tools.means.look.choices
    half_done = {key: dict(cells) for key, cells in content.drafts if key[0] in "AB"}
    measures = measure_rows(problems.measures(session), choices, told, half_done)
    found = problem_rows(tools.means.problems(session), choices, told)
    return Page("measures", (*measures, *empty_measures(content.stamp))), with_drafts(
        Page("problems", tuple(found)), content.drafts
    )


def _alike(session: Session, found: tuple[StoredReport, ...]) -> dict[int, tuple[str, ...]]:
    """Report → references of those that linking holds to be of the same event."""
    references = {r.id: r.reference for r in found}
    alike: dict[int, tuple[str, ...]] = {}
    for link in problems.links(session, list(references)):
        for one, other in ((link.report_id, link.other_id), (link.other_id, link.report_id)):
            if one in references:
                name = references.get(other) or reports.get(session, other).reference
                alike[one] = (*alike.get(one, ()), name)
    return alike


def _decided(session: Session, found: tuple[StoredReport, ...], tools: ReviewTools) -> dict[int, str]:
    """Who approved or sorted out, and when."""
    said = reports.approvals(session, [r.id for r in found])
    words = {"approved": "Godkänd", "dismissed": "Bortsorterad"}
    return {n: f"{words.get(c.new, '')} av {c.by} {local_time(c.at, tools.means.look.zone)}" for n, c in said.items()}
