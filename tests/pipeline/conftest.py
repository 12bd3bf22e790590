"""An installation as a new user has it: settings in a folder, a real Dovecot, a real SMTP server, the command line."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Postbox:
    """An SMTP server that keeps what it is given."""

    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        self.received.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@dataclass(frozen=True)
class Postoffice:
    port: int
    box: Postbox


@pytest.fixture
def postoffice() -> Iterator[Postoffice]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield Postoffice(port, box)
    controller.stop()


@dataclass(frozen=True)
class Installation:
    """A folder with settings, and the command line on it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "lagesbild.toml"

    def run(self, *arguments: str, expect: int = 0) -> str:
        command = [sys.executable, "-m", "lagesbild", "--config", str(self.config), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
        assert done.returncode == expect, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout if expect == 0 else done.stdout + done.stderr

    def status(self, expect: int = 0) -> dict[str, Any]:
        output = self.run("status", "--json", expect=expect)
        found: dict[str, Any] = json.loads(output.splitlines()[0])
        return found


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    subprocess.run([sys.executable, "-m", "lagesbild", "init", str(tmp_path)], check=True, capture_output=True)
    return Installation(tmp_path)
