"""A mail that hangs, eats memory or kills its process costs one mail, not the service."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingest.forms import FormLayout
from ingest.message import IngestError, RawMessage
from ingest.reports import ReadingContext
from ingest.worker import Worker

HEAD = b"From: anna@mejl.example\nSubject: Hej\nContent-Type: text/"
GOOD = HEAD + "plain; charset=utf-8\n\nHål i vägen på Ågatan\n".encode()
# About a second and a half of work.
SLOW = HEAD + b"html\n\n" + b"<table>" + b"<tr><td>A</td><td>B</td></tr>" * 8000
LARGE = HEAD + b"html\n\n" + b"<p>a b</p>" * 400_000


def raw(rfc822: bytes) -> RawMessage:
    return RawMessage("a", "INBOX", 1, 1, datetime(2026, 1, 12, tzinfo=UTC), rfc822, len(rfc822))


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(ReadingContext())
    yield worker
    worker.close()


@pytest.fixture
def impatient() -> Iterator[Worker]:
    worker = Worker(ReadingContext(), seconds=0.3)
    yield worker
    worker.close()


def test_a_good_mail_is_read_as_without_a_worker(worker: Worker) -> None:
    assert worker(raw(GOOD)).reports[0].text == "Hål i vägen på Ågatan"


def test_a_slow_mail_is_stopped_and_the_next_one_is_read(impatient: Worker) -> None:
    for _ in range(2):
        assert impatient(raw(GOOD)).reports
        with pytest.raises(IngestError, match=r"longer than 0\.3 seconds"):
            impatient(raw(SLOW))
    assert impatient(raw(GOOD)).reports


def test_a_mail_that_wants_too_much_memory_is_refused_and_the_next_one_is_read() -> None:
    frugal = Worker(ReadingContext(), octets=40_000_000)
    with pytest.raises(IngestError, match=r"40 MB of memory|ended the process"):
        frugal(raw(LARGE))
    assert frugal(raw(GOOD)).reports
    frugal.close()


def test_a_mail_that_kills_the_process_is_refused_and_the_next_one_is_read(worker: Worker) -> None:
    assert worker(raw(GOOD)).reports
    child = next(process.pid for process in multiprocessing.active_children())
    assert child is not None
    threading.Timer(0.3, os.kill, (child, signal.SIGKILL)).start()
    with pytest.raises(IngestError, match="ended the process"):
        worker(raw(SLOW))
    assert worker(raw(GOOD)).reports


def test_a_mail_that_fits_two_layouts_is_refused_with_both_names() -> None:
    layouts = tuple(FormLayout(name, ("Hej",), (), (), (("site", ("Plats",)),)) for name in ("ett", "två"))
    worker = Worker(ReadingContext(layouts=layouts))
    with pytest.raises(IngestError, match="ett and två"):
        worker(raw(HEAD + b"plain\n\nPlats: torget\n"))
    worker.close()


def test_errors_quote_nothing_of_the_mail(impatient: Worker) -> None:
    with pytest.raises(IngestError) as caught:
        impatient(raw(SLOW))
    assert "anna" not in str(caught.value)


def test_closing_twice_is_safe_and_ends_the_process(worker: Worker) -> None:
    worker(raw(GOOD))
    children = multiprocessing.active_children()
    worker.close()
    worker.close()
    deadline = time.monotonic() + 10
    while any(child.is_alive() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(child.is_alive() for child in children)
