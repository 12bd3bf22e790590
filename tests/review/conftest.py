"""A store with reports, a review file of its own, and an editor made of openpyxl."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from classify.assessment import Assessment, Confidence, Evidence, Place, Urgency
from ingest.message import Address, Report
from lagesbild.corrections import Means
from lagesbild.review import ReviewTools
from review.model import Choices
from review.rows import Look
from store import reports
from store.records import StoredMail, StoredReport
from store.session import Store, open_store

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CHOICES = Choices(
    categories=(
        ("klotter", "Klotter"),
        ("skadegorelse", "Skadegörelse"),
        ("brand", "Brand och eldning"),
        ("ovrigt", "Övrigt"),
    ),
    localities=("Kinna", "Skene", "Örby"),
    sites=("Resecentrum",),
)


def assessment(category: str = "klotter", urgency: Urgency = "normal", sure: float = 0.9) -> Assessment:
    return Assessment(
        category=category,
        urgency=urgency,
        place=Place("Kinna", "Boråsvägen", 57.5, 12.7, "street"),
        confidence=Confidence(category=sure, urgency=0.9, locality=0.9, site=0.9),
        evidence=(
            Evidence("category:klotter", "klotter", 2.0, 0, 7, "klotter"),
            Evidence("category:brand", "brand", 0.0, 9, 14, "brand", note="nekat"),
        ),
        personal=(),
        masked_text="klotter på väggen",
        masked_subject="Klotter",
        rules="r1",
    )


def report(text: str = "klotter på väggen") -> Report:
    return Report(text, "Klotter", NOW, Address("Åsa", "asa@butik.example"), "free", organisation="Butiken")


@dataclass
class Desk:
    """A store, its review file, and short words for what a person does with them."""

    store: Store
    tools: ReviewTools

    @property
    def path(self) -> Path:
        return self.tools.path

    def add(self, found: Assessment | None = None, told: Report | None = None) -> StoredReport:
        with self.store.transaction() as session:
            return reports.add(session, told or report(), found or assessment(), None)

    def get(self, number: int) -> StoredReport:
        with self.store.transaction() as session:
            return reports.get(session, number)

    def edit(self, changes: dict[tuple[str, str, str], object], by: str = "Eva", path: Path | None = None) -> None:
        """Opens the file, fills cells by (sheet title, key, column id) and saves, as a person would."""
        workbook = openpyxl.load_workbook(path or self.path)
        for (title, key, column), value in changes.items():
            sheet = workbook[title]
            assert isinstance(sheet, Worksheet)
            sheet.cell(line_of(sheet, key), column_of(sheet, column)).value = value  # type: ignore[assignment]  # what openpyxl takes
        workbook.properties.lastModifiedBy = by
        workbook.save(path or self.path)

    def cell(self, title: str, key: str, column: str) -> object:
        sheet = openpyxl.load_workbook(self.path)[title]
        assert isinstance(sheet, Worksheet)
        return sheet.cell(line_of(sheet, key), column_of(sheet, column)).value


def column_of(sheet: Worksheet, column: str) -> int:
    ids = [str(cell.value).partition(":")[0] for cell in sheet[1]]
    return ids.index(column) + 1


def line_of(sheet: Worksheet, key: str) -> int:
    position = column_of(sheet, "key")
    lines = [line for line in range(3, sheet.max_row + 1) if str(sheet.cell(line, position).value).startswith(key)]
    return lines[0]


def keys(path: Path, title: str) -> list[str]:
    sheet = openpyxl.load_workbook(path)[title]
    assert isinstance(sheet, Worksheet)
    position = column_of(sheet, "key")
    return [str(sheet.cell(line, position).value) for line in range(3, sheet.max_row + 1)]


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files saved by these tests are whole at once; `test_file.py` shows the waiting itself."""
    monkeypatch.setattr("review.file.SETTLE_SECONDS", 0.02)


@pytest.fixture
def sheet_keys() -> Callable[[Path, str], list[str]]:
    """The hidden keys of one sheet's rows, from above."""
    return keys


@pytest.fixture
def make_assessment() -> Callable[..., Assessment]:
    return assessment


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return report


@pytest.fixture
def choices() -> Choices:
    return CHOICES


@pytest.fixture
def look() -> Look:
    return Look(CHOICES, ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def desk(tmp_path: Path, look: Look) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/s.db")

    def report_of(mail: StoredMail, rfc822: bytes) -> Report:
        return Report(rfc822.decode(), mail.subject, mail.internal_date, Address("", mail.sender), "free")

    means = Means(look, assess=lambda _report: assessment(), report_of=report_of)
    yield Desk(store, ReviewTools(store, tmp_path / "delad" / "granskning.xlsx", means))
    store.close()
