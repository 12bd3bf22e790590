"""From the store to a sent digest: gathers, has the picture compiled and rendered, puts it in the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from digest import DigestError, swedish
from digest.entries import Entry, entries
from digest.happenings import Happening, happenings
from digest.illustrate import illustrate
from digest.ledger import event_groups, problem_lines, silence, unusual
from digest.maps import Ring, boundary
from digest.message import Envelope, File, build
from digest.pdf import make_pdf
from digest.period import Period
from digest.picture import Material, SituationPicture
from digest.render import Rendered, render, template_folders
from digest.sections import TREND_WEEKS, compile_picture
from digest.sheet import CONTENT_TYPE, make_sheet
from lagesbild.due import late
from lagesbild.ledger import read, update
from lagesbild.outbox import put
from store import mails, outbox, reports
from store.masked import masked_between
from store.records import OutgoingMail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.settings import Audience, Settings
    from lagesbild.wiring import App

# Staff's notes on a period are a paragraph or two, not a document.
NOTES_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest, compiled and rendered, not yet a mail; `told` are the numbers of the reports that it tells of."""

    picture: SituationPicture
    rendered: Rendered
    files: tuple[File, ...]
    told: tuple[int, ...]


def compile_digest(app: "App", period: Period, audience: str = "") -> Digest:
    """Reads the store and renders the digest of a period for one audience.

    Raises:
        DigestError: there is no such audience, or a template, the boundary or the notes are wrong.
    """
    chosen, settings = _audience(app.settings, audience), app.settings.digest
    update(app.store, app.zone)
    with app.store.transaction() as session:
        material = gather(app, session, period, chosen)
    picture = compile_picture(material)
    images = illustrate(picture, app.labels, domain(app.settings), _rings(settings.boundary))
    rendered = render(picture, app.labels, images, settings.owner, settings.templates)
    return Digest(picture, rendered, _files(app, picture, rendered), _told(material))


def _told(material: Material) -> tuple[int, ...]:
    late_ones = {reference for event in material.late for reference in event.references}
    return tuple(e.id for e in material.entries if e.day in material.period or e.reference in late_ones)


def _files(app: "App", picture: SituationPicture, rendered: Rendered) -> tuple[File, ...]:
    """The same picture on paper, and its events as a spreadsheet."""
    title, name = f"Lägesbild {swedish.named(picture.period)}", f"lagesbild-{picture.period.code}"
    folders = template_folders(app.settings.digest.templates)
    paper = make_pdf(rendered.html, rendered.images, folders, title, picture.made_at)
    sheet = make_sheet(picture, app.labels, title)
    return (File(f"{name}.pdf", "application/pdf", paper), File(f"{name}.xlsx", CONTENT_TYPE, sheet))


def gather(app: "App", session: "Session", period: Period, audience: "Audience") -> Material:
    """Everything the picture of a period is computed from, in a few queries."""
    zone, settings = app.zone, app.settings.digest
    start, end = period.bounds(zone)
    stored = masked_between(session, earliest(period).bounds(zone)[0], end)
    first = reports.first_date(session)
    told = entries(stored, zone, quote_unreviewed=settings.quote_unreviewed)
    ledger = read(session, app.frame, seen_from(start, end, datetime.now(UTC)))
    events = happenings(told, event_groups(ledger))
    return Material(
        period=period,
        made_at=datetime.now(zone),
        labels=app.labels,
        entries=told,
        events=events,
        since=first.astimezone(zone).date() if first else None,
        accounts=mails.accounts(session, start, end),
        late=_late(session, period, zone, audience.name, (events, told)),
        problems=problem_lines(ledger, period, events),
        unusual=unusual(ledger) if period.kind == "week" else (),
        silence=silence(ledger),
        rules=tuple(sorted({r.effective.rules[:8] for r in stored if r.report.date >= start})),
        notes=_notes(settings.notes, period),
        contact=settings.contact,
        first_areas=audience.areas,
    )


def seen_from(start: datetime, end: datetime, now: datetime) -> datetime:
    """The moment as of which the ledger is read: the period's last, or now while it goes on."""
    return now if start <= now < end else end - timedelta(seconds=1)


