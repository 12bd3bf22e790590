"""Plain text as it was before a mail program wrapped it (RFC 3676) or put it into inline PGP (RFC 4880)."""

import re

_PGP_ENCRYPTED = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)
_SIGNED_HEAD, _SIGNED_FOOT = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
ENCRYPTED = "Kan inte läsas: krypterat."


def unfold_flowed(text: str, *, delsp: bool = False) -> str:
    """RFC 3676 section 4: lines that end in a space go on in the next one; `delsp` says the space itself goes.

    A space that was only put in front of a line (`space-stuffing`) is taken away.
    """
    pieces: list[str] = []
    for stuffed in text.split("\n"):
        line = stuffed.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- " and not stuffed.startswith(">")
        pieces.append(line[: len(line) - delsp] if soft else line + "\n")
    return "".join(pieces).removesuffix("\n")


def name_encrypted(text: str) -> str:
    """The text with every inline PGP message (RFC 4880) replaced by the sentence that it cannot be read."""
    return _PGP_ENCRYPTED.sub(ENCRYPTED, text) if "-----BEGIN PGP MESSAGE-----" in text else text


def unwrap_signed(text: str) -> str:
    """The words inside an inline PGP signature (RFC 4880 section 7); other text unchanged."""
    before, head, rest = text.partition(_SIGNED_HEAD)
    words, foot, _ = rest.partition(_SIGNED_FOOT)
    if not head or not foot:
        return text
    return before + words.partition("\n\n")[2].replace("\n- ", "\n")
