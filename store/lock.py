"""One process at a time: who reads a mailbox, who sends, who makes the digest.

The lock is held by the operating system (beside an SQLite file) or by PostgreSQL: it dies with its holder.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from store.records import StoreError
from store.session import Store

# What this process holds: a record lock of the system does not stop the process that has it.
_held: set[tuple[str, str]] = set()


class BusyError(StoreError):
    """Another process is at it already."""


@contextmanager
def one_instance(store: Store, name: str) -> Iterator[None]:
    """Holds, while the block lasts, the only right to read something, for example one mailbox.

    Raises:
        BusyError: another instance has it.
    """
    with exclusive(store.engine, name) as held:
        if not held:
            msg = f"{name} is already being read by {_holder(store.engine, name)}. Wait until it is done, or stop it."
            raise BusyError(msg)
        yield


@contextmanager
def exclusive(engine: Engine, name: str) -> Iterator[bool]:
    """Tries to be the only one, in any process, that holds this name on this database; never waits.

    Yields:
        True while it is held; False where somebody else, or this process already, holds it.

    Raises:
        StoreError: the database cannot be reached.
    """
    mine = (engine.url.render_as_string(), name)
    if mine in _held:
        yield False
        return
    lock = _advisory_lock if engine.dialect.name == "postgresql" else _file_lock
    with lock(engine, name) as held:
        _held.update([mine] if held else [])
        try:
            yield held
        finally:
            _held.difference_update([mine] if held else [])


@contextmanager
def _file_lock(engine: Engine, name: str) -> Iterator[bool]:
    path = _path(engine, name)
    if path is None:  # nobody else can open a database in memory
        yield True
        return
    with path.open("a+", encoding="ascii") as file:
        try:
            # A record lock, not flock: children started for the reading do not inherit it, nor outlive us with it.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield True


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[bool]:
    """An advisory lock belongs to a session of the server and ends with it.

    It is given back in words too: the server ends a closed session a moment later, and the next try would find it held.
    """
    key = int.from_bytes(_digest(name)[:8], "big", signed=True)
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except DatabaseError as error:
        msg = f"The database cannot be reached: {error.orig}. Check [store] url."
        raise StoreError(msg) from error
    connection.detach()  # closing it ends the session, instead of giving it back to the pool with the lock in it
    with connection:
        held = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield held
        finally:
            if held:
                with suppress(DatabaseError):  # the session is gone, and the lock with it
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def _holder(engine: Engine, name: str) -> str:
    if (engine.url.render_as_string(), name) in _held:
        return "this very process"  # opening and closing its file once more would let go of the lock
    path = _path(engine, name)
    if path is None or not path.exists():
        return "another process on the same database"
    return f"process {path.read_text(encoding='ascii').strip() or 'unknown'}"


def _path(engine: Engine, name: str) -> Path | None:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return Path(f"{database}.{_digest(name).hex()[:8]}.lock")


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8")).digest()
