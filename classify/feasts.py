"""Swedish feast days by name: fixed ones, those that follow Easter, and those that fall on a weekday.

Names stand as in a flat text (`kristi himmelsfardsdag`).
"""

import re
from datetime import date, timedelta

_FIXED = {
    "nyarsdagen": (1, 1),
    "trettondagsafton": (1, 5),
    "trettondedagen": (1, 6),
    "trettondagen": (1, 6),
    "trettondag jul": (1, 6),
    "tjugondag knut": (1, 13),
    "tjugondedag knut": (1, 13),
    "alla hjartans dag": (2, 14),
    "valborgsmassoafton": (4, 30),
    "valborg": (4, 30),
    "forsta maj": (5, 1),
    "nationaldagen": (6, 6),
    "halloween": (10, 31),
    "luciadagen": (12, 13),
    "lucia": (12, 13),
    "julafton": (12, 24),
    "juldagen": (12, 25),
    "annandag jul": (12, 26),
    "annandagen": (12, 26),
    "nyarsafton": (12, 31),
}
# Days after Easter Sunday.
_FROM_EASTER = {
    "fettisdagen": -47,
    "skartorsdagen": -3,
    "skartorsdag": -3,
    "langfredagen": -2,
    "langfredag": -2,
    "paskafton": -1,
    "paskdagen": 0,
    "annandag pask": 1,
    "kristi himmelsfardsdagen": 39,
    "kristi himmelsfardsdag": 39,
    "kristi himmelsfard": 39,
    "pingstafton": 48,
    "pingstdagen": 49,
    "pingstdag": 49,
    "annandag pingst": 50,
}
# The first such weekday (Monday is 0) from that day on.
_ON_WEEKDAY = {
    "mors dag": (5, 25, 6),
    "midsommarafton": (6, 19, 4),
    "midsommardagen": (6, 20, 5),
    "allhelgonaafton": (10, 30, 4),
    "allhelgonadagen": (10, 31, 5),
    "alla helgons dag": (10, 31, 5),
    "fars dag": (11, 8, 6),
    "forsta advent": (11, 27, 6),
    "andra advent": (12, 4, 6),
    "tredje advent": (12, 11, 6),
    "fjarde advent": (12, 18, 6),
}
# Nights, evenings and mornings that carry a feast's short name; a night is that before the day.
_SHORT = {
    "nyarsnatten": "nyarsdagen",
    "nyarskvallen": "nyarsafton",
    "julnatten": "juldagen",
    "julkvallen": "julafton",
    "paskkvallen": "paskafton",
    "pasknatten": "paskdagen",
    "midsommarkvallen": "midsommarafton",
    "midsommarnatten": "midsommardagen",
    "lucianatten": "lucia",
    "pingstnatten": "pingstdagen",
}
_NAMES = sorted((*_FIXED, *_FROM_EASTER, *_ON_WEEKDAY, *_SHORT), key=len, reverse=True)
PATTERN = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in _NAMES)
# One of these stands in every name.
GATE = (
    *("afton", "advent", "valborg", "halloween", "lucia", "himmelsfard", "jul", "pask", "pingst", "trettond"),
    *("tjugon", "langfre", "skartors", "fettis", "nyars", "midsommar", "helgon", "hjartans", "forsta maj", "national"),
    *("annandag", "mors dag", "fars dag"),
)


def is_night(name: str) -> bool:
    """Whether the name is that of the night before a feast: `nyarsnatten`."""
    return name in _SHORT and name.endswith("natten")


def feast(name: str, year: int) -> date:
    """The day of a feast in a year, 1900–2099; KeyError for a name that PATTERN does not hold."""
    name = " ".join(name.split())
    name = _SHORT.get(name, name)
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _FROM_EASTER:
        return easter(year) + timedelta(days=_FROM_EASTER[name])
    month, day, weekday = _ON_WEEKDAY[name]
    first = date(year, month, day)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def easter(year: int) -> date:
    """Easter Sunday by Gauss's rule, whose constants hold for 1900–2099 (the years of no report lie outside)."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    late = moon + sunday
    if (moon, sunday) == (29, 6) or (moon == 28 and sunday == 6 and year % 19 > 10):
        late -= 7
    return date(year, 3, 22) + timedelta(days=late)
