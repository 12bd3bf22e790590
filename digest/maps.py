"""The map: localities as labelled points, circles by number and colour by category, an optional boundary."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

from digest import DigestError
from digest.charts import INK, MUTED, PAPER, PIXELS_WIDE, RULE, TYPE, blank, png
from digest.labels import Labels
from digest.picture import Spot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Ring = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
Placed = tuple[Spot, float, float]

# Okabe and Ito's palette for the colour-blind, in an order whose shades of grey differ; the rest share one grey.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#f0e442")
OTHER = "#8f9aa0"
HEIGHT, MARGIN, LEGEND = 820, 50, 56
# Radii in pixels: of a place without events, of the smallest circle that holds two digits, what each further
# digit needs, of the largest that leaves its neighbours visible; and how many events at least make the largest.
DOT, RADIUS, DIGIT, LARGEST, FULL = 5, 18, 8, 46, 16
# Between a name and what stands beside it.
AIR = 4
# Enough rounds for the four localities that lie close together.
SPREAD_ROUNDS = 20
# A boundary finer than this many points cannot be seen at this size; a larger file is no boundary of a municipality.
BOUNDARY_POINTS, BOUNDARY_BYTES = 2000, 20_000_000


def boundary(geojson: bytes) -> tuple[Ring, ...]:
    """The outlines in a GeoJSON file (RFC 7946), thinned to what can be seen. WGS 84, longitude first.

    Raises:
        DigestError: it is too large, no JSON, or holds no polygon.
    """
    try:
        found = tuple(_rings(json.loads(geojson))) if len(geojson) <= BOUNDARY_BYTES else ()
        rings = tuple(_thinned(ring) for ring in found)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        rings = ()
    if not rings:
        msg = "The boundary file is no GeoJSON with a polygon, or too large. Check [digest] boundary."
        raise DigestError(msg)
    return rings


def _rings(node: Any) -> Iterator[Sequence[Sequence[float]]]:  # noqa: ANN401 - any JSON
    match node:
        case {"type": "FeatureCollection", "features": [*features]}:
            for feature in features:
                yield from _rings(feature)
        case {"type": "Feature", "geometry": geometry}:
            yield from _rings(geometry)
        case {"type": "Polygon", "coordinates": [*rings]}:
            yield from rings
        case {"type": "MultiPolygon", "coordinates": [*polygons]}:
            for polygon in polygons:
                yield from polygon


def _thinned(ring: Sequence[Sequence[float]]) -> Ring:
    step = max(1, len(ring) // BOUNDARY_POINTS)
    return tuple((float(p[0]), float(p[1])) for p in [*ring[::step], ring[-1]])


def colours(spots: Sequence[Spot]) -> tuple[tuple[str, str], ...]:
    """Which categories have a colour of their own: those that dominate most localities."""
    leading = Counter[str]()
    for spot in spots:
        if spot.categories:
            leading[spot.categories[0][0]] += spot.events
    return tuple((category, colour) for (category, _), colour in zip(leading.most_common(), COLOURS, strict=False))


def draw_map(spots: Sequence[Spot], rings: Sequence[Ring], labels: Labels) -> bytes:
    """The map as PNG. Every circle carries its number, every point its name: colour only repeats what is written."""
    figure, axes = blank(HEIGHT + LEGEND * _legend_rows(spots))
    place = _projection(spots, rings)
    axes.set_xlim(0, PIXELS_WIDE)
    axes.set_ylim(HEIGHT + LEGEND * _legend_rows(spots), 0)
    axes.set_position((0, 0, 1, 1))
    axes.set_axis_off()
    for ring in rings:
        axes.fill(
            *zip(*(place(*point) for point in ring), strict=True), facecolor="#f4f6f5", edgecolor=RULE, linewidth=2
        )
    _draw_spots(axes, spread([(spot, *place(spot.longitude, spot.latitude)) for spot in spots]), dict(colours(spots)))
    _draw_legend(axes, spots, labels)
    return png(figure)


def _projection(spots: Sequence[Spot], rings: Sequence[Ring]) -> Any:  # noqa: ANN401 - a closure over the frame
    points = [(s.longitude, s.latitude) for s in spots] + [p for ring in rings for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max(1e-3, (east - west) * squeeze), max(1e-3, north - south)
    scale = min((PIXELS_WIDE - 2 * MARGIN - 120) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (PIXELS_WIDE - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return left + (longitude - west) * squeeze * scale, top + (north - latitude) * scale

    return place


def size(spot: Spot, most: int) -> float:
    """Radius in pixels of a locality's mark: its area in proportion to the number, which it holds; a dot for none."""
    if not spot.events:
        return DOT
    smallest = RADIUS + DIGIT * max(0, len(str(spot.events)) - 2)
    return max(smallest, LARGEST * math.sqrt(spot.events / max(most, FULL)))


