"""A term to search for, and a term found: what the rules are made of, without what searches for them."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Term:
    """One term to search for: `key` says for whom (`category:klotter`), `text` is as written in the rules.

    `present`: its verbs count in the present only.
    """

    key: str
    text: str
    quoted: bool = False
    weight: float = 1.0
    present: bool = False


class Hit(NamedTuple):  # a report makes dozens, and a tuple is made in a third of the time
    """A term found: token range [start, end) of the document, and the tokens that made it up."""

    term: Term
    start: int
    end: int
    tokens: tuple[int, ...]
