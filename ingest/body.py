"""A reporter's words: quotes of earlier mails and certain signatures cut away, everything else left as written."""

import re
from dataclasses import dataclass

from mailparser_reply.parser import EmailMessage

from ingest.charset import one_line
from ingest.message import Address

# The patterns of mail-parser-reply grow with the square of a line and of the line count (measured: a line of
# 20,000 characters takes more than 20 s); below these bounds they stay under 50 ms.
MAX_REPLY_LINES = 200
MAX_REPLY_LINE = 120
# A signature is short: more lines or longer ones are a story that happens to follow a greeting.
MAX_SIGNATURE_LINES = 10
MAX_SIGNATURE_LINE = 90

# Heads and header lines of quotes are shorter; longer lines are paragraphs.
MAX_LINE = 400
# RFC 5321 section 4.5.3.1 allows 254 octets for an address; the rest is room for a name.
MAX_ADDRESS = 500

_HEADER_NAMES = {
    "from": r"från|from|avsändare",
    "date": r"skickat|datum|date|sent",
    "to": r"till|to",
    "subject": r"ämne|subject",
    "other": r"kopia|cc|bcc|svar till|reply-to|prioritet|importance|bifogade filer|attachments",
}
_HEADER_LINE = re.compile(
    "(?:" + "|".join(f"(?P<{key}>{words})" for key, words in _HEADER_NAMES.items()) + r")\s?:\*?(?P<value>.*)$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile("(?:ursprungligt meddelande|originalmeddelande|original message):?$", re.IGNORECASE)
_FORWARD_MARK = re.compile(
    "(?:(?:början på )?vidarebefordrat (?:meddelande|brev|mejl|mail)|(?:begin )?forwarded message):?$", re.IGNORECASE
)
_RULE = re.compile("[-_=*]{3,}$")
_WROTE = re.compile(r"\b(?:skrev|wrote)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YEAR = re.compile(r"\b20\d\d\b")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_QUOTED = re.compile(r"\s?>")

_CLOSING = re.compile(
    r"^(?:(?:med\s+)?(?:vänlig(?:a|t|en)?|vänl\.?|bästa|varma|många|soliga|trevliga)\s+häls(?:n(?:ing(?:ar(?:na)?|en)?)?)?\.?"
    r"|hälsning(?:ar|en)?|hälsn\.?|mvh|m\.?\s?v\.?\s?h\.?|vh|högaktningsfullt|med högaktning|vänligen"
    r"|(?:kind|best|warm)\s+regards|regards|sincerely)(?P<rest>\b.*|[,!.].*)?$",
    re.IGNORECASE,
)
_SLASH_NAME = re.compile(r"^//?\s?[^\W\d_][\w .,&'()–-]{0,60}$")
_DEVICE = re.compile(
    r"^(?:skickat från|skickades från|sent from|sänt från|hämta outlook|skaffa outlook|get outlook|skickat via|sent via"
    r"|från min (?:iphone|ipad|mobil)|skickat med (?:proton|outlook|gmail|e-post))\b.{0,80}$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^(?:detta (?:e-?post|e-?mejl|mejl|mail|meddelande)\w*|den(?:na| här) e-?post\w*|this (?:e-?mail|message)"
    r"|tänk på miljön|innan du skriver ut|när du (?:kommunicerar|mejlar|skickar)|så (?:här )?behandlar vi)\b",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^p\.?\s?s\.?(?:\W|$)", re.IGNORECASE)
_PGP_ENCRYPTED = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)
_SIGNED_HEAD, _SIGNED_FOOT = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_LIBRARY_HEAD: re.Pattern[str] = EmailMessage(text="", languages=["sv", "en"]).HEADER_REGEX
ENCRYPTED = "Kan inte läsas: krypterat."


@dataclass(frozen=True, slots=True)
class Cut:
    """What a text says itself, and what it quotes."""

    text: str
    quoted: str = ""


def unfold_flowed(text: str, *, delsp: bool = False) -> str:
    """RFC 3676 section 4: lines that end in a space go on in the next one; `delsp` says the space itself goes."""
    pieces: list[str] = []
    for line in text.split("\n"):
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        pieces.append(line[: len(line) - delsp] if soft else line + "\n")
    return "".join(pieces).removesuffix("\n")


def name_encrypted(text: str) -> str:
    """The text with every inline PGP message (RFC 4880) replaced by the sentence that it cannot be read."""
    return _PGP_ENCRYPTED.sub(ENCRYPTED, text) if "-----BEGIN PGP MESSAGE-----" in text else text


def unwrap_signed(text: str) -> str:
    """The words inside an inline PGP signature (RFC 4880 section 7); other text unchanged."""
    before, head, rest = text.partition(_SIGNED_HEAD)
    words, foot, _ = rest.partition(_SIGNED_FOOT)
    if not head or not foot:
        return text
    return before + words.partition("\n\n")[2].replace("\n- ", "\n")


def _bare(line: str) -> str:
    """A line without quote marks, bold marks and outer space, cut: the patterns below need not care for any of them."""
    return line.strip(" \t>*")[:MAX_LINE]


def _unruled(line: str) -> str:
    return _bare(line).strip(" -_–—=*")


def _is_mark(line: str) -> bool:
    return bool(_FORWARD_MARK.match(_unruled(line)) or _ORIGINAL.match(_unruled(line)))


def cut_quotes(text: str, *, is_reply: bool) -> Cut:
    """Cuts what a reply quotes; a mail that answers nothing is left whole, for there a head is part of the story.

    Args:
        text: cleaned body, LF line ends.
        is_reply: the subject or the header fields say that the mail answers another.
    """
    if not is_reply:
        return Cut(text)
    lines = text.split("\n")
    kept, quoted = _split(lines)
    if not quoted:
        return _by_library(text)
    return Cut(_join(_without_rules(kept)), _join(quoted))


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    quoted: list[str] = []
    position = 0
    while position < len(lines):
        length, to_the_end = quote_head(lines, position)
        if to_the_end:
            return kept, quoted + lines[position:]
        if length or _QUOTED.match(lines[position]):
            taken = max(length, 1)
            quoted += lines[position : position + taken]
            position += taken
        else:
            kept.append(lines[position])
            position += 1
    return kept, quoted


def quote_head(lines: list[str], position: int) -> tuple[int, bool]:
    """How many lines from here are the head of a quote (0: none), and whether all that follows belongs to the quote."""
    if _ORIGINAL.match(_unruled(lines[position])):
        return 1, True
    block = header_block(lines, position)
    if block:
        return block, not _QUOTED.match(lines[position])
    return _wrote_head(lines, position)


def header_block(lines: list[str], position: int) -> int:
    """How many lines the From/Sent/To/Subject block that starts here takes; 0 where none does."""
    first = _HEADER_LINE.match(_bare(lines[position]))
    if not first or not first["from"]:
        return 0
    names, end = {"from"}, position + 1
    for offset, line in enumerate(lines[position + 1 : position + 20], start=position + 1):
        found = _HEADER_LINE.match(_bare(line))
        if found:
            names.add(str(found.lastgroup if found.lastgroup != "value" else _name_of(found)))
            end = offset + 1
        elif line.strip(" >") and not _continues(lines, offset, end):
            break
    return end - position if len(names) >= 3 else 0


def _name_of(found: re.Match[str]) -> str:
    return next(name for name in _HEADER_NAMES if found[name])


def _continues(lines: list[str], offset: int, end: int) -> bool:
    """Whether a line without a name is the rest of a long To: field: right below it, and a field follows."""
    return offset == end and any(_HEADER_LINE.match(_bare(line)) for line in lines[offset + 1 : offset + 3])


def header_values(lines: list[str]) -> dict[str, str]:
    """The fields of such a block by their English names; the first of each counts."""
    values: dict[str, str] = {}
    for line in lines:
        found = _HEADER_LINE.match(_bare(line))
        if found:
            values.setdefault(_name_of(found), found["value"].strip())
    return values


def _wrote_head(lines: list[str], position: int) -> tuple[int, bool]:
    for length in (1, 2, 3):
        head = " ".join(_bare(line) for line in lines[position : position + length])
        if head.endswith(":") and _WROTE.search(head) and len(head) <= 300:
            marked = _next_is_quoted(lines, position + length)
            sure = marked or _is_sure(head)
            return (length, not marked and not _QUOTED.match(lines[position])) if sure else (0, False)
        if not _starts_head(head):
            break
    return 0, False


def _is_sure(head: str) -> bool:
    """Whether a head shows what mail programs print and stories seldom do: an address, or a full date with a time."""
    return bool(_ADDRESS.search(head) or (_starts_head(head) and _CLOCK.search(head) and _YEAR.search(head)))


def _starts_head(head: str) -> bool:
    return bool(re.match(r"(?:den|on|mån|tis|ons|tors?|fre|lör|sön|\d{1,4}[ .-])", head, re.IGNORECASE))


def _next_is_quoted(lines: list[str], position: int) -> bool:
    following = next((line for line in lines[position : position + 4] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _by_library(text: str) -> Cut:
    """Heads that mail-parser-reply knows and we don't, where they have a full date or an address to show for them."""
    lines = text.split("\n")
    view = "\n".join(line.strip()[:MAX_REPLY_LINE] for line in lines[:MAX_REPLY_LINES])
    found = _LIBRARY_HEAD.search(view)
    if not found or not _is_sure(found[0].strip()):
        return Cut(text)
    start = view[: found.start()].count("\n") + found[0][: len(found[0]) - len(found[0].lstrip())].count("\n")
    return Cut(_join(_without_rules(lines[:start])), _join(lines[start:])) if start else Cut(text)


def _without_rules(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip() or _RULE.match(_bare(lines[-1]))):
        lines = lines[:-1]
    return lines


def _join(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


def unquote(text: str) -> str:
    """Removes one level of `>` where every line with text has one (Apple's forwards)."""
    lines = text.split("\n")
    if all(_QUOTED.match(line) for line in lines if line.strip()):
        return "\n".join(re.sub(r"^\s*> ?", "", line) for line in lines)
    return text


def find_forward(text: str) -> tuple[str, dict[str, str], str] | None:
    """A forwarded mail inside a text: (words before it, its header fields, its body), or None.

    Knows Outlook's Från/Skickat/Till/Ämne, Gmail's and Apple's marks, in Swedish and English.
    """
    lines = text.split("\n")
    for position in range(min(len(lines), 2000)):
        length = header_block(lines, position)
        if length:
            before = [line for line in lines[:position] if not _is_mark(line)]
            inner = unquote(_join(lines[position + length :]))
            return _join(_without_rules(before)), header_values(lines[position : position + length]), inner.strip("\n")
    return None


def read_address(text: str) -> Address | None:
    """A mailbox as mail programs print it: `Anna <anna@x>`, `anna@x [mailto:anna@x]`, `Anna`; None where empty."""
    plain = one_line(text)[:MAX_ADDRESS]
    found = _ADDRESS.search(plain.rpartition("<")[2]) or _ADDRESS.search(plain)
    name = re.split(r"[<\[]", plain)[0].strip(" \"'*")
    address = found[0].lower() if found else ""
    name = "" if name.lower() == address else name
    return Address(name, address) if name or address else None


def has_forward_mark(text: str) -> bool:
    """Whether a line says that a forwarded mail follows."""
    return any(_FORWARD_MARK.match(_unruled(line)) for line in text.split("\n")[:2000])


def cut_signature(text: str) -> str:
    """Cuts a signature where it is certain; a bare name at the end stays."""
    lines = text.rstrip().split("\n")
    for end, line in enumerate(lines):
        if line.rstrip() == "--" and len(lines) - end <= 2 * MAX_SIGNATURE_LINES:
            lines = lines[:end]
            break
    lines = _without_devices(lines)
    lines = _without_closing(lines)
    lines = _without_devices(_without_slash_name(lines))
    return "\n".join(lines).strip()


def _without_devices(lines: list[str]) -> list[str]:
    start = max(0, len(lines) - MAX_SIGNATURE_LINES)
    return lines[:start] + [line for line in lines[start:] if not _DEVICE.match(line.strip())]


def _without_closing(lines: list[str]) -> list[str]:
    for position in range(1, len(lines)):
        if _is_closing(lines[position].strip()):
            rest = lines[position + 1 :]
            own = next((n for n, line in enumerate(rest) if _DISCLAIMER.match(line.strip())), len(rest))
            kept = next((n for n, line in enumerate(rest) if _POSTSCRIPT.match(line.strip())), len(rest))
            if _is_signature(rest[: min(own, kept)]):
                return lines[:position] + rest[kept:]
    return lines


def _is_closing(line: str) -> bool:
    found = _CLOSING.match(line) if len(line) <= MAX_SIGNATURE_LINE else None
    if not found:
        return False
    rest = (found["rest"] or "").strip(" ,!.")
    alone = line.lower().startswith("vänligen")
    return not rest if alone else (len(rest.split()) <= 6 and not line.endswith((".", "?"))) or not rest


def _is_signature(lines: list[str]) -> bool:
    words = [line for line in lines if line.strip()]
    return len(words) <= MAX_SIGNATURE_LINES and all(len(line) <= MAX_SIGNATURE_LINE for line in words)


def _without_slash_name(lines: list[str]) -> list[str]:
    last = max((n for n, line in enumerate(lines) if line.strip()), default=0)
    return lines[:last] if last and _SLASH_NAME.match(lines[last].strip()) else lines
