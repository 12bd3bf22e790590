"""The service does every job again and again, outlives a failing one, and stops when told."""

import os
import signal
import threading
import time
from datetime import timedelta
from threading import Event

import pytest

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


def test_a_signal_stops_it_and_handlers_are_put_back() -> None:
    stop, before = Event(), signal.getsignal(signal.SIGTERM)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    started = time.monotonic()
    serve((Job("idle", timedelta(hours=1), lambda: None),), stop)
    assert time.monotonic() - started < 5
    assert signal.getsignal(signal.SIGTERM) is before
