"""Short mails of plain text: the alert, the receipt, the warning to the operator. Words in, text out; no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Literal

from digest.entries import Entry, entry
from digest.labels import Labels
from digest.period import Period
from digest.render import fill
from problems.types import MeasureStatus
from store.records import StoredReport

TroubleName = Literal[
    "poll", "login", "quarantine", "rules", "review", "digest", "sending", "refused", "uncertain", "accounts"
]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One urgent report, masked; `received` in local time."""

    entry: Entry
    received: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that needs the operator; `detail` is the program's own sentence, which never holds personal data."""

    name: TroubleName
    detail: str


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose name notices are written: unit, contact line and the municipality's own templates."""

    owner: str = ""
    contact: str = ""
    templates: Path | None = None


def alarm(stored: StoredReport, zone: tzinfo) -> Alarm:
    """Stored report to alarm: masked, and quoted although nobody has reviewed it, which the alert says."""
    return Alarm(entry(stored, zone, quoted=True), stored.received_at.astimezone(zone))


def alert_text(alarms: Sequence[Alarm], labels: Labels, voice: Voice, *, places: bool = True) -> str:
    """The alert of one report or the summary of several; without `places` it holds nothing that anybody wrote."""
    values = {"alarms": alarms, "labels": labels, "owner": voice.owner, "places": places}
    return fill("alert.txt.j2", values, voice.templates)


def alert_subject(alarms: Sequence[Alarm]) -> str:
    """Numbers of ours only: no word of a mail stands in a header."""
    if len(alarms) > 1:
        return f"Larm: {len(alarms)} akuta rapporter"
    return f"Larm: akut rapport {alarms[0].entry.reference}" + ("" if alarms[0].entry.reviewed else ", ej granskad")


def operator_text(troubles: Sequence[Trouble], over: Sequence[str], voice: Voice) -> str:
    """What has gone wrong since the last warning, and what is over."""
    return fill("operator.txt.j2", {"troubles": troubles, "over": over}, voice.templates)


def operator_subject(troubles: Sequence[Trouble]) -> str:
    """Whether something must be done."""
    return "Lägesbild behöver åtgärd" if troubles else "Lägesbild fungerar igen"


def acknowledgement_text(reference: str, voice: Voice) -> str:
    """The receipt to a reporter."""
    values = {"reference": reference, "owner": voice.owner, "contact": voice.contact}
    return fill("acknowledgement.txt.j2", values, voice.templates)


@dataclass(frozen=True, slots=True)
class MeasureTold:
    """A decided measure, as reporters are told of it: nobody is named."""

    what: str
    status: MeasureStatus
    from_: date | None
    to: date | None


@dataclass(frozen=True, slots=True)
class LocalityTold:
    """What one locality's reporters are told: figures of the whole locality, never anybody's report.

    Attributes:
        reports: None where they are too few to be told without pointing somebody out; before: the period before.
        categories: labels with their numbers, most first; only those that are many enough.
    """

    name: str
    reports: int | None
    before: int | None
    categories: tuple[tuple[str, int], ...]
    measures: tuple[MeasureTold, ...]


def feedback_text(period: Period, localities: Sequence[LocalityTold], voice: Voice) -> str:
    """What reports led to, to one reporter."""
    values = {"period": period, "localities": localities, "owner": voice.owner, "contact": voice.contact}
    return fill("feedback.txt.j2", values, voice.templates)
