"""The examples that stand beside the rules, tried."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from classify.assessment import Assessment
from ingest.message import Address, Report

if TYPE_CHECKING:
    from classify.pipeline import Classifier
    from classify.rules import Example


def failures(classifier: "Classifier", examples: Iterable["Example"]) -> Iterator[str]:
    """One sentence for each expectation that does not hold."""
    for number, example in enumerate(examples, 1):
        found = classifier.assess(as_report(example))
        for name, wanted in example.expect:
            if name in example.expect.model_fields_set and given(found, name) != wanted:
                start = " ".join(example.text.split())[:60]
                yield f"example {number}: {name} is {given(found, name)!r}, expected {wanted!r} ({start} …)"


def as_report(example: "Example") -> Report:
    """An example as a report of free text."""
    date = datetime.fromisoformat(example.date)
    return Report(example.text, example.subject, date, Address("", "example@rules.example"), "free")


def given(found: Assessment, name: str) -> Any:  # noqa: ANN401 - as many types as there are fields
    """What the assessment holds for a field of an example."""
    if name in {"locality", "site"}:
        return getattr(found.place, name)
    if name == "occurred":
        return found.occurred.value if found.occurred else None
    return getattr(found, name)
