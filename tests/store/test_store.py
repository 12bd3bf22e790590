"""The store keeps what it is given, and its migrations make exactly its tables."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from classify.assessment import Assessment, Confidence, Evidence, Place
from ingest.message import Address, RawMessage, Report
from store import (
    health,
    mails,
    outbox,
    reports,
    schema,  # noqa: F401 - makes every table known
)
from store.base import Base
from store.records import Correction, StoreError
from store.session import MIGRATIONS, Store, head, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def raw(uid: int, body: bytes = b"hej", message_id: bytes = b"<a@b>", uidvalidity: int = 1) -> RawMessage:
    rfc822 = b"Message-ID: " + message_id + b"\r\n\r\n" + body
    return RawMessage("k@imap", "INBOX", uidvalidity, uid, NOW, rfc822, len(rfc822))


def assessment(category: str = "klotter", rules: str = "r1", subcategory: str | None = None) -> Assessment:
    return Assessment(
        category=category,
        subcategory=subcategory,
        urgency="normal",
        place=Place("Kinna", latitude=57.5, longitude=12.7, precision="locality"),
        confidence=Confidence(category=0.9),
        evidence=(Evidence("category:klotter", "klotter", 2.0, 0, 7, "klotter"),),
        personal=(),
        masked_text="m",
        masked_subject="s",
        rules=rules,
    )


def report(message_id: str = "<a@b>", thread: tuple[str, ...] = ()) -> Report:
    return Report("Klotter på väggen", "Klotter", NOW, Address("Å", "a@b.se"), "free",
                  message_id=message_id, thread=thread, fields=(("type", "Annat"),))  # fmt: skip


def test_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_head_that_the_store_knows_is_the_one_of_alembic(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [head()]
    with store.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == head()


def test_the_same_uid_is_taken_once_and_the_same_content_is_a_duplicate(store: Store) -> None:
    with store.transaction() as session:
        first = mails.take(session, raw(1))
        assert first is not None
        assert mails.take(session, raw(1)) is None
        moved = mails.take(session, raw(1, uidvalidity=2))
        other = mails.take(session, raw(2, body=b"annat"))
    assert (first.state, moved and moved.state, moved and moved.duplicate_of) == ("waiting", "duplicate", first.id)
    assert other is not None
    assert other.state == "waiting"
    with store.transaction() as session:
        accounts = mails.accounts(session)
    assert (accounts.received, accounts.waiting, accounts.duplicates, accounts.adds_up) == (3, 2, 1, True)


def test_a_report_comes_back_as_it_went_in(store: Store) -> None:
    with store.transaction() as session:
        stored = reports.add(session, report(), assessment(), None)
    with store.transaction() as session:
        again = reports.get(session, stored.id)
    assert again == stored
    assert (again.report, again.assessment) == (report(), assessment())
    assert again.reference == f"LB-{again.received_at.year}-00001"


def test_a_correction_outlives_a_re_run_and_keeps_its_history(store: Store) -> None:
    with store.transaction() as session:
        stored = reports.add(session, report(), assessment(), None)
        reports.correct(session, Correction(stored.id, "category", "klotter", "brand", "Eva", NOW))
        reports.correct(session, Correction(stored.id, "locality", "Kinna", "Skene", "Eva", NOW))
        reports.reassess(session, stored.id, assessment(category="stold", rules="r2"))
    with store.transaction() as session:
        again = reports.get(session, stored.id)
        assert [c.new for c in reports.history(session, stored.id)] == ["brand", "Skene"]
    assert (again.assessment.category, again.effective.category) == ("stold", "brand")
    assert (again.effective.place.locality, again.effective.place.latitude) == ("Skene", None)


def test_a_corrected_category_has_no_subcategory_of_the_wrong_one(store: Store) -> None:
    with store.transaction() as session:
        stored = reports.add(session, report(), assessment(subcategory="fordon"), None)
        reports.correct(session, Correction(stored.id, "category", "klotter", "klotter", "Eva", NOW))
        assert reports.get(session, stored.id).effective.subcategory == "fordon"
        reports.correct(session, Correction(stored.id, "category", "klotter", "stold", "Eva", NOW))
        assert reports.get(session, stored.id).effective.subcategory is None


def test_an_unknown_field_cannot_be_corrected(store: Store) -> None:
    with store.transaction() as session:
        stored = reports.add(session, report(), assessment(), None)
        with pytest.raises(StoreError, match="cannot be corrected"):
            reports.correct(session, Correction(stored.id, "rules", "", "x", "Eva", NOW))


def test_a_reply_finds_the_report_it_answers(store: Store) -> None:
    with store.transaction() as session:
        first = reports.add(session, report("<1@x>"), assessment(), None)
        second = reports.add(session, report("<2@x>", thread=("<1@x>",)), assessment(), None)
        third = reports.add(session, report("<3@x>", thread=("<2@x>",)), assessment(), None)
        by_number = reports.add(session, report("<4@x>", thread=(first.reference,)), assessment(), None)
    assert (first.answers, second.answers, third.answers) == (None, first.id, first.id)
    assert by_number.answers == first.id


def test_a_digest_is_claimed_once(store: Store) -> None:
    with store.transaction() as session:
        assert outbox.claim_digest(session, "week", "2026-W47") is not None
        assert outbox.claim_digest(session, "week", "2026-W47") is None
        assert outbox.claim_digest(session, "week", "2026-W48") is not None


def test_a_rolled_back_block_leaves_nothing(store: Store) -> None:
    def fail_half_way() -> None:
        with store.transaction() as session:
            mails.take(session, raw(1))
            session.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(StoreError):
        fail_half_way()
    with store.transaction() as session:
        assert mails.accounts(session).received == 0


def test_a_failure_noted_is_read_and_cleared(store: Store) -> None:
    with store.transaction() as session:
        health.note(session, health.POLL_FAILURE, {"error": "nej"}, NOW)
    with store.transaction() as session:
        assert health.read(session, health.POLL_FAILURE) == ({"error": "nej"}, NOW)
        health.clear(session, health.POLL_FAILURE)
        assert health.read(session, health.POLL_FAILURE) is None


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/x.db", "mysql://x/y"])
def test_an_unusable_url_is_told_with_its_remedy(url: str) -> None:
    with pytest.raises(StoreError, match=r"\[store\] url"):
        open_store(url)


def test_a_claim_is_gone_when_what_it_was_for_fails(store: Store) -> None:
    def fail_half_way() -> None:
        with store.transaction() as session:
            assert outbox.claim_digest(session, "week", "2026-W47") is not None
            assert outbox.claim_notice(session, "alert", "report:1")
            session.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(StoreError):
        fail_half_way()
    with store.transaction() as session:
        assert outbox.made_digests(session) == frozenset()
        assert outbox.notices(session, "alert") == {}
        assert outbox.claim_digest(session, "week", "2026-W47") is not None
