"""What goes out: outbox list, retry, confirm."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lagesbild.wiring import App
    from store.records import OutboxState, OutgoingMail

Number = Annotated[int, typer.Argument(help="The mail's number in `lagesbild outbox list`.")]


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Mails on their way out: what waits, what was sent, what needs a decision.")
    group.callback(invoke_without_command=True)(outbox)
    group.command("list")(list_)
    group.command()(retry)
    group.command()(confirm)
    app.add_typer(group, name="outbox")


def outbox(ctx: typer.Context) -> None:
    """Mails on their way out: what waits, what was sent, what needs a decision."""
    if ctx.invoked_subcommand is None:
        _show(ctx.obj, everything=False, as_json=False)


def list_(
    ctx: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent or closed long ago.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List outgoing mails, newest first: those not yet through, and the latest that were sent."""
    _show(ctx.obj, everything=everything, as_json=as_json)


def retry(ctx: typer.Context, number: Number) -> None:
    """Send a mail (again) to those recipients that no server has accepted, with the same Message-ID."""
    from lagesbild.outbox import decide, send_due, sending

    decide(ctx.obj.store, number, "retry")
    tried = send_due(sending(ctx.obj.settings, ctx.obj.store))
    _echo(ctx.obj, next((m for m in tried if m.id == number), None), number)


def confirm(ctx: typer.Context, number: Number) -> None:
    """Take an uncertain mail as sent, or close one that was refused: it is not sent again."""
    from lagesbild.outbox import decide

    _echo(ctx.obj, decide(ctx.obj.store, number, "confirm"), number)


def _echo(app: "App", mail: "OutgoingMail | None", number: int) -> None:
    from store import outbox as stored

    with app.store.transaction() as session:
        now = mail or stored.get(session, number)
    typer.echo(f"Outgoing mail {now.id} is {now.state}." + (f" {now.error}" if now.error else ""))


def _show(app: "App", *, everything: bool, as_json: bool) -> None:
    from store import outbox as stored

    with app.store.transaction() as session:
        mails = (*stored.listing(session, OPEN, MOST), *stored.listing(session, DONE, MOST if everything else LATEST))
    if as_json:
        for mail in mails:
            typer.echo(_json(mail))
    else:
        _table(app, mails)


OPEN: tuple["OutboxState", ...] = ("waiting", "sending", "uncertain", "parked")
DONE: tuple["OutboxState", ...] = ("sent", "closed")
# What a person reads at a glance, and what `--all` shows: ten years of weekly digests and their alerts.
LATEST = 20
MOST = 10_000


def _json(mail: "OutgoingMail") -> str:
    import json
    from dataclasses import asdict

    row = {key: value for key, value in asdict(mail).items() if key != "rfc822"}
    return json.dumps(row, ensure_ascii=False, default=lambda moment: moment.isoformat())


def _table(app: "App", mails: tuple["OutgoingMail", ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("No.", "Made", "Kind", "State", "To", "Subject", "What the server said"):
        table.add_column(name, overflow="fold")
    for m in mails:
        made = m.created_at.astimezone(app.zone).strftime("%Y-%m-%d %H:%M")
        reached = sum(r.state == "accepted" for r in m.results)
        to = f"{reached} of {len(m.recipients)}"
        table.add_row(str(m.id), made, m.kind, m.state, to, escape(m.subject), escape(m.error))
    Console().print(table if mails else "Nothing has been sent and nothing waits.")
