"""Connecting to a mailbox: certificate, login, time limits; nothing secret is sent where it should not be."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from ingest import imap
from ingest.imap import ImapSource
from ingest.mailbox import ImapAccount
from ingest.source import RefusedError, TakenMail, UnavailableError

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]

MAIL = "Message-ID: <1@test>\r\nSubject: Nr 1\r\n\r\nKlotter på väggen\r\n".encode()


def nothing(_mailbox: str, _uidvalidity: int) -> dict[int, TakenMail]:
    """Empty books."""
    return {}


def test_a_wrong_password_is_an_alarm_that_names_the_remedy(account: ImapAccount) -> None:
    source = ImapSource(replace(account, credential=lambda: "fel"))
    with pytest.raises(RefusedError, match=r"refuses the login of .*password_file"):
        next(source.new_messages(nothing))


def test_a_missing_folder_is_an_alarm_that_names_it(account: ImapAccount) -> None:
    source = ImapSource(replace(account, folder="Finns inte"))
    with pytest.raises(RefusedError, match=r"mailbox Finns inte cannot be opened"):
        next(source.new_messages(nothing))


def test_an_unreachable_server_may_be_tried_again(account: ImapAccount) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        source = ImapSource(replace(account, port=unused.getsockname()[1]))
        with pytest.raises(UnavailableError, match=r"Check \[mailbox\] host, port"):
            next(source.new_messages(nothing))


@pytest.fixture
def listener() -> Iterator[Callable[[bytes], tuple[int, list[bytes]]]]:
    """Starts a server that says one greeting, answers CAPABILITY without STARTTLS, and keeps every byte it is sent."""
    servers: list[socket.socket] = []

    def start(greeting: bytes) -> tuple[int, list[bytes]]:
        server, received = socket.create_server(("127.0.0.1", 0)), list[bytes]()
        servers.append(server)

        def serve() -> None:
            try:
                connection, _ = server.accept()
                connection.sendall(greeting)
                while line := connection.recv(4096):
                    received.append(line)
                    if b"CAPABILITY" in line:
                        tag = line.split()[0]
                        connection.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1], received

    yield start
    for server in servers:
        server.close()


def test_starttls_that_is_not_offered_ends_before_any_credential(
    account: ImapAccount, listener: Callable[[bytes], tuple[int, list[bytes]]]
) -> None:
    port, received = listener(b"* OK hej\r\n")
    with pytest.raises(RefusedError, match="does not offer STARTTLS"):
        next(ImapSource(replace(account, security="starttls", port=port)).new_messages(nothing))
    assert b"CAPABILITY" in b"".join(received)
    assert not any(word in b"".join(received) for word in (b"LOGIN", b"AUTHENTICATE", account.username.encode()))


def test_a_session_already_logged_in_before_starttls_is_not_believed(
    account: ImapAccount, listener: Callable[[bytes], tuple[int, list[bytes]]]
) -> None:
    port, received = listener(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hej\r\n")
    with pytest.raises((RefusedError, UnavailableError)):
        next(ImapSource(replace(account, security="starttls", port=port)).new_messages(nothing))
    assert not any(word in b"".join(received) for word in (b"LOGIN", b"AUTHENTICATE", account.username.encode()))


@pytest.mark.parametrize("change", ["unknown_ca", "wrong_host", "unknown_ca_starttls"])
def test_a_certificate_that_does_not_hold_ends_before_any_credential(
    dovecot: "Dovecot", account: ImapAccount, tmp_path: Path, change: str
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    asked: list[str] = []

    def credential() -> str:
        asked.append("asked")
        return dovecot.password

    changed = {
        "unknown_ca": replace(account, ca_file=other),
        "wrong_host": replace(account, host="127.0.0.1"),
        "unknown_ca_starttls": replace(account, ca_file=other, security="starttls", port=dovecot.port),
    }[change]
    source = ImapSource(replace(changed, credential=credential))
    with pytest.raises(RefusedError, match=r"certificate of .* is not valid: .* Nothing was sent"):
        next(source.new_messages(nothing))
    assert asked == []


@pytest.fixture
def tls_server(ca: trustme.CA) -> Iterator[Callable[..., tuple[int, list[bytes]]]]:
    """Starts a server with a certificate of its own choosing, which keeps what it is sent once TLS holds."""
    servers: list[socket.socket] = []

    def start(*, injected: bytes | None = None, not_after: datetime | None = None) -> tuple[int, list[bytes]]:
        server, received = socket.create_server(("127.0.0.1", 0)), list[bytes]()
        servers.append(server)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost", not_after=not_after).configure_cert(context)

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                if injected is not None:
                    connection.sendall(b"* OK hej\r\n")
                    while b"STARTTLS" not in (said := connection.recv(4096)):
                        connection.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + said.split()[0] + b" OK done\r\n")
                    connection.sendall(said.split()[0] + b" OK go\r\n" + injected)
                with context.wrap_socket(connection, server_side=True) as secure:
                    while said := secure.recv(4096):
                        received.append(said)
                        done = b" OK done\r\n" if b"CAPABILITY" in said else b" NO nej\r\n"
                        secure.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + said.split()[0] + done)

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1], received

    yield start
    for server in servers:
        server.close()


def test_an_expired_certificate_ends_before_any_credential(
    account: ImapAccount, tls_server: Callable[..., tuple[int, list[bytes]]]
) -> None:
    port, received = tls_server(not_after=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(RefusedError, match=r"is not valid: certificate has expired.* Nothing was sent"):
        next(ImapSource(replace(account, port=port)).new_messages(nothing))
    assert received == []


def test_what_was_said_in_plain_text_behind_starttls_is_not_believed(
    account: ImapAccount, tls_server: Callable[..., tuple[int, list[bytes]]]
) -> None:
    port, received = tls_server(injected=b"* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n")
    source = ImapSource(replace(account, security="starttls", port=port, auth="oauth2"))
    with pytest.raises(RefusedError, match="refuses the login"):
        next(source.new_messages(nothing))
    assert received[0].split()[1] == b"CAPABILITY"  # asked anew, under TLS
    logins = [said.split()[1:] for said in received if b"CAPABILITY" not in said]
    assert logins[0] == [b"AUTHENTICATE", b"XOAUTH2"]


def test_starttls_reads_mail_where_it_is_offered(dovecot: "Dovecot", account: ImapAccount) -> None:
    dovecot.deliver(account.username, MAIL)
    source = ImapSource(replace(account, security="starttls", port=dovecot.port))
    assert [m.rfc822 for m in source.new_messages(nothing)] == [MAIL]
    source.close()


def test_plain_text_is_for_this_machine_only(dovecot: "Dovecot", account: ImapAccount) -> None:
    dovecot.deliver(account.username, MAIL)
    plain = replace(account, security="none", port=dovecot.port)
    assert len(list(ImapSource(plain).new_messages(nothing))) == 1
    with pytest.raises(RefusedError, match="this machine only"):
        next(ImapSource(replace(plain, host="mail.example")).new_messages(nothing))


def test_a_silent_server_is_noticed(
    account: ImapAccount, listener: Callable[[bytes], tuple[int, list[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.3)
    port, _ = listener(b"")
    with pytest.raises(UnavailableError, match="timed out"):
        next(ImapSource(replace(account, security="none", port=port)).new_messages(nothing))


def test_a_server_that_goes_silent_after_the_greeting_is_noticed(
    account: ImapAccount, listener: Callable[[bytes], tuple[int, list[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "READ_SECONDS", 0.3)
    port, received = listener(b"* OK hej\r\n")
    with pytest.raises(UnavailableError, match="timed out"):
        next(ImapSource(replace(account, security="none", port=port)).new_messages(nothing))
    assert b"AUTHENTICATE PLAIN" in b"".join(received)
