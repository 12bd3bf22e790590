"""The mails that could not be read: quarantine list, show, retry, drop."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lagesbild.wiring import App
    from store.records import StoredMail

Number = Annotated[int, typer.Argument(help="The mail's number in `lagesbild quarantine list`.")]


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Mails that could not be read or were too large: nothing of them is lost.")
    group.callback(invoke_without_command=True)(quarantine)
    group.command("list")(list_)
    for command in (show, retry, drop):
        group.command()(command)
    app.add_typer(group, name="quarantine")


def quarantine(ctx: typer.Context) -> None:
    """Mails that could not be read or were too large: nothing of them is lost."""
    if ctx.invoked_subcommand is None:
        _show_list(ctx.obj, as_json=False)


def list_(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the mails that wait for a decision, newest first."""
    _show_list(ctx.obj, as_json=as_json)


def show(
    ctx: typer.Context,
    number: Number,
    save: Annotated[Path | None, typer.Option(help="Write the mail's bytes to this file instead.")] = None,
) -> None:
    """Show a mail as it was received, and why it could not be read."""
    from lagesbild.quarantine import found, shown

    mail, rfc822 = found(ctx.obj.store, number)
    if save is not None:
        save.write_bytes(rfc822)
        typer.echo(f"{len(rfc822)} bytes written to {save}.")
        return
    typer.echo(f"Mail {mail.id}, {mail.state} after {mail.attempts} attempts: {mail.reason}\n")
    typer.echo(shown(rfc822))


def retry(
    ctx: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers in `lagesbild quarantine list`.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every mail that could not be read.")] = False,
) -> None:
    """Try again to read mails, for example after an update; fetch again those that are no longer too large."""
    from lagesbild.intake import work
    from lagesbild.quarantine import listed
    from lagesbild.quarantine import retry as put_back

    chosen = [mail.id for mail in listed(ctx.obj.store) if mail.state == "quarantined"] if everything else numbers
    if chosen is None:
        msg = "Name the numbers of the mails, or give --all."
        raise typer.BadParameter(msg)
    for number in chosen:
        put_back(ctx.obj.store, number, ctx.obj.settings.mailbox.max_bytes)
    work(ctx.obj)
    _tell(ctx.obj, chosen)


def drop(
    ctx: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why: kept with the mail.")],
) -> None:
    """Put a mail away as no report. Its bytes are kept."""
    from lagesbild.quarantine import drop as put_away

    put_away(ctx.obj.store, number, reason)
    _tell(ctx.obj, [number])


def _tell(app: "App", numbers: Sequence[int]) -> None:
    from store import mails

    with app.store.transaction() as session:
        for number in numbers:
            mail = mails.get(session, number)
            typer.echo(f"Mail {mail.id} is now {mail.state}." + (f" {mail.reason}" if mail.reason else ""))


def _show_list(app: "App", *, as_json: bool) -> None:
    from lagesbild.quarantine import listed

    waiting = listed(app.store)
    if as_json:
        for mail in waiting:
            typer.echo(_json(mail))
    else:
        _table(app, waiting)


def _json(mail: "StoredMail") -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(mail), ensure_ascii=False, default=lambda moment: moment.isoformat())


def _table(app: "App", waiting: Sequence["StoredMail"]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("No.", "Received", "State", "Bytes", "Tries", "Why"):
        table.add_column(name, overflow="fold")
    for m in waiting:
        received = m.internal_date.astimezone(app.zone).strftime("%Y-%m-%d %H:%M")
        table.add_row(str(m.id), received, m.state, str(m.size), str(m.attempts), escape(m.reason))
    Console().print(table if waiting else "No mail waits for a decision.")
