"""Words and sentences of a text with their positions, for the components that read place, time and names."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from classify.document import findings

if TYPE_CHECKING:
    from spacy.tokens import Doc


_WORD = re.compile(r"[^\W_]+(?:['’:&-][^\W_]+)*")
# A full stop ends a sentence only before a space and a capital, so `kl. 14`, `ca. 5` and `22.30` stay whole.
_BORDER = re.compile(r"[.!?…]+[\"”')]*\s+(?=[A-ZÅÄÖ0-9\"”'(*•–-])|\n\s*|[!?;]+\s|(?<=\w)\s+[–—]\s+(?=\w)")
_OPENING = re.compile('[.!?:\\n•*"”–]')


def word_set(words: str) -> frozenset[str]:
    """The words of a string, parted by spaces."""
    return frozenset(words.split())


class Word(NamedTuple):
    """One word: as written, in lower case, its position, whether it opens a sentence or a line, and has a capital."""

    text: str
    low: str
    start: int
    end: int
    opens: bool
    capital: bool


class Text:
    """A text with its words and its sentences.

    Args:
        text: any text; offsets are into it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _words(text)
        self.lows = [word.low for word in self.words]

    @cached_property
    def borders(self) -> list[int]:
        """Where sentences begin."""
        return [0, *(match.end() for match in _BORDER.finditer(self.text))]

    @cached_property
    def capitals(self) -> list[int]:
        """Indexes of the words that begin with a capital."""
        return [index for index, word in enumerate(self.words) if word.capital]

    @cached_property
    def shouted(self) -> float:
        """The share of words in capitals."""
        return sum(self.words[index].text.isupper() for index in self.capitals) / max(1, len(self.words))

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence that holds this position."""
        number = bisect_right(self.borders, at)
        return self.borders[number - 1], self.borders[number] if number < len(self.borders) else len(self.text)

    def gap(self, index: int) -> str:
        """What stands between word `index - 1` and word `index`: a space, a comma, a line break."""
        return self.text[self.words[index - 1].end : self.words[index].start] if 0 < index < len(self.words) else "\n"

    def low(self, index: int) -> str:
        """The word at this index in lower case, or an empty string outside the text."""
        return self.lows[index] if 0 <= index < len(self.lows) else ""


def text_of(doc: "Doc") -> Text:
    """The document's text in words, split once for all components."""
    found = doc.user_data.get("sentences")
    if not isinstance(found, Text):
        found = doc.user_data["sentences"] = Text(findings(doc).text)
    return found


def _words(text: str) -> list[Word]:
    words: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = text[start:end]
        gap = text[last:start]
        opens = last == 0 or (gap != " " and _OPENING.search(gap) is not None)
        words.append(Word(word, word.lower(), start, end, opens, word[0].isupper()))
        last = end
    return words
