"""What the service does again and again, and how often."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from lagesbild.service import Job

if TYPE_CHECKING:
    from lagesbild.wiring import App

# How often the small jobs look whether there is something to do; each look is one or two short queries.
REVIEW_EVERY = timedelta(seconds=30)
SEND_EVERY = timedelta(seconds=20)


def jobs(app: "App", stop: Event) -> tuple[Job, ...]:
    """Everything that `lagesbild run` does."""
    return (
        mail_job(app, stop),
        Job("review", REVIEW_EVERY, lambda: _review(app)),
        Job("send", SEND_EVERY, lambda: _send(app)),
    )


def mail_job(app: "App", stop: Event) -> Job:
    """Mail is taken in beside the service, and worked off as soon as some was taken."""
    beside = (lambda wake, end: _attend(app, wake, end)) if app.settings.mailbox.host else None
    return Job("mail", app.settings.service.poll_every, lambda: _work(app, stop.is_set), beside)


def _attend(app: "App", wake: Event, stop: Event) -> None:
    from lagesbild.watch import attend

    attend(app, wake, stop)


def _work(app: "App", stop: Callable[[], bool]) -> None:
    from lagesbild.intake import work

    work(app, stop=stop)


def _review(app: "App") -> None:
    from lagesbild.review import sync
    from lagesbild.review_means import review_tools

    sync(review_tools(app))


def _send(app: "App") -> None:
    from lagesbild.outbox import send_due, sending

    send_due(sending(app.settings, app.store))
