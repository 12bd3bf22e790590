"""Plain Swedish for what the program found: when, who, and what a cell holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from classify.assessment import Occurred
from ingest.message import Attachment, Report

# Below this confidence a finding is marked as unsure; `Confidence` is calibrated.
UNSURE = 0.6
# Longer texts are cut in the sheet: the whole mail is in the store, and Excel takes 32,767 characters.
MAX_SHOWN = 6000
URGENCY_SIGNS: Mapping[str, str] = {"akut": "▲ ", "hog": "△ ", "normal": "○ ", "lag": "▽ "}
POLICE: Mapping[str, str] = {"yes": "Ja", "no": "Nej", "unknown": "Okänt"}
NO_REPORT: Mapping[str, str] = {
    "auto_reply": "Automatiskt svar",
    "bounce": "Mejl som inte kunde levereras",
    "spam": "Reklam eller skräppost",
    "question": "Fråga, ingen händelse",
    "thanks": "Tack eller hälsning",
    "own_mail": "Vårt eget utskick",
}
OUTSIDE: Mapping[str, str] = {"dwelling": "inne i en bostad: hänvisa", "individual": "gäller en enskild: hänvisa"}


def occurred_text(occurred: Occurred | None) -> str:
    """`2026-11-21`, `2026-11-21 kl 22`, or nothing."""
    if occurred is None:
        return ""
    day, _, hour = occurred.value.partition("T")
    return f"{day} kl {hour}" if hour else day


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """`2026-11-21 22:05`, local."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def local_day(at: datetime) -> str:
    """`2026-11-21`."""
    return at.strftime("%Y-%m-%d")


def cut(text: str) -> str:
    """A text short enough to be read in a cell."""
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + " … (texten fortsätter i mejlet)"


def body(report: Report) -> str:
    """What the reporter wrote, with the subject above."""
    return cut(f"{report.subject}\n{report.text}".strip() if report.subject else report.text)


def reporter(report: Report) -> str:
    """Who reports, for whom, and through whom."""
    who = ", ".join(filter(None, (report.reporter.name, report.organisation, report.reporter.address)))
    through = report.forwarded_by
    return f"{who} (via {through.name or through.address})" if through else who


def attachments(found: Iterable[Attachment]) -> str:
    """What came with the report: photos as such, everything with its name. Nothing here can be opened."""
    return "\n".join(_attachment(one) for one in found)


def _attachment(one: Attachment) -> str:
    if one.content_type.startswith("image/"):
        return f"Foto: {one.name}" if one.name else "Foto"
    return one.name or one.content_type
