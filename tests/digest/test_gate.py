"""No personal data leaves: the gate reads every part of a finished mail as its recipient could (promise 5)."""

import io
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from openpyxl import Workbook

from classify.personal import find_personal
from digest import DigestError
from digest.charts import Image
from digest.gate import PersonalDataError, UnsafeMailError, check, check_headers
from digest.message import Envelope, File, build, build_text
from digest.pdf import make_pdf
from digest.render import Rendered, template_folders
from digest.sheet import CONTENT_TYPE

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ENVELOPE = Envelope("l@mark.example", ("est@mark.example",), "Lägesbild vecka 47", "<1@mark.example>", NOW)
PICTURE = Image("karta", "karta@mark.example", b"\x89PNG")
PAGE = '<!doctype html><html lang="sv"><head><title>Lägesbild</title></head><body><h1>Lägesbild</h1>{}</body></html>'
# Invented; the number is of the series that is never given to anybody.
SECRETS = {
    "namn": "Kontakta Eva Svensson om det.",
    "telefon": "Ring 070-174 06 05 i kväll.",
    "e-post": "Skriv till eva@privat.example om det.",
    "personnummer": "Personnummer 19900101-2385.",
}
SECRET = SECRETS["telefon"]


def mail(text: str = "Hej", html: str = "", subject: str = "", files: Sequence[File] = ()) -> bytes:
    envelope = replace(ENVELOPE, subject=subject or ENVELOPE.subject)
    page = html if html.startswith("<!") else PAGE.format(html)
    return build(envelope, Rendered(text, page, (PICTURE,)), files).as_bytes()


def sheet(cell: str = "", title: str = "Händelser", creator: str = "", event: str = "") -> File:
    book = Workbook()
    book.active.title = title  # type: ignore[union-attr]
    book.active["A7"], book.active["C7"] = event, cell  # type: ignore[index]
    book.properties.creator = creator
    content = io.BytesIO()
    book.save(content)
    return File("lagesbild.xlsx", CONTENT_TYPE, content.getvalue())


def paper(html: str) -> File:
    pages = make_pdf(PAGE.format(html), (), template_folders(), "Lägesbild", NOW)
    return File("lagesbild.pdf", "application/pdf", pages)


def found(rfc822: bytes, *allowed: str) -> set[tuple[str, str]]:
    try:
        check(rfc822, find_personal, allowed)
    except PersonalDataError as stopped:
        return {(f.part, f.kind) for f in stopped.findings}
    return set()


def test_a_clean_mail_passes_with_all_its_parts() -> None:
    picture = f'<p>Klotter vid Kinna torg.</p><img src="cid:{PICTURE.cid}" alt="Karta: Kinna 3, Skene 2">'
    clean = mail(
        "Tre händelser i Kinna. Ring 112 eller 114 14.", picture, files=(paper("<p>Hej</p>"), sheet("Klotter"))
    )
    assert found(clean) == set()


@pytest.mark.parametrize("kind", SECRETS)
def test_every_kind_of_personal_data_is_stopped(kind: str) -> None:
    assert found(mail(text=f"Klotter i Kinna. {SECRETS[kind]}")) == {("text", kind)}


