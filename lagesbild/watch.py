"""Taking in mail beside the service: within seconds of its arrival where the server has IDLE, else in a rhythm.

It has a thread of its own, so that a mail is stored at once also while another one is being classified.
"""

from threading import Event
from typing import TYPE_CHECKING

from ingest.message import IngestError
from ingest.source import NoIdleError, RefusedError
from lagesbild.intake import take
from lagesbild.log import log
from lagesbild.patience import note_failure
from lagesbild.settings import SettingsError
from store.records import StoreError

if TYPE_CHECKING:
    from lagesbild.wiring import App

# After a failed poll, which has been patient already, in seconds; a shorter rhythm goes before it.
REST_SECONDS = 60.0


def attend(app: "App", wake: Event, stop: Event) -> None:
    """Takes in mail until `stop`, and sets `wake` whenever there is something to work off."""
    every = app.settings.service.poll_every.total_seconds()
    while not stop.is_set():
        if _taken(app, wake, stop):
            _wait(app, every, stop)
        else:
            stop.wait(min(every, REST_SECONDS))


def _taken(app: "App", wake: Event, stop: Event) -> bool:
    """Whether the mailbox could be read; if not, `status` tells why."""
    try:
        if take(app, stop.is_set):
            wake.set()
    except (IngestError, SettingsError, StoreError) as error:
        wake.set()  # some may have come before it broke off
        # No traceback: it may hold mail text.
        log.error("failed", job="poll", error=type(error).__name__)
        return False
    return True


def _wait(app: "App", seconds: float, stop: Event) -> None:
    try:
        app.source.wait_for_new(seconds, stop.is_set)
    except NoIdleError:
        stop.wait(seconds)
    except RefusedError as error:
        note_failure(app.store, error)
    except IngestError:
        return  # the next poll connects anew, with patience
