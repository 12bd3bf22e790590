"""Taking in beside the service: wakes it for what came, also when it broke off, and never asks a refusing server."""

from datetime import timedelta
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.message import IngestError
from ingest.source import NoIdleError, UnavailableError
from lagesbild import watch


class Mailbox:
    """Gives one answer after another to poll and wait, then has everything stopped."""

    def __init__(self, *answers: int | Exception, idle: bool = True) -> None:
        self.answers, self.idle, self.stop, self.wake = list(answers), idle, Event(), Event()
        self.woken: list[bool] = []
        self.waits = 0
        self.settings = SimpleNamespace(service=SimpleNamespace(poll_every=timedelta(seconds=0.01)))
        self.source = self

    def take(self, _app: object, _stop: object) -> int:
        self.woken.append(self.wake.is_set())
        self.wake.clear()
        if not self.answers:
            self.stop.set()
            return 0
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait_for_new(self, _seconds: float, _stop: object) -> bool:
        self.waits += 1
        if not self.idle:
            msg = "no IDLE"
            raise NoIdleError(msg)
        return True


def attended(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    app: Any = mailbox
    monkeypatch.setattr(watch, "take", mailbox.take)
    watch.attend(app, mailbox.wake, mailbox.stop)
    return mailbox


def test_the_service_is_woken_for_new_mail_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert attended(Mailbox(2, 0, 1), monkeypatch).woken == [False, True, False, True]


def test_what_came_before_the_server_broke_off_is_worked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = attended(Mailbox(UnavailableError("cut"), IngestError("one mail")), monkeypatch)
    assert mailbox.woken == [False, True, True]


def test_after_a_failed_poll_nothing_is_asked_of_the_server_until_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        attended(Mailbox(UnavailableError("away"), UnavailableError("away")), monkeypatch).waits == 1
    )  # the last, good one


def test_without_idle_the_mailbox_is_polled_in_its_rhythm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert attended(Mailbox(0, 0, 1, idle=False), monkeypatch).woken == [False, False, False, True]