def earliest(period: Period) -> Period:
    """The first period that comparisons reach back to: a year before the start of the time line."""
    return period.earlier(TREND_WEEKS)[-1].year_before if period.kind == "week" else period.year_before


def _late(
    session: "Session", period: Period, zone: tzinfo, audience: str, known: tuple[Iterable[Happening], Iterable[Entry]]
) -> tuple[Happening, ...]:
    """Events of earlier periods that no digest has told of, for their first report came too late."""
    events, told = known
    numbers = late(session, period, zone, audience)
    references = {entry.reference for entry in told if entry.id in numbers}
    return tuple(replace(event, late=True) for event in events if event.reference in references)


def _notes(folder: Path | None, period: Period) -> tuple[str, ...]:
    """Staff's paragraphs on a period, from `<period>.txt` in their folder; none where there is no such file."""
    path = folder / f"{period.code}.txt" if folder else None
    if path is None or not path.is_file():
        return ()
    try:
        text = path.read_bytes()[:NOTES_BYTES].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The notes {path} cannot be read: {error}. Save them as text in UTF-8."
        raise DigestError(msg) from error
    return tuple(paragraph for paragraph in text.split("\n\n") if paragraph.strip())


def _rings(path: Path | None) -> tuple[Ring, ...]:
    if path is None:
        return ()
    try:
        return boundary(path.read_bytes())
    except OSError as error:
        msg = f"The boundary {path} cannot be read: {error.strerror}. Check [digest] boundary."
        raise DigestError(msg) from error


def audiences(settings: "Settings") -> tuple["Audience", ...]:
    """Everybody who gets a digest of their own: [digest] recipients under the empty name, then each audience."""
    from lagesbild.settings import Audience

    return (Audience(name="", recipients=settings.digest.recipients), *settings.digest.audience)


def _audience(settings: "Settings", name: str) -> "Audience":
    found = next((a for a in audiences(settings) if a.name == name), None)
    if found is None:
        known = ", ".join(a.name for a in settings.digest.audience) or "none"
        msg = f"There is no audience {name} in [[digest.audience]]. There are: {known}."
        raise DigestError(msg)
    return found


def domain(settings: "Settings") -> str:
    """The right half of our Message-IDs and Content-IDs: the sender's domain."""
    return settings.smtp.domain


def enqueue_digest(app: "App", period: Period, audience: str = "") -> OutgoingMail | None:
    """Puts the digest of a period for one audience in the outbox, once.

    Returns:
        The outgoing mail, or None where that digest was made before.

    Raises:
        DigestError: nobody is named to receive it, or it cannot be made.
    """
    chosen = _audience(app.settings, audience)
    if not chosen.recipients:
        msg = "The digest has no recipients. Name them in [digest] recipients."
        raise DigestError(msg)
    digest = compile_digest(app, period, audience)
    with app.store.transaction() as session:
        number = outbox.claim_digest(session, period.kind, period.code, audience)
        if number is None:
            return None
        envelope = _envelope(app.settings, period, number, chosen.recipients)
        queued = put(session, app.gate, envelope, build(envelope, digest.rendered, digest.files))
        outbox.complete_digest(session, number, queued.id, digest.told)
    return queued


def _envelope(settings: "Settings", period: Period, number: int, recipients: tuple[str, ...]) -> Envelope:
    return Envelope(
        sender=settings.smtp.from_,
        recipients=recipients,
        subject=settings.digest.subject.replace("{period}", swedish.named(period)),
        message_id=f"<lagesbild.{period.code}.{number}@{domain(settings)}>",
        date=datetime.now(UTC),
    )


def write_preview(digest: Digest, path: Path) -> Path:
    """Writes the digest as one HTML file whose pictures lie inside it, for a browser."""
    from base64 import b64encode

    html = digest.rendered.html
    for image in digest.rendered.images:
        html = html.replace(f"cid:{image.cid}", f"data:image/png;base64,{b64encode(image.png).decode()}")
    path.write_text(html, encoding="utf-8")
    return path


def today(app: "App") -> date:
    """The local day."""
    return datetime.now(app.zone).date()
