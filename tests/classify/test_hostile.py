import time
from datetime import datetime

import pytest

from classify.components.occurred import find_occurred
from classify.lists import read_list
from classify.personal import find_personal
from classify.places import Gazetteer
from classify.scene import find_place

SENT = datetime.fromisoformat("2026-11-15T06:10:00+01:00")
LONGEST = 20_000
# Far above what an honest text of that length takes, far below what a quadratic pattern does.
SECONDS = 1.5


PIECES = ("\n", " ", "Anna ", "Anna Berg ", "i går ", "Kinna ", "Kinnas skola ", "12.30 ", "1", "a@", "Mvh\n")
MORE = ("mellan fredag och ", "22.10 rond\n", "/", "070-", "Linvägen 8 ", "jag bor ", "natten till ", "A. ", "ABC123 ")


@pytest.mark.parametrize("piece", [*PIECES, *MORE])
def test_no_text_of_full_length_takes_long(gazetteer: Gazetteer, piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    started = time.process_time()
    find_place(text, gazetteer)
    find_occurred(text, SENT)
    find_personal(text, ("Anna Berg",), letter=True)
    read_list(text)
    assert time.process_time() - started < SECONDS
