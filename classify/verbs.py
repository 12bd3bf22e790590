"""Forms that the lookup table gives to another word, or not at all: irregular verbs and a few nouns.

The table knows one lemma a form: `satt` belongs to `sitta` there, and so is missing from `sätta`.
"""

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
    "man": ("män", "männen", "mannen"),
    "mus": ("möss", "mössen"),
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


def irregular_forms(word: str) -> set[str]:
    """Those forms with their endings: `stulen` gives `stulet` and `stulna`, every verb form its passive in -s."""
    forms = set(IRREGULAR.get(word, ()))
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
