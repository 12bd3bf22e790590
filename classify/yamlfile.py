"""YAML in, plain data with line numbers out; what could be read in two ways is refused, with its line."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, Event, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.parser import Parser

from classify.schema import Mistake, Quoted, RuleError, StrictModel

Model = TypeVar("Model", bound=StrictModel)
Place = tuple[str | int, ...]

MAX_OCTETS = 1_000_000  # ten times the largest rules anyone has written; a larger file is not rules
STRING = "tag:yaml.org,2002:str"
NUMBERS = {"tag:yaml.org,2002:int": int, "tag:yaml.org,2002:float": float}
BOOLEANS = {"true": True, "false": False}


@dataclass(slots=True)
class Document:
    """One file as plain data (`dict`, `tuple`, `str`, numbers, `bool`, `None`), the line of every part beside it."""

    file: str
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """The line of the nearest part that is known, counted from 1."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def refuse(self, path: Place, message: str, suggestion: str = "") -> None:
        """Adds a mistake at the line of this part."""
        self.mistakes.append(Mistake(self.file, self.line(path), message, suggestion))


def read_text(path: Path) -> str:
    """The file's text.

    Raises:
        RuleError: it is missing, too large or not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_OCTETS:
            raise _file_error(path, f"filen är större än {MAX_OCTETS // 1000} kB", "dela upp eller korta listorna")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        advice = "kör `lagesbild init` eller ange sökvägen under [rules] i lagesbild.toml"
        raise _file_error(path, f"filen kan inte läsas ({error.strerror})", advice) from error
    except UnicodeDecodeError as error:
        raise _file_error(path, "filen är inte sparad som UTF-8", "spara om den med teckenkodningen UTF-8") from error


def _file_error(path: Path, message: str, suggestion: str) -> RuleError:
    return RuleError((Mistake(str(path), 1, message, suggestion),))


def parse_yaml(file: str, text: str) -> Document:
    """Reads YAML 1.2 of one document. Mistakes are collected in the result."""
    document = Document(file)
    yaml = YAML(typ="safe", pure=True)  # YAML 1.1 of the faster libyaml refuses a colon within a list's word
    yaml.Parser = partial(CheckingParser, document)
    try:
        node = yaml.compose(text)
        document.data = _value(document, node, ()) if node is not None and not document.mistakes else {}
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.lines[()] = mark.line + 1 if mark else 1
        document.refuse((), f"YAML går inte att läsa: {error.problem}", "kontrollera indrag, kolon och citattecken")
    except (YAMLError, RecursionError) as error:
        document.refuse((), f"YAML går inte att läsa: {error}")
    return document


class CheckingParser(Parser):
    """Parses once: a document of so many words takes a second, and looking at its events by themselves another."""

    def __init__(self, document: Document, loader: YAML) -> None:
        super().__init__(loader)
        self._document = document

    def get_event(self) -> Event:
        """The next event, looked at."""
        event: Event = super().get_event()
        _check_event(self._document, event)
        return event


def _check_event(document: Document, event: Event) -> None:
    document.lines[()] = event.start_mark.line + 1
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        document.refuse((), "hänvisningar med & och * är inte tillåtna", "skriv ut innehållet på båda ställena")
    elif tag := getattr(event, "tag", None):
        document.refuse((), f"märkningen {tag} är inte tillåten", "ta bort den")
    document.lines.clear()


def _value(document: Document, node: Node, path: Place) -> object:
    document.lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(document, node, path)
    if isinstance(node, SequenceNode):
        return tuple(_value(document, item, (*path, at)) for at, item in enumerate(node.value))
    return _scalar(document, str(node.value), node, path)


def _mapping(document: Document, node: MappingNode, path: Place) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        document.lines[(*path, key)] = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or key_node.tag != STRING:
            document.refuse((*path, key), f"nyckeln {key} läses inte som text", f'skriv "{key}" med citattecken')
        if key in found:
            document.refuse((*path, key), f'nyckeln "{key}" står två gånger', "slå ihop dem")
        found[key] = _value(document, value_node, (*path, key))
        document.lines[(*path, key)] = key_node.start_mark.line + 1
    return found


def _scalar(document: Document, text: str, node: Node, path: Place) -> object:
    tag = str(node.tag)
    if tag == STRING and isinstance(node, ScalarNode):
        return Quoted(text) if node.style == '"' else text
    if tag in NUMBERS:
        try:
            return NUMBERS[tag](text)
        except ValueError:  # sexagesimal, octal and the like
            document.refuse(path, f"{text} läses inte som text", f'skriv "{text}" med citattecken')
            return None
    if tag.endswith(":bool"):
        return BOOLEANS[text.lower()]
    if tag.endswith(":null"):
        return None
    document.refuse(path, f"{text} läses inte som text", f'skriv "{text}" med citattecken')
    return None


def validated(document: Document, model: type[Model]) -> Model:
    """The document as the model; every mistake of the file at once otherwise.

    Raises:
        RuleError: with all mistakes, by line.
    """
    if document.data is None:
        raise RuleError(tuple(document.mistakes))
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _refuse_detail(document, model, detail)
        found = None
    if found is None or document.mistakes:
        raise RuleError(tuple(sorted(document.mistakes, key=lambda mistake: mistake.line)))
    return found


def _refuse_detail(document: Document, model: type[StrictModel], detail: ErrorDetails) -> None:
    path, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        key = str(path[-1])
        near = difflib.get_close_matches(key, sorted(known_keys(model)), n=1, cutoff=0.6)
        document.refuse(path, f'okänd nyckel "{key}"', f'menade du "{near[0]}"?' if near else "ta bort den")
    elif kind == "missing":
        document.refuse(path, f'nyckeln "{path[-1]}" saknas', "lägg till den")
    elif kind == "string_type" and isinstance(detail["input"], int | float):
        written = json.dumps(detail["input"])
        document.refuse(path, f"{written} läses inte som text", f'skriv "{written}" med citattecken')
    else:
        document.refuse(path, _sentence(detail))


SENTENCES: Mapping[str, str] = {
    "string_type": "här ska det stå text",
    "tuple_type": "här ska det stå en lista: en rad för varje ord, med bindestreck först",
    "model_type": "här ska det stå nycklar och värden",
    "dict_type": "här ska det stå namn och listor",
    "float_type": "här ska det stå ett tal",
    "int_type": "här ska det stå ett heltal",
    "bool_type": "här ska det stå true eller false",
}


def _sentence(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return f"{detail['input']!r} går inte att välja här; välj bland {detail['ctx']['expected']}"
    return SENTENCES.get(detail["type"], detail["msg"].removeprefix("Value error, "))


def known_keys(model: type[StrictModel]) -> set[str]:
    """All keys that the model and the models inside it know: what a misspelt key may have meant."""
    return set(_keys(model.model_json_schema()))


def _keys(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys(part)
