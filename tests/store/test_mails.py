"""A mail is recognised however it comes back, and never taken for another one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.identity import identity_of
from ingest.message import RawMessage
from ingest.source import TakenMail
from store import mails
from store.records import ContentError, StoredMail
from store.session import Store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def letter(text: str = "Klotter", message_id: str = "<1@x>", trace: str = "") -> bytes:
    head = f"Message-ID: {message_id}\r\n" if message_id else ""
    return f"{trace}{head}From: a@b.se\r\nSubject: Nytt\r\n\r\n{text}\r\n".encode()


def take(store: Store, rfc822: bytes, uid: int = 1, mailbox: str = "INBOX", uidvalidity: int = 7) -> StoredMail | None:
    raw = RawMessage("k@imap", mailbox, uidvalidity, uid, NOW, rfc822, len(rfc822))
    with store.transaction() as session:
        return mails.take(session, raw)


@pytest.mark.parametrize(
    ("rfc822", "place"),
    [
        (letter(), {"uid": 2}),  # copied
        (letter(), {"mailbox": "Arkiv"}),  # moved to another folder
        (letter(), {"uidvalidity": 8}),  # the server counts anew, or the mailbox was made again
        (letter(trace="Received: from other\r\n"), {"mailbox": "info"}),  # the same mail sent to a second mailbox
        (letter().replace(b"\r\n", b"\n"), {"mailbox": "/import", "uidvalidity": 0}),  # from a file
    ],
)
def test_the_same_mail_in_another_place_is_a_duplicate_of_the_first(
    store: Store, rfc822: bytes, place: dict[str, str | int]
) -> None:
    first = take(store, letter())
    again = take(store, rfc822, **place)  # type: ignore[arg-type]  # one table of places for all cases
    assert first is not None
    assert again is not None
    assert (again.state, again.duplicate_of) == ("duplicate", first.id)


def test_a_third_copy_is_a_duplicate_of_the_first_one(store: Store) -> None:
    first, _, third = (take(store, letter(), uid) for uid in (1, 2, 3))
    assert first is not None
    assert third is not None
    assert third.duplicate_of == first.id


def test_the_same_message_id_with_other_content_is_another_mail(store: Store) -> None:
    take(store, letter("Klotter"))
    other = take(store, letter("Inbrott"), uid=2)
    assert other is not None
    assert other.state == "waiting"


def test_the_same_content_under_another_message_id_is_another_mail(store: Store) -> None:
    take(store, letter())
    other = take(store, letter(message_id="<2@x>"), uid=2)
    assert other is not None
    assert other.state == "waiting"


def test_a_new_mail_under_an_old_uid_is_taken_and_the_old_one_stays_on_the_books(store: Store) -> None:
    first = take(store, letter())
    second = take(store, letter("Inbrott", "<2@x>"))
    assert first is not None
    assert second is not None
    assert second.state == "waiting"
    assert take(store, letter("Inbrott", "<2@x>")) is None
    with store.transaction() as session:
        assert mails.accounts(session).received == 2
        assert mails.raw_bytes(session, first.id) == letter()
        assert mails.taken(session, "k@imap", "INBOX", 7) == {1: TakenMail(second.size, NOW)}


def test_a_server_that_writes_the_same_mail_out_anew_makes_no_second_report(store: Store) -> None:
    take(store, letter())
    assert take(store, letter("Klotter\r\n--ny-gräns")) is None


def test_without_uidvalidity_only_equal_bytes_are_the_same_mail(store: Store) -> None:
    take(store, letter(), uidvalidity=0)
    assert take(store, letter(), uidvalidity=0) is None
    other = take(store, letter("Inbrott"), uidvalidity=0)
    assert other is not None
    assert other.state == "waiting"


def test_a_mail_without_message_id_gets_one_made_from_its_bytes(store: Store) -> None:
    rfc822 = letter(message_id="")
    first, copy, other = take(store, rfc822), take(store, rfc822, 2), take(store, letter("Annat", ""), 3)
    assert first is not None
    assert copy is not None
    assert other is not None
    assert first.message_id.endswith("@synthetic.invalid>")
    assert (copy.state, other.state) == ("duplicate", "waiting")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Message-ID: <a@b>", "<a@b>"),
        (b"message-id:\r\n <a\r\n @b>", "<a@b>"),
        (b"Message-ID: <[x]-[y@microsoft.com]>", "<[x]-[y@microsoft.com]>"),
        (b"Message-ID: <a\0b@c>", "<ab@c>"),
        (b"Message-ID: <" + b"x" * 5000 + b">", "<" + "x" * 997),
        (b"Message-ID: <\xe5@b>", "<\ufffd@b>"),
        (b"Message-ID: <first@b>\r\nMessage-ID: <second@b>", "<first@b>"),
    ],
)
def test_a_message_id_is_read_as_written_whatever_is_in_it(store: Store, header: bytes, expected: str) -> None:
    rfc822 = header + b"\r\nSubject: x\r\n\r\nhej"
    assert identity_of(rfc822)[1] == expected
    stored = take(store, rfc822)
    assert stored is not None
    assert stored.message_id == expected


@pytest.mark.parametrize("rfc822", [b"", b"\r\n\r\n", b"\0\xff", b"x" * 300_000, b"a: b\n\n", b"From: =?utf-8?q?\n\n"])
def test_every_pile_of_bytes_has_an_identity(rfc822: bytes) -> None:
    _, message_id, content = identity_of(rfc822)
    assert message_id.endswith("@synthetic.invalid>")
    assert len(content) == 64


def test_a_folder_with_swedish_letters_is_kept_as_it_is(store: Store, tmp_path: Path) -> None:
    stored = take(store, letter(), mailbox=str(tmp_path / "Ärenden å"))
    assert stored is not None
    assert stored.mailbox.endswith("Ärenden å")


def test_what_one_database_cannot_hold_is_told_apart_from_a_database_in_trouble(store: Store) -> None:
    stored = take(store, letter())
    assert stored is not None

    def put_in() -> None:
        with store.transaction() as session:
            mails.settle(session, stored.id, "quarantined", "NUL: \0")

    if store.engine.dialect.name == "postgresql":
        with pytest.raises(ContentError, match="cannot hold this"):
            put_in()
    else:
        put_in()
    with store.transaction() as session:
        assert mails.get(session, stored.id).attempts == 0
