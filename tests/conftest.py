"""Fixtures for every room: where the shared corpus lies, when it is there."""

import asyncio
import base64
import grp
import hashlib
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpus, places and references; tests that need it skip visibly where it is absent."""
    folder = Path(os.environ.get("LAGESBILD_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus" / "reports.jsonl").is_file():
        pytest.skip(f"no shared corpus at {folder}")
    return folder


DOVECOT_PASSWORD = "hemligt-lösen"
DOVECOT_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = {passdb}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

# Dovecot asks the address with the token behind it whether the token is good, and whose it is.
OAUTH_CONFIG = """
introspection_mode = get
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


class Dovecot:
    """A real Dovecot on loopback: every user name is welcome with `password`, and has a Maildir of its own."""

    password = DOVECOT_PASSWORD

    def __init__(self, home: Path, ca: trustme.CA, mechanisms: str = "plain login", introspection: str = "") -> None:
        self.home, self._mechanisms, self._introspection = home, mechanisms, introspection
        self.port, self.tls_port = free_port(), free_port()
        self.ca_file = home / "ca.pem"
        ca.cert_pem.write_to_path(str(self.ca_file))
        # The name only, not the address: 127.0.0.1 is a wrong host for this certificate.
        certificate = ca.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(str(home / "key.pem"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(home / "cert.pem"), append=True)
        self._uid, self._gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
        (home / "mail").mkdir()
        os.chown(home / "mail", self._uid, self._gid)
        (home / "dovecot.conf").write_text(self._config(), encoding="utf-8")

    def _config(self) -> str:
        root = os.getuid() == 0
        me, us = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        passdb = f"static\n  args = password={self.password}"
        if self._introspection:
            (self.home / "oauth2.conf").write_text(OAUTH_CONFIG.format(url=self._introspection), encoding="utf-8")
            passdb = f"oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {self.home}/oauth2.conf"
        return DOVECOT_CONFIG.format(
            home=self.home, port=self.port, tls_port=self.tls_port, uid=self._uid, gid=self._gid, passdb=passdb,
            mechanisms=self._mechanisms,
            internal="dovecot" if root else me, login="dovenull" if root else me, group="dovecot" if root else us,
        )  # fmt: skip

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        said = self.home / "start.log"  # a file: a pipe would stay open in the daemon
        command = [DOVECOT, "-c", str(self.home / "dovecot.conf")]
        with said.open("w") as output:
            failed = subprocess.run(command, check=False, stdout=output, stderr=output, timeout=20)
        assert failed.returncode == 0, said.read_text()
        wait_until(lambda: can_connect(self.port), "Dovecot does not answer")

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        """Stops the server and every session at once, and waits until they are gone."""
        pid_file = self.home / "run" / "master.pid"
        if not pid_file.exists():
            return
        master = int(pid_file.read_text())
        sessions = [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
        for pid in (master, *sessions):
            with suppress(ProcessLookupError):
                os.kill(pid, signal_number if pid == master else signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{master}").exists(), "Dovecot does not stop")
        pid_file.unlink(missing_ok=True)

    def restart(self) -> None:
        """Stops and starts."""
        self.stop()
        self.start()

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where a user's mails lie."""
        root = self.home / "mail" / user
        return root if folder == "INBOX" else root / f".{folder}"

    def deliver(self, user: str, *mails: bytes, folder: str = "INBOX", at: float | None = None) -> None:
        """Puts mails into a mailbox as a delivery agent does: written in tmp, renamed into new; `at` dates them."""
        box = self.maildir(user, folder)
        for part in ("", "tmp", "new", "cur"):
            (box / part).mkdir(exist_ok=True)
            os.chown(box / part, self._uid, self._gid)
        for rfc822 in mails:
            name = f"{time.time_ns()}.{next(SERIAL)}.test"
            (box / "tmp" / name).write_bytes(rfc822)
            os.chown(box / "tmp" / name, self._uid, self._gid)
            os.utime(box / "tmp" / name, None if at is None else (at, at))
            (box / "tmp" / name).rename(box / "new" / name)

    def client(self, user: str, folder: str = "INBOX") -> imaplib.IMAP4:
        """A session of somebody else, with the folder open."""
        session = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        session.authenticate("PLAIN", lambda _: f"\0{user}\0{self.password}".encode())
        session.select(folder)
        return session

    def new_uidvalidity(self, user: str) -> None:
        """Makes the server forget its UIDs: the same mails come back under another UIDVALIDITY."""
        self._forget(user, next(VALIDITY))

    def recreate(self, user: str, uidvalidity: int | None = None) -> None:
        """Deletes every mail and makes the mailbox again, under another UIDVALIDITY or, wrongly, under the old one."""
        for path in (*self.maildir(user).glob("new/*"), *self.maildir(user).glob("cur/*")):
            path.unlink()
        self._forget(user, uidvalidity or next(VALIDITY))

    def _forget(self, user: str, uidvalidity: int) -> None:
        box = self.maildir(user)
        for path in box.glob("dovecot*"):
            path.unlink()
        (box / "dovecot-uidlist").write_text(f"3 V{uidvalidity} N1\n")
        os.chown(box / "dovecot-uidlist", self._uid, self._gid)


SERIAL = itertools.count(1)
VALIDITY = itertools.count(2_000_000_000)
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "dovecot"


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


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    """A certificate authority that nobody else trusts."""
    return trustme.CA()


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """A folder that servers under other user ids can reach; pytest's own is closed to them."""
    home = Path(tempfile.mkdtemp(prefix="lagesbild-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def start_dovecot() -> type[Dovecot]:
    """The class itself, for tests that need a server of another kind."""
    if not Path(DOVECOT).is_file():
        pytest.skip("Dovecot is not installed (package dovecot-imapd)")
    return Dovecot


@pytest.fixture(scope="session")
def dovecot(start_dovecot: type[Dovecot], server_home: Path, ca: trustme.CA) -> Iterator[Dovecot]:
    """One Dovecot for a whole worker: mark users `dovecot` and `xdist_group("dovecot")`, and take `mail_user`."""
    server = start_dovecot(server_home, ca)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_user(request: pytest.FixtureRequest) -> str:
    """A user name of this test's own, so that tests share a server but no mailbox."""
    return f"u{next(SERIAL)}-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"


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
