"""A form that nobody has declared: which of its words are labels, and what they probably mean."""

import re
from collections.abc import Iterable, Iterator

from ingest import markup
from ingest.quotes import is_head_line

# Fewer labels than this stand in many a mail that a person wrote (name, telephone, number of the police report).
MIN_FORM_LABELS = 5
# A label is a question or a few words.
MAX_LABEL = 60
# A line of a form; what follows in a longer one is no label.
MAX_LINE = 1000
# Whether most lines are labels is told by the first ones, for a description may have any number.
JUDGED_LINES = 30
# A form is longer than a person's mail, but its labels stand on the first pages.
SEARCHED_LINES = 200
# Where nothing but the words tells a label, so many of them must be known.
MIN_KNOWN = 5

# Numbers, bullets and marks before a label.
PREFIX = re.compile(r"^(?:fråga\s*:\s*)?(?:\(?\d{1,2}[.)]\s*|[-•#*_]+\s*)*", re.IGNORECASE)
# What stands between a label and its value: a colon that is no clock's and no address's, a sign, or dots before it.
_LABEL = re.compile(
    rf"^(?P<label>[^\W\d_][^:=\n]{{1,{MAX_LABEL - 1}}}?)[*_]*\s*(?:\.{{2,}}\s*)?"
    r"(?::(?!//)(?!(?<=\d:)\d)|\s=(?=\s))[*_]*\s*(?P<value>.*)$"
)
# A sentence or a value: no label stands alone on a line like this.
_NO_LABEL = re.compile(r"[\d@,;!]|[.]$")

# What the labels of Swedish municipal forms say, in the order in which they are tried; a label feeds one field.
_MEANINGS = (
    ("police_reference", r"k-?nummer|polisens (?:diarie|ärende)|diarienummer.*polis"),
    ("police_report", r"polisanm"),
    ("reporter_email", r"e-?post|mejl|e-?mail|^från$"),
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


def texts_of(text: str, html: str) -> tuple[str, ...]:
    """Where labels may stand: in the plain text, else the HTML as text; and in the HTML with its labels marked."""
    return tuple(filter(None, (text or markup.to_text(html)[0], markup.labelled_text(html))))


def split_line(line: str) -> tuple[str, str] | None:
    """A line of the shape `Etikett: värde`, also with a tab or a sign of equality, as label and value; else None."""
    found = _LABEL.match(plain_line(line))
    return (found["label"].strip(), found["value"].strip()) if found else None


def plain_line(line: str) -> str:
    """A line without number, bullet and bold marks before it, tabs as colons, other space as single spaces, cut."""
    label, tab, value = line.strip()[:MAX_LINE].partition("\t")
    whole = f"{label.rstrip(' :=')}: {value}" if tab else label
    return PREFIX.sub("", " ".join(whole.split()), count=1)


def certain_labels(text: str, html: str) -> tuple[str, ...]:
    """The labels of what is certainly a form; empty for other mails."""
    return next((tuple(dict.fromkeys(found)) for found, sure in _shapes(text, html) if sure), ())


def best_labels(text: str, html: str) -> tuple[str, ...]:
    """The labels as the shape shows them whose words say most; possibly few or none."""
    found = (tuple(dict.fromkeys(found)) for found, _ in _shapes(text, html))
    return max(found, key=lambda labels: (len(meanings(labels)), len(labels)), default=())


def meanings(labels: Iterable[str]) -> dict[str, str]:
    """The fields that labels probably feed, each with its label."""
    free, found = list(dict.fromkeys(labels)), dict[str, str]()
    for name, pattern in _MEANINGS:
        label = next((label for label in free if re.search(pattern, label[:MAX_LABEL].casefold())), None)
        if label and name not in found:
            found[name] = label
            free.remove(label)
    return found


def _shapes(text: str, html: str) -> Iterator[tuple[list[str], bool]]:
    """The labels that each shape of a form would give, and whether the mail certainly has that shape."""
    cells = [label for label, value in markup.rows(html) if value and len(label) <= MAX_LABEL] if html else []
    yield cells, len(set(cells)) >= MIN_FORM_LABELS
    for words in texts_of(text, html):
        lines = [line for line in words.split("\n")[:SEARCHED_LINES] if line.strip()]
        marked = [pair[0] for line in lines if (pair := split_line(line))]
        # The head of a quoted mail is no form.
        own = len({label for label in marked if not is_head_line(label + ":")})
        yield marked, own >= MIN_FORM_LABELS and min(len(lines), JUDGED_LINES) <= 2 * own
        alone = [line.strip() for line in map(plain_line, lines) if _may_be_label(line)]
        yield alone, len(meanings(alone)) >= MIN_KNOWN


def _may_be_label(line: str) -> bool:
    alone = len(line) <= MAX_LABEL and line[:1].isupper() and not _NO_LABEL.search(line)
    return alone and bool(meanings((line,)))
