"""The gate: a finished mail is read as its recipient could, and stopped where it holds personal data (promise 5).

What is scanned is the very bytes that would go out: subject, text, HTML with its attributes, PDF, spreadsheet. A part
that cannot be read is stopped too, for nobody knows what is in it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from html.parser import HTMLParser
from io import BytesIO

from classify.assessment import PersonalSpan
from digest import DigestError

Finder = Callable[[str], tuple[PersonalSpan, ...]]
Words = tuple[str, str]

# Of our own making: anything else in the header means that somebody else has written there (threat 1).
HEADERS = frozenset({
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "content-language", "auto-submitted", "x-auto-response-suppress", "x-lagesbild", "list-id", "in-reply-to",
    "references",
})  # fmt: skip
PART_HEADERS = frozenset({
    "mime-version", "content-type", "content-transfer-encoding", "content-language", "content-disposition",
    "content-id",
})  # fmt: skip
# Attributes that say how something looks, not what it says.
LOOKS = frozenset({
    "style", "class", "width", "height", "align", "valign", "bgcolor", "border", "cellpadding", "cellspacing",
    "colspan", "rowspan",
})  # fmt: skip
# Attributes that make a mail program fetch something.
SOURCES = frozenset({"src", "srcset", "background", "poster", "data"})
# Tags within a line of text: a name half in bold is still a name.
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "time",
    "u", "wbr",
})  # fmt: skip
# All that looks like a hyphen; the en dash is left, for it says "to" between two numbers.
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212"), "-")
PICTURES = ("image/png", "image/jpeg")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# How staff call events and problems: no personal data, and the way to what must be masked.
REFERENCE = re.compile(r"\b(?:LB-\d{4}-\d{5,}|P-\d{4,})\b")
# Where a structure tree is deeper than this it is not one that our PDF writer made.
PDF_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data met in an outgoing mail: where it stands, never what it says.

    Attributes:
        part: which part of the mail, for example `html: alt`, `pdf: page 2`, `xlsx: Händelser!C7`.
        start, end: characters into the text of that part.
        near: the last event or problem named before it, by which staff find what to mask.
    """

    part: str
    kind: str
    start: int
    end: int
    near: str = ""

    def __str__(self) -> str:
        """For people: kind and place."""
        return f"{self.kind} in {self.part} at {self.start}–{self.end}" + (f", after {self.near}" if self.near else "")


class PersonalDataError(DigestError):
    """The mail is not sent: it holds personal data. The message says where, without repeating it."""

    exit_code = 3

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        places = "; ".join(map(str, findings[:10])) + (" …" if len(findings) > 10 else "")
        super().__init__(
            f"Personal data found, the mail is not sent: {places}. "
            "Correct or mask the report in the review file, import it and send again."
        )


class UnsafeMailError(DigestError):
    """The mail is not sent: its header or a part is none that this program makes."""

    exit_code = 3


def check(rfc822: bytes, find: Finder, allowed: Iterable[str] = ()) -> None:
    """Lets a finished mail pass or stops it.

    Args:
        rfc822: the bytes as they would go out.
        find: the finder of personal data.
        allowed: exact strings from the settings (function addresses, contact lines) that may stand in it.

    Raises:
        PersonalDataError: it holds personal data.
        UnsafeMailError: a header field, or a kind of part, that this program never writes.
    """
    check_headers(rfc822)
    message = message_from_bytes(rfc822, policy=default)
    exempt = tuple(_as_printed(line) for line in map(readable, allowed) if line.strip())
    search = lru_cache(maxsize=None)(find)  # a spreadsheet says the same thing in many cells
    found = tuple(f for part, text in words(message) for f in _findings(part, text, search, exempt))
    if found:
        raise PersonalDataError(found)


def _as_printed(line: str) -> re.Pattern[str]:
    """A line of the settings, letter for letter, wherever paper breaks it; a hyphen at the end of a line is lost."""
    signs = (["-?" if sign == "-" else re.escape(sign) for sign in word] for word in line.split())
    return re.compile(r"\s+".join(r"\n?".join(word) for word in signs))


def _findings(part: str, text: str, find: Finder, exempt: tuple[re.Pattern[str], ...]) -> Iterator[Finding]:
    plain = readable(text)
    holes = [match.span() for line in exempt for match in line.finditer(plain)]
    for span in find(plain):
        if not any(start <= span.start and span.end <= end for start, end in holes):
            named = REFERENCE.findall(plain, 0, span.start)
            yield Finding(part, span.kind, span.start, span.end, named[-1] if named else "")


def readable(text: str) -> str:
    """As a person reads it: compatibility forms made plain, characters without a face taken away."""
    plain = unicodedata.normalize("NFKC", text).translate(HYPHENS)
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in {"Cf", "Cc", "Cs"})


