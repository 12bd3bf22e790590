"""One process at a time: who sends, who makes the digest.

Held by the operating system or the database server, so that a crash lets go.
"""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text


@contextmanager
def exclusive(engine: Engine, name: str) -> Iterator[bool]:
    """Tries to be the only one, in any process, that holds this name on this database; never waits.

    Yields:
        True while it is held; False where somebody else holds it.
    """
    holder = _advisory_lock if engine.dialect.name == "postgresql" else _file_lock
    with holder(engine, name) as held:
        yield held


@contextmanager
def _file_lock(engine: Engine, name: str) -> Iterator[bool]:
    database = engine.url.database
    if not database or database == ":memory:":  # nobody else can open it
        yield True
        return
    with Path(f"{database}.{name}.lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[bool]:
    key = {"key": zlib.crc32(f"lagesbild {name}".encode())}
    # The lock belongs to this connection and goes with it.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
        try:
            yield held
        finally:
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
