"""Run by LibreOffice's own Python, not imported by tests: opens a review file, fills cells, saves.

python3 office.py PIPE FILE EDITS.json TARGET FILTER SHEET
"""

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TEXT = "Text - txt - csv (StarCalc)"
HEADERS = {"key": "Nyckel", "new_locality": "Rätt ort", "comment": "Kommentar"}
# Semicolons, quotes, UTF-8, every column as text: what a person chooses in the dialogue.
OPENING = "59,34,76,1," + "/".join(f"{number}/2" for number in range(1, 60))
SAVING = "59,34,76,1,,0,false,true,false"


def prop(name: str, value: object) -> Any:
    import uno

    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def desktop(pipe: str) -> Any:
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # noqa: BLE001 - LibreOffice is still starting
            time.sleep(0.25)
    sys.exit("LibreOffice does not answer")


def column_of(sheet: Any, wanted: str) -> int:
    """By the hidden line of ids, or in a .csv by the header."""
    for column in range(100):
        name = sheet.getCellByPosition(column, 0).String.partition(":")[0]
        if name in {wanted, HEADERS.get(wanted)}:
            return column
    sys.exit(f"no column {wanted}")


def line_of(sheet: Any, key: str) -> int:
    column = column_of(sheet, "key")
    for line in range(1, 6000):
        found = sheet.getCellByPosition(column, line).String
        if found.startswith(key) and found != HEADERS["key"]:
            return line
    sys.exit(f"no row {key}")


def fill(document: Any, edits: Iterable[tuple[str, str, str, str]]) -> None:
    for title, key, column, value in edits:
        sheet = document.Sheets.getByName(title)
        # As if typed: LibreOffice itself decides what to make of it.
        sheet.getCellByPosition(column_of(sheet, column), line_of(sheet, key)).setFormula(value)


def main(pipe: str, path: str, edits: str, target: str, kind: str, shown: str) -> None:
    how = [prop("Hidden", value=True)]
    if path.endswith(".csv"):
        how += [prop("FilterName", TEXT), prop("FilterOptions", OPENING)]
    document = desktop(pipe).loadComponentFromURL(Path(path).as_uri(), "_blank", 0, tuple(how))
    fill(document, json.loads(Path(edits).read_text(encoding="utf-8")))
    saving = [prop("FilterName", kind)]
    if kind == TEXT:
        if document.Sheets.hasByName(shown):
            document.CurrentController.setActiveSheet(document.Sheets.getByName(shown))
        saving.append(prop("FilterOptions", SAVING))
    document.storeToURL(Path(target).as_uri(), tuple(saving))
    document.close(True)


if __name__ == "__main__":
    main(*sys.argv[1:7])
