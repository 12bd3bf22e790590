"""A forwarded mail inside another one's text: its head, its body, and what stands above it."""

import re

from ingest.charset import one_line
from ingest.message import Address
from ingest.quotes import (
    ADDRESS,
    FORWARD_MARK,
    QUOTED,
    header_block,
    header_values,
    is_mark,
    joined,
    unruled,
    without_rules,
)

# RFC 5321 section 4.5.3.1 allows 254 octets for an address; the rest is room for a name.
MAX_ADDRESS = 500
# A forwarded mail begins on the first pages.
MAX_SEARCHED_LINES = 2000


def unquote(text: str) -> str:
    """Removes one level of `>` where every line with text has one (Apple's forwards)."""
    lines = text.split("\n")
    if all(QUOTED.match(line) for line in lines if line.strip()):
        return "\n".join(re.sub(r"^\s*> ?", "", line) for line in lines)
    return text


def find_forward(text: str) -> tuple[str, dict[str, str], str] | None:
    """A forwarded mail inside a text: (words before it, its header fields, its body), or None.

    Knows Outlook's Från/Skickat/Till/Ämne, Thunderbird's, Gmail's and Apple's marks, in Swedish and English.
    """
    lines = text.split("\n")
    marked = False
    for position in range(min(len(lines), MAX_SEARCHED_LINES)):
        length = header_block(lines, position, marked=marked)
        if length:
            own, inner = _parted(lines, position, position + length)
            return own, header_values(lines[position : position + length]), inner
        marked = is_mark(lines[position]) or (marked and not lines[position].strip())
    return None


def _parted(lines: list[str], start: int, end: int) -> tuple[str, str]:
    """What the forwarder wrote above and, where the rest is marked as quoted, below; and the forwarded words."""
    before = [line for line in lines[:start] if not is_mark(line)]
    inner = joined(lines[end:]).split("\n")
    inner = inner[1:] if is_mark(inner[0]) else inner
    below = len(inner)
    if QUOTED.match(lines[start]) and QUOTED.match(inner[0]):
        below = next((n for n, line in enumerate(inner) if line.strip() and not QUOTED.match(line)), below)
    own = (joined(without_rules(before)), joined(inner[below:]))
    return "\n\n".join(filter(None, own)), joined(unquote(joined(inner[:below])).split("\n"))


def read_address(text: str) -> Address | None:
    """A mailbox as mail programs print it: `Anna <anna@x>`, `anna@x [mailto:anna@x]`, `Anna`; None where empty."""
    plain = one_line(text)[:MAX_ADDRESS]
    found = ADDRESS.search(plain.rpartition("<")[2]) or ADDRESS.search(plain)
    name = re.split(r"[<\[]", plain)[0].strip(" \"'*")
    address = found[0].lower() if found else ""
    name = "" if name.lower() == address else name
    return Address(name, address) if name or address else None


def has_forward_mark(text: str) -> bool:
    """Whether a line says that a forwarded mail follows."""
    return any(FORWARD_MARK.match(unruled(line)) for line in text.split("\n")[:MAX_SEARCHED_LINES])
