"""Forms that the lookup table gives to another word, or not at all: irregular verbs and a few nouns.

The table knows one lemma a form: `satt` belongs to `sitta` there, and so is missing from `sätta`.
Beside them stands what tense a form is: what somebody writes in the present goes on.
"""

from collections.abc import Iterable

# Past, supine and participle stems; the regular endings of those are added to them.
IRREGULAR: dict[str, tuple[str, ...]] = {
    "be": ("bad", "bett"),
    "binda": ("band", "bundit", "bunden"),
    "bita": ("bet", "bitit", "biten"),
    "bjuda": ("bjöd", "bjudit", "bjuden"),
    "bli": ("blev", "blivit", "bliven"),
    "bryta": ("bröt", "brutit", "bruten"),
    "bära": ("bar", "burit", "buren"),
    "dra": ("drog", "dragit", "dragen"),
    "dricka": ("drack", "druckit", "drucken"),
    "driva": ("drev", "drivit", "driven"),
    "falla": ("föll", "fallit", "fallen"),
    "flyga": ("flög", "flugit"),
    "frysa": ("frös", "frusit"),
    "få": ("får", "fick", "fått"),
    "ge": ("gav", "gett", "givit"),
    "gripa": ("grep", "gripit", "gripen"),
    "gråta": ("grät", "gråtit"),
    "gräva": ("grävde", "grävt", "grävd"),
    "gå": ("gick", "gått"),
    "göra": ("gjorde", "gjort", "gjord"),
    "ha": ("hade", "haft"),
    "hinna": ("hann", "hunnit"),
    "hugga": ("högg", "huggit", "huggen"),
    "hålla": ("höll", "hållit", "hållen"),
    "klippa": ("klippte", "klippt", "klippta"),
    "kliva": ("klev", "klivit"),
    "knipa": ("knep", "knipit"),
    "krypa": ("kröp", "krupit"),
    "köra": ("körde", "kört", "körd", "körda"),
    "le": ("log", "lett"),
    "ligga": ("låg", "legat"),
    "ljuga": ("ljög", "ljugit"),
    "lyfta": ("lyfte", "lyft"),
    "lägga": ("lade", "la", "lagt", "lagd", "lagda"),
    "rida": ("red", "ridit"),
    "rinna": ("rann", "runnit"),
    "riva": ("rev", "rivit", "riven"),
    "ryta": ("röt", "rutit"),
    "se": ("såg", "sett", "sedd"),
    "sitta": ("satt", "suttit"),
    "sjunga": ("sjöng", "sjungit"),
    "skjuta": ("sköt", "skjutit", "skjuten"),
    "skrika": ("skrek", "skrikit"),
    "skriva": ("skrev", "skrivit", "skriven"),
    "skära": ("skar", "skurit", "skuren"),
    "slippa": ("slapp", "sluppit"),
    "slita": ("slet", "slitit", "sliten"),
    "slå": ("slog", "slagit", "slagen"),
    "slåss": ("slogs", "slagits"),
    "smita": ("smet", "smitit"),
    "smyga": ("smög", "smugit"),
    "sova": ("sov", "sovit"),
    "spricka": ("sprack", "spruckit", "sprucken"),
    "springa": ("sprang", "sprungit"),
    "spränga": ("sprängde", "sprängt", "sprängd"),
    "sticka": ("stack", "stuckit", "stucken"),
    "stjäla": ("stal", "stulit", "stulen"),
    "strypa": ("ströp", "strypt"),
    "stå": ("stod", "stått"),
    "supa": ("söp", "supit"),
    "svära": ("svor", "svurit"),
    "sälja": ("sålde", "sålt", "såld", "sålda"),
    "sätta": ("satte", "satt", "satta"),
    "ta": ("tog", "tagit", "tagen"),
    "tvinga": ("tvang", "tvungit", "tvingade"),
    "välja": ("valde", "valt", "vald", "valda"),
    "vara": ("är", "var", "varit"),
    "veta": ("vet", "visste", "vetat"),
    "vika": ("vek", "vikit", "viken"),
    "vrida": ("vred", "vridit", "vriden"),
    "äta": ("åt", "ätit"),
}

