"""The review file: review export, review import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lagesbild.review import Summary


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="Write the review file, read back what staff wrote in it.")
    group.command("export")(export_file)
    group.command("import")(import_files)
    app.add_typer(group, name="review")


def export_file(ctx: typer.Context) -> None:
    """Write the review file, after reading what was written in it; exit code 1 while it is open elsewhere."""
    from lagesbild.ledger import update
    from lagesbild.review import export
    from lagesbild.review_means import review_tools

    tools = review_tools(ctx.obj)
    update(ctx.obj.store, ctx.obj.zone)
    summary = export(tools)
    typer.echo(f"{tools.path} är {'skriven' if summary.written else 'redan aktuell'}.")
    if summary.read:
        typer.echo("\n".join(summary.lines()))
    _leave(summary)


def import_files(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Copies (.xlsx, .csv); default: the review file.")] = None,
) -> None:
    """Read corrections; exit code 1 where something was refused, 3 where two people's changes collided."""
    from lagesbild.review import import_file, sync
    from lagesbild.review_means import review_tools

    tools = review_tools(ctx.obj)
    summaries = [import_file(tools, path) for path in paths or [tools.path]]
    again = sync(tools)
    typer.echo("\n".join(line for summary in summaries for line in summary.lines()))
    if again.read:
        typer.echo("\n".join(again.lines()))
    if again.open_in:
        typer.echo(f"{tools.path.name} är öppen ({again.open_in}) och skrivs om när den har stängts.")
    _leave(*summaries, again)


def _leave(*summaries: "Summary") -> None:
    codes = {summary.exit_code for summary in summaries} - {0}
    if codes:
        raise typer.Exit(min(codes))
