"""Commands that need no language model do not wait for one: what a command imports before it is done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What takes a second or more to import, or is needed for pictures alone.
HEAVY = ("spacy", "thinc", "numpy", "matplotlib", "typst")
HELP_SECONDS = 0.5  # of processor time
RUN = """
import sys
from lagesbild.cli import main
try:
    main()
except SystemExit:
    pass
print("imported:", *(name for name in sys.argv[0].split(",") if name in sys.modules), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start")
    subprocess.run([sys.executable, "-m", "lagesbild", "init", str(folder)], check=True, capture_output=True, cwd=ROOT)
    return folder / "lagesbild.toml"


def imported(config: Path, command: str) -> str:
    arguments = [",".join(HEAVY), "--config", str(config), *command.split()]
    run = f"import sys; sys.argv = {arguments!r}\n{RUN}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", run], capture_output=True, text=True, check=True, cwd=config.parent, env=environment
    )
    return done.stderr.strip().rpartition("imported:")[2]


COMMANDS = (
    "--help",
    "status",
    "status --json",
    "check",
    "quarantine list",
    "outbox list",
    "problems list",
    "rules check",
)


@pytest.mark.parametrize("command", [*COMMANDS, "digest --help", "review --help"])
def test_a_command_that_needs_no_language_model_imports_none(config: Path, command: str) -> None:
    assert imported(config, command) == ""


def test_what_needs_the_language_model_is_seen_to_import_it(config: Path) -> None:
    mail = ROOT / "lagesbild" / "demo" / "mail"
    assert "spacy" in imported(config, f"classify {next(mail.glob('*.eml'))}")


def test_help_is_there_at_once() -> None:
    before = os.times()
    subprocess.run([sys.executable, "-m", "lagesbild", "--help"], check=True, capture_output=True, cwd=ROOT)
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < HELP_SECONDS
