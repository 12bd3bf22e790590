"""Polling a real mailbox: every mail once, failures told and remembered, one instance, and mail within seconds."""

import functools
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, Message, RawMessage, Reading, Report
from ingest.source import RefusedError, UnavailableError
from lagesbild.intake import only_instance, poll
from lagesbild.settings import SettingsError
from lagesbild.wiring import App
from store import health, mails
from store.records import Accounts

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot
    from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def mail(number: int) -> bytes:
    head = f"Message-ID: <{number}@x>\r\nFrom: a@b.se\r\nSubject: Nr {number}\r\n"
    return f"{head}\r\nKlotter på skolan i Kinna.\r\n".encode()


def read(raw: RawMessage) -> Reading:
    sender = Address("", "a@b.se")
    message = Message("<m@x>", raw.internal_date, sender, (), "Ämne", "Klotter", "")
    return Reading(message, (Report("Klotter", "Ämne", raw.internal_date, sender, "free"),))


class Rules:
    def split(self, report: Report) -> tuple[Report, ...]:
        return (report,)

    def assess(self, report: Report) -> Assessment:
        return Assessment("klotter", "normal", Place(), Confidence(), (), (), "", "", "r")


def settings(folder: Path, user: str, port: int, password: str, more: str = "") -> Path:
    (folder / "password").write_text(password, encoding="utf-8")
    config = folder / "lagesbild.toml"
    config.write_text(
        f'[mailbox]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nusername = "{user}"\n'
        f'password_file = "password"\n{more}\n'
        f'[rules]\npath = "{ROOT / "rules.yaml"}"\nplaces = "{ROOT / "places.yaml"}"\n',
        encoding="utf-8",
    )
    return config


@pytest.fixture
def open_app(tmp_path: Path, mail_user: str, dovecot: "Dovecot") -> Iterator[Callable[..., App]]:
    """Opens the application on this test's mailbox, with quick stand-ins for reading and rules."""
    opened: list[App] = []

    def make(port: int = dovecot.port, password: str = dovecot.password, more: str = "") -> App:
        app = App(settings(tmp_path, mail_user, port, password, more))
        app.__dict__.update(read=read, classifier=Rules())
        opened.append(app)
        return app

    yield make
    for app in opened:
        app.__dict__.pop("read")
        app.close()


def accounts(app: App) -> Accounts:
    with app.store.transaction() as session:
        return mails.accounts(session)


def failure(app: App) -> dict[str, object]:
    with app.store.transaction() as session:
        found = health.read(session, health.POLL_FAILURE)
    return found[0] if found else {}


def test_every_mail_is_taken_once_however_often_it_is_polled(
    dovecot: "Dovecot", mail_user: str, open_app: Callable[..., App]
) -> None:
    dovecot.deliver(mail_user, *(mail(n) for n in range(1, 61)))
    app = open_app()
    assert [poll(app), poll(app)] == [60, 0]
    dovecot.new_uidvalidity(mail_user)
    dovecot.deliver(mail_user, mail(61))
    assert poll(app) == 61
    assert accounts(app) == Accounts(
        121, reported=61, no_report=0, duplicates=60, quarantined=0, too_large=0, waiting=0
    )


def test_stored_mails_are_moved_also_when_the_program_died_before_it_could(
    dovecot: "Dovecot", mail_user: str, open_app: Callable[..., App]
) -> None:
    dovecot.deliver(mail_user, mail(1), mail(2))
    app = open_app(more='processed_folder = "Klara"')
    with app.store.transaction() as session:
        for raw in app.source.new_messages(lambda _mailbox, _uidvalidity: {}):
            mails.take(session, raw)
    assert poll(app) == 0
    with dovecot.client(mail_user, "Klara") as session:
        assert len(session.search(None, "ALL")[1][0].split()) == 2


def test_a_wrong_password_is_told_once_and_the_server_left_in_peace(
    dovecot: "Dovecot", proxy_to: "Callable[[int], Proxy]", open_app: Callable[..., App]
) -> None:
    proxy = proxy_to(dovecot.port)
    app = open_app(port=proxy.port, password="fel")
    with pytest.raises(RefusedError, match="password_file"):
        poll(app)
    with pytest.raises(RefusedError, match="The next attempt is made at"):
        poll(app)
    assert proxy.connections == 1
    assert failure(app)["refusals"] == 1


