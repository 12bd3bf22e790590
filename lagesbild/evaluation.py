"""Measuring the rules on a labelled corpus: every line becomes a mail and goes the whole way in."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.assessment import Assessment
from ingest.message import RawMessage, Report

if TYPE_CHECKING:
    from classify.components.category import Category
    from lagesbild.wiring import App

Line = Mapping[str, Any]
NONE = "–"
SURE = 0.9
# So many of the sure results at least are right, or the confidence promises too much.
CALIBRATED = 0.97
# A case number as people write it; read here anew, so that a mistake of the rules is seen.
_REFERENCE = re.compile(r"\b(?:\d{4}\s?[-–]\s?)?K\s?\d{4,8}\s?[-–]\s?\d{2,4}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the corpus with what the program made of it; `found` is None where the guard stopped the mail."""

    line: Line
    not_report: str | None
    report: Report | None
    found: Assessment | None


@dataclass(frozen=True)
class Field:
    """One field measured: (labelled, found, confidence) of every line that labels it."""

    name: str
    pairs: tuple[tuple[str, str, float], ...]

    @cached_property
    def accuracy(self) -> float:
        """Share of lines that are right."""
        return share(sum(gold == found for gold, found, _ in self.pairs), len(self.pairs))

    @cached_property
    def labels(self) -> dict[str, dict[str, float]]:
        """Precision, recall, F1 and number of every label that occurs."""
        golds, founds = Counter(pair[0] for pair in self.pairs), Counter(pair[1] for pair in self.pairs)
        right = Counter(gold for gold, found, _ in self.pairs if gold == found)
        return {
            label: {
                "precision": share(right[label], founds[label]),
                "recall": share(right[label], golds[label]),
                "f1": share(2 * right[label], golds[label] + founds[label]),
                "count": golds[label],
            }
            for label in sorted(golds)
        }

    @cached_property
    def macro_f1(self) -> float:
        """Mean F1 over the labels of the corpus."""
        return share(sum(label["f1"] for label in self.labels.values()), len(self.labels))

    @cached_property
    def confusion(self) -> list[tuple[str, str, int]]:
        """(labelled, found, how often) of what was wrong, most frequent first."""
        wrong = Counter((gold, found) for gold, found, _ in self.pairs if gold != found)
        return [(gold, found, count) for (gold, found), count in wrong.most_common()]

    @cached_property
    def sure(self) -> tuple[int, float]:
        """How many results are sure (0.9 and more), and the share of those that is right."""
        sure = [gold == found for gold, found, confidence in self.pairs if confidence >= SURE]
        return len(sure), share(sum(sure), len(sure))

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        figures = {"accuracy": self.accuracy, "macro_f1": self.macro_f1, "labels": self.labels}
        return figures | {"confusion": self.confusion, "sure": self.sure, "count": len(self.pairs)}


def share(part: float, whole: float) -> float:
    """A quotient, 0 where there is nothing to divide by."""
    return part / whole if whole else 0.0


def read_corpus(path: Path) -> tuple[Line, ...]:
    """The lines of a JSON Lines file."""
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def as_mail(line: Line, number: int) -> RawMessage:
    """A labelled line as the mail it stands for."""
    date = sent(str(line["date"]))
    mail = EmailMessage()
    mail["From"] = line.get("from", "corpus@corpus.example")
    mail["To"] = "trygghet@kommun.example"
    mail["Subject"] = " ".join(line["subject"].split())
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{line.get('id', number)}@corpus.example>"
    if "body" in line:
        mail.set_content(line["body"])
    else:
        mail.set_content(line["html"], subtype="html")
    rfc822 = mail.as_bytes()
    return RawMessage("corpus", "corpus", 0, number, date, rfc822, len(rfc822))


def sent(text: str) -> datetime:
    """The date of a line: RFC 3339, or with blanks and a one-digit hour as some sources write it."""
    day, _, rest = text.replace("T", " ", 1).partition(" ")
    clock, _, offset = rest.replace("+", " +").partition(" +")
    return datetime.fromisoformat(f"{day}T{clock.strip().zfill(8)}+{offset.strip()}")


def results(app: "App", lines: Sequence[Line]) -> Iterator[Result]:
    """What the program makes of every line, by the same way that mail takes."""
    from lagesbild.classifying import classified

    for number, line in enumerate(lines):
        reading = app.read(as_mail(line, number))
        report, found = _leading(tuple(classified(app, reading)), app.classifier.rules.categories)
        yield Result(line, reading.not_report or (found.not_report if found else None), report, found)


def _leading(
    told: Sequence[tuple[Report, Assessment]], categories: Sequence["Category"]
) -> tuple[Report, Assessment] | tuple[None, None]:
    """Of several events in one mail that by which it is labelled: the first by the order of the categories."""
    order = [category.id for category in categories]
    return min(told, key=lambda part: order.index(part[1].category), default=(None, None))


