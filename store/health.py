"""Facts about the running system, by name, so that `status` can tell silence from peace (promise 6)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from store.schema import HealthRow

# Names in use, one place for all of them.
LAST_POLL = "last_poll"
POLL_FAILURE = "poll_failure"
RULES_FAILURE = "rules_failure"
REVIEW_FAILURE = "review_failure"
SEND_FAILURE = "send_failure"
DIGEST_FAILURE = "digest_failure"
FIRST_RUN = "first_run"
ALARM = "alarm"
# Facts that make `status` fail as long as they stand; their value holds the sentence under "error".
FAILURES = (POLL_FAILURE, RULES_FAILURE, REVIEW_FAILURE, SEND_FAILURE, DIGEST_FAILURE)


def note(session: Session, name: str, value: dict[str, Any], at: datetime | None = None) -> None:
    """Sets a fact, with the time it was seen."""
    session.merge(HealthRow(name=name, value=value, at=at or datetime.now(UTC)))


def clear(session: Session, name: str) -> None:
    """Takes a fact away: the failure is over."""
    row = session.get(HealthRow, name)
    if row is not None:
        session.delete(row)
        session.flush()


def read(session: Session, name: str) -> tuple[dict[str, Any], datetime] | None:
    """A fact and when it was noted, or None."""
    row = session.get(HealthRow, name)
    return None if row is None else (dict(row.value), row.at)
