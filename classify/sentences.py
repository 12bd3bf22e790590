"""Words and sentences of a text with their positions, for the components that read place, time and names."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from spacy.tokens import Doc

_WORD = re.compile(r"[^\W_]+(?:['’:&-][^\W_]+)*")
# A full stop ends a sentence only before a space and a capital, so `kl. 14`, `ca. 5` and `22.30` stay whole.
_BORDER = re.compile(r"[.!?…]+[\"”')]*\s+(?=[A-ZÅÄÖ0-9\"”'(*•–-])|\n\s*|[!?;]+\s|(?<=\w)\s+[–—]\s+(?=\w)")


def word_set(words: str) -> frozenset[str]:
    """The words of a string, parted by spaces."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written, in lower case, its position, and whether it opens a sentence or a line."""

    text: str
    low: str
    start: int
    end: int
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


class Text:
    """A text with its words and its sentences.

    Args:
        text: any text; offsets are into it.
    """

    __slots__ = ("borders", "lows", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.borders = [0, *(match.end() for match in _BORDER.finditer(text))]
        self.words = _words(text)
        self.lows = [word.low for word in self.words]

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


def text_of(doc: Doc) -> Text:
    """The document's text in words, split once for all components."""
    found = doc.user_data.get("sentences")
    if not isinstance(found, Text):
        found = doc.user_data["sentences"] = Text(doc._.text)
    return found


def _words(text: str) -> list[Word]:
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        start = match.start()
        word = match.group()
        words.append(Word(word, word.lower(), start, match.end(), _opens(text, end, start)))
        end = match.end()
    return words


def _opens(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return end == 0 or (gap != " " and any(sign in gap for sign in '.!?:\n•*"”–'))
