"""Fixtures for every room: where the shared corpus lies, when it is there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpus, places and references; tests that need it skip visibly where it is absent."""
    folder = Path(os.environ.get("LAGESBILD_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus" / "reports.jsonl").is_file():
        pytest.skip(f"no shared corpus at {folder}")
    return folder
