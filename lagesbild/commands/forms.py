"""Layouts of web forms: forms propose, forms check."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.forms import FormLayout, FormReading
    from ingest.message import Message


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="Layouts of the web forms whose mails are read.")
    for command in (propose, check):
        group.command()(command)
    app.add_typer(group, name="forms")


def propose(mail: Annotated[Path, typer.Argument(help="One mail that the form sent, as .eml.")]) -> None:
    """Print a layout for a form seen for the first time, ready for `forms:` in rules.yaml; check the guesses."""
    from ingest.propose import as_yaml
    from ingest.propose import propose as guess

    for _, message in _messages(mail):
        typer.echo(as_yaml(guess(message)), nl=False)


def check(ctx: typer.Context, folder: Annotated[Path, typer.Argument(help="A folder of .eml files, or one.")]) -> None:
    """Read every mail with the declared layouts; exit 1 where a form fits none of them, or two."""
    from classify.rules import load_rules

    rules = ctx.obj.settings.rules
    layouts = load_rules(rules.path, rules.places).forms
    well = True
    for path, message in _messages(folder):
        verdict, good = _verdict(layouts, path, message)
        typer.echo(f"{'ok  ' if good else 'FAIL'}  {path.name}: {verdict}")
        well = well and good
    if not well:
        raise typer.Exit(1)


def _messages(path: Path) -> Iterator[tuple[Path, "Message"]]:
    from zoneinfo import ZoneInfo

    from ingest.maildir import FilesSource, mail_files
    from ingest.parse import parse

    for file in mail_files(path):
        for raw in FilesSource([file]).new_messages(lambda _mailbox, _uidvalidity: {}):
            yield file, parse(raw, ZoneInfo("Europe/Stockholm"))


def _verdict(layouts: "tuple[FormLayout, ...]", path: Path, message: "Message") -> tuple[str, bool]:
    from ingest.forms import fitting, looks_like_form
    from ingest.headers import bare_subject

    subject = bare_subject(message.subject)[0]
    found = fitting(layouts, subject, message.from_.address, message.text, message.html)
    if len(found) > 1:
        return f"fits {' and '.join(reading.layout for reading in found)}; make one of them stricter", False
    if found:
        return _told(found[0]), True
    if looks_like_form(message.text, message.html):
        return f"looks like a form, fits no layout; try: lagesbild forms propose {path}", False
    return "no form", True


def _told(reading: "FormReading") -> str:
    filled = sum(1 for _, value in reading.fields if value)
    unmapped = ", ".join(reading.unmapped)
    return f"{reading.layout}, {filled} values{f'; without a field: {unmapped}' if unmapped else ''}"
