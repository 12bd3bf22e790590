"""Servers that restart, cut, fall silent, count anew or begin anew (F2 to F5): sent = stored exactly once."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from ingest import imap
from ingest.imap import ImapSource
from ingest.mailbox import ImapAccount
from ingest.source import UnavailableError
from lagesbild.pipeline import take_in
from store import mails
from store.session import Store, open_store

if TYPE_CHECKING:
    from tests.faults.conftest import Trial
    from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]


@pytest.fixture
def store(trial: "Trial") -> Iterator[Store]:
    opened = open_store(f"sqlite:///{trial.database}")
    yield opened
    opened.close()


@pytest.fixture
def proxy(trial: "Trial", proxy_to: "Callable[[int], Proxy]") -> "Proxy":
    return proxy_to(trial.dovecot.port)


def account(trial: "Trial", port: int) -> ImapAccount:
    password = trial.dovecot.password
    return ImapAccount("127.0.0.1", trial.user, lambda: password, port, security="none", processed_folder="Klara")


def taken(trial: "Trial", store: Store, port: int) -> bool:
    """One attempt on a connection of its own: whether it got through."""
    source = ImapSource(account(trial, port))
    try:
        take_in(store, source, source.mailbox)
    except UnavailableError:
        return False
    else:
        return True
    finally:
        source.close()


def stored_whole(trial: "Trial", store: Store) -> int:
    """How many mails are on the books; each must be one that was sent, byte for byte."""
    with store.transaction() as session:
        found = mails.in_state(session, ["waiting"])
    assert {mail.sha256 for mail in found} <= set(trial.sent)
    assert len({mail.sha256 for mail in found}) == len(found)
    return len(found)


def _cut_at_every(step: int, size: int, trial: "Trial", store: Store, proxy: "Proxy") -> int:
    """Cuts one connection after another, each later than the one before, until one gets through: how many were cut."""
    trial.send(1, size=size)
    cuts = 0
    proxy.cut_after = 0
    while not taken(trial, store, proxy.port):
        # The cut may come behind the mail, while it is moved: then it is on the books already, and whole.
        assert stored_whole(trial, store) <= 1
        cuts += 1
        proxy.cut_after = cuts * step
    assert stored_whole(trial, store) == 1
    return cuts


def test_a_connection_cut_at_every_kilobyte_of_a_fetch_stores_no_part_of_a_mail(
    trial: "Trial", store: Store, proxy: "Proxy"
) -> None:
    assert _cut_at_every(1024, 20_000, trial, store, proxy) >= 20


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_connection_cut_at_every_kilobyte_of_a_large_mail_and_every_byte_of_a_small_one(
    new_trial: "Callable[[], Trial]", proxy_to: "Callable[[int], Proxy]"
) -> None:
    for step, size, least in ((1024, 500_000, 480), (7, 3_000, 400)):
        trial = new_trial()
        store = open_store(f"sqlite:///{trial.database}")
        assert _cut_at_every(step, size, trial, store, proxy_to(trial.dovecot.port)) >= least
        store.close()


def _silent_after(after: int, trial: "Trial", store: Store, proxy: "Proxy") -> None:
    proxy.silent_after = after
    before = time.monotonic()
    assert not taken(trial, store, proxy.port)
    assert time.monotonic() - before < 10
    stored_whole(trial, store)


def test_a_server_that_falls_silent_anywhere_is_left_and_asked_again(
    trial: "Trial", store: Store, proxy: "Proxy", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(imap, "READ_SECONDS", 0.5)
    trial.send(2, size=20_000)
    for after in (0, 300, 1_200, 30_000):
        _silent_after(after, trial, store, proxy)
    proxy.silent_after = None
    assert taken(trial, store, proxy.port)
    assert stored_whole(trial, store) == 2


def _restarting(trial: "Trial", mails_sent: int, times: int) -> None:
    """The server restarts again and again while mails arrive and are polled."""

    def disturb() -> None:
        for _ in range(times):
            time.sleep(1)
            trial.dovecot.restart()

    restarts = threading.Thread(target=disturb)
    restarts.start()
    trial.send(mails_sent, size=20_000)
    while restarts.is_alive():
        trial.poll()
    restarts.join()
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()


def test_a_server_restarted_during_polls_loses_nothing(trial: "Trial") -> None:
    _restarting(trial, mails_sent=50, times=2)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_server_restarted_every_other_second_while_five_hundred_mails_arrive(trial: "Trial") -> None:
    _restarting(trial, mails_sent=500, times=20)


def test_a_server_that_counts_anew_gives_nothing_twice_and_hides_nothing_new(trial: "Trial") -> None:
    trial.send(5)
    assert trial.poll() == 0, trial.log()
    trial.dovecot.new_uidvalidity(trial.user)
    trial.send(5)  # the same again
    trial.send(5, first=6)
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()


@pytest.mark.parametrize("keeps_uidvalidity", [False, True])
def test_a_mailbox_made_again_gives_nothing_twice_and_hides_nothing_new(
    trial: "Trial", keeps_uidvalidity: bool
) -> None:
    trial.send(5)
    assert trial.poll() == 0, trial.log()
    trial.dovecot.recreate(trial.user, trial.uidvalidity() if keeps_uidvalidity else None)
    trial.send(3)
    trial.send(5, first=6)
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()
