"""The mails of this folder and the context they are read in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.forms import FormLayout
from ingest.guard import GuardWords
from ingest.message import RawMessage
from ingest.register import Register, Reporter
from ingest.reports import ReadingContext

HERE = Path(__file__).parent
RECEIVED = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)

FIELDS = (
    ("reporter_name", ("Kontaktperson", "Namn")),
    ("reporter_email", ("E-post",)),
    ("organisation", ("Företag/byalag",)),
    ("role", ("Roll",)),
    ("type", ("Vad har hänt?",)),
    ("site", ("Var hände det?",)),
    ("description", ("Beskrivning",)),
    ("police_report", ("Är händelsen polisanmäld?",)),
)
LAYOUTS = (
    FormLayout("etjanst", ("Rapportera otrygga",), ("@etjanster.example",), ("Vad har hänt?", "Beskrivning"), FIELDS),
    FormLayout("dubbel-a", ("Dubbelformulär",), (), ("Beskrivning",), FIELDS),
    FormLayout("dubbel-b", ("Dubbelformulär",), (), ("Vad har hänt?",), FIELDS),
)
CONTEXT = ReadingContext(
    layouts=LAYOUTS,
    words=GuardWords(
        auto_reply_subjects=("Autosvar", "Automatiskt svar", "Frånvaro", "Automatic reply", "Out of office"),
        auto_reply_texts=("detta är ett automatiskt svar",),
        bounce_senders=("mailer-daemon",),
        bounce_subjects=("Kan inte levereras", "Undelivered", "Undeliverable", "Olevererbart"),
        receipt_subjects=("Läst", "Read"),
    ),
    authserv_id="mx.kommun.example",
    own_addresses=("lagesbild@kommun.example",),
    own_domain="lagesbild.kommun.example",
    colleagues=("kommun.example",),
    register=Register(
        (
            ("byalag.example", Reporter("byalag.example", "Ågatans byalag", "byalag")),
            ("vakt@bevakning.example", Reporter("vakt@bevakning.example", "Bevakning AB", "väktare")),
        )
    ),
)


@pytest.fixture(scope="session")
def context() -> ReadingContext:
    return CONTEXT


@pytest.fixture(scope="session")
def as_raw() -> Callable[[bytes], RawMessage]:
    """Bytes as if the server had received them at a fixed time."""
    return lambda rfc822: RawMessage("trygghet@kommun.example", "INBOX", 1, 1, RECEIVED, rfc822, len(rfc822))


@pytest.fixture(scope="session")
def seeds() -> dict[str, bytes]:
    """Every mail of this folder by its oddity."""
    return {path.stem: path.read_bytes() for path in sorted(HERE.glob("*.eml"))}
