"""Nothing that comes in can make our mails go round: own mail, bounces and automatic answers cause no outgoing mail."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from classify.assessment import Assessment, Confidence, Place
from digest.period import parse_period
from ingest.message import RawMessage, Report
from ingest.reports import read
from ingest.source import Books
from lagesbild.due import make
from lagesbild.notices import alert
from lagesbild.pipeline import Tools, take_in, work_off
from lagesbild.reporters import acknowledge
from lagesbild.wiring import App
from store import mails, outbox
from store.records import OutgoingMail

NOW = datetime.now(UTC)
ROOT = Path(__file__).parents[2]
SETTINGS = f"""
[mailbox]
username = "sakerhet@mark.example"
authserv_id = "mx.mark.example"
[rules]
path = "{ROOT}/rules.yaml"
places = "{ROOT}/places.yaml"
[smtp]
from = "Säkerhetsenheten <sakerhet@mark.example>"
outbox = "ut"
[digest]
recipients = ["est@mark.example"]
[alert]
recipients = ["vakt@mark.example"]
[acknowledge]
enabled = true
"""


class Mailbox:
    """A source that holds these mails."""

    def __init__(self, account: str, *held: bytes) -> None:
        self.account, self.held = account, held

    def new_messages(self, books: Books) -> Iterator[RawMessage]:
        for uid, rfc822 in enumerate(self.held, 1):
            if uid not in books("INBOX", 7):
                yield RawMessage(self.account, "INBOX", 7, uid, NOW, rfc822, len(rfc822))

    def acknowledge(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        pass

    def close(self) -> None:
        pass


class Alarmed:
    """The worst classifier there could be: everything is an urgent report."""

    def split(self, report: Report) -> tuple[Report, ...]:
        return (report,)

    def assess(self, report: Report) -> Assessment:
        return Assessment("brand", "akut", Place("Kinna"), Confidence(), (), (), "Det brinner.", "", "r")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    application = App(config)
    yield application
    application.close()


def received(sender: str, subject: str, text: str, **fields: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = "mx.mark.example; dmarc=pass header.from=privat.example"
    mail["From"], mail["To"], mail["Subject"] = sender, "sakerhet@mark.example", subject
    mail["Date"], mail["Message-ID"] = NOW, f"<{abs(hash((subject, text)))}@privat.example>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def round_trip(app: App, rfc822: bytes, account: str = "sakerhet@imap") -> list[OutgoingMail]:
    """Takes a mail in, works it off, and gives every mail that it caused."""
    take_in(app.store, Mailbox(account, rfc822))
    work_off(Tools(app.store, lambda raw: read(raw, app.reading_context), Alarmed()))
    return [*alert(app), *acknowledge(app)]


def bounce(of: OutgoingMail) -> bytes:
    """A delivery report (RFC 3464) that carries our mail."""
    mail = EmailMessage(policy=SMTP)
    mail["Return-Path"], mail["From"] = "<>", "MAILER-DAEMON@polis.example"
    mail["To"], mail["Subject"] = "sakerhet@mark.example", "Undelivered Mail Returned to Sender"
    mail["Message-ID"], mail["Date"] = "<bounce@polis.example>", NOW
    mail.set_content("Det brinner! Your message could not be delivered.")
    mail.add_attachment(of.rfc822, maintype="application", subtype="octet-stream", filename="original.eml")
    raw = mail.as_bytes()
    return raw.replace(b"multipart/mixed;", b"multipart/report; report-type=delivery-status;", 1)


def test_a_letter_from_a_person_causes_an_alert_and_a_receipt(app: App) -> None:
    caused = round_trip(app, received("eva@privat.example", "Brand", "Det brinner vid torget i Kinna."))
    assert [mail.kind for mail in caused] == ["alert", "acknowledgement"]


def test_our_own_mails_bounces_and_automatic_answers_cause_nothing(app: App) -> None:
    week = parse_period((NOW - timedelta(days=7)).strftime("%G-W%V"))
    (digest,) = make(app, week)
    caused = round_trip(app, received("eva@privat.example", "Brand", "Det brinner vid torget i Kinna."))
    ours = [digest, *caused]
    back = [
        *(mail.rfc822 for mail in ours),
        *(b"Delivered-To: sakerhet@mark.example\r\n" + mail.rfc822 for mail in ours),
        *map(bounce, ours),
        received("est@mark.example", "Autosvar: Lägesbild vecka 47", "Det brinner! Jag är på semester."),
        received("est@mark.example", "Re: Lägesbild", "Det brinner! Borta.", Auto_Submitted="auto-replied"),
        received("est@mark.example", "Lägesbild", "Det brinner!", X_Autoreply="yes"),
        received("est@mark.example", "Läst: Lägesbild", "Det brinner! Meddelandet lästes."),
        received("lista@privat.example", "Nyhetsbrev", "Det brinner!", List_Id="<nytt.privat.example>"),
        received(
            "postmaster@polis.example", "Delivery Status Notification", "Det brinner!", Auto_Submitted="auto-generated"
        ),
    ]
    for number, rfc822 in enumerate(back):
        before = _outgoing(app)
        caused = round_trip(app, rfc822, account=f"nr-{number}@imap")
        assert (caused, _outgoing(app)) == ([], before), rfc822[:400]
    with app.store.transaction() as session:
        accounts = mails.accounts(session)
    assert (accounts.waiting, accounts.quarantined, accounts.adds_up) == (0, 0, True)


def _outgoing(app: App) -> dict[str, int]:
    with app.store.transaction() as session:
        return outbox.counts(session)
