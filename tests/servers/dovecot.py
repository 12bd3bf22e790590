"""A real Dovecot on loopback, for tests as root or not."""

import grp
import hashlib
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from tests.servers.ports import can_connect, free_port, wait_until

SERIAL = itertools.count(1)
VALIDITY = itertools.count(2_000_000_000)
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "dovecot"
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
