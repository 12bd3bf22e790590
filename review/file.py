"""The review file on disk: who has it open, reading it in a process of its own, replacing it without losing an edit."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from review.model import FileBusy, ReadFile, ReadRow, ReviewError

# Wall-clock bound on reading one file; the reader itself stops earlier by its own bound on processor time.
READ_SECONDS = 20
# Excel's AutoSave and sync programs write in several steps: size and time must stand still this long.
SETTLE_SECONDS = 1.5
SETTLE_TRIES = 10
# A lock file this old was left behind by a program that crashed.
STALE_LOCK_SECONDS = 24 * 3600
# Names of archived files: local time to the minute.
STAMP = "%Y-%m-%dT%H%M"
ROOT = Path(__file__).resolve().parent.parent


def locks(path: Path, now: float | None = None) -> tuple[Path, ...]:
    """Lock files of Excel (`~$name`) and LibreOffice (`.~lock.name#`) beside the file: it is open somewhere."""
    # Excel leaves out the first two letters of long names in the lock file's name.
    names = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    moment = time.time() if now is None else now
    return tuple(lock for lock in map(path.with_name, names) if _fresh(lock, moment))


def _fresh(lock: Path, now: float) -> bool:
    try:
        return now - lock.stat().st_mtime < STALE_LOCK_SECONDS
    except OSError:
        return False


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes; empty where there is no file.

    Raises:
        FileBusy: another program holds it.
    """
    try:
        return digest_of(path.read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise FileBusy(_busy(path, error.strerror or "upptagen")) from error


def digest_of(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def aside_of(path: Path) -> Path:
    """Where the old file steps aside while a new one takes its place."""
    return path.with_name(f".{path.name}.gammal")


def settle(path: Path, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.time) -> None:
    """Waits out a save that is under way.

    Raises:
        FileBusy: the file keeps changing.
    """
    for _ in range(SETTLE_TRIES):
        before = _look(path)
        if before is None or now() - before[1] > SETTLE_SECONDS:
            return
        sleep(SETTLE_SECONDS)
        if _look(path) == before:
            return
    raise FileBusy(_busy(path, "sparas just nu"))


def _look(path: Path) -> tuple[int, float] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime


def _busy(path: Path, why: str) -> str:
    return f"{path.name} är öppen i ett annat program ({why}). Stäng den där; inget har gått förlorat."


def busy_by_reason(path: Path, reason: str) -> FileBusy:
    """The error for a file that another program holds."""
    return FileBusy(_busy(path, reason))


def busy_by_lock(path: Path, lock: Path) -> FileBusy:
    """The error for a file that a lock file shows to be open."""
    return FileBusy(_busy(path, f"låsfilen {lock.name}"))


def read(path: Path) -> ReadFile:
    """Reads the file in a process of its own that is killed when it takes too long or too much memory.

    Raises:
        ReviewError: it cannot be read, with the reason in Swedish; the file is left as it is.
    """
    command = [sys.executable, "-m", "review.reader", str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=READ_SECONDS, cwd=ROOT, check=False)  # noqa: S603 - our own program
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        msg = f"{path.name} tog för lång tid eller för mycket minne att läsa och lämnades orörd. Är det rätt fil?"
        raise ReviewError(msg) from error
    if "error" in answer:
        raise ReviewError(answer["error"])
    rows = tuple(ReadRow(*row) for row in answer["rows"])
    at = _modified(path, answer["modified_at"])
    lost = tuple((sheet, column) for sheet, column in answer["lost"])
    dated = bool(answer["modified_at"])
    return ReadFile(rows, tuple(answer["missing"]), answer["modified_by"], at, lost, dated, tuple(answer["sheets"]))


def _modified(path: Path, stated: str | None) -> datetime:
    """When the file was saved: as it says itself, else as the file system says; never in the future."""
    if stated:
        told = datetime.fromisoformat(stated)
        at = told.replace(tzinfo=told.tzinfo or UTC)
    else:
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return min(at, datetime.now(UTC))


def replace(path: Path, data: bytes, expected: str) -> bool:
    """Puts new bytes in the file's place, whole or not at all, and only over bytes that have been read.

    The old file is moved aside first and looked at there: what was saved in the last moment is put back and read
    at the next round. Whatever an editor saves while the place is empty is never overwritten.

    `expected` is the SHA-256 of the bytes that may be replaced, empty where there is no file.

    Returns:
        False where something new lies there: read it first.

    Raises:
        FileBusy: another program holds the file.
        ReviewError: the folder cannot be written.
    """
    fresh, aside = path.with_name(f".{path.name}.ny"), aside_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(fresh, data)
        if not _step_aside(path, aside, expected):
            return False
        placed = _place(fresh, path)
        aside.unlink(missing_ok=True)
    except PermissionError as error:  # Windows and SMB: a sharing violation
        _put_back(aside, path)
        raise FileBusy(_busy(path, "delningen nekas")) from error
    except OSError as error:
        _put_back(aside, path)
        msg = f"{path} kan inte skrivas: {error.strerror}. Den gamla filen är kvar."
        raise ReviewError(msg) from error
    finally:
        fresh.unlink(missing_ok=True)
    return placed


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _step_aside(path: Path, aside: Path, expected: str) -> bool:
    if path.exists():
        path.replace(aside)
    if digest(aside) == expected:
        return True
    _put_back(aside, path)
    return False


def _place(fresh: Path, path: Path) -> bool:
    """Fails, instead of overwriting, where an editor has saved into the empty place."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        fresh.replace(path)
    return True


def _put_back(aside: Path, path: Path) -> None:
    """After a failure or a crash: the file that stepped aside returns, unless a newer one stands in its place."""
    if aside.exists() and not path.exists():
        aside.replace(path)


def recover(path: Path) -> None:
    """Undoes what a crash in the middle of `replace` left behind."""
    _put_back(aside_of(path), path)
    path.with_name(f".{path.name}.ny").unlink(missing_ok=True)


def archive_of(path: Path) -> Path:
    """The folder of applied files beside the review file."""
    return path.with_suffix("") / "arkiv"


def prune(path: Path, before: datetime) -> int:
    """Deletes archived files from before a local time, by their names, and says how many; other files are left."""
    old = [one for one in archive_of(path).glob("*") if (at := _archived_at(one)) and at < before.replace(tzinfo=None)]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _archived_at(one: Path) -> datetime | None:
    try:
        return datetime.strptime(one.stem[: len("2026-11-23T0812")], STAMP)  # noqa: DTZ007 - local, as it was written
    except ValueError:
        return None


def archive(path: Path, applied: Path, at: datetime) -> Path:
    """Keeps an applied file as `granskning/arkiv/2026-11-23T0812.xlsx` beside the review file; `at` is local time."""
    folder = archive_of(path)
    folder.mkdir(parents=True, exist_ok=True)
    stem = at.strftime(STAMP)
    for number in range(1000):
        copy = folder / f"{stem}{f'-{number}' if number else ''}{applied.suffix}"
        if not copy.exists():
            _write(copy, applied.read_bytes())
            return copy
    msg = f"Arkivet {folder} har för många filer från samma minut."
    raise ReviewError(msg)
