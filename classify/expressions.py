r"""How a term is written in rules.yaml, and what it means: text in, Expression out.

`krossa`            every inflection, and every compound that ends in it
`"tagg"`            in double quotes: exactly this form, capitals aside
`skadegör*`         every word that begins so
`slå sönder`        words in this order, each inflected
`bryta ... upp`     the same with up to four words between
`kasta + sten`      both in the same sentence, close to each other, in any order
`kasta + "glas"`    one part exactly, another in every form
`kasta sten/ägg`    one or the other
`<fordon>`          any word of the list `fordon` under `words`
`/RAD \d+/`         a pattern (RE2), at word edges
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

# `present`: a verb in the present only; the rules say so of whole lists, not of single words.
Mode = Literal["word", "exact", "prefix", "present"]

MAX_TERM_CHARS = 200
MAX_GAP = 4
PARTICLE_GAP = 2
# After a verb these may stand apart from it ("slog de sönder"), and before it they melt into it ("sönderslagen").
SEPARABLE = frozenset({"sönder", "upp", "ner", "ned", "in", "ut", "bort", "omkull", "ihop", "loss", "itu", "fast"})
PARTICLES = SEPARABLE | {"av"}  # "brann ... av" is most often a preposition


class TermError(ValueError):
    """A term cannot be read; the message says what was expected, in words staff understand."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the rules name it; `mode` says which forms count."""

    text: str
    mode: Mode = "word"
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One position of a phrase: any of these words, or any word of these groups, at most `gap` words further on.

    `loose`: light words such as pronouns may stand before it besides.
    """

    words: tuple[Word, ...]
    groups: tuple[str, ...] = ()
    gap: int = 0
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole term: phrases that must stand near each other, or one pattern."""

    text: str
    phrases: tuple[tuple[Slot, ...], ...] = ()
    pattern: str = ""


def parse_term(text: str, *, quoted: bool = False) -> Expression:
    """Reads one term as written; `quoted` when YAML had it in double quotes.

    Raises:
        TermError: it is empty, too long, or not one of the forms above.
    """
    plain = text.strip()
    if not plain or len(plain) > MAX_TERM_CHARS:
        raise TermError(f"a term has between 1 and {MAX_TERM_CHARS} characters")
    if plain.startswith("/") and plain.endswith("/") and len(plain) > 2:
        return Expression(plain, pattern=plain[1:-1])
    if not quoted and plain[0] == plain[-1] == '"' and plain.count('"') == 2:
        plain, quoted = plain[1:-1], True
    return Expression(plain, _phrases(plain, quoted=quoted))


def _phrases(plain: str, *, quoted: bool) -> tuple[tuple[Slot, ...], ...]:
    parts = [plain] if quoted else plain.split(" + ")
    return tuple(_phrase(part, quoted=quoted) for part in parts)


def _phrase(part: str, *, quoted: bool) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    gap = 0
    for piece, exact in _pieces(part, quoted=quoted):
        if piece in {"...", "…"}:
            gap = MAX_GAP
            continue
        slots.append(_slot(piece, gap, quoted=exact))
        gap = 0
    if not slots:
        raise TermError("there is no word beside the sign")
    return _with_particle_gap(tuple(slots)) if not quoted else tuple(slots)


def _pieces(part: str, *, quoted: bool) -> Iterator[tuple[str, bool]]:
    for exact, plain in re.findall(r'"([^"]+)"|(\S+)', part):
        yield from ((word, True) for word in exact.split())
        yield from ((plain, quoted) for _ in plain[:1])


def _with_particle_gap(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    last = slots[-1]
    separable = len(slots) == 2 and last.words and last.words[0].text in SEPARABLE and not last.gap
    return (*slots[:-1], replace(last, gap=PARTICLE_GAP)) if separable else slots


def _slot(piece: str, gap: int, *, quoted: bool) -> Slot:
    if quoted:
        return Slot((Word(piece.lower(), "exact"),), gap=gap)
    names = piece.split("/")
    groups = tuple(name[1:-1] for name in names if name.startswith("<"))
    return Slot(tuple(_word(name) for name in names if not name.startswith("<")), groups, gap, loose=True)


def _word(name: str) -> Word:
    if not re.fullmatch(r"[\w'’:.§-]+\*?", name):
        raise TermError(f"`{name}` is not a word; signs other than - belong in a pattern /…/")
    if name.endswith("*"):
        if len(name) < 4:
            raise TermError(f"`{name}` would match almost anything: give at least three letters before *")
        return Word(name[:-1].lower(), "prefix")
    return Word(name.lower())


def melted(slots: tuple[Slot, ...]) -> tuple[str, str] | None:
    """(particle, verb) of a phrase such as `slå sönder`, which as a participle is one word: `sönderslagen`."""
    if len(slots) != 2 or len(slots[0].words) != 1 or len(slots[1].words) != 1:
        return None
    verb, particle = slots[0].words[0], slots[1].words[0]
    fits = particle.text in PARTICLES and verb.mode == particle.mode == "word"
    return (particle.text, verb.text) if fits else None
