"""`lagesbild problems` as a person or a program calls it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.municipality import Simulator
from lagesbild.cli import app
from lagesbild.setup import write_files
from store import reports
from store.session import open_store


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "lagesbild.toml"
    path.write_text("[problems]\nactive_weeks = 2\nquiet_weeks = 400\n")
    tuple(write_files(tmp_path))
    store = open_store(f"sqlite:///{tmp_path}/lagesbild.db")
    with store.transaction() as session:
        for one in Simulator(3, years=0.5, reports=80, problems=4).run().reports:
            reports.add(session, one.report, one.assessment, None)
    store.close()
    return path


def run(config: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["--config", str(config), "problems", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_list_is_json_lines_with_every_fact_of_a_problem(config: Path) -> None:
    lines = [json.loads(line) for line in run(config, "list", "--json", "--all").splitlines()]
    assert {"reference", "place", "category", "candidate", "reasons", "weekly", "bra", "measures"} <= lines[0].keys()
    assert any(line["candidate"] for line in lines)


def test_the_list_and_one_problem_are_shown_to_people_in_swedish(config: Path) -> None:
    first = json.loads(run(config, "list", "--json").splitlines()[0])
    assert first["reference"] in run(config, "list")
    shown = run(config, "show", first["reference"])
    assert "Kandidat" in shown
    assert "Polisanmält" in shown
    assert re.search(r"Brådska +(Normal|Hög) \d", shown)
    assert first["place"]["locality"] in shown


def test_one_problem_as_json_holds_its_events(config: Path) -> None:
    first = json.loads(run(config, "list", "--json").splitlines()[0])
    shown = json.loads(run(config, "show", first["reference"], "--json"))
    assert [event["id"] for event in shown["events"]] == first["events"]


def test_rebuild_says_how_many_reports_were_linked(config: Path) -> None:
    assert run(config, "rebuild") == "80 reports linked anew.\n"
