"""What makes a mail the same mail as another one: its Message-ID together with its content."""

import hashlib
import re
from email.message import Message as Headers
from email.parser import BytesHeaderParser

from ingest.message import Sha256

# More header than any honest mail has; what follows is not looked at for an identity.
HEADER_OCTETS = 262_144
# The database keeps no more of a Message-ID (RFC 5322 section 2.1.1: a line has at most 998 characters).
MESSAGE_ID_LENGTH = 998
HEADER_END = re.compile(rb"\r?\n\r?\n")
# Trace fields differ between two copies of one mail; these do not.
LASTING_FIELDS = ("From", "To", "Subject", "Date")


def sha256_of(rfc822: bytes) -> Sha256:
    """The hash of the bytes as they were received."""
    return Sha256(hashlib.sha256(rfc822).hexdigest())


def identity_of(rfc822: bytes) -> tuple[Sha256, str, Sha256]:
    """The hash of the bytes, the Message-ID, and the hash of the content: by these a mail is told from others."""
    digest, headers = sha256_of(rfc822), _headers(rfc822)
    return digest, _message_id(headers, digest), _content_hash(headers, rfc822)


def _message_id(headers: Headers, digest: Sha256) -> str:
    """The Message-ID as written, or a synthetic one made from the bytes where the mail has none."""
    found = "".join(_field(headers, "Message-ID").split())
    return found.replace("\0", "")[:MESSAGE_ID_LENGTH] or f"<{digest[:32]}@synthetic.invalid>"


def _content_hash(headers: Headers, rfc822: bytes) -> Sha256:
    """A hash that two copies of one mail share, whichever way they came.

    It covers the lasting header fields and the body, not the trace fields nor the kind of line ends.
    """
    digest = hashlib.sha256()
    for name in LASTING_FIELDS:
        digest.update(" ".join(_field(headers, name).split()).encode("utf-8", "replace") + b"\0")
    end = HEADER_END.search(rfc822)
    digest.update(rfc822[end.end() :].replace(b"\r\n", b"\n").rstrip() if end else b"")
    return Sha256(digest.hexdigest())


def _headers(rfc822: bytes) -> Headers:
    end = HEADER_END.search(rfc822[:HEADER_OCTETS])
    return BytesHeaderParser().parsebytes(rfc822[: end.end() if end else HEADER_OCTETS])


def _field(headers: Headers, name: str) -> str:
    return str(headers.get(name, ""))
