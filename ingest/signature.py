"""A signature told from the words above it, and what mail programs and gateways add around both."""

import re

# A signature is short: more lines or longer ones are a story that happens to follow a greeting.
MAX_SIGNATURE_LINES = 10
MAX_SIGNATURE_LINE = 90

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
