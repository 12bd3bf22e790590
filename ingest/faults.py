"""Named places where the program can be made to die as in a power cut, so that tests can show that nothing is lost.

`LAGESBILD_FAULT=<point>:<n>` in the environment kills the process at the n-th pass of that point. Unset, the normal
case, a point costs one look-up.
"""

import os
import signal
from collections import Counter

VARIABLE = "LAGESBILD_FAULT"
POINTS = (
    "after-select",
    "after-search",
    "before-fetch",
    "after-fetch",
    "before-raw-commit",
    "after-raw-commit",
    "before-move",
    "after-move",
    "in-parse",
    "in-classify",
    "before-report-commit",
    "after-report-commit",
)
_passes: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Kills the process, without any clean-up, where the environment asks for it here and now."""
    point, _, number = os.environ.get(VARIABLE, "").partition(":")
    if point != name:
        return
    _passes[name] += 1
    if _passes[name] == int(number or 1):
        os.kill(os.getpid(), signal.SIGKILL)
