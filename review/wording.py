"""Plain Swedish for what the program found: why, when, who, and what a cell holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from classify.assessment import Assessment, Evidence, Occurred
from ingest.message import Attachment, Report
from ingest.notes import in_swedish
from review.model import Choices
from store.records import StoredReport

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
KINDS: Mapping[str, str] = {
    "locality": "Ort",
    "site": "Plats",
    "recurring": "Återkommer",
    "police_report": "Polisanmält",
    "occurred": "Tid",
    "not_report": "Ej rapport",
    "outside_scope": "Utanför",
    "upcoming": "Kommande",
    "also": "Även",
}
# Kinds of finding whose values have words of their own.
NAMED: Mapping[str, Mapping[str, str]] = {"police_report": POLICE, "not_report": NO_REPORT, "outside_scope": OUTSIDE}


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


def why(stored: StoredReport, choices: Choices) -> str:
    """The words that decided, and what stands out, in plain Swedish."""
    a = stored.effective
    also = [f"Även: {', '.join(map(choices.category, a.also))}"] if a.also else []
    lines = [*_by_words(stored.assessment.evidence, choices), *also, *_marks(stored, a)]
    return cut("\n".join(lines)) or "Inga ord i reglerna träffade."


def _by_words(evidence: Iterable[Evidence], choices: Choices) -> Iterable[str]:
    found: dict[str, list[str]] = {}
    against: list[str] = []
    for e in evidence:
        if e.note or e.weight <= 0:
            against.append(f"”{e.text}” ({e.note or 'talar emot'})")
        elif e.text:
            found.setdefault(finding_label(e.finding, choices), []).append(f"”{' '.join(e.text.split())}”")
    yield from (f"{label}: {', '.join(dict.fromkeys(words))}" for label, words in found.items())
    if against:
        yield f"Räknas inte: {', '.join(dict.fromkeys(against))}"


def finding_label(finding: str, choices: Choices) -> str:
    """`category:klotter` as `Klotter`, `urgency:akut` as `Akut`, `locality:Kinna` as `Ort Kinna`."""
    kind, _, value = finding.partition(":")
    if kind in {"category", "urgency"}:
        return choices.category(value) if kind == "category" else choices.urgency(value)
    shown = choices.category(value) if kind == "also" else NAMED.get(kind, {}).get(value, value)
    return f"{KINDS.get(kind, kind)} {shown}".strip()


def _marks(stored: StoredReport, a: Assessment) -> Iterable[str]:
    if a.recurring:
        yield f"Återkommer{f': ”{a.duration}”' if a.duration else ''}"
    if a.outside_scope:
        yield f"Utanför uppdraget: {OUTSIDE[a.outside_scope]}"
    if a.upcoming:
        yield "Gäller något som ska hända"
    if stored.report.notes:
        yield "Obs: " + " ".join(map(in_swedish, stored.report.notes))
