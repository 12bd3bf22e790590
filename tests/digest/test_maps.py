"""The map is drawn from coordinates and an operator's outline; names never cover numbers."""

import json
import math
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from digest import DigestError
from digest.charts import TYPE, blank
from digest.labels import Labels
from digest.maps import COLOURS, boundary, colours, covered, draw_map, size, spread
from digest.picture import Material, Spot
from digest.sections import spots
from store.records import StoredReport

SQUARE = [[12.0, 57.0], [13.0, 57.0], [13.0, 58.0], [12.0, 57.0]]


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE]]}},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}],
        },
    ],
)
def test_an_outline_is_read_from_any_polygon_of_geojson(shape: object) -> None:
    (ring,) = boundary(json.dumps(shape).encode())
    assert ring[0] == (12.0, 57.0)
    assert ring[-1] == ring[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"type": "Point"}',
        '{"type": "Polygon"}',
        '{"type":' * 5000,
        '{"type": "Polygon", "coordinates": [[["a"]]]}',
    ],
)
def test_what_is_no_outline_is_refused(text: str) -> None:
    with pytest.raises(DigestError, match=r"\[digest\] boundary"):
        boundary(text.encode())


def test_a_fine_outline_is_thinned() -> None:
    ring = [[12 + i / 100_000, 57.0] for i in range(50_000)]
    assert len(boundary(json.dumps({"type": "Polygon", "coordinates": [ring]}).encode())[0]) <= 2100


def test_marks_that_would_cover_each_other_are_moved_apart() -> None:
    crowd = [(Spot(str(n), 57.5, 12.6, 20, (("klotter", 20),)), 500.0 + n, 400.0) for n in range(5)]
    apart = spread(crowd)
    for i, (a, ax, ay) in enumerate(apart):
        for b, bx, by in apart[:i]:
            assert (ax - bx) ** 2 + (ay - by) ** 2 >= (size(a, 20) + size(b, 20)) ** 2 * 0.98


def test_a_name_stands_where_it_covers_least() -> None:
    taken = [(0.0, 0.0, 100.0, 100.0), (300.0, 100.0, 310.0, 110.0)]
    assert covered((120, 200, 180, 228), taken) == 0
    assert covered((280, 100, 320, 128), taken) == 100
    assert covered((90, 50, 150, 78), taken) == 14 * 28
    assert covered((1100, 200, 1180, 228), taken) == math.inf


def test_the_colours_differ_in_grey_too() -> None:
    greys = sorted(Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)) for colour in COLOURS)  # type: ignore[type-var]
    assert all(b - a >= 12 for a, b in pairwise(greys))  # type: ignore[operator]


def test_the_map_is_drawn_with_every_locality_that_has_coordinates(
    material: Callable[..., Material], tell: Callable[..., StoredReport], labels: Labels
) -> None:
    made = material([tell(1), tell(2, category="brand")])
    found = spots(made, made.events)
    assert (found[-1].name, found[-1].events) == ("Kinna", 2)
    assert "Hanatorp" not in {spot.name for spot in found}
    assert dict(colours(found)).keys() == {"klotter"}
    picture = Image.open(BytesIO(draw_map(found, (), labels)))
    assert picture.width == 1120
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 10


@pytest.mark.parametrize("events", [1, 12, 99, 123, 1000])
def test_every_circle_holds_its_number(events: int) -> None:
    figure, axes = blank(200)
    written = axes.text(0.5, 0.5, str(events), fontsize=TYPE)
    figure.canvas.draw()
    assert written.get_window_extent().width <= 2 * size(Spot("Kinna", 57.5, 12.7, events, ()), 5000)
