"""What is no report: spam, questions, thanks, and the automatic replies and bounces that only their words give away."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from classify.document import Findings, evidence, findings
from classify.schema import Section, StrictModel, Terms, terms_under
from classify.term import Hit, Term

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Whoever fills in the form reports, whatever is asked or thanked in it.
TALK = frozenset({"auto_reply", "thanks", "question"})
Kind = Literal["auto_reply", "bounce", "spam", "question", "thanks"]


class NoReport(StrictModel):
    """One kind of mail that is no report.

    Attributes:
        decisive, strong, weak, against: worth 4, 2, 1 and -2; needs: the sum at which the mail is of this kind;
        evidence: the kind does not hold where a category's own evidence sums up to more than this, unless a
        decisive word stands there.
    """

    kind: Kind
    decisive: Terms = ()
    strong: Terms = ()
    weak: Terms = ()
    against: Terms = ()
    needs: float = Field(default=2.0, gt=0)
    evidence: float = Field(default=3.0, ge=0)


class NotReportSection(Section):
    """`not_report:` of rules.yaml: the kinds in the order in which they are tried."""

    kinds: tuple[NoReport, ...] = ()

    def terms(self) -> Iterator[Term]:
        """Every kind's terms under `not_report:<kind>`."""
        for one in self.kinds:
            yield from terms_under(f"not_report:{one.kind}:decisive", one.decisive, 4.0)
            for texts, weight in ((one.strong, 2.0), (one.weak, 1.0), (one.against, -2.0)):
                yield from terms_under(f"not_report:{one.kind}", texts, weight)


class NotReportComponent:
    """Sets `not_report`."""

    def __init__(self, section: NotReportSection) -> None:
        self.section = section

    def __call__(self, doc: "Doc") -> "Doc":
        """The document, with the kind of no report that it is, if any."""
        found = findings(doc)
        form = found.report.kind == "form"
        for one in self.section.kinds:
            hits = () if form and one.kind in TALK else self._hits(found, one)
            if hits:
                found.not_report = one.kind
                found.evidence.extend(evidence(found, hit, f"not_report:{one.kind}", hit.term.weight) for hit in hits)
                break
        return doc

    def _hits(self, found: Findings, one: NoReport) -> tuple[Hit, ...]:
        """What shows that the mail is of this kind; nothing where it is not shown."""
        decisive = found.hits.get(f"not_report:{one.kind}:decisive", ())
        told = _once((*decisive, *found.hits.get(f"not_report:{one.kind}", ())))
        enough = sum(hit.term.weight for hit in told) >= one.needs
        return told if enough and (decisive or max(found.scores.values()) <= one.evidence) else ()


def _once(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each term once, and no word for two of them: the weightier and longer counts."""
    told: dict[str, Hit] = {}
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (-abs(hit.term.weight), hit.start - hit.end)):
        if hit.term.text not in told and taken.isdisjoint(hit.tokens):
            told[hit.term.text] = hit
            taken.update(hit.tokens)
    return tuple(told.values())
