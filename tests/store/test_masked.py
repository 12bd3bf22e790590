"""Reports as the situation picture reads them: the same as everywhere else, without a raw word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from classify.assessment import Assessment, Confidence, Place
from ingest.message import Address, Report
from store import reports
from store.masked import masked_between
from store.records import Correction
from store.session import Store

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
FOUND = Assessment(
    "klotter", "normal", Place("Kinna", "Torget"), Confidence(), (), (), "klotter", "Klotter", rules="r1",
    subcategory="hat",
)  # fmt: skip


def test_a_report_that_was_corrected_approved_and_commented_reads_as_everywhere_else(store: Store) -> None:
    told = Report("klotter hos Åsa", "Klotter", AT, Address("Åsa", "asa@butik.example"), "free", organisation="Butiken")
    with store.transaction() as session:
        stored = reports.add(session, told, FOUND, None)
        for field, old, new in (("category", "klotter", "brand"), ("locality", "Kinna", "Skene")):
            reports.correct(session, Correction(stored.id, field, old, new, "Eva", AT))
        for field, old, new in (("status", "open", "approved"), ("comment", "", "ringde")):
            reports.decide(session, Correction(stored.id, field, old, new, "Eva", AT))
        reports.add(session, replace(told, date=AT + timedelta(hours=1)), FOUND, None)
        masked, plain = masked_between(session, AT, AT + timedelta(days=1))
        whole = reports.get(session, stored.id)
    assert plain.effective == replace(FOUND, masked_subject="")
    assert (masked.status, masked.corrected) == (whole.status, whole.corrected)
    assert masked.effective == replace(whole.effective, evidence=(), masked_subject="")
    assert (masked.report.text, masked.report.subject) == ("", "")
