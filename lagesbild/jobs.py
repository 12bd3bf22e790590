"""What the service does again and again, and how often."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from lagesbild.service import Job

if TYPE_CHECKING:
    from lagesbild.wiring import App

# How often the small jobs look whether there is something to do; each look is one or two short queries.
LEDGER_EVERY = timedelta(seconds=15)
ALERT_EVERY = timedelta(seconds=15)
SEND_EVERY = timedelta(seconds=15)
REVIEW_EVERY = timedelta(seconds=30)
DIGEST_EVERY = timedelta(minutes=1)
WARN_EVERY = timedelta(minutes=1)


def jobs(app: "App", stop: Event) -> tuple[Job, ...]:
    """Everything that `lagesbild run` does, in the order of one round: in, understood, corrected, out."""
    return (
        mail_job(app, stop),
        Job("ledger", LEDGER_EVERY, lambda: _ledger(app)),
        Job("review", REVIEW_EVERY, lambda: _review(app)),
        Job("alert", ALERT_EVERY, lambda: _alert(app)),
        Job("digest", DIGEST_EVERY, lambda: _digest(app)),
        Job("warn", WARN_EVERY, lambda: _warn(app)),
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


def _ledger(app: "App") -> None:
    from lagesbild.ledger import update

    update(app.store, app.zone)


def _review(app: "App") -> None:
    from lagesbild.review_means import keep_up

    keep_up(app)


def _alert(app: "App") -> None:
    from lagesbild.notices import alert

    alert(app)


def _digest(app: "App") -> None:
    from lagesbild.due import make_due

    if app.settings.digest.recipients:
        make_due(app)


def _warn(app: "App") -> None:
    from lagesbild.notices import warn_operator

    warn_operator(app)


def _send(app: "App") -> None:
    from lagesbild.outbox import send_due, sending

    send_due(sending(app.settings, app.store))
