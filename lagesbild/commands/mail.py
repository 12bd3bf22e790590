"""Taking in mail: poll, import, reclassify."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lagesbild.wiring import App


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command()(poll)
    app.command("import")(import_)
    app.command()(reclassify)


def poll(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Read the mailbox once and end.")] = False,
) -> None:
    """Fetch new mail from the mailbox; without --once again and again until stopped."""
    from threading import Event

    from lagesbild.intake import only_instance
    from lagesbild.intake import poll as read_mailbox
    from lagesbild.jobs import mail_job
    from lagesbild.screen import progress_bar, show_taken
    from lagesbild.service import serve

    source = ctx.obj.source  # says so where no mailbox is set up
    with only_instance(ctx.obj):
        if not once:
            typer.echo(f"Reading {source.mailbox} of {source.account} until stopped (Ctrl-C).", err=True)
            stop = Event()
            serve((mail_job(ctx.obj, stop),), stop)
            return
        with progress_bar() as progress:
            taken = read_mailbox(ctx.obj, progress)
    show_taken(taken, ctx.obj)


def import_(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help=".eml files, folders, mbox files or Maildirs.")],
) -> None:
    """Take in mail from files."""
    import_mail(ctx.obj, paths)


def import_mail(app: "App", paths: Sequence[Path]) -> None:
    """Takes in mail from files, with a progress bar, and tells how it went."""
    from ingest.maildir import FilesSource
    from lagesbild.intake import import_files
    from lagesbild.screen import progress_bar, show_taken

    with progress_bar(FilesSource(paths).count()) as progress:
        taken = import_files(app, paths, progress)
    show_taken(taken, app)


def reclassify(ctx: typer.Context) -> None:
    """Assess every report again with today's rules; corrections stand."""
    from lagesbild.intake import never, tools
    from lagesbild.pipeline import reclassify as again

    typer.echo(f"{again(tools(ctx.obj, lambda _mail: None, never))} reports assessed again.")
