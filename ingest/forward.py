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


def unquote(text: str) -> str:
    """Removes one level of `>` where every line with text has one (Apple's forwards)."""
    lines = text.split("\n")
    if all(QUOTED.match(line) for line in lines if line.strip()):
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
            before = [line for line in lines[:position] if not is_mark(line)]
            inner = unquote(joined(lines[position + length :]))
            return joined(without_rules(before)), header_values(lines[position : position + length]), inner.strip("\n")
    return None


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
    return any(FORWARD_MARK.match(unruled(line)) for line in text.split("\n")[:2000])
