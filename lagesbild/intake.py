"""Taking in mail, as the commands and the service do it: take, note how it went, work off what waits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.message import IngestError
from lagesbild.patience import hold_back, note_failure, note_success, persist
from lagesbild.pipeline import Progress, Stop, Tools, take_in, work_off
from lagesbild.settings import SettingsError
from store import mails
from store.lock import exclusive, one_instance

if TYPE_CHECKING:
    from lagesbild.wiring import App


def never() -> bool:
    """Nobody asks to stop."""
    return False


@contextmanager
def only_instance(app: "App") -> Iterator[None]:
    """Keeps every other process from reading the same mailbox; does nothing where none is set up.

    Raises:
        BusyError: another process reads it.
    """
    if not app.settings.mailbox.host:
        yield
        return
    with one_instance(app.store, f"{app.source.mailbox} of {app.source.account}"):
        yield


def poll(app: "App", progress: Progress = lambda _mail: None, stop: Stop = never) -> int:
    """Reads the mailbox of the settings once and works off everything that waits.

    Returns:
        How many mails were new.

    Raises:
        IngestError: as `take`; what waited was worked off all the same.
    """
    try:
        return take(app, stop)
    finally:
        work(app, progress, stop)


def take(app: "App", stop: Stop = never) -> int:
    """Takes every new mail of the mailbox onto the books, and notes for `status` how it went.

    Returns:
        How many mails were new.

    Raises:
        IngestError: the mailbox cannot be read, or has just refused us.
        SettingsError: the file of the password or client secret cannot be read.
    """
    hold_back(app.store)
    before = _received(app)
    try:
        persist(lambda: take_in(app.store, app.source, app.source.mailbox, stop), lambda: _received(app))
    except (IngestError, SettingsError) as error:
        note_failure(app.store, error)
        raise
    taken = _received(app) - before
    note_success(app.store, taken)
    return taken


def import_files(app: "App", paths: Sequence[Path], progress: Progress = lambda _mail: None) -> int:
    """Takes .eml files, folders, mbox files and Maildirs through the same door.

    Returns:
        How many mails were new.

    Raises:
        IngestError: a path cannot be read; what was taken before it was worked off.
        BusyError: another import is under way.
    """
    from ingest.maildir import FilesSource

    try:
        with one_instance(app.store, "mail in files"):
            return take_in(app.store, FilesSource(paths, app.settings.mailbox.max_bytes))
    finally:
        work(app, progress, never)


def work(app: "App", progress: Progress = lambda _mail: None, stop: Stop = never) -> None:
    """Works off everything that waits, unless another process is at it: then that one does."""
    with exclusive(app.store.engine, "reading") as mine:
        if mine and _waiting(app):  # the language pipeline takes seconds to start: not for nothing
            work_off(tools(app, progress, stop))


def tools(app: "App", progress: Progress, stop: Stop) -> Tools:
    """What the flow works with, from the wiring."""
    return Tools(app.store, app.read, app.classifier, stop, progress)


def _waiting(app: "App") -> bool:
    with app.store.transaction() as session:
        return bool(mails.waiting(session, 1))


def _received(app: "App") -> int:
    with app.store.transaction() as session:
        return mails.accounts(session).received
