"""Mails that could not be read, or were too large to fetch: looked at, tried again, or put away with a reason."""

from sqlalchemy.orm import Session

from store import mails
from store.records import StoredMail, StoreError
from store.session import Store

# More of a mail than anybody reads on a screen; `--save` gives all of it.
SHOWN_OCTETS = 20_000


def listed(store: Store) -> tuple[StoredMail, ...]:
    """Every mail that waits for a person's decision, newest first."""
    with store.transaction() as session:
        return mails.in_state(session, ["quarantined", "too_large"])


def found(store: Store, number: int) -> tuple[StoredMail, bytes]:
    """One of them with its bytes.

    Raises:
        StoreError: there is no such mail, or it needs no decision.
    """
    with store.transaction() as session:
        return _quarantined(session, number), mails.raw_bytes(session, number)


def retry(store: Store, number: int, max_bytes: int) -> StoredMail:
    """Puts a mail back: an unread one is read again, one that was too large is fetched at the next poll.

    Raises:
        StoreError: as `found`, or the mail is still too large.
    """
    with store.transaction() as session:
        mail = _quarantined(session, number)
        if mail.state == "quarantined":
            mails.retry(session, number)
        elif mail.size > max_bytes:
            msg = f"Mail {number} has {mail.size} bytes. Raise [mailbox] max_bytes (now {max_bytes}) first."
            raise StoreError(msg)
        else:
            mails.fetch_again(session, number)
        return mails.get(session, number)


def drop(store: Store, number: int, reason: str) -> StoredMail:
    """Puts a mail away as no report, with a person's reason; its bytes are kept.

    Raises:
        StoreError: as `found`.
    """
    with store.transaction() as session:
        _quarantined(session, number)
        mails.settle(session, number, "no_report", f"put away: {reason}")
        return mails.get(session, number)


def shown(rfc822: bytes) -> str:
    """The beginning of a mail as text that cannot do anything to a terminal."""
    text = rfc822[:SHOWN_OCTETS].decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)


def _quarantined(session: Session, number: int) -> StoredMail:
    mail = mails.find(session, number)
    if mail is None or mail.state not in {"quarantined", "too_large"}:
        msg = f"There is no mail {number} that waits for a decision: see `lagesbild quarantine list`."
        raise StoreError(msg)
    return mail
