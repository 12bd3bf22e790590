"""Form layouts, declared in rules.yaml: how to recognise a form's mail, and which label feeds which field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest import markup
from ingest.labels import certain_labels, plain_line, split_line, texts_of
from ingest.message import IngestError
from ingest.quotes import is_head_line

# A form may ask several people the same; one label more often than this is an attack.
MAX_REPEATS = 20

Pairs = tuple[tuple[str, str], ...]

# What may follow a label on its line: a question mark, a star for a question that must be answered, dots, then a colon
# or a sign of equality, a space after the question mark, or nothing.
_AFTER_LABEL = re.compile(r"(\s?\?|)[*_]*(?:\s\*)?(?:\s?\.{2,})?(?:\s?[:=][*_]*\s?|(?<=\?)\s|$)")
_ANSWER = re.compile(r"^svar\s*:\s*", re.IGNORECASE)
_UNDERLINE = re.compile(r"[-=_~*]{3,}")
# Marks a value that a blank line has closed.
_ENDED = "\0"
# What systems add below a form.
_FOOTER = re.compile(
    r"\n+(?:(?<=\n\n)(?:-{2,}|_{3,})(?:\n[^\n]*){1,10}|[^\W\d_][^:\n]{1,40}:"
    r"|(?:(?:detta (?:är ett automatiskt|meddelande|mejl|mail|e-post)|svara inte på)\b"
    r"|(?:öppna|visa|gå till) ärendet)[^\n]*)\Z",
    re.IGNORECASE,
)

# The fields a layout may feed; labels that feed none are kept under their own text.
FORM_FIELDS = (
    "reference",
    "submitted",
    "role",
    "organisation",
    "reporter_name",
    "reporter_phone",
    "reporter_email",
    "type",
    "occurred",
    "site",
    "locality",
    "coordinates",
    "description",
    "police_report",
    "police_reference",
)


@dataclass(frozen=True, slots=True)
class FormLayout:
    """One declared layout.

    Attributes:
        name: as in rules.yaml.
        subjects: the subject holds one of these (empty: any subject).
        senders: the sender's address is or ends with one of these (empty: any sender).
        labels: all of these labels stand in the body.
        fields: (field of FORM_FIELDS, labels that feed it).
    """

    name: str
    subjects: tuple[str, ...]
    senders: tuple[str, ...]
    labels: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class FormReading:
    """What one form said: values of known fields, and of labels that no field maps under their own text."""

    layout: str
    fields: tuple[tuple[str, str], ...]

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Labels that the layout maps to no field."""
        return tuple(name for name, _ in self.fields if name not in FORM_FIELDS)

    def field(self, name: str) -> str:
        """The value of one field, or an empty string."""
        return next((value for key, value in self.fields if key == name), "")


def read_form(layouts: Iterable[FormLayout], subject: str, sender: str, text: str, html: str) -> FormReading | None:
    """Reads a mail by the one layout that fits it; None where none does.

    Args:
        layouts: as declared.
        subject: the subject without prefixes, or as it came.
        sender: the sender's addr-spec.
        text: the plain text body, possibly empty.
        html: the HTML body, possibly empty; its tables are read where it has any that fit.

    Raises:
        IngestError: two layouts fit; the message names both.
    """
    found = fitting(layouts, subject, sender, text, html)
    if len(found) > 1:
        names = " and ".join(reading.layout for reading in found)
        msg = f"The mail fits more than one form layout: {names}. Make one of them stricter under forms in rules.yaml."
        raise IngestError(msg)
    return found[0] if found else None


def fitting(layouts: Iterable[FormLayout], subject: str, sender: str, text: str, html: str) -> tuple[FormReading, ...]:
    """The mail as every layout that fits it would read it; arguments as for `read_form`."""
    candidates = [layout for layout in layouts if _may_fit(layout, subject, sender)]
    if not candidates:
        return ()
    table = markup.rows(html) if html else ()
    texts = texts_of(text, html)
    return tuple(_reading(layout, pairs) for layout in candidates if (pairs := _pairs(layout, table, texts)))


def _may_fit(layout: FormLayout, subject: str, sender: str) -> bool:
    by_subject = not layout.subjects or any(s.casefold() in subject.casefold() for s in layout.subjects)
    return by_subject and (not layout.senders or sender.endswith(tuple(s.lower() for s in layout.senders)))


