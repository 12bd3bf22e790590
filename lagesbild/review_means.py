"""What the review round works with, from the wiring: choices, file, account, and how things become reports."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from classify.assessment import Assessment
from ingest.message import Address, Report
from lagesbild.corrections import Means
from lagesbild.pipeline import raw_message
from lagesbild.review import ReviewTools
from review.model import Choices
from review.rows import Look
from store.records import StoredMail

if TYPE_CHECKING:
    from lagesbild.wiring import App

UNREADABLE = "Mejlet kunde inte läsas av programmet. Läs det i brevlådan och skriv här vad det gäller."


def review_tools(app: "App") -> ReviewTools:
    """The round's tools for the settings."""
    labels = app.labels
    choices = Choices(labels.categories, tuple(one.name for one in labels.localities), (), labels.urgencies)

    def assess(report: Report) -> Assessment:
        return app.classifier.assess(report)  # only now is the language pipeline loaded

    def read_again(mail: StoredMail, rfc822: bytes) -> Report:
        return report_of(mail, rfc822, app.zone)

    means = Means(Look(choices, app.zone), assess, read_again)
    return ReviewTools(app.store, app.settings.review.path, means, app.settings.review.account)


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
