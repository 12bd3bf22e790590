"""One mail to its reports: guard, forms, forwards, replies, free text. The room's entry for reading."""

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from ingest import dates, forms, forward, guard, headers, markup
from ingest.body import ENCRYPTED
from ingest.charset import one_line
from ingest.forms import FormLayout, FormReading
from ingest.guard import GuardWords, Verdict
from ingest.message import Address, Message, RawMessage, Reading, Report, ReportKind
from ingest.parse import MAX_TEXT, parse
from ingest.quotes import cut_quotes
from ingest.register import Register, as_role
from ingest.signature import cut_signature

# Colleagues forward what colleagues forwarded; more levels than this nobody reads.
MAX_FORWARDS = 5
# Fewer letters above a forwarded mail than this (`Se nedan, mvh Anna`) tell nothing of their own.
MIN_STORY = 40
# A plain part that only points at the HTML part is shorter, and says less than a third of it.
MAX_STUB = 300
STUB_TIMES = 3

_REVIEWED_DEFECTS = (
    "addresses_several",
    "attachments_cut",
    "charset_repaired",
    "date_replaced",
    "encrypted",
    "parser_degraded",
    "structure_broken",
    "text_cut",
    "tnef_unread",
    "too_deep",
)


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What reading a mail needs to know beyond its bytes.

    Attributes:
        layouts: form layouts of rules.yaml.
        words: the guard's words of rules.yaml.
        authserv_id: the name our own server writes in Authentication-Results; empty: none is believed.
        own_addresses: addresses we send from, in lower case.
        own_domain: the right side of our own Message-IDs.
        register: known reporters; empty: nobody is marked as unknown.
        colleagues: domains whose people pass on the reports of others; empty: everybody's.
        timezone: clock of reporters and of dates that name no offset.
    """

    layouts: tuple[FormLayout, ...] = ()
    words: GuardWords = field(default_factory=GuardWords)
    authserv_id: str = ""
    own_addresses: tuple[str, ...] = ()
    own_domain: str = ""
    register: Register = field(default_factory=Register)
    colleagues: tuple[str, ...] = ()
    timezone: str = "Europe/Stockholm"


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote: the mail itself, or one found inside it.

    Attributes:
        has_evidence: it tells of a mail that it forwards below.
        cover: what a forwarder wrote above it.
    """

    message: Message
    sender: Address
    date: datetime
    subject: str
    text: str
    is_reply: bool
    has_evidence: bool = False
    forwarded_by: Address | None = None
    cover: str = ""


def read(raw: RawMessage, context: ReadingContext) -> Reading:
    """Reads one mail: its reports, or why it is none.

    Raises:
        IngestError: the mail fits two form layouts. Anything else that is wrong is read around and noted.
    """
    zone = ZoneInfo(context.timezone)
    message = parse(raw, zone, context.authserv_id)
    verdict = _never_a_report(message, context)
    if verdict is None:
        letters = _letters(message, zone, context)
        found = tuple(_report(message, letter, n, context) for n, letter in enumerate(letters))
        verdict = _written_by_nobody(message, found, context)
        if verdict is None:
            return Reading(message, reports=found)
    return Reading(message, not_report=verdict.kind, reason=verdict.reason)


def _never_a_report(message: Message, context: ReadingContext) -> Verdict | None:
    return (
        guard.own_mail(message, context.own_addresses, context.own_domain)
        or guard.bounce(message, context.words)
        or guard.auto_reply(message, context.words)
    )


def _written_by_nobody(message: Message, found: tuple[Report, ...], context: ReadingContext) -> Verdict | None:
    """Automatic mail, unless a declared form sent it; what only looks like a form still may not come from a list."""
    if any(report.kind == "form" for report in found):
        return None
    if any("form_unknown" in report.notes for report in found):
        return guard.list_mail(message)
    return guard.list_mail(message) or guard.automatic(message, context.words)


def _letters(message: Message, zone: tzinfo, context: ReadingContext) -> tuple[Letter, ...]:
    """The letters that count: those attached or quoted in a forward, else the mail itself."""
    letter, forwards = _outer(message, zone)
    if forwards and _tells_for_himself(letter, context):
        return (replace(letter, has_evidence=True),)
    if message.inner and (forwards or not cut_signature(letter.text)):
        return tuple(
            replace(inner, forwarded_by=message.from_, cover=letter.text)
            for attached in message.inner
            for inner in _letters(attached, zone, context)
        )
    for _ in range(MAX_FORWARDS):
        inner = _forwarded(letter, zone) if forwards else None
        if inner is None:
            break
        letter, forwards = inner
    return (letter,)


def _tells_for_himself(letter: Letter, context: ReadingContext) -> bool:
    """Whether a forward is evidence in the sender's own report: no colleague's, with more than a line above it."""
    found = forward.find_forward(letter.text)
    if _is_colleague(letter.sender, context) or not (found or letter.message.inner):
        return False
    return len(cut_signature(found[0] if found else letter.text)) >= MIN_STORY


def _is_colleague(sender: Address, context: ReadingContext) -> bool:
    domain = "." + _domain(sender)
    return not context.colleagues or domain.endswith(tuple(f".{known}" for known in context.colleagues))


def _outer(message: Message, zone: tzinfo) -> tuple[Letter, bool]:
    subject, answers, forwards = headers.bare_subject(message.subject)
    text = _best_text(message)
    letter = Letter(
        message=message,
        sender=message.from_,
        date=message.date.astimezone(zone),
        subject=subject,
        text=text,
        is_reply=not forwards and bool(answers or message.in_reply_to or message.references),
    )
    return letter, forwards or (not answers and _is_bare_forward(letter))


