"""How a finished mail leaves: what a delivery attempt is asked, what it answers, and the folder of .eml files."""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self

from digest import DigestError
from store.records import RecipientResult, RecipientState

# Called just before the end of DATA is written: what fails before it was certainly not taken by the server.
HandOver = Callable[[], None]
# A server's words are kept as a hint for the operator; more than this is not a hint.
REPLY_CHARS = 200


class SendingError(DigestError):
    """The mail server cannot be reached, is not trusted or refuses the login: no mail can go out now."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to hand over. `sender` and `recipients` are the envelope (RFC 5321), `rfc822` the bytes with CRLF."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    rfc822: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt.

    Attributes:
        results: one for each recipient that the server gave an answer on.
        uncertain: why it is not known whether the server took the mail (the reply to DATA was lost), or empty.
    """

    results: tuple[RecipientResult, ...] = ()
    uncertain: str = ""


class Transport(Protocol):
    """A way out. Used as a context manager: entering connects, leaving says goodbye."""

    def __enter__(self) -> Self:
        """Connects and logs in.

        Raises:
            SendingError: that cannot be done.
        """

    def __exit__(self, *exception: object) -> None:
        """Lets go of the connection."""

    def deliver(self, letter: Letter, handing_over: HandOver) -> Delivery:
        """Tries once; never raises for what the server answers or fails to answer."""


def same_for_all(letter: Letter, state: RecipientState, reply: str) -> tuple[RecipientResult, ...]:
    """One answer that holds for every recipient."""
    now = datetime.now(UTC)
    return tuple(RecipientResult(address, state, reply, now) for address in letter.recipients)


def visible(reply: bytes | str) -> str:
    """A server's words on one line, harmless on a terminal and short."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(re.sub(r"[^\x20-\x7e\xa0-\u2027\u2030-\u205f]+", " ", text).split())[:REPLY_CHARS]


class Folder:
    """Writes .eml files instead of sending; the name is made from the Message-ID, so that no mail lies there twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        """Makes the folder."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SendingError(_unwritable(self._folder, error)) from error
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing to let go of."""

    def deliver(self, letter: Letter, handing_over: HandOver) -> Delivery:
        """Writes the file, whole or not at all."""
        handing_over()
        try:
            write_atomically(self._folder / eml_name(letter.message_id), letter.rfc822)
        except OSError as error:
            return Delivery(same_for_all(letter, "deferred", _unwritable(self._folder, error)))
        return Delivery(same_for_all(letter, "accepted", "written as .eml"))


def _unwritable(folder: Path, error: OSError) -> str:
    return f"The folder {folder} of [smtp] outbox cannot be written: {error.strerror}."


def eml_name(message_id: str) -> str:
    """A safe file name: the readable beginning of the Message-ID and a hash of all of it."""
    readable = re.sub(r"[^a-z0-9-]+", "-", message_id.split("@", maxsplit=1)[0].lower()).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(message_id.encode()).hexdigest()[:8]}.eml"


def write_atomically(path: Path, content: bytes) -> None:
    """Writes beside, syncs, renames: a reader or a crash meets the whole file or none."""
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
