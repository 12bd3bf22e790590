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
# `Annbritt`, `Majlis`: two first names written as one; shorter second ones end many words.
_JOINED = re.compile(r"(?:anna?|britt|eva|gun|inga?|maj|lis|rose?|sol|karl|carl|lars|jan|per|sven|nils|ulla|mari)")
SHORTEST_JOINED = 4
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
    if low in known or ("-" in low and any(part in known for part in low.split("-"))):
        return True
    joined = _JOINED.match(low)
    return joined is not None and low[joined.end() :] in known and len(low) - joined.end() >= SHORTEST_JOINED


@lru_cache(CACHED_WORDS)
def looks_like_surname(word: str) -> bool:
    """Whether the word is built as Swedish family names are (`Lagerhäll` is not; `Malmer` is not; `Sundmark` is)."""
    return _SURNAME.fullmatch(word) is not None


# First names that written without a capital are most likely something else.
_ORDINARY_WORDS = frozenset(
    """
    ana anas ane ben bill björn blanka bo bob bojan bror cem cia dag dan dana dille edda ester evy fia finn
    firas flora frallan frank franka frans fred gill gina gull gun guy gärd hacke hakan hala hampa hans hava
    hind hoa inga inge inger ina ira iris isa jack jama jan jarl jasmin jon juni kaj kaja kan karar karen karl
    kay ken kim kit klabbe klara klas knut kosta kåre lana lankan lena lex li lia lil lillan limpan linda lis
    liv lo lova love lucia lura maj mara mark mats matte max may meja mia milan milo mina my nalle nea neo
    nick nisse noa noppe nova nubben oda oden ola ole olle ora ove owe penny per pia pim pippi plutten putte
    pyret pär pål ramadan rana rena ria rina ron rosa roy rulle rune rut saga sam samer sanna sea serena
    signar silas sillen sina siv sol star stella sten stickan stig storm svea sven tage tala taras tim tina
    tom tor tova truls tua tuva tuve una uno urban vera vide viking ville viola vira viran vivan vuk åge åse
    ängla ärla alla salam mona lisa norra kent elsa august april mira atle frej tyra embla loke balder diana
    luna livs rose alban ali alen arian bella bengt amin enes pinar dejan petar riad najat avin karsten kickan
    """.split()  # noqa: SIM905 - a list of so many strings would be harder to read
)


@lru_cache(CACHED_WORDS)
def is_plain_name(low: str) -> bool:
    """Whether a word in lower case, in a text without capitals, is a first name and hardly anything else: `leo`."""
    return low not in _ORDINARY_WORDS and len(low) > 2 and low in first_names()
