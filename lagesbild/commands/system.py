"""Setting up and looking after: init, check, status, run, demo."""

import typer


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command()(version)


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("lagesbild"))
