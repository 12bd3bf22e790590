"""Patience with a mail server that is away, restraint towards one that refuses us."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.source import RefusedError, UnavailableError
from store import health
from store.session import Store

# Attempts of one poll while nothing comes through; the next poll begins afresh.
ATTEMPTS = 4
# Pauses between them double from the first to the longest, each with up to so much jitter, in seconds.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0
JITTER = 1.0
# After a refused login at most one attempt a minute, so that we lock no account, and at least four an hour.
REFUSED_PAUSE = timedelta(minutes=1)
REFUSED_LONGEST = timedelta(minutes=15)


def persist(attempt: Callable[[], object], progress: Callable[[], int]) -> None:
    """Tries until it succeeds; while the server is away, again with growing pauses, and afresh after any progress.

    Args:
        attempt: what to try; it may be broken off anywhere and tried again.
        progress: a number that grows as attempts get something done.

    Raises:
        UnavailableError: so many attempts in a row brought nothing.
    """
    while True:
        before = progress()
        try:
            _several(attempt)
        except UnavailableError:
            if progress() == before:
                raise
        else:
            return


def _several(attempt: Callable[[], object]) -> None:
    import stamina
    from stamina.instrumentation import set_on_retry_hooks

    set_on_retry_hooks(())  # it would print the server's words; failures are noted for `status` instead
    pauses = {"wait_initial": FIRST_PAUSE, "wait_max": LONGEST_PAUSE, "wait_jitter": JITTER}
    for again in stamina.retry_context(on=UnavailableError, attempts=ATTEMPTS, timeout=None, **pauses):
        with again:
            attempt()


def hold_back(store: Store, now: datetime | None = None) -> None:
    """Lets a poll begin, unless the server has just refused us.

    Raises:
        RefusedError: it is too early to try again.
    """
    with store.transaction() as session:
        failure = health.read(session, health.POLL_FAILURE)
    if failure is None or "not_before" not in failure[0]:
        return
    not_before = datetime.fromisoformat(failure[0]["not_before"])
    if (now or datetime.now(UTC)) < not_before:
        when = f"The next attempt is made at {not_before.astimezone():%H:%M}; `lagesbild check` tries at once."
        msg = f"{failure[0]['error']} {when}"
        raise RefusedError(msg)


def note_failure(store: Store, error: Exception, now: datetime | None = None) -> None:
    """Notes for `status` that a poll failed; after a refusal also when the next one may begin."""
    now = now or datetime.now(UTC)
    with store.transaction() as session:
        before = health.read(session, health.POLL_FAILURE)
        refusals = before[0].get("refusals", 0) if before else 0
        value: dict[str, Any] = {"error": str(error)}
        if isinstance(error, RefusedError):
            pause = min(REFUSED_LONGEST, REFUSED_PAUSE * 2**refusals)
            value |= {"refusals": refusals + 1, "not_before": (now + pause).isoformat()}
        health.note(session, health.POLL_FAILURE, value, now)


def forgive(store: Store) -> None:
    """The server has let us in again: the next poll need not wait."""
    with store.transaction() as session:
        failure = health.read(session, health.POLL_FAILURE)
        if failure is not None and "not_before" in failure[0]:
            health.clear(session, health.POLL_FAILURE)


def note_success(store: Store, taken: int) -> None:
    """Notes for `status` that the mailbox was read, and that what was wrong is over."""
    with store.transaction() as session:
        health.note(session, health.LAST_POLL, {"taken": taken})
        health.clear(session, health.POLL_FAILURE)
