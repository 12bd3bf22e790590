"""The digest as people meet it, in a real browser: WCAG by axe-core, no sideways scrolling, readable in the dark."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from digest.ledger import problem_lines, silence, unusual
from digest.period import Period
from digest.picture import Material
from problems.types import Ledger

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def made() -> dict[Period, Path]:
    """The pages made so far: one a period is enough."""
    return {}


@pytest.fixture
def page_file(
    material: Callable[..., Material],
    year_of_reports: Callable[..., Any],
    ledger: Ledger,
    whole: Callable[..., Any],
    made: dict[Period, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Period], Path]:
    def make(period: Period) -> Path:
        told = year_of_reports(1500, date(2026, 12, 31) if period.kind != "week" else period.last, days=800)
        lines = problem_lines(ledger, period, ())
        rendered = whole(
            material(told, period, problems=lines, unusual=unusual(ledger), silence=silence(ledger))
        ).rendered
        html = rendered.html
        for image in rendered.images:
            html = html.replace(f"cid:{image.cid}", f"data:image/png;base64,{b64encode(image.png).decode()}")
        path = tmp_path_factory.mktemp("page") / "digest.html"
        path.write_text(html, encoding="utf-8")
        return path

    return lambda period: made[period] if period in made else made.setdefault(period, make(period))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1200])
def test_axe_finds_no_violation(
    browser: Browser, page_file: Callable[[Period], Path], week: Period, scheme: Any, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(page_file(week).as_uri())
    found = Axe().run(page).response
    assert found["violations"] == []
    assert {"color-contrast", "image-alt", "html-has-lang", "heading-order"} <= {rule["id"] for rule in found["passes"]}
    page.close()


@pytest.mark.parametrize("width", [320, 375, 600, 1200])
@pytest.mark.parametrize("period", [Period("week", 2026, 47), Period("year", 2026, 1)], ids=["week", "year"])
def test_nobody_scrolls_sideways(
    browser: Browser, page_file: Callable[[Period], Path], period: Period, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(page_file(period).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_outlook_gets_its_looks_from_the_elements_themselves(page_file: Callable[[Period], Path], week: Period) -> None:
    body = page_file(week).read_text(encoding="utf-8").partition("<body")[2]
    assert "style=" in body
    (page,) = re.findall(r'<table[^>]*class="page"[^>]*>', body)
    assert 'width="640"' in page
    assert not re.search(r"display:\s*(flex|grid)|position:\s*(absolute|fixed)|float:", body)
    plain = [tag for tag in re.findall(r"<(?:p|td|th|h1|h2|h3|li)\b[^>]*>", body) if "style=" not in tag]
    assert plain == []
