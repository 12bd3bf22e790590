"""RawMessage to Message where a library fails, is missing, or would talk too much."""

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest import tnef
from ingest.message import Address, RawMessage
from ingest.parse import parse
from ingest.reports import ReadingContext, read
from ingest.worker import Worker

ZONE = ZoneInfo("Europe/Stockholm")
RECEIVED = datetime(2026, 1, 12, 7, tzinfo=UTC)
MAILS = Path(__file__).parents[1] / "mail"


def raw(rfc822: bytes, uidvalidity: int = 1) -> RawMessage:
    return RawMessage("a", "INBOX", uidvalidity, 1, RECEIVED, rfc822, len(rfc822))


def named(name: str) -> RawMessage:
    return raw((MAILS / f"{name}.eml").read_bytes())


class Raising:
    def __init__(self, message: object) -> None:
        raise AttributeError(message)


def test_where_mail_parser_raises_the_standard_library_reads_addresses_and_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mailparser.MailParser", Raising)
    message = parse(named("subject-and-name-in-raw-latin1"), ZONE)
    assert message.from_ == Address("Åsa Älg", "asa@mejl.example")
    assert message.date.isoformat() == "2026-01-12T07:48:00+01:00"
    assert "parser_degraded" in message.defects
    for name in ("date-in-year-99999", "no-from", "empty-file", "from-encoded-as-a-whole"):
        assert "parser_degraded" in parse(named(name), ZONE).defects


def test_where_tnefparse_is_not_installed_winmail_stays_and_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tnef, "find_spec", lambda _name: None)
    message = parse(named("winmail-with-a-photo"), ZONE)
    assert "tnef_unread" in message.defects
    assert [a.name for a in message.attachments] == ["winmail.dat"]


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler.records
    logging.getLogger().removeHandler(handler)


def test_reading_writes_nothing_to_any_log(logged: list[logging.LogRecord]) -> None:
    for path in sorted(MAILS.glob("*.eml"))[::3]:
        parse(raw(path.read_bytes()), ZONE)
    parse(raw(b"Subject: =?shift_jis?b?!!?=\nFrom: =?x?b?=?= <a@b.example>\n\nhej"), ZONE)
    assert [(r.name, r.getMessage()) for r in logged if r.levelno >= logging.INFO] == []


def test_a_file_without_a_date_takes_the_one_of_its_last_received_field() -> None:
    head = b"Received: from a by b; Mon, 5 Jan 2026 10:00:00 +0100\nFrom: a@b.example\n\nhej"
    assert parse(raw(head, uidvalidity=0), ZONE).date == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert parse(raw(head), ZONE).date == RECEIVED


def test_a_mail_of_25_megabytes_fits_the_worker() -> None:
    mail = EmailMessage()
    mail["From"] = "anna@mejl.example"
    mail.set_content("Hål i vägen på Ågatan")
    mail.add_attachment(bytes(18_000_000), maintype="image", subtype="jpeg", filename="stor.jpg")
    worker = Worker(ReadingContext())
    report = worker(raw(mail.as_bytes())).reports[0]
    worker.close()
    assert report.text == "Hål i vägen på Ågatan"
    assert report.attachments[0].size == 18_000_000


def test_reading_asks_nothing_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        msg = "reading went to the network"
        raise AssertionError(msg)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name in ("html-with-remote-picture-and-tracking", "html-from-outlook", "xml-declaration-before-html"):
        assert read(named(name), ReadingContext()).reports[0].text
    external = b'Subject: x\nContent-Type: text/html\n\n<!DOCTYPE html SYSTEM "http://evil.example/x.dtd"><p>hej</p>'
    assert read(raw(external), ReadingContext()).reports[0].text == "hej"
