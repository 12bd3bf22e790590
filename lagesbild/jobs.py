"""What the service does again and again, and how often."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from lagesbild.service import Job, attempt

if TYPE_CHECKING:
    from lagesbild.wiring import App
    from store.records import OutgoingMail

# How often the small jobs look whether there is something to do; each look is one or two short queries.
LEDGER_EVERY = timedelta(seconds=15)
ALERT_EVERY = timedelta(seconds=15)
SEND_EVERY = timedelta(seconds=15)
REVIEW_EVERY = timedelta(seconds=30)
LOOK_EVERY = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# What stands when the service starts may be over as soon as it has read the mailbox once.
GRACE_SECONDS = 120.0


def jobs(app: "App", stop: Event) -> tuple[Job, ...]:
    """Everything that `lagesbild run` does, in the order of one round: in, understood, corrected, out."""
    started = monotonic()
    return (
        mail_job(app, stop),
        Job("ledger", LEDGER_EVERY, lambda: _ledger(app)),
        Job("review", REVIEW_EVERY, lambda: _review(app)),
        Job("alert", ALERT_EVERY, lambda: _alert(app)),
        Job("acknowledge", LOOK_EVERY, lambda: _acknowledge(app)),
        Job("digest", LOOK_EVERY, lambda: _digest(app)),
        Job("feedback", HOUR, lambda: _feed_back(app)),
        Job("warn", LOOK_EVERY, lambda: _warn(app, started)),
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

    work(app, _alerting(app), stop)


def _alerting(app: "App") -> Callable[[object], None]:
    """Alerts also while a long row of mails is being worked off: the urgent one may stand first in it."""
    last = monotonic()
    job = Job("alert", ALERT_EVERY, lambda: _alert_at_once(app))

    def look(_mail: object) -> None:
        nonlocal last
        if monotonic() - last >= ALERT_EVERY.total_seconds():
            last = monotonic()
            attempt(job)

    return look


def _ledger(app: "App") -> None:
    from lagesbild.ledger import update

    update(app.store, app.zone)


def _review(app: "App") -> None:
    from lagesbild.review_means import keep_up

    keep_up(app)


def _alert(app: "App") -> tuple["OutgoingMail", ...]:
    from lagesbild.notices import alert

    return alert(app)


def _alert_at_once(app: "App") -> None:
    if _alert(app):
        _send(app)


def _acknowledge(app: "App") -> None:
    from lagesbild.reporters import acknowledge

    acknowledge(app)


def _digest(app: "App") -> None:
    from lagesbild.due import make_due

    make_due(app)


def _feed_back(app: "App") -> None:
    from lagesbild.reporters import feed_back

    feed_back(app)


def _warn(app: "App", started: float) -> None:
    from lagesbild.notices import warn_operator

    if monotonic() - started >= GRACE_SECONDS:
        warn_operator(app)


def _send(app: "App") -> None:
    from lagesbild.outbox import send_due, sending

    smtp = app.settings.smtp
    if smtp.host or smtp.outbox:
        send_due(sending(app.settings, app.store), patient=True)
