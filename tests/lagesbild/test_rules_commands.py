import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classify.schema import RuleError
from lagesbild.cli import app

KEYS = [
    "path",
    "message_id",
    "part",
    "kind",
    "not_report",
    "category",
    "also",
    "urgency",
    "locality",
    "site",
    "latitude",
    "longitude",
    "precision",
    "occurred",
    "police_report",
    "police_reference",
    "recurring",
    "personal",
    "text",
    "masked_text",
    "reporter",
    "organisation",
    "confidence",
    "evidence",
]
MAIL = """\
From: Siv Ek <siv@byalag.example>
To: trygghet@kommun.example
Subject: Klotter vid stationen
Date: Wed, 18 Nov 2026 12:00:00 +0100
Message-ID: <1@byalag.example>
Content-Type: text/plain; charset=utf-8

Hej! Väggen på stationen i Skene är nedklottrad sedan i går. Ring mig på 070-174 06 11.
Siv Ek
"""
BOUNCE = "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\nUser unknown\n"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    assert CliRunner().invoke(app, ["init", str(made)]).exit_code == 0
    return made


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_classify_prints_one_object_a_report_in_the_promised_form(run: Run, folder: Path) -> None:
    (folder / "a.eml").write_text(MAIL, encoding="utf-8")
    (folder / "b.eml").write_text(BOUNCE, encoding="utf-8")
    lines = run("classify", "--json", folder / "a.eml", folder / "b.eml").stdout.splitlines()
    told, bounced = map(json.loads, lines)
    assert sorted(told) == sorted(bounced) == sorted(KEYS)
    assert (told["category"], told["locality"], told["not_report"]) == ("klotter", "Skene", None)
    assert all(told["text"][one["start"] : one["end"]] == one["text"] for one in told["personal"])
    assert "070-174 06 11" not in told["masked_text"]
    assert bounced["not_report"] == "bounce"


def test_explain_marks_the_evidence_in_the_text(run: Run, folder: Path) -> None:
    (folder / "a.eml").write_text(MAIL, encoding="utf-8")
    printed = run("classify", "--explain", folder / "a.eml").stdout
    assert "nedklottrad»" in printed
    assert "category:klotter" in printed


def test_the_bundled_rules_are_in_order_and_give_what_their_examples_expect(run: Run) -> None:
    assert "12 categories" in run("rules", "check").stdout
    tried = run("rules", "test")
    assert tried.exit_code == 0, tried.stdout


def test_broken_rules_end_with_code_2_and_name_the_line(run: Run, folder: Path) -> None:
    whole = (folder / "rules.yaml").read_text(encoding="utf-8")
    (folder / "rules.yaml").write_text(whole.replace("weights:", "wieghts:", 1), encoding="utf-8")
    try:
        failed = run("rules", "check").exception
    finally:
        (folder / "rules.yaml").write_text(whole, encoding="utf-8")
    assert isinstance(failed, RuleError)
    assert failed.exit_code == 2
    assert 'menade du "weights"?' in str(failed)


def test_eval_measures_every_field_and_names_what_is_wrong(run: Run, folder: Path) -> None:
    line: dict[str, object] = {
        "id": "x1", "date": "2026-11-18T12:00:00+01:00", "from": "Siv Ek <siv@byalag.example>", "subject": "Klotter",
        "body": "Väggen i Skene är nedklottrad.", "category": "klotter", "urgency": "akut", "locality": "Skene",
        "site": None, "police_report": "unknown", "pii": [], "recurring": False,
    }  # fmt: skip
    (folder / "corpus.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    measured = json.loads(run("rules", "eval", folder / "corpus.jsonl", "--json").stdout)
    assert measured["fields"]["category"]["accuracy"] == 1.0
    assert measured["fields"]["urgency"]["confusion"] == [["akut", "normal", 1]]
    assert {"id": "x1", "field": "urgency", "expected": "akut", "found": "normal"} in measured["misses"]
    shown = run("rules", "eval", folder / "corpus.jsonl").stdout
    assert "nedklottrad»" in shown