# Field → what the line says and what was found. A field is measured on the lines that label it.
GETTERS: dict[str, Callable[[Assessment], Any]] = {
    "category": lambda found: found.category,
    "urgency": lambda found: found.urgency,
    "locality": lambda found: None if found.place.fallback else found.place.locality,
    "site": lambda found: found.place.site,
    "occurred": lambda found: found.occurred.value if found.occurred else None,
    "police_report": lambda found: found.police_report,
    "recurring": lambda found: found.recurring,
}


def fields(measured: Sequence[Result]) -> tuple[Field, ...]:
    """Every field that the corpus labels. Non-reports count for `not_report` alone."""
    told = [one for one in measured if not one.line.get("not_report")]
    whole = any("urgency" in one.line for one in measured)
    names = tuple(GETTERS) if whole else ("category",)
    kinds = tuple((one.line.get("not_report") or NONE, one.not_report or NONE, 0.0) for one in measured)
    more = (Field("case_number", tuple(_references(told))), Field("not_report", kinds)) if whole else ()
    return (*(Field(name, tuple(_pairs(told, name))) for name in names), *more)


def _pairs(told: Sequence[Result], name: str) -> Iterator[tuple[str, str, float]]:
    for one in told:
        if name != "occurred" or name in one.line:
            found = GETTERS[name](one.found) if one.found else None
            sure = getattr(one.found.confidence, name) if one.found else 0.0
            yield written(name, one.line.get(name)), written(name, found), sure


def _references(told: Sequence[Result]) -> Iterator[tuple[str, str, float]]:
    """Case numbers of lines where one stands in what the reporter wrote, or was found; any of several is right."""
    for one in told:
        wrote = "\n".join(str(one.line.get(part, "")) for part in ("subject", "body", "html"))
        own = [line for line in wrote.splitlines() if not line.startswith(">")]
        reported = one.line.get("police_report") == "yes"
        written = [_plain(number) for number in _REFERENCE.findall("\n".join(own))] if reported else []
        found = _plain(one.found.police_reference or "") if one.found else ""
        if written or found:
            gold = found if found in written else (*written, NONE)[0]
            yield gold, found or NONE, one.found.confidence.police_report if one.found else 0.0


def _plain(number: str) -> str:
    return re.sub(r"\s", "", number).upper().replace("–", "-")


def calibration(measured: Sequence[Field]) -> dict[str, float]:
    """Of all sure results the share that is right, and that of every field where it is less than promised."""
    counts = {field.name: field.sure for field in measured}
    sure = sum(count for count, _ in counts.values())
    right = share(sum(count * part for count, part in counts.values()), sure)
    return {"all": right} | {name: part for name, (count, part) in counts.items() if count and part < CALIBRATED}


def written(name: str, value: object) -> str:
    """A value as it is compared: sites without regard to case and definiteness."""
    text = NONE if value is None else str(value)
    return _indefinite(text) if name == "site" else text


def _indefinite(site: str) -> str:
    words = site.casefold().split()
    endings = ("erna", "arna", "orna", "en", "et", "an", "n", "t")
    return " ".join(next((word[: -len(end)] for end in endings if word.endswith(end)), word) for word in words)


def personal(measured: Sequence[Result]) -> dict[str, float]:
    """Recall of the listed personal strings in the text, and the share of masked characters that are personal."""
    told = [(one.report, one.found, one.line["pii"]) for one in measured if "pii" in one.line]
    counts = [_personal(report, found, listed) for report, found, listed in told if report and found]
    found, wanted, right, masked = (sum(column) for column in zip(*counts, strict=True)) if counts else (0,) * 4
    return {"recall": share(found, wanted), "precision": share(right, masked)}


def _personal(report: Report, found: Assessment, listed: Sequence[str]) -> tuple[int, int, int, int]:
    """Strings found and wanted, characters rightly masked and masked at all; case numbers are masked but not listed."""
    wanted = [text for text in listed if text in report.text]
    spans = [span.text for span in found.personal if span.field == "text" and span.kind != "ärendenummer"]
    hits = sum(any(text in span or span in text for span in spans) for text in wanted)
    right = sum(len(span) for span in spans if any(span in text or text in span for text in wanted))
    return hits, len(wanted), right, sum(map(len, spans))


def misses(measured: Sequence[Result], names: Sequence[str]) -> Iterator[tuple[Result, str, str, str]]:
    """(line, field, labelled, found) of everything that is wrong."""
    for one in measured:
        kinds = (one.line.get("not_report") or NONE, one.not_report or NONE)
        if kinds[0] != kinds[1]:
            yield one, "not_report", *kinds
        if not one.line.get("not_report"):
            for name in names:
                for gold, found, _ in _pairs([one], name):
                    if gold != found:
                        yield one, name, gold, found