def _pairs(layout: FormLayout, table: Pairs, texts: Iterable[str]) -> Pairs:
    """The label-value pairs of the shape with most known labels, where all that the layout asks for are there."""
    wanted, known = {_plain(label) for label in layout.labels}, _known(layout).keys()
    shapes = [table, *(text_pairs(layout, text) for text in texts)]
    found = [(pairs, {_plain(label) for label, _ in pairs}) for pairs in shapes]
    fit = [(pairs, len(labels & known)) for pairs, labels in found if wanted <= labels and labels & known]
    return max(fit, key=lambda pair: pair[1])[0] if fit else ()


def _plain(label: str) -> str:
    """A label as it is compared: neither case nor bold marks, colon or question mark count."""
    return " ".join(label.split()).strip(" :*?").casefold()


def _known(layout: FormLayout) -> dict[str, str]:
    return {_plain(label): field for field, labels in layout.fields for label in labels}


def text_pairs(layout: FormLayout, text: str) -> Pairs:
    """Label and value of a plain text form: `Etikett: värde`, or the label on one line and the value below.

    The description runs on over blank lines until the next declared label; other values end at a blank line.
    """
    known = _known(layout)
    labels = sorted({*known, *map(_plain, layout.labels)}, key=len, reverse=True)
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        pair = _declared(line, labels) or _undeclared(line, found, known)
        if pair and not _is_told(pair[0], found, known):
            found.append((pair[0], [pair[1]] if pair[1] else []))
        elif found and _goes_on(line, found[-1], known):
            found[-1][1].append(_ANSWER.sub("", line.strip()))
    return tuple((label, "\n".join(line for line in lines if line != _ENDED).strip("\n")) for label, lines in found)


def _is_told(label: str, found: list[tuple[str, list[str]]], known: dict[str, str]) -> bool:
    """Whether a label stands in the description for the second time: there it is the reporter's own word."""
    in_description = bool(found) and known.get(_plain(found[-1][0])) == "description"
    return in_description and any(_plain(label) == _plain(other) for other, _ in found)


def _declared(line: str, labels: Iterable[str]) -> tuple[str, str] | None:
    whole = plain_line(line)
    folded = whole.casefold()
    label = next((label for label in labels if folded.startswith(label)), None)
    found = _AFTER_LABEL.match(whole[len(label) :]) if label else None
    if not label or not found:
        return None
    return whole[: len(label)] + found[1], whole[len(label) + found.end() :].strip()


def _undeclared(line: str, found: list[tuple[str, list[str]]], known: dict[str, str]) -> tuple[str, str] | None:
    """A label that nobody declared; in the description it is the reporter's own word, on top the head of a forward."""
    head = is_head_line(line) if not found else known.get(_plain(found[-1][0])) == "description"
    if head or _ANSWER.match(line):
        return None
    return split_line(line)


def _goes_on(line: str, current: tuple[str, list[str]], known: dict[str, str]) -> bool:
    label, lines = current
    if not lines and (not line.strip() or _UNDERLINE.fullmatch(line.strip())):
        return False
    if known.get(_plain(label)) == "description":
        return True
    if not line.strip():
        lines.append(_ENDED)
    return bool(line.strip()) and _ENDED not in lines


def _reading(layout: FormLayout, pairs: Pairs) -> FormReading:
    known = _known(layout)
    fields: dict[str, str] = {}
    for label, written in pairs:
        own, value = " ".join(label.split()).strip(" :*"), written.strip()
        name = known.get(_plain(label), own)
        if value and fields.get(name, value) not in ("", value):
            name = _again(own, fields)
        if name and (value or name not in fields):
            fields[name] = value
    if "description" in fields:
        fields["description"] = _FOOTER.sub("", fields["description"]).strip()
    return FormReading(layout.name, tuple(fields.items()))


def _again(label: str, fields: dict[str, str]) -> str:
    """A name for what a label says that has spoken before: `Namn (2)`."""
    return next((name for n in range(2, MAX_REPEATS + 1) if (name := f"{label} ({n})") not in fields), "")


def looks_like_form(text: str, html: str) -> bool:
    """Whether a mail has the shape of a form."""
    return bool(certain_labels(text, html))
