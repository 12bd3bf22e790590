"""Where mail comes from: the one seam behind which IMAP, files and (some day) Microsoft Graph stand."""

from collections.abc import Iterator
from typing import Protocol

from ingest.message import Checkpoint, IngestError, RawMessage


class UnavailableError(IngestError):
    """The source is away or broke off: another attempt may succeed."""


class RefusedError(IngestError):
    """The source refuses us, or we it (login, certificate, folder): an alarm; trying again at once does not help."""


class Source(Protocol):
    """A place that holds mail. Nothing on it changes until `acknowledge` is called."""

    @property
    def account(self) -> str:
        """Name of the account, part of every mail's identity."""

    def new_messages(self, checkpoint: Checkpoint | None) -> Iterator[RawMessage]:
        """Yields every mail not covered by the checkpoint, oldest first, one at a time (bounded memory).

        Raises:
            IngestError: the source cannot be reached or refuses the login.
        """

    def acknowledge(self, message: RawMessage) -> None:
        """Flags or moves a mail that is now safely stored; does nothing where the source is left alone."""

    def close(self) -> None:
        """Lets go of the connection; safe to call twice."""
