"""The ledger: problems list, show, rebuild."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lagesbild.wiring import App
    from problems.types import Event, Ledger, Problem

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="Problems that return at the same place, and their events.")
    group.command("list")(list_)
    group.command()(show)
    group.command()(rebuild)
    app.add_typer(group, name="problems")


def list_(
    ctx: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also single events and closed problems.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the problems, those judged long-term and the candidates first."""
    ledger = _ledger(ctx.obj)
    shown = [p for p in ledger.problems if everything or p.long_term or (p.status == "pågår" and _repeats(p))]
    if as_json:
        typer.echo("\n".join(_line(p) for p in shown), nl=bool(shown))
        return
    from lagesbild.problem_screen import show_problems

    show_problems(ledger, shown, dict(ctx.obj.labels.categories))


def _repeats(problem: "Problem") -> bool:
    return problem.candidate or len(problem.events) > 1


def show(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(help="The problem's number, for example P-0012.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one problem: its course, why it is a candidate, its measures and its events."""
    from lagesbild.ledger import found

    ledger = _ledger(ctx.obj)
    number = found(ledger, reference)
    problem = next(p for p in ledger.problems if p.number == number)
    events = [event for event in ledger.events if event.id in set(problem.events)]
    if as_json:
        typer.echo(_line(problem, events))
        return
    from lagesbild.problem_screen import show_problem

    show_problem(problem, events, ctx.obj.labels)


def rebuild(ctx: typer.Context) -> None:
    """Link every report anew; what people decided stands."""
    from lagesbild.ledger import rebuild as anew

    typer.echo(f"{anew(ctx.obj.store, ctx.obj.zone)} reports linked anew.")


def _ledger(app: "App") -> "Ledger":
    from datetime import UTC, datetime

    from lagesbild.ledger import read, update

    update(app.store, app.zone)
    with app.store.transaction() as session:
        return read(session, app.frame, datetime.now(UTC))


def _line(problem: "Problem", events: "list[Event] | None" = None) -> str:
    from dataclasses import asdict

    facts = asdict(problem) | {"reference": problem.reference, "place_name": str(problem.place)}
    facts |= {"long_term": problem.long_term, "police_share": problem.police_share, "reopened": problem.reopened}
    if events is not None:
        facts["events"] = [asdict(event) | {"week": event.week} for event in events]
    return json.dumps(facts, ensure_ascii=False, default=str)
