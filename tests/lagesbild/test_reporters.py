"""Mail to reporters: only where the municipality wants it, only to senders that can be believed, never to machines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from classify.assessment import Assessment, Confidence, Place
from digest.labels import Labels
from ingest.message import Address, RawMessage, Report
from lagesbild.reporters import acknowledge, feed_back
from lagesbild.wiring import App
from store import mails, problems, reports
from store.problem_records import Measure
from store.records import OutgoingMail

NOW = datetime.now(UTC)
SETTINGS = """
[mailbox]
username = "sakerhet@mark.example"
authserv_id = "mx.mark.example"
reporters = "reporters.csv"
[smtp]
from = "lagesbild@mark.example"
outbox = "ut"
[digest]
owner = "Säkerhetsenheten"
contact = "sakerhet@mark.example"
[acknowledge]
enabled = true
[feedback]
enabled = true
"""
REGISTER = "sender,organisation,role\nbyalag.example,Fritsla byalag,byalag\nanna@foretag.example,Kiosken,företag\n"
PASS = b"Authentication-Results: mx.mark.example; dmarc=pass header.from=privat.example\r\n"
Tell = Callable[..., str]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "reporters.csv").write_text(REGISTER, encoding="utf-8")
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    application = App(config)
    application.__dict__["labels"] = Labels((("klotter", "Klotter"), ("brand", "Brand")), ())
    yield application
    application.close()


@pytest.fixture
def tell(app: App) -> Tell:
    """Takes in a mail with one report and gives the report's reference."""
    uids = iter(range(1, 1000))

    def add(sender: str = "eva@privat.example", header: bytes = PASS, uidvalidity: int = 7, **changes: Any) -> str:
        uid = next(uids)
        raw = header + b"Message-ID: <%d@x>\r\n\r\nhej" % uid
        base: dict[str, Any] = {"date": NOW, "kind": "free", "category": "klotter", "locality": "Fritsla"} | changes
        found = Assessment(
            base.pop("category"), "normal", Place(base.pop("locality")), Confidence(), (), (), "Klotter.", "", "r1"
        )  # fmt: skip
        report = Report(text="RÅTEXT", subject="RÅTT", reporter=Address("Eva Hemlig", sender), **base)
        with app.store.transaction() as session:
            mail = mails.take(session, RawMessage("k@imap", "INBOX", uidvalidity, uid, NOW, raw, len(raw)))
            assert mail is not None
            return reports.add(session, report, found, mail.id).reference

    return add


def text(mail: OutgoingMail) -> str:
    body = message_from_bytes(mail.rfc822, policy=policy.default).get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_believable_sender_gets_one_receipt_with_the_reference_and_what_it_is_not(app: App, tell: Tell) -> None:
    reference = tell()
    (mail,) = acknowledge(app)
    assert acknowledge(app) == ()
    said = text(mail)
    assert mail.recipients == ("eva@privat.example",)
    assert all(words in said for words in (reference, "ingen polisanmälan", "112", "114 14", "Personuppgifter"))
    assert "RÅT" not in mail.rfc822.decode()
    assert message_from_bytes(mail.rfc822)["Auto-Submitted"] == "auto-replied"


def test_a_sender_gets_at_most_one_receipt_a_day(app: App, tell: Tell) -> None:
    tell()
    tell(sender="EVA@privat.example")
    assert len(acknowledge(app)) == 1
    tell()
    assert acknowledge(app) == ()


@pytest.mark.parametrize("sender", ["kalle@byalag.example", "anna@foretag.example"])
def test_a_registered_sender_needs_no_result_of_the_server(app: App, tell: Tell, sender: str) -> None:
    tell(sender=sender, header=b"")
    assert len(acknowledge(app)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"header": b""},
        {"header": b"Authentication-Results: mx.mark.example; dmarc=fail\r\n"},
        {"header": b"Authentication-Results: mx.evil.example; dmarc=pass\r\n"},
        {"header": b"X-Authentication-Results: mx.mark.example; dmarc=pass\r\n"},
        {"sender": "kalle@byalag.example", "notes": ("dmarc_fail",)},
        {"notes": ("addresses_several",)},
        {"kind": "form"},
        {"kind": "forward"},
        {"kind": "reply"},
        {"position": 1},
        {"uidvalidity": 0},
        {"date": NOW - timedelta(days=3)},
        {"sender": "noreply@byalag.example"},
        {"sender": "MAILER-DAEMON@byalag.example"},
        {"sender": "sakerhet@mark.example"},
        {"sender": "lagesbild+x@mark.example"},
        {"sender": "a@b@byalag.example"},
        {"sender": ""},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_whoever_cannot_be_believed_or_is_no_person_gets_none(app: App, tell: Tell, changes: dict[str, Any]) -> None:
    tell(**changes)
    assert acknowledge(app) == ()


def test_nothing_goes_to_reporters_unless_it_is_switched_on(app: App, tell: Tell) -> None:
    tell(sender="kalle@byalag.example")
    off = {
        name: getattr(app.settings, name).model_copy(update={"enabled": False}) for name in ("acknowledge", "feedback")
    }
    app.__dict__["settings"] = app.settings.model_copy(update=off)
    assert acknowledge(app) == ()
    assert feed_back(app, datetime(2026, 10, 5, 6, tzinfo=UTC)) == ()


MONDAY = datetime(2026, 10, 5, 5, tzinfo=UTC)  # the first after the third quarter
SUMMER = datetime(2026, 8, 3, 12, tzinfo=UTC)


DONE = Measure("Fritsla", "", "klotter", "Extra rundor", "Bo Ek", date(2026, 8, 10), None, "pågår", "Eva", SUMMER)
MEASURES = (
    DONE,
    replace(DONE, what="Inställd sak", status="inställd"),
    replace(DONE, what="Ring Eva Svensson 070-174 06 05"),
    replace(DONE, what="För sent", from_=date(2026, 11, 1)),
)


def test_registered_reporters_are_told_each_quarter_what_reports_led_to(app: App, tell: Tell) -> None:
    for _ in range(3):
        tell(sender="kalle@byalag.example", date=SUMMER)
    tell(sender="nisse@privat.example", date=SUMMER, category="brand")
    tell(sender="anna@foretag.example", date=SUMMER, locality="Horred")
    with app.store.transaction() as session:
        for done in MEASURES:
            problems.put_measure(session, done)
    assert feed_back(app, MONDAY - timedelta(minutes=1)) == ()
    horred, fritsla = sorted(feed_back(app, MONDAY), key=lambda m: m.recipients)
    assert feed_back(app, MONDAY + timedelta(days=1)) == ()
    assert (horred.recipients, fritsla.recipients) == (("anna@foretag.example",), ("kalle@byalag.example",))
    said = text(fritsla)
    assert "4 rapporter kom in" in said
    assert "klotter 3" in said
    assert "brand" not in said  # one report could point somebody out
    assert "- Extra rundor, pågår från 10 augusti 2026." in said
    assert all(word not in said for word in ("Inställd", "För sent", "Bo Ek", "Svensson", "174", "Horred"))
    assert "Antalet visas inte" in text(horred)


def test_feedback_that_missed_its_quarter_waits_for_the_next(app: App, tell: Tell) -> None:
    tell(sender="kalle@byalag.example", date=SUMMER)
    assert feed_back(app, MONDAY + timedelta(days=20)) == ()
