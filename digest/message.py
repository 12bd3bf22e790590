"""A rendered digest as one multipart mail. No header holds text of a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from digest import DigestError
from digest.charts import Image
from digest.render import Rendered
from store.records import OutboxKind


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header of one outgoing mail, every value from the settings or the program itself."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    date: datetime
    kind: OutboxKind = "digest"


@dataclass(frozen=True, slots=True)
class File:
    """One attachment."""

    name: str
    content_type: str
    content: bytes


def build(envelope: Envelope, rendered: Rendered, files: Sequence[File] = ()) -> EmailMessage:
    """The whole mail.

    Raises:
        DigestError: an address or the subject of the settings cannot stand in a header.
    """
    mail = _headers(envelope)
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    alternatives = mail.get_payload()
    for image in rendered.images:
        _add_image(alternatives[1], image)  # type: ignore[index, arg-type]  # a multipart's payload is its parts
    for file in files:
        maintype, subtype = file.content_type.split("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return mail


def build_text(envelope: Envelope, text: str) -> EmailMessage:
    """A mail of plain text only, as notices are: it reads the same in every program and on every telephone.

    Raises:
        DigestError: an address or the subject of the settings cannot stand in a header.
    """
    mail = _headers(envelope)
    mail.set_content(text, cte="quoted-printable")
    return mail


def _headers(envelope: Envelope) -> EmailMessage:
    """Who it is from and to; that no machine may answer (RFC 3834); how our own mail is known again."""
    mail = EmailMessage(policy=SMTP)
    domain = envelope.message_id.rpartition("@")[2].strip(">")
    try:
        mail["From"] = envelope.sender
        mail["To"] = tuple(Address(addr_spec=address) for address in envelope.recipients)
        # Python 3.11 writes what an encoded word decodes to, line ends included, back as header lines of its own.
        mail["Subject"] = envelope.subject.replace("=?", "= ?")
    except (ValueError, IndexError) as error:
        msg = f"The mail cannot be addressed: {error}. Check [smtp] from, [digest] recipients and subject."
        raise DigestError(msg) from error
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-replied" if envelope.kind == "acknowledgement" else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Lagesbild"] = envelope.kind
    mail["List-Id"] = f"<{envelope.kind}.lagesbild.{domain}>"
    mail["Content-Language"] = "sv"
    return mail


def _add_image(html: EmailMessage, image: Image) -> None:
    html.add_related(
        image.png, maintype="image", subtype="png", cid=f"<{image.cid}>", filename=f"{image.name}.png",
        disposition="inline",
    )  # fmt: skip