def _is_bare_forward(letter: Letter) -> bool:
    """A forward without the prefix: the mark says so, or the mail begins with the other mail's header."""
    found = forward.find_forward(letter.text)
    return found is not None and (forward.has_forward_mark(letter.text) or not (found[0] or letter.is_reply))


def _forwarded(letter: Letter, zone: tzinfo) -> tuple[Letter, bool] | None:
    """The letter inside a forwarded one, and whether to look further: it is a forward again, or the forwarder's own."""
    found = forward.find_forward(letter.text)
    if found is None or not found[2]:
        return None
    cover, fields, text = found
    subject, answers, forwards = headers.bare_subject(fields.get("subject", ""))
    inner = replace(
        letter,
        sender=forward.read_address(fields["from"]) or letter.sender,
        date=dates.read_date(fields.get("date", ""), zone) or letter.date,
        subject=subject or letter.subject,
        text=text,
        is_reply=answers,
        forwarded_by=letter.forwarded_by or letter.message.from_,
        cover="\n\n".join(filter(None, (letter.cover, cover))),
    )
    return inner, forwards or inner.sender.address == letter.message.from_.address or _passes_on(inner)


def _passes_on(letter: Letter) -> bool:
    """Whether a forwarder's own house passed on a mail below a few words, without saying so in the subject."""
    found = None if letter.is_reply else forward.find_forward(letter.text)
    if found is None or _domain(letter.sender) != _domain(letter.message.from_):
        return False
    return len(cut_signature(found[0])) < MIN_STORY


def _domain(sender: Address) -> str:
    return sender.address.rpartition("@")[2]


def _best_text(message: Message) -> str:
    """The plain text, or the HTML as text where there is none or only a hint that one should look at the HTML."""
    if not message.html or len(message.text.strip()) >= MAX_STUB:
        return message.text
    text, _ = markup.to_text(message.html)
    is_stub = len(text) > STUB_TIMES * len(message.text) or "html" in message.text.lower()
    return text[:MAX_TEXT] if is_stub and text else message.text


def _report(message: Message, letter: Letter, position: int, context: ReadingContext) -> Report:
    html = letter.message.html
    reading = forms.read_form(context.layouts, letter.subject, letter.sender.address, letter.text, html)
    report = _form_report(letter, reading) if reading else _free_report(letter)
    known = context.register.find(report.reporter.address)
    unknown = bool(context.register.reporters) and known is None
    return replace(
        report,
        organisation=report.organisation or (known.organisation if known else ""),
        role=known.role if known else as_role(report.field("role")),
        position=position,
        message_id=message.message_id,
        original=letter.text if letter.message is message and not letter.cover else _best_text(message),
        thread=headers.thread(message.in_reply_to, message.references, message.subject),
        forwarded_by=letter.forwarded_by,
        attachments=letter.message.attachments,
        notes=(*report.notes, *_notes(message, letter), *(("reporter_unknown",) if unknown else ())),
        photo_position=letter.message.photo_position,
        photo_time=letter.message.photo_time,
    )


def _form_report(letter: Letter, reading: FormReading) -> Report:
    text = cut_signature(reading.field("description"))
    address = forward.read_address(reading.field("reporter_email")) or Address("", "")
    person = Address(one_line(reading.field("reporter_name")) or address.name, address.address)
    return Report(
        text=text,
        subject=letter.subject,
        date=letter.date,
        reporter=person if person.name or person.address else letter.sender,
        kind="form",
        fields=tuple(pair for pair in reading.fields if pair[0] != "description" and pair[1]),
        organisation=one_line(reading.field("organisation")),
        quoted=letter.cover,
        notes=() if text else ("no_text",),
    )


def _free_report(letter: Letter) -> Report:
    cut = cut_quotes(letter.text, is_reply=_quotes(letter))
    text = cut_signature(cut.text, letter.sender.name)
    if not text and _is_encrypted(letter.message):
        text = ENCRYPTED
    attached = tuple(_best_text(inner) for inner in letter.message.inner)
    return Report(
        text=text,
        subject=letter.subject,
        date=letter.date,
        reporter=letter.sender,
        kind=_kind(letter),
        quoted="\n\n".join(filter(None, (letter.cover, cut.quoted, *attached)))[:MAX_TEXT],
        notes=_free_notes(letter, text, cut.quoted),
    )


def _quotes(letter: Letter) -> bool:
    """Whether a letter quotes another mail: it answers one, tells of one below, or was forwarded with one below it."""
    if letter.is_reply or letter.has_evidence or letter.forwarded_by is None:
        return letter.is_reply or letter.has_evidence
    found = forward.find_forward(letter.text)
    return found is not None and bool(found[0])


def _is_encrypted(message: Message) -> bool:
    return "encrypted" in message.defects


def _kind(letter: Letter) -> ReportKind:
    if letter.forwarded_by is not None:
        return "forward"
    return "reply" if letter.is_reply else "free"


def _free_notes(letter: Letter, text: str, quoted: str) -> tuple[str, ...]:
    holds = {
        "no_text": not text and not quoted,
        "quote_only": not text and bool(quoted),
        "form_unknown": forms.looks_like_form(letter.text, letter.message.html),
        "attached_mail": bool(letter.message.inner),
        "forward_inside": letter.has_evidence,
    }
    return tuple(code for code, true in holds.items() if true)


def _notes(message: Message, letter: Letter) -> tuple[str, ...]:
    defects = dict.fromkeys((*message.defects, *letter.message.defects))
    dmarc = ("dmarc_fail",) if headers.fails_dmarc(message.auth_results) else ()
    forwarded = ("forwarded",) if letter.forwarded_by is not None else ()
    return (*forwarded, *dmarc, *(code for code in _REVIEWED_DEFECTS if code in defects))