def check_headers(rfc822: bytes) -> None:
    """Every field of the header is one of ours, once. Read from the raw bytes, as a mail server does.

    Raises:
        UnsafeMailError: it is not so.
    """
    head = rfc822.split(b"\r\n\r\n", 1)[0]
    names = [line.split(b":")[0].decode("latin-1").lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    strange = sorted({name for name in names if name not in HEADERS or names.count(name) > 1})
    if strange or re.search(rb"[\r\n]", head.replace(b"\r\n", b"")):
        msg = f"The mail is not sent: {len(strange)} fields of its header do not belong there. Tell the developers."
        raise UnsafeMailError(msg)


def words(message: EmailMessage) -> Iterator[Words]:
    """Everything a recipient could read in a mail, as (where, text)."""
    yield "subject", str(message["Subject"] or "")
    pictures = frozenset(f"cid:{part['Content-ID'].strip('<>')}" for part in message.walk() if part["Content-ID"])
    for part in message.walk():
        if part is not message and {name.lower() for name in part} - PART_HEADERS:
            raise UnsafeMailError("The mail is not sent: a part has fields of its own that do not belong there.")
        yield "file name", part.get_filename() or ""
        if not part.is_multipart():
            yield from _part(part, pictures)


def _part(part: EmailMessage, pictures: frozenset[str]) -> Iterator[Words]:
    kind = part.get_content_type()
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        content = b""
    match kind:
        case "text/plain":
            yield "text", content.decode("utf-8")
        case "text/html":
            yield from html_words(content.decode("utf-8"), pictures)
        case "application/pdf":
            yield from pdf_words(content)
        case _ if kind == XLSX:
            yield from xlsx_words(content)
        case _ if kind not in PICTURES:
            msg = f"The mail is not sent: the gate cannot read a part of type {kind}."
            raise UnsafeMailError(msg)


def html_words(html: str, pictures: frozenset[str] = frozenset()) -> Iterator[Words]:
    """The text of a page, line by line as blocks make it, its comments, and every attribute that says something.

    Raises:
        UnsafeMailError: it shows something that does not come with the mail; `pictures` are its own, as `cid:…`.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if not reader.sources <= pictures:
        raise UnsafeMailError("The mail is not sent: it shows a picture that does not come with it.")
    yield "html", "".join(reader.text)
    yield from reader.attributes


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.attributes: list[Words] = []
        self.sources: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._border(tag)
        self.sources |= {value or "" for name, value in attrs if name in SOURCES}
        told = ((name, value or "") for name, value in attrs if name not in LOOKS | SOURCES)
        self.attributes += [(f"html: {name} of {tag}", value) for name, value in told]

    def handle_endtag(self, tag: str) -> None:
        self._border(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.attributes.append(("html: comment", data))

    def _border(self, tag: str) -> None:
        if tag not in INLINE:
            self.text.append("\n")


def pdf_words(content: bytes) -> Iterator[Words]:
    """A PDF's pages, its alternative texts and its particulars.

    Raises:
        UnsafeMailError: it cannot be read, or carries files.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.attachments:
            raise UnsafeMailError("The mail is not sent: its PDF carries a file.")
        yield from (
            (f"pdf: page {number}", _unbroken(page.extract_text())) for number, page in enumerate(reader.pages, 1)
        )
        yield from (("pdf: particulars", str(value)) for value in (reader.metadata or {}).values())
        yield from (
            ("pdf: alternative text", text) for text in _alternatives(reader.root_object.get("/StructTreeRoot"))
        )
    except (PyPdfError, KeyError, ValueError, TypeError) as error:
        msg = f"The mail is not sent: the gate cannot read its PDF ({type(error).__name__})."
        raise UnsafeMailError(msg) from error


def _unbroken(text: str) -> str:
    """Words that were parted at the end of a line put together; elsewhere a soft hyphen is how a hyphen was set."""
    return text.replace("\u00ad\n", "").replace("\u00ad", "-")


def _alternatives(root: object) -> Iterator[str]:
    """Alternative and actual texts of a tagged PDF (ISO 32000-1, 14.9.3 and 14.9.4), down the structure tree."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    level: list[object] = [root]
    for _ in range(PDF_DEPTH):
        nodes = [node.get_object() if isinstance(node, IndirectObject) else node for node in level]
        elements = [n for n in nodes if isinstance(n, DictionaryObject)]
        yield from (str(e[key]) for e in elements for key in ("/Alt", "/ActualText", "/T", "/E") if key in e)
        level = [child for n in nodes if isinstance(n, ArrayObject) for child in n]
        level += [e.raw_get("/K") for e in elements if "/K" in e]
    if level:
        msg = "The mail is not sent: the structure of its PDF is deeper than the gate reads."
        raise UnsafeMailError(msg)


def xlsx_words(content: bytes) -> Iterator[Words]:
    """Every cell, the sheets' names and the workbook's particulars.

    Raises:
        UnsafeMailError: it cannot be read.
    """
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(content), read_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        msg = f"The mail is not sent: the gate cannot read its spreadsheet ({type(error).__name__})."
        raise UnsafeMailError(msg) from error
    particulars = book.properties
    for name in ("creator", "title", "subject", "description", "keywords", "lastModifiedBy", "category"):
        yield "xlsx: particulars", str(getattr(particulars, name) or "")
    for sheet in book.worksheets:
        yield "xlsx: sheet name", sheet.title
        for row in sheet.iter_rows():
            told = REFERENCE.findall(str(row[0].value)) if row else []
            for cell in row:
                if isinstance(cell.value, str):
                    yield ", ".join((f"xlsx: {sheet.title}!{cell.coordinate}", *told)), cell.value
