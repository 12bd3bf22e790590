"""Agreement between the rules and people, from the store: for `status` and for the review file."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from review.agreement import Month, Verdict, months, verdict
from store import review as memory


def agreement(session: Session, zone: ZoneInfo) -> tuple[Month, ...]:
    """The share of approved reports left unchanged, per field and month, latest first."""
    return months(_verdicts(session), zone)


def _verdicts(session: Session) -> Iterator[Verdict]:
    for changes in memory.changes_since(session, 0).values():
        told = [change for _, change in changes]
        decided = [change for change in told if change.field == "status"]
        if decided and decided[-1].new == "approved":
            yield verdict(decided[-1], (change for change in told if change.field not in {"status", "comment"}))
