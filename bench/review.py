"""The review file with 5,000 rows: how fast it is written, opened, read, applied. `python -m bench.review [ROWS]`."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl

from bench.chain import FIRST
from classify.assessment import Assessment
from ingest.message import Report
from lagesbild.classifying import classified, readings
from lagesbild.demo import MAIL
from lagesbild.wiring import App
from review.file import archive_of, read
from review.layout import OPEN
from store import reports

CHANGED = 500


def told(app: App) -> list[tuple[Report, Assessment]]:
    """The demo's reports with what the rules find in them."""
    return [one for _, reading in readings(app, (MAIL,)) for one in classified(app, reading)]


def many(found: list[tuple[Report, Assessment]], count: int) -> Iterator[tuple[Report, Assessment]]:
    """As many reports as asked for, one every two hours, each round of them in other places."""
    for number in range(count):
        report, assessment = found[number % len(found)]
        place = replace(assessment.place, site=f"Plats {number // len(found)}", latitude=None, longitude=None)
        told = replace(report, date=FIRST + timedelta(hours=2 * number - 2 * count), message_id=f"<{number}@bench>")
        yield told, replace(assessment, place=place, occurred=None)


def run(what: str, *command: str) -> None:
    """Runs a command and prints its time, processor time and peak memory."""
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        output = running.stdout.read() if running.stdout else ""
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.monotonic() - started, used.ru_utime + used.ru_stime
    last = output.strip().splitlines()[0] if output.strip() else ""
    print(f"{what}: {wall:.1f} s ({cpu:.1f} s CPU, {used.ru_maxrss / 1024:.0f} MB) {last}")


def edit(path: Path, count: int) -> None:
    """Fills the first rows as a person would: another place, a comment, every other approved."""
    workbook = openpyxl.load_workbook(path)
    sheet: Any = workbook[OPEN.title]
    at = {str(cell.value): cell.column for cell in sheet[1]}
    for line in range(3, 3 + count):
        sheet.cell(line, at["new_site"]).value = f"Plats {line}"
        sheet.cell(line, at["comment"]).value = "ringde upp"
        if line % 2:
            sheet.cell(line, at["verdict"]).value = "Ja"
    workbook.properties.lastModifiedBy = "Eva"
    workbook.save(path)


def main(count: int = 5000) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as scratch:
        lagesbild = (sys.executable, "-m", "lagesbild", "--config", f"{scratch}/lagesbild.toml")
        subprocess.run([*lagesbild[:3], "init", scratch], check=True, capture_output=True)
        app = App(Path(scratch) / "lagesbild.toml")
        with app.store.transaction() as session:
            for report, assessment in many(told(app), count):
                reports.add(session, report, assessment, None)
        app.store.close()
        path = app.settings.review.path
        run("linking them all at once", *lagesbild, "problems", "list")
        run(f"export of {count} rows", *lagesbild, "review", "export")
        print(f"size: {path.stat().st_size / 1e6:.1f} MB")
        if shutil.which("soffice"):
            home = f"-env:UserInstallation=file://{scratch}/office"
            office = ("soffice", "--headless", home, "--outdir", f"{scratch}/saved", "--convert-to")
            run("LibreOffice starts", *office, "csv", __file__)
            run("LibreOffice starts, opens and saves it", *office, "xlsx", str(path))
        started = time.monotonic()
        print(f"read: {len(read(path).rows)} rows in {time.monotonic() - started:.1f} s")
        run("export, nothing new", *lagesbild, "review", "export")
        edit(path, CHANGED)
        run(f"import of {CHANGED} changed rows", *lagesbild, "review", "import")
        run("the same again", *lagesbild, "review", "import")
        print(f"archived: {len(list(archive_of(path).iterdir()))}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
