"""What is kept between starts: compiled words and files already read and checked, each under the hash of its source.

Nothing here is trusted to be there or whole: what cannot be read is made anew, what cannot be written is left.
"""

import functools
import hashlib
import json
import marshal
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from classify.schema import Quoted

# Modules whose change makes other tables of the same rules.
MAKERS = ("cache", "compiling", "expressions", "lexicon", "schema", "terms", "verbs", "words")
KEPT = 6  # of each kind: enough to go back and forth between versions of the rules
# Part of every name: changes when an older program's entries must not be used.
FORMAT = 5
DIGEST = hashlib.sha256().digest_size


def default_cache() -> Path:
    """Where compiled rules are kept unless told otherwise: XDG_CACHE_HOME, else ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lagesbild"


def entry(cache_dir: Path | None, kind: str, source: str) -> Path:
    """The folder for what is made from this source."""
    digest = hashlib.sha256(f"{FORMAT}\0{source}".encode()).hexdigest()[:16]
    return (cache_dir or default_cache()) / f"{kind}-{digest}"


def keep(folder: Path, write: Callable[[Path], None]) -> None:
    """Fills an entry: all of it or nothing, whoever else does the same just now."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
            built = Path(draft) / "built"
            built.mkdir()
            write(built)
            shutil.rmtree(folder, ignore_errors=True)  # what stood there could not be read
            built.rename(folder)
        _forget_oldest(folder)
    except OSError:
        return  # a read-only home, or another process was first: it costs time at the next start, nothing else


def _forget_oldest(folder: Path) -> None:
    kind = folder.name.partition("-")[0]
    entries = sorted(folder.parent.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in entries[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


@functools.cache
def makers() -> str:
    """What tables depend on besides their source: the modules that make them, and Python's own format."""
    modules = b"".join(files("classify").joinpath(f"{name}.py").read_bytes() for name in MAKERS)
    return f"{sys.implementation.cache_tag} {hashlib.sha256(modules).hexdigest()}"


def read_tables(folder: Path) -> dict[str, Any] | None:
    """Tables kept before; None where there are none, or not all of them."""
    try:
        kept = (folder / "tables").read_bytes()
    except OSError:
        return None
    digest, tables = kept[:DIGEST], memoryview(kept)[DIGEST:]
    if hashlib.sha256(tables).digest() != digest:
        return None
    found: dict[str, Any] = marshal.loads(tables)  # noqa: S302 - plain values in the format of .pyc files: runs nothing
    return found


def write_tables(folder: Path, tables: dict[str, Any]) -> None:
    """Keeps tables of plain values: tuples, lists, dictionaries, sets, strings and numbers."""
    content = marshal.dumps(tables)
    keep(folder, lambda built: _write_bytes(built / "tables", hashlib.sha256(content).digest() + content))


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def read_plain(folder: Path) -> object:
    """Plain data of a YAML file read before; None where there is none."""
    try:
        return _thawed(json.loads((folder / "data.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def write_plain(folder: Path, data: object) -> None:
    """Keeps plain data of a YAML file."""
    text = json.dumps(_frozen(data), ensure_ascii=False)
    keep(folder, lambda built: _write(built / "data.json", text))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _frozen(data: object) -> object:
    if isinstance(data, Quoted):
        return {'"': str(data)}
    if isinstance(data, dict):
        return {key: _frozen(value) for key, value in data.items()}
    return [_frozen(value) for value in data] if isinstance(data, tuple) else data


def _thawed(data: object) -> object:
    if isinstance(data, dict):
        return Quoted(data['"']) if '"' in data else {key: _thawed(value) for key, value in data.items()}
    return tuple(_thawed(value) for value in data) if isinstance(data, list) else data
