"""Understanding mail: classify, and the rules by which it is done."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print machine-readable lines and nothing else.")]
rules = typer.Typer(name="rules", no_args_is_help=True, help="Check, try out and measure rules.yaml and places.yaml.")


def mount(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command()(classify)
    app.add_typer(rules)


def classify(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help=".eml files, folders, mbox files or Maildirs.")],
    *,
    json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show every piece of evidence in the text.")] = False,
) -> None:
    """Classify mail from files without storing anything."""
    from lagesbild import classifying

    if json:
        import json as encoder

        for one in classifying.objects(ctx.obj, paths):
            typer.echo(encoder.dumps(one, ensure_ascii=False))
        return
    for path, reading in classifying.readings(ctx.obj, paths):
        if reading.not_report:
            typer.echo(f"{path}: no report ({reading.not_report})")
        for report, found in classifying.classified(ctx.obj, reading):
            line = (found.category, found.urgency, found.place.locality or "–", found.place.site or "–")
            typer.echo(f"{path}: {found.not_report or ', '.join(line)}")
            if explain:
                typer.echo(classifying.explanation(report, found) + "\n")


@rules.command()
def check(ctx: typer.Context) -> None:
    """Check rules.yaml and places.yaml; every mistake is named with its line."""
    from classify.rules import load_rules

    where = ctx.obj.settings.rules
    book = load_rules(where.path, where.places)
    terms = sum(1 for _ in book.terms())
    typer.echo(f"{where.path} and {where.places} are in order: {len(book.categories)} categories, {terms} terms.")


@rules.command()
def test(ctx: typer.Context) -> None:
    """Try the examples that stand beside the rules."""
    from lagesbild.examples import failures

    examples = ctx.obj.classifier.rules.rules.examples
    failed = tuple(failures(ctx.obj.classifier, examples))
    for sentence in failed:
        typer.echo(sentence)
    typer.echo(f"{len(examples)} examples, {len({one.split(':')[0] for one in failed})} of them not as expected.")
    if failed:
        raise typer.Exit(1)


@rules.command("eval")
def evaluate(
    ctx: typer.Context,
    corpus: Annotated[Path, typer.Argument(help="A labelled corpus, JSON Lines.", exists=True, dir_okay=False)],
    *,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the figures without the misses.")] = False,
) -> None:
    """Measure the rules on a labelled corpus."""
    from lagesbild import evaluation, measured

    results = tuple(evaluation.results(ctx.obj, evaluation.read_corpus(corpus)))
    if json:
        typer.echo(measured.as_json(results))
        return
    measured.show(results, with_misses=not quiet)
