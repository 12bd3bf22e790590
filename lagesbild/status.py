"""Figures and health: every mail accounted for, and silence told from peace (promises 1 and 6)."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from lagesbild.agreement import agreement
from lagesbild.settings import Settings
from store import health, mails, outbox, reports

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.session import Store

# One odd mail in quarantine is everyday life; this many say that something is wrong with the reading itself.
FULL_QUARANTINE = 20


def figures(settings: Settings, store: "Store", now: datetime | None = None) -> dict[str, Any]:
    """Everything `status --json` prints, with `problems` as sentences and `ok`."""
    now = now or datetime.now(UTC)
    with store.transaction() as session:
        counted = _counts(session)
        months = agreement(session, ZoneInfo(settings.service.timezone))
        problems = [*_accounting(counted), *_polling(session, settings, now), *_failures(session), *_sending(counted)]
    figures = [{"month": m.month, "approved": m.approved, **dict(m.unchanged)} for m in months]
    return {**counted, "agreement": figures, "problems": problems, "ok": not problems}


def _counts(session: "Session") -> dict[str, Any]:
    sending = outbox.counts(session)
    poll, digest = health.read(session, health.LAST_POLL), outbox.last_digest(session)
    return {
        **asdict(mails.accounts(session)),
        **reports.counts(session),
        "outbox_waiting": sending.get("waiting", 0) + sending.get("sending", 0),
        "outbox_uncertain": sending.get("uncertain", 0),
        "outbox_parked": sending.get("parked", 0),
        "last_poll": poll[1].isoformat() if poll else None,
        "last_digest": digest.isoformat() if digest else None,
        "rules": reports.latest_rules(session),
    }


def _accounting(counted: dict[str, Any]) -> list[str]:
    parts = ("reported", "no_report", "duplicates", "quarantined", "too_large", "waiting")
    total = sum(counted[part] for part in parts)
    wrong = [f"{counted['received']} mails received, but {total} accounted for."] * (total != counted["received"])
    full = counted["quarantined"] >= FULL_QUARANTINE
    return wrong + [f"{counted['quarantined']} mails could not be read: see `lagesbild quarantine list`."] * full


def _polling(session: "Session", settings: Settings, now: datetime) -> list[str]:
    if not settings.mailbox.host:
        return []
    last = health.read(session, health.LAST_POLL)
    if last is not None and now - last[1] <= settings.service.alarm_after:
        return []
    since = f"since {last[1].astimezone():%Y-%m-%d %H:%M}" if last else "yet"
    return [f"The mailbox has not been read {since}."]


def _failures(session: "Session") -> list[str]:
    found = (health.read(session, name) for name in health.FAILURES)
    return [str(failure[0].get("error", "")) for failure in found if failure is not None]


def _sending(counted: dict[str, Any]) -> list[str]:
    told = (
        ("outbox_uncertain", "may or may not have been sent: see `lagesbild outbox`."),
        ("outbox_parked", "were refused by the mail server for good: see `lagesbild outbox`."),
    )
    return [f"{counted[name]} outgoing mails {words}" for name, words in told if counted[name]]
