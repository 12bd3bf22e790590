"""Mail leaves over SMTP so that it is always known whether the server can have it; against a real server."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.deliver import Delivery, Letter, SendingError
from digest.smtp import Server, Smtp

RFC822 = "Subject: Lägesbild\r\n\r\nHej å ä ö\r\n.en punkt\r\n..två\r\n".encode()
LETTER = Letter("<1@mark.example>", "l@mark.example", ("est@mark.example", "polisen@polis.example"), RFC822)
Sinks = Callable[..., Any]


def server(sink: Any, **changes: Any) -> Server:
    base = Server("localhost", sink.port, "none", command_seconds=2, end_of_data_seconds=2)
    return replace(base, **changes)


def deliver(to: Server, letter: Letter = LETTER) -> tuple[Delivery, int]:
    """The delivery, and how often the hand-over was announced."""
    told: list[None] = []
    with Smtp(to) as smtp:
        return smtp.deliver(letter, lambda: told.append(None)), len(told)


def states(delivery: Delivery) -> list[str]:
    return [result.state for result in delivery.results]


def test_a_mail_arrives_byte_for_byte_with_its_envelope(mail_sink: Sinks) -> None:
    sink = mail_sink()
    delivery, handed_over = deliver(server(sink))
    assert (states(delivery), delivery.uncertain, handed_over) == (["accepted", "accepted"], "", 1)
    assert sink.mails == [(list(LETTER.recipients), RFC822)]
    assert sink.senders == ["l@mark.example"]


def test_bare_line_ends_never_reach_the_wire(mail_sink: Sinks) -> None:
    sink = mail_sink()
    smuggled = b"Subject: a\r\n\r\nhej\n.\r\nMAIL FROM:<x@x>\r.\rslut"
    deliver(server(sink), replace(LETTER, rfc822=smuggled))
    assert [mail for _, mail in sink.mails] == [b"Subject: a\r\n\r\nhej\r\n.\r\nMAIL FROM:<x@x>\r\n.\r\nslut\r\n"]


@pytest.mark.parametrize(("reply", "state"), [("550 5.1.1 nobody", "refused"), ("451 4.2.0 later", "deferred")])
def test_a_refused_recipient_does_not_cost_the_others_theirs(mail_sink: Sinks, reply: str, state: str) -> None:
    sink = mail_sink()
    sink.rcpt["polisen@polis.example"] = reply
    delivery, _ = deliver(server(sink))
    assert states(delivery) == ["accepted", state]
    assert delivery.results[1].reply == reply
    assert [recipients for recipients, _ in sink.mails] == [["est@mark.example"]]


def test_where_every_recipient_is_refused_no_content_is_sent(mail_sink: Sinks) -> None:
    sink = mail_sink()
    sink.rcpt = dict.fromkeys(LETTER.recipients, "550 nobody")
    delivery, handed_over = deliver(server(sink))
    assert (states(delivery), handed_over, sink.mails) == (["refused", "refused"], 0, [])


@pytest.mark.parametrize(("reply", "state"), [("554 spam", "refused"), ("452 full", "deferred")])
def test_the_answer_to_the_content_holds_for_every_recipient(mail_sink: Sinks, reply: str, state: str) -> None:
    sink = mail_sink()
    sink.data = [reply]
    delivery, _ = deliver(server(sink))
    assert (states(delivery), delivery.uncertain) == ([state, state], "")


def test_a_refused_sender_is_refused_for_all(mail_sink: Sinks) -> None:
    sink = mail_sink()
    sink.mail = "553 5.7.1 not yours"
    assert states(deliver(server(sink))[0]) == ["refused", "refused"]


@pytest.mark.parametrize("how", ["drop", "lose", "5"])
def test_an_answer_lost_after_the_end_of_data_is_doubt_not_failure(mail_sink: Sinks, how: str) -> None:
    sink = mail_sink()
    sink.data = [how]
    delivery, handed_over = deliver(server(sink, end_of_data_seconds=1))
    assert delivery.uncertain.startswith("the mail was handed over")
    assert (delivery.results, handed_over) == ((), 1)


def test_a_connection_lost_before_the_end_of_data_is_another_try(mail_sink: Sinks) -> None:
    sink = mail_sink()
    sink.rcpt["polisen@polis.example"] = "drop"
    delivery, handed_over = deliver(server(sink))
    assert (states(delivery), delivery.uncertain, handed_over) == (["deferred", "deferred"], "", 0)
    assert sink.mails == []


def test_one_connection_carries_several_mails_and_a_refusal_between_them(mail_sink: Sinks) -> None:
    sink = mail_sink()
    sink.data = ["250 OK", "554 spam", "250 OK"]
    with Smtp(server(sink)) as smtp:
        told = [states(smtp.deliver(LETTER, lambda: None))[0] for _ in range(3)]
    assert (told, len(sink.mails), sink.connections) == (["accepted", "refused", "accepted"], 2, 1)


def test_after_a_lost_connection_the_remaining_mails_wait(mail_sink: Sinks) -> None:
    sink = mail_sink()
    sink.data = ["drop"]
    with Smtp(server(sink)) as smtp:
        smtp.deliver(LETTER, lambda: None)
        assert states(smtp.deliver(LETTER, lambda: None)) == ["deferred", "deferred"]
    assert len(sink.mails) == 1


def test_tls_and_starttls_deliver_to_a_trusted_server(
    mail_sink: Sinks, server_tls: ssl.SSLContext, ca_file: Path
) -> None:
    implicit = mail_sink(ssl_context=server_tls)
    explicit = mail_sink(tls_context=server_tls, require_starttls=True)
    deliver(server(implicit, security="tls", ca_file=ca_file))
    deliver(server(explicit, security="starttls", ca_file=ca_file))
    assert (len(implicit.mails), len(explicit.mails)) == (1, 1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["unknown authority", "wrong name"])
def test_an_untrusted_server_gets_neither_password_nor_mail(
    mail_sink: Sinks, server_tls: ssl.SSLContext, ca_file: Path, security: str, fault: str
) -> None:
    sink = mail_sink(**{"ssl_context" if security == "tls" else "tls_context": server_tls})
    changes = {"ca_file": None} if fault == "unknown authority" else {"ca_file": ca_file, "host": "127.0.0.1"}
    with pytest.raises(SendingError, match="is not trusted"):
        deliver(server(sink, security=security, username="u", secret=lambda: sink.password, **changes))
    assert (sink.logins, sink.mails) == ([], [])


def test_a_server_without_starttls_gets_neither_password_nor_mail(mail_sink: Sinks) -> None:
    sink = mail_sink(auth_require_tls=False)
    with pytest.raises(SendingError, match="offers no STARTTLS"):
        deliver(server(sink, security="starttls", username="u", secret=lambda: sink.password))
    assert (sink.logins, sink.mails) == ([], [])


@pytest.mark.parametrize("auth", ["password", "oauth2"])
def test_a_login_is_made_by_password_or_access_token(mail_sink: Sinks, auth: str) -> None:
    sink = mail_sink(auth_require_tls=False)
    delivery, _ = deliver(server(sink, username="l", secret=lambda: sink.password, auth=auth))
    assert states(delivery) == ["accepted", "accepted"]
    words = sink.password if auth == "password" else f"user=l\x01auth=Bearer {sink.password}\x01\x01"
    assert sink.logins[-1][1] == words


@pytest.mark.parametrize("auth", ["password", "oauth2"])
def test_a_refused_login_is_told_without_what_was_given(mail_sink: Sinks, auth: str) -> None:
    sink = mail_sink(auth_require_tls=False)
    with pytest.raises(SendingError, match=r"refused the login \(535\)") as caught:
        deliver(server(sink, username="l", secret=lambda: "fel-hemlighet", auth=auth))
    assert sink.logins
    assert "hemlighet" not in f"{caught.value} {caught.value.__cause__} {caught.value.__suppress_context__}"


def test_a_server_that_is_not_there_or_says_nothing_is_told_in_time(mail_sink: Sinks) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        to = Server("127.0.0.1", silent.getsockname()[1], "none", command_seconds=0.5)
        with pytest.raises(SendingError, match="cannot be reached"):
            deliver(to)
    with pytest.raises(SendingError, match=r"cannot be reached: .*Check \[smtp\]"):
        deliver(to)


class Scripted:
    """A server that says exactly what a test wrote: a reply to each command, or nothing and the line is cut."""

    def __init__(self, **replies: bytes) -> None:
        self.replies = {b"": b"220 hej\r\n", b"EHLO": b"250 x\r\n", b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n",
                        b"DATA": b"354 go\r\n", b".": b"250 ok\r\n", b"RSET": b"250 ok\r\n"}  # fmt: skip
        self.replies |= {name.encode() if name != "end" else b".": reply for name, reply in replies.items()}
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(10)
        in_data = False
        with connection, connection.makefile("rb") as lines:
            connection.sendall(self.replies[b""])
            for line in lines:
                self.heard += line
                verb = b"." if line == b".\r\n" else b"" if in_data else line[:4].upper().strip()
                if in_data and verb != b".":
                    continue
                in_data = verb == b"DATA"
                if not self.replies.get(verb):
                    return
                connection.sendall(self.replies[verb])

    def stop(self) -> None:
        self._listener.close()
        self._thread.join(10)


@pytest.mark.parametrize("answer", [b"hm\r\n", b"250", b"x" * 10_000 + b"\r\n", b"354 go on\r\n", b""])
def test_an_answer_to_the_content_that_is_none_is_doubt(answer: bytes) -> None:
    script = Scripted(end=answer)
    delivery, _ = deliver(server(script))
    script.stop()
    assert (delivery.results, bool(delivery.uncertain)) == ((), True)


def test_a_line_cut_while_the_content_is_written_is_another_try() -> None:
    script = Scripted(DATA=b"")
    delivery, handed_over = deliver(server(script), replace(LETTER, rfc822=b"a" * 70 + b"\r\n" * 500_000))
    script.stop()
    assert (states(delivery), delivery.uncertain, handed_over) == (["deferred", "deferred"], "", 0)


def test_words_slipped_in_before_tls_are_not_believed_and_nothing_is_said_in_the_clear() -> None:
    """CVE-2011-0411: replies that an attacker adds to the one that accepts STARTTLS."""
    script = Scripted(
        EHLO=b"250-x\r\n250 STARTTLS\r\n", STAR=b"220 go\r\n250 x\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"
    )
    with pytest.raises(SendingError, match=r"is not trusted|cannot be reached"):
        deliver(server(script, security="starttls", username="u", secret=lambda: "kanariefågel"))
    script.stop()
    assert b"AUTH" not in script.heard
    assert b"MAIL" not in script.heard
