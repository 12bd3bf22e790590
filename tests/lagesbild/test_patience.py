"""A server that is away is tried again with pauses; one that refuses us is left in peace, and never for good."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.source import RefusedError, UnavailableError
from lagesbild import patience
from lagesbild.patience import forgive, hold_back, note_failure, note_success, persist
from store import health
from store.session import Store, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/s.db")
    yield opened
    opened.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    return slept


class Server:
    """Away for as many attempts as it is told, and handing over mails meanwhile."""

    def __init__(self, *gained: int) -> None:
        self.gained, self.done, self.attempts = list(gained), 0, 0

    def attempt(self) -> None:
        self.attempts += 1
        if self.gained:
            self.done += self.gained.pop(0)
            msg = "away"
            raise UnavailableError(msg)


def test_a_server_that_comes_back_is_read_after_growing_pauses_with_jitter(pauses: list[float]) -> None:
    server = Server(0, 0, 0)
    persist(server.attempt, lambda: server.done)
    assert server.attempts == 4
    assert [round(pause - low, 9) >= 0 for pause, low in zip(pauses, (1, 2, 4), strict=True)] == [True] * 3
    assert all(low <= pause <= low + patience.JITTER for pause, low in zip(pauses, (1, 2, 4), strict=True))


def test_a_server_that_stays_away_ends_the_poll(pauses: list[float]) -> None:
    server = Server(*[0] * 100)
    with pytest.raises(UnavailableError):
        persist(server.attempt, lambda: server.done)
    assert server.attempts == patience.ATTEMPTS


def test_as_long_as_mails_come_through_it_goes_on(pauses: list[float]) -> None:
    server = Server(*[1, 0, 0, 0] * 10)
    persist(server.attempt, lambda: server.done)
    assert (server.attempts, server.done) == (41, 10)


def test_a_refusal_is_not_tried_again_at_once(pauses: list[float]) -> None:
    attempts: list[int] = []

    def refused() -> None:
        attempts.append(1)
        msg = "no"
        raise RefusedError(msg)

    with pytest.raises(RefusedError):
        persist(refused, lambda: 0)
    assert (attempts, pauses) == ([1], [])


def test_after_refusals_the_pause_grows_from_one_minute_to_fifteen(store: Store) -> None:
    at, gaps = NOW, []
    for _ in range(7):
        note_failure(store, RefusedError("wrong password."), at)
        with pytest.raises(RefusedError, match=r"wrong password\. The next attempt is made at \d\d:\d\d"):
            hold_back(store, at + timedelta(seconds=59))
        with store.transaction() as session:
            failure = health.read(session, health.POLL_FAILURE)
        assert failure is not None
        until = datetime.fromisoformat(failure[0]["not_before"])
        hold_back(store, until)
        gaps.append((until - at).total_seconds() / 60)
        at = until
    assert gaps == [1, 2, 4, 8, 15, 15, 15]


def test_an_unreachable_server_holds_nobody_back(store: Store) -> None:
    note_failure(store, UnavailableError("away"), NOW)
    hold_back(store, NOW)


def test_a_check_that_gets_in_lets_the_next_poll_begin_at_once(store: Store) -> None:
    note_failure(store, RefusedError("no"))
    forgive(store)
    hold_back(store)


def test_success_ends_the_alarm_and_the_pause(store: Store) -> None:
    note_failure(store, RefusedError("no"))
    note_success(store, 3)
    hold_back(store)
    with store.transaction() as session:
        assert health.read(session, health.POLL_FAILURE) is None
        last = health.read(session, health.LAST_POLL)
    assert last is not None
    assert last[0] == {"taken": 3}
