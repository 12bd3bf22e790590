"""Attachments: safe names, types by content, and a photo's position and time; nothing else of them is opened."""

import io
import re
import warnings
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import PurePosixPath

from PIL import Image, UnidentifiedImageError

from ingest.charset import one_line
from ingest.message import Attachment
from ingest.walk import Part

# Names longer than this are no names; file systems stop at 255 octets.
MAX_NAME = 120
# Only the header of a photo is read, but the file lies in memory: phones write 3-12 MB.
MAX_PHOTO_OCTETS = 25_000_000
# One report seldom has more; a photo costs about a millisecond.
MAX_PHOTOS = 20

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
)
_OFFICE = ("application/vnd.openxmlformats", "application/vnd.oasis.opendocument", "application/vnd.ms-excel")
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_PHOTO_TYPES = ("image/jpeg", "image/tiff", "image/png", "image/webp", "image/heic")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
# ISO/IEC 23008-12 annex A: how the block of EXIF in a HEIF file begins.
_HEIF_EXIF = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")
# JPEG allows no more for EXIF.
MAX_EXIF_OCTETS = 65_536
_TIFF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011


def listed(files: Iterable[Part]) -> tuple[Attachment, ...]:
    """Every file with a safe name, its type by content and its size; equal names get a number."""
    seen: dict[str, int] = {}
    found = []
    for part in files:
        name = safe_name(part.name)
        seen[name] = seen.get(name, 0) + 1
        shown = name if seen[name] == 1 or not name else _numbered(name, seen[name])
        found.append(Attachment(shown, content_type(part), len(part.content)))
    return tuple(found)


def _numbered(name: str, number: int) -> str:
    path = PurePosixPath(name)
    return f"{path.stem} ({number}){path.suffix}"


def safe_name(name: str) -> str:
    """A file name without path, control or bidi characters, NFC, never one that Windows keeps for itself."""
    base = re.split(r"[/\\]", one_line(name))[-1]
    base = _FORBIDDEN.sub("_", base).strip(" .")
    base = _RESERVED.sub(lambda found: "_" + found[0], base)
    suffix = PurePosixPath(base).suffix[:20]
    return base if len(base) <= MAX_NAME else base[: MAX_NAME - len(suffix)] + suffix


def content_type(part: Part) -> str:
    """The type by its first octets where they tell, else as declared."""
    head = part.content[:16]
    if head[:4] == b"RIFF":
        return "image/webp" if part.content[8:12] == b"WEBP" else part.content_type
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in _HEIF_BRANDS else "video/mp4"
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), part.content_type)
    return part.content_type if found == "application/zip" and part.content_type.startswith(_OFFICE) else found


def photo_evidence(files: Iterable[Part], zone: tzinfo) -> tuple[tuple[float, float] | None, datetime | None]:
    """Where (WGS 84 latitude, longitude in degrees) and when the first photo that says so was taken."""
    position: tuple[float, float] | None = None
    taken: datetime | None = None
    photos = [part for part in files if content_type(part) in _PHOTO_TYPES and len(part.content) <= MAX_PHOTO_OCTETS]
    for part in photos[:MAX_PHOTOS]:
        gps, details = _exif(part.content)
        position = position or _position(gps)
        taken = taken or _taken(details, zone)
    return position, taken


def _exif(content: bytes) -> tuple[dict[int, object], dict[int, object]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of every damaged tag
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            exif = _heif_exif(content) or _image_exif(content)
            return dict(exif.get_ifd(_GPS_IFD)), dict(exif.get_ifd(_TIFF_IFD))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError, TypeError, KeyError, IndexError):
        return {}, {}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError, RecursionError, RuntimeError):
        return {}, {}


def _image_exif(content: bytes) -> Image.Exif:
    with Image.open(io.BytesIO(content)) as image:
        return image.getexif()


def _heif_exif(content: bytes) -> Image.Exif | None:
    """The EXIF block of a HEIF file, which Pillow alone does not open."""
    found = _HEIF_EXIF.search(content) if content[4:8] == b"ftyp" else None
    if not found:
        return None
    exif = Image.Exif()
    exif.load(content[found.start() : found.start() + MAX_EXIF_OCTETS])
    return exif


def _position(gps: dict[int, object]) -> tuple[float, float] | None:
    latitude, longitude = _degrees(gps.get(2), gps.get(1), b"S"), _degrees(gps.get(4), gps.get(3), b"W")
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    # Phones without a fix write zeros: a point in the Gulf of Guinea.
    return (latitude, longitude) if latitude or longitude else None


def _degrees(value: object, half: object, negative: bytes) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in value)  # type: ignore[attr-defined]  # checked by except
        sign = -1 if str(half).strip("b'\0 ").upper().startswith(negative.decode()) else 1
        found = sign * round(degrees + minutes / 60 + seconds / 3600, 6)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return found if found == found else None  # noqa: PLR0124  # NaN is the one number unequal to itself


def _taken(details: dict[int, object], zone: tzinfo) -> datetime | None:
    stamp = str(details.get(_TAKEN, "")).strip("\0 ")
    offset = str(details.get(_TAKEN_OFFSET, "")).strip("\0 ")
    try:
        taken = datetime.strptime(stamp[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return None
    try:
        return datetime.strptime(f"{stamp[:19]} {offset}", "%Y:%m:%d %H:%M:%S %z")
    except ValueError:
        return taken