def spread(placed: Sequence[Placed]) -> list[Placed]:
    """The marks moved apart where they would cover each other: neighbours stay neighbours, every number is read."""
    at = [complex(x, y) for _, x, y in placed]
    most = max((spot.events for spot, _, _ in placed), default=0)
    for i, j in list(combinations(range(len(at)), 2)) * SPREAD_ROUNDS:
        gap = at[i] - at[j] or 1
        push = max(0.0, size(placed[i][0], most) + size(placed[j][0], most) + 3 - abs(gap)) / 2 * gap / abs(gap)
        at[i], at[j] = at[i] + push, at[j] - push
    return [(spot, z.real, z.imag) for (spot, _, _), z in zip(placed, at, strict=True)]


def _draw_spots(axes: "Axes", placed: Sequence[Placed], own: dict[str, str]) -> None:
    """Circles with their numbers, and dots where nothing was told, unless there is no room for their name."""
    most = max((spot.events for spot, _, _ in placed), default=0)
    marks = [(spot, (x, y, size(spot, most))) for spot, x, y in placed]
    taken: list[Box] = [_square(*mark) for _, mark in marks]
    named = {spot.name for spot, mark in reversed(marks) if _draw_name(axes, spot, mark, taken)}
    for spot, mark in marks:
        if spot.name in named:
            _draw_mark(axes, spot, mark, own)


def _draw_mark(axes: "Axes", spot: Spot, mark: tuple[float, float, float], own: dict[str, str]) -> None:
    from matplotlib.patches import Circle

    x, y, radius = mark
    colour = own.get(spot.categories[0][0], OTHER) if spot.categories else PAPER
    edge = INK if spot.events else OTHER
    axes.add_patch(Circle((x, y), radius, facecolor=colour, edgecolor=edge, linewidth=1.2, zorder=2))
    if spot.events:
        ink = PAPER if colour == COLOURS[0] else INK
        _write(axes, (x, y), str(spot.events), ha="center", color=ink, zorder=4)


def _write(axes: "Axes", at: tuple[float, float], text: str, **looks: Any) -> None:  # noqa: ANN401 - as matplotlib has it
    axes.text(*at, text, va="center_baseline", fontsize=TYPE, parse_math=False, **looks)


def _draw_name(axes: "Axes", spot: Spot, mark: tuple[float, float, float], taken: list[Box]) -> bool:
    """Writes the name where it covers least; a quiet locality's only where it covers nothing. Whether it did."""
    box = min(_places(mark, _width(axes, spot.name)), key=lambda b: covered(b, taken))
    written = bool(spot.events) or not covered(box, taken)
    if written:
        taken.append(box)
        _write(axes, (box[0], (box[1] + box[3]) / 2), spot.name, color=INK if spot.events else MUTED, zorder=3)
    return written


def _width(axes: "Axes", text: str) -> float:
    """How many pixels a name takes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

    canvas = cast("FigureCanvasAgg", axes.figure.canvas)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib types its canvases in part
    return float(renderer.get_text_width_height_descent(text, FontProperties(size=TYPE), ismath=False)[0])


def _places(mark: tuple[float, float, float], width: float) -> Iterator[Box]:
    """Where a name may stand, best first: to the right, to the left, then obliquely, last straight below and above."""
    x, y, radius = mark
    for shift in (0, radius, -radius):
        beside = radius * (0.75 if shift else 1) + 8
        for left in (x + beside, x - beside - width):
            yield (left, y + shift - 14, left + width, y + shift + 14)
    for shift in (radius + 18, -radius - 18):
        yield (x - width / 2, y + shift - 14, x + width / 2, y + shift + 14)


def _square(x: float, y: float, size: float) -> Box:
    return (x - size, y - size, x + size, y + size)


def covered(box: Box, taken: Sequence[Box]) -> float:
    """How many square pixels a box covers of others, a little air around it included; without end off the picture."""
    left, top, right, bottom = box[0] - AIR, box[1], box[2] + AIR, box[3]
    if left < 0 or right > PIXELS_WIDE or top < AIR or bottom > HEIGHT - AIR:
        return math.inf
    return sum(max(0, min(right, t[2]) - max(left, t[0])) * max(0, min(bottom, t[3]) - max(top, t[1])) for t in taken)


def _legend(spots: Sequence[Spot]) -> tuple[tuple[str, str], ...]:
    own = colours(spots)
    rest = {s.categories[0][0] for s in spots if s.categories} - {category for category, _ in own}
    return (*own, ("", OTHER)) if rest else own


def _legend_rows(spots: Sequence[Spot]) -> int:
    return -(-len(_legend(spots)) // 2)


def _draw_legend(axes: "Axes", spots: Sequence[Spot], labels: Labels) -> None:
    from matplotlib.patches import Circle

    for number, (category, colour) in enumerate(_legend(spots)):
        x, y = 30 + (number % 2) * PIXELS_WIDE / 2, HEIGHT + 26 + (number // 2) * LEGEND
        axes.add_patch(Circle((x, y), 13, facecolor=colour, edgecolor=INK, linewidth=1.2))
        text = f"mest {labels.category(category).lower()}" if category else "mest annat"
        _write(axes, (x + 26, y), text, color=INK)
