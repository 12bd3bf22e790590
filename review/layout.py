"""The sheets and their columns, in the order in which a person judges. One column is one line here."""

from dataclasses import dataclass
from typing import Literal

ListName = Literal["", "category", "urgency", "locality", "site", "yes", "yes_no", "police", "verdict", "measure"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        id: what the program calls it; stands in a hidden line of the sheet, so that renaming the header does no harm.
        header: what people read.
        width: in characters.
        edit: whether people write in it.
        choices: the list that its drop-down offers; free text where empty.
        hint: shown when the cell is chosen.
    """

    id: str
    header: str
    width: int
    edit: bool = False
    choices: ListName = ""
    hint: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the first `printed` columns go on paper, all where it is 0."""

    id: str
    title: str
    columns: tuple[Column, ...]
    printed: int = 0

    def column(self, column_id: str) -> Column:
        """The column of this id."""
        return next(c for c in self.columns if c.id == column_id)

    @property
    def editable(self) -> tuple[Column, ...]:
        """The columns that people write in."""
        return tuple(c for c in self.columns if c.edit)


KEY = Column("key", "Nyckel", 8, hidden=True)
VERSION = Column("version", "Version", 8, hidden=True)
HIDDEN = (KEY, VERSION)
MESSAGE = Column("message", "Meddelande", 34)
COMMENT = Column("comment", "Kommentar", 26, edit=True, hint="Fri text. Syns inte i utskicket.")

FOUND = (
    Column("reference", "Referens", 15),
    Column("received", "Mottaget", 16),
    Column("urgency", "Brådska", 11),
    Column("category", "Kategori", 19),
    Column("locality", "Ort", 13),
    Column("site", "Plats", 19),
    Column("occurred", "När", 16),
    Column("text", "Vad som skrevs", 58),
    Column("why", "Varför", 34),
    Column("reporter", "Uppgiftslämnare", 22),
    Column("police", "Polisanmält", 12),
    Column("attachments", "Bilagor", 13),
    Column("alike", "Troligen samma som", 16),
    MESSAGE,
)
# On paper the text must be large enough to read; who reported stays on the screen.
READ_ON_PAPER = 9
TO_CORRECT = (
    Column("new_urgency", "Rätt brådska", 12, edit=True, choices="urgency", hint="Fyll i bara om den är fel."),
    Column("new_category", "Rätt kategori", 19, edit=True, choices="category", hint="Fyll i bara om den är fel."),
    Column("new_also", "Även kategori", 19, edit=True, hint="Fler kategorier med komma emellan, eller ”ingen”."),
    Column("new_locality", "Rätt ort", 14, edit=True, choices="locality", hint="Välj ”ingen” om ort saknas."),
    Column(
        "new_site",
        "Rätt plats",
        19,
        edit=True,
        choices="site",
        hint="Fri text: ett nytt namn går bra. ”ingen” tar bort.",
    ),
    Column("new_occurred", "Rätt tid", 15, edit=True, hint="Till exempel 2026-11-21 eller 2026-11-21 kl 22."),
    Column("new_police_report", "Rätt polisanmält", 13, edit=True, choices="police", hint="Ja, Nej eller Okänt."),
    Column("new_recurring", "Återkommer", 15, edit=True, choices="yes_no", hint="Ja om problemet kommer tillbaka."),
    Column(
        "new_masked_text",
        "Text i lägesbilden",
        30,
        edit=True,
        hint="Skriv det som får citeras, utan personuppgifter. Tomt: programmet maskerar det som skrevs.",
    ),
)
LINKS = (
    Column("same_as", "Slå ihop med", 15, edit=True, hint="Referensen till en rapport om samma händelse."),
    Column("not_same", "Dela", 15, edit=True, hint="Referensen till den som INTE är samma, eller Ja för alla."),
)


def _verdict(hint: str) -> Column:
    return Column("verdict", "Godkänn", 12, edit=True, choices="verdict", hint=hint)


OPEN = Sheet(
    "open",
    "Att granska",
    (*FOUND, *TO_CORRECT, _verdict("Ja när raden stämmer. Ej rapport sorterar bort den."), *LINKS, COMMENT, *HIDDEN),
    printed=READ_ON_PAPER,
)
REVIEWED = Sheet(
    "reviewed",
    "Granskade",
    (
        *FOUND,
        Column("decided", "Beslut", 22),
        *TO_CORRECT,
        _verdict("Öppna igen lägger tillbaka raden bland dem att granska."),
        *LINKS,
        COMMENT,
        *HIDDEN,
    ),
    printed=READ_ON_PAPER,
)
SORTED_OUT = Sheet(
    "sorted_out",
    "Ej rapporter",
    (
        Column("reference", "Referens", 15),
        Column("received", "Mottaget", 15),
        Column("why", "Varför", 40),
        Column("reporter", "Avsändare", 30),
        Column("text", "Ämne och text", 70),
        Column("make_report", "Gör till rapport", 18, edit=True, choices="yes", hint="Ja om det är en rapport ändå."),
        COMMENT,
        MESSAGE,
        *HIDDEN,
    ),
)
ADD = Sheet(
    "add",
    "Lägg till",
    (
        Column("text", "Vad har hänt", 64, edit=True, hint="Det som ringdes in eller sågs, med egna ord."),
        Column("date", "Mottaget", 15, edit=True, hint="Till exempel 2026-11-21 kl 14. Tomt betyder nu."),
        Column("new_urgency", "Brådska", 12, edit=True, choices="urgency", hint="Tomt: programmet föreslår."),
        Column("new_category", "Kategori", 19, edit=True, choices="category", hint="Tomt: programmet föreslår."),
        Column("new_locality", "Ort", 14, edit=True, choices="locality", hint="Tomt: programmet föreslår."),
        Column("new_site", "Plats", 19, edit=True, choices="site"),
        Column("new_occurred", "När", 15, edit=True, hint="Till exempel 2026-11-21 eller 2026-11-21 kl 22."),
        Column("new_police_report", "Polisanmält", 13, edit=True, choices="police"),
        Column("organisation", "Organisation", 22, edit=True, hint="Företag eller byalag."),
        Column("reporter", "Uppgiftslämnare", 22, edit=True),
        COMMENT,
        MESSAGE,
        *HIDDEN,
    ),
)
MEASURES = Sheet(
    "measures",
    "Åtgärder",
    (
        Column("locality", "Ort", 14, edit=True, choices="locality"),
        Column("place", "Plats", 22, edit=True, choices="site", hint="Tomt: orten som helhet."),
        Column("category", "Kategori", 22, edit=True, choices="category"),
        Column("what", "Vad ska göras", 56, edit=True),
        Column("who", "Ansvarig", 24, edit=True),
        Column("from", "Från", 13, edit=True, hint="Till exempel 2026-11-21."),
        Column("to", "Till", 13, edit=True, hint="Till exempel 2026-12-31. Tomt: tills vidare."),
        Column("status", "Status", 13, edit=True, choices="measure"),
        MESSAGE,
        *HIDDEN,
    ),
    printed=8,
)
PROBLEMS = Sheet(
    "problems",
    "Återkommande problem",
    (
        Column("reference", "Problem", 11),
        Column("place", "Plats", 26),
        Column("category", "Kategori", 22),
        Column("status", "Läge", 13),
        Column("course", "Förlopp", 34),
        Column("why", "Varför det kan vara långsiktigt", 44),
        Column("measures", "Åtgärder", 40),
        Column("judged", "Bedömning", 30),
        MESSAGE,
        Column("long_term", "Långsiktigt", 13, edit=True, choices="yes_no", hint="Ja eller Nej: EST:s bedömning."),
        Column("note", "Anteckning", 40, edit=True, hint="Varför. Sparas tillsammans med bedömningen."),
        *HIDDEN,
    ),
    printed=8,
)
# The .csv twin has no sheets: the first column names the one a row belongs to, and a row without key is added.
CSV = Sheet(
    "csv",
    "",
    (
        Column("sheet", "Blad", 14),
        *(c for c in REVIEWED.columns if c not in HIDDEN),
        SORTED_OUT.column("make_report"),
        ADD.column("organisation"),
        *HIDDEN,
    ),
)
SHEETS = (OPEN, REVIEWED, SORTED_OUT, ADD, MEASURES, PROBLEMS)
BY_ID = {sheet.id: sheet for sheet in SHEETS}
# Written into the file's properties: another name there is the person who saved it.
OWN_NAME = "Lägesbild"
HELP_TITLE = "Så här gör du"
LISTS_TITLE = "Listor"