IRREGULAR_NOUNS: dict[str, tuple[str, ...]] = {
    "man": ("män", "männen", "mannen"),
    "mus": ("möss", "mössen"),
}
# The present of verbs that take neither -ar nor -er.
BARE_PRESENT: dict[str, str] = {
    **{stem + "a": stem for stem in ("kör", "bär", "skär", "stjäl", "hör", "gör", "rör", "stör", "svär", "för", "far")},
    "vara": "är",
    "veta": "vet",
    "kunna": "kan",
    "vilja": "vill",
    "skola": "ska",
    "komma": "kommer",
}
# Preterites that are not told by their ending; those that are also nouns in every other text are left out.
PRETERITES = frozenset(
    {forms[0] for forms in IRREGULAR.values()} - {"får", "är", "vet", "bad", "band", "bar", "red", "led"}
) | {"var", "fick", "kom", "kommo", "sa", "visste", "föll", "for", "höll", "lät", "teg", "skrek", "vann", "försvann"}
REGULAR_PRETERITES = ("ade", "dde", "rde", "lde", "gde", "vde", "jde", "mde", "kte", "pte", "xte", "tte", "lste")
NO_PRETERITES = frozenset({"både", "borde", "sjätte", "åtte", "jätte", "hette", "femte", "trädde"})


def is_verb(word: str, forms: Iterable[str]) -> bool:
    """Whether a base word with these forms is a verb and no noun: a present participle, and no plural in -or."""
    known = frozenset(forms)
    return may_be_verb(word, known) and word[:-1] + "or" not in known


def may_be_verb(word: str, forms: Iterable[str]) -> bool:
    """Whether a base word with these forms has a present participle, whatever else it may be."""
    known = frozenset(forms)
    return word in IRREGULAR or word + "nde" in known or (not word.endswith("a") and word + "ende" in known)


def present_forms(verb: str, forms: Iterable[str]) -> set[str]:
    """The forms of a verb that say that it is done now: `slår`, `bryter`, `slåss`, and the passive in -s.

    A verb that is also a noun (`skola`, `läcka`) keeps the noun's forms that are not the verb's.
    """
    known = frozenset(forms)
    return _verb_present(verb, known) | {form for form in known if form.endswith(("an", "or", "orna"))}


def _verb_present(verb: str, known: frozenset[str]) -> set[str]:
    stem = verb[:-1]
    if verb in BARE_PRESENT:
        return {BARE_PRESENT[verb], BARE_PRESENT[verb] + "s"}
    if verb.endswith("s"):
        return {verb, verb[:-2] + "s"} if verb[:-2] + "s" in known else {verb}
    if verb.endswith("a") and stem + "er" in known:
        return {stem + "er", stem + "s"}
    return {verb + "r", verb + "s"}


def is_preterite(word: str) -> bool:
    """Whether a lower-case word of a text is a verb in the preterite, by its ending or the list of irregular ones."""
    return word in PRETERITES or (len(word) > 4 and word.endswith(REGULAR_PRETERITES) and word not in NO_PRETERITES)


def irregular_forms(word: str) -> set[str]:
    """Those forms with their endings: `stulen` gives `stulet` and `stulna`, every verb form its passive in -s."""
    forms = set(IRREGULAR.get(word, IRREGULAR_NOUNS.get(word, ())))
    participles = {form for form in forms if form.endswith("en")}
    bent = {form[:-1] + "t" for form in participles} | {form[:-2] + "na" for form in participles}
    return forms | bent | {form + "s" for form in forms | bent}


def completed_verb(word: str, forms: set[str]) -> set[str]:
    """What the table lost of a regular verb in -a, told by the forms it kept."""
    stem = word[:-1]
    first = {word + ending for ending in ("r", "de", "t", "d", "s", "des", "ts")}
    if not word.endswith("a"):
        return set()
    if stem + "er" not in forms and word not in IRREGULAR:
        return first  # for nouns in -a these are no words at all, and harm nothing
    if stem + "er" in forms and not stem.endswith(("d", "t")):
        past = "te" if stem.endswith(("k", "p", "s", "x")) else "de"
        return {stem + past, stem + "t", stem + past[0], stem + past + "s", stem + "ts", stem + past[0] + "a"}
    return set()
