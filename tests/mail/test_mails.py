"""One mail a file, one oddity each, named by it; what must come of it stands beside it as JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.message import IngestError, RawMessage, Reading, Report
from ingest.reports import ReadingContext, read

HERE = Path(__file__).parent
MAILS = sorted(path.stem for path in HERE.glob("*.eml"))
AsRaw = Callable[[bytes], RawMessage]


def seen(report: Report, key: str) -> Any:
    if key in ("reporter", "forwarded_by"):
        address = report.reporter if key == "reporter" else report.forwarded_by
        return [address.name, address.address] if address else None
    if key in ("date", "photo_time"):
        value = getattr(report, key)
        return value.isoformat() if value else None
    if key == "attachments":
        return [[a.name, a.content_type, a.size] for a in report.attachments]
    value = getattr(report, key)
    return json.loads(json.dumps(value))


def check(reading: Reading, expected: dict[str, Any]) -> None:
    assert reading.not_report == expected.get("not_report")
    if "reason" in expected:
        assert reading.reason == expected["reason"]
    if "message_id" in expected:
        assert reading.message.message_id == expected["message_id"]
    if "auth_results" in expected:
        assert reading.message.auth_results == expected["auth_results"]
    assert set(expected.get("defects", ())) <= set(reading.message.defects)
    found = [
        {key: seen(r, key) for key in wanted} for r, wanted in zip(reading.reports, reports(expected), strict=True)
    ]
    assert found == reports(expected)


def reports(expected: dict[str, Any]) -> list[dict[str, Any]]:
    return list(expected.get("reports", []))


@pytest.mark.parametrize("name", MAILS)
def test_mail_is_read_as_written_beside_it(name: str, context: ReadingContext, as_raw: AsRaw) -> None:
    expected = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    raw = as_raw((HERE / f"{name}.eml").read_bytes())
    if "error" in expected:
        with pytest.raises(IngestError, match=expected["error"]):
            read(raw, context)
    else:
        check(read(raw, context), expected)


def test_there_are_at_least_a_hundred_mails_and_none_without_its_twin() -> None:
    assert len(MAILS) >= 100
    assert sorted(path.stem for path in HERE.glob("*.json")) == MAILS
