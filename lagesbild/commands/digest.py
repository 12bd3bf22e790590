"""The lägesbild: digest preview, digest send."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from digest.period import Period
    from lagesbild.wiring import App

PeriodText = Annotated[
    str, typer.Option("--period", help="2026-W47, 2026-Q4, 2026-T3 or 2026 (default: the last whole week).")
]

AudienceName = Annotated[str, typer.Option("--recipients", help="Name of one [[digest.audience]].")]


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="Compile, look at and send the situation picture.")
    for command in (preview, send, skip):
        group.command()(command)
    app.add_typer(group, name="digest")


def preview(
    ctx: typer.Context,
    *,
    period: PeriodText = "",
    recipients: AudienceName = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The HTML file to write.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Write the file, do not open it.")] = False,
) -> None:
    """Write the digest as an HTML file and open it; nothing is sent or noted as sent."""
    from lagesbild.digest import compile_digest, write_preview

    wanted = _period(ctx.obj, period)
    path = write_preview(compile_digest(ctx.obj, wanted, recipients), output or Path(f"lagesbild-{wanted.code}.html"))
    typer.echo(path)
    if not no_open:
        typer.launch(str(path))


def send(ctx: typer.Context, *, period: PeriodText = "", recipients: AudienceName = "") -> None:
    """Put the digest in the outbox, once per period and audience, and send what waits there."""
    from lagesbild.digest import audiences
    from lagesbild.due import make
    from lagesbild.outbox import send_due, sending

    wanted = _period(ctx.obj, period)
    way_out = sending(ctx.obj.settings, ctx.obj.store)
    names = [recipients] if recipients else [a.name for a in audiences(ctx.obj.settings) if a.recipients or not a.name]
    made = sum(len(make(ctx.obj, wanted, name)) for name in names)
    sent = sum(mail.state == "sent" for mail in send_due(way_out))
    typer.echo(f"{wanted.code}: {'made' if made else 'made before, not made again'}. Mails sent: {sent}.")


def skip(ctx: typer.Context, *, period: PeriodText = "", recipients: AudienceName = "") -> None:
    """Note a digest as made without sending it: it went out before a backup was restored, or is not wanted."""
    from lagesbild.digest import audiences
    from lagesbild.due import skip as note

    wanted = _period(ctx.obj, period)
    names = [recipients] if recipients else [a.name for a in audiences(ctx.obj.settings)]
    noted = sum(note(ctx.obj, wanted, name) for name in names)
    typer.echo(f"{wanted.code}: {'noted as made, nothing sent' if noted else 'made before'}.")


def _period(app: "App", text: str) -> "Period":
    from digest.period import last_whole, parse_period
    from lagesbild.digest import today

    return parse_period(text) if text else last_whole("week", today(app))
