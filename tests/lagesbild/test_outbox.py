"""Nothing goes out twice, nothing is lost on the way out (promise 4); against a real SMTP server."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from digest import DigestError
from digest.deliver import Delivery, Folder, SendingError
from digest.message import Envelope, build_text
from digest.smtp import Server, Smtp
from lagesbild.cli import app
from lagesbild.outbox import GIVE_UP, Gate, Sending, decide, outcome, pause, plain_address, put, send_due
from store import health, outbox
from store.lock import exclusive
from store.records import OutboxKind, OutgoingMail, RecipientResult, StoreError
from store.session import Store, open_store

NOW = datetime.now(UTC)
EST, POLICE = "est@mark.example", "polisen@polis.example"
Sinks = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/s.db")


def sending(store: Store, sink: Any) -> Sending:
    server = Server("localhost", sink.port, "none", command_seconds=2, end_of_data_seconds=1)
    return Sending(store, Smtp(server), "l@mark.example")


def queue(store: Store, *recipients: str, name: str = "1", kind: OutboxKind = "digest") -> OutgoingMail:
    envelope = Envelope("l@mark.example", recipients or (EST, POLICE), "Lägesbild", f"<{name}@mark.example>", NOW, kind)
    with store.transaction() as session:
        return put(session, Gate(), envelope, build_text(envelope, "Hej å ä ö\n"))


def now(store: Store, mail: OutgoingMail) -> OutgoingMail:
    with store.transaction() as session:
        return outbox.get(session, mail.id)


def later(hours: int = 2) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def test_a_mail_is_sent_once_and_archived_as_it_went_out(store: Store, mail_sink: Sinks) -> None:
    sink, mail = mail_sink(), queue(store)
    (tried,) = send_due(sending(store, sink))
    assert send_due(sending(store, sink)) == ()
    assert (tried.state, tried.attempts, tried.sent_at is not None) == ("sent", 1, True)
    assert [(r.address, r.state) for r in tried.results] == [(EST, "accepted"), (POLICE, "accepted")]
    assert sink.mails == [([EST, POLICE], now(store, mail).rfc822)]


def test_only_those_who_did_not_get_it_are_tried_again(store: Store, mail_sink: Sinks) -> None:
    sink, mail = mail_sink(), queue(store)
    sink.rcpt[POLICE] = "451 4.7.1 greylisted"
    (tried,) = send_due(sending(store, sink))
    assert (tried.state, tried.outstanding) == ("waiting", (POLICE,))
    assert tried.next_attempt_at is not None
    assert send_due(sending(store, sink)) == ()  # not before its pause is over
    sink.rcpt.clear()
    (again,) = send_due(sending(store, sink), later())
    assert (again.id, again.state) == (mail.id, "sent")
    assert [recipients for recipients, _ in sink.mails] == [[EST], [POLICE]]


def test_a_recipient_refused_for_good_is_parked_and_the_others_have_theirs(store: Store, mail_sink: Sinks) -> None:
    sink, mail = mail_sink(), queue(store)
    sink.rcpt[POLICE] = "550 5.1.1 no such user"
    (tried,) = send_due(sending(store, sink))
    assert (tried.state, tried.error) == ("parked", "550 5.1.1 no such user")
    assert send_due(sending(store, sink), later()) == ()
    sink.rcpt.clear()
    assert decide(store, mail.id, "retry").outstanding == (POLICE,)
    assert [m.state for m in send_due(sending(store, sink))] == ["sent"]
    assert [recipients for recipients, _ in sink.mails] == [[EST], [POLICE]]


@pytest.mark.parametrize("how", ["drop", "lose", "5"])
def test_a_lost_answer_never_gives_a_silent_second_copy(store: Store, mail_sink: Sinks, how: str) -> None:
    sink, mail = mail_sink(), queue(store)
    sink.data = [how]
    (tried,) = send_due(sending(store, sink))
    taken = len(sink.mails)
    assert tried.state == "uncertain"
    assert send_due(sending(store, sink), later(48)) == ()
    assert (len(sink.mails), now(store, mail).state) == (taken, "uncertain")


def test_a_person_settles_a_doubt_either_way_and_a_retry_is_the_same_mail(store: Store, mail_sink: Sinks) -> None:
    sink, first, second = mail_sink(), queue(store), queue(store, EST, name="2")
    sink.data = ["drop"]
    send_due(sending(store, sink))
    sink.data = ["drop"]
    send_due(sending(store, sink), later())
    assert decide(store, first.id, "confirm").state == "sent"
    assert decide(store, second.id, "retry").state == "waiting"
    send_due(sending(store, sink))
    assert now(store, second).state == "sent"
    assert [mail for _, mail in sink.mails] == [first.rfc822, second.rfc822, second.rfc822]


def test_what_needs_no_decision_is_told(store: Store, mail_sink: Sinks) -> None:
    mail = queue(store)
    with pytest.raises(StoreError, match="nothing to confirm"):
        decide(store, mail.id, "confirm")
    send_due(sending(store, mail_sink()))
    with pytest.raises(StoreError, match="nothing to retry"):
        decide(store, mail.id, "retry")
    with pytest.raises(StoreError, match="no outgoing mail number 99"):
        decide(store, 99, "retry")


def test_a_server_that_restarts_gets_everything_once(store: Store, mail_sink: Sinks) -> None:
    sink = mail_sink()
    mails = [queue(store, EST, name=str(n)) for n in range(3)]
    sink.stop()
    with pytest.raises(SendingError, match="cannot be reached"):
        send_due(sending(store, sink))
    with store.transaction() as session:
        assert health.read(session, health.SEND_FAILURE) is not None
    sink.start()
    send_due(sending(store, sink))
    assert [mail for _, mail in sink.mails] == [mail.rfc822 for mail in mails]
    with store.transaction() as session:
        assert health.read(session, health.SEND_FAILURE) is None


def test_the_service_does_not_storm_a_server_that_refuses_it(store: Store, mail_sink: Sinks) -> None:
    sink = mail_sink()
    queue(store)
    sink.stop()
    for _ in range(2):
        with pytest.raises(SendingError):
            send_due(sending(store, sink))
    sink.start()
    assert send_due(sending(store, sink), patient=True) == ()
    assert len(send_due(sending(store, sink), later(), patient=True)) == 1


def test_two_processes_never_send_at_once(store: Store, mail_sink: Sinks) -> None:
    sink = mail_sink()
    queue(store)
    with exclusive(store.engine, "outbox") as mine:
        assert mine
        assert send_due(sending(store, sink)) == ()
    assert len(send_due(sending(store, sink))) == 1


def test_an_alert_goes_before_what_has_waited_longer(store: Store, mail_sink: Sinks) -> None:
    sink = mail_sink()
    queue(store, name="1")
    alert = queue(store, name="2", kind="alert")
    assert send_due(sending(store, sink))[0].id == alert.id


CRASH = """
import os, sys
from digest.smtp import Server, Smtp
from lagesbild import outbox as flow
from store.session import open_store

