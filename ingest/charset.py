"""Bytes to text: an allow-list of charsets, strict UTF-8 first, then what was declared, then cp1252; no guessing."""

import binascii
import re
import string
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass

import ftfy

# Python's codec registry also holds zip, idna, punycode, unicode_escape and the like: only these names are looked up.
_CODECS = {
    "utf7": "utf-7",
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "iso885915": "iso8859-15",
    "latin9": "iso8859-15",
    "iso88592": "iso8859-2",
    "iso88594": "iso8859-4",
    "iso88595": "iso8859-5",
    "iso88597": "iso8859-7",
    "iso88599": "iso8859-9",
    "iso885910": "iso8859-10",
    "windows1250": "cp1250",
    "windows1251": "cp1251",
    "windows1253": "cp1253",
    "windows1254": "cp1254",
    "windows1256": "cp1256",
    "windows1257": "cp1257",
    "ibm437": "cp437",
    "cp437": "cp437",
    "ibm850": "cp850",
    "cp850": "cp850",
    "macintosh": "mac-roman",
    "macroman": "mac-roman",
    "koi8r": "koi8-r",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shiftjis": "shift_jis",
    "eucjp": "euc-jp",
    "euckr": "euc-kr",
    "iso2022jp": "iso2022_jp",
}
# What mail calls Latin-1 or ASCII is cp1252 in practice (WHATWG Encoding, section 4.2).
_HONEST = ("iso88591", "latin1", "windows1252", "cp1252")
# Not ASCII-compatible, or ASCII with escape sequences: strict UTF-8 would accept their bytes and be wrong.
_WIDE = ("utf-16", "utf-16-le", "utf-16-be")
_OWN_SHAPE = (*_WIDE, "utf-7", "iso2022_jp")
# Letters that UTF-8 read as Latin-1 always leaves behind; only text with one of them is handed to ftfy.
_MOJIBAKE = re.compile("[ÃÂâ\u0102\u0192]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
# RFC 2047 allows 75 octets for a word; real senders write longer ones.
# They leave question marks, spaces and line breaks inside too.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?((?:[^?=]|=(?!\?[^=])|\?(?!=)){0,4000})\?=")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?)")
_NO_BASE64 = bytes(set(range(256)) - set(b"+/=" + string.ascii_letters.encode() + string.digits.encode()))
_QP = re.compile(rb"=([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and whether it took a repair: a wrong, missing or unknown label, or mojibake mended."""

    text: str
    repaired: bool


def decode(content: bytes, label: str = "") -> Decoded:
    """Bytes to text whatever the label says. Never raises.

    Args:
        content: octets after transfer decoding.
        label: the declared charset, possibly empty, wrong or hostile.
    """
    name = re.sub("[^a-z0-9]", "", label.lower().split("*")[0][:40])
    codec = _CODECS.get(name, "")
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and b"\0" in content:
        codec = "utf-16"
    # Every space has a zero octet in UTF-16: a text without any only says that it is.
    if codec in _OWN_SHAPE and (codec not in _WIDE or b"\0" in content):
        return Decoded(content.decode(codec, "replace"), repaired=False)
    if content.isascii():
        return Decoded(content.decode("ascii"), repaired=False)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _not_utf8(content, name, codec)
    mended = mend(text)
    return Decoded(mended, repaired=name != "utf8" or mended != text)


def _not_utf8(content: bytes, name: str, codec: str) -> Decoded:
    if codec and codec not in ("utf-8", *_OWN_SHAPE):
        try:
            return Decoded(content.decode(codec), repaired=False)
        except UnicodeDecodeError:
            pass
    # Line by line: gateways append Latin-1 footers to UTF-8 mails, and the other way round.
    lines = [_western(line) for line in content.split(b"\n")]
    return Decoded(mend("\n".join(lines)), repaired=name not in _HONEST)


def _western(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def mend(text: str) -> str:
    """UTF-8 that somebody once read as Latin-1, turned back; other text unchanged."""
    return ftfy.fix_encoding(text) if _MOJIBAKE.search(text) else text


def clean(text: str) -> str:
    """Text fit for people, a database and a pipeline: NFC, LF, no control, invisible or bidi characters."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _SURROGATES.sub("\ufffd", _UNWANTED.sub("", _SPACES.sub(" ", text)))
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Cleaned text with every run of white space as one space: what a header field may hold."""
    return " ".join(clean(text).split())


def raw_header(value: str) -> str:
    """A header field as Python's parser kept it (bytes as surrogates) with its 8-bit octets read as text."""
    octets = value.encode("utf-8", "surrogateescape") if _SURROGATES.search(value) else b""
    return decode(octets, "utf-8").text if octets else value


def decode_words(value: str) -> str:
    """RFC 2047 encoded words to text; adjacent ones are joined as octets, so that a letter cut in two survives."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub("", value)
    pieces: list[str] = []
    end, octets, charset = 0, b"", ""
    for found in _ENCODED_WORD.finditer(value):
        if found.start() != end or found[1].lower() != charset:
            pieces += (decode(octets, charset).text, value[end : found.start()])
            octets, charset = b"", found[1].lower()
        octets += _word_octets(found[2], found[3])
        end = found.end()
    return "".join((*pieces, decode(octets, charset).text, value[end:]))


def _word_octets(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        plain = _FOLD.sub("", text).replace("_", " ").encode("utf-8", "replace")
        return _QP.sub(lambda found: bytes((int(found[1], 16),)), plain)
    return from_base64(text.encode("ascii", "ignore"))


def from_base64(text: bytes) -> bytes:
    """The octets of base64: anything else is passed over, padding may be missing, or end one of several pieces."""
    return b"".join(map(_from_piece, text.translate(None, _NO_BASE64).split(b"=")))


def _from_piece(letters: bytes) -> bytes:
    # A lone letter at the end holds no whole octet.
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def header_text(value: str) -> str:
    """A raw header field to one line of text."""
    return one_line(decode_words(raw_header(value)))
