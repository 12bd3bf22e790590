"""Lists in a mail: a guard's times, numbered events, bullets; and entries that tell that nothing happened."""

import re
from dataclasses import dataclass
from typing import Literal

ListKind = Literal["times", "numbers", "bullets"]

# A guard's report has at least so many lines with a time, or two where it calls itself a report.
TIMED_LINES = 3
SHORTEST_ENTRY = 12

_TIME = re.compile(
    r"^[ \t]*(?:[*•–-]\s*)?(?:kl(?:ockan)?\.?\s*)?(?:[01]?\d|2[0-3])(?:[.:][0-5]\d|(?<=\d\d)[0-5]\d)\b"
    r"(?!-\d|\s?(?:kr|st)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^[ \t]*(?:(?:händelse|ärende|punkt|incident|fall)\s*(\d{1,2})\s*[:.)–-]?|\(?(\d{1,2})[.)])\s+(?=\S)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[ \t]*[*•·–-]\s+(?=\S)")
_CALLS_ITSELF = re.compile(r"\b(?:natt|kväll|dag|vakt|rond|pass|jour)?rapport\b|\bpatrull\b|\brondering", re.IGNORECASE)
# Read with and without å, ä and ö.
_DULL = re.compile(
    r"\bu\.?\s?a\b|\butan (?:anm[äa]rkning|avvikelse)|\blugnt\b|\btomt\b|\bavg[åa]ng|\b[åa]ter\b|\banl[äa]nd|"
    r"\bp[åa]b[öo]rj|\bavslut|\bpass(?:et)? (?:start|slut)|inget att (?:notera|anm[äa]rka|rapportera)|"
    r"\binget s[äa]rskilt|\bing(?:a|en) avvikelse|"
    r"^\W*(?:rond\W*$|(?:start|slut|paus|rast)(?:\W*$|\.))|\bpatrull(?:en)? startar|\btillsyn ok\b|\bok\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, its mark and continuation lines included."""

    text: str
    dull: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: the lines before it, and its entries in order."""

    kind: ListKind
    header: str
    entries: tuple[Entry, ...]


def is_dull(entry: str) -> bool:
    """Whether an entry of a guard's list tells that nothing happened (`u.a.`, `lugnt`, `åter`)."""
    told = _TIME.sub("", entry).strip(" \t–-*•:.,")
    return len(told) < SHORTEST_ENTRY or _DULL.search(told) is not None


def read_list(text: str) -> Listing | None:
    """The list that makes up the text, or None where it is a plain narrative."""
    lines = text.split("\n")
    timed = [bool(_TIME.match(line)) for line in lines]
    if sum(timed) >= (2 if _CALLS_ITSELF.search(text) else TIMED_LINES):
        return _listing("times", lines, timed)
    numbers = [_NUMBER.match(line) for line in lines]
    found = [int(match[1] or match[2]) for match in numbers if match]
    if len(found) >= 2 and found == list(range(1, len(found) + 1)):
        return _listing("numbers", lines, [match is not None for match in numbers])
    bullets = [bool(_BULLET.match(line)) for line in lines]
    return _listing("bullets", lines, bullets) if sum(bullets) >= 2 else None


def _listing(kind: ListKind, lines: list[str], marks: list[bool]) -> Listing:
    first = marks.index(True)
    entries: list[list[str]] = []
    ended = False
    for line, marked in zip(lines[first:], marks[first:], strict=True):
        if marked:
            entries.append([line])
            ended = False
        elif not line.strip():
            ended = kind != "numbers"
        elif not ended:
            entries[-1].append(line)
    texts = ["\n".join(entry).strip() for entry in entries]
    return Listing(kind, "\n".join(lines[:first]).strip(), tuple(Entry(text, is_dull(text)) for text in texts))
