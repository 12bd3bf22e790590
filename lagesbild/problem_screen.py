"""The ledger on a terminal, in the Swedish that the digest and the review file use too."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from digest.labels import Labels
from problems.phrases import events, reporters, reports
from problems.types import BRA_LABELS, Event, Ledger, Problem

LONG_TERM = {True: "ja", False: "nej", None: "ej bedömt"}
SHOWN_EVENTS = 20


def show_problems(ledger: Ledger, shown: Sequence[Problem], categories: Mapping[str, str]) -> None:
    """Two lines a problem, then what stands out and who is silent."""
    console = Console(highlight=False)
    for p in shown:
        judged = "KANDIDAT för långsiktigt" if p.awaits_judgement else f"långsiktigt: {LONG_TERM[p.long_term]}"
        counts = f"{events(len(p.events))}, {reporters(p.voices)}, senast {p.last_seen}"
        console.print(f"{p.reference}  {p.place}: {categories.get(p.category, p.category)}", style="bold", markup=False)
        console.print(Padding(Text("; ".join((counts, judged, *p.reasons))), (0, 0, 0, 8)))
    for u in ledger.unusual:
        console.print(f"Avviker: {u.place}, {categories.get(u.category, u.category)}: {u.text}", markup=False)
    for silent in ledger.silent:
        console.print(f"Tyst: {silent.text}", markup=False)
    if not shown:
        console.print("Inga problem som har återkommit.")


def show_problem(problem: Problem, told: Sequence[Event], labels: Labels) -> None:
    """Everything that is known of one problem."""
    console = Console()
    table = Table(show_header=False, box=None)
    for label, value in _facts(problem, labels):
        table.add_row(label, value or "–")
    console.print(table)
    for effect in problem.measures:
        console.print(f"Åtgärd {effect.measure.id}: {effect.measure.what}. {effect.text}", markup=False)
    listed = Table("Händelse", "Dag", "Rapporter", "Rapportörer", "Brådska")
    for event in told[-SHOWN_EVENTS:]:
        counts = str(len(event.reports)), str(len(event.voices))
        listed.add_row(event.reference, str(event.day), *counts, labels.urgency(event.urgency))
    console.print(listed)


def _facts(p: Problem, labels: Labels) -> list[tuple[str, str]]:
    judged = f"{p.judgement.by} {p.judgement.at:%Y-%m-%d}: {p.judgement.note}" if p.judgement else ""
    return [
        ("Problem", f"{p.reference} {p.place}: {labels.category(p.category)}"),
        ("Läge", f"{p.status}{', har återkommit' if p.reopened else ''}, {p.first_seen} till {p.last_seen}"),
        ("Händelser", f"{len(p.events)} i {reports(p.reports)} av {reporters(p.voices)}"),
        ("Aktiva veckor", f"{p.weeks_active} av de senaste 12"),
        ("Polisanmält", f"ja {p.police[0]}, nej {p.police[1]}, framgår inte {p.police[2]}"),
        ("Brådska", ", ".join(f"{labels.urgency(urgency)} {count}" for urgency, count in p.urgencies)),
        ("Utveckling", f"{p.trend.direction}: {p.trend.text}"),
        ("När", p.hours.text),
        ("Rapportörernas ord", "; ".join(p.durations)),
        ("Kandidat", "; ".join(p.reasons)),
        ("Långsiktigt", f"{LONG_TERM[p.long_term]} {judged}".strip()),
        *((label, getattr(p.bra, name)) for name, label in BRA_LABELS.items()),
    ]
