"""What the settings say of senders reaches the reading of a mail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.message import IngestError, RawMessage
from ingest.reports import read
from lagesbild.wiring import App

ROOT = Path(__file__).parents[2]
SETTINGS = f"""
[rules]
path = "{ROOT / "rules.yaml"}"
places = "{ROOT / "places.yaml"}"
[smtp]
from = "Lägesbild <Lagesbild@kommun.example>"
[mailbox]
authserv_id = "mx.kommun.example"
reporters = "reporters.csv"
"""
MAIL = (
    "Authentication-Results: mx.kommun.example; dmarc=fail\nFrom: Per <per@byalag.example>\nSubject: Hej\n"
    "Message-ID: <1@byalag.example>\nDate: Mon, 12 Jan 2026 07:48:00 +0100\n\nLampan ar trasig.\n"
)


def app(folder: Path) -> App:
    config = folder / "lagesbild.toml"
    config.write_text(SETTINGS, "utf-8")
    return App(config)


def raw(text: str) -> RawMessage:
    rfc822 = text.encode()
    return RawMessage("a", "INBOX", 1, 1, datetime(2026, 1, 12, 7, tzinfo=UTC), rfc822, len(rfc822))


def test_register_and_server_name_come_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "reporters.csv").write_text("sender,organisation,role\nbyalag.example,Byn,byalag\n", "utf-8")
    context = app(tmp_path).reading_context
    report = read(raw(MAIL), context).reports[0]
    assert (report.organisation, report.role, report.notes) == ("Byn", "byalag", ("dmarc_fail",))
    own = "X-Lagesbild: digest\n" + MAIL.replace("Per <per@byalag.example>", "Lagesbild@kommun.example")
    assert read(raw(own), context).not_report == "own_mail"


def test_a_register_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"reporters\.csv: cannot be read"):
        _ = app(tmp_path).reading_context
