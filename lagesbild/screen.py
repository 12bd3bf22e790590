"""What people see on a terminal: tables and progress bars (rich)."""

from typing import Any

from rich.console import Console
from rich.table import Table

FIGURES = (
    ("Mails received", "received"),
    ("  gave reports", "reported"),
    ("  were no report", "no_report"),
    ("  came twice", "duplicates"),
    ("  could not be read", "quarantined"),
    ("  were too large", "too_large"),
    ("  wait to be read", "waiting"),
    ("Reports", "reports"),
    ("  await review", "pending_review"),
    ("  corrected by people", "corrected"),
    ("Outgoing mails waiting", "outbox_waiting"),
    ("  perhaps sent", "outbox_uncertain"),
    ("  refused for good", "outbox_parked"),
    ("Last poll", "last_poll"),
    ("Last digest", "last_digest"),
    ("Rules", "rules"),
)


def show_status(figures: dict[str, Any]) -> None:
    """Prints the figures of `lagesbild.status` as a table, problems below."""
    console = Console()
    table = Table(show_header=False, box=None)
    for label, key in FIGURES:
        value = figures[key]
        table.add_row(label, "–" if value in (None, "") else str(value))
    console.print(table)
    for problem in figures["problems"]:
        console.print(f"! {problem}", markup=False)
    console.print("Everything is in order." if figures["ok"] else "Something needs attention.")
