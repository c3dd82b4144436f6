"""A report from real rollouts, in a real browser: put together, ordered, frozen, shared, withdrawn, downloaded.

The downloaded page is opened with the network closed, and its figures are drawn.
"""

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.test_main_path import FILE, SOON, project, upload

pytestmark = pytest.mark.shared
MOST_HTML_BYTES = 8_000_000
HOSTILE = "# Does it help?\n\n**Yes**, it seems. <script>document.title = 'run'</script> [no](javascript:alert(1))"


@pytest.fixture
def closed(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a network."""
    with browser.new_context(offline=True) as context:
        yield context


def test_a_report_is_built_frozen_shared_withdrawn_and_read_offline(
    signed_in: Page,
    browser: Browser,
    closed: BrowserContext,
    axe: Callable[[Page], list[str]],
    problems: list[str],
    shared: Path,
    tmp_path: Path,
) -> None:
    page = signed_in
    project(page, "Reported")
    upload(page, shared / FILE)
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.locator(".tiles")).to_contain_text("First-answer accuracy", timeout=SOON)
    tile = page.locator(".tiles .value").first.inner_text()
    page.get_by_role("link", name="Put into a report").click()
    page.get_by_label("Title of a new one").fill("What reflection was worth")
    assert axe(page) == []
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What reflection was worth")
    expect(page.locator(".tiles .value").first).to_have_text(tile, timeout=SOON)
    write(page)
    add_trace(page)
    assert axe(page) == []
    put_first(page)
    page.get_by_role("button", name="Freeze this version").click()
    html = page.get_by_role("link", name=re.compile("^HTML"))
    expect(html).to_be_visible(timeout=SOON)
    assert axe(page) == []
    sharing(page, browser, problems, tile)
    read_offline(closed, downloaded(page, html, tmp_path), axe, tile)
    assert downloaded(page, page.get_by_role("link", name=re.compile("^PDF")), tmp_path).read_bytes()[:5] == b"%PDF-"
    package = downloaded(page, page.get_by_role("link", name=re.compile("manifest")), tmp_path)
    holds_all(package)


def write(page: Page) -> None:
    page.get_by_label("Add a block").get_by_role("link", name="Text").click()
    page.locator("#form textarea[name=text]").fill(HOSTILE)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Does it help?")).to_be_visible(timeout=SOON)
    expect(page.locator(".prose")).to_contain_text("<script>")
    assert "run" not in page.title()


def add_trace(page: Page) -> None:
    page.get_by_label("Add a block").get_by_role("link", name="One trace").click()
    page.locator("#form input[name=query]").fill("candidates=2..")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".excerpt mark.correct, .excerpt mark.incorrect").first).to_be_visible(timeout=SOON)


def put_first(page: Page) -> None:
    """The words are dragged before the dashboard; the trace goes up and down again by its buttons."""
    handles = page.locator("[data-handle]")
    expect(handles.nth(1)).to_be_visible()
    with page.expect_navigation():
        handles.nth(1).drag_to(handles.first, target_position={"x": 6, "y": 2})
    labels = page.locator(".block-tools > b")
    expect(labels.first).to_contain_text("Does it help?")
    for words, expected in (("Move block 3 up", "2 · One trace"), ("Move block 2 down", "3 · One trace")):
        with page.expect_navigation():
            page.get_by_role("button", name=words).click()
        expect(labels.filter(has_text="One trace")).to_have_text(expected)


def sharing(page: Page, browser: Browser, problems: list[str], tile: str) -> None:
    """Whoever has the link reads the report without an account, until it is withdrawn."""
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("[data-link]").input_value()
    with browser.new_context() as context:
        reader = context.new_page()
        reader.goto(link)
        expect(reader.locator(".tiles .value").first).to_have_text(tile)
        reader.locator("[data-figure] .main-svg").first.wait_for()
        assert reader.get_by_role("link", name="Collections", exact=True).count() == 0
        page.get_by_role("button", name=re.compile("^Withdraw")).click()
        expect(page.get_by_text("The link is withdrawn")).to_be_visible()
        answer = reader.goto(link)
        assert answer is not None
        assert answer.status == 410
        expect(reader.locator("main")).to_contain_text("withdrawn")
    assert problems == []


def downloaded(page: Page, link: Locator, folder: Path) -> Path:
    with page.expect_download() as downloading:
        link.click()
    path = folder / downloading.value.suggested_filename
    downloading.value.save_as(path)
    return path


def read_offline(closed: BrowserContext, file: Path, axe: Callable[[Page], list[str]], tile: str) -> None:
    assert file.stat().st_size <= MOST_HTML_BYTES
    asked: list[str] = []
    closed.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    closed.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    closed.on("weberror", lambda error: faults.append(str(error.error)))
    page = closed.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="What reflection was worth")).to_be_visible()
    expect(page.locator(".tiles .value").first).to_have_text(tile)
    figure = page.locator(".main-svg").first
    figure.scroll_into_view_if_needed()
    expect(page.locator(".barlayer path").first).to_be_attached()
    expect(page.get_by_role("heading", name="Methods")).to_be_attached()
    expect(page.get_by_role("heading", name="References")).to_be_attached()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert faults == []
    assert page.title() != "run"
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def holds_all(file: Path) -> None:
    with zipfile.ZipFile(file) as package:
        names = package.namelist()
        manifest = json.loads(package.read("manifest.json"))
        bibtex = package.read("references.bib").decode()
    assert {"report.html", "report.pdf", "manifest.json", "methods.md"} <= set(names)
    for ending in (".svg", ".png"):
        assert [name for name in names if name.startswith("figures/") and name.endswith(ending)], ending
    assert [name for name in names if name.startswith("tables/") and name.endswith(".csv")]
    assert manifest["title"] == "What reflection was worth"
    assert "2510.08308" in bibtex
