"""Tells of rows that were moved or deleted, and of what was written where nothing is read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from review.decide import shown
from review.edits import Edits
from review.layout import BY_ID, OPEN
from review.marks import SHOWN, Stray, plain
from review.values import quote
from store import problems, reports
from store.records import StoredReport

if TYPE_CHECKING:
    from lagesbild.corrections import Laying

NOT_READ = "{} står i kolumnen {}, som inte läses. Skriv det i {}."
MOVED = "Raden har flyttats till bladet {}, men en flytt läses inte. Fyll i Godkänn i stället."
DELETED = "Raden togs bort ur filen och är tillbaka."
OFF_REPORT = f"{DELETED} Välj Ej rapport under Godkänn om den ska bort."
OFF_MEASURE = f"{DELETED} Välj avslutad eller inställd under Status om åtgärden inte gäller."
SEVERAL = "{} rader togs bort ur filen och är tillbaka: {}."
# More rows than this are told of in one line.
NAMED = 10


def tell_strays(laying: "Laying", edits: Edits) -> None:
    """Everything about rows that are not where, or not as, they were written."""
    numbers = [int(s.row.key[1:]) for s in edits.strays if s.row.key[:1] == "R" and s.row.key[1:].isdecimal()]
    known = {f"R{r.id}": r for r in reports.some(laying.session, numbers)}
    for stray in edits.strays:
        if stray.row.key in known:
            _tell_stray(laying, stray, known[stray.row.key])
    _tell_deleted(laying, edits.deleted)


def _tell_stray(laying: "Laying", stray: Stray, stored: StoredReport) -> None:
    row = stray.row
    if stray.moved and row.sheet != sheet_of(stored):
        laying.tell(row.key, "sheet", MOVED.format(BY_ID[row.sheet].title), stored.reference)
        laying.tally.refused += 1
    if stray.overwritten and row.values.get("reference", "") == stored.reference:
        for column, sentence in _written_over(laying, stray, stored):
            laying.tell(row.key, SHOWN[column], sentence, stored.reference)
            laying.tally.refused += 1


def sheet_of(stored: StoredReport) -> str:
    """The sheet that a report stands in now."""
    if stored.status == "dismissed" or stored.effective.not_report:
        return "sorted_out"
    return "open" if stored.status == "open" else "reviewed"


def _written_over(laying: "Laying", stray: Stray, stored: StoredReport) -> Iterator[tuple[str, str]]:
    for column, field in SHOWN.items():
        text = stray.row.values.get(column, "")
        if text and plain(text) != shown(stored, field, laying.means.look.choices):
            right = OPEN.column(f"new_{field}").header
            yield column, NOT_READ.format(quote(text), OPEN.column(column).header, right)


def _tell_deleted(laying: "Laying", keys: tuple[str, ...]) -> None:
    names = _names(laying, keys)
    for key, name in names.items():
        sentence = OFF_MEASURE if key[0] == "A" else OFF_REPORT if key[0] == "R" else DELETED
        laying.note(key, "row", sentence)
        if len(names) <= NAMED:
            laying.tally.told.append(f"{name}: {sentence}")
    if len(names) > NAMED:
        shown_names = ", ".join(list(names.values())[:NAMED])
        laying.tally.told.append(SEVERAL.format(len(names), f"{shown_names} …"))


def _names(laying: "Laying", keys: tuple[str, ...]) -> Mapping[str, str]:
    """What people call the rows that are still in the store."""
    numbers = [int(key[1:]) for key in keys if key[0] == "R"]
    named = {f"R{r.id}": r.reference for r in reports.some(laying.session, numbers)}
    measures = {f"A{m.id}": f"Åtgärden ”{m.what}”" for m in problems.measures(laying.session)}
    others = {key: f"mejl {key[1:]}" if key[0] == "M" else f"P-{int(key[1:]):04d}" for key in keys if key[0] in "MP"}
    every = named | measures | others
    return {key: every[key] for key in keys if key in every}
