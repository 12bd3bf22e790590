"""Two instances never work on one mailbox, and a dead one never keeps the next one out."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from store.lock import BusyError, one_instance
from store.session import Store

HOLDER = """
import os, sys, time
from store.lock import one_instance
from store.session import open_store
store = open_store(sys.argv[1], migrate=False)
with one_instance(store, "INBOX of a@b"):
    if "child" in sys.argv and os.fork() == 0:
        time.sleep(60)
    print("held", flush=True)
    time.sleep(60)
"""
HOME = Path(__file__).parents[2]


def hold(store: Store, *options: str) -> "subprocess.Popen[str]":
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", HOLDER, url, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOME, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("held")
    return process


def end(process: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_second_instance_is_refused_in_one_line_that_names_the_first(store: Store) -> None:
    process = hold(store)
    try:
        with pytest.raises(BusyError, match=r"INBOX of a@b is already being read by") as refused, \
                one_instance(store, "INBOX of a@b"):  # fmt: skip
            pass
        if store.engine.dialect.name == "sqlite":
            assert f"process {process.pid}" in str(refused.value)
        with one_instance(store, "INBOX of c@d"):
            pass
    finally:
        end(process)


@pytest.mark.parametrize("options", [(), ("child",)])
def test_the_lock_dies_with_a_holder_that_was_killed(store: Store, options: tuple[str, ...]) -> None:
    if options and store.engine.dialect.name == "postgresql":
        pytest.skip("a session of the server lives as long as any process has its socket")
    process = hold(store, *options)
    try:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        _take_within(store, seconds=5)
    finally:
        end(process)


def _take_within(store: Store, seconds: float) -> None:
    """PostgreSQL needs a moment to see that its client is gone."""
    until = time.monotonic() + seconds
    while True:
        try:
            with one_instance(store, "INBOX of a@b"):
                return
        except BusyError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_asking_twice_in_one_process_does_not_let_go_of_the_lock(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    with one_instance(store, "INBOX of a@b"):
        with pytest.raises(BusyError, match="this very process"), one_instance(store, "INBOX of a@b"):
            pass
        command = [sys.executable, "-c", HOLDER, url]
        other = subprocess.run(command, check=False, capture_output=True, text=True, cwd=HOME, timeout=30)
    assert "BusyError" in other.stderr


def test_it_can_be_had_again_after_it_was_let_go_and_not_twice_at_once(store: Store) -> None:
    for _ in range(20):
        with one_instance(store, "x"), pytest.raises(BusyError), one_instance(store, "x"):
            pass
