"""HTML to plain text and to table rows; hidden text is left out, nothing is fetched."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from lxml import etree
from lxml.html import HtmlElement as Element
from lxml.html import HTMLParser as LxmlParser
from lxml.html import document_fromstring

from ingest.charset import clean

# What is kept of one HTML body: a mail of this length in characters is a newsletter or an attack.
MAX_HTML = 1_000_000
# html.parser in Python 3.11 grows with the square on broken comments and declarations.
MAX_FALLBACK = 200_000

_BLOCKS = ("dt", "dd", "section", "form", "fieldset", "legend", "center")
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"] | {tag: HtmlElement(display=Display.block) for tag in _BLOCKS})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:font-size|opacity)\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*1px|color\s*:\s*transparent|(?:text-indent|left|top)\s*:\s*-\d{3}",
    re.IGNORECASE,
)
_NO_ROOM = re.compile(r"(?:height|width)\s*:\s*0(?![.\d])", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_STYLE_SHEET = re.compile(r"<style\b[^<>]*>([^<]*)", re.IGNORECASE)
# Classes that a style sheet hides everywhere; what a @media block hides is seen elsewhere.
_MEDIA = re.compile(r"@media[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"\.([\w-]{1,60})\s*\{[^{}]*display\s*:\s*none", re.IGNORECASE)
MAX_STYLE = 100_000
_XML_DECLARATION = re.compile(r"<\?xml[^<>]{0,500}>", re.IGNORECASE)
# A tag that the end of the text cuts off is one too.
_TAG = re.compile(r"<[^<>]*(?:>|\Z)")
# html.parser looks for the end of each of these to the end of the text.
_OPEN_TAG = re.compile(r"<[a-zA-Z][^<>]*(?=<|\Z)")
# A blockquote alone may be a mere indentation; these are how mail programs mark what they quote.
_QUOTE = "blockquote[@type='cite' or contains(@class, 'gmail_quote')]"
_META_CHARSET = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_ROW = re.compile("<(?:tr|dt)\\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,2}[.)]?")
# A second label in a row: words that begin with a capital letter and hold no number, comma or address.
_LABEL_CELL = re.compile(r"[^\W\d_a-zåäö][^\d,@\n]{1,59}")
MAX_LABEL = 60
# With fewer there is no form to be found.
MIN_EMPHASES = 5
_EMPHASIS = re.compile(
    r"<(?:b|strong|label|legend|th|dt|h[1-6])\b|class=[\"'][^\"']{0,80}(?:label|question|fraga)", re.IGNORECASE
)
_LABELS = (
    "//b|//strong|//label|//legend|//th|//dt|//h1|//h2|//h3|//h4|//h5|//h6"
    "|//*[contains(@class, 'label') or contains(@class, 'question') or contains(@class, 'fraga')]"
)
_SKIPPED = ("script", "style", "title", "head", "noscript", "template", "object", "svg")
_LINE_TAGS = ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "hr")
_VOID = ("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "wbr", "source")


def meta_charset(html: bytes) -> str:
    """The charset that an HTML text declares for itself, or an empty string."""
    found = _META_CHARSET.search(html[:4000])
    return found[1].decode("ascii", "replace") if found else ""


def to_text(html: str) -> tuple[str, bool]:
    """HTML to text, and whether all of its visible text came along.

    inscriptis gives the best layout but loses what is nested beyond libxml2's depth; a plain parser steps in then.
    """
    html = _XML_DECLARATION.sub("", html[:MAX_HTML])
    text = tidy(_layout(html))
    expected = _letters(_TAG.sub(" ", html[:MAX_FALLBACK]))
    if _letters(text) * 2 >= expected:
        return text, True
    plain = tidy(_fallback(html[:MAX_FALLBACK]))
    return (text, True) if _letters(plain) <= 1.1 * _letters(text) else (plain, len(html) <= MAX_FALLBACK)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _layout(html: str) -> str:
    tree = _tree(html)
    return "" if tree is None else _rendered(tree)


def _rendered(tree: Element) -> str:
    try:
        return str(Inscriptis(tree, _CONFIG).get_text())
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError):
        return ""


def _tree(html: str) -> Element | None:
    if not html.strip():
        return None
    try:
        tree = document_fromstring(html, parser=LxmlParser(remove_comments=True, remove_pis=True, no_network=True))
    except (etree.LxmlError, ValueError):
        return None
    classes = _hidden_classes(html)
    for element in [e for e in tree.iter() if _is_hidden(e, classes)]:
        _drop(element)
    for cell in tree.iter("td", "th"):
        cell.set("valign", "top")
    for quote in tree.xpath(f"//{_QUOTE}[not(ancestor::{_QUOTE})]"):
        _mark_quote(quote)
    return tree


def _mark_quote(quote: Element) -> None:
    """Quotes by their markup get the marks that plain text has, so that answers between them are told apart."""
    lines = tidy(_rendered(quote)).split("\n")
    quote.clear(keep_tail=True)
    etree.SubElement(quote, "pre").text = "\n".join(f"> {line}" for line in lines)


def _hidden_classes(html: str) -> frozenset[str]:
    sheets = "\n".join(_STYLE_SHEET.findall(html[:MAX_STYLE]))
    return frozenset(_HIDDEN_CLASS.findall(_MEDIA.sub("", sheets)))


def _is_hidden(element: Element, classes: frozenset[str]) -> bool:
    if element.tag in _SKIPPED or element.get("hidden") is not None or _styled_away(element.get("style") or ""):
        return True
    return bool(classes) and not classes.isdisjoint((element.get("class") or "").split())


def _styled_away(style: str) -> bool:
    style = style[:1000]
    return bool(_HIDDEN_STYLE.search(style) or (_NO_ROOM.search(style) and _CLIPPED.search(style)))


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def rows(html: str) -> tuple[tuple[str, str], ...]:
    """Label and value of every table row (or definition list entry) that holds no such rows of its own."""
    tree = _tree(_XML_DECLARATION.sub("", html[:MAX_HTML])) if _ROW.search(html) else None
    return () if tree is None else tuple(_table_rows(tree))


def _table_rows(tree: Element) -> Iterator[tuple[str, str]]:
    for element in tree.iter("tr", "dt"):
        cells = [element, *_definition(element)] if element.tag == "dt" else list(element.iterchildren("td", "th"))
        if len(cells) >= 2 and not any(_holds_pairs(cell) for cell in cells):
            yield from _paired([tidy(clean(_cell(cell))).strip() for cell in cells])


def _holds_pairs(cell: Element) -> bool:
    return any(len(list(row.iterchildren("td", "th"))) >= 2 for row in cell.iter("tr"))


def _paired(cells: list[str]) -> Iterator[tuple[str, str]]:
    """Label and value of a row, whose number is passed over; two of each where the form has two columns."""
    texts = cells[1:] if len(cells) > 2 and _NUMBER.fullmatch(cells[0]) else cells
    columns = (texts[:2], texts[2:]) if len(texts) == 4 and _LABEL_CELL.fullmatch(texts[2]) else (texts,)
    for label, *values in columns:
        yield label, "\n".join(filter(None, values))


def labelled_text(html: str) -> str:
    """HTML as text with a colon after headings, bold words and what calls itself a label; empty where few do."""
    tree = _tree(_XML_DECLARATION.sub("", html[:MAX_HTML])) if len(_EMPHASIS.findall(html)) >= MIN_EMPHASES else None
    if tree is None:
        return ""
    for element in reversed(tree.xpath(_LABELS)):  # the inner ones first: one colon is enough
        _end_with_colon(element)
    return tidy(_rendered(tree))


def _end_with_colon(element: Element) -> None:
    words = element.xpath("(.//text())[normalize-space()][last()]")
    whole = element.text_content().strip()
    before = element.xpath("normalize-space(preceding-sibling::node()[1])")
    if not words or len(whole) > MAX_LABEL or whole.endswith(":") or before.endswith(":"):
        return
    last, parent = str(words[0]).rstrip() + ": ", words[0].getparent()
    if words[0].is_tail:
        parent.tail = last
    else:
        parent.text = last


def _definition(term: Element) -> Iterator[Element]:
    following = term.getnext()
    while following is not None and following.tag == "dd":
        yield following
        following = following.getnext()


def _cell(cell: Element) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in _LINE_TAGS and (event == "end" or element.tag != "br"):
            pieces.append("\n")
        pieces.append(_flat(element.text) if event == "start" else "")
        pieces.append(_flat(element.tail) if event == "end" and element is not cell else "")
    return "".join(pieces)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def tidy(text: str) -> str:
    """Trailing and doubled spaces removed, at most one blank line in a row."""
    return few_blank_lines("\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")))


def few_blank_lines(text: str) -> str:
    """No space at line ends, at most one blank line in a row: thousands of them make patterns slow (measured)."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


class _Plain(HTMLParser):
    """Visible text and nothing else; survives any depth, for it keeps a count instead of a stack."""

    def __init__(self, classes: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.classes = classes
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        unseen = _styled_away(named.get("style") or "") or not self.classes.isdisjoint(
            (named.get("class") or "").split()
        )
        if self.hidden or tag in _SKIPPED or unseen:
            self.hidden += tag not in _VOID
        elif tag in _LINE_TAGS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= tag not in _VOID
        elif tag in _LINE_TAGS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(_flat(data))


def _fallback(html: str) -> str:
    parser = _Plain(_hidden_classes(html))
    try:
        parser.feed(_OPEN_TAG.sub("", html))
        parser.close()
    except (AssertionError, ValueError):
        pass
    return "".join(parser.pieces)
