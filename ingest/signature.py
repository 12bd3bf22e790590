"""A reporter's words told from the signature below them, and from what mail programs and gateways add around both."""

import re

from ingest.markup import few_blank_lines
from ingest.quotes import is_gap, without_rules

# A signature is short: longer lines, or many that read as sentences, are a story that happens to follow a greeting.
MAX_SIGNATURE_LINES = 10
MAX_SIGNATURE_LINE = 90
# The signatures of companies have more lines, but of few words each.
MAX_COMPANY_LINES = 25
MAX_COMPANY_WORDS = 8
# Banners and disclaimers show what they are in their first words.
MAX_BANNER = 600
MAX_FOOTER = 1000

_CLOSING = re.compile(
    r"^(?:(?:med\s+)?(?:vänlig(?:a|t|en)?|vänl\.?|bästa|varma|många|soliga|trevliga)\s+häls(?:n(?:ing(?:ar(?:na)?|en)?)?)?\.?"
    r"|(?:med\s+|[^\W\d_]{3,12}-)?hälsning(?:ar|en)?|hälsn\.?|hälsar(?=\s+(?-i:[A-ZÅÄÖ])|\W*$)|mvh|m\.?\s?v\.?\s?h\.?|v\.?\s?h\b\.?"
    r"|högaktningsfullt|med högaktning|vänligen|(?:(?:kind|best|warm)\s+)?regards|sincerely)(?P<rest>\b.*|[,!.].*)?$",
    re.IGNORECASE,
)
_SLASH_NAME = re.compile(r"^//?\s?[^\W\d_][\w .,&'()–-]{0,60}$")
_MAKES = (
    "iphone|ipad|mobil|telefon|galaxy|samsung|huawei|xperia|sony|nokia|android|windows|smart|surfplatt|outlook|yahoo"
    "|gmail|(?:e-post|mail) (?:för|for)|proton|spark|telia|bluemail|tuta|dator|mac"
)
_DEVICE = re.compile(
    r"^(?:(?:skicka(?:t|d|s|des)|sänt|sent)\s+(?:från|via|med|from|with|using)|från (?:min|mitt))\s+(?:\w+\s+)?"
    rf"(?:{_MAKES}).{{0,80}}$"
    r"|^(?:hämta|skaffa|get)\s+\w+\s+(?:för|for)\s+(?:ios|android|windows|iphone|mac)\b.{0,80}$",
    re.IGNORECASE,
)
# Below everything else the sender may be a switchboard or a scanner.
_SENT_FROM = re.compile(r"^(?:skickat från|sent from)(?: [^\s.!?:]{1,30}){1,4}$", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"^\W*(?:obs\W+)?(?:detta (?:e-?post|e-?mejl|mejl|mail|meddelande)\w*|den(?:na| här) e-?post\w*"
    r"|this (?:e-?mail|message)|tänk på miljön|innan du skriver ut|när du (?:kommunicerar|mejlar|skickar)"
    r"|så (?:här )?behandlar vi|om du (?:inte är|har fått|fått|av misstag)|virus-?fri(?:tt|a)?\b)"
    r"|behandlar .{0,60}\bpersonuppgifter\b",
    re.IGNORECASE,
)
# What a disclaimer speaks of; without any of these the sentence is somebody's own.
_LEGAL = re.compile(
    r"\b(?:avsedd?a?|avsett|mottagare\w*|adressat\w*|intended|recipient|addressee|virus\w*|avast|personuppgift\w*"
    r"|gdpr|dataskydd\w*|miljön|skriver ut|brandvägg\w*)\b",
    re.IGNORECASE,
)
# No disclaimer says I.
_PERSONAL = re.compile(r"\b(?:jag|mig|min|mitt|mina|my)\b", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^p\.?\s?s\.?(?:\W|$)", re.IGNORECASE)
# What Exchange and gateways set above a mail from outside.
_WARNING = (
    r"\b(?:klicka inte|öppna inte|var (?:extra )?försiktig|do not click|don.t click|caution|be careful)\b"
    r".{0,160}\b(?:länk|bilag|link|attachment)"
)
_BANNER = re.compile(
    r"LearnAboutSenderIdentification|får (?:inte (?:så )?ofta|sällan) e-?post från|don.t often get e-?mail from"
    r"|^\W*(?:extern(?:t|al)?\s+(?:avsändare|e-?post|e?-?mejl|mail|sender|email))\W*$"
    rf"|^(?=.*\b(?:extern\w*|utanför|outside)\b).*{_WARNING}",
    re.IGNORECASE,
)
_BANNER_GOES_ON = re.compile(rf"^\W*{_WARNING}", re.IGNORECASE)
# What a mail program writes into plain text where a picture stood.
_PICTURE = re.compile(
    r"\[(?:(?:cid|image):[^\[\]\n]{0,200}|image\d{0,4}\.\w{3,4}"
    r"|[^\[\]]{0,200}automatiskt genererad beskrivning[^\[\]]{0,20})\]",
    re.IGNORECASE,
)
_ADDED_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>\s]{0,2000}>")


