"""RawMessage to Message: the only user of mail-parser.

Bodies, header text, attached mails and delivery reports come from our own walk (`ingest.walk`); mail-parser reads what
it is best at, addresses, dates and trace fields, from a header that is already repaired and bounded.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from email.message import Message as Tree
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from typing import TypeVar

import mailparser

from ingest import attachments, dates, headers, markup, tnef
from ingest.body import name_encrypted, unfold_flowed, unwrap_signed
from ingest.charset import Decoded, clean, decode, decode_words, one_line, raw_header
from ingest.forward import read_address
from ingest.headers import Headers
from ingest.message import Address, Message, RawMessage
from ingest.walk import MAX_FIELD, Block, Contents, Part, raw_items, tree_of, walk

# People read the first pages; the whole mail is kept as it came.
MAX_TEXT = 100_000
# A mailing to more is no report, and every address costs time.
MAX_RECIPIENTS = 100
# Colleagues forward a handful as attachments; deeper nesting is an attack.
MAX_INNER = 20
MAX_INNER_DEPTH = 5

# It writes whole header fields, that is personal data, to its log.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What parsing needs to know of the world: when the mail came, from what source, whose word counts, which clock."""

    received: datetime
    zone: tzinfo
    authserv_id: str = ""
    from_file: bool = False


def parse(raw: RawMessage, zone: tzinfo, authserv_id: str = "") -> Message:
    """Reads one mail. What is broken is mended or passed over and named in `defects`.

    Args:
        raw: the mail as the source gave it.
        zone: the clock for photos, and for dates that name no offset.
        authserv_id: the name under which our own server writes Authentication-Results; empty: none is believed.
    """
    envelope = Envelope(raw.internal_date, zone, authserv_id, from_file=raw.uidvalidity == 0)
    tree, whole = tree_of(raw.rfc822)
    message = _message(tree, raw.rfc822, envelope, depth=0)
    return message if whole else _with_defect(message, "too_deep")


def _with_defect(message: Message, code: str) -> Message:
    return replace(message, defects=(*message.defects, code))


def _message(tree: Tree, rfc822: bytes, envelope: Envelope, depth: int) -> Message:
    found = walk(tree)
    tnef.unpack(found)
    fields = headers.fields(tree)
    people = _people(tree, envelope.zone)
    text, text_defects = _texts(found.blocks)
    html, html_defects = _htmls(found.blocks)
    date = _date(people, envelope)
    position, taken = attachments.photo_evidence(found.files, envelope.zone)
    return Message(
        message_id=headers.message_id(fields, rfc822),
        date=date or envelope.received,
        from_=people.from_[0] if people.from_ else Address("", ""),
        to=people.to,
        subject=headers.first(fields, "subject"),
        text=text,
        html=html,
        attachments=attachments.listed(found.files),
        in_reply_to=(*headers.ids(headers.first(fields, "in-reply-to")), "")[0],
        references=headers.ids(headers.first(fields, "references"))[-headers.MAX_REFERENCES :],
        headers=fields,
        auth_results=headers.authentication_results(fields, envelope.authserv_id),
        defects=_codes(found, fields, people, (*text_defects, *html_defects, *(() if date else ("date_replaced",)))),
        inner=_inner(found.inner, envelope, depth),
        photo_position=position,
        photo_time=taken,
    )


def _inner(trees: list[Tree], envelope: Envelope, depth: int) -> tuple[Message, ...]:
    if depth >= MAX_INNER_DEPTH:
        return ()
    return tuple(_message(tree, repr(tree.items()).encode(), envelope, depth + 1) for tree in trees[:MAX_INNER])


def _codes(found: Contents, fields: Headers, people: "People", more: tuple[str, ...]) -> tuple[str, ...]:
    named = {
        "encrypted": found.encrypted,
        "delivery_status": bool(found.status),
        f"calendar_{found.calendar.lower()}": bool(found.calendar),
        "message_id_missing": not headers.first(fields, "message-id"),
        "addresses_several": len(people.from_) > 1 or len(headers.every(fields, "from")) > 1,
    }
    codes = (*found.defects, *more, *people.defects, *(code for code, holds in named.items() if holds))
    return tuple(dict.fromkeys(codes))


@dataclass(frozen=True, slots=True)
class People:
    """What mail-parser, or the standard library where that fails, makes of addresses and dates."""

    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    date: datetime | None
    passed_on: datetime | None = None
    defects: tuple[str, ...] = ()


