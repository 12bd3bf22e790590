"""Printing what `rules eval` measured: tables for people, one object for programs."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from lagesbild.classifying import explanation
from lagesbild.evaluation import Field, Result, fields, misses, personal

MOST_CONFUSED = 8  # longer lists are not read


def as_json(results: Sequence[Result]) -> str:
    """All figures and misses as one object."""
    measured = fields(results)
    figures = {field.name: field.as_json() for field in measured}
    wrong = [
        {"id": one.line.get("id"), "field": name, "expected": gold, "found": found}
        for one, name, gold, found in misses(results, _names(measured))
    ]
    return json.dumps(
        {"fields": figures, "personal": personal(results), "misses": wrong, "count": len(results)}, ensure_ascii=False
    )


def _names(measured: Sequence[Field]) -> list[str]:
    return [field.name for field in measured if field.name != "not_report"]


def show(results: Sequence[Result], *, with_misses: bool) -> None:
    """Prints misses with their explanation, then the figures of every field."""
    console = Console()
    measured = fields(results)
    if with_misses:
        for one, name, gold, found in misses(results, _names(measured)):
            console.rule(f"{one.line.get('id')}: {name} is {gold}, found {found}")
            if one.report and one.found:
                console.print(explanation(one.report, one.found), markup=False, highlight=False)
    console.print(_overview(measured))
    for field in measured:
        if field.name in {"category", "urgency", "not_report"}:
            console.print(_by_label(field))
        confused = ", ".join(f"{gold} → {found} ×{count}" for gold, found, count in field.confusion[:MOST_CONFUSED])
        console.print(f"{field.name}: {confused or 'nothing confused'}", markup=False)
    masked = personal(results)
    console.print(f"personal data: recall {masked['recall']:.3f}, precision {masked['precision']:.3f}")


def _overview(measured: Sequence[Field]) -> Table:
    table = Table("field", "lines", "accuracy", "macro-F1", "sure (≥ 0.9)", "right of those")
    for field in measured:
        sure, right = field.sure
        row = (field.name, str(len(field.pairs)), f"{field.accuracy:.3f}", f"{field.macro_f1:.3f}")
        table.add_row(*row, str(sure), f"{right:.3f}" if sure else "–")
    return table


def _by_label(field: Field) -> Table:
    table = Table(field.name, "lines", "precision", "recall", "F1")
    for label, figures in field.labels.items():
        shares = (f"{figures[name]:.3f}" for name in ("precision", "recall", "f1"))
        table.add_row(label, str(int(figures["count"])), *shares)
    return table
