"""Digests made as they fall due: every report in exactly one week's, late ones in the next, nothing twice."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine

from classify.assessment import Assessment, Confidence, Place
from digest.message import Envelope, build_text
from digest.period import Period, last_whole, parse_period
from ingest.message import Address, Report
from lagesbild.due import make_due, skip
from lagesbild.outbox import put, send_due, sending
from lagesbild.setup import write_files
from lagesbild.wiring import App
from store import outbox, reports
from store.records import OutgoingMail

SETTINGS = """
[smtp]
from = "lagesbild@mark.example"
outbox = "ut"
[digest]
recipients = ["est@mark.example"]
"""
FIRST_DAY = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)  # a Wednesday; the clocks go forward on the 29th
Tell = Callable[[datetime], int]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    config = tmp_path / "lagesbild.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    tuple(write_files(tmp_path))
    with time_machine.travel(FIRST_DAY, tick=False):
        application = App(config)
        assert make_due(application) == ()
    yield application
    application.close()


@pytest.fixture
def tell(app: App) -> Tell:
    """Stores a report that is dated at a moment and received now."""

    def add(dated: datetime) -> int:
        report = Report("Klotter på väggen", "Klotter", dated, Address("", "a@b.example"), "free")
        found = Assessment("klotter", "normal", Place("Kinna"), Confidence(), (), (), "Klotter.", "Klotter", "r1")
        with app.store.transaction() as session:
            return reports.add(session, report, found, None).id

    return add


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False)


def told(app: App) -> dict[str, list[int]]:
    with app.store.transaction() as session:
        made = sorted(outbox.made_digests(session))
        return {period: sorted(outbox.told_reports(session, kind) - outbox.told_reports(session, kind, but=period))
                for kind, period, _ in made}  # fmt: skip


def test_every_report_is_in_one_week_and_late_ones_in_the_next(app: App, tell: Tell) -> None:
    with at("2026-03-12T12:00"):
        first = tell(datetime(2026, 3, 12, 11, tzinfo=UTC))
    with at("2026-03-16T06:00"):
        assert len(make_due(app)) == 1
        assert make_due(app) == ()
    with at("2026-03-17T12:00"):
        late, own = tell(datetime(2026, 3, 14, 11, tzinfo=UTC)), tell(datetime(2026, 3, 17, 11, tzinfo=UTC))
    with at("2026-03-20T12:00"):
        history = tell(datetime(2025, 3, 14, 11, tzinfo=UTC))
    with at("2026-04-07T12:00"):  # a stop over two Mondays and the change of clocks
        missed = tell(datetime(2026, 3, 25, 11, tzinfo=UTC))
        assert len(make_due(app)) == 3
        assert make_due(app) == ()
    weeks = told(app)
    assert weeks == {"2026-W11": [first], "2026-W12": [late, own], "2026-W13": [missed], "2026-W14": []}
    assert max(Counter(n for numbers in weeks.values() for n in numbers).values()) == 1
    assert history not in {n for numbers in weeks.values() for n in numbers}


@pytest.mark.faults
def test_ten_years_of_mondays_leave_each_digest_once_in_the_folder(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With restarts, clocks set back and changes of the hour; only the picture is left out."""
    monkeypatch.setattr("lagesbild.digest.enqueue_digest", small_digest)
    dice = random.Random(11)  # noqa: S311 - the same troubles at every run
    true, end = FIRST_DAY, FIRST_DAY.replace(year=2036)
    running = app
    while true < end:
        true += timedelta(hours=dice.choice([9, 26, 40, 70]), minutes=dice.randrange(60))
        if dice.random() < 0.1:
            running.close()
            running = App(app.config)
        wrong = dice.choice([true - timedelta(hours=1), true + timedelta(hours=1), true - timedelta(days=300)])
        with time_machine.travel(wrong if dice.random() < 0.05 else true, tick=False):
            make_due(running)
    with time_machine.travel(true, tick=False):
        make_due(running)
        send_due(sending(running.settings, running.store))
    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in (tmp_path / "ut").glob("*.eml")]
    last = last_whole("week", true.date())
    assert sorted(subjects) == [p.code for p in (*reversed(last.earlier(len(subjects) - 1)), last)]
    assert min(subjects) == "2026-W11"
    running.close()


def small_digest(app: App, period: Period, audience: str = "") -> OutgoingMail | None:
    """What `enqueue_digest` does, without the picture."""
    with app.store.transaction() as session:
        number = outbox.claim_digest(session, period.kind, period.code, audience)
        if number is None:
            return None
        header = Envelope(
            "l@mark.example", ("est@mark.example",), period.code, f"<{period.code}@mark.example>", datetime.now(UTC)
        )
        queued = put(session, app.gate, header, build_text(header, "Hej"))
        outbox.complete_digest(session, number, queued.id, [])
    return queued


def test_a_late_report_is_called_late_in_the_mail(app: App, tell: Tell) -> None:
    with at("2026-03-16T06:00"):
        make_due(app)
    with at("2026-03-17T12:00"):
        tell(datetime(2026, 3, 14, 11, tzinfo=UTC))
    with at("2026-03-23T06:00"):
        (mail,) = make_due(app)
    text = message_from_bytes(mail.rfc822, policy=policy.default).get_body(("plain",))
    assert text is not None
    assert "från tidigare perioder" in text.get_content()


def test_a_digest_that_went_out_before_a_restore_can_be_noted_as_made(app: App, tell: Tell) -> None:
    with at("2026-03-12T12:00"):
        number = tell(datetime(2026, 3, 12, 11, tzinfo=UTC))
    with at("2026-03-16T06:00"):
        assert skip(app, parse_period("2026-W11"))
        assert not skip(app, parse_period("2026-W11"))
        assert make_due(app) == ()
    assert told(app) == {"2026-W11": [number]}


def test_a_digest_that_was_stopped_is_noted_and_tried_again_later_not_at_once(app: App, tell: Tell) -> None:
    from digest import DigestError
    from store import health

    templates = Path(app.config.parent if app.config else ".") / "mallar"
    templates.mkdir()
    (templates / "digest.txt.j2").write_text("{{ nothing.such }}")
    monday = datetime(2026, 3, 16, 6, tzinfo=UTC)
    broken = App(app.config)
    assert broken.config
    broken.config.write_text(SETTINGS + 'templates = "mallar"\n', encoding="utf-8")
    with pytest.raises(DigestError, match="template"):
        make_due(broken, monday)
    assert make_due(broken, monday + timedelta(minutes=1)) == ()
    with app.store.transaction() as session:
        assert health.read(session, health.DIGEST_FAILURE) is not None
        assert outbox.made_digests(session) == frozenset()
    (templates / "digest.txt.j2").unlink()
    assert len(make_due(broken, monday + timedelta(minutes=20))) == 1
    broken.close()
    with app.store.transaction() as session:
        assert health.read(session, health.DIGEST_FAILURE) is None
