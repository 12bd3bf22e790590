"""Opening the store: engine, migrations, transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from store.records import ContentError, StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a writer waits for another one before it gives up (a review import during a poll).
BUSY_TIMEOUT_SECONDS = 60


class Store:
    """An opened store. All reading and writing happens inside `transaction`, which commits at its end or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            ContentError: the database cannot hold what was put in.
            StoreError: the database cannot be reached, is locked, full or damaged.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except (DataError, IntegrityError) as error:
            msg = f"The database cannot hold this: {type(error.orig).__name__}."  # its words would quote the content
            raise ContentError(msg) from error
        except DatabaseError as error:
            msg = f"The database refused: {error.orig}. Check that it is reachable, not full and not locked."
            raise StoreError(msg) from error

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Opens the store at an SQLAlchemy URL and brings its tables up to date.

    Raises:
        StoreError: the URL is unusable, the database cannot be opened, or is newer than this program.
    """
    try:
        engine = _engine(url)
        if migrate:
            upgrade(engine)
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        msg = f"Cannot open the database {_without_password(url)}: {cause}. Check [store] url."
        raise StoreError(msg) from error
    return Store(engine)


def head() -> str:
    """The newest revision: migrations are named by number, and a revision by its file."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def upgrade(engine: Engine) -> None:
    """Runs every migration not yet run, in one transaction."""
    if _revision(engine) == head():
        return  # Alembic is not even imported: a quarter of a second that `status` does not have
    from alembic import command
    from alembic.config import Config

    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, "alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
            event.listen(engine, "connect", _set_up_sqlite)
            return engine
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        msg = f"[store] url is not usable ({error}). Write for example sqlite:///lagesbild.db."
        raise StoreError(msg) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI connection
    # WAL lets `status` read while a poll writes; FULL keeps a committed mail through a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(unreadable URL)"