url, port, point = sys.argv[1], int(sys.argv[2]), sys.argv[3]
name = {"before DATA": "_deliver", "at the hand-over": "_hand_over", "after DATA": "outcome"}[point]
original = getattr(flow, name)

def die(*arguments):
    if point == "at the hand-over":
        original(*arguments)
    os._exit(9)

setattr(flow, name, die)
flow.send_due(flow.Sending(open_store(url), Smtp(Server("localhost", port, "none")), "l@mark.example"))
"""


@pytest.mark.parametrize(
    ("point", "state", "copies"),
    [("before DATA", "sent", 1), ("at the hand-over", "uncertain", 0), ("after DATA", "uncertain", 1)],
)
def test_a_crash_at_any_point_loses_nothing_and_doubles_nothing(
    store: Store, mail_sink: Sinks, tmp_path: Path, point: str, state: str, copies: int
) -> None:
    sink, mail = mail_sink(), queue(store, EST)
    command = [sys.executable, "-c", CRASH, str(store.engine.url), str(sink.port), point]
    died = subprocess.run(
        command, check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert (died.returncode, now(store, mail).state) == (9, "sending")
    send_due(sending(store, sink))
    assert (now(store, mail).state, len(sink.mails)) == (state, copies)


def test_the_folder_gets_whole_files_and_a_repeated_mail_lies_there_once(store: Store, tmp_path: Path) -> None:
    way_out = Sending(store, Folder(tmp_path / "ut"), "l@mark.example")
    mail = queue(store)
    assert [m.state for m in send_due(way_out)] == ["sent"]
    with store.transaction() as session:
        outbox.set_state(session, mail.id, "uncertain")
        outbox.record(session, mail.id, [RecipientResult(a, "deferred", "", NOW) for a in mail.recipients])
    decide(store, mail.id, "retry")
    send_due(way_out)
    (file,) = (tmp_path / "ut").iterdir()
    assert file.read_bytes() == mail.rfc822


def test_a_folder_that_cannot_be_written_loses_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "ut").write_text("a file is in the way")
    mail = queue(store)
    with pytest.raises(SendingError, match="cannot be written"):
        send_due(Sending(store, Folder(tmp_path / "ut"), "l@mark.example"))
    assert now(store, mail).state == "waiting"


@pytest.mark.parametrize("address", ["sakerhet@mark.example", "Sakerhet+est@MARK.example"])
def test_the_polled_mailbox_never_receives(store: Store, address: str) -> None:
    envelope = Envelope("l@mark.example", (address,), "Lägesbild", "<1@mark.example>", NOW)
    gate = Gate((plain_address("sakerhet@mark.example"),))
    with store.transaction() as session, pytest.raises(DigestError, match="is read by this program"):
        put(session, gate, envelope, build_text(envelope, "Hej"))


@pytest.mark.parametrize("address", ["", "a", "a@b\r\nBcc: c@d", "å@b.se", "a@b.se,c@d.se", "a b@c.se", "<a@b.se>"])
def test_a_recipient_that_could_become_something_else_is_refused(store: Store, address: str) -> None:
    envelope = Envelope("l@mark.example", (EST,), "Lägesbild", "<1@mark.example>", NOW)
    mail = build_text(envelope, "Hej")
    aimed = Envelope(envelope.sender, (address,), envelope.subject, envelope.message_id, NOW)
    with store.transaction() as session, pytest.raises(DigestError, match="no mail address"):
        put(session, Gate(), aimed, mail)


def test_pauses_grow_and_after_days_of_refusals_the_mail_is_parked() -> None:
    assert [pause(n).total_seconds() / 60 for n in (0, 1, 2, 3, 7, 500)] == [1, 1, 2, 4, 60, 60]
    deferred = (RecipientResult(EST, "deferred", "451 later", NOW),)
    mail = OutgoingMail(1, "<1>", "digest", "s", (EST,), b"", "sending", NOW, attempts=3, results=deferred)
    assert outcome(mail, Delivery(), NOW).next_attempt_at == NOW + timedelta(minutes=4)
    assert outcome(mail, Delivery(), NOW + GIVE_UP).state == "parked"


def test_the_commands_list_retry_and_confirm(tmp_path: Path, mail_sink: Sinks) -> None:
    sink = mail_sink()
    config = tmp_path / "lagesbild.toml"
    config.write_text(f'[smtp]\nhost = "localhost"\nport = {sink.port}\nsecurity = "none"\n', encoding="utf-8")
    store = open_store(f"sqlite:///{tmp_path}/lagesbild.db")
    first, second = queue(store, EST), queue(store, EST, name="2")
    sink.data = ["550 no", "550 no"]
    send_due(sending(store, sink))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["--config", str(config), "outbox", *arguments], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    assert run().count("parked") == 2
    assert f"mail {first.id} is sent" in run("retry", str(first.id))
    assert f"mail {second.id} is closed" in run("confirm", str(second.id))
    assert run("list", "--json").count('"state": "sent"') == 1
    store.close()
