"""Small changes to rules.yaml and places.yaml as a person would make them: one place, everything else as it was.

ruamel.yaml tells where in the text each thing stands; the change is made in the text itself, so that comments, order,
quotes and folded lines stay as their authors wrote them.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from review.suggest import Proposal

GROUPS = ("decisive", "strong", "weak")
PLAIN = re.compile(r"[^\W\d_][\w .&'-]*")
# One item of a flow sequence with the comma after it: in double quotes, in single quotes, or plain.
ITEM = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\]\n]+),?[ ]*""")


def apply(rules_path: Path, places_path: Path, chosen: Sequence[Proposal]) -> dict[Path, str]:
    """Writes the chosen proposals into the two files.

    Returns:
        The files' text before, for taking it back.
    """
    before = {path: path.read_text(encoding="utf-8") for path in (rules_path, places_path)}
    in_rules = [p for p in chosen if p.kind in {"term", "misleading"}]
    in_places = [p for p in chosen if p.kind in {"site", "alias"}]
    rules_path.write_text(with_terms(before[rules_path], in_rules), encoding="utf-8")
    places_path.write_text(with_places(before[places_path], in_places), encoding="utf-8")
    return before


def with_terms(text: str, chosen: Iterable[Proposal]) -> str:
    """rules.yaml with terms added to and taken from its categories."""
    for p in chosen:
        category = next(one for one in YAML().load(text)["categories"] if one["id"] == p.subject)
        text = _with_term(text, category, p.word) if p.kind == "term" else _without_term(text, category, p.word)
    return text


def _with_term(text: str, category: Any, word: str) -> str:  # noqa: ANN401 - ruamel's mapping
    if category.get("strong"):
        return _with_item(text, category["strong"], _scalar(word))
    line, column = category.lc.key("id")
    return _insert(text, line + 1, 0, f"{' ' * column}strong: [{_scalar(word)}]\n")


def _without_term(text: str, category: Any, word: str) -> str:  # noqa: ANN401 - as above
    # A term that stood in double quotes carries them as part of its name.
    bare = word[1:-1] if re.fullmatch(r'"[^"]*"', word) else word
    for name in GROUPS:
        terms = [str(term) for term in category.get(name, ())]
        if bare in terms:
            at = _offset(text, *category[name].lc.item(terms.index(bare)))
            found = ITEM.match(text, at)
            return text[:at] + text[found.end() :] if found else text
    return text


def with_places(text: str, chosen: Iterable[Proposal]) -> str:
    """places.yaml with new sites and other names."""
    for p in chosen:
        sites = YAML().load(text).get("sites") or []
        if p.kind == "site":
            place = f", locality: {_scalar(p.locality)}" if p.locality else ""
            entry = f"{{name: {_scalar(p.word)}{place}}}"
            text = _with_item(text, sites, entry) if sites else f"{text.rstrip()}\n\nsites:\n  - {entry}\n"
        else:
            text = _with_alias(text, next(one for one in sites if one["name"] == p.subject), p.word)
    return text


def _with_alias(text: str, site: Any, word: str) -> str:  # noqa: ANN401 - as above
    if site.get("aliases"):
        return _with_item(text, site["aliases"], _scalar(word))
    line, column = site.lc.key(list(site)[-1])
    entry = f"aliases: [{_scalar(word)}]"
    return _insert(text, line, column, f"{entry}, " if site.fa.flow_style() else f"{entry}\n{' ' * column}")


def _with_item(text: str, items: Any, entry: str) -> str:  # noqa: ANN401 - ruamel's sequence
    """Before the last item: there the comma, or the line, is sure to be needed."""
    line, column = items.lc.item(len(items) - 1)
    if items.fa.flow_style():
        return _insert(text, line, column, f"{entry}, ")
    return _insert(text, line, 0, f"{' ' * (column - 2)}- {entry}\n")


def _scalar(word: str) -> str:
    return word if PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _insert(text: str, line: int, column: int, piece: str) -> str:
    at = _offset(text, line, column)
    return text[:at] + piece + text[at:]


def _offset(text: str, line: int, column: int) -> int:
    return sum(map(len, text.splitlines(keepends=True)[:line])) + column
