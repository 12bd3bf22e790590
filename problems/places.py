"""Where a report belongs in the ledger: the area, else the site, else the nearest known point, else the locality."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from problems.compare import distance_m
from problems.types import Area, PlaceKey, Sighting

Point = tuple[float, float]


@dataclass
class Homes:
    """Gives each place its key; the spelling first met is the one that is shown."""

    areas: Sequence[Area] = ()
    radius_m: float = 150.0
    spelling: dict[tuple[str, str], PlaceKey] = field(default_factory=dict)
    anchors: dict[str, list[tuple[Point, PlaceKey]]] = field(default_factory=dict)

    def key(self, locality: str | None, name: str | None) -> PlaceKey:
        """The place of this name, or the area that it is a site of; what people wrote in a sheet comes in here too."""
        area = self._area_of_site(locality or "", name or "")
        return self._spelt(locality or "", area or name or "")

    def home(self, s: Sighting) -> PlaceKey:
        """The place of one sighting."""
        point = _point(s)
        area = s.area or (point and self._area_around(s.locality or "", point))
        if area or s.site:
            found = self._spelt(s.locality or "", area) if area else self.key(s.locality, s.site)
            if point and s.site:
                self.anchors.setdefault(s.block, []).append((point, found))
            return found
        return self._nearest(s.block, point, s.locality) if point else self._spelt(s.locality or "", "")

    def _spelt(self, locality: str, name: str) -> PlaceKey:
        return self.spelling.setdefault((locality.casefold(), name.casefold()), PlaceKey(locality, name))

    def _area_of_site(self, locality: str, name: str) -> str | None:
        wanted = name.casefold()
        return next((a.name for a in self._in(locality) if wanted in {site.casefold() for site in a.sites}), None)

    def _area_around(self, locality: str, point: Point) -> str | None:
        return next((a.name for a in self._in(locality) if _holds(a, point)), None)

    def _in(self, locality: str) -> Iterable[Area]:
        return (area for area in self.areas if area.locality.casefold() == locality.casefold())

    def _nearest(self, block: str, point: Point, locality: str | None) -> PlaceKey:
        """The nearest place within the radius; else the point itself becomes a place, named by its coordinates."""
        near = [(distance_m(point, other), key) for other, key in self.anchors.get(block, ())]
        close = min((pair for pair in near if pair[0] <= self.radius_m), key=lambda pair: pair[0], default=None)
        if close:
            return close[1]
        found = self._spelt(locality or "", f"{point[0]:.4f}, {point[1]:.4f}")
        self.anchors.setdefault(block, []).append((point, found))
        return found


def _point(s: Sighting) -> Point | None:
    return None if s.latitude is None or s.longitude is None else (s.latitude, s.longitude)


def _holds(area: Area, point: Point) -> bool:
    if area.latitude is None or area.longitude is None or not area.radius_m:
        return False
    return distance_m((area.latitude, area.longitude), point) <= area.radius_m
