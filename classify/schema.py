"""What every section of rules.yaml and places.yaml is made of: strict models, terms, and the mistakes in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from classify.expressions import TermError, parse_term
from classify.patterns import compile_pattern
from classify.term import Term


class Quoted(str):
    """A scalar that stood in double quotes in the YAML: as a term it means exactly this form."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a rules file, for the people who write it (Swedish)."""

    file: str
    line: int
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        """One line: `rules.yaml:12: okänd nyckel "stron"; menade du "strong"?`."""
        return f"{self.file}:{self.line}: {self.message}" + (f"; {self.suggestion}" if self.suggestion else "")


class RuleError(Exception):
    """The rules cannot be used. Carries every mistake found, not only the first."""

    exit_code = 2

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def _as_written(value: object) -> object:
    return f'"{value}"' if isinstance(value, Quoted) else value


# The context of a file that was found in order before: its terms need not be read once more to see that they can be.
CHECKED = {"checked": True}


def _readable(text: str, info: ValidationInfo) -> str:
    if info.context == CHECKED:
        return text
    try:
        expression = parse_term(text)
        if expression.pattern:
            compile_pattern(expression.pattern)
    except TermError as error:
        raise PydanticCustomError("term", "{reason}", {"reason": str(error)}) from error
    return text


# A term as written; double quotes of the YAML are kept as part of it ("exactly so").
TermText = Annotated[str, BeforeValidator(_as_written), AfterValidator(_readable)]
Terms = tuple[TermText, ...]


class StrictModel(BaseModel):
    """Base of all models: unknown keys are refused, nothing is turned into another type, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Section(StrictModel):
    """A section whose component searches for terms."""

    def terms(self) -> Iterator[Term]:
        """Every term of the section under the key by which its component asks for it."""
        return iter(())


def terms_under(key: str, texts: Terms, weight: float = 1.0, *, present: bool = False) -> Iterator[Term]:
    """These terms under one key; `present`: their verbs in the present only."""
    return (Term(key, text, weight=weight, present=present) for text in texts)
