"""Mail in files: .eml files, folders of them, mbox files and Maildir, through the same door as a mailbox."""

import hashlib
import mailbox
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.message import IngestError, RawMessage
from ingest.source import Books

ACCOUNT = "files"
MAILDIR_PARTS = ("new", "cur", "tmp")
# Of a file over max_bytes only this much is read, and of that only the header kept.
HEADER_OCTETS = 262_144
# mboxrd: a line of the mail that begins with From, after any number of >, was given one more >.
QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
HEADER_END = re.compile(rb"\r?\n\r?\n")


class FilesSource:
    """Files and folders named by a person, as a `Source`. They are read, never changed."""

    def __init__(self, paths: Sequence[Path], max_bytes: int = 25_000_000) -> None:
        self._paths = tuple(path.resolve() for path in paths)
        self._max_bytes = max_bytes

    @property
    def account(self) -> str:
        """Always `files`; the folder or mbox is the mailbox."""
        return ACCOUNT

    def new_messages(self, books: Books) -> Iterator[RawMessage]:  # noqa: ARG002 - a file must be read to be known
        """Yields every mail found, sorted by path; the books know which were taken before.

        Raises:
            IngestError: a path does not exist, or files cannot be read; all others were yielded.
        """
        unread: list[str] = []
        for path in self._paths:
            for file in mail_files(path):
                try:
                    yield from self._read(file)
                except OSError as error:
                    unread.append(f"{file} ({error.strerror})")
        if unread:
            msg = f"{len(unread)} files cannot be read, the first is {unread[0]}. All others were taken."
            raise IngestError(msg)

    def count(self) -> int:
        """How many mails there are, for a progress bar; mbox files are read through for it."""
        return sum(_count(file) for path in self._paths for file in mail_files(path))

    def acknowledge(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        """Files are left where they are."""

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self, file: Path) -> Iterator[RawMessage]:
        return self._from_mbox(file) if _is_mbox(file) else iter((self._from_file(file),))

    def _from_file(self, file: Path) -> RawMessage:
        status = file.stat()
        headers_only = status.st_size > self._max_bytes
        with file.open("rb") as opened:
            rfc822 = _header(opened.read(HEADER_OCTETS)) if headers_only else opened.read()
        at = datetime.fromtimestamp(status.st_mtime, UTC)
        return _message(_mailbox_of(file), _lasting_name(file), rfc822, at, status.st_size, headers_only=headers_only)

    def _from_mbox(self, file: Path) -> Iterator[RawMessage]:
        seen: Counter[str] = Counter()
        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        box = mailbox.mbox(file, create=False)
        try:
            for key in box.iterkeys():
                from_line, _, quoted = box.get_bytes(key, from_=True).partition(b"\n")
                rfc822 = QUOTED_FROM.sub(rb"\1", quoted)
                size, headers_only = len(rfc822), len(rfc822) > self._max_bytes
                rfc822 = _header(rfc822[:HEADER_OCTETS]) if headers_only else rfc822
                digest = hashlib.sha256(rfc822).hexdigest()
                name, seen[digest] = f"#{seen[digest]}", seen[digest] + 1
                yield _message(str(file), name, rfc822, _from_date(from_line, at), size, headers_only=headers_only)
        finally:
            box.close()


def uid_of(name: str, rfc822: bytes) -> int:
    """A UID that the same file gives every time, and two equal files in one folder do not share.

    Args:
        name: of the file, or for an mbox the ordinal among mails of equal content.
        rfc822: the bytes.

    Returns:
        63 bits, so that any database keeps it.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\0" + rfc822).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _message(mailbox_name: str, name: str, rfc822: bytes, at: datetime, size: int, *, headers_only: bool) -> RawMessage:
    return RawMessage(ACCOUNT, mailbox_name, 0, uid_of(name, rfc822), at, rfc822, size, headers_only)


def mail_files(path: Path) -> Iterator[Path]:
    """Every file that holds mail, at or below a path, in a stable order; symbolic links below are not followed."""
    if not path.exists():
        msg = f"There is nothing at {path}. Name .eml files, folders, mbox files or Maildirs."
        raise IngestError(msg)
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from mail_files(entry) if entry.name != "tmp" or not _is_maildir(path) else ()
        elif _holds_mail(entry):
            yield entry


def _holds_mail(file: Path) -> bool:
    if not file.is_file():  # a pipe would keep us waiting for ever
        return False
    return file.suffix.lower() in {".eml", ".mbox"} or _in_maildir(file) or _is_mbox(file)


def _is_maildir(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in MAILDIR_PARTS)


def _in_maildir(file: Path) -> bool:
    return file.parent.name in {"new", "cur"} and _is_maildir(file.parent.parent)


def _is_mbox(file: Path) -> bool:
    if not file.is_file() or file.suffix.lower() == ".eml":
        return False
    with suppress(OSError), file.open("rb") as opened:
        return opened.read(5) == b"From "
    return False


def _mailbox_of(file: Path) -> str:
    return str(file.parent.parent if _in_maildir(file) else file.parent)


def _lasting_name(file: Path) -> str:
    """The part of a file name that stays: in a Maildir the flags after `:2,` and the folder new or cur change."""
    return file.name.split(":2,", 1)[0] if _in_maildir(file) else file.name


def _header(start: bytes) -> bytes:
    end = HEADER_END.search(start)
    return start[: end.end()] if end else start


def _from_date(from_line: bytes, otherwise: datetime) -> datetime:
    """The date of an mbox's From_ line (`From sender Mon Nov 23 08:00:00 2026`), taken as UTC."""
    words = from_line.decode("ascii", "replace").split()
    try:
        # strptime knows month names by locale; the mail library's parser knows RFC 5322's.
        month, day, clock, year = words[-4:]
        return parsedate_to_datetime(f"{day} {month} {year} {clock} +0000")
    except (ValueError, IndexError, TypeError):
        return otherwise


def _count(file: Path) -> int:
    if not _is_mbox(file):
        return 1
    box = mailbox.mbox(file, create=False)
    try:
        return len(box)
    finally:
        box.close()
