"""The mailbox is read from a real Dovecot: everything once, nothing changed, nothing lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from ingest import imap
from ingest.imap import ImapSource
from ingest.mailbox import ImapAccount
from ingest.message import IngestError, RawMessage
from ingest.source import Books, TakenMail, UnavailableError

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]


def mail(number: int, body: str = "Klotter på väggen") -> bytes:
    return f"Message-ID: <{number}@test>\r\nSubject: Nr {number}\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def source(account: ImapAccount) -> Iterator[ImapSource]:
    opened = ImapSource(account)
    yield opened
    opened.close()


def nothing(_mailbox: str, _uidvalidity: int) -> dict[int, TakenMail]:
    """Empty books."""
    return {}


def having(*messages: RawMessage) -> Books:
    """Books on which these mails are."""

    def look_up(mailbox: str, uidvalidity: int) -> dict[int, TakenMail]:
        return {
            m.uid: TakenMail(m.size, m.internal_date)
            for m in messages
            if (m.mailbox, m.uidvalidity) == (mailbox, uidvalidity)
        }

    return look_up


def flags(dovecot: "Dovecot", user: str, folder: str = "INBOX") -> list[bytes]:
    with dovecot.client(user, folder) as session:
        return [line for line in session.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


def test_every_mail_comes_once_unchanged_and_in_order(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    sent = [mail(n) for n in range(1, 8)]
    dovecot.deliver(account.username, *sent)
    taken = list(source.new_messages(nothing))
    assert [m.rfc822 for m in taken] == sent
    assert [m.uid for m in taken] == list(range(1, 8))
    assert {(m.account, m.mailbox) for m in taken} == {(f"{account.username}@localhost", "INBOX")}
    assert all(m.uidvalidity > 0 and m.size == len(m.rfc822) for m in taken)
    assert all(abs(datetime.now(UTC) - m.internal_date) < timedelta(minutes=5) for m in taken)
    assert list(source.new_messages(having(*taken))) == []


def test_only_what_is_not_on_the_books_is_fetched(dovecot: "Dovecot", source: ImapSource, account: ImapAccount) -> None:
    dovecot.deliver(account.username, mail(1), mail(2))
    taken = list(source.new_messages(nothing))
    dovecot.deliver(account.username, mail(3))
    assert [m.rfc822 for m in source.new_messages(having(*taken))] == [mail(3)]


def test_reading_and_moving_never_mark_a_mail_as_seen(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    dovecot.deliver(account.username, mail(1), mail(2))
    assert len(list(source.new_messages(nothing))) == 2
    mover = ImapSource(replace(account, processed_folder="Behandlade"))
    for message in list(mover.new_messages(nothing))[:1]:
        mover.acknowledge("INBOX", message.uidvalidity, [message.uid])
    mover.close()
    assert not any(b"Seen" in line for line in flags(dovecot, account.username))
    assert not any(b"Seen" in line for line in flags(dovecot, account.username, "Behandlade"))


def test_a_stored_mail_is_moved_to_a_folder_made_for_it(dovecot: "Dovecot", account: ImapAccount) -> None:
    dovecot.deliver(account.username, mail(1), mail(2), mail(3))
    source = ImapSource(replace(account, processed_folder="Ärenden"))
    for message in source.new_messages(nothing):
        source.acknowledge("INBOX", message.uidvalidity, [message.uid])
    assert list(source.new_messages(nothing)) == []
    source.close()
    assert len(flags(dovecot, account.username, "&AMQ-renden")) == 3


@pytest.mark.parametrize("without", [{"MOVE"}, {"MOVE", "UIDPLUS"}])
def test_a_server_without_move_gets_copy_and_leaves_what_others_deleted(
    dovecot: "Dovecot", account: ImapAccount, monkeypatch: pytest.MonkeyPatch, without: set[str]
) -> None:
    has = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name not in without and has(self, name))
    dovecot.deliver(account.username, mail(1), mail(2))
    with dovecot.client(account.username) as staff:
        staff.store("2", "+FLAGS", "\\Deleted")
    source = ImapSource(replace(account, processed_folder="Klara"))
    first, _ = source.new_messages(nothing)
    source.acknowledge("INBOX", first.uidvalidity, [first.uid])
    source.close()
    assert len(flags(dovecot, account.username, "Klara")) == 1
    left = flags(dovecot, account.username)
    assert len(left) == (1 if without == {"MOVE"} else 2)
    assert all(b"Deleted" in line for line in left)


def test_another_uidvalidity_means_looking_at_everything_again(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    dovecot.deliver(account.username, mail(1), mail(2))
    taken = list(source.new_messages(nothing))
    source.close()
    dovecot.new_uidvalidity(account.username)
    again = list(source.new_messages(having(*taken)))
    assert sorted(m.rfc822 for m in again) == [mail(1), mail(2)]
    assert again[0].uidvalidity != taken[0].uidvalidity


def test_a_mail_over_the_limit_comes_as_its_header_only(dovecot: "Dovecot", account: ImapAccount) -> None:
    large = mail(1, "stor " * 20_000)
    dovecot.deliver(account.username, large, mail(2))
    source = ImapSource(replace(account, max_bytes=10_000))
    first, second = source.new_messages(nothing)
    source.close()
    assert first.headers_only
    assert (first.rfc822, first.size) == (b"Message-ID: <1@test>\r\nSubject: Nr 1\r\n\r\n", len(large))
    assert not second.headers_only


def test_since_leaves_older_mail_alone_at_the_first_visit(dovecot: "Dovecot", account: ImapAccount) -> None:
    dovecot.deliver(account.username, mail(1))
    with dovecot.client(account.username) as session:
        session.append("INBOX", "", '"03-Feb-2019 10:00:00 +0100"', mail(2))
    source = ImapSource(replace(account, since=date(2020, 1, 1)))
    assert [m.rfc822 for m in source.new_messages(nothing)] == [mail(1)]
    source.close()


def test_many_mails_come_in_bounded_batches(
    dovecot: "Dovecot", account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    fetch = IMAPClient.fetch

    def counting(self: object, uids: list[int], data: list[str]) -> object:
        asked.append(len(uids))
        return fetch(self, uids, data)

    monkeypatch.setattr(IMAPClient, "fetch", counting)
    monkeypatch.setattr(imap, "LIST_WINDOW", 60)
    dovecot.deliver(account.username, *(mail(n) for n in range(1, 131)))
    source = ImapSource(account)
    assert [m.rfc822 for m in source.new_messages(nothing)] == [mail(n) for n in range(1, 131)]
    source.close()
    assert asked == [130, 50, 50, 30]


def test_a_session_survives_a_restart_of_the_server(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    dovecot.deliver(account.username, mail(1))
    (first,) = source.new_messages(nothing)
    dovecot.restart()
    dovecot.deliver(account.username, mail(2))
    with pytest.raises(UnavailableError):
        list(source.new_messages(having(first)))
    assert [m.rfc822 for m in source.new_messages(having(first))] == [mail(2)]


def test_a_mailbox_made_again_with_its_old_uidvalidity_hides_no_new_mail(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount
) -> None:
    dovecot.deliver(account.username, mail(1), mail(2), mail(3))
    taken = list(source.new_messages(nothing))
    source.close()
    # One more mail than before, so that neither UIDVALIDITY nor UIDNEXT gives it away.
    dovecot.recreate(account.username, taken[0].uidvalidity)
    dovecot.deliver(account.username, *(mail(n) for n in range(4, 8)), at=1_700_000_000)
    assert [m.rfc822 for m in source.new_messages(having(*taken))] == [mail(n) for n in range(4, 8)]


def test_without_uidvalidity_known_mails_are_not_fetched_again_and_others_are(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = IMAPClient.select_folder

    def silent(self: object, folder: str, readonly: bool) -> dict[bytes, object]:
        return {key: value for key, value in select(self, folder, readonly).items() if key != b"UIDVALIDITY"}

    monkeypatch.setattr(IMAPClient, "select_folder", silent)
    dovecot.deliver(account.username, mail(1), mail(2))
    taken = list(source.new_messages(nothing))
    assert [m.uidvalidity for m in taken] == [0, 0]
    assert list(source.new_messages(having(*taken))) == []
    source.close()
    dovecot.recreate(account.username, 99)
    dovecot.deliver(account.username, mail(3), at=1_700_000_000)
    assert [m.rfc822 for m in source.new_messages(having(*taken))] == [mail(3)]


def test_old_mail_moved_in_after_the_first_visit_is_taken_in_spite_of_since(
    dovecot: "Dovecot", account: ImapAccount
) -> None:
    dovecot.deliver(account.username, mail(1), at=1_500_000_000)
    dovecot.deliver(account.username, mail(2))
    source = ImapSource(replace(account, since=date(2020, 1, 1)))
    taken = list(source.new_messages(nothing))
    dovecot.deliver(account.username, mail(3), at=1_500_000_000)
    assert [m.rfc822 for m in (*taken, *source.new_messages(having(*taken)))] == [mail(2), mail(3)]
    source.close()


def test_a_mail_the_server_will_not_hand_over_is_told_after_all_others_were_taken(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = IMAPClient.fetch

    def stumbling(self: object, uids: list[int], data: list[str]) -> object:
        if data == ["BODY.PEEK[]"] and 2 in uids:
            msg = "fetch failed: internal error"
            raise IMAPClientError(msg)
        return fetch(self, uids, data)

    dovecot.deliver(account.username, mail(1), mail(2), mail(3))
    monkeypatch.setattr(IMAPClient, "fetch", stumbling)
    taken: list[RawMessage] = []
    with pytest.raises(IngestError, match=r"did not hand over 1 mails of INBOX, the first with UID 2: fetch failed"):
        taken.extend(source.new_messages(nothing))
    assert [m.rfc822 for m in taken] == [mail(1), mail(3)]
    monkeypatch.undo()
    assert [m.rfc822 for m in source.new_messages(having(*taken))] == [mail(2)]


def test_a_mail_that_vanishes_between_listing_and_fetching_is_passed_over(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = IMAPClient.fetch

    def vanishing(self: object, uids: list[int], data: list[str]) -> dict[int, object]:
        return {uid: found for uid, found in fetch(self, uids, data).items() if data != ["BODY.PEEK[]"] or uid != 1}

    monkeypatch.setattr(IMAPClient, "fetch", vanishing)
    dovecot.deliver(account.username, mail(1), mail(2))
    assert [m.rfc822 for m in source.new_messages(nothing)] == [mail(2)]


@pytest.mark.parametrize("broken", [b"", None, "short"])
def test_a_body_that_is_not_whole_is_never_taken(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch, broken: object
) -> None:
    fetch, calls = IMAPClient.fetch, []

    def partial(self: object, uids: list[int], data: list[str]) -> dict[int, dict[bytes, object]]:
        answer: dict[int, dict[bytes, object]] = fetch(self, uids, data)
        if data == ["BODY.PEEK[]"]:
            calls.append(uids)
            answer[1][b"BODY[]"] = mail(1)[: 10 * len(calls)] if broken == "short" else broken
        return answer

    monkeypatch.setattr(IMAPClient, "fetch", partial)
    dovecot.deliver(account.username, mail(1))
    with pytest.raises(IngestError, match="did not hand over 1 mails"):
        list(source.new_messages(nothing))


def test_a_server_that_only_estimates_sizes_is_believed_after_two_equal_downloads(
    dovecot: "Dovecot", source: ImapSource, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = IMAPClient.fetch

    def estimating(self: object, uids: list[int], data: list[str]) -> dict[int, dict[bytes, object]]:
        answer: dict[int, dict[bytes, object]] = fetch(self, uids, data)
        for found in answer.values():
            found.update({b"RFC822.SIZE": 1000} if b"RFC822.SIZE" in found else {})
        return answer

    monkeypatch.setattr(IMAPClient, "fetch", estimating)
    dovecot.deliver(account.username, mail(1))
    assert [m.rfc822 for m in source.new_messages(nothing)] == [mail(1)]
