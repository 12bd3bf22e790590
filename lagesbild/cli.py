"""The command line: mounts the commands, turns errors into one line and an exit code."""

import importlib
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

# Every group of commands is one module and one line here; modules import what they need inside their functions.
GROUPS = (
    "system",
    "mail",
    "quarantine",
    "rules",
    "digest",
    "outbox",
    "review",
    "suggest",
    "problems",
    "forms",
)
# Libraries whose records may hold parts of mails: mail-parser logs whole header lines when it fails to decode them.
TALKATIVE = ("mailparser", "imapclient", "fontTools", "matplotlib")
OUR_ROOMS = ("ingest", "classify", "store", "problems", "review", "digest", "lagesbild")

app = typer.Typer(name="lagesbild", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def common(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Settings file (default: ./lagesbild.toml).")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
) -> None:
    """Reads a municipality's security mailbox and compiles its situation picture (lägesbild)."""
    from lagesbild.wiring import App

    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    ctx.obj = App(config, debug=debug)
    ctx.call_on_close(ctx.obj.close)


for group in GROUPS:
    importlib.import_module(f"lagesbild.commands.{group}").mount(app)


def main() -> None:
    """Entry point of `lagesbild` and `python -m lagesbild`: exit codes 0, 1, 2 and 3 of the design."""
    try:
        app()
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        sys.stderr.write(sentence(error) + "\n")
        sys.exit(getattr(error, "exit_code", 1))


def sentence(error: Exception) -> str:
    """What went wrong, on one line a mistake; our own errors name their remedy, others are mistakes of ours."""
    if type(error).__module__.split(".")[0] in OUR_ROOMS:
        return str(error)
    return f"Unexpected {type(error).__name__}: {error}. Run again with --debug and tell the developers."
