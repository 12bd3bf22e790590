from pathlib import Path

import pytest

from classify.places import Gazetteer, load_places

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load_places(ROOT / "places.yaml")
