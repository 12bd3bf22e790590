"""Mails broken at random: reading ends in time, with a result that is fit to store, or with an IngestError."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.message import IngestError, RawMessage, Reading
from ingest.notes import NOTES
from ingest.reports import ReadingContext, read

AsRaw = Callable[[bytes], RawMessage]
# The worker stops a mail after 20 s; no broken copy of a small mail may come near.
MAX_CPU_SECONDS = 2.0
TOKENS = (
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"--",
    b"=?",
    b"?=",
    b"=?utf-8?q?=C3?=",
    b'"',
    b"(",
    b"((((((((",
    b"<",
    b">",
    b";",
    b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Type: message/rfc822\n",
    b"--x\n",
    b"--x--\n",
    b"Content-Transfer-Encoding: base64\n",
    b'charset="a\x00b"',
    b"charset=utf-16",
    b"charset=punycode",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xe5\xe4\xf6",
    b"<table><tr><td>",
    b"<!--",
    b"&#",
    b"> ",
    b"skrev:\n",
    b"\xf0\x9f\x98\x80",
    b"Fr\xc3\xa5n: x\nSkickat: y\nTill: z\n\xc3\x84mne: VB: w\n",
    b"Date: Fri, 31 Dec 99999 23:59:59 +9999\n",
    b"filename*0*=utf-8''%",
    b"From: =?a\x00b?q?x?= <@@@>\n",
    b"Subject: VB: SV: VB:\n",
    b"LB-2026-00001",
    b"Beskrivning:\n",
    b"\n\n\n\n\n\n\n\n",
    b"<div>" * 50,
)


def mutants(seeds: dict[str, bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` broken copies, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    mails = [mail for mail in seeds.values() if mail]
    for _ in range(count):
        mail = bytearray(chance.choice(mails))
        for _ in range(chance.randint(1, 6)):
            break_once(mail, mails, chance)
        yield bytes(mail)


def break_once(mail: bytearray, mails: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(mail) + 1)
    to = min(len(mail), at + chance.choice((1, 1, 4, 40, 400)))
    kind = chance.randrange(7)
    if kind == 0 and at < len(mail):
        mail[at] = chance.randrange(256)
    elif kind == 1:
        mail[at:at] = chance.choice(TOKENS)
    elif kind == 2:
        del mail[at:to]
    elif kind == 3:
        mail[at:at] = mail[at:to] * chance.choice((1, 2, 20))
    elif kind == 4:
        other = chance.choice(mails)
        mail[at:] = other[chance.randrange(len(other)) :]
    elif kind == 5:
        mail[at:to] = chance.randbytes(to - at)
    else:
        mail[at:at] = chance.choice(TOKENS) * chance.choice((1, 5, 100))


def check(reading: Reading) -> None:
    assert bool(reading.reports) != (reading.not_report is not None)
    message = reading.message
    assert message.date.tzinfo is not None
    assert message.message_id
    for report in reading.reports:
        written = (report.text, report.subject, report.original, report.quoted, report.reporter.name)
        values = (*written, report.reporter.address, *(part for pair in report.fields for part in pair))
        assert not any("\0" in value for value in values)
        "".join((*values, *(a.name for a in report.attachments), *report.thread)).encode("utf-8")
        assert report.date.tzinfo is not None
        assert set(report.notes) <= NOTES.keys()
        assert "\n" not in report.subject + report.reporter.name + report.reporter.address


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raises TimeoutError inside what runs longer; also inside the regular expression engine."""

    def stop(*_: object) -> None:
        msg = f"more than {seconds} s"
        raise TimeoutError(msg)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(seeds: dict[str, bytes], context: ReadingContext, as_raw: AsRaw, count: int, seed: int) -> int:
    read_well = 0
    for number, mail in enumerate(mutants(seeds, count, seed)):
        try:
            with cpu_limit(MAX_CPU_SECONDS):
                check(read(as_raw(mail), context))
            read_well += 1
        except IngestError:
            pass
        except Exception as error:  # noqa: BLE001 - anything else is the finding
            pytest.fail(f"mutant {number} of seed {seed}: {type(error).__name__}: {error}")
    return read_well


def test_a_thousand_broken_mails_are_read_or_refused(
    seeds: dict[str, bytes], context: ReadingContext, as_raw: AsRaw
) -> None:
    # Refusals are for mails that fit two layouts; they must stay rare.
    assert run(seeds, context, as_raw, 1000, seed=2026) >= 950


@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(5))
def test_five_times_five_thousand_broken_mails_are_read_or_refused(
    seeds: dict[str, bytes], context: ReadingContext, as_raw: AsRaw, seed: int
) -> None:
    assert run(seeds, context, as_raw, 5000, seed) >= 4750


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000))
def test_any_bytes_are_read(context: ReadingContext, as_raw: AsRaw, rfc822: bytes) -> None:
    check(read(as_raw(rfc822), context))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400), charset=st.text(max_size=20), subject=st.text(max_size=80))
def test_any_text_under_any_label_is_read(
    context: ReadingContext, as_raw: AsRaw, text: str, charset: str, subject: str
) -> None:
    head = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/plain; charset={charset}\n\n"
    check(read(as_raw((head + text).encode("utf-8", "surrogatepass")), context))
