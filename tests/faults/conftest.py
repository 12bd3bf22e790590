"""A mailbox with mails in it, a program that is made to die over them, and the sum at the end."""

import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store.session import open_store

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

ROOT = Path(__file__).parents[2]
# A few words and something large beside them, as a photo would be.
ATTACHED = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{filler}\r\n--b--\r\n"
)
# The whole flow with stand-ins for reading and rules, which start at once; the long runs use the real program.
QUICK = """
import resource, signal, sys
from pathlib import Path
from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, IngestError, Message, Reading, Report
from lagesbild.intake import only_instance, poll
from lagesbild.wiring import App
from store.records import StoreError

class Rules:
    def split(self, report):
        return (report,)
    def assess(self, report):
        return Assessment("klotter", "normal", Place(), Confidence(), (), (), "", "", "r")

class Reader:
    def __call__(self, raw):
        sender = Address("", "a@b.se")
        message = Message("<m@x>", raw.internal_date, sender, (), "Nr", "Klotter", "")
        return Reading(message, (Report("Klotter", "Nr", raw.internal_date, sender, "free"),))
    def close(self):
        pass

if octets := int(sys.argv[2]):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))
app = App(Path(sys.argv[1]))
app.__dict__.update(read=Reader(), classifier=Rules())
try:
    with only_instance(app):
        poll(app)
except (IngestError, StoreError) as error:
    sys.exit(str(error))
finally:
    app.close()
print("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB")
"""


class Trial:
    """One mailbox, one store, and everything that was ever sent."""

    def __init__(self, folder: Path, dovecot: "Dovecot", user: str, empty_store: Path) -> None:
        self.folder, self.dovecot, self.user, self.empty_store = folder, dovecot, user, empty_store
        self.database = Path(shutil.copy(empty_store, folder / "lagesbild.db"))
        self.sent: Counter[str] = Counter()
        # Each mail has a second of its own: INTERNALDATE, by which a UID given anew is noticed, has no finer parts.
        self.seconds = itertools.count(int(time.time()) - 86_400)
        self.configure(dovecot.port)

    def configure(self, port: int) -> None:
        """Points the program to a port."""
        (self.folder / "password").write_text(self.dovecot.password, encoding="utf-8")
        (self.folder / "lagesbild.toml").write_text(
            f'[mailbox]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nusername = "{self.user}"\n'
            'password_file = "password"\nprocessed_folder = "Klara"\n'
            f'[rules]\npath = "{ROOT / "rules.yaml"}"\nplaces = "{ROOT / "places.yaml"}"\n',
            encoding="utf-8",
        )

    def send(self, mails: int, size: int = 200, first: int = 1) -> None:
        """Puts mails into the mailbox, each told from all others by Message-ID and text."""
        for number in range(first, first + mails):
            head = f"Message-ID: <{number}@{self.user}>\r\nFrom: a{number}@b.se\r\nSubject: Nr {number}\r\n"
            text = f"Klotter nummer {number} på skolan i Kinna.\r\n"
            rfc822 = (head + ATTACHED.format(text=text, filler="QUJD\r\n" * (size // 6))).encode()
            self.sent[hashlib.sha256(rfc822).hexdigest()] += 1
            self.dovecot.deliver(self.user, rfc822, at=next(self.seconds))

    def start(self, fault: str = "", *, real: bool = False, octets: int = 0) -> "subprocess.Popen[bytes]":
        """Starts one poll, to die at a crash point, or with a disk on which no file grows over so many octets."""
        config = str(self.folder / "lagesbild.toml")
        program = (
            ["-m", "lagesbild", "--config", config, "poll", "--once"] if real else ["-c", QUICK, config, str(octets)]
        )
        environment = {**os.environ, "LAGESBILD_FAULT": fault}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen([sys.executable, *program], cwd=ROOT, env=environment, stdout=log, stderr=log)

    def poll(self, fault: str = "", *, real: bool = False, octets: int = 0, limit: float = 300) -> int:
        """One whole poll: its exit code, negative where a signal ended it."""
        return self.start(fault, real=real, octets=octets).wait(limit)

    def log(self) -> str:
        """What the polls said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def uidvalidity(self) -> int:
        """Under which UIDVALIDITY the latest mail was taken."""
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute("SELECT uidvalidity FROM mails ORDER BY id DESC LIMIT 1").fetchone()[0])

    def expect_exactly_once(self) -> None:
        """Every mail sent is stored once, whole, in an end state with one report, and moved on the server."""
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(
                "SELECT m.id, m.state, r.rfc822 FROM mails m JOIN raw_mails r ON r.mail_id = m.id"
            )
            states = [(mail_id, state, hashlib.sha256(rfc822).hexdigest()) for mail_id, state, rfc822 in rows]
            reports = Counter(row[0] for row in connection.execute("SELECT mail_id FROM reports"))
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM mails WHERE NOT acknowledged").fetchone() == (0,)
        first = [(mail_id, digest) for mail_id, state, digest in states if state != "duplicate"]
        assert Counter(digest for _, digest in first) == Counter(dict.fromkeys(self.sent, 1))
        assert {state for _, state, _ in states} <= {"reported", "duplicate"}
        assert reports == Counter(mail_id for mail_id, _ in first)
        with self.dovecot.client(self.user) as session:
            assert session.search(None, "ALL")[1] == [b""]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables made, to be copied: making them takes most of a second."""
    path = tmp_path_factory.mktemp("empty") / "lagesbild.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def trial(tmp_path: Path, dovecot: "Dovecot", mail_user: str, empty_store: Path) -> Trial:
    """An empty mailbox and an empty store."""
    return Trial(tmp_path, dovecot, mail_user, empty_store)


@pytest.fixture
def new_trial(trial: Trial) -> Callable[[], Trial]:
    """Further trials, each with a mailbox and store of its own."""
    numbers = itertools.count(1)

    def make() -> Trial:
        number = next(numbers)
        folder = trial.folder / str(number)
        folder.mkdir()
        return Trial(folder, trial.dovecot, f"{trial.user}-{number}", trial.empty_store)

    return make
