"""The pictures: figures in, PNG out. No display, no pyplot, legible in greyscale."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from digest.picture import Bar, Brief, SituationPicture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, RULE, PAPER = "#1d2429", "#54616a", "#cfd7d4", "#ffffff"
DEEP, PALE = "#1f5668", "#a9bfc6"
# Twice the 560 points at which mails show it: sharp on telephones, and 180 dots an inch in print.
PIXELS_WIDE, DPI = 1120, 160


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the mail. `cid` is its Content-ID without brackets; its alt text is written by the template."""

    name: str
    cid: str
    png: bytes
    width: int
    height: int


def draw(picture: SituationPicture, domain: str) -> dict[str, Image]:
    """Every picture that the sections call for, by name."""
    found = {}
    for section in picture.sections:
        if isinstance(section, Brief) and any(bar.value for bar in section.trend):
            found["trend"] = _image("trend", picture.period.code, domain, _trend(section.trend))
    return found


def _image(name: str, period: str, domain: str, figure: "Figure") -> Image:
    png = _png(figure)
    width, height = figure.canvas.get_width_height()
    return Image(name, f"{name}.{period}@{domain}", png, width, height)


def _png(figure: "Figure") -> bytes:
    """PNG with a small palette: a third of the size, and nothing is lost in flat colours."""
    from PIL import Image as Bitmap

    raw, small = BytesIO(), BytesIO()
    figure.savefig(raw, format="png", dpi=DPI)
    Bitmap.open(raw).convert("RGB").quantize(64).save(small, format="png", optimize=True)
    return small.getvalue()


def _figure(height: int) -> tuple["Figure", "Axes"]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(PIXELS_WIDE / DPI, height / DPI), dpi=DPI, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    return figure, axes


def _trend(bars: Sequence[Bar]) -> "Figure":
    figure, axes = _figure(360)
    places = range(len(bars))
    drawn = axes.bar(places, [b.value for b in bars], width=0.7, color=[DEEP if b.current else PALE for b in bars])
    axes.bar_label(drawn, fontsize=8, color=INK, padding=2)
    axes.set_xticks(places, [b.label for b in bars])
    axes.set_yticks([])
    return figure
