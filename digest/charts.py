"""The pictures: figures in, PNG out. No display, no pyplot; legible on a telephone, in grey and to the colour-blind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from digest import swedish
from digest.ledger import ProblemLine
from digest.picture import Bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, RULE, PAPER = "#1d2429", "#54616a", "#cfd7d4", "#ffffff"
DEEP, PALE, WARM = "#1f5668", "#a9bfc6", "#b3541e"
# Twice the 560 points at which mails show it: sharp on telephones, and 180 dots an inch in print.
PIXELS_WIDE, DPI = 1120, 160
# Points of type. 12 are 13 pixels on a screen and 8 on a telephone, the least that can be read.
TYPE = 12
# More bars than this leave no room for a number above each.
NUMBERED_BARS = 18
# A register of two weeks gives two bars, not two walls.
LEAST_SLOTS = 8
# Hours are told roughly ("vid elva"); blocks of three are as exact as that.
BLOCK = 3


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the mail. `cid` is its Content-ID without brackets; its alt text is written by the template."""

    name: str
    cid: str
    png: bytes


def blank(height: int) -> tuple["Figure", "Axes"]:
    """A figure as wide as the mail and `height` pixels high, with axes but no frame."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(PIXELS_WIDE / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.01, 0, 0.98, 1))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=TYPE, labelcolor=MUTED)
    return figure, axes


def png(figure: "Figure") -> bytes:
    """PNG with a small palette: a third of the size, and nothing is lost in flat colours."""
    from PIL import Image as Bitmap

    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    pixels = Bitmap.frombuffer("RGBA", (width, height), figure.canvas.buffer_rgba())  # type: ignore[attr-defined]  # the Agg canvas has it
    small = BytesIO()
    pixels.convert("RGB").quantize(64).save(small, format="png", optimize=True)
    return small.getvalue()


def trend(bars: Sequence[Bar]) -> bytes:
    """Events per week, this week dark, a dash where the same week stood a year before."""
    figure, axes = blank(380)
    axes.set_position((0.01, 0.15, 0.98, 0.83))
    dark = not any(b.current for b in bars)
    colours = [DEEP if dark or b.current else PALE for b in bars]
    axes.bar(range(len(bars)), [b.events for b in bars], width=0.74, color=colours)
    for place, bar in enumerate(bars):
        if bar.year_before is not None:
            axes.hlines(bar.year_before, place - 0.42, place + 0.42, colors=WARM, linewidth=2.4)
    top = max(4, *(b.events for b in bars), *(b.year_before or 0 for b in bars)) * 1.05
    if len(bars) <= NUMBERED_BARS:
        _number(axes, bars, colours, top)
    step = max(1, -(-len(bars) // 14))
    names = [f"v. {b.week}" if i == 0 else str(b.week) for i, b in enumerate(bars[::step])]
    _label(axes, list(range(0, len(bars), step)), names, crowded=len(bars) > NUMBERED_BARS)
    axes.set_yticks([])
    axes.set_xlim(len(bars) - 0.4 - max(len(bars) + 0.2, LEAST_SLOTS), len(bars) - 0.4)
    axes.set_ylim(0, top)
    axes.axhline(0, color=RULE, linewidth=2)
    return png(figure)


def _label(axes: "Axes", places: Sequence[int], names: Sequence[str], *, crowded: bool) -> None:
    """Names below the bars; under narrow bars the first one would begin outside the picture."""
    axes.set_xticks(places, names)
    if crowded and places and places[0] == 0:
        axes.get_xticklabels()[0].set_horizontalalignment("left")


def _number(axes: "Axes", bars: Sequence[Bar], colours: Sequence[str], top: float) -> None:
    """Each bar's number at its foot, where no dash of the year before can cross it."""
    for place, (bar, ground) in enumerate(zip(bars, colours, strict=True)):
        ink = PAPER if ground == DEEP and bar.events > top * 0.12 else INK
        axes.text(place, top * 0.03, str(bar.events), ha="center", va="bottom", fontsize=TYPE, color=ink, zorder=4)


def blocks(hours: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Weekday × 24 hours to weekday × 8 blocks of three hours."""
    return tuple(tuple(sum(day[h : h + BLOCK]) for h in range(0, 24, BLOCK)) for day in hours)


def weekday_hours(hours: Sequence[Sequence[int]]) -> bytes:
    """Events by weekday and block of hours: darker is more, and every number is printed."""
    from matplotlib.colors import LinearSegmentedColormap

    grid = blocks(hours)
    figure, axes = blank(520)
    axes.set_position((0.12, 0.02, 0.87, 0.87))
    shades = LinearSegmentedColormap.from_list("petrol", ["#f1f4f3", "#a9bfc6", "#1f5668"])
    most = max(4, *(n for day in grid for n in day))
    axes.pcolormesh(grid, cmap=shades, vmin=0, vmax=most, edgecolors=PAPER, linewidth=4)
    for row, day in enumerate(grid):
        for column, n in enumerate(day):
            if n:
                colour = PAPER if n > most * 0.6 else INK
                axes.text(column + 0.5, row + 0.5, str(n), ha="center", va="center", fontsize=TYPE + 1, color=colour)
    axes.set_xticks([i + 0.5 for i in range(8)], [f"{h:02}–{h + BLOCK:02}" for h in range(0, 24, BLOCK)])
    axes.set_yticks([i + 0.5 for i in range(7)], [name[:3] for name in swedish.WEEKDAYS])
    axes.xaxis.tick_top()
    axes.invert_yaxis()
    return png(figure)


def course(problem: ProblemLine) -> bytes:
    """A problem's events per week over a year, with a flag where a measure began."""
    figure, axes = blank(170)
    axes.set_position((0.01, 0.3, 0.98, 0.68))
    weeks = [first for first, _ in problem.weekly]
    axes.bar(range(len(weeks)), [n for _, n in problem.weekly], width=0.8, color=DEEP)
    axes.axhline(0, color=RULE, linewidth=2)
    top = max(2, *(n for _, n in problem.weekly)) * 1.1
    for measure in problem.measures:
        place = _week_of(weeks, measure.from_)
        if place is not None:
            axes.vlines(place, 0, top, colors=WARM, linewidth=2.4, linestyles=(0, (3, 1.5)))
    months = [(i, w) for i, w in enumerate(weeks) if w.day <= 7 and w.month % 2]
    _label(axes, [i for i, _ in months], [swedish.MONTHS[w.month - 1][:3] for _, w in months], crowded=True)
    axes.set_yticks([])
    axes.set_xlim(-0.6, len(weeks) - 0.4)
    axes.set_ylim(0, top)
    return png(figure)


def _week_of(weeks: Sequence[date], day: date | None) -> float | None:
    """Where on the axis a day lies, or None where it lies outside."""
    if day is None or not weeks or not 0 <= (day - weeks[0]).days < 7 * len(weeks):
        return None
    return (day - weeks[0]).days / 7 - 0.5
