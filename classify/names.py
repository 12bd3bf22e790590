"""Swedish personal names: first names from a list, surnames by how they are built."""

import re
from functools import cache, lru_cache
from importlib.resources import files

# So many different capitalised words are remembered as names or not.
CACHED_WORDS = 20_000
# Endings that Swedish family names share; the word must stand beside a first name or in a signature to count.
_SURNAME_ENDINGS = (
    "son|sson|dotter|ström|strøm|berg|bergh|gren|lund|qvist|kvist|quist|blad|blom|dahl|dal|fors|forss|gård|hag|hagen|holm|"
    "lind|ling|löf|löv|lööf|man|mark|näs|rot|roth|ros|sand|sjö|skog|stedt|sten|sköld|stad|strand|sund|vall|wall|vik|wik|"
    "bäck|beck|ås|än|ell|elius|enius|én|in|ert|ing|feldt|felt|fält|hult|hök|krans|crantz|krantz|rud|ryd|storm|tun|ung|"
    "vist|er|å|ö|ić|vic|ovic|evic|ski|ska|ian|yan|zadeh|pour|oglu|nen|lainen|ov|ova|enko|wicz|ez|iz|as|ou|is|hammar|malm|hjelm"
)
_SURNAME = re.compile(rf"[^\W\d_]{{2,}}(?:{_SURNAME_ENDINGS})(?:-[^\W\d_]+)?", re.IGNORECASE)
PARTICLES = frozenset({"von", "af", "de", "del", "van", "der", "al", "el", "bin", "ben", "da", "dos", "la", "le"})


@cache
def first_names() -> frozenset[str]:
    """The list in data/first_names.txt, in lower case."""
    text = files("classify").joinpath("data/first_names.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().lower() for line in text.splitlines() if line.strip())


@cache
def functions() -> frozenset[str]:
    """Words by which mailboxes of functions are called (`trygghet`, `kundtjanst`), without dots."""
    return frozenset(files("classify").joinpath("data/functions.txt").read_text(encoding="utf-8").split())


@lru_cache(CACHED_WORDS)
def is_first_name(word: str) -> bool:
    """Whether the word, or both parts of a double name (`Anna-Karin`, `Stina-Kajsa`), is a known first name."""
    low = word.lower()
    known = first_names()
    return low in known or ("-" in low and any(part in known for part in low.split("-")))


@lru_cache(CACHED_WORDS)
def looks_like_surname(word: str) -> bool:
    """Whether the word is built as Swedish family names are (`Lagerhäll` is not; `Malmer` is not; `Sundmark` is)."""
    return _SURNAME.fullmatch(word) is not None
