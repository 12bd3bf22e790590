"""Swedish words without a trained model: which words exist, and every form a base word takes.

The source is spaCy's Swedish lookup table (form → lemma, 660 000 rows). It is read once, when rules are compiled:
the base words of the rules get their forms from the table turned round, and the words themselves stay as a sorted
array of 64-bit hashes, six megabytes in place of two hundred.
"""

import gzip
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.lang.sv.stop_words import STOP_WORDS
from spacy.strings import get_string_id

from classify.verbs import completed_verb, irregular_forms

Hashes = npt.NDArray[np.uint64]

# Read at a time, in characters: many rows at once, little memory.
BLOCK = 1 << 20
_ROW = re.compile(r'"([^"\n]+)": "([^"\n]+)"')
MIN_FIRST_PART = 3
MIN_LAST_PART = 3
# Two letters are enough for these first parts; others of that length make accidents ("mo" + "bil").
SHORT_FIRST_PARTS = frozenset({"el", "mc", "wc", "tv", "gc", "bi", "is", "ö", "ur", "av", "på", "om", "in", "ut"})
# Adverbs and prefixes that begin words but stand in no table of inflections.
PREFIXES = frozenset(
    {
        *("an", "be", "bort", "efter", "fort", "fram", "full", "för", "genom", "halv", "hop", "igen", "ihop", "isär"),
        *("itu", "kring", "loss", "lös", "med", "miss", "mot", "ned", "ner", "ny", "nöd", "omkull", "runt", "samman"),
        *("sönder", "till", "tillbaka", "under", "undan", "upp", "utan", "vid", "vidare", "åter", "över"),
    }
)
# Letters that join two parts ("drift-s-chef", "gat-u-lampa", "kyrk-o-mur").
LINKS = ("s", "u", "o", "e")
FIRST_PART_ENDINGS = ("", "a", "e")
# A word so much longer than any Swedish compound is noise and not worth taking apart.
MAX_WORD = 40


def table_path() -> Path:
    """Where spacy-lookups-data keeps the Swedish table.

    Raises:
        ModuleNotFoundError: the package is not installed; install the project's requirements.
    """
    spec = find_spec("spacy_lookups_data")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("spacy-lookups-data is missing: install requirements.lock")
    return Path(spec.origin).parent / "data" / "sv_lemma_lookup.json.gz"


def table_rows() -> Iterator[list[tuple[str, str]]]:
    """Every (form, lemma) of the table in lower case, in blocks: as one object it would take 190 MB."""
    with gzip.open(table_path(), "rt", encoding="utf-8") as file:
        while lines := file.readlines(BLOCK):
            yield _ROW.findall("".join(lines).lower())


