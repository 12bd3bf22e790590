"""A digest that holds personal data goes nowhere, says where, and goes out once staff have masked it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, Report
from lagesbild.due import make_due
from lagesbild.notices import warn_operator
from lagesbild.wiring import App
from store import health, outbox, reports
from store.records import Correction

ROOT = Path(__file__).parents[2]
SETTINGS = """
[rules]
path = "{root}/rules.yaml"
places = "{root}/places.yaml"
[smtp]
from = "Säkerhetsenheten <l@mark.example>"
host = "localhost"
port = {port}
security = "starttls"
ca_file = "{ca_file}"
username = "l"
password_file = "password"
[digest]
recipients = ["est@mark.example"]
[service]
operator = "it@mark.example"
"""
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
LEAK = "Klottraren bor på Storgatan 5 och nås på 070-174 06 05."


@pytest.fixture
def sink(mail_sink: Callable[..., Any], server_tls: Any) -> Any:
    return mail_sink(tls_context=server_tls, require_starttls=True, auth_required=True)


@pytest.fixture
def app(sink: Any, tmp_path: Path, ca_file: Path) -> Iterator[App]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS.format(root=ROOT, port=sink.port, ca_file=ca_file), encoding="utf-8")
    (tmp_path / "password").write_text(sink.password, encoding="utf-8")
    application = App(config)
    yield application
    application.close()


@pytest.fixture
def leaking(app: App) -> int:
    """A reviewed report whose masked text was masked badly."""
    report = Report("RÅTEXT", "ÄMNE", datetime(2026, 11, 18, 12, tzinfo=UTC), Address("", "a@b.example"), "free")
    found = Assessment("klotter", "hog", Place("Kinna"), Confidence(), (), (), LEAK, "", "r1")
    with app.store.transaction() as session:
        stored = reports.add(session, report, found, None)
        reports.set_status(session, stored.id, "approved")
        return stored.id


def send(app: App) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "lagesbild", "--config", str(app.config), "digest", "send", "--period", "2026-W47"]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=100)


def test_a_digest_with_personal_data_is_stopped_with_exit_code_3_and_sent_once_masked(
    app: App, sink: Any, leaking: int
) -> None:
    stopped = send(app)
    assert (stopped.returncode, sink.mails) == (3, [])
    assert re.search(r"telefon in (text|html|xlsx|pdf)", stopped.stderr)
    assert "174" not in stopped.stderr + stopped.stdout
    with app.store.transaction() as session:
        assert (outbox.counts(session), outbox.made_digests(session)) == ({}, frozenset())
        change = Correction(leaking, "masked_text", LEAK, "Klottraren nås på [telefon].", "Eva", MONDAY)
        reports.correct(session, change)
    passed = send(app)
    assert passed.returncode == 0, passed.stderr
    ((recipients, rfc822),) = sink.mails
    assert recipients == ["est@mark.example"]
    assert sink.senders == ["l@mark.example"]
    assert message_from_bytes(rfc822)["From"] == "=?utf-8?q?S=C3=A4kerhetsenheten?= <l@mark.example>"


def test_the_service_notes_it_and_the_operator_is_told_where_not_what(app: App, leaking: int) -> None:
    from digest import DigestError

    with app.store.transaction() as session:
        health.note(session, health.FIRST_RUN, {}, datetime(2026, 11, 1, tzinfo=UTC))
        outbox.claim_digest(session, "week", "2026-W44")
        outbox.claim_digest(session, "week", "2026-W45")
        outbox.claim_digest(session, "week", "2026-W46")
    with pytest.raises(DigestError, match="Personal data found"):
        make_due(app, MONDAY)
    warning = warn_operator(app, MONDAY)
    assert warning is not None
    assert b"174" not in warning.rfc822
    assert b"telefon in text" in warning.rfc822
