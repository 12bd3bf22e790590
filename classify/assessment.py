"""What passes out of the classify room: one Assessment a report, each finding with its evidence."""

from dataclasses import dataclass
from typing import Literal

from ingest.message import NoReportKind

Urgency = Literal["akut", "hog", "normal", "lag"]
URGENCIES: tuple[Urgency, ...] = ("akut", "hog", "normal", "lag")
Precision = Literal["point", "street", "area", "locality", "unknown"]
PoliceReport = Literal["yes", "no", "unknown"]
OutsideScope = Literal["dwelling", "individual"]
Field = Literal["subject", "text", "form", "sender", "photo"]
PersonalKind = Literal["personnummer", "telefon", "e-post", "regnr", "adress", "namn", "ärendenummer", "känslig"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for one finding: which rule, which words, where, and how much it weighed.

    Attributes:
        finding: what it speaks for, for example `category:klotter`, `urgency:akut`, `locality:Kinna`, `recurring`.
        rule: name of the rule or term in rules.yaml or places.yaml, as staff would look it up.
        weight: positive speaks for, negative against; 0 is shown but not counted (negated, hypothetical).
        start_char, end_char: into the report's text or subject, as `field` says; 0, 0 where it has no position.
        text: the words themselves.
        note: why it does not count, in Swedish (for example `nekat`, `hypotetiskt`), or empty.
    """

    finding: str
    rule: str
    weight: float
    start_char: int = 0
    end_char: int = 0
    text: str = ""
    field: Field = "text"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Characters that identify a private person, into the report's text (or subject, as `field` says)."""

    start: int
    end: int
    text: str
    kind: PersonalKind
    field: Field = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened. WGS 84 degrees; `outside` marks a place in another municipality.

    `centre` says that the coordinates are the middle of the locality or area, for want of the place's own.
    """

    locality: str | None = None
    site: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision = "unknown"
    area: str | None = None
    outside: str | None = None
    fallback: bool = False
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Occurred:
    """When it happened, local time: `YYYY-MM-DD` or `YYYY-MM-DDTHH` (hour rounded down).

    Attributes:
        value: as above.
        precision: `hour`, `part_of_day` or `day`.
        weekday: 0 is Monday.
        hour: 0–23 where known.
    """

    value: str
    precision: Literal["hour", "part_of_day", "day"]
    weekday: int
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure each finding is, 0.0–1.0, calibrated: among results ≥ 0.9 at least 97 % are right."""

    category: float = 0.0
    urgency: float = 0.0
    locality: float = 0.0
    site: float = 0.0
    occurred: float = 0.0
    police_report: float = 0.0
    recurring: float = 0.0
    not_report: float = 0.0

    @property
    def lowest(self) -> float:
        """What review sorts by: the least sure of category, urgency and locality."""
        return min(self.category, self.urgency, self.locality)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the rules find in one report.

    Attributes:
        category: id of the main category in rules.yaml; also: other categories truly stated, in rules order.
        not_report: set where the words show that it is no report; the other findings are then placeholders.
        outside_scope: `dwelling` or `individual` where it must be referred and never enter the digest.
        recurring: the text itself says it returns or has lasted; duration: those words (`sedan september`).
        personal: spans into text and subject; masked_text, masked_subject: the same with `[namn]`, `[telefon]`, ….
        upcoming: the report announces something to come (event, rumour).
        rules: version of rules and places used (hash).
    """

    category: str
    urgency: Urgency
    place: Place
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    personal: tuple[PersonalSpan, ...]
    masked_text: str
    masked_subject: str
    rules: str
    also: tuple[str, ...] = ()
    subcategory: str | None = None
    occurred: Occurred | None = None
    recurring: bool = False
    duration: str = ""
    police_report: PoliceReport = "unknown"
    police_reference: str | None = None
    not_report: NoReportKind | None = None
    outside_scope: OutsideScope | None = None
    upcoming: bool = False
