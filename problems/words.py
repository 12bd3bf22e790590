"""The words by which two reports are compared: significant ones, with their Swedish endings cut off."""

import re
from functools import lru_cache

# Longer texts repeat themselves, and the cost of a comparison grows with the number of words.
MAX_WORDS = 60
MIN_LETTERS = 4
WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
MASK = re.compile(r"\[[^\]\n]{1,20}\]")
ENDING_LIST = """
arnas ernas ornas andets arna erna orna ande anden aren arens heten heter igt ades ade ats are ast at ar as an ans
en ens er ern erns ers et ets es or ors na te a e
"""
# Longest first: the first that fits is cut, once.
ENDINGS = tuple(sorted(ENDING_LIST.split(), key=len, reverse=True))
MIN_STEM = 3
# Words that stand in any report whatever it is about.
STOP_WORDS = """
alla allt andra annan annat aldrig alltid bara behöver bland blev blir blivit borde bort både börjar brukar denna
deras dessa dessutom detta dock efter eftersom eller emot enligt ett fanns finns fick flera fler folk fortfarande
framför från få fått får för före genom gick gjort gjorde gärna gång gånger göra gör hade hans har hela helt hej
helst här hälsningar igen ingen inget inne inom innan inte just kanske kommer kommit kring kunde kunna kväll kvällen
lite litet länge mars med medan mellan men mera mest mig min mitt morgon morse mycket måste många möjligt natt
natten nej nere nog nya någon något några nämligen när nära också olika ofta oss redan rapport sade samma samt sedan
senare senaste sett sig sina sitt själv ska skall skriver skulle snälla som stod står ställe stället säger sätt så
såg tack tid tiden till tills trots tror tycker tydligen under upp ute utan vara varit varje vars vart varför vecka
veckan veckor veta vet vid vidare vilka vilken vilket vill vore väldigt vänliga vänligen åter åtgärd även över
måndag tisdag onsdag torsdag fredag lördag söndag måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen
januari februari april maj juni juli augusti september oktober november december helg helgen klockan dag dagen dagar
igår idag imorse ikväll anmälan anmäla anmäler polis polisen kommun kommunen skadegörelse nedskräpning
ordningsstörning hänt hände händer händelse händelsen plats platsen otrygg otryggt rapportera rapporterar byalag
byalaget företag företaget polisanmäld polisanmält polisanmälan telefon mejl mail svar ringa ringer ringde ringt
satt sitta sitter ligga ligger kvar utanför förbi runt slut slutet tredje fyra halv åtta lämna lämnar lämnat
tillbaka personal personalen kund kunder kunderna klaga klagar klagat hjälp hjälpa hjälper tacksam tacksamma
återkoppling bild bilder orolig oroliga tråkigt område området känns känner märkt titta kolla
"""
STOP = frozenset(STOP_WORDS.split())


def significant(text: str) -> tuple[str, ...]:
    """The different words of a masked text that tell something, in order, at most `MAX_WORDS`."""
    words = (word for word in WORD.findall(MASK.sub(" ", text).casefold()))
    kept = dict.fromkeys(word for word in words if len(word) >= MIN_LETTERS and word not in STOP)
    return tuple(kept)[:MAX_WORDS]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its inflection, roughly: `busskuren`, `busskurer` → `busskur`."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=4096)
def stems(words: tuple[str, ...]) -> dict[str, str]:
    """Stem → the shortest of the words that has it, which is the nearest to its base form."""
    found: dict[str, str] = {}
    for word in words:
        root = stem(word)
        found[root] = min(word, found.get(root, word), key=len)
    return found
