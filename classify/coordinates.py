"""Coordinates as people and forms write them: WGS 84 in degrees or minutes, and SWEREF 99 TM in metres."""

import re

# Sweden's extent, degrees: anything else in a form is a slip or another number.
LATITUDES = (55.0, 69.5)
LONGITUDES = (10.5, 24.5)
# SWEREF 99 TM (EPSG:3006), metres.
NORTHINGS = (6_100_000, 7_700_000)
EASTINGS = (250_000, 950_000)

_THREE_DIGITS = re.compile(r"\d{3}")
_LIKELY = re.compile(r"\d{2}[.,]\d{3}|°|\d{7}")
_DECIMAL = re.compile(r"(?<!\d)([5-6]\d[.,]\d{3,})\s*°?\s*N?\s*[,;/ ]\s*(?:E\s*)?(1\d|2[0-4])[.,](\d{3,})(?!\d)")
_MINUTES = re.compile(
    r"""N?\s*([5-6]\d)\s*°\s*(\d{1,2}(?:[.,]\d+)?)\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|'')\s*)?N?\s*[,;]?\s*"""
    r"""[EÖ]?\s*(1\d|2[0-4])\s*°\s*(\d{1,2}(?:[.,]\d+)?)\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|''))?"""
)
_METRES = re.compile(
    r"(?<!\d)(?:N\s*[:=]?\s*)?([67]\d{6})(?:[.,]\d+)?\s*[,;/ ]\s*(?:[EÖ]\s*[:=]?\s*)?(\d{6})(?:[.,]\d+)?(?!\d)"
)


def read_coordinates(text: str) -> tuple[float, float] | None:
    """The first pair of coordinates in the text as WGS 84 (latitude, longitude) in degrees, or None.

    SWEREF 99 TM needs pyproj (the extra `sweref`); without it such numbers are not read.
    """
    if not ("°" in text or _THREE_DIGITS.search(text)) or not _LIKELY.search(text):
        return None
    found = _decimal(text) or _minutes(text) or _metres(text)
    if found is None or not (_within(found[0], LATITUDES) and _within(found[1], LONGITUDES)):
        return None
    return round(found[0], 6), round(found[1], 6)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _decimal(text: str) -> tuple[float, float] | None:
    match = _DECIMAL.search(text)
    return match and (_number(match[1]), float(f"{match[2]}.{match[3]}"))


def _minutes(text: str) -> tuple[float, float] | None:
    match = _MINUTES.search(text)
    return match and (_degrees(*match.group(1, 2, 3)), _degrees(*match.group(4, 5, 6)))


def _degrees(degrees: str, minutes: str, seconds: str | None) -> float:
    return int(degrees) + _number(minutes) / 60 + _number(seconds or "0") / 3600


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))


def _metres(text: str) -> tuple[float, float] | None:
    match = _METRES.search(text)
    if match is None:
        return None
    north, east = int(match[1]), int(match[2])
    return _from_sweref(north, east) if _within(north, NORTHINGS) and _within(east, EASTINGS) else None


def _from_sweref(north: float, east: float) -> tuple[float, float] | None:
    try:
        from pyproj import Transformer
    except ImportError:
        return None
    longitude, latitude = Transformer.from_crs("EPSG:3006", "EPSG:4326", always_xy=True).transform(east, north)
    return float(latitude), float(longitude)
