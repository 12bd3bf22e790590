"""The review file in real LibreOffice: opened, filled as a person fills it, saved as .xlsx and .csv, read back."""

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lagesbild.review import export, import_file, sync
from review import file

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
