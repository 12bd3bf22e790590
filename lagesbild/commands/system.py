"""Setting up and looking after: init, check, status, demo, run."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one machine-readable line and nothing else.")]


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    for command in (init, check, status, demo, run):
        app.command()(command)


def init(folder: Annotated[Path, typer.Argument(help="Where to write the files.")] = Path()) -> None:
    """Write a commented lagesbild.toml, rules.yaml and places.yaml, leaving what is there."""
    from lagesbild.setup import write_files

    for path, written in write_files(folder):
        typer.echo(f"{path}: {'written' if written else 'is there already, left as it is'}")


def check(ctx: typer.Context) -> None:
    """Check settings, rules, database, mailbox, mail server and review folder."""
    from lagesbild.setup import check_all

    found = tuple(check_all(ctx.obj))
    for name, problem in found:
        typer.echo(f"{'ok  ' if not problem else 'FAIL'}  {name}{': ' + problem if problem else ''}")
    if any(problem for _, problem in found):
        raise typer.Exit(1)


def status(ctx: typer.Context, *, json: Json = False) -> None:
    """Print figures and health; exit 1 where something is wrong."""
    from lagesbild.status import figures

    found = figures(ctx.obj.settings, ctx.obj.store)
    if json:
        from json import dumps

        typer.echo(dumps(found, ensure_ascii=False))
    else:
        from lagesbild.screen import show_status

        show_status(found)
    if not found["ok"]:
        raise typer.Exit(1)


def demo(keep: Annotated[Path | None, typer.Option(help="Folder that keeps what the demo makes.")] = None) -> None:
    """Run the whole chain on a bundled mailbox: no set-up, nothing sent."""
    from lagesbild.demo import run_demo

    run_demo(keep)


def run(ctx: typer.Context) -> None:
    """Run as a service until told to stop (SIGINT or SIGTERM)."""
    from threading import Event

    from lagesbild.intake import only_instance
    from lagesbild.jobs import jobs
    from lagesbild.service import serve

    stop = Event()
    with only_instance(ctx.obj):
        serve(jobs(ctx.obj, stop), stop)
