"""Looks at a review file before anything in it is read: what it is, how large, and what it must not hold."""

import zipfile
from pathlib import Path

from review.model import ReviewError

# A file of 5,000 reports is 1–4 MB packed and under 30 MB unpacked; a zip bomb is small packed and huge unpacked.
MAX_PACKED = 20_000_000
MAX_UNPACKED = 60_000_000
# What is no sheet is small: styles, names and properties of a proper file are some 50 kB together.
MAX_PART = 3_000_000
TEXTS = ("xl/worksheets/", "xl/sharedstrings.xml")
MAX_MEMBERS = 500
# A document type stands before the first element.
PROLOGUE = 4096
ACTIVE = ("vbaproject.bin", "externallinks/", "activex/", "embeddings/", "connections.xml", "macrosheets/")
# Excel writes "Unicode text" as .txt.
AS_TEXT = (".csv", ".txt", ".tsv")
AS_BOOK = (".xlsx", ".xlsm")
# How a compound file begins ([MS-CFB] 2.2): an .xls, or an .xlsx with a password to open it.
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")


def refuse_unfit(path: Path) -> None:
    """Refuses what is no review file by its kind or size; reads no more than its first bytes.

    Raises:
        ReviewError: with what to do instead.
        OSError: it is not there, or another program holds it.
    """
    kind = path.suffix.lower()
    if kind not in {*AS_TEXT, *AS_BOOK} or (path.exists() and not path.is_file()):
        msg = f"{path.name} är ingen granskningsfil. Spara den som Excel-arbetsbok (.xlsx) eller .csv och försök igen."
        raise ReviewError(msg)
    if path.stat().st_size > MAX_PACKED:
        msg = f"{path.name} är större än {MAX_PACKED // 1_000_000} MB. En granskningsfil är aldrig så stor."
        raise ReviewError(msg)
    with path.open("rb") as start:
        compound = start.read(len(COMPOUND)) == COMPOUND
    if compound:
        msg = (
            f"{path.name} är låst med lösenord eller sparad i det gamla formatet .xls. "
            "Spara den som Excel-arbetsbok (.xlsx) utan lösenord och försök igen."
        )
        raise ReviewError(msg)


def inspect(path: Path) -> None:
    """Looks at the package's list of contents before anything is unpacked.

    Raises:
        ReviewError: it is huge once unpacked, or holds what a review file never holds.
        zipfile.BadZipFile: it is no package.
    """
    with zipfile.ZipFile(path) as package:
        members = package.infolist()
        if _too_large(members):
            msg = f"{path.name} är ovanligt stor uppackad och läses inte. Är det rätt fil?"
            raise ReviewError(msg)
        typed = next((m.filename for m in members if _has_doctype(package, m)), None)
    if typed:
        msg = f"{path.name} innehåller en dokumenttyp ({typed}), som ingen Excel-fil har, och läses inte."
        raise ReviewError(msg)
    active = next((m.filename for m in members if any(a in m.filename.lower() for a in ACTIVE)), None)
    if active:
        msg = (
            f"{path.name} innehåller makron eller länkar till andra filer ({active}) och läses inte. "
            "Spara den som vanlig Excel-arbetsbok (.xlsx) utan dem och försök igen."
        )
        raise ReviewError(msg)


def _too_large(members: list[zipfile.ZipInfo]) -> bool:
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED:
        return True
    return any(m.file_size > MAX_PART for m in members if _is_xml(m) and not m.filename.lower().startswith(TEXTS))


def _is_xml(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith((".xml", ".rels", ".vml"))


def _has_doctype(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; entities, the stuff of XML bombs, need one."""
    if not _is_xml(member):
        return False
    with package.open(member) as part:
        return b"<!DOCTYPE" in part.read(PROLOGUE)
