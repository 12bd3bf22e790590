"""Status adds up, names what is wrong, and fails where something is."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.message import RawMessage
from lagesbild.settings import load_settings
from lagesbild.status import FULL_QUARANTINE, figures
from store import health, mails
from store.schema import MailRow
from store.session import Store, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/lagesbild.db")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "lagesbild.toml"
    path.write_text('[mailbox]\nhost = "imap.example"\n')
    return path


def take(store: Store, count: int) -> None:
    with store.transaction() as session:
        for uid in range(1, count + 1):
            raw = f"Message-ID: <{uid}@x>\r\n\r\nhej".encode()
            mails.take(session, RawMessage("k", "INBOX", 1, uid, NOW, raw, len(raw)))


def test_all_is_well_after_a_fresh_poll(store: Store, config: Path) -> None:
    take(store, 3)
    with store.transaction() as session:
        health.note(session, health.LAST_POLL, {}, NOW)
    found = figures(load_settings(config), store, NOW + timedelta(minutes=30))
    assert (found["received"], found["waiting"], found["ok"], found["problems"]) == (3, 3, True, [])


def test_silence_and_a_failing_login_are_problems(store: Store, config: Path) -> None:
    with store.transaction() as session:
        health.note(session, health.LAST_POLL, {}, NOW)
        health.note(session, health.POLL_FAILURE, {"error": "The login was refused."}, NOW)
    found = figures(load_settings(config), store, NOW + timedelta(hours=2))
    assert not found["ok"]
    assert [p.split()[0:3] for p in found["problems"]] == [["The", "mailbox", "has"], ["The", "login", "was"]]


def test_a_full_quarantine_is_a_problem_and_one_odd_mail_is_not(store: Store, tmp_path: Path) -> None:
    (tmp_path / "lagesbild.toml").write_text("")
    settings = load_settings(tmp_path / "lagesbild.toml")
    take(store, FULL_QUARANTINE)
    with store.transaction() as session:
        mails.settle(session, 1, "quarantined", "x")
    assert figures(settings, store)["ok"]
    with store.transaction() as session:
        for mail_id in mails.waiting(session, 100):
            mails.settle(session, mail_id, "quarantined", "x")
    assert "quarantine list" in figures(settings, store)["problems"][0]


def test_a_sum_that_does_not_add_up_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "lagesbild.toml").write_text("")
    take(store, 2)
    with store.transaction() as session:
        session.get_one(MailRow, 1).state = "lost"
    found = figures(load_settings(tmp_path / "lagesbild.toml"), store)
    assert found["problems"] == ["2 mails received, but 1 accounted for."]


def test_the_command_prints_json_alone_and_exits_1_where_something_is_wrong(config: Path) -> None:
    command = [sys.executable, "-m", "lagesbild", "--config", str(config), "status", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"] == ["The mailbox has not been read yet."]


def test_trying_no_mail_again_says_what_to_name(config: Path) -> None:
    command = [sys.executable, "-m", "lagesbild", "--config", str(config), "quarantine", "retry"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "or give --all" in done.stderr


def test_init_writes_files_that_load_and_leaves_what_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lagesbild", "init", str(tmp_path / "new")]
    subprocess.run(command, check=True, capture_output=True)
    config = tmp_path / "new" / "lagesbild.toml"
    assert load_settings(config).mailbox.port == 993
    config.write_text("[service]\n")
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "left as it is" in told
    assert config.read_text() == "[service]\n"


def test_wrong_settings_exit_2_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[mailbox]\nusernam = "x"\n')
    command = [sys.executable, "-m", "lagesbild", "--config", str(tmp_path / "bad.toml"), "status"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "Did you mean username?" in done.stderr
