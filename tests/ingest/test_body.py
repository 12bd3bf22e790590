"""Quotes, signatures, forwards: what is cut is a piece of what was written, and nothing is cut for a guess."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import dates, forward, quotes
from ingest.charset import clean, decode, header_text
from ingest.message import Address
from ingest.signature import cut_signature

ROAD = "Hål i vägen på Ågatan"
ZONE = ZoneInfo("Europe/Stockholm")
LINES = st.lists(
    st.sampled_from(
        (
            "Hej!",
            "> citat",
            "Den 9 januari 2026 14:03 skrev Anna <a@b.example>:",
            "Från: Anna <a@b.example>",
            "Skickat: den 9 januari 2026 14:03",
            "Till: Bo",
            "Ämne: Hål",
            "-----Ursprungligt meddelande-----",
            "Med vänlig hälsning",
            "Anna",
            "/Anna",
            "Skickat från min iPhone",
            "--",
            "",
            "- en lista",
            "PS. En sak till.",
            "Detta meddelande är konfidentiellt.",
        )
    ),
    max_size=25,
)


@given(LINES)
def test_cutting_only_removes_lines_and_keeps_their_order(lines: list[str]) -> None:
    cut = quotes.cut_quotes("\n".join(lines), is_reply=True)
    text = cut_signature(cut.text)
    rest = iter(lines)
    assert all(any(line == other.strip() for other in rest) for line in text.split("\n") if line)


@given(LINES)
def test_every_line_of_a_reply_is_in_its_text_or_its_quote(lines: list[str]) -> None:
    cut = quotes.cut_quotes("\n".join(lines), is_reply=True)
    told = sorted(line for line in (*cut.text.split("\n"), *cut.quoted.split("\n")) if line.strip("-"))
    assert told == sorted(line for line in lines if line.strip("-"))


@given(st.text(max_size=300))
def test_a_mail_that_answers_nothing_is_never_cut(text: str) -> None:
    assert quotes.cut_quotes(text, is_reply=False) == quotes.Cut(text)


def test_what_mail_parser_reply_knows_is_used_where_our_own_heads_do_not_fit() -> None:
    text = f"{ROAD}.\n\nFrån: Trygghet <trygghet@kommun.example>\nSkickat: den 9 januari 2026 14:03\n\nVilken gata?"
    assert quotes.quote_head(text.split("\n"), 2) == (0, False)
    cut = quotes.cut_quotes(text, is_reply=True)
    assert cut.text == f"{ROAD}."
    assert cut.quoted.endswith("Vilken gata?")


def test_a_head_without_date_or_address_is_part_of_the_story_for_the_library_too() -> None:
    text = f"{ROAD}.\n\nDen dagen skrev grannen:\nAkta er."
    assert quotes.cut_quotes(text, is_reply=True).text == text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("den 9 februari 2026 07:50", "2026-02-09T07:50:00+01:00"),
        ("måndag 9 februari 2026 07.50", "2026-02-09T07:50:00+01:00"),
        ("fre 20 nov. 2026 kl 14:03", "2026-11-20T14:03:00+01:00"),
        ("11 januari 2026 21:40:00 CET", "2026-01-11T21:40:00+01:00"),
        ("Friday, November 20, 2026 2:03 PM", "2026-11-20T14:03:00+01:00"),
        ("Sun, Jul 12, 2026 at 12:05 AM", "2026-07-12T00:05:00+02:00"),
        ("2026-11-20 14:03", "2026-11-20T14:03:00+01:00"),
        ("Fri, 20 Nov 2026 14:03:00 +0000", "2026-11-20T14:03:00+00:00"),
        ("20 November 2026 14:03:00 GMT", "2026-11-20T14:03:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+01:00"),
    ],
)
def test_dates_above_quoted_mails_are_read(written: str, expected: str) -> None:
    assert dates.read_date(written, ZONE) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "written", ["", "i går", "32 januari 2026 10:00", "31 februari 2026", "1 jan 0001", "kl 25:99"]
)
def test_what_is_no_date_gives_none(written: str) -> None:
    assert dates.read_date(written, ZONE) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Anna Ek <anna@mejl.example>", Address("Anna Ek", "anna@mejl.example")),
        ('"Ek, Anna" <ANNA@mejl.example>', Address("Ek, Anna", "anna@mejl.example")),
        ("anna@mejl.example [mailto:anna@mejl.example]", Address("", "anna@mejl.example")),
        ("Anna Ek [mailto:anna@mejl.example]", Address("Anna Ek", "anna@mejl.example")),
        ("'anna@mejl.example' <anna@mejl.example>", Address("", "anna@mejl.example")),
        ("<anna@mejl.example>", Address("", "anna@mejl.example")),
        ("chef@kommun.example <x@evil.example>", Address("chef@kommun.example", "x@evil.example")),
        ("Anna Ek", Address("Anna Ek", "")),
        ("", None),
        (" <> ", None),
    ],
)
def test_addresses_are_read_as_mail_programs_print_them(printed: str, expected: Address | None) -> None:
    assert forward.read_address(printed) == expected


WRONG_LABELS = ("", "utf-8", "us-ascii", "iso-8859-1", "latin1", "windows1252", "windows-1252", "unknown-8bit",
                "8bit", "undefined", "idna", "punycode", "base64", "zlib", "a\0b", "x" * 500, "none")  # fmt: skip


@pytest.mark.parametrize("label", WRONG_LABELS)
@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-1"])
def test_swedish_survives_every_wrong_label(label: str, written: str) -> None:
    assert decode(ROAD.encode(written), label).text == ROAD


@pytest.mark.parametrize("label", WRONG_LABELS)
def test_swedish_survives_every_wrong_label_in_encoded_words(label: str) -> None:
    name = label.replace("\0", "") or "x"
    word = "".join(f"={octet:02X}" for octet in ROAD.encode("cp1252"))
    assert header_text(f"=?{name[:40]}?q?{word}?=") == ROAD


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_cleaned_text_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    assert "\r" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.binary(max_size=300), st.text(max_size=12))
def test_decoding_never_raises_and_always_gives_text(content: bytes, label: str) -> None:
    decode(content, label).text.encode("utf-8", "strict")
