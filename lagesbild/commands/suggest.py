"""What corrections teach: rules suggest."""

from typing import TYPE_CHECKING, Annotated

import typer

from lagesbild.commands.rules import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pipeline import Classifier
    from lagesbild.wiring import App
    from review.suggest import Proposal


def mount(_app: typer.Typer) -> None:
    """Adds `suggest` to the group of rules."""
    rules.command()(suggest)


def suggest(
    ctx: typer.Context,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the proposals, then run the examples.")] = False,
    choose: Annotated[str, typer.Option("--choose", help="Only these, by number: 1,3.")] = "",
) -> None:
    """Propose changes to the rules from what staff have corrected, with what each sets right and wrong."""
    from classify.pipeline import load_classifier
    from lagesbild.suggestions import Trial, chosen_of, judged, lesson
    from review.suggest import sentence

    where = ctx.obj.settings.rules
    classifier = load_classifier(where.path, where.places, where.spacy_pipeline)
    known = {stored.id: stored for stored in judged(ctx.obj.store)}
    trial = Trial(classifier, {number: stored.report for number, stored in known.items()})
    lessons = [lesson(n, stored.effective, trial.found[n]) for n, stored in known.items()]
    found = trial.proposals(lessons)
    labels = {category.id: category.label for category in ctx.obj.rules.categories}
    typer.echo(
        f"{len(lessons)} granskade rapporter, {sum(one.truth != one.found for one in lessons)} med fel kategori."
    )
    for number, proposal in enumerate(found, start=1):
        typer.echo(f"{number}. {sentence(proposal, labels)}")
    if not found:
        typer.echo("Inget förslag: rättelserna pekar inte åt samma håll än.")
    elif apply:
        _apply(ctx.obj, classifier, chosen_of(choose, found))


def _apply(app: "App", classifier: "Classifier", chosen: "Sequence[Proposal]") -> None:
    """Writes the files and tries the examples; where one that held fails now, the files are put back."""
    from classify.pipeline import load_classifier
    from classify.schema import RuleError
    from lagesbild.examples import failures
    from lagesbild.rule_files import apply

    where = app.settings.rules
    failed_before = set(failures(classifier, classifier.rules.rules.examples))
    before = apply(where.path, where.places, chosen)
    try:
        after = load_classifier(where.path, where.places, where.spacy_pipeline)
        newly = [one for one in failures(after, after.rules.rules.examples) if one not in failed_before]
    except RuleError as error:
        newly = [str(error)]
    if newly:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
        typer.echo("\n".join(("Exemplen håller inte längre; reglerna är återställda.", *newly)), err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(chosen)} ändringar skrivna; exemplen i reglerna håller.")
