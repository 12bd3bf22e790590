"""The flow accounts for every mail, counts attempts before the work, and never lets one mail stop another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, Message, NoReportKind, RawMessage, Reading, Report
from ingest.source import Books
from lagesbild.pipeline import Tools, reclassify, take_in, work_off
from store import mails, reports
from store.records import Accounts, Correction
from store.session import Store, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Shelf:
    """A source with mails lying in it."""

    account = "k@imap"

    def __init__(self, *bodies: str) -> None:
        self.bodies = bodies
        self.acknowledged: list[int] = []

    def new_messages(self, books: Books) -> Iterator[RawMessage]:
        for uid, body in enumerate(self.bodies, 1):
            if uid not in books("INBOX", 7):
                raw = f"Message-ID: <{uid}@x>\r\n\r\n{body}".encode()
                yield RawMessage(self.account, "INBOX", 7, uid, NOW, raw, len(raw))

    def acknowledge(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        self.acknowledged.extend(uids)

    def close(self) -> None:
        pass


class Rules:
    """Classifies by the first word; two events where the text holds a semicolon."""

    def __init__(self, category: str = "klotter") -> None:
        self.category = category

    def split(self, report: Report) -> tuple[Report, ...]:
        return (report, report) if ";" in report.text else (report,)

    def assess(self, report: Report) -> Assessment:
        kind: NoReportKind | None = "spam" if report.text.startswith("spam") else None
        return Assessment(
            self.category, "normal", Place(), Confidence(), (), (), "", "", "r", not_report=kind,
        )  # fmt: skip


def read(raw: RawMessage) -> Reading:
    text = raw.rfc822.decode().split("\r\n\r\n")[1]
    sender = Address("", "a@b.se")
    message = Message(f"<{raw.uid}@x>", NOW, sender, (), "Ämne", text, "")
    if text == "broken":
        msg = "no way to read this"
        raise ValueError(msg)
    if text == "autosvar":
        return Reading(message, not_report="auto_reply")
    return Reading(message, (Report(text, "Ämne", NOW, sender, "free"),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/s.db")


def accounts(store: Store) -> Accounts:
    with store.transaction() as session:
        return mails.accounts(session)


def test_every_mail_is_accounted_for_and_a_broken_one_is_put_aside_with_its_reason(store: Store) -> None:
    take_in(store, Shelf("ett", "broken", "autosvar", "spam!", "två; tre"), "INBOX")
    assert work_off(Tools(store, read, Rules())) == 5
    assert accounts(store) == Accounts(5, reported=2, no_report=2, duplicates=0, quarantined=1, too_large=0, waiting=0)
    with store.transaction() as session:
        (bad,) = mails.in_state(session, ["quarantined"])
        assert (bad.attempts, bad.reason) == (3, "ValueError: no way to read this")
        assert b"broken" in mails.raw_bytes(session, bad.id)
        assert [r.report.position for r in reports.everything(session)] == [0, 0, 1]


def test_a_second_poll_takes_nothing_again(store: Store) -> None:
    shelf = Shelf("ett", "två")
    assert take_in(store, shelf, "INBOX") == 2
    assert take_in(store, shelf, "INBOX") == 0
    assert shelf.acknowledged == [1, 2]
    assert accounts(store).received == 2


def test_a_mail_that_killed_the_process_three_times_is_not_tried_again(store: Store) -> None:
    take_in(store, Shelf("ett", "två"), "INBOX")
    with store.transaction() as session:
        for _ in range(3):
            mails.begin_attempt(session, 1)
    work_off(Tools(store, read, Rules()))
    assert (accounts(store).quarantined, accounts(store).reported) == (1, 1)


def test_it_stops_at_a_mails_border(store: Store) -> None:
    take_in(store, Shelf("ett", "två", "tre"), "INBOX")
    told: list[int] = []
    work_off(Tools(store, read, Rules(), stop=lambda: bool(told), progress=lambda mail: told.append(mail.id)))
    assert (accounts(store).reported, accounts(store).waiting) == (1, 2)


def test_a_re_run_changes_what_rules_found_and_leaves_what_people_said(store: Store) -> None:
    take_in(store, Shelf("ett"), "INBOX")
    work_off(Tools(store, read, Rules()))
    with store.transaction() as session:
        reports.correct(session, Correction(1, "category", "klotter", "brand", "Eva", NOW))
    assert reclassify(Tools(store, read, Rules("stold"))) == 1
    with store.transaction() as session:
        again = reports.get(session, 1)
    assert (again.assessment.category, again.effective.category) == ("stold", "brand")


def test_a_mail_that_the_database_cannot_hold_is_put_aside_and_stops_no_other(store: Store) -> None:
    def unstorable(raw: RawMessage) -> Reading:
        reading = read(raw)
        text = "half a sign: \ud83d" if raw.uid == 1 else "hel"
        return replace(reading, reports=tuple(replace(report, text=text) for report in reading.reports))

    take_in(store, Shelf("ett", "två"), "INBOX")
    work_off(Tools(store, unstorable, Rules()))
    assert (accounts(store).quarantined, accounts(store).reported) == (1, 1)
    with store.transaction() as session:
        (bad,) = mails.in_state(session, ["quarantined"])
    assert "surrogates not allowed" in bad.reason
