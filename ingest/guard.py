"""What is no report: automatic replies, bounces, receipts, list mail and our own mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuardWords:
    """The `mail:` section of rules.yaml: words by which a mail without the standard header fields gives itself away.

    All are compared without regard to case. What RFC 3834, RFC 3464 and RFC 8098 say in header fields
    is read by code and needs no words.

    Attributes:
        auto_reply_subjects: a subject that begins with one of these is an automatic reply (`Autosvar`, `Frånvaro:`).
        auto_reply_texts: a short body that holds one of these is one too (`detta är ett automatiskt svar`).
        bounce_senders: local parts that only mail systems use (`mailer-daemon`).
        bounce_subjects: a subject that begins with one of these is a bounce (`Kan inte levereras:`).
        receipt_subjects: a subject that begins with one of these is a receipt (`Läst:`).
    """

    auto_reply_subjects: tuple[str, ...] = ()
    auto_reply_texts: tuple[str, ...] = ()
    bounce_senders: tuple[str, ...] = ()
    bounce_subjects: tuple[str, ...] = ()
    receipt_subjects: tuple[str, ...] = ()
