"""winmail.dat opened: what Outlook packs into application/ms-tnef (optional extra `tnef`)."""

import logging
from importlib.util import find_spec

from ingest.walk import Block, Contents, Part

# As large as a whole mail may be; the library copies it several times.
MAX_TNEF_OCTETS = 25_000_000

_NAMES = ("winmail.dat", "win.dat")
_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


def unpack(found: Contents) -> None:
    """Replaces every winmail.dat among the files by what it holds; one that cannot be read stays and is noted."""
    for part in [p for p in found.files if p.content_type in _TYPES or p.name.lower() in _NAMES]:
        inside = _read(part.content)
        if inside is None:
            found.defects.append("tnef_unread")
        else:
            found.files.remove(part)
            found.files += inside.files
            if not found.blocks:
                found.blocks += inside.blocks
                found.defects += inside.defects


def _read(content: bytes) -> Contents | None:
    if find_spec("tnefparse") is None or len(content) > MAX_TNEF_OCTETS:
        return None
    from tnefparse import TNEF

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL + 1)
    try:
        return _contents(TNEF(content))
    except Exception:  # noqa: BLE001  # the library promises no set of exceptions for garbage
        return None


def _contents(tnef: object) -> Contents | None:
    found = Contents()
    text, html = (_octets(getattr(tnef, name, None)) for name in ("body", "htmlbody"))
    if text or html:
        texts = (Part("text/plain", "utf-8", "", "", text),) if text else ()
        htmls = (Part("text/html", "utf-8", "", "", html),) if html else ()
        found.blocks.append(Block(texts, htmls))
    elif getattr(tnef, "rtfbody", None):
        found.defects.append("tnef_unread")  # its text is compressed RTF alone
    for file in getattr(tnef, "attachments", ()):
        name = str(file.long_filename() or "")
        found.files.append(Part("application/octet-stream", "", "attachment", name, bytes(file.data or b"")))
    return found if found.blocks or found.files else None


def _octets(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else b""
