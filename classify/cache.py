"""What is kept between starts: compiled words and files already read and checked, each under the hash of its source.

Nothing here is trusted to be there or whole: what cannot be read is made anew, what cannot be written is left.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from classify.schema import Quoted

KEPT = 6  # of each kind: enough to go back and forth between versions of the rules
# Part of every name: changes when an older program's entries must not be used.
FORMAT = 4


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
            built.rename(folder)
        _forget_oldest(folder)
    except OSError:
        return  # a read-only home, or another process was first: it costs time at the next start, nothing else


def _forget_oldest(folder: Path) -> None:
    kind = folder.name.partition("-")[0]
    entries = sorted(folder.parent.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in entries[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


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
