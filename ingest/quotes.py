"""What a reply quotes, told from what it says: heads and header blocks of mail programs, in Swedish and English."""

import re
from dataclasses import dataclass

from mailparser_reply.parser import EmailMessage

from ingest.markup import few_blank_lines

# The patterns of mail-parser-reply grow with the square of a line and of the line count (measured: a line of
# 20,000 characters takes more than 20 s); below these bounds they stay under 50 ms.
MAX_REPLY_LINES = 200
MAX_REPLY_LINE = 120

# Heads and header lines of quotes are shorter; longer lines are paragraphs.
MAX_LINE = 400
# A head of two or three wrapped lines.
MAX_HEAD = 300

_HEADER_NAMES = {
    "from": r"från|from|avsändare",
    "date": r"skickat(?: den)?|sänt|datum|date|sent",
    "to": r"till|to|mottagare",
    "subject": r"ämne|subject|rubrik",
    "other": (
        r"(?:hemlig )?kopia|cc|bcc|svara? till|reply-to|prioritet|viktighet|importance"
        r"|bifogade filer|bilag(?:a|or)|attachments?"
    ),
}
_HEADER_LINE = re.compile(
    "(?:" + "|".join(f"(?P<{key}>{words})" for key, words in _HEADER_NAMES.items()) + r")\s?:\*?(?P<value>.*)$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile("(?:ursprungligt meddelande|originalmeddelande|original message):?$", re.IGNORECASE)
FORWARD_MARK = re.compile(
    r"(?:(?:\w{3,12} (?:på|av) )?vidarebefordrat (?:e-post)?(?:meddelande|brev|mejl|mail)"
    r"|(?:begin )?forwarded message):?$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-_=*–—](?:\s?[-_=*–—]){2,}$")
_WROTE = re.compile(r"\b(?:skrev|wrote)\b", re.IGNORECASE)
# How such a head ends: with a colon, with the date in brackets (K-9), or inside a rule (Zoho).
_HEAD_END = re.compile(r":$|\b(?:skrev|wrote)(?: -+|: \([^()]*\))$", re.IGNORECASE)
_GROUPWISE = re.compile(r">>> .{3,200} >>>$")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YEAR = re.compile(r"\b20\d\d\b")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
QUOTED = re.compile(r"\s?>")
_LIBRARY_HEAD: re.Pattern[str] = EmailMessage(text="", languages=["sv", "en"]).HEADER_REGEX


@dataclass(frozen=True, slots=True)
class Cut:
    """What a text says itself, and what it quotes."""

    text: str
    quoted: str = ""


def bare(line: str) -> str:
    """A line without quote marks, bold marks and outer space, cut: the patterns below need not care for any of them."""
    return line.strip(" \t>*")[:MAX_LINE]


def unruled(line: str) -> str:
    """The same without the rule that a mail program draws around a mark."""
    return bare(line).strip(" -_–—=*")


def is_mark(line: str) -> bool:
    """Whether a line says that an earlier mail follows."""
    return bool(FORWARD_MARK.match(unruled(line)) or _ORIGINAL.match(unruled(line)))


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
    return Cut(joined(without_rules(kept)), joined(quoted))


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    quoted: list[str] = []
    position = 0
    while position < len(lines):
        length, to_the_end = quote_head(lines, position)
        if to_the_end:
            return kept, quoted + lines[position:]
        if length or QUOTED.match(lines[position]):
            taken = max(length, 1)
            quoted += lines[position : position + taken]
            position += taken
        else:
            kept.append(lines[position])
            position += 1
    return kept, quoted


def quote_head(lines: list[str], position: int) -> tuple[int, bool]:
    """How many lines from here are the head of a quote (0: none), and whether all that follows belongs to the quote."""
    if _ORIGINAL.match(unruled(lines[position])) or _GROUPWISE.match(lines[position].strip()[:MAX_LINE]):
        return 1, True
    block = header_block(lines, position)
    if block:
        return block, not QUOTED.match(lines[position])
    return _wrote_head(lines, position)


def header_block(lines: list[str], position: int, *, marked: bool = False) -> int:
    """How many lines the From/Sent/To/Subject block that starts here takes; 0 where none does.

    Below a mark (`marked`) it may begin with any of its fields, as Thunderbird's does with the subject.
    """
    first = _HEADER_LINE.match(bare(lines[position]))
    if not first or not (first["from"] or marked):
        return 0
    names, end = {_name_of(first)}, position + 1
    for offset, line in enumerate(lines[position + 1 : position + 20], start=position + 1):
        found = _HEADER_LINE.match(bare(line))
        if found:
            names.add(_name_of(found))
            end = offset + 1
        elif offset == end and lines[offset - 1].rstrip().endswith((";", ",")):  # recipients, one a line
            end = offset + 1
        elif line.strip(" >") and not _continues(lines, offset, end):
            break
    sure = "subject" in names or any(ADDRESS.search(line[:MAX_LINE]) for line in lines[position:end])
    return end - position if sure and "from" in names and len(names) >= 3 else 0


def _name_of(found: re.Match[str]) -> str:
    return next(name for name in _HEADER_NAMES if found[name])


def _continues(lines: list[str], offset: int, end: int) -> bool:
    """Whether a line without a name is the rest of a long To: field: right below it, and a field follows."""
    return offset == end and any(_HEADER_LINE.match(bare(line)) for line in lines[offset + 1 : offset + 3])


def is_head_line(line: str) -> bool:
    """Whether a line may belong to such a block."""
    return bool(_HEADER_LINE.match(bare(line)))


def header_values(lines: list[str]) -> dict[str, str]:
    """The fields of such a block by their English names; the first of each counts."""
    values: dict[str, str] = {}
    for line in lines:
        found = _HEADER_LINE.match(bare(line))
        if found:
            values.setdefault(_name_of(found), found["value"].strip())
    return values


def _wrote_head(lines: list[str], position: int) -> tuple[int, bool]:
    for length in (1, 2, 3):
        head = " ".join(bare(line) for line in lines[position : position + length])
        if _HEAD_END.search(head) and len(head) <= MAX_HEAD:
            marked = _next_is_quoted(lines, position + length)
            wrote = bool(_WROTE.search(head))
            sure = (marked and bool(wrote or ADDRESS.search(head))) or (wrote and _is_sure(head))
            return (length, not marked and not QUOTED.match(lines[position])) if sure else (0, False)
        if not _starts_head(head):
            break
    return 0, False


def _is_sure(head: str) -> bool:
    """Whether a head shows what mail programs print and stories seldom do: an address, or a full date with a time."""
    return bool(ADDRESS.search(head) or (_starts_head(head) and _CLOCK.search(head) and _YEAR.search(head)))


def _starts_head(head: str) -> bool:
    return bool(re.match(r"(?:den|on|mån|tis|ons|tors?|fre|lör|sön|\d{1,4}[ .-])", head, re.IGNORECASE))


def _next_is_quoted(lines: list[str], position: int) -> bool:
    following = next((line for line in lines[position : position + 4] if line.strip()), "")
    return bool(QUOTED.match(following))


def _by_library(text: str) -> Cut:
    """Heads that mail-parser-reply knows and we don't, where they have a full date or an address to show for them."""
    lines = text.split("\n")
    view = "\n".join(line.strip()[:MAX_REPLY_LINE] for line in lines[:MAX_REPLY_LINES])
    found = _LIBRARY_HEAD.search(view)
    if not found or not _is_sure(found[0].strip()):
        return Cut(text)
    start = view[: found.start()].count("\n") + found[0][: len(found[0]) - len(found[0].lstrip())].count("\n")
    return Cut(joined(without_rules(lines[:start])), joined(lines[start:])) if start else Cut(text)


def is_gap(line: str) -> bool:
    """Whether a line is blank or a rule."""
    return not line.strip() or bool(_RULE.match(bare(line)))


def without_rules(lines: list[str]) -> list[str]:
    """The lines without the rules and blank lines at their end."""
    return lines[: next((n for n in range(len(lines), 0, -1) if not is_gap(lines[n - 1])), 0)]


def joined(lines: list[str]) -> str:
    """Lines to text, without blank lines around it and with at most one between others."""
    return few_blank_lines("\n".join(lines))
