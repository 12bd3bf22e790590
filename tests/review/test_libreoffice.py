"""The review file in real LibreOffice: opened, filled as a person fills it, saved as .xlsx and .csv, read back."""

import json
import random
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lagesbild.review import export, import_file, sync
from review import file
from review.cells import clean
from review.model import Choices, Page, ReadRow, Row
from review.text_file import write_text
from review.workbook import Book, write_workbook

OPEN = "Att granska"
SCRIPT = Path(__file__).with_name("office.py")
XLSX, CSV = "Calc MS Excel 2007 XML", "Text - txt - csv (StarCalc)"
# The Python that Debian's LibreOffice talks to.
SYSTEM_PYTHON = "/usr/bin/python3"

Fill = Callable[..., None]


def _speaks_uno() -> bool:
    if shutil.which("soffice") is None or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(not _speaks_uno(), reason="no LibreOffice with UNO here: run tests/system-packages.sh"),
    pytest.mark.xdist_group("libreoffice"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """A running LibreOffice that fills cells of a file and saves it."""
    home, pipe = tmp_path_factory.mktemp("lo"), f"lb{uuid.uuid4().hex}"
    command = ["soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{home}/profile",
               f"--accept=pipe,name={pipe};urp;"]  # fmt: skip
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def fill(path: Path, edits: list[tuple[str, str, str, str]], target: Path, kind: str = XLSX) -> None:
        told = home / "edits.json"
        told.write_text(json.dumps(edits), encoding="utf-8")
        run = [SYSTEM_PYTHON, str(SCRIPT), pipe, str(path), str(told), str(target), kind, OPEN]
        done = subprocess.run(run, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr

    yield fill
    running.terminate()
    running.wait(30)


NASTY = "=1+1 eller +46\n'citat' _x0041_ åäö\tslut"


def test_corrections_made_in_libreoffice_come_back_from_xlsx(desk: Any, office: Fill, make_report: Any) -> None:
    stored = desk.add(told=make_report(NASTY))
    desk.add()
    export(desk.tools)
    shown = [r.values["text"] for r in file.read(desk.path).rows if r.key == "R1"]
    edits = [
        (OPEN, "R1", "new_category", "Brand och eldning"),
        (OPEN, "R1", "new_site", "=2+3"),
        (OPEN, "R1", "new_occurred", "2026-11-19"),
        (OPEN, "R1", "comment", "ringde upp\npå måndagen"),
        (OPEN, "R2", "verdict", "Ja"),
        ("Lägg till", "N", "text", "krossad ruta vid torget"),
        ("Åtgärder", "B", "what", "Ny belysning"),
        ("Åtgärder", "B", "from", "2026-12-01"),
    ]
    office(desk.path, edits, desk.path)
    assert shown == [f"Klotter\n{NASTY}"] == [r.values["text"] for r in file.read(desk.path).rows if r.key == "R1"]
    summary = sync(desk.tools)
    again = desk.get(stored.id)
    assert summary.tally.refused == summary.tally.conflicts == 0
    assert (again.effective.category, again.comment) == ("brand", "ringde upp\npå måndagen")
    assert again.effective.occurred is not None
    assert again.effective.occurred.value == "2026-11-19"
    assert desk.get(2).status == "approved"
    assert desk.get(3).report.text == "krossad ruta vid torget"
    assert desk.cell("Åtgärder", "A1", "from") == "2026-12-01"


def test_text_like_a_formula_stays_text_in_libreoffice(desk: Any, office: Fill, make_report: Any) -> None:
    desk.add(told=make_report('=HYPERLINK("http://ond.example";"klicka")'))
    export(desk.tools)
    office(desk.path, [], desk.path)
    import openpyxl

    sheet: Any = openpyxl.load_workbook(desk.path)[OPEN]
    assert [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []
    assert sheet._hyperlinks == []


def test_corrections_saved_as_csv_by_libreoffice_come_back(desk: Any, office: Fill, tmp_path: Path) -> None:
    desk.add()
    export(desk.tools)
    target = tmp_path / "granskning.csv"
    office(desk.path, [(OPEN, "R1", "new_locality", "Skene"), (OPEN, "R1", "verdict", "x")], target, CSV)
    summary = import_file(desk.tools, target)
    again = desk.get(1)
    assert (again.effective.place.locality, again.status, summary.tally.refused) == ("Skene", "approved", 0)


def test_the_csv_twin_edited_in_libreoffice_comes_back(desk: Any, office: Fill, make_report: Any) -> None:
    desk.tools = replace(desk.tools, path=desk.path.with_suffix(".csv"))
    desk.add(told=make_report(NASTY))
    export(desk.tools)
    office(desk.path, [("granskning", "R1", "new_locality", "Skene"), ("granskning", "R1", "comment", "-ja")],
           desk.path, CSV)  # fmt: skip
    summary = sync(desk.tools)
    again = desk.get(1)
    assert (again.effective.place.locality, again.comment, summary.tally.refused) == ("Skene", "-ja", 0)


SIGNS = (
    "=1+1", "=cmd|'/C calc'!A0", '=HYPERLINK("http://ond.example";"x")', "+46 70 174 06 12", "-5", "-", "@SUMMA(A1)",
    "\t=x", "\r=x", "\n=x", "'=x",
    "''", "'", '"', '""', ";", "a;b\nc", "_x0041_", "#REF!", "SANT", "TRUE", "1e5", "007",
    "2026-11-21", "21/11", "1,5", "  luft  ", "<b>&amp;", "http://ond.example", "\x01\x0b", "a\x00b", "\u202e\u200b",
    "é e\u0301", "😀" * 50, "å" * 32_767, "＝1+1", "{{7*7}}", "%s%n", "\\", "rad ett\nrad två\n", "\ufeffbom",
)  # fmt: skip


def battery() -> Book:
    """A row for each sign and for random mixtures of them, in the text and in the comment."""
    dice = random.Random(5)  # noqa: S311 - the same texts at every run
    mixed = ["".join(dice.choices(SIGNS[:32], k=3)) for _ in range(60)]
    texts = [*SIGNS, *mixed]
    dice.shuffle(texts)
    rows = (Row(f"R{n}", "1.0", {"reference": "LB", "text": t, "comment": t}) for n, t in enumerate(texts))
    return Book((Page("open", tuple(rows)),), Choices((("a", "A"),)))


def texts_of(rows: Iterable[ReadRow]) -> dict[str, tuple[str, str]]:
    return {row.key: (row.values.get("text", ""), row.values.get("comment", "")) for row in rows}


@pytest.mark.parametrize(("before", "after"), [("a.xlsx", "b.xlsx"), ("a.xlsx", "b.csv"), ("a.csv", "b.csv")])
def test_any_text_comes_back_unchanged_from_libreoffice(tmp_path: Path, office: Fill, before: str, after: str) -> None:
    book, path, target = battery(), tmp_path / before, tmp_path / after
    path.write_bytes(write_text(book) if before.endswith(".csv") else write_workbook(book))
    office(path, [], target, CSV if after.endswith(".csv") else XLSX)
    wanted = {row.key: clean(str(row.cells["text"])) for row in book.pages[0].rows}
    found = texts_of(file.read(target).rows)
    if after.endswith(".csv"):  # a line end is a line end: LibreOffice writes them all alike
        wanted = {key: text.replace("\r", "\n") for key, text in wanted.items()}
        found = {key: (a.replace("\r", "\n"), b.replace("\r", "\n")) for key, (a, b) in found.items()}
    assert {key: pair for key, pair in found.items() if pair != (wanted[key],) * 2} == {}
    assert [key for key, text in wanted.items() if text.strip() and key not in found] == []
