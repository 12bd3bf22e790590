"""Text, HTML and PDF say the same, stand on their own, and a municipality may put them in its own words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jinja2 import StrictUndefined
from pypdf import PdfReader

from classify.personal import find_personal
from digest import DigestError
from digest.gate import check
from digest.labels import Labels
from digest.ledger import problem_lines, silence, unusual
from digest.period import Period
from digest.picture import Material
from digest.render import environment
from problems.types import Ledger
from store.records import StoredReport

Make = Callable[..., Material]
HEADINGS = (
    "Läget i korthet", "Kräver uppmärksamhet nu", "Förändringar", "Långsiktiga problem", "Var, när och från vem",
    "Kommande och uppgifter att känna till", "Så är bilden gjord",
)  # fmt: skip


@pytest.fixture
def rich(material: Make, year_of_reports: Callable[..., Any], ledger: Ledger, week: Period) -> Material:
    """A week as it may be: thirty events, problems in every state, something unusual, notes."""
    return material(
        year_of_reports(1500, date(2026, 11, 22), days=500), problems=problem_lines(ledger, week, ()),
        unusual=unusual(ledger), silence=silence(ledger), notes=("Lucia på torget.",), rules=("a1b2c3d4",),
    )  # fmt: skip


def test_every_part_has_every_section_in_order(rich: Material, whole: Callable[..., Any]) -> None:
    made = whole(rich)
    paper = "\n".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages)
    assert tuple(re.findall(r"<h2[^>]*>([^<]*)</h2>", made.rendered.html)) == HEADINGS
    for part, headings in ((made.rendered.text, [h.upper() for h in HEADINGS]), (paper, HEADINGS)):
        places = [part.index(heading) for heading in headings]
        assert places == sorted(places)


def test_a_full_week_passes_the_gate(rich: Material, whole: Callable[..., Any]) -> None:
    check(whole(rich).mail, find_personal, (rich.contact,))


def test_the_figures_stand_beside_those_of_other_weeks(rich: Material, whole: Callable[..., Any]) -> None:
    made = whole(rich).rendered
    assert re.search(
        r"- Händelser: \d+, veckan före \d+, snitt 8 veckor [\d,]+, samma vecka året före \d+\n", made.text
    )
    assert "Snitt 8 veckor" in made.html
    assert whole(replace(rich, since=rich.period.first)).rendered.text.count("samma vecka året före") == 0


def test_what_stands_out_says_where_and_of_what_kind(rich: Material, whole: Callable[..., Any]) -> None:
    text = whole(rich).rendered.text
    told = "- Skadegörelse, busstationen, Kinna: 4 händelser på en vecka, ovanligt många för platsen (i snitt 0,7).\n"
    assert text.count(told) == 2  # in short, and among the changes


def test_a_problems_course_is_told_in_whole_sentences(rich: Material, whole: Callable[..., Any]) -> None:
    text = whole(rich).rendered.text
    assert re.search(
        r"Händelser i \d+ av de senaste 12 veckorna\. Polisanmält: 4 av \d+\. Oftast fredag och lördag, på kvällen\.\n",
        text,
    )
    assert "Ökar: ja, 9 händelser de senaste sex veckorna mot 3 de sex veckorna före\n" in text
    assert "Trafik och buskörning, Skene torg, Skene har återkommit efter 24 veckor utan händelser.\n" in text
    over = tuple(replace(p, ended=True, last=date(2026, 8, 29)) for p in rich.problems[:1])
    ended = "- Ordningsstörning, Mor Kerstins torg, Kinna har upphört: inga händelser sedan 29 augusti 2026.\n"
    assert ended in whole(replace(rich, problems=over)).rendered.text
    thin = tuple(replace(p, trend="för lite underlag") for p in rich.problems)
    told = whole(replace(rich, problems=thin)).rendered.text
    assert " För få händelser för att säga om det ökar eller minskar. Oftast" in told


def test_a_period_that_goes_on_says_so(rich: Material, whole: Callable[..., Any]) -> None:
    said = "Året är inte slut. Siffrorna är till och med 23 november 2026."
    year = whole(replace(rich, period=Period("year", 2026)))
    assert said in year.rendered.text
    assert said in year.rendered.html
    assert "inte slut" not in whole(rich).rendered.text


def test_one_is_told_as_one(
    material: Make, tell: Callable[..., StoredReport], ledger: Ledger, week: Period, whole: Callable[..., Any]
) -> None:
    made = material([tell(1, status="open", urgency="hog")], problems=problem_lines(ledger, week, ())[:1])
    text = re.sub(r"<[^>]*>", " ", whole(made).rendered.html)
    assert "1 händelse i 1 rapport från 1 rapportör." in text
    assert "1 av 1 rapport är inte granskad." in text
    assert re.search(r"\b1 +långsiktigt problem\b", text)
    year = re.sub(r"<[^>]*>", " ", whole(replace(made, period=Period("year", 2026))).rendered.html)
    assert re.search(r"\b1 +akut eller med hög brådska", year)


def test_an_event_says_what_it_is_where_the_rules_know_it_more_closely(
    material: Make, tell: Callable[..., StoredReport], labels: Labels, whole: Callable[..., Any]
) -> None:
    told = [tell(1, category="skadegorelse", subcategory="busskur", urgency="hog", status="open")]
    made = material(told, labels=replace(labels, subcategories=(("skadegorelse", "busskur", "Busskur och hållplats"),)))
    assert "HÖG. Skadegörelse (busskur och hållplats), busstationen, Kinna\n" in whole(made).rendered.text


def test_silent_localities_are_named_where_they_are_the_fewer(rich: Material, whole: Callable[..., Any]) -> None:
    def said(reports: Any) -> str:
        lines = str(whole(replace(rich, **reports)).rendered.text).splitlines()
        return next(line for line in lines if "inte att" in line)

    few = [e for e in rich.events if e.locality in {"Kinna", "Skene"}]
    assert said({}).startswith("- Inget rapporterat från ")
    assert said({"events": tuple(few)}) == (
        "- Rapporterat från Kinna och Skene. Inget från övriga 11 orter. Det betyder inte att inget har hänt."
    )
    assert said({"events": ()}) == "- Inget är rapporterat från någon ort. Det betyder inte att inget har hänt."


def test_escaping_is_on_and_undefined_names_are_refused() -> None:
    made = environment()
    assert made.autoescape is True
    assert made.undefined is StrictUndefined
    assert made.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_the_text_part_is_plain_text(
    material: Make, tell: Callable[..., StoredReport], whole: Callable[..., Any]
) -> None:
    text = whole(material([tell(1, urgency="akut", masked_text='A & B < C "citat"')])).rendered.text
    assert 'A & B < C "citat"' in text
    assert "&amp;" not in text


def test_an_unreviewed_report_is_marked_and_not_quoted(
    material: Make, tell: Callable[..., StoredReport], whole: Callable[..., Any]
) -> None:
    made = whole(material([tell(1, urgency="akut", status="open", masked_text="Hemliga ord.")])).rendered
    for part in (made.text, made.html):
        assert "ej granskad" in part
        assert "Hemliga ord" not in part
    quoted = whole(material([tell(1, urgency="akut", status="open")], quote_unreviewed=True)).rendered
    assert "Klotter på väggen." in quoted.text
    assert "ej granskad" in quoted.text


def test_a_week_without_reports_still_gives_a_whole_digest(material: Make, whole: Callable[..., Any]) -> None:
    made = whole(material())
    assert "Ingen rapport kom in under veckan." in made.rendered.text
    assert all(heading in made.rendered.html for heading in HEADINGS)
    assert made.rendered.images == ()
    assert made.pdf.startswith(b"%PDF")


def test_every_picture_has_an_alt_text_that_tells_its_figures(rich: Material, whole: Callable[..., Any]) -> None:
    made = whole(rich).rendered
    alts = re.findall(r'<img[^>]*alt="([^"]*)"', made.html)
    assert len(alts) == len(made.images) >= 5
    assert all(len(alt) > 30 and re.search(r"\d", alt) for alt in alts)


def test_nothing_is_fetched_from_the_net(rich: Material, whole: Callable[..., Any]) -> None:
    html = whole(rich).rendered.html
    assert all(
        value.startswith("cid:")
        for value in re.findall(r"(?i)\b(?:src|href|background)\s*=\s*[\"']?([^\"'\s>]*)", html)
    )
    assert not re.search(r"(?i)url\(|@import|http://|https://", html)


def test_the_whole_mail_stays_under_two_megabytes(rich: Material, whole: Callable[..., Any]) -> None:
    assert len(whole(rich).mail) < 2_000_000


def test_a_template_of_the_municipality_replaces_ours_in_mail_and_pdf(
    material: Make, whole: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "coming.html.j2").write_text("<h2>På gång</h2><p>{{ owner }}</p>", encoding="utf-8")
    made = whole(material(), tmp_path)
    paper = "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages)
    assert "På gång" in made.rendered.html
    assert "På gång" in paper
    assert "Kommande och uppgifter" not in made.rendered.html


@pytest.mark.parametrize(
    ("template", "told"),
    [("{{ nothing }}", "'nothing' is undefined"), ("{% if %}", "line 1"), ("{% include 'x' %}", "x")],
)
def test_a_broken_template_is_named_with_its_remedy(
    material: Make, whole: Callable[..., Any], tmp_path: Path, template: str, told: str
) -> None:
    (tmp_path / "coming.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(DigestError, match=re.escape(told)) as caught:
        whole(material(), tmp_path)
    assert "[digest] templates" in str(caught.value)


def test_the_pdf_is_tagged_swedish_and_made_for_archives(rich: Material, whole: Callable[..., Any]) -> None:
    made = whole(rich)
    reader = PdfReader(BytesIO(made.pdf))
    root: Any = reader.root_object
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"]
    particulars = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in particulars
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in particulars
    assert "<pdfuaid:part>1</pdfuaid:part>" in particulars
    assert made.pdf == whole(rich).pdf


@pytest.mark.parametrize(
    ("period", "title"),
    [
        (Period("quarter", 2026, 4), "kvartal 4 2026"),
        (Period("tertial", 2026, 3), "tertial 3 2026"),
        (Period("year", 2026), "2026"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_longer_periods_are_the_same_picture_held_against_the_year_before(
    rich: Material, whole: Callable[..., Any], ledger: Ledger, period: Period, title: str
) -> None:
    made = whole(replace(rich, period=period, problems=problem_lines(ledger, period, ())))
    assert f"Lägesbild {title}" in made.rendered.text
    assert "1. Ordningsstörning, Mor Kerstins torg, Kinna" in made.rendered.html
    assert "Uppföljning av åtgärder" in made.rendered.html
    assert not re.search(r"[Vv]eckan före|under veckan", made.rendered.text)
