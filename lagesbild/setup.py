"""Setting up: the files of a new installation, and a check of everything that must work."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagesbild.wiring import App

ROOT = Path(__file__).parent.parent
BUNDLED = (Path(__file__).parent / "lagesbild.toml", ROOT / "rules.yaml", ROOT / "places.yaml")


def write_files(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Copies the bundled settings, rules and places into a folder; yields each path and whether it was written."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in BUNDLED:
        target = folder / source.name
        written = source.exists() and not target.exists()
        if written:
            shutil.copyfile(source, target)
        yield target, written


def check_all(app: "App") -> Iterator[tuple[str, str]]:
    """Tries every part; yields its name and what is wrong with it, an empty string where nothing is."""
    yield "settings", _problem(lambda: app.settings)
    if _problem(lambda: app.settings):
        return
    yield "rules", _problem(lambda: app.rules)
    yield "reporters", _problem(lambda: app.reading_context)
    yield "database", _problem(lambda: app.store)
    yield "mailbox", _problem(lambda: _open_mailbox(app))
    yield "mail server", _problem(lambda: _log_in_to_send(app))
    yield "recipients", _problem(lambda: _look_at_recipients(app))
    yield "review folder", _problem(lambda: _writable(app.settings.review.path.parent))


def _problem(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what check is asked to tell
        return str(error) or type(error).__name__
    return ""


def _open_mailbox(app: "App") -> None:
    from lagesbild.patience import forgive

    app.source.check()
    forgive(app.store)


def _log_in_to_send(app: "App") -> None:
    from lagesbild.outbox import sending

    with sending(app.settings, app.store).transport:
        pass


def _look_at_recipients(app: "App") -> None:
    from lagesbild.outbox import expect_recipients

    expect_recipients(app.settings)


def _writable(folder: Path) -> None:
    probe = folder / ".lagesbild-check"
    folder.mkdir(parents=True, exist_ok=True)
    probe.write_text("")
    probe.unlink()
