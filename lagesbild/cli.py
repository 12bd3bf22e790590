"""The command line: mounts the commands, turns errors into one line and an exit code."""

import typer

app = typer.Typer(name="lagesbild", no_args_is_help=True, add_completion=False)


def main() -> None:
    """Entry point of `lagesbild` and `python -m lagesbild`."""
    app()
