"""Which pictures a situation picture has, by the name under which templates ask for them."""

from collections.abc import Iterator, Sequence

from digest.charts import Image, course, trend, weekday_hours
from digest.labels import Labels
from digest.maps import Ring, draw_map
from digest.picture import Brief, LongTerm, SituationPicture, Where


def illustrate(picture: SituationPicture, labels: Labels, domain: str, rings: Sequence[Ring] = ()) -> dict[str, Image]:
    """Every picture that the sections call for; one without figures is not drawn."""
    found = {}
    for section in picture.sections:
        for name, png in _drawn(section, labels, rings):
            found[name] = Image(name, f"{name}.{picture.period.code}@{domain}", png)
    return found


def _drawn(section: object, labels: Labels, rings: Sequence[Ring]) -> Iterator[tuple[str, bytes]]:
    match section:
        case Brief() if any(bar.events for bar in section.trend):
            yield "trend", trend(section.trend)
        case LongTerm():
            for problem in section.problems:
                yield problem.reference, course(problem)
        case Where():
            yield from _where(section, labels, rings)


def _where(section: Where, labels: Labels, rings: Sequence[Ring]) -> Iterator[tuple[str, bytes]]:
    if any(spot.events for spot in section.spots):
        yield "map", draw_map(section.spots, rings, labels)
    if section.timed:
        yield "hours", weekday_hours(section.hours)
