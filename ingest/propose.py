"""A form seen for the first time: its labels, what they probably mean, and ready YAML for rules.yaml."""

import re
from dataclasses import dataclass

from ingest import forms, headers, markup
from ingest.charset import one_line
from ingest.forms import Pairs
from ingest.message import IngestError, Message

# Fewer letters before a number tell no form from another.
MIN_SUBJECT = 8

# What the labels of Swedish municipal forms say, in the order in which they are tried; a label feeds one field.
_GUESSES = (
    ("police_reference", r"k-?nummer|polisens (?:diarie|ärende)|diarienummer.*polis"),
    ("police_report", r"polisanm"),
    ("reporter_email", r"e-?post|mejl|e-?mail"),
    ("reporter_phone", r"telefon|mobil|tel(?:nr|\b)"),
    ("coordinates", r"koordinat|latitud|longitud|kartposition|\bposition"),
    ("reference", r"ärendenummer|ärende-?id|referens|diarienummer"),
    ("submitted", r"inskicka|inskickat|inkom|skapad|registrera|mottage"),
    ("role", r"\broll\b|anmäler (?:du )?som|jag är"),
    ("organisation", r"företag|byalag|förening|organisation|verksamhet|butik"),
    ("reporter_name", r"kontaktperson|\bnamn\b|anmälare"),
    ("description", r"beskriv|berätta|fritext|meddelande|vad såg"),
    ("occurred", r"^när\b|tidpunkt|datum|klockslag"),
    ("locality", r"^ort\b|tätort|samhälle|kommundel"),
    ("site", r"^var\b|plats"),
    ("type", r"^vad\b|\btyp\b|kategori|händelse"),
    ("site", r"adress|gata"),
)
# Labels that tell one form from another, best first.
_TELLING = ("description", "type", "site", "reference")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form's mail shows: how to recognise it, its labels, and the field that each probably feeds."""

    name: str
    subject: str
    sender: str
    labels: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Labels that no field was found for; their values are kept under the label."""
        taken = {label for _, label in self.fields}
        return tuple(label for label in self.labels if label not in taken)


def propose(message: Message) -> Proposal:
    """Guesses the layout of one form mail.

    Raises:
        IngestError: the mail shows too few labels to be a form.
    """
    subject, _, _ = headers.bare_subject(message.subject)
    labels = tuple(dict.fromkeys(one_line(label).strip(" :*") for label, _ in _pairs(message)))
    if len(labels) < forms.MIN_FORM_LABELS:
        msg = f"This mail shows {len(labels)} labels; a form has at least {forms.MIN_FORM_LABELS}. Take another mail."
        raise IngestError(msg)
    subject = _without_number(subject)
    return Proposal(_slug(subject), subject, message.from_.address, labels, _guesses(labels))


def _pairs(message: Message) -> Pairs:
    table = tuple((label, value) for label, value in markup.rows(message.html) if label) if message.html else ()
    if len(table) >= forms.MIN_FORM_LABELS:
        return table
    text = message.text or markup.to_text(message.html)[0]
    by_colon = tuple((found[1], found[2]) for line in text.split("\n") if (found := forms.label_of(line)))
    return by_colon if len(by_colon) >= forms.MIN_FORM_LABELS else _above(text)


def _above(text: str) -> Pairs:
    """Labels that stand on a line of their own above their value."""
    blocks = (block.split("\n", 1) for block in text.split("\n\n"))
    return tuple((b[0], b[1]) for b in blocks if len(b) == 2 and len(b[0]) <= forms.MAX_LABEL)


def _guesses(labels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name, pattern in _GUESSES:
        free = (label for label in labels if label not in found.values())
        label = next((label for label in free if re.search(pattern, label[:200].casefold())), None)
        if label:
            found.setdefault(name, label)
    return tuple((name, found[name]) for name in forms.FORM_FIELDS if name in found)


def _without_number(subject: str) -> str:
    """The part of a subject that every mail of the form shares: what stands before a case number or a date."""
    start = re.split(r"[\s,:#(-]*\d", subject, maxsplit=1)[0].strip()
    return start if len(start) >= MIN_SUBJECT else subject


def _slug(subject: str) -> str:
    words = re.findall(r"\w+", subject.casefold())
    return "-".join(words[:4]) or "formulär"


def as_yaml(proposal: Proposal) -> str:
    """The proposal as an entry for `forms:` in rules.yaml, with a comment for every label that feeds nothing."""
    fields = dict(proposal.fields)
    telling = [fields[name] for name in _TELLING if name in fields] or list(proposal.labels[:2])
    lines = [
        f"  - name: {_quoted(proposal.name)}",
        f"    subjects: [{_quoted(proposal.subject)}]" if proposal.subject else "    subjects: []",
        f"    senders: [{_quoted(proposal.sender)}]" if proposal.sender else "    senders: []",
        f"    labels: [{', '.join(map(_quoted, telling[:2]))}]",
        "    fields:",
        *(f"      {name}: [{_quoted(label)}]" for name, label in proposal.fields),
        *(f"      # utan fält, sparas under sin etikett: {_quoted(label)}" for label in proposal.unmapped),
    ]
    return "\n".join(("forms:", *lines)) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