def test_an_absent_server_is_tried_several_times_and_what_waits_is_worked_off_meanwhile(
    open_app: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        app = open_app(port=nobody.getsockname()[1])
        with app.store.transaction() as session:
            mails.take(session, RawMessage("files", "x", 0, 1, NOW, mail(1), 1))
        with pytest.raises(UnavailableError):
            poll(app)
    assert accounts(app).reported == 1
    assert "failed while" in str(failure(app)["error"])


def test_a_second_instance_on_the_same_mailbox_is_refused_in_one_line(
    open_app: Callable[..., App], mail_user: str, tmp_path: Path
) -> None:
    app = open_app()
    with only_instance(app), pytest.raises(subprocess.CalledProcessError) as refused:
        command(tmp_path / "lagesbild.toml", "poll", "--once")
    assert refused.value.returncode == 1
    assert refused.value.stderr.startswith(f"INBOX of {mail_user}@127.0.0.1 is already being read by process")
    assert len(refused.value.stderr.splitlines()) == 1


def test_a_password_file_that_is_gone_is_told_and_the_next_poll_begins_afresh(
    open_app: Callable[..., App], tmp_path: Path, dovecot: "Dovecot", mail_user: str
) -> None:
    dovecot.deliver(mail_user, mail(1))
    app = open_app()
    (tmp_path / "password").rename(tmp_path / "gone")
    with pytest.raises(SettingsError, match="password cannot be read"):
        poll(app)
    assert "password cannot be read" in str(failure(app)["error"])
    (tmp_path / "gone").rename(tmp_path / "password")
    assert poll(app) == 1
    assert failure(app) == {}


def test_without_a_mailbox_polling_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "lagesbild.toml").write_text("", encoding="utf-8")
    for words in (("poll",), ("poll", "--once")):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            command(tmp_path / "lagesbild.toml", *words)
        assert (refused.value.returncode, refused.value.stderr.count("\n")) == (2, 1)
        assert "[mailbox] host" in refused.value.stderr


@pytest.fixture
def service(tmp_path: Path, dovecot: "Dovecot", mail_user: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The real program, polling in its usual rhythm of five minutes: what comes sooner came through IDLE."""
    config = settings(tmp_path, mail_user, dovecot.port, dovecot.password)
    command = [sys.executable, "-m", "lagesbild", "--config", str(config), "poll"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def stored(database: Path, query: str = "SELECT count(*) FROM mails") -> int:
    with closing(sqlite3.connect(database)) as connection:
        try:
            return int(connection.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return 0


def test_a_mail_is_stored_within_five_seconds_of_its_arrival_and_the_service_stops_when_told(
    service: "subprocess.Popen[bytes]", tmp_path: Path, dovecot: "Dovecot", mail_user: str
) -> None:
    database = tmp_path / "lagesbild.db"
    wait(lambda: stored(database, "SELECT count(*) FROM health WHERE name = 'last_poll'") == 1, 60)
    times = []
    for number in (1, 2, 3):
        time.sleep(0.5)
        dovecot.deliver(mail_user, mail(number))
        arrived = time.monotonic()
        wait(functools.partial(holds, database, number), 20)
        times.append(time.monotonic() - arrived)
    assert max(times) < 5, times
    wait(lambda: stored(database, "SELECT count(*) FROM mails WHERE state = 'reported'") == 3, 60)
    service.send_signal(signal.SIGTERM)
    assert service.wait(20) == 0


def holds(database: Path, number: int) -> bool:
    return stored(database) == number


def wait(true: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def command(config: Path, *words: str) -> str:
    line = [sys.executable, "-m", "lagesbild", "--config", str(config), *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_mail_too_large_is_shown_and_fetched_when_the_limit_is_raised(
    dovecot: "Dovecot", mail_user: str, open_app: Callable[..., App], tmp_path: Path
) -> None:
    dovecot.deliver(mail_user, mail(1) + b"x" * 5000)
    app = open_app(more="max_bytes = 2000")
    poll(app)
    assert accounts(app).too_large == 1
    config = settings(tmp_path, mail_user, dovecot.port, dovecot.password)
    (listed,) = map(json.loads, command(config, "quarantine", "list", "--json").splitlines())
    assert (listed["state"], listed["size"]) == ("too_large", len(mail(1)) + 5000)
    assert command(config, "quarantine", "retry", "1") == "Mail 1 is now no_report. fetched again\n"
    assert poll(open_app()) == 1
    assert accounts(app) == Accounts(2, reported=1, no_report=1, duplicates=0, quarantined=0, too_large=0, waiting=0)
