"""The service does every job again and again, outlives a failing one, and stops when told."""

import os
import signal
import threading
import time
from datetime import timedelta
from threading import Event

import pytest

from lagesbild import service
from lagesbild.service import Job, serve


def test_a_failing_job_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    stop, done = Event(), []

    def fail() -> None:
        msg = "hemlig text ur ett mejl"
        raise ValueError(msg)

    def work() -> None:
        done.append(1)
        if len(done) == 2:
            stop.set()

    serve((Job("fails", timedelta(seconds=1), fail), Job("works", timedelta(seconds=1), work)), stop)
    logged = capsys.readouterr().err
    assert len(done) == 2
    assert "ValueError" in logged
    assert "hemlig" not in logged


def test_what_runs_beside_wakes_its_job_at_once_and_begins_anew_after_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "REST_AFTER_MISTAKE", 0.1)
    stop, began, done = Event(), list[int](), list[float]()

    def beside(wake: Event, stop: Event) -> None:
        began.append(1)
        if len(began) == 1:
            msg = "a mistake"
            raise ValueError(msg)
        wake.set()
        stop.wait(20)

    def work() -> None:
        done.append(time.monotonic())
        if len(done) == 2:
            stop.set()

    serve((Job("mail", timedelta(hours=1), work, beside),), stop)
    assert (len(began), len(done)) == (2, 2)
    assert done[1] - done[0] < 5


def test_a_signal_stops_it_and_handlers_are_put_back() -> None:
    stop, before = Event(), signal.getsignal(signal.SIGTERM)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    started = time.monotonic()
    serve((Job("idle", timedelta(hours=1), lambda: None),), stop)
    assert time.monotonic() - started < 5
    assert signal.getsignal(signal.SIGTERM) is before
