"""Rules that change while the service runs: the new ones are taken up, broken ones leave the old in force."""

from collections.abc import Callable
from pathlib import Path

from classify.assessment import Assessment
from classify.pipeline import Classifier
from classify.rules import RuleBook
from classify.schema import RuleError
from ingest.message import Report

Stamp = tuple[tuple[int, int], ...]


class ReloadingClassifier:
    """A classifier that looks at its files before each report and loads them again when they have changed.

    Args:
        load: loads the classifier; raises RuleError for broken rules.
        paths: the files to look at; told: is given the mistakes of broken rules, or an empty text once they are mended.

    Raises:
        RuleError: the rules are broken from the start.
    """

    def __init__(
        self, load: Callable[[], Classifier], paths: tuple[Path, ...], told: Callable[[str], None] = lambda _text: None
    ) -> None:
        self._load = load
        self._paths = paths
        self._told = told
        self._stamp = self._look()
        self._classifier = load()
        self._told("")

    @property
    def current(self) -> Classifier:
        """The classifier by the newest rules that are in order."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            self._renew()
        return self._classifier

    def _renew(self) -> None:
        try:
            self._classifier = self._load()
        except RuleError as error:
            self._told(str(error))
        else:
            self._told("")

    def _look(self) -> Stamp:
        """Time and size of each file; a file that is away, as while an editor saves it, counts as changed."""
        return tuple(_stamp(path) for path in self._paths)

    @property
    def rules(self) -> RuleBook:
        """The rules in force."""
        return self.current.rules

    @property
    def version(self) -> str:
        """Hash of the rules in force."""
        return self.current.version

    def assess(self, report: Report) -> Assessment:
        """Everything the rules in force find in one report."""
        return self.current.assess(report)

    def split(self, report: Report) -> tuple[Report, ...]:
        """One report for each event told."""
        return self.current.split(report)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
