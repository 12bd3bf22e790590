"""A real PostgreSQL on loopback, started for these tests alone."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.session import Store, open_store


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _as_postgres() -> Callable[[], None] | None:
    """PostgreSQL refuses to run as root: then it runs as the account its package made."""
    if os.getuid() != 0:
        return None
    account = pwd.getpwnam("postgres")

    def become() -> None:
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)

    return become


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of an empty PostgreSQL cluster; gone when the tests end."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: run tests/system-packages.sh")
    folder = Path(tempfile.mkdtemp(prefix="lagesbild-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, preexec_fn=_as_postgres(), cwd=folder)

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-U", "lagesbild", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://lagesbild@127.0.0.1:{port}"
    finally:
        run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on each of the two databases."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path}/s.db")
    else:
        cluster = request.getfixturevalue("postgres")
        name = f"t{abs(hash(request.node.nodeid))}"
        admin = open_store(f"{cluster}/postgres", migrate=False)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.close()
        opened = open_store(f"{cluster}/{name}")
    yield opened
    opened.close()
