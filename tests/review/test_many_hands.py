"""Two editors and a running service: every edit is applied or told as a conflict, none is lost."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lagesbild.review import import_file, sync
from review.model import FileBusy
from store import reports
from store import review as memory

OPEN = "Att granska"
EDITS = 500
# In the everyday run; the long ones are faults.
FEW_EDITS = 60
CATEGORIES = ("Klotter", "Skadegörelse", "Brand och eldning", "Övrigt")


@dataclass
class Editor:
    """One person at the shared file, who makes the lock file that LibreOffice makes, or who works on a copy."""

    name: str
    desk: Any
    left: int
    rng: random.Random
    standing: dict[tuple[str, str], tuple[str, tuple[int, str, str]]]
    made: list[tuple[int, str, str]] = field(default_factory=list)

    def work(self) -> None:
        while self.left > 0:
            with self._opened() as path:
                if path is not None:
                    self._change(path)
            time.sleep(self.rng.random() * 0.02)

    @contextmanager
    def _opened(self) -> Iterator[Path | None]:
        lock = self.desk.path.with_name(f".~lock.{self.desk.path.name}#")
        try:
            lock.open("x").close()
        except FileExistsError:
            yield None
            return
        try:
            yield self.desk.path if self.desk.path.exists() else None
        finally:
            lock.unlink()

    def _change(self, path: Path) -> None:
        """Opens, fills some cells with a new comment each, saves."""
        workbook = openpyxl.load_workbook(path)
        sheet: Any = workbook[OPEN]
        ids = [str(cell.value).partition(":")[0] for cell in sheet[1]]
        rows = {str(line[ids.index("key")].value): line for line in sheet.iter_rows(min_row=3)}
        for key in self.rng.sample(sorted(rows), min(self.left, self.rng.randint(1, 12))):
            column = self.rng.choice(("comment", "new_site", "new_category"))
            self._fill(rows[key][ids.index(column)], key, column)
        workbook.properties.lastModifiedBy = self.name
        if self.rng.random() < 0.2:  # sent by mail: saved elsewhere and imported
            path = path.parent.parent / f"{self.name}-{len(self.made)}.xlsx"
        workbook.save(path)
        if path != self.desk.path:
            import_file(self.desk.tools, path)

    def _fill(self, cell: Any, key: str, column: str) -> None:
        """Never over an edit that nobody has read yet: that would be the editors' loss among themselves."""
        before = self.standing.get((key, column))
        if before is not None and not accounted(self.desk, *before):
            return
        edit = (int(key[1:]), column, self._value(column))
        cell.value = edit[2]
        self.standing[key, column] = (self.name, edit)
        self.made.append(edit)
        self.left -= 1

    def _value(self, column: str) -> str:
        return self.rng.choice(CATEGORIES) if column == "new_category" else f"{self.name} {self.left}"


def serve(desk: Any, stop: threading.Event, failures: list[Exception]) -> None:
    while not stop.is_set():
        try:
            sync(desk.tools)
        except FileBusy:
            continue
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)
            return


@pytest.mark.faults
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_one_of_500_edits_is_applied_or_told(desk: Any, seed: int) -> None:
    edit_at_once(desk, seed, EDITS)


def test_every_one_of_a_few_edits_is_applied_or_told(desk: Any) -> None:
    edit_at_once(desk, 1, FEW_EDITS)


def edit_at_once(desk: Any, seed: int, edits: int) -> None:
    """Two people and the service work on one file until both have made their share; then everything is counted."""
    for _ in range(25):
        desk.add()
    sync(desk.tools)
    stop, failures = threading.Event(), list[Exception]()
    standing: dict[tuple[str, str], tuple[str, tuple[int, str, str]]] = {}
    dice = {name: random.Random(f"{name} {seed}") for name in ("Eva", "Bo")}  # noqa: S311 - the same edits at every run
    editors = [Editor(name, desk, edits // 2, dice[name], standing) for name in dice]
    service = threading.Thread(target=serve, args=(desk, stop, failures))
    threads = [threading.Thread(target=editor.work) for editor in editors]
    for thread in (service, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    service.join()
    sync(desk.tools)
    assert failures == []
    lost = [(editor.name, edit) for editor in editors for edit in editor.made if not accounted(desk, editor.name, edit)]
    assert sum(len(editor.made) for editor in editors) == edits
    assert lost == []


def accounted(desk: Any, name: str, edit: tuple[int, str, str]) -> bool:
    """Whether an edit stands in the history, was the value already, or is told in a note."""
    number, column, value = edit
    field_name = {"comment": "comment", "new_site": "site", "new_category": "category"}[column]
    with desk.store.transaction() as session:
        history = [c for c in reports.history(session, number) if c.field == field_name]
        notes = [n for n in memory.notes(session) if n.key == f"R{number}" and n.field == field_name]
    labels = {"Klotter": "klotter", "Skadegörelse": "skadegorelse", "Brand och eldning": "brand", "Övrigt": "ovrigt"}
    wanted = labels.get(value, value)
    start = "klotter" if field_name == "category" else None
    stood = wanted == start or any(wanted in {c.old, c.new} for c in history)
    return stood or any(value in n.text and name in n.text for n in notes)
