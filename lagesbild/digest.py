"""From the store to a sent digest: gathers, has the picture compiled and rendered, puts it in the outbox."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest import DigestError
from digest.charts import draw
from digest.entries import entries
from digest.labels import Labels
from digest.message import Envelope, build
from digest.period import Period
from digest.picture import Material, SituationPicture
from digest.render import Rendered, render
from digest.sections import TREND_WEEKS, USUAL_PERIODS, compile_picture
from lagesbild.outbox import put
from store import mails, outbox, reports
from store.records import OutgoingMail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lagesbild.settings import Settings
    from lagesbild.wiring import App


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest, compiled and rendered, not yet a mail."""

    picture: SituationPicture
    rendered: Rendered


def compile_digest(app: "App", period: Period) -> Digest:
    """Reads the store and renders the digest of a period."""
    settings = app.settings
    with app.store.transaction() as session:
        material = gather(session, period, app.labels, settings, datetime.now(app.zone))
    picture = compile_picture(material)
    images = draw(picture, domain(settings))
    rendered = render(picture, app.labels, images, settings.digest.owner, settings.digest.templates)
    return Digest(picture, rendered)


def gather(session: "Session", period: Period, labels: Labels, settings: "Settings", now: datetime) -> Material:
    """Everything the picture of a period is computed from, in a few queries."""
    zone = now.tzinfo or UTC
    start, end = period.bounds(zone)
    stored = reports.between(session, earliest(period).bounds(zone)[0], end)
    first = reports.first_date(session)
    return Material(
        period=period,
        made_at=now,
        labels=labels,
        entries=entries(stored, zone, quote_unreviewed=settings.digest.quote_unreviewed),
        since=first.astimezone(zone).date() if first else None,
        accounts=mails.accounts(session, start, end),
        contact=settings.digest.contact,
    )


def earliest(period: Period) -> Period:
    """The first period that comparisons reach back to: a year before the start of the time line, or the usual."""
    back = TREND_WEEKS if period.kind == "week" else USUAL_PERIODS
    return min(period.earlier(back)[-1], period.earlier(TREND_WEEKS)[-1].year_before, key=lambda p: p.first)


def domain(settings: "Settings") -> str:
    """The right half of our Message-IDs and Content-IDs: the sender's domain."""
    return settings.smtp.from_.rpartition("@")[2] or "localhost"


def enqueue_digest(app: "App", period: Period) -> OutgoingMail | None:
    """Puts the digest of a period in the outbox, once.

    Returns:
        The outgoing mail, or None where that digest was made before.

    Raises:
        DigestError: nobody is named to receive it.
    """
    recipients = app.settings.digest.recipients
    if not recipients:
        msg = "The digest has no recipients. Name them in [digest] recipients."
        raise DigestError(msg)
    digest = compile_digest(app, period)
    with app.store.transaction() as session:
        number = outbox.claim_digest(session, period.kind, period.code)
        if number is None:
            return None
        envelope = _envelope(app.settings, period, number, recipients)
        mail = build(envelope, digest.rendered)
        queued = put(session, app.gate, envelope, mail)
        outbox.complete_digest(session, number, queued.id, [e.id for e in digest.picture.entries])
    return queued


def _envelope(settings: "Settings", period: Period, number: int, recipients: tuple[str, ...]) -> Envelope:
    return Envelope(
        sender=settings.smtp.from_,
        recipients=recipients,
        subject=settings.digest.subject.replace("{period}", period.code),
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
