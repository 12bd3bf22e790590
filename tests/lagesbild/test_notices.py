"""Alerts within a minute, once an event, never a flood; the operator warned once, and told when it is over."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, get_args

import pytest

from classify.assessment import Assessment, Confidence, Place
from digest.labels import Labels
from digest.notices import Alarm, Trouble, TroubleName, Voice, operator_text
from ingest.message import Address, Report
from lagesbild.notices import alert, grouped, warn_operator
from lagesbild.setup import write_files
from lagesbild.wiring import App
from store import health, outbox, problems, reports
from store.records import Correction, OutgoingMail

NOW = datetime.now(UTC)
SETTINGS = """
[smtp]
from = "lagesbild@mark.example"
outbox = "ut"
[mailbox]
host = "imap.mark.example"
username = "sakerhet@mark.example"
[digest]
owner = "Säkerhetsenheten"
[alert]
recipients = ["vakthavande@mark.example"]
per_hour = 3
[service]
operator = "it@mark.example"
"""
Tell = Callable[..., int]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    tuple(write_files(tmp_path))
    application = App(config)
    application.__dict__["labels"] = Labels((("brand", "Brand och eldning"),), (("akut", "Akut"),))
    yield application
    application.close()


@pytest.fixture
def tell(app: App) -> Tell:
    """Stores a report and gives its number."""

    def add(dated: datetime = NOW, **changes: Any) -> int:
        report = Report("RÅTEXT Eva Hemlig", "RÅTT ÄMNE", dated, Address("Eva Hemlig", "eva@privat.example"), "free")
        found = {"category": "brand", "urgency": "akut", "place": Place("Kinna", "Kinna torg"),
                 "masked_text": "Det brinner i soprummet, ring [namn] <b>nu</b>.", **changes}  # fmt: skip
        assessment = Assessment(
            confidence=Confidence(), evidence=(), personal=(), masked_subject="", rules="r1", **found
        )  # fmt: skip
        with app.store.transaction() as session:
            return reports.add(session, report, assessment, None).id

    return add


def text(mail: OutgoingMail) -> str:
    body = message_from_bytes(mail.rfc822, policy=policy.default).get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def later(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def test_an_urgent_report_raises_one_alert_masked_and_marked_as_not_reviewed(app: App, tell: Tell) -> None:
    tell()
    (mail,) = alert(app)
    assert alert(app) == ()
    assert (mail.kind, mail.recipients, mail.subject.count("LB-")) == ("alert", ("vakthavande@mark.example",), 1)
    said = text(mail)
    assert "Automatiskt bedömd, ej granskad" in said
    assert "Kinna torg, Kinna" in said
    assert "ring [namn] <b>nu</b>" in said  # plain text: nothing to escape, nothing to run
    assert "112" in said
    assert "hemlig" not in said.casefold()


@pytest.mark.parametrize(
    "changes",
    [{"urgency": "hog"}, {"not_report": "spam"}, {"outside_scope": "dwelling"}, {"dated": NOW - timedelta(days=3)}],
)
def test_what_is_not_urgent_no_report_or_old_raises_none(app: App, tell: Tell, changes: dict[str, Any]) -> None:
    tell(**changes)
    assert alert(app) == ()


def test_an_alert_of_a_report_that_staff_raised_does_not_call_it_unreviewed(app: App, tell: Tell) -> None:
    number = tell(urgency="normal")
    with app.store.transaction() as session:
        reports.correct(session, Correction(number, "urgency", "normal", "akut", "Eva", NOW))
        reports.set_status(session, number, "approved")
    (mail,) = alert(app)
    assert "Bedömd som akut av personal" in text(mail)
    assert "ej granskad" not in text(mail) + mail.subject


def test_personal_data_in_an_alert_costs_the_words_not_the_alert(app: App, tell: Tell) -> None:
    tell(masked_text="Ring Eva Svensson på 070-174 06 05, det brinner.")
    (mail,) = alert(app)
    assert "Texten visas inte här" in text(mail)
    assert "Kinna" in text(mail)
    assert "Svensson" not in text(mail)
    assert "174" not in text(mail)


HOSTILE = (
    "<script>alert(1)</script>", "{{7*7}}", "{% raw %}", "=cmd|' /C calc'!A0", "\u202egnirb\u202c",
    "a\r\nBcc: evil@x.example", "=?utf-8?q?a=0D=0ABcc:_evil?=", "https://evil.example/x",
    "javascript:alert(1)", "\x00\x1b[31m", "${jndi:ldap://x}",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_come_out_inert(app: App, tell: Tell, words: str) -> None:
    tell(masked_text=f"Det brinner {words} nu.", place=Place("Kinna", f"torget {words}"))
    (mail,) = alert(app)
    parsed = message_from_bytes(mail.rfc822, policy=policy.default)
    assert parsed.get_content_type() == "text/plain"
    assert "Bcc" not in parsed
    said = text(mail)
    assert not {"\u202e", "\x1b", "\x00"} & set(said)
    assert "evil.example" not in said
    assert "49" not in said.split("Rapport:")[1]


def test_another_report_of_the_same_event_raises_none(app: App, tell: Tell) -> None:
    first, second = tell(), tell()
    with app.store.transaction() as session:
        problems.put_events(session, [first, second], {first: first, second: first})
    mails = alert(app)
    third = tell()
    with app.store.transaction() as session:
        problems.put_events(session, [third], {third: first})
    assert (len(mails), alert(app)) == (1, ())


def test_a_flood_becomes_a_summary_and_never_more_than_allowed_in_an_hour(app: App, tell: Tell) -> None:
    numbers = [tell() for _ in range(8)]
    mails = alert(app)
    assert len(mails) == 3
    assert "6 AKUTA RAPPORTER" in text(mails[-1])
    tell()
    assert alert(app) == ()
    (after,) = alert(app, later(61))
    told = [set(re.findall(r"LB-\d+-\d+", text(mail))) for mail in (*mails, after)]
    assert [len(one) for one in told] == [1, 1, 6, 1]
    assert len(set().union(*told)) == len(numbers) + 1


def test_the_last_free_mail_takes_all_that_is_left(app: App, tell: Tell) -> None:
    alarms = [Alarm(None, NOW)] * 5  # type: ignore[arg-type]  # only counted
    assert [len(group) for group in grouped(alarms, 9)] == [1] * 5
    assert [len(group) for group in grouped(alarms, 2)] == [1, 4]
    assert [len(group) for group in grouped(alarms, 1)] == [5]
    assert grouped(alarms, 0) == ()


def test_nobody_is_alerted_where_nobody_is_named(app: App, tell: Tell) -> None:
    tell()
    alerting = app.settings.alert.model_copy(update={"recipients": ()})
    app.__dict__["settings"] = app.settings.model_copy(update={"alert": alerting})
    assert alert(app) == ()


def test_the_operator_is_warned_once_a_trouble_and_once_when_it_is_over(app: App) -> None:
    with app.store.transaction() as session:
        health.note(session, health.LAST_POLL, {}, NOW - timedelta(hours=2))
        health.note(session, health.REVIEW_FAILURE, {"error": "granskning.xlsx, row 4: no such category."})
    first = warn_operator(app)
    assert first is not None
    assert warn_operator(app) is None
    assert "Brevlådan har inte kunnat läsas" in text(first)
    assert "row 4" in text(first)
    with app.store.transaction() as session:
        health.note(session, health.LAST_POLL, {})
        health.note(session, health.DIGEST_FAILURE, {"error": "Personal data found."})
    second = warn_operator(app)
    assert second is not None
    assert "Det här är över:\n- Brevlådan läses igen." in text(second)
    assert "Lägesbilden har stoppats" in text(second)
    assert "Granskningsfilen" not in text(second)
    with app.store.transaction() as session:
        for name in (health.REVIEW_FAILURE, health.DIGEST_FAILURE):
            health.clear(session, name)
    third = warn_operator(app)
    assert third is not None
    assert third.subject == "Lägesbild fungerar igen"
    assert warn_operator(app) is None


@pytest.mark.parametrize("name", get_args(TroubleName))
def test_what_is_over_is_not_told_as_if_it_went_on(name: TroubleName) -> None:
    begun, over = operator_text([Trouble(name, "")], (), Voice()), operator_text((), [name], Voice())
    told = {line.strip("- ") for line in begun.splitlines()} & {line.strip("- ") for line in over.splitlines()}
    assert told == {"", "Lägesbild. Mejlet är skickat av ett program och kan inte besvaras."}


def test_a_trouble_that_returns_is_told_again(app: App) -> None:
    for _ in range(2):
        with app.store.transaction() as session:
            health.note(session, health.POLL_FAILURE, {"error": "Wrong password.", "refusals": 1})
        assert warn_operator(app) is not None
        with app.store.transaction() as session:
            health.clear(session, health.POLL_FAILURE)
        assert warn_operator(app) is not None


def test_a_short_silence_warns_nobody(app: App) -> None:
    with app.store.transaction() as session:
        health.note(session, health.LAST_POLL, {}, NOW - timedelta(minutes=50))
        health.note(session, health.POLL_FAILURE, {"error": "timed out"})
    assert warn_operator(app) is None


def test_a_mail_in_doubt_is_a_trouble(app: App, tell: Tell) -> None:
    tell()
    with app.store.transaction() as session:
        health.note(session, health.LAST_POLL, {})
    (mail,) = alert(app)
    with app.store.transaction() as session:
        outbox.set_state(session, mail.id, "uncertain")
    warning = warn_operator(app)
    assert warning is not None
    assert "ovisst" in text(warning)
