"""The column Varför: the words that decided, in plain Swedish and no more of them than a person reads. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from classify.assessment import Assessment, Evidence
from ingest.notes import in_swedish
from review.model import Choices
from review.values import fold
from review.wording import NO_REPORT, OUTSIDE, POLICE, cut
from store.records import StoredReport

# More quotes than this for one finding are not read.
MAX_QUOTES = 3
# Other categories are named where their words weigh this much together, and this share of the chosen one's: below are
# coincidences.
OTHERS_FROM = 3.0
OTHERS_SHARE = 0.5
MAX_OTHERS = 2
# A longer quote is shown by its beginning and its end.
MAX_QUOTE = 48
ENDS = 3
# Findings of the form, the sender or a photo are told as such: there are no words to show.
SOURCES: Mapping[str, str] = {"form": "formuläret", "sender": "avsändaren", "photo": "fotots plats eller tid"}
KINDS: Mapping[str, str] = {
    "locality": "Ort",
    "site": "Plats",
    "occurred": "När",
    "recurring": "Återkommer",
    "police_report": "Polisanmält",
    "not_report": "Ej rapport",
    "outside_scope": "Utanför uppdraget",
    "upcoming": "Gäller något som ska hända",
}
NAMED: Mapping[str, Mapping[str, str]] = {"police_report": POLICE, "not_report": NO_REPORT, "outside_scope": OUTSIDE}


def why(stored: StoredReport, choices: Choices) -> str:
    """Why the program found what it found, a line a finding, and what stands out."""
    a = stored.assessment
    counted = [e for e in a.evidence if e.weight > 0 and not e.note]
    lines = [
        *_category(a, counted, choices),
        *_urgency(a, counted, choices),
        *(line for kind in KINDS for line in _finding(kind, counted)),
        *_sources(counted),
        *_against(a),
        *_marks(stored, {e.finding.partition(":")[0] for e in counted}),
    ]
    return cut("\n".join(lines)) or "Inga ord i reglerna träffade."


def _category(a: Assessment, counted: Sequence[Evidence], choices: Choices) -> Iterator[str]:
    told = {name: _quotes(e for e in counted if e.finding == f"category:{name}") for name in (a.category, *a.also)}
    if told[a.category]:
        yield f"{choices.category(a.category)}: {', '.join(told[a.category])}"
    for name in a.also:
        yield f"Även {choices.category(name)}: {', '.join(told[name])}".removesuffix(": ")
    others = [f"{choices.category(name)} ({quotes[0]})" for name, quotes in _others(a, counted)]
    if others:
        yield f"Talade också för {', '.join(others)}"


def _others(a: Assessment, counted: Sequence[Evidence]) -> Sequence[tuple[str, list[str]]]:
    """The categories that came closest, heaviest first, with their words."""
    sums: dict[str, float] = {}
    for e in counted:
        kind, _, name = e.finding.partition(":")
        if kind == "category":
            sums[name] = sums.get(name, 0.0) + e.weight
    least = max(OTHERS_FROM, sums.get(a.category, 0.0) * OTHERS_SHARE)
    told = {a.category, *a.also}
    near = sorted((n for n, total in sums.items() if total >= least and n not in told), key=lambda n: -sums[n])
    quoted = ((name, _quotes(e for e in counted if e.finding == f"category:{name}")) for name in near)
    return [(name, quotes) for name, quotes in quoted if quotes][:MAX_OTHERS]


def _urgency(a: Assessment, counted: Sequence[Evidence], choices: Choices) -> Iterator[str]:
    """Conditions have no words of their own: their names say what they are."""
    own = [e for e in counted if e.finding == f"urgency:{a.urgency}"]
    named = list(dict.fromkeys(e.rule for e in own if not e.text))
    told = [*named, *_quotes(own)][:MAX_QUOTES]
    if told:
        yield f"{choices.urgency(a.urgency)}: {', '.join(told)}"


def _finding(kind: str, counted: Sequence[Evidence]) -> Iterator[str]:
    """A line for one kind of finding, where it says more than the cell does itself."""
    own = [e for e in counted if e.finding.partition(":")[0] == kind]
    value = own[0].finding.partition(":")[2] if own else ""
    told = _quotes(e for e in own if e.field in {"text", "subject"} and fold(e.text) != fold(value))
    if told or (own and kind in NAMED):
        label = f"{KINDS[kind]} {NAMED.get(kind, {}).get(value, '')}".strip()
        yield f"{label}: {', '.join(told)}".removesuffix(": ")


def _sources(counted: Sequence[Evidence]) -> Iterator[str]:
    """What was found outside the text, by where it was found."""
    for field, name in SOURCES.items():
        kinds = (e.finding.partition(":")[0] for e in counted if e.field == field)
        told = dict.fromkeys(KINDS[kind] for kind in kinds if kind in KINDS and kind not in NAMED)
        if told:
            yield f"{', '.join(told).capitalize()} enligt {name}"


def _against(a: Assessment) -> Iterator[str]:
    """Words that were denied, imagined or spoke against what was chosen."""
    weighed = (e for e in a.evidence if e.text and (e.weight <= 0 or e.note))
    near = (e for e in weighed if e.note or e.finding == f"category:{a.category}")
    told = dict.fromkeys(f"{_quote(e.text)} ({e.note or 'talar emot'})" for e in near)
    if told:
        yield f"Räknas inte fullt: {', '.join(list(told)[:MAX_QUOTES])}"


def _quotes(found: Iterable[Evidence]) -> list[str]:
    """The heaviest words first, none that stands within another."""
    heaviest = sorted((e for e in found if e.text), key=lambda e: -e.weight)
    shown = {fold(quote): quote for quote in (_quote(e.text) for e in reversed(heaviest))}
    whole = [quote for key, quote in shown.items() if not any(key != k and key.strip("”") in k for k in shown)]
    return whole[::-1][:MAX_QUOTES]


def _quote(text: str) -> str:
    """A long stretch of text between the words that count is left out."""
    words = text.split()
    if len(text) <= MAX_QUOTE or len(words) <= 2 * ENDS:
        return f"”{' '.join(words)}”"
    return f"”{' '.join(words[:ENDS])} … {' '.join(words[-ENDS:])}”"


def _marks(stored: StoredReport, said: set[str]) -> Iterator[str]:
    a = stored.effective
    if a.recurring and "recurring" not in said:
        yield f"Återkommer{f': ”{a.duration}”' if a.duration else ''}"
    if a.outside_scope and "outside_scope" not in said:
        yield f"Utanför uppdraget: {OUTSIDE[a.outside_scope]}"
    if a.upcoming and "upcoming" not in said:
        yield "Gäller något som ska hända"
    if stored.report.notes:
        yield "Obs: " + " ".join(map(in_swedish, stored.report.notes))
