"""`review export` and `review import` as a person runs them: one clear line, the right exit code, nothing lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(desk: Any, *command: str) -> subprocess.CompletedProcess[str]:
    folder = desk.path.parent
    for name in ("rules.yaml", "places.yaml"):
        shutil.copy(ROOT / name, folder / name)
    url = desk.store.engine.url.render_as_string()
    (folder / "lagesbild.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "lagesbild", "--config", str(folder / "lagesbild.toml"), "review", *command],
        capture_output=True, text=True, encoding="utf-8", env=environment, check=False,
    )  # fmt: skip


def test_the_commands_tell_what_they_did_and_leave_with_the_right_code(desk: Any) -> None:
    desk.path.parent.mkdir()
    desk.add()
    missing = run(desk, "import")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert "finns inte. Skriv en ny med `lagesbild review export`" in missing.stderr
    written = run(desk, "export")
    assert (written.returncode, "är skriven" in written.stdout) == (0, True), written.stderr
    desk.edit({("Att granska", "R1", "new_category"): "Kloter"})
    lock = desk.path.with_name(".~lock.granskning.xlsx#")
    lock.write_text("Eva")
    busy = run(desk, "export")
    assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
    assert "är öppen i ett annat program" in busy.stderr
    lock.unlink()
    again = run(desk, "import")  # what was refused while it was open stands in the new file
    assert again.returncode == 0
    assert "Menade du Klotter?" in str(desk.cell("Att granska", "R1", "message"))
    desk.edit({("Att granska", "R1", "new_locality"): "Tokyo", ("Att granska", "R1", "new_category"): "Klotter"})
    refused = run(desk, "import")
    assert refused.returncode == 1
    assert "Orten ”Tokyo” finns inte." in refused.stdout
