"""A form seen for the first time: its labels, what they probably mean, and ready YAML for rules.yaml."""

import re
from dataclasses import dataclass

from ingest import forms, headers
from ingest.charset import one_line
from ingest.labels import MIN_FORM_LABELS, best_labels, meanings
from ingest.message import IngestError, Message

# Fewer letters before a number tell no form from another.
MIN_SUBJECT = 8

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
    found = tuple(one_line(label).strip(" :*") for label in best_labels(message.text, message.html))
    if len(found) < MIN_FORM_LABELS:
        msg = f"This mail shows {len(found)} labels; a form has at least {MIN_FORM_LABELS}. Take another mail."
        raise IngestError(msg)
    fields = meanings(found)
    if not fields:
        msg = "None of the labels says what it asks for. Write the layout by hand: see forms in rules.yaml."
        raise IngestError(msg)
    ordered = tuple((name, fields[name]) for name in forms.FORM_FIELDS if name in fields)
    subject = _without_number(subject)
    return Proposal(_slug(subject), subject, message.from_.address, found, ordered)


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
