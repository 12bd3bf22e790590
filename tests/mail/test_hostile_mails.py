"""Mails too large to keep as files, built to exhaust a parser: each is read in a bounded time, none raises."""

import time
from collections.abc import Callable

import pytest

from ingest.message import RawMessage
from ingest.reports import ReadingContext, read

AsRaw = Callable[[bytes], RawMessage]
FROM = b"From: Anna Ek <anna@mejl.example>\n"
HEAD = FROM + b"Subject: Hej\nDate: Mon, 12 Jan 2026 07:48:00 +0100\nMessage-ID: <x@y.example>\n"
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
TEXT = "Hål i vägen på Ågatan".encode()


def multipart(parts: bytes) -> bytes:
    return HEAD + b'Content-Type: multipart/mixed; boundary="x"\n\n' + parts + b"--x--\n"


def nested(levels: int) -> bytes:
    heads = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(levels))
    return HEAD + heads + b"Content-Type: text/plain\n\ndjupt nere\n"


MAILS: dict[str, Callable[[], bytes]] = {
    "1500 levels of multipart": lambda: nested(1500),
    "2000 attached mails in each other": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 2000 + b"\nhej\n",
    "50000 empty parts": lambda: multipart(b"--x\n\nhej\n" * 50_000),
    "10000 attachments": lambda: multipart(b'--x\nContent-Disposition: attachment; filename="a"\n\nhej\n' * 10_000),
    "20000 encoded words in the subject": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n" + PLAIN + TEXT,
    "a megabyte of open encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n" + PLAIN + TEXT,
    "20000 recipients": lambda: b"To: " + b"a@b.example, " * 20_000 + b"\n" + PLAIN + TEXT,
    "100000 commas in From": lambda: b"From: " + b"," * 100_000 + b"\n" + PLAIN[len(FROM) :] + TEXT,
    "20000 open brackets in From": lambda: b"From: " + b"(" * 20_000 + b"\n" + PLAIN[len(FROM) :] + TEXT,
    "100000 semicolons in Content-Type": lambda: HEAD + b"Content-Type: text/plain" + b";" * 100_000 + b"\n\n" + TEXT,
    "10000 continued parameters": lambda: (
        HEAD + b"Content-Type: text/plain" + b"".join(b"; a*%d=x" % n for n in range(10_000)) + b"\n\n" + TEXT
    ),
    "100000 header fields": lambda: b"X-A: b\n" * 100_000 + PLAIN + TEXT,
    "a header field of a megabyte": lambda: b"X-A: " + b"x " * 500_000 + b"\n" + PLAIN + TEXT,
    "30000 blank lines": lambda: PLAIN + TEXT + b"\n" * 30_000 + TEXT,
    "30000 lines of spaces": lambda: PLAIN + TEXT + b"\n \t " * 30_000 + TEXT,
    "a megabyte of spaces": lambda: PLAIN + TEXT + b" " * 1_000_000 + TEXT,
    "a megabyte of quote marks": lambda: b"In-Reply-To: <a@b.example>\n" + PLAIN + TEXT + b"\n" + b"> " * 500_000,
    "50000 quote heads": lambda: b"In-Reply-To: <a@b.example>\n" + PLAIN + b"Den 3 maj skrev\n" * 50_000,
    "50000 header blocks": lambda: b"Subject: VB: x\n" + PLAIN + "Från: a\nTill: b\n".encode() * 50_000,
    "a reply of one long line": lambda: b"Subject: SV: x\n" + PLAIN + b"On On " + b"a " * 9_900,
    "a reply of many heads": lambda: b"Subject: SV: x\n" + PLAIN + (b"Den " + b"skrev " * 60 + b"\n") * 2_000,
    "50000 labels": lambda: PLAIN + b"Etikett: v\n" * 50_000,
    "100000 paragraphs of HTML": lambda: HTML + b"<p>a b</p>" * 100_000,
    "20000 nested divisions": lambda: HTML + b"<div>" * 20_000 + TEXT,
    "3000 nested tables": lambda: HTML + b"<table><tr><td>" * 3000 + TEXT,
    "an attribute of half a megabyte": lambda: HTML + b"<p>" + TEXT + b'</p><a href="' + b"x" * 500_000,
    "half a megabyte of open tags": lambda: HTML + b"<" * 500_000,
    "100000 open comments": lambda: HTML + TEXT + b"<!--" * 100_000,
    "a style of half a megabyte": lambda: HTML + b'<p style="' + b"display " * 60_000 + b'">' + TEXT,
    "a table of 8000 rows": lambda: HTML + b"<table>" + b"<tr><td>A</td><td>B</td></tr>" * 8_000,
    "25000 greetings": lambda: PLAIN + b"mvh\n" * 25_000,
    "a hundred labels with 900 spaces": lambda: PLAIN + (b"A" + b" " * 900 + b"x\n") * 100,
    "25000 labels with tabs": lambda: PLAIN + b"a\tb\n" * 25_000,
    "20000 open style sheets": lambda: HTML + b"<style" * 20_000 + TEXT,
    "20000 open media rules": lambda: HTML + b"<style>@media" + b"{a{}" * 20_000 + b"</style>" + TEXT,
    "40000 bold words": lambda: HTML + b"<b>a b</b> c " * 40_000,
    "200000 lines that look like boundaries": lambda: HEAD + b"Content-Type: multipart/mixed\n\n" + b"--a\n" * 200_000,
    "3000 multiparts under another boundary": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n" + b"--a\nContent-Type: multipart/mixed\n\n" * 3000
    ),
    "200000 pieces of base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QQ==\n" * 200_000,
    "25000 header lines that are no fields": lambda: HEAD + b"junk line\n" * 25_000 + PLAIN[len(HEAD) :] + TEXT,
    "a million closing brackets": lambda: PLAIN + b")" * 1_000_000,
    "42 MB of attachment": lambda: multipart(
        b"--x\nContent-Type: text/plain; charset=utf-8\n\n" + TEXT
        + b"\n--x\nContent-Transfer-Encoding: base64\nContent-Type: image/jpeg\n\n" + b"/9j/" * 10_500_000 + b"\n"
    ),
}  # fmt: skip
# Below the worker's 20 s by far, with room for a slow machine; the largest takes about a second.
MAX_SECONDS = 8.0


@pytest.mark.parametrize("name", MAILS)
def test_hostile_mail_is_read_in_bounded_time(name: str, context: ReadingContext, as_raw: AsRaw) -> None:
    mail = MAILS[name]()
    start = time.process_time()
    reading = read(as_raw(mail), context)
    assert time.process_time() - start < MAX_SECONDS
    assert reading.reports or reading.not_report
    assert all(len(report.text) <= 100_000 and len(report.quoted) <= 100_000 for report in reading.reports)
    assert all(len(value) <= 8_100 for _, value in reading.message.headers)


def test_text_behind_an_attack_on_the_header_is_still_read(context: ReadingContext, as_raw: AsRaw) -> None:
    for name in ("20000 recipients", "10000 continued parameters", "100000 header fields", "a megabyte of spaces"):
        reading = read(as_raw(MAILS[name]()), context)
        assert reading.reports[0].text.startswith("Hål i vägen på Ågatan"), name
