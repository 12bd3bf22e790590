"""From a store to a mail in a folder: the whole way that `digest send` goes, and `digest preview`."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lagesbild.cli import app
from lagesbild.digest import enqueue_digest
from lagesbild.setup import write_files
from lagesbild.wiring import App
from store import outbox, reports
from store.records import StoredReport

SETTINGS = """
[smtp]
from = "lagesbild@mark.example"
outbox = "ut"
[digest]
recipients = ["est@mark.example", "polisen@polis.example"]
"""


@pytest.fixture
def run(tmp_path: Path, year_of_reports: Callable[..., tuple[StoredReport, ...]]) -> Callable[..., str]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    tuple(write_files(tmp_path))
    application = App(config)
    with application.store.transaction() as session:
        for stored in year_of_reports(60, date(2026, 11, 22), days=90):
            reports.add(session, stored.report, stored.assessment, None)
    application.close()

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["--config", str(config), *arguments], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    return invoke


def sent(folder: Path) -> EmailMessage:
    (path,) = (folder / "ut").glob("*.eml")
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_digest_is_made_and_sent_once_however_often_it_is_asked_for(run: Callable[..., str], tmp_path: Path) -> None:
    assert "made. Mails sent: 1" in run("digest", "send", "--period", "2026-W47")
    assert "not made again. Mails sent: 0" in run("digest", "send", "--period", "2026-W47")
    mail = sent(tmp_path)
    assert mail["Message-ID"] == "<lagesbild.2026-W47.1@mark.example>"
    assert mail["To"] == "est@mark.example, polisen@polis.example"


def test_the_mail_has_text_html_and_a_picture_that_the_html_shows(run: Callable[..., str], tmp_path: Path) -> None:
    run("digest", "send", "--period", "2026-W47")
    mail = sent(tmp_path)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "LÄGET I KORTHET" in text.get_content()
    pictures = {part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    assert pictures
    assert all(f'src="cid:{cid}"' in html.get_content() for cid in pictures)


def test_the_header_says_that_a_machine_wrote_it_and_holds_nothing_from_a_mail(
    run: Callable[..., str], tmp_path: Path
) -> None:
    run("digest", "send", "--period", "2026-W47")
    mail = sent(tmp_path)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Lägesbild vecka 47 2026"
    assert {name.lower() for name in mail} <= {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language", "mime-version",
        "content-type", "list-id", "x-lagesbild", "x-auto-response-suppress",
    }  # fmt: skip


def test_neither_raw_text_nor_reporter_is_anywhere_in_the_mail(run: Callable[..., str], tmp_path: Path) -> None:
    run("digest", "send", "--period", "2026-W47")
    told = "".join(p.get_content() for p in sent(tmp_path).walk() if p.get_content_maintype() == "text")
    assert "hemlig" not in told.casefold()


def test_a_preview_is_one_file_with_its_pictures_inside(run: Callable[..., str], tmp_path: Path) -> None:
    run("digest", "preview", "--period", "2026-W47", "--no-open", "-o", str(tmp_path / "p.html"))
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in html
    assert "cid:" not in html


def test_the_outbox_row_is_committed_with_the_claim_of_its_digest(run: Callable[..., str], tmp_path: Path) -> None:
    from digest.period import parse_period

    application = App(tmp_path / "lagesbild.toml")
    queued = enqueue_digest(application, parse_period("2026-W46"))
    assert queued is not None
    assert enqueue_digest(application, parse_period("2026-W46")) is None
    with application.store.transaction() as session:
        assert outbox.counts(session) == {"waiting": 1}
    application.close()