def _people(tree: Tree, zone: tzinfo) -> People:
    view = _view(tree)
    people = _people_by_library(view)
    date = dates.header_date(str(view.get("date", "")), people.date, zone)
    return replace(people, from_=people.from_ or _as_printed(view), date=date)


def _people_by_library(view: Tree) -> People:
    try:
        parser = mailparser.MailParser(view)
        stamp = parser.received[0].get("date_utc") if parser.received else None
        passed_on = datetime.fromisoformat(stamp) if stamp else None
        return People(_addresses(parser.from_), _addresses([*parser.to, *parser.cc]), parser.date, passed_on)
    except Exception:  # noqa: BLE001  # measured: ValueError, AttributeError, TypeError and others on hostile mail
        return _people_plainly(view)


def _as_printed(view: Tree) -> tuple[Address, ...]:
    """A From field that is no address list: encoded as a whole, without a closing bracket, or a mere name."""
    found = read_address(decode_words(str(view.get("from", ""))))
    return (found,) if found else ()


def _people_plainly(view: Tree) -> People:
    """The same from the standard library, field by field, each of which may fail for itself."""
    senders, recipients = (_plain_addresses(str(view.get(name, ""))) for name in ("from", "to"))
    date = _tried(lambda: parsedate_to_datetime(str(view.get("date", ""))), None)
    aware = date if date and date.tzinfo else None
    return People(senders, recipients, aware, defects=("parser_degraded",))


def _plain_addresses(value: str) -> tuple[Address, ...]:
    nobody: list[tuple[str, str]] = []
    return _addresses(_tried(lambda: getaddresses([value]), nobody))


def _tried(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError, LookupError, RecursionError):
        return otherwise


def _view(tree: Tree) -> Tree:
    """The fields that mail-parser reads: the first of each, 8-bit octets repaired, cut to a bounded length."""
    view = Tree()
    for name, value in raw_items(tree):
        if name.lower() in ("from", "to", "cc", "date", "received") and name not in view:
            view[name] = one_line(raw_header(value[:MAX_FIELD]))
    return view


def _addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    found = (Address(one_line(decode_words(name)), one_line(address).lower()) for name, address in pairs)
    return tuple(islice((address for address in found if address.address), MAX_RECIPIENTS))


def _date(people: People, envelope: Envelope) -> datetime | None:
    """The Date header where it can be believed, for files else the time of the last Received field."""
    candidates = (people.date, people.passed_on if envelope.from_file else None)
    return next((d for d in candidates if dates.believable(d, envelope.received, from_file=envelope.from_file)), None)


def _texts(blocks: list[Block]) -> tuple[str, tuple[str, ...]]:
    """The plain text of all blocks; where only some have one, the HTML of the others is turned into text."""
    if not any(_has_words(block.texts) for block in blocks):
        return "", ()
    pieces: list[str] = []
    codes: list[str] = []
    for block in blocks:
        parts = block.texts if _has_words(block.texts) else ()
        for decoded in map(_plain, parts) if parts else [_html_as_text(part) for part in block.htmls]:
            pieces.append(decoded.text)
            codes += ["charset_repaired"] if decoded.repaired else []
    whole = markup.few_blank_lines("\n".join(pieces))
    text = name_encrypted(whole)
    codes += ["encrypted"] if text != whole else []
    codes += ["text_cut"] if len(text) > MAX_TEXT else []
    return text[:MAX_TEXT], tuple(codes)


def _has_words(parts: Iterable[Part]) -> bool:
    return any(part.content.strip() for part in parts)


def _plain(part: Part) -> Decoded:
    decoded = decode(part.content, part.charset)
    text = unwrap_signed(clean(decoded.text))
    return Decoded(unfold_flowed(text, delsp=part.delsp) if part.flowed else text, decoded.repaired)


def _html_as_text(part: Part) -> Decoded:
    decoded = _html(part)
    return Decoded(markup.to_text(decoded.text)[0], decoded.repaired)


def _html(part: Part) -> Decoded:
    decoded = decode(part.content, part.charset or markup.meta_charset(part.content))
    return Decoded(clean(decoded.text), decoded.repaired)


def _htmls(blocks: list[Block]) -> tuple[str, tuple[str, ...]]:
    decoded = [_html(part) for block in blocks for part in block.htmls]
    text = "\n".join(found.text for found in decoded)
    repaired = any(found.repaired for found in decoded)
    return text[: markup.MAX_HTML], (("charset_repaired",) if repaired else ())
