"""Where mail comes from: the one seam behind which IMAP, files and (some day) Microsoft Graph stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ingest.message import IngestError, RawMessage


@dataclass(frozen=True, slots=True)
class TakenMail:
    """What the books keep of a mail that a source has to recognise: its size and the server's date."""

    size: int
    internal_date: datetime


# Asked with mailbox and UIDVALIDITY, gives every mail on the books by UID.
Books = Callable[[str, int], Mapping[int, TakenMail]]


class UnavailableError(IngestError):
    """The source is away or broke off: another attempt may succeed."""


class RefusedError(IngestError):
    """The source refuses us, or we it (login, certificate, folder): an alarm; trying again at once does not help."""


class NoIdleError(IngestError):
    """The server does not tell of new mail by itself: it has to be asked now and then."""


class Source(Protocol):
    """A place that holds mail. Nothing on it changes until `acknowledge` is called."""

    @property
    def account(self) -> str:
        """Name of the account, part of every mail's identity."""

    def new_messages(self, books: Books) -> Iterator[RawMessage]:
        """Yields every mail that is not on the books, oldest first, in batches of bounded size.

        Raises:
            IngestError: the source cannot be reached, refuses the login, or would not hand over single mails.
        """

    def acknowledge(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        """Flags or moves mails that are now safely stored; does nothing where the source is left alone."""

    def close(self) -> None:
        """Lets go of the connection; safe to call twice."""
