"""Printing what `rules eval` measured: tables for people, one object for programs."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from lagesbild.classifying import explanation
from lagesbild.evaluation import CALIBRATED, Field, Result, calibration, fields, misses, personal

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
        {
            "fields": figures,
            "personal": personal(results),
            "calibration": calibration(measured),
            "misses": wrong,
            "count": len(results),
        },
        ensure_ascii=False,
    )


def _names(measured: Sequence[Field]) -> list[str]:
    return [field.name for field in measured if field.name not in ("not_report", "case_number")]


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
        if field.name in {"category", "urgency", "recurring", "not_report"}:
            console.print(_by_label(field))
        confused = ", ".join(f"{gold} → {found} ×{count}" for gold, found, count in field.confusion[:MOST_CONFUSED])
        console.print(f"{field.name}: {confused or 'nothing confused'}", markup=False)
    masked = personal(results)
    console.print(f"personal data: recall {masked['recall']:.3f}, precision {masked['precision']:.3f}")
    console.print(_calibrated(measured), markup=False)


def _calibrated(measured: Sequence[Field]) -> str:
    everything, *below = calibration(measured).items()
    too_sure = ", ".join(f"{name} {right:.3f}" for name, right in below)
    return f"sure results that are right: {everything[1]:.3f}; below {CALIBRATED}: {too_sure or 'none'}"


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
