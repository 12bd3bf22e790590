"""The demo: the whole chain on a bundled mailbox of invented mails, with the embedded defaults, nothing sent."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lagesbild.settings import SettingsError

if TYPE_CHECKING:
    from lagesbild.wiring import App

MAIL = Path(__file__).parent / "mail"
# The mails tell of this week; the demo's digest is of it whatever day it is today.
WEEK = "2026-W47"
MARKER = ".lagesbild-demo"
SETTINGS = """
[smtp]
from = "sakerhet@mark.example"
outbox = "utkorg"
[digest]
recipients = ["est@mark.example"]
"""


def run_demo(keep: Path | None) -> None:
    """Takes the mails in, writes the review file, compiles and "sends" the digest, and prints where to look."""
    from lagesbild.commands.mail import import_mail
    from lagesbild.screen import show_found
    from lagesbild.wiring import App

    folder = prepare(keep)
    app = App(folder / "lagesbild.toml")
    try:
        typer.echo(f"1. Taking in {sum(1 for _ in MAIL.glob('*.eml'))} mails from {MAIL}")
        import_mail(app, [MAIL])
        typer.echo("2. Writing the review file that staff correct")
        review = write_review_file(app)
        typer.echo(f"3. Compiling the lägesbild of week {WEEK} and sending it to a folder")
        digest = send_digest(app)
        show_found(app)
        typer.echo(f"\nReview file:     {review}\nDigest to read:  {digest}")
        typer.echo(f"Digest as sent:  {folder / 'utkorg'}\nSettings, rules: {folder}")
    finally:
        app.close()


def prepare(keep: Path | None) -> Path:
    """A fresh folder with settings, rules and places; an earlier demo's folder is made anew."""
    from lagesbild.setup import write_files

    folder = (keep or Path(tempfile.mkdtemp(prefix="lagesbild-demo-"))).resolve()
    if (folder / MARKER).exists():
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        msg = f"{folder} holds other files. Name an empty or new folder with --keep."
        raise SettingsError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    (folder / "lagesbild.toml").write_text(SETTINGS, encoding="utf-8")
    tuple(write_files(folder))
    return folder


def write_review_file(app: "App") -> Path:
    """The review file, fresh."""
    from lagesbild.ledger import update
    from lagesbild.review import export
    from lagesbild.review_means import review_tools

    tools = review_tools(app)
    update(app.store, app.zone)
    export(tools)
    return tools.path


def send_digest(app: "App") -> Path:
    """Compiles the week's digest and "sends" it to a folder; gives the mail and, beside it, a page for the browser."""
    from digest.period import parse_period
    from lagesbild.digest import compile_digest, enqueue_digest, write_preview
    from lagesbild.outbox import send_due, sending

    period = parse_period(WEEK)
    enqueue_digest(app, period)
    send_due(sending(app.settings, app.store))
    return write_preview(compile_digest(app, period), app.settings.review.path.parent / "lagesbild.html")
