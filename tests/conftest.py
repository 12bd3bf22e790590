"""Fixtures for every room: where the shared corpus lies, when it is there."""

import asyncio
import base64
import gc
import os
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers.ports import free_port

pytest_plugins = ("tests.servers.dovecot", "tests.servers.proxy", "tests.servers.provider")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpus, places and references; tests that need it skip visibly where it is absent."""
    folder = Path(os.environ.get("LAGESBILD_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus" / "reports.jsonl").is_file():
        pytest.skip(f"no shared corpus at {folder}")
    return folder


@pytest.fixture
def cpu_seconds() -> Iterator[Callable[[Callable[[], object]], float]]:
    """Processor time, in seconds, that a call takes, as it would in a process of its own.

    What other tests left in memory (the language model, a year of reports) is frozen for the while: else the
    garbage collector goes through millions of their objects inside the call, four times its own time.
    """

    def measure(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    gc.collect()
    gc.freeze()
    yield measure
    gc.unfreeze()


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    """A certificate authority that nobody else trusts."""
    return trustme.CA()


SMTP_PASSWORD = "kanariefågel-lösen"


class MailSink:
    """A real SMTP server on loopback. A test writes its answers beforehand; without any, all mail is taken.

    Attributes:
        mails: what was taken, as (recipients, bytes).
        rcpt: reply to RCPT by address; `drop` cuts the connection.
        data: replies to the next mails' end of DATA, in order; `drop` takes the mail and cuts the connection,
            `lose` cuts it without taking the mail, a number waits so many seconds before taking it.
        logins: (mechanism, what was given).
    """

    password = SMTP_PASSWORD

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = {"authenticator": self.authenticate, **options}
        self.mails: list[tuple[list[str], bytes]] = []
        self.senders: list[str] = []
        self.rcpt: dict[str, str] = {}
        self.mail = "250 OK"
        self.data: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.connections = 0
        self.host = "127.0.0.1"
        self.port = free_port()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.mail.startswith("2"):
            envelope.mail_from = address
            self.senders.append(address)
        return self.mail

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        reply = self.rcpt.get(address, "250 OK")
        if reply == "drop":
            server.transport.abort()
        elif reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        reply = self.data.pop(0) if self.data else "250 OK"
        if reply.isdigit():
            await asyncio.sleep(int(reply))
            reply = "250 OK"
        if reply in {"250 OK", "drop"}:
            self.mails.append((list(envelope.rcpt_tos), envelope.original_content))
        if reply in {"drop", "lose"}:
            server.transport.abort()
        return reply

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:
        words = base64.b64decode(args[1]).decode()
        self.logins.append(("XOAUTH2", words))
        if SMTP_PASSWORD in words:
            return AuthResult(success=True)
        await server.push(f"334 {base64.b64encode(args[1].encode()).decode()}")
        await server._reader.readline()
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 refused {args[1]}")

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> Any:
        self.logins.append((mechanism, given.password.decode()))
        right = given.password.decode() == SMTP_PASSWORD
        return AuthResult(success=right, handled=False, message=None if right else f"535 5.7.8 not {given.password!r}")

    def start(self) -> None:
        """Starts (again) on the same port."""
        self._controller = Controller(self, hostname=self.host, port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        """Stops; safe to call twice."""
        self._controller.stop(no_assert=True)


@pytest.fixture
def mail_sink() -> Iterator[Callable[..., MailSink]]:
    """Starts SMTP servers on loopback: `mail_sink()`, `mail_sink(tls_context=…)` for STARTTLS, `ssl_context=…`."""
    running = []

    def start(**options: Any) -> MailSink:
        sink = MailSink(options)
        running.append(sink)
        sink.start()
        return sink

    yield start
    for sink in running:
        sink.stop()


@pytest.fixture(scope="session")
def server_tls(ca: trustme.CA) -> ssl.SSLContext:
    """TLS for a server called localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    """The certificate authority as a file."""
    ca.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return tmp_path / "authority.pem"
