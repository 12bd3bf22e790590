"""The spreadsheet of events opens in a real spreadsheet program with every cell as it was written."""

import csv
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from classify.assessment import Occurred, Place
from digest.picture import Material
from digest.sheet import COLUMNS
from store.records import StoredReport

RISKY = ("=1+1", "+46 är inget nummer", "-2 grader", "@torget", "＝1+1", "'citat", "vanlig text", "åäö ÅÄÖ é")


@pytest.fixture
def sheet(material: Callable[..., Material], tell: Callable[..., StoredReport], whole: Callable[..., Any]) -> bytes:
    told = [tell(n, date(2026, 11, 18), place=Place("Kinna", text), masked_text=text) for n, text in enumerate(RISKY)]
    later = Occurred("2026-11-17T22", "hour", 1, 22)
    content: bytes = whole(material([*told, tell(99, date(2026, 11, 20), occurred=later)])).xlsx
    return content


def test_there_is_a_row_an_event_under_named_columns(sheet: bytes) -> None:
    (page,) = load_workbook(BytesIO(sheet)).worksheets
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == tuple(heading for heading, _ in COLUMNS)
    assert len(rows) == 1 + len(RISKY) + 1
    told = {heading: cell for heading, cell in zip(rows[0], rows[-1], strict=True) if cell is not None}
    assert (
        told | {"Händelse": "LB-2026-00099", "Inträffade": "tisdag 17 november kl. 22", "Kategori": "Klotter"} == told
    )
    assert told | {"Brådska": "Normal", "Ort": "Kinna", "Plats": "busstationen", "Sen rapport": "nej"} == told
    assert page.freeze_panes == "B2"


def test_what_was_reported_too_late_for_its_own_digest_stands_in_the_next_ones_sheet(
    material: Callable[..., Material], tell: Callable[..., StoredReport], whole: Callable[..., Any]
) -> None:
    late = tuple(replace(event, late=True) for event in material([tell(1, date(2026, 11, 13))]).events)
    content = whole(material([tell(2, date(2026, 11, 18))], late=late)).xlsx
    head, *rows = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert [(row[0], row[head.index("Sen rapport")]) for row in rows] == [
        ("LB-2026-00001", "ja"),
        ("LB-2026-00002", "nej"),
    ]


def test_libreoffice_reads_back_every_text_unchanged(sheet: bytes, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "l.xlsx").write_bytes(sheet)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # 76 is UTF-8; the last field writes cells as shown.
    to = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    subprocess.run([office, profile, "--headless", "--convert-to", to, "l.xlsx"], cwd=tmp_path, check=True, timeout=90)
    with (tmp_path / "l.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["Plats"] for row in rows[: len(RISKY)]] == list(RISKY)
    assert [row["Utdrag (maskat)"] for row in rows[: len(RISKY)]] == [text[:1].upper() + text[1:] for text in RISKY]
