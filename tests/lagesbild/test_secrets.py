"""Passwords and recipients stand in no log, no error and nothing that `status` prints."""

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from digest.deliver import SendingError
from digest.message import Envelope, build_text
from lagesbild.cli import app as commands
from lagesbild.outbox import put, send_due, sending
from lagesbild.wiring import App
from store import health, outbox

CANARY = "kanariefågel-4711"
RECIPIENT = "eva.hemlig@privat.example"
SETTINGS = """
[smtp]
host = "localhost"
port = {port}
security = "none"
username = "l"
password_file = "password"
from = "l@mark.example"
"""


@pytest.fixture
def sink(mail_sink: Callable[..., Any]) -> Any:
    """A server that repeats the password in its refusals."""
    return mail_sink(auth_require_tls=False)


@pytest.fixture
def app(sink: Any, tmp_path: Path) -> Iterator[App]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS.format(port=sink.port), encoding="utf-8")
    (tmp_path / "password").write_text(sink.password, encoding="utf-8")
    application = App(config)
    envelope = Envelope("l@mark.example", (RECIPIENT,), "Tack", "<1@mark.example>", datetime.now(UTC))
    with application.store.transaction() as session:
        put(session, application.gate, envelope, build_text(envelope, "Tack för din rapport."))
    yield application
    application.close()


@pytest.mark.parametrize("trouble", ["wrong password", "refused recipient", "lost answer", "none"])
def test_neither_password_nor_recipient_is_told(
    app: App, sink: Any, trouble: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = CANARY if trouble == "wrong password" else str(sink.password)
    assert app.config
    (app.config.parent / "password").write_text(secret, encoding="utf-8")
    sink.rcpt = {RECIPIENT: f"550 no {RECIPIENT} here"} if trouble == "refused recipient" else {}
    sink.data = ["drop"] if trouble == "lost answer" else []
    errors = []
    try:
        send_due(sending(app.settings, app.store))
    except SendingError as error:
        errors.append("".join(traceback.format_exception(error)))
    with app.store.transaction() as session:
        noted = str(health.read(session, health.SEND_FAILURE))
        (kept,) = outbox.listing(session, ("waiting", "parked", "uncertain", "sent"), 10)
    status = CliRunner().invoke(commands, ["--config", str(app.config), "status", "--json"]).output
    out, err = capfd.readouterr()
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail"))
    assert sink.logins[-1][1] == secret
    assert bool(errors) == (trouble == "wrong password")
    told = "".join((out, err, ours, status, noted, *errors))
    assert secret not in told + kept.error
    assert RECIPIENT not in told
    assert "outbox" in told
