"""A TCP proxy between us and a server, which cuts, holds back or swallows what the server says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest


class Proxy:
    """Passes bytes on, both ways, to a port of this machine.

    Attributes:
        cut_after: the connection is cut when the server has said so many octets; None: never.
        pace: seconds between two octets that the server says; None: as they come.
        silent_after: after so many octets of the server nothing is passed on, and nothing is closed; None: never.
        silent: nothing the server says is passed on any more, and nothing is closed.
        on_cut: called when a connection is cut.
        connections: how many there have been.
    """

    def __init__(self, target: int) -> None:
        self.target, self.silent = target, False
        self.cut_after: int | None = None
        self.silent_after: int | None = None
        self.pace: float | None = None
        self.on_cut: Callable[[], None] = lambda: None
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self.target))
                self._open += [client, server]
                threading.Thread(target=self._pass, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := client.recv(65536):
                server.sendall(said)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        said = 0
        with suppress(OSError):
            while block := server.recv(65536):
                if self.silent or (self.silent_after is not None and said + len(block) > self.silent_after):
                    continue
                room = len(block) if self.cut_after is None else max(0, self.cut_after - said)
                self._say(client, block[:room])
                said += len(block)
                if room < len(block):
                    self.on_cut()
                    break
            self._end(client, server)

    def _say(self, client: socket.socket, block: bytes) -> None:
        if self.pace is None:
            client.sendall(block)
            return
        for octet in block:
            client.sendall(bytes([octet]))
            time.sleep(self.pace)

    def _end(self, *sockets: socket.socket) -> None:
        for end in sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """Ends every connection and takes no more."""
        self._end(self._server, *self._open)


@pytest.fixture
def proxy_to() -> Iterator[Callable[[int], Proxy]]:
    """Makes a proxy to a port of this machine; it is gone when the test ends."""
    made: list[Proxy] = []

    def make(target: int) -> Proxy:
        made.append(Proxy(target))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()
