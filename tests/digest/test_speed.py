"""A year of five thousand reports is rendered in seconds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from digest.ledger import problem_lines
from digest.period import Period
from digest.picture import Material
from problems.types import Ledger
from store import rows
from store.masked import masked_between
from store.records import StoredReport
from store.session import open_store


def test_five_thousand_reports_over_a_year_render_within_five_seconds(
    material: Callable[..., Material],
    year_of_reports: Callable[..., Any],
    ledger: Ledger,
    whole: Callable[..., Any],
    cpu_seconds: Callable[[Callable[[], object]], float],
) -> None:
    period = Period("year", 2026)
    told = year_of_reports(5000, period.last, days=365)
    assert cpu_seconds(lambda: whole(material(told, period, problems=problem_lines(ledger, period, ())))) <= 5


def test_its_queries_take_a_second_at_most(
    year_of_reports: Callable[..., Any], tmp_path: Path, cpu_seconds: Callable[[Callable[[], object]], float]
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db")
    year = year_of_reports(5000, date(2026, 12, 31), days=365)
    with store.transaction() as session:
        for told in year:
            row = rows.report_row(told.report, mail_id=None, received_at=told.received_at)
            row.id, row.reference = told.id, told.reference
            session.add(row)
        session.flush()
        session.add_all(rows.assessment_row(told.id, told.assessment, told.received_at) for told in year)
    found: list[StoredReport] = []
    with store.transaction() as session:
        since, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        assert cpu_seconds(lambda: found.extend(masked_between(session, since, until))) <= 1
    assert len(found) == 5000
    store.close()
