"""Our own walk over the parse tree of one mail: bodies, files, attached mails, delivery reports. Knows no policy."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message as Tree
from email.parser import BytesParser
from email.policy import compat32

from ingest.charset import decode, decode_words, from_base64, one_line, raw_header

# RFC 2046 sets no limits. Real mail stays below ten levels and some dozens of parts; Dovecot stops at 100 and 10,000.
MAX_DEPTH = 50
MAX_PARTS = 1000
# One text part: far more than a person writes, little enough to decode and search in well under a second.
MAX_TEXT_OCTETS = 2_000_000
# One header field: Postfix stops at 100 kB, a real one seldom passes 4 kB, parsing grows with the square.
MAX_FIELD = 8_000

# HTML shows itself in its first lines.
MAX_SNIFFED = 2000
# Each one is parsed once more.
MAX_REASSEMBLED = 3
# A transfer encoding is one word.
MAX_TOKEN = 100
# More header than any honest mail has.
HEADER_OCTETS = 262_144
HEADER_END = re.compile(rb"\r?\n\r?\n")
_MBOX_QUOTE = re.compile(rb"\A>(?=From )")
_SPACED_NAME = re.compile(
    rb"^((?:subject|from|to|cc|date|message-id|in-reply-to|references|mime-version|content-[a-z-]{2,30}))[ \t]+:",
    re.MULTILINE | re.IGNORECASE,
)
# Fields that no text begins a line with: before the last of them everything is header.
_SURE_FIELD = re.compile(
    rb"^(?:content-type|content-transfer-encoding|mime-version|message-id)[ \t]*:", re.MULTILINE | re.IGNORECASE
)
_NO_FIELD = re.compile(rb"(\n)(?![!-9;-~]{1,998}:|[ \t]|\Z)")

_METADATA = ("content-type", "content-disposition", "content-transfer-encoding")
_NO_BODY = ("text/calendar", "application/ics", "text/vcard", "text/x-vcard", "text/directory")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_STATUS = ("message/delivery-status", "message/disposition-notification", "message/global-delivery-status")
_ATTACHED_MAIL = ("message/rfc822", "message/global")
# The same words once more for a watch or a web mail; RFC 2046 section 5.1.4 lets readers choose.
_OTHER_VERSIONS = ("text/x-amp-html", "text/watch-html")
_LIKE_HTML = ("text/html", "text/enriched", "text/richtext")
# HTML that calls itself plain text: it begins with a tag, and closes one.
_HTML = re.compile(
    rb"\s*<(?:!doctype html|(?:html|head|body|table|div|p|b|span|meta|style|font|center|h[1-6]|strong)\b[^<>]*>.*</)",
    re.IGNORECASE | re.DOTALL,
)
# RFC 2046 section 5.1.1: the characters of a boundary; a part's header follows it.
_BOUNDARY = re.compile(rb"^--([\w'()+,./:=?-]{1,70})[ \t]*\r?\n(?=[A-Za-z-]{1,40}:)", re.MULTILINE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]*")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf: declared type and charset, decoded name, octets after transfer decoding.

    `flowed` and `delsp` are the parameters of RFC 3676 that say how lines were wrapped.
    """

    content_type: str
    charset: str
    disposition: str
    name: str
    content: bytes
    flowed: bool = False
    delsp: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of the body: plain texts, HTML texts, or both where the sender gave alternatives."""

    texts: tuple[Part, ...] = ()
    htmls: tuple[Part, ...] = ()


@dataclass(slots=True)
class Contents:
    """What the walk found, in the order of the mail; `calendar` is the METHOD of an invitation (RFC 5546)."""

    blocks: list[Block] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    inner: list[Tree] = field(default_factory=list)
    status: list[Tree] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    calendar: str = ""
    encrypted: bool = False
    parts: int = 0


def tree_of(rfc822: bytes) -> tuple[Tree, bool]:
    """Bytes to the compat32 tree, and whether its structure could be read.

    Nesting beyond Python's stack leaves the header alone: RecursionError was measured from about 1,000 levels.
    """
    rfc822 = _mended_header(_MBOX_QUOTE.sub(b"", rfc822.removeprefix(BOM_UTF8).lstrip(b"\r\n"), count=1))
    try:
        return BytesParser(policy=compat32).parsebytes(rfc822), True
    except RecursionError:
        return BytesParser(policy=compat32).parsebytes(rfc822, headersonly=True), False


def _mended_header(rfc822: bytes) -> bytes:
    """The mail with a header that the parser reads to its end.

    It would stop at a space before a colon, which RFC 5322 section 4.5 still allows, and at a line that is no field
    though more fields follow: such a line becomes part of the field above it.
    """
    end = HEADER_END.search(rfc822, 0, HEADER_OCTETS)
    header = rfc822[: end.start()] if end else b""
    mended = _SPACED_NAME.sub(rb"\1:", header)
    last = max((found.start() for found in _SURE_FIELD.finditer(mended)), default=0)
    mended = _NO_FIELD.sub(rb"\1 ", mended[:last]) + mended[last:]
    return rfc822 if mended == header else mended + rfc822[len(header) :]


def walk(tree: Tree) -> Contents:
    """Sorts every part of a mail. Never raises."""
    found = Contents()
    _visit(tree, found, depth=0)
    if not found.blocks:
        _promote_named_text(found)
    return found


def _visit(part: Tree, found: Contents, depth: int) -> None:
    found.parts += 1
    view = _metadata(part)
    kind = _kind(view)
    if depth > MAX_DEPTH:
        found.defects.append("too_deep")
    elif kind in _STATUS:
        found.status += _children(part)
    elif kind in _ATTACHED_MAIL:
        found.inner += _attached(part, view)
    elif part.is_multipart():
        _container(part, kind, found, depth)
    elif kind.startswith("multipart/"):
        _reassemble(part, kind, found, depth)
    else:
        _leaf(_part(part, view), view, found)


def _reassemble(part: Tree, kind: str, found: Contents, depth: int) -> None:
    """A multipart that does not use the boundary which its header names: read by the one it does use, else as text."""
    payload = _octets(part)
    used = _BOUNDARY.search(payload)
    head = b'%b; boundary="%b"' % (kind.encode(), used[1]) if used else b"text/plain"
    tree, whole = tree_of(b"Content-Type: " + head + b"\n\n" + payload)
    if whole and found.defects.count("structure_broken") < MAX_REASSEMBLED:
        found.defects.append("structure_broken")
        _visit(tree, found, depth + 1)


def _container(part: Tree, kind: str, found: Contents, depth: int) -> None:
    found.encrypted |= kind == "multipart/encrypted"
    start = len(found.blocks)
    for child in _children(part):
        if found.parts >= MAX_PARTS:
            found.defects.append("attachments_cut")
            break
        _visit(child, found, depth + 1)
    if kind == "multipart/alternative":
        found.blocks[start:] = _as_one(found.blocks[start:])


def _as_one(blocks: list[Block]) -> list[Block]:
    texts = tuple(part for block in blocks for part in block.texts)
    htmls = tuple(part for block in blocks for part in block.htmls)
    return [Block(texts, htmls)] if blocks else []


def _leaf(part: Part, view: Tree, found: Contents) -> None:
    kind = part.content_type
    found.encrypted |= kind in _ENCRYPTED and not part.name.lower().endswith(".p7s")
    if kind in _NO_BODY:
        found.calendar = found.calendar or (_parameter(view, "method") or "publish") if "cal" in kind else ""
    elif kind in _SIGNATURES or kind in _OTHER_VERSIONS:
        return
    elif part.name.lower().endswith(".eml"):
        found.inner.append(tree_of(part.content)[0])
    elif kind in ("text/plain", "text/html") and part.disposition != "attachment" and not part.name:
        found.blocks.append(_block(part))
    else:
        found.files.append(part)


def _block(part: Part) -> Block:
    is_html = part.content_type in _LIKE_HTML or _HTML.match(part.content[:MAX_SNIFFED])
    return Block(htmls=(part,)) if is_html else Block(texts=(part,))


def _promote_named_text(found: Contents) -> None:
    """A mail whose only text has a file name, or is of an unknown kind (RFC 2046 section 4.1.4), still has a text."""
    named = [part for part in found.files if _is_readable(part)]
    if len(named) == 1 and named[0].disposition != "attachment":
        found.blocks.append(_block(named[0]))
        found.files = [part for part in found.files if part.name or part is not named[0]]


def _is_readable(part: Part) -> bool:
    return part.content_type in ("text/plain", "text/html") or (part.content_type.startswith("text/") and not part.name)


def _children(part: Tree) -> list[Tree]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Tree)] if isinstance(payload, list) else []


def _attached(part: Tree, view: Tree) -> list[Tree]:
    """Attached mails; one that was transfer-encoded against RFC 2046 section 5.2.1 is decoded first."""
    children = _children(part)
    if not children:
        return [tree_of(_octets(part))[0]]
    encoding = str(view.get("content-transfer-encoding", "")).strip().lower()
    if encoding in ("base64", "quoted-printable") and not children[0].keys():
        children[0]["Content-Transfer-Encoding"] = encoding
        return [tree_of(_octets(children[0]))[0]]
    return children


def _part(part: Tree, view: Tree) -> Part:
    content = _octets(part)
    kind = _kind(view)
    return Part(
        content_type=kind,
        charset=_parameter(view, "charset"),
        disposition=str(view.get("content-disposition", "")).split(";")[0].strip().lower(),
        name=_parameter(view, "filename", "content-disposition") or _parameter(view, "name"),
        content=content[:MAX_TEXT_OCTETS] if kind.startswith("text/") else content,
        flowed=_parameter(view, "format").lower() == "flowed",
        delsp=_parameter(view, "delsp").lower() == "yes",
    )


def _octets(part: Tree) -> bytes:
    """The content of a leaf after transfer decoding, what is broken in it passed over."""
    written = str(part.get("content-transfer-encoding", ""))
    # Some programs write more behind the word: `quoted-printable;`.
    encoding = (*re.findall(r"[\w-]+", written[:MAX_TOKEN].lower()), "")[0]
    del part["content-transfer-encoding"]
    part["Content-Transfer-Encoding"] = "binary" if encoding == "base64" else encoding
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        return b""
    octets = content if isinstance(content, bytes) else b""
    return _from_base64(octets) if encoding == "base64" else octets


def _from_base64(content: bytes) -> bytes:
    """The octets, with what a gateway added below in clear text; the content itself where it is no base64 at all."""
    if _BASE64.fullmatch(content):
        return from_base64(content)
    lines = [line.strip() for line in content.splitlines()]
    coded = b"".join(line for line in lines if _BASE64_LINE.fullmatch(line))
    added = b"\n".join(line for line in lines if b" " in line)
    return content if len(added) > len(coded) else b"\n".join(filter(None, (from_base64(coded), added)))


def _kind(view: Tree) -> str:
    """The media type without what a lost semicolon left behind it."""
    return view.get_content_type().split()[0]


def _metadata(part: Tree) -> Tree:
    """The MIME fields alone, 8-bit octets repaired: compat32 would give U+FFFD for them."""
    view = Tree()
    view.set_default_type(part.get_default_type())
    for name, value in raw_items(part):
        if name.lower() in _METADATA:
            view[name] = one_line(raw_header(value[:MAX_FIELD]))
    return view


def raw_items(part: Tree) -> Iterable[tuple[str, str]]:
    """Header fields in order, as parsed, octets above 127 as surrogates (PEP 383)."""
    return ((name, str(value)) for name, value in part.raw_items())


def _parameter(view: Tree, name: str, header: str = "content-type") -> str:
    """A MIME parameter, RFC 2231 and RFC 2047 decoded, as one line; empty where it is missing or beyond reading."""
    try:
        value = view.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):
        return one_line(decode(str(value[2]).encode("latin-1", "replace"), str(value[0] or "utf-8")).text)
    return one_line(decode_words(str(value)))