def cut_signature(text: str, name: str = "") -> str:
    """Cuts a signature where it is certain, and what programs added; a bare name at the end stays.

    Args:
        text: what somebody wrote, without quotes.
        name: the sender's display name: lines at the end that begin with it are a signature without a greeting too.
    """
    lines = few_blank_lines(_PICTURE.sub("", text)).strip().split("\n")
    lines = _without_footers(_without_banner(lines))
    for end, line in enumerate(lines):
        if line.rstrip() == "--" and len(lines) - end <= 2 * MAX_SIGNATURE_LINES:
            lines = lines[:end]
            break
    lines = _without_devices(lines)
    lines = _without_closing(lines)
    lines = _without_devices(_without_slash_name(_without_card(lines, name)))
    return "\n".join(without_rules(lines)).strip()


def _without_banner(lines: list[str]) -> list[str]:
    start = 0
    for number, line in enumerate(lines):
        if _BANNER.search(line[:MAX_BANNER]) or (start and _BANNER_GOES_ON.match(line)):
            start = number + 1
        elif line.strip():
            break
    return lines[start:]


def _without_footers(lines: list[str]) -> list[str]:
    """Without the paragraphs at the end that a gateway or a mail program added."""
    end = len(lines)
    while end:
        lines = without_rules(lines[:end])
        end = next((n for n in range(len(lines), 0, -1) if is_gap(lines[n - 1])), 0)
        if not _is_footer(lines[end:]):
            return lines
    return []


def _is_footer(paragraph: list[str]) -> bool:
    text = " ".join(paragraph)[:MAX_FOOTER]
    return bool(_DISCLAIMER.search(text) and _LEGAL.search(text)) and not _PERSONAL.search(text)


def _without_devices(lines: list[str]) -> list[str]:
    lines = without_rules(lines)
    lines = lines[:-1] if lines and _SENT_FROM.match(lines[-1].strip()) else lines
    start = max(0, len(lines) - MAX_SIGNATURE_LINES)
    return lines[:start] + [line for line in lines[start:] if not _DEVICE.match(line.strip())]


def _without_closing(lines: list[str]) -> list[str]:
    for position in range(1, len(lines)):
        if _is_closing(lines[position].strip()) and _is_signature(_below(lines, position + 1)):
            return lines[:position] + lines[_first(lines, position + 1, _POSTSCRIPT) :]
    return lines


def _below(lines: list[str], start: int) -> list[str]:
    """What stands between a greeting and a disclaimer, a postscript or the end: no more than can be a signature."""
    near = lines[start : start + 2 * MAX_COMPANY_LINES + 2]
    return near[: min(_first(near, 0, _DISCLAIMER), _first(near, 0, _POSTSCRIPT))]


def _first(lines: list[str], start: int, pattern: re.Pattern[str]) -> int:
    """Where the first line stands that the pattern finds; the number of lines where none does."""
    found = (n for n in range(start, len(lines)) if pattern.search(lines[n].strip()[:MAX_FOOTER]))
    return next(found, len(lines))


def _is_closing(line: str) -> bool:
    found = _CLOSING.match(line) if len(line) <= MAX_SIGNATURE_LINE else None
    if not found:
        return False
    rest = (found["rest"] or "").strip(" ,!.")
    alone = line.lower().startswith("vänligen")
    return not rest if alone else (len(rest.split()) <= 6 and not line.endswith((".", "?"))) or not rest


def _is_signature(lines: list[str]) -> bool:
    words = [_ADDED_LINK.sub("", line) for line in lines if line.strip()]
    if any(len(line) > MAX_SIGNATURE_LINE for line in words) or len(words) > MAX_COMPANY_LINES:
        return False
    return len(words) <= MAX_SIGNATURE_LINES or all(len(line.split()) <= MAX_COMPANY_WORDS for line in words)


def _without_card(lines: list[str], name: str) -> list[str]:
    wanted = name.casefold()
    for start in range(max(1, len(lines) - 2 * MAX_COMPANY_LINES), len(lines) - 1):
        if (
            wanted
            and lines[start].strip().casefold() == wanted
            and is_gap(lines[start - 1])
            and _is_signature(lines[start:])
        ):
            return lines[:start]
    return lines


def _without_slash_name(lines: list[str]) -> list[str]:
    last = max((n for n, line in enumerate(lines) if line.strip()), default=0)
    return lines[:last] if last and _SLASH_NAME.match(lines[last].strip()) else lines
