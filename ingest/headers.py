"""Header fields: decoding, identity, threads, and what our own server says of the sender (RFC 8601)."""

import hashlib
import re
from collections.abc import Iterable
from email.message import Message as Tree

from ingest.charset import header_text
from ingest.walk import MAX_FIELD, raw_items

# A real mail has some dozens of fields; thousands are an attack on whoever loops over them.
MAX_FIELDS = 500
# RFC 5322 section 2.1.1: no line is longer.
MAX_MESSAGE_ID = 998
# Threads that people read are shorter; References grows with every answer.
MAX_REFERENCES = 50

Headers = tuple[tuple[str, str], ...]

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,998}>")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_QUOTED = re.compile(r'"[^"]*"')
_DMARC = re.compile(r"(?:^|;)\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)
# Comments stand in each other; deeper ones than this nobody writes.
MAX_COMMENTS = 3
_REFERENCE = re.compile(r"\bLB-\d{4}-\d{5,7}\b", re.IGNORECASE)
_PREFIX = re.compile(
    r"\s*(?:(?P<answer>(?:re|sv|svar|aw|antw)\s?(?:\[\d{1,4}\])?\s?:)"
    r"|(?P<forward>(?:vb|fwd?|wg|tr|vidarebefordrat)\s?(?:\[\d{1,4}\])?\s?:)"
    r"|\[(?:extern\w{0,4}|ext)\]:?)\s*",
    re.IGNORECASE,
)


def fields(tree: Tree) -> Headers:
    """All fields in order, names in lower case, decoded to one line, bounded in number and length."""
    kept = list(raw_items(tree))[:MAX_FIELDS]
    return tuple((name.lower(), header_text(value[:MAX_FIELD])) for name, value in kept)


def first(headers: Headers, name: str) -> str:
    """The first field of this name, or an empty string."""
    return next((value for key, value in headers if key == name), "")


def every(headers: Headers, name: str) -> tuple[str, ...]:
    """All fields of this name, topmost first."""
    return tuple(value for key, value in headers if key == name)


def message_id(headers: Headers, rfc822: bytes) -> str:
    """The first Message-ID without folding, or a synthetic one made from the content."""
    found = "".join(first(headers, "message-id").split())[:MAX_MESSAGE_ID]
    return found or f"<{hashlib.sha256(rfc822).hexdigest()[:32]}@synthetic.invalid>"


def ids(value: str) -> tuple[str, ...]:
    """Message-IDs in In-Reply-To or References, in order."""
    return tuple(_MESSAGE_ID.findall(value))


def thread(in_reply_to: str, references: Iterable[str], subject: str) -> tuple[str, ...]:
    """What a mail answers, nearest first: our own reference in the subject, In-Reply-To, References backwards."""
    ours = tuple(found.upper() for found in _REFERENCE.findall(subject))
    return tuple(dict.fromkeys((*ours, *ids(in_reply_to), *reversed(tuple(references)))))[:MAX_REFERENCES]


def authentication_results(headers: Headers, authserv_id: str) -> str:
    """The topmost Authentication-Results of our own server; those of others may be forged and are passed over.

    Exchange Online writes no authserv-id: `-` as ours means a field that begins with a result.
    """
    if not authserv_id:
        return ""
    ours = (value for value in every(headers, "authentication-results") if _authserv_id(value) == authserv_id.lower())
    return next(ours, "")


def _authserv_id(value: str) -> str:
    head = _COMMENT.sub(" ", value).split(";")[0].split()
    return "-" if not head or "=" in head[0] else head[0].lower()


def fails_dmarc(auth_results: str) -> bool:
    """Whether our server found that the From domain disowns the mail (RFC 7489)."""
    return _dmarc(auth_results) == "fail"


def passes_dmarc(auth_results: str) -> bool:
    """Whether our server found that the From domain stands for the mail (RFC 7489)."""
    return _dmarc(auth_results) == "pass"


def _dmarc(auth_results: str) -> str:
    """The result itself: what stands in comments and quoted strings is the sender's word."""
    plain = _QUOTED.sub(" ", auth_results)
    for _ in range(MAX_COMMENTS):
        plain = _COMMENT.sub(" ", plain)
    found = _DMARC.search(plain)
    return found[1].lower() if found else ""


def bare_subject(subject: str) -> tuple[str, bool, bool]:
    """The subject without reply and forward prefixes, and whether the outermost one says answer or forward."""
    answers = forwards = False
    found = _PREFIX.match(subject)
    while found and found.end():
        if not (answers or forwards):
            answers, forwards = bool(found["answer"]), bool(found["forward"])
        subject = subject[found.end() :]
        found = _PREFIX.match(subject)
    return subject.strip(), answers, forwards
