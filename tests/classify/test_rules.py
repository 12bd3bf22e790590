from pathlib import Path

import pytest

from classify.rules import load_rules
from classify.schema import RuleError

ROOT = Path(__file__).parent.parent.parent
LEAST = """\
categories:
  - {id: klotter, label: Klotter, strong: [klottra]}
  - {id: ovrigt, label: Övrigt}
urgency: {signals: {}, rules: []}
scope: {negated: {cues: [inte]}, hypothetical: {cues: [risk för]}, historical: {cues: [i fjol]}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.yaml"
    path.write_text("", encoding="utf-8")
    return path


def mistakes(folder: Path, text: str, places: Path) -> str:
    with pytest.raises(RuleError) as caught:
        load_rules(write(folder, text), places)
    return str(caught.value)


def test_the_least_rules_load(tmp_path: Path, places: Path) -> None:
    book = load_rules(write(tmp_path, LEAST), places)
    assert [category.id for category in book.categories] == ["klotter", "ovrigt"]


def test_the_version_changes_with_either_file(tmp_path: Path, places: Path) -> None:
    first = load_rules(write(tmp_path, LEAST), places).version
    second = load_rules(write(tmp_path, LEAST + "# ny\n"), places).version
    places.write_text("# ny\n", encoding="utf-8")
    third = load_rules(write(tmp_path, LEAST + "# ny\n"), places).version
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("extra", "line", "words"),
    [
        ("wieghts: {strong: 3}", 6, 'okänd nyckel "wieghts"; menade du "weights"?'),
        ("weights: {stark: 3}", 6, 'okänd nyckel "stark"'),
        ("exceptions: [bil]\nexceptions: [moped]", 7, "står två gånger"),
        ("exceptions: &a [bil]", 6, "& och *"),
        ("exceptions: !!python/object:os.system [bil]", 6, "inte tillåten"),
        ("exceptions: [112]", 6, 'skriv "112" med citattecken'),
        ("exceptions: [2026-01-01]", 6, 'skriv "2026-01-01" med citattecken'),
        ("exceptions: [true]", 6, "text"),
        ("words: {sak: [ru(ta]}", 6, "ru(ta"),
        ("words: {sak: [a*]}", 6, "a*"),
        ("forms: [{name: x, labels: [a], fields: {rubrik: [a]}}]", 6, 'fältet "rubrik" finns inte'),
        ("examples: [{text: x, expect: {category: kloter}}]", 6, 'kategorin "kloter" finns inte'),
        ("exceptions: [", 7, "YAML"),
        ("not_report: {kinds: [{kind: skräp}]}", 6, "välj bland"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, places: Path, extra: str, line: int, words: str) -> None:
    text = mistakes(tmp_path, LEAST + extra + "\n", places)
    assert f"rules.yaml:{line}: " in text
    assert words in text


def test_all_mistakes_are_told_at_once(tmp_path: Path, places: Path) -> None:
    places.write_text("{", encoding="utf-8")
    text = mistakes(tmp_path, LEAST.replace("strong", "srtong").replace("signals: {}", "signals: []"), places)
    assert len(text.splitlines()) == 3


def test_a_missing_word_list_and_a_missing_signal_are_named(tmp_path: Path, places: Path) -> None:
    rule = "rules: [{level: akut, why: x, all: [pagar]}]"
    text = mistakes(tmp_path, LEAST.replace("klottra", "<fordon> + klottra").replace("rules: []", rule), places)
    assert '"<fordon>" finns inte' in text
    assert 'signalen "pagar" finns inte' in text


def test_a_missing_file_names_the_remedy(tmp_path: Path, places: Path) -> None:
    with pytest.raises(RuleError, match="lagesbild init"):
        load_rules(tmp_path / "none.yaml", places)


def test_a_file_that_is_too_large_or_not_utf8_is_refused(tmp_path: Path, places: Path) -> None:
    assert "större än" in mistakes(tmp_path, "#" * 1_000_001, places)
    path = tmp_path / "latin.yaml"
    path.write_bytes("kategori: å".encode("latin-1"))
    with pytest.raises(RuleError, match="UTF-8"):
        load_rules(path, places)


def test_the_bundled_rules_have_no_mistake(places: Path) -> None:
    book = load_rules(ROOT / "rules.yaml", places)
    assert len(book.categories) == 12
    assert book.forms[0].fields
    assert book.mail.bounce_senders
