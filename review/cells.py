"""Text in and out of cells: always text, never a formula, unchanged on the way back."""

import re

# Excel's own bound on a cell, counted in UTF-16 units; openpyxl cuts silently at it.
MAX_CELL = 32_767
# XML 1.0 forbids these; they carry no meaning in a report.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What programs write escaped: control characters, and the underscore of what only looks like an escape. LibreOffice
# writes other look-alikes as they are, so nothing else may be undone.
UNDONE = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")
# What a spreadsheet takes for a formula when it opens a .csv; the last four are the full-width forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"


def clean(text: str) -> str:
    """The text as a cell can hold it: no forbidden characters, no longer than a cell."""
    kept = FORBIDDEN.sub("", text)
    units = kept.encode("utf-16-le")
    return kept if len(units) <= 2 * MAX_CELL else units[: 2 * MAX_CELL].decode("utf-16-le", errors="ignore")


def to_xlsx(text: str) -> str:
    """Cell text as ECMA-376 writes it (ST_Xstring): CR escaped, and what looks like an escape escaped too."""
    safe = ESCAPED.sub(lambda m: f"_x005F_x{m[1]}_", clean(text))
    return safe.replace("\r", "_x000D_")


def from_xlsx(text: str) -> str:
    """The text that `to_xlsx`, Excel or LibreOffice wrote."""
    return UNDONE.sub(lambda m: chr(int(m[1], 16)), text)


def to_csv(text: str) -> str:
    """Guards a text that a spreadsheet would take for a formula, and one that begins like a guard."""
    safe = clean(text)
    return GUARD + safe if safe.startswith((*FORMULA_STARTS, GUARD)) else safe


def from_csv(text: str) -> str:
    """Takes the guard away again."""
    return text[1:] if text.startswith(GUARD) and text[1:].startswith((*FORMULA_STARTS, GUARD)) else text
