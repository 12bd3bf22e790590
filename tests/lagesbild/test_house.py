"""The house rules that a tool can check: sizes, names, what is pinned."""

import ast
import re
import statistics
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("ingest", "classify", "store", "problems", "review", "digest", "lagesbild")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 6


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Lines of a function without its docstring, blank lines and lines that are only a comment."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 1
    head = range(function.lineno - 1, function.body[0].lineno - 1)
    rest = range(body[0].lineno - 1, function.end_lineno or body[0].lineno)
    return sum(1 for i in {*head, *rest} if (text := lines[i].strip()) and not text.startswith("#"))


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", code_lines(node, text.splitlines())


def test_no_file_holds_two_subjects() -> None:
    files = (*sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py"))
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().splitlines())) > MAX_FILE_LINES}
    assert long == {}


def test_functions_are_small() -> None:
    found = [function for path in sources() for function in functions_of(path)]
    assert [(name, lines) for name, lines in found if lines > MAX_FUNCTION_LINES] == []
    assert statistics.median(lines for _, lines in found) <= MEDIAN_FUNCTION_LINES


def test_no_installed_distribution_ships_one_of_our_names() -> None:
    """The rooms are top-level packages: another distribution with such a folder would shadow ours."""
    taken = {
        (distribution.metadata["Name"], file.parts[0])
        for distribution in distributions()
        if distribution.metadata["Name"] != "lagesbild"
        for file in distribution.files or ()
        if file.parts[0].removesuffix(".py") in ROOMS
    }
    assert taken == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pinned_requirement_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][^\s=]*==", text, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pinned) == len(blocks) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text
