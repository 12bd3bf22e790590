"""What the review round works with, from the wiring: choices, file, account, and how things become reports."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from classify.assessment import Assessment
from ingest.message import Address, Report
from lagesbild import ledger
from lagesbild.corrections import Means
from lagesbild.pipeline import raw_message
from lagesbild.review import ReviewTools, Summary, sync
from review.model import Choices, FileBusy, ReviewError
from review.rows import Look
from store import health
from store.records import StoredMail

if TYPE_CHECKING:
    from classify.rules import RuleBook
    from lagesbild.wiring import App

UNREADABLE = "Mejlet kunde inte läsas av programmet. Läs det i brevlådan och skriv här vad det gäller."


def review_tools(app: "App") -> ReviewTools:
    """The round's tools for the settings."""

    def assess(report: Report) -> Assessment:
        return app.classifier.assess(report)  # loaded only when something was entered by hand

    means = Means(
        look=Look(choices_of(app.rules), app.zone),
        assess=assess,
        report_of=lambda mail, rfc822: report_of(mail, rfc822, app.zone),
        problems=lambda session: ledger.read(session, app.frame, datetime.now(UTC)).problems,
    )
    review, retention = app.settings.review, app.settings.retention
    months = retention.months if retention.decision else 0
    return ReviewTools(app.store, review.path, means, review.account, months)


def choices_of(rules: "RuleBook") -> Choices:
    """What may be chosen, from both rule files."""
    categories = tuple((one.id, one.label) for one in rules.categories)
    sites = tuple(dict.fromkeys(site.name for site in rules.places.sites))
    return Choices(categories, tuple(one.name for one in rules.places.localities), sites)


def keep_up(app: "App") -> Summary:
    """What the service does again and again: events linked, the file read and written; a failure stands in `status`.

    Raises:
        ReviewError: the file cannot be read or written; noted.
    """
    ledger.update(app.store, app.zone)
    try:
        summary = sync(review_tools(app))
    except FileBusy:
        return Summary(open_in=app.settings.review.path.name)
    except ReviewError as error:
        with app.store.transaction() as session:
            health.note(session, health.REVIEW_FAILURE, {"error": str(error)})
        raise
    with app.store.transaction() as session:
        health.clear(session, health.REVIEW_FAILURE)
    return summary


def report_of(mail: StoredMail, rfc822: bytes, zone: ZoneInfo) -> Report:
    """A mail that was sorted out or could not be read, as the report that a person says it is."""
    from ingest.parse import parse

    try:
        message = parse(raw_message(mail, rfc822), zone)
    except Exception:  # noqa: BLE001 - it is in quarantine because reading it fails; a person has decided all the same
        return Report(UNREADABLE, mail.subject, mail.internal_date, Address("", mail.sender), "free")
    return Report(
        text=message.text or message.subject or UNREADABLE,
        subject=message.subject,
        date=message.date,
        reporter=message.from_,
        kind="free",
        message_id=message.message_id,
        original=message.text,
        attachments=message.attachments,
    )
