"""Taking in mail, as the commands and the service do it: take, note how it went, work off what waits."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.message import IngestError
from lagesbild.pipeline import Progress, Stop, Tools, take_in, work_off
from store import health

if TYPE_CHECKING:
    from lagesbild.wiring import App


def never() -> bool:
    """Nobody asks to stop."""
    return False


def poll(app: "App", progress: Progress = lambda _mail: None, stop: Stop = never) -> int:
    """Reads the mailbox of the settings once and works off everything that waits.

    Returns:
        How many mails were new.

    Raises:
        IngestError: the mailbox cannot be read; noted for `status`, and what waited was worked off all the same.
    """
    try:
        taken = take_in(app.store, app.source, app.source.mailbox, stop)
    except IngestError as error:
        _note_failure(app, error)
        work_off(tools(app, progress, stop))
        raise
    with app.store.transaction() as session:
        health.note(session, health.LAST_POLL, {"taken": taken})
        health.clear(session, health.POLL_FAILURE)
    work_off(tools(app, progress, stop))
    return taken


def import_files(app: "App", paths: Sequence[Path], progress: Progress = lambda _mail: None) -> int:
    """Takes .eml files, folders, mbox files and Maildirs through the same door.

    Returns:
        How many mails were new.

    Raises:
        IngestError: a path cannot be read; what was taken before it was worked off.
    """
    from ingest.maildir import FilesSource

    try:
        return take_in(app.store, FilesSource(paths, app.settings.mailbox.max_bytes))
    finally:
        work_off(tools(app, progress, never))


def tools(app: "App", progress: Progress, stop: Stop) -> Tools:
    """What the flow works with, from the wiring."""
    return Tools(app.store, app.read, app.classifier, stop, progress)


def _note_failure(app: "App", error: IngestError) -> None:
    with app.store.transaction() as session:
        health.note(session, health.POLL_FAILURE, {"error": str(error)})
