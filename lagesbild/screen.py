"""What people see on a terminal: tables and progress bars (rich)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from store import mails, reports

if TYPE_CHECKING:
    from lagesbild.wiring import App

# Months of agreement that are shown; all of them are in `status --json`.
SHOWN_MONTHS = 6
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
    for line in _agreement(figures["agreement"]):
        console.print(line, markup=False)
    for problem in figures["problems"]:
        console.print(f"! {problem}", markup=False)
    console.print("Everything is in order." if figures["ok"] else "Something needs attention.")


def _agreement(months: Sequence[dict[str, Any]]) -> Iterator[str]:
    """How often staff left what was found as it was, latest month first."""
    if months:
        yield "Approved reports left unchanged:"
    for month in months[:SHOWN_MONTHS]:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in month.items() if isinstance(share, float))
        yield f"  {month['month']}  {month['approved']} approved: {shares}"


@contextmanager
def progress_bar(total: int | None = None) -> Iterator[Callable[[object], None]]:
    """A bar on standard error while mails are worked off; yields what to call for each one. No total, no end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading mail", total=total)

        def step(_done: object) -> None:
            progress.advance(task)

        yield step


def show_taken(taken: int, app: "App") -> None:
    """One line on what came in, and the sum of the books."""
    with app.store.transaction() as session:
        sum_ = mails.accounts(session)
    rest = f"{sum_.no_report} no report, {sum_.duplicates} duplicates, {sum_.quarantined} unreadable"
    Console().print(
        f"{taken} new mails. In all {sum_.received}: {sum_.reported} with reports, {rest}, "
        f"{sum_.too_large} too large, {sum_.waiting} waiting."
    )


def show_found(app: "App") -> None:
    """A short table of what was found: category, urgency and place of every report."""
    table = Table(box=None, header_style="bold")
    for heading in ("Reference", "Category", "Urgency", "Locality", "Site"):
        table.add_column(heading)
    with app.store.transaction() as session:
        found = reports.everything(session)
    for stored in found:
        a = stored.effective
        words = (app.labels.category(a.category), app.labels.urgency(a.urgency), a.place.locality, a.place.site)
        table.add_row(stored.reference, *(word or "–" for word in words))
    Console().print(table)
