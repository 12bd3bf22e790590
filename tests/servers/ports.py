"""Ports of this machine, and waiting for somebody to answer on them."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def can_connect(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = 20) -> None:
    """Waits for something to become true, or fails with a sentence."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.02)
