"""Waiting for mail: told of it at once, and never deceived by a connection that died."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from imapclient import IMAPClient

from ingest import imap
from ingest.imap import ImapSource
from ingest.mailbox import ImapAccount
from ingest.source import NoIdleError, UnavailableError

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot
    from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]
MAIL = b"Subject: hej\r\n\r\nhej\r\n"


@pytest.fixture
def account(dovecot: "Dovecot", mail_user: str) -> ImapAccount:
    return ImapAccount("127.0.0.1", mail_user, lambda: dovecot.password, dovecot.port, security="none")


@pytest.fixture
def source(account: ImapAccount) -> Iterator[ImapSource]:
    opened = ImapSource(account)
    yield opened
    opened.close()


def fetched(source: ImapSource) -> int:
    return len(list(source.new_messages(lambda _mailbox, _uidvalidity: {})))


def later(seconds: float, do: Callable[[], object]) -> None:
    threading.Timer(seconds, do).start()


def test_mail_is_told_of_within_five_seconds_of_its_arrival(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    assert fetched(source) == 0
    arrived: list[float] = []

    def deliver() -> None:
        dovecot.deliver(account.username, MAIL)
        arrived.append(time.monotonic())

    later(0.5, deliver)
    assert source.wait_for_new(20)
    assert time.monotonic() - arrived[0] < 5
    assert fetched(source) == 1


def test_mail_that_came_between_reading_and_waiting_is_told_of_at_once(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    assert fetched(source) == 0
    dovecot.deliver(account.username, MAIL)
    before = time.monotonic()
    assert source.wait_for_new(20)
    assert time.monotonic() - before < 2


def test_a_new_connection_says_that_there_may_be_mail(source: ImapSource) -> None:
    assert source.wait_for_new(20)
    assert not source.wait_for_new(0.3)


def test_idle_is_renewed_and_still_tells_of_mail(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewals: list[float] = []
    idle = IMAPClient.idle

    def counted(self: IMAPClient) -> object:
        renewals.append(time.monotonic())
        return idle(self)

    monkeypatch.setattr(IMAPClient, "idle", counted)
    assert imap.IDLE_SECONDS < 29 * 60
    monkeypatch.setattr(imap, "IDLE_SECONDS", 0.5)
    fetched(source)
    later(2, lambda: dovecot.deliver(account.username, MAIL))
    assert source.wait_for_new(20)
    assert len(renewals) >= 3


def test_a_server_that_closes_the_connection_in_idle_is_noticed(
    dovecot: "Dovecot", source: ImapSource, proxy_to: "Callable[[int], Proxy]", account: ImapAccount
) -> None:
    proxy = proxy_to(dovecot.port)
    watching = ImapSource(replace(account, port=proxy.port))
    assert watching.wait_for_new(20)
    later(0.5, proxy.close)
    before = time.monotonic()
    with pytest.raises(UnavailableError, match="waiting for mail"):
        watching.wait_for_new(20)
    assert time.monotonic() - before < 5


def test_a_server_that_falls_silent_in_idle_is_noticed_at_the_renewal(
    dovecot: "Dovecot",
    account: ImapAccount,
    proxy_to: "Callable[[int], Proxy]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imap, "IDLE_SECONDS", 1)
    monkeypatch.setattr(imap, "READ_SECONDS", 1)
    proxy = proxy_to(dovecot.port)
    watching = ImapSource(replace(account, port=proxy.port))
    assert watching.wait_for_new(20)
    later(0.3, lambda: setattr(proxy, "silent", True))
    with pytest.raises(UnavailableError, match="timed out"):
        watching.wait_for_new(20)


def test_a_server_without_idle_does_not_keep_us_waiting(source: ImapSource, monkeypatch: pytest.MonkeyPatch) -> None:
    has = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "IDLE" and has(self, name))
    fetched(source)
    with pytest.raises(NoIdleError):
        source.wait_for_new(20)


def test_waiting_ends_soon_after_it_is_told_to_stop(source: ImapSource) -> None:
    fetched(source)
    stop = threading.Event()
    later(0.5, stop.set)
    before = time.monotonic()
    assert not source.wait_for_new(20, stop.is_set)
    assert time.monotonic() - before < 3


def test_a_server_that_trickles_for_ever_is_cut_off(
    dovecot: "Dovecot", account: ImapAccount, monkeypatch: pytest.MonkeyPatch, proxy_to: "Callable[[int], Proxy]"
) -> None:
    proxy = proxy_to(dovecot.port)
    slow = ImapSource(replace(account, port=proxy.port))
    assert fetched(slow) == 0
    dovecot.deliver(account.username, MAIL * 50)
    monkeypatch.setattr(imap, "STEP_SECONDS", 1.0)
    proxy.pace = 0.05
    before = time.monotonic()
    with pytest.raises(UnavailableError, match="failed while"):
        fetched(slow)
    assert time.monotonic() - before < 5