class Lexicon:
    """The words of Swedish as hashes: `known` tells whether a lower-case word is one of them."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        self.first_part = lru_cache(maxsize=20_000)(self._first_part)

    def known(self, word: str) -> bool:
        """Whether the table has this lower-case word as form or lemma."""
        wanted = np.uint64(get_string_id(word))
        place = int(self.hashes.searchsorted(wanted))
        return place < len(self.hashes) and bool(self.hashes[place] == wanted)

    def _first_part(self, part: str) -> bool:
        if part in SHORT_FIRST_PARTS or part in PREFIXES or part.endswith("-"):
            return True
        return len(part) >= MIN_FIRST_PART and (self._linked(part) or self._compound(part))

    def _linked(self, part: str) -> bool:
        stems = [part] + [part[: -len(link)] for link in LINKS if part.endswith(link) and len(part) > MIN_FIRST_PART]
        return any(self.known(stem + ending) for stem in stems for ending in FIRST_PART_ENDINGS)

    def _compound(self, part: str) -> bool:
        splits = range(MIN_FIRST_PART, len(part) - MIN_LAST_PART + 1)
        return any(self._linked(part[:at]) and self._linked(part[at:]) for at in splits)


def _forms_of(wanted: frozenset[str]) -> tuple[dict[str, set[str]], Hashes]:
    forms: dict[str, set[str]] = {}
    hashes = array("Q")
    for rows in table_rows():
        hashes.extend(map(get_string_id, {word for row in rows for word in row}))
        for form, lemma in rows:
            if lemma in wanted:
                forms.setdefault(lemma, set()).add(form)
    return forms, _distinct(np.sort(np.frombuffer(hashes, dtype=np.uint64)))


def _distinct(ordered: Hashes) -> Hashes:
    """Sorted numbers, each once; faster than `np.unique`, which hashes them first."""
    return ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - np.uint64(1)))]


def compile_words(bases: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], Lexicon]:
    """Base words in; every form of each, and the lexicon, out. One pass over the table, about a second."""
    words = frozenset(bases)
    wanted = words | {word[at:] for word in words for at in range(2, len(word) - MIN_LAST_PART + 1)}
    table, hashes = _forms_of(wanted)
    lexicon = Lexicon(hashes)
    return {word: tuple(sorted(inflect(word, table, lexicon))) for word in words}, lexicon


def inflect(word: str, table: Mapping[str, set[str]], lexicon: Lexicon) -> set[str]:
    """Every form of a base word: from the table, else as its last part inflects, else by the general endings."""
    own = table.get(word, set())
    if len(own) > 1:
        found = _completed(word, own)
    else:
        last = _last_part(word, table, lexicon)
        first = word[: len(word) - len(last)]
        found = own | ({first + tail for tail in _completed(last, table[last])} if last else guessed_forms(word))
    same_start = {form for form in found if form[:2] == word[:2]}
    return same_start | irregular_forms(word) | {word}


def _last_part(word: str, table: Mapping[str, set[str]], lexicon: Lexicon) -> str:
    splits = range(2, len(word) - MIN_LAST_PART + 1)
    parts = (word[at:] for at in splits if len(table.get(word[at:], ())) > 1 and lexicon.first_part(word[:at]))
    return next(parts, "")


def _completed(word: str, forms: set[str]) -> set[str]:
    # The table gives an ambiguous form one lemma only ("bilar" is missing from "bil"): put it back.
    plurals = {form[:-2] for form in forms if form.endswith(("arna", "erna", "orna"))}
    nominatives = {form[:-1] for form in forms if form.endswith("s") and len(form) > len(word) + 1}
    participles = {form[:-2] + ending for form in forms if form.endswith("na") for ending in ("en", "et")}
    plain = participles if irregular_forms(word) else set()
    return forms | plurals | nominatives | plain | completed_verb(word, forms) | {word}


NOUN_ENDINGS = ("s", "en", "et", "ens", "ets", "n", "t", "ar", "er", "arna", "erna", "ars", "arnas", "ernas")
DOUBLED_ENDINGS = ("a", "are", "ast", "aste", "en", "ar")  # adjectives, and nouns such as "kam"
NOUN_ENDINGS_A = ("n", "ns", "s")
VERB_ENDINGS_A = ("r", "de", "t", "d", "s", "des", "ts", "nde")


def guessed_forms(word: str) -> set[str]:
    """Forms by the general declensions and the first conjugation, for words that the table does not know."""
    stem = word[:-1]
    if word.endswith("a"):
        plural = {stem + "or", stem + "orna", stem + "ornas"}
        return plural | {word + ending for ending in (*NOUN_ENDINGS_A, *VERB_ENDINGS_A)}
    if word.endswith("e"):
        return {word + "n", word + "ns", word + "s", stem + "ar", stem + "arna", word + "r", word + "t"}
    if word.endswith("en"):
        return {word[:-1] + "t", word[:-2] + "na", word[:-2] + "a", word + "s"}
    if word.endswith("ad"):
        return {stem + "t", word + "e", word + "es"}
    doubled = word + "m" if word.endswith("m") else word
    return {word + ending for ending in NOUN_ENDINGS} | {doubled + ending for ending in DOUBLED_ENDINGS}


STOP = frozenset(STOP_WORDS)