@pytest.mark.parametrize(
    ("rfc822", "part"),
    [
        (mail(subject=f"Lägesbild {SECRET}"), "subject"),
        (mail(text=SECRET), "text"),
        (mail(html=f"<p>{SECRET}</p>"), "html"),
        (mail(html=f'<img src="cid:{PICTURE.cid}" alt="{SECRET}">'), "html: alt of img"),
        (mail(html=f'<p title="{SECRET}">Hej</p>'), "html: title of p"),
        (mail(html=f'<p aria-label="{SECRET}">Hej</p>'), "html: aria-label of p"),
        (mail(html=f'<a href="https://x.example/{SECRET}">Hej</a>'), "html: href of a"),
        (mail(html=f"<p>Hej</p><!-- {SECRET} -->"), "html: comment"),
        (mail(html=PAGE.replace("Lägesbild", SECRET, 1).format("")), "html"),
        (mail(files=[paper(f"<p>{SECRET}</p>")]), "pdf: page 1"),
        (mail(files=[sheet(SECRET)]), "xlsx: Händelser!C7"),
        (mail(files=[sheet(title="Ring 0701740605")]), "xlsx: sheet name"),
        (mail(files=[sheet(creator=SECRET)]), "xlsx: particulars"),
        (mail(files=[replace(sheet(), name="Ring 0701740605.xlsx")]), "file name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_planted_in_any_part_is_stopped_and_its_place_told(rfc822: bytes, part: str) -> None:
    assert (part, "telefon") in found(rfc822)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Ring 070-174 <b>06</b> 05.</p>",
        "<p>Ring 070&#8209;174&nbsp;06&nbsp;05.</p>",
        "<p>Ring 070-174&#8203; 06&shy; 05.</p>",
        "<p>Ring ０７０-１７４ ０６ ０５.</p>",
        "<p>Skriv till eva<span>@</span>privat.example.</p>",
        "<p>Kontakta Eva <i>Svensson</i>.</p>",
    ],
)
def test_what_is_split_or_dressed_up_is_read_as_people_read_it(html: str) -> None:
    assert found(mail(html=html))


def test_an_alternative_text_in_the_pdf_is_read() -> None:
    from PIL import Image as Pillow

    content = io.BytesIO()
    Pillow.new("RGB", (40, 40)).save(content, "png")
    image = Image("karta", "karta@mark.example", content.getvalue())
    html = PAGE.format(f'<p class="chart"><img src="cid:{image.cid}" alt="{SECRET}"></p>')
    pages = make_pdf(html, (image,), template_folders(), "Lägesbild", NOW)
    assert ("pdf: alternative text", "telefon") in found(mail(files=[File("l.pdf", "application/pdf", pages)]))


def test_the_message_tells_where_and_never_what() -> None:
    with pytest.raises(PersonalDataError, match="telefon in text at 5–18") as stopped:
        check(mail(text=SECRET), find_personal)
    assert stopped.value.exit_code == 3
    assert "174" not in f"{stopped.value!r} {stopped.value} {stopped.value.findings}"


def test_the_message_names_the_event_or_problem_by_which_staff_find_it() -> None:
    text = f"LB-2026-00011\nKlotter.\nLB-2026-00012\n{SECRETS['namn']} P-0007"
    with pytest.raises(PersonalDataError, match=r"namn in text at [0-9–]+, after LB-2026-00012[.;]"):
        check(build_text(ENVELOPE, text).as_bytes(), find_personal)


def test_a_cell_is_named_with_the_event_of_its_row() -> None:
    with pytest.raises(PersonalDataError, match="namn in xlsx: Händelser!C7, LB-2026-00012 at"):
        check(mail(files=[sheet(SECRETS["namn"], event="LB-2026-00012")]), find_personal)


def test_only_the_exact_contact_lines_of_the_settings_may_stand() -> None:
    line = "Eva Svensson, eva.svensson@mark.example, 070-174 06 10"
    assert len(found(mail(text=f"Frågor: {line}."))) == 3
    assert found(mail(text=f"Frågor: {line}."), line) == set()
    assert found(mail(text="Skriv till x.eva.svensson@mark.example"), "eva.svensson@mark.example") != set()
    assert found(mail(text=f"Frågor: {line}. Eller 070-174 06 05."), line) == {("text", "telefon")}


def test_a_contact_line_that_paper_breaks_is_still_the_contact_line() -> None:
    line = "Eva Svensson på säkerhetsenheten, eva.svensson@mark.example, telefon 070-174 06 10"
    for width in range(0, 90, 15):
        pages = mail(files=[paper(f"<p>{'x ' * width}Frågor: {line}.</p>")])
        assert found(pages) != set()
        assert found(pages, line) == set()


@pytest.mark.parametrize(
    "source", ["https://evil.example/x.png", "//evil.example/x", "cid:other@x", "file:///etc/passwd"]
)
def test_a_picture_that_does_not_come_with_the_mail_is_stopped(source: str) -> None:
    with pytest.raises(UnsafeMailError, match="does not come with it"):
        check(mail(html=f'<img src="{source}" alt="">'), find_personal)


@pytest.mark.parametrize(
    ("content_type", "content"), [("application/zip", b"PK"), ("application/pdf", b"%PDF"), (CONTENT_TYPE, b"PK")]
)
def test_a_part_that_cannot_be_read_is_stopped(content_type: str, content: bytes) -> None:
    with pytest.raises(UnsafeMailError, match="cannot read"):
        check(mail(files=[File("fil", content_type, content)]), find_personal)


FIELDS = ("subject", "sender", "message_id")
INJECTIONS = (
    "a\r\nBcc: evil@example.com",
    "a\nBcc: evil@example.com",
    "a\rBcc: evil@example.com",
    "=?utf-8?q?a=0D=0ABcc:_evil=40example.com?=",
    "=?utf-8?b?YQ0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "=?utf-8?q?a=0ABcc:_evil=40example.com?= =?utf-8?q?=0D=0A=0D=0Abody?=",
    "=?utf-8?q?a=00b?=",
    "a\x00b",
    "a\u2028Bcc: evil@example.com",
    "a\x0bBcc: evil@example.com\x0c",
)


def dressed(field: str, value: str) -> Envelope:
    match field:
        case "subject":
            return replace(ENVELOPE, subject=value)
        case "sender":
            return replace(ENVELOPE, sender=f'"{value}" <l@mark.example>')
        case _:
            return replace(ENVELOPE, message_id=f"<{value}@mark.example>")


@pytest.mark.parametrize(("field", "value"), [*itertools.product(FIELDS, INJECTIONS)])
def test_no_value_becomes_a_header_field_of_its_own(field: str, value: str) -> None:
    """A value is refused, by whoever notices first, or it stays inside its own field of the bytes that go out."""
    try:
        rfc822 = build_text(dressed(field, value), "Hej").as_bytes()
        check_headers(rfc822)
    except (DigestError, ValueError):
        return
    expected = message_from_bytes(build_text(ENVELOPE, "Hej").as_bytes(), policy=policy.compat32)
    sent = message_from_bytes(rfc822, policy=policy.compat32)
    assert sent.keys() == expected.keys()
    assert sent.get_payload() == expected.get_payload()


@pytest.mark.parametrize("line", [b"Bcc: evil@example.com", b"X-Strange: a", b"Subject: twice", b"Reply-To: x@y.se"])
def test_a_field_that_is_not_ours_stops_the_mail(line: bytes) -> None:
    rfc822 = build_text(ENVELOPE, "Hej").as_bytes()
    with pytest.raises(UnsafeMailError, match="do not belong there"):
        check_headers(line + b"\r\n" + rfc822)


PLACES = ("Spolens Livs", "Skene Livs", "Mor Kerstins torg", "Annas Blommor", "Ica Kinna", "LB-2026-00012")


@pytest.mark.parametrize("cell", PLACES)
def test_a_place_or_a_shop_alone_in_a_cell_is_no_person(cell: str) -> None:
    assert found(mail(files=[sheet(cell)])) == set()
