"""The whole path of a first visitor, in a real browser on real rollouts: upload, dashboard, bar, trace, CSV."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.shared
FILE = "data/math-r1-1p5b-temps/math_cot_results_t=0.4_mnt=1500_tp=0.92.json"
N_ROLLOUTS = 41
SOON = 90_000


def project(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def upload(page: Page, file: Path) -> None:
    page.locator("input[name=files]").set_input_files(file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Read rollouts from files", timeout=SOON)


def current_line(page: Page) -> Locator:
    return page.locator(".trace .ln[aria-current]")


def test_a_dropped_file_becomes_a_dashboard_whose_bars_open_traces(
    signed_in: Page, axe: Callable[[Page], list[str]], shared: Path
) -> None:
    page = signed_in
    project(page, "Real traces")
    assert axe(page) == []
    upload(page, shared / FILE)
    expect(page.locator("main")).to_contain_text(f"{N_ROLLOUTS} rows")
    assert axe(page) == []
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.locator(".tiles")).to_contain_text("First-answer accuracy", timeout=SOON)
    page.locator("[data-figure] .barlayer path").first.wait_for()
    assert axe(page) == []

    click_bar(page)
    page.wait_for_url(re.compile(r"/rollouts/\?"))
    n_listed = page.locator("tbody tr").count()
    assert 0 < n_listed < N_ROLLOUTS
    assert axe(page) == []
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV").click()
    with Path(downloading.value.path()).open(newline="", encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == n_listed

    page.locator("tbody tr a").first.click()
    page.locator(".trace").wait_for()
    page.wait_for_load_state("load")
    read_by_keyboard(page)
    assert axe(page) == []


def click_bar(page: Page) -> None:
    """Click where a person would: in the middle of the first bar, through Plotly's own layer."""
    bar = page.locator("[data-figure] .barlayer path").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def read_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    first = current_line(page).get_attribute("id")
    page.keyboard.press("j")
    assert current_line(page).get_attribute("id") != first
    page.keyboard.press("c")
    expect(current_line(page)).to_have_class(re.compile(r"\bcand\b"))
    assert page.url.endswith(f"#{current_line(page).get_attribute('id')}")
    candidate = current_line(page).get_attribute("id")
    page.keyboard.press("r")
    assert current_line(page).get_attribute("id") != candidate
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")


def test_every_page_draws_with_the_network_closed_in_both_themes(signed_in: Page) -> None:
    page = signed_in
    page.goto("/p/sample/")
    for name in ("Collections", "Rollouts", "History", "Members"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/p/sample/")
    page.locator("#collections th a").first.click()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.locator("[data-figure] .main-svg").first.wait_for()


def test_a_broken_file_is_explained_and_can_be_discarded(signed_in: Page, tmp_path: Path) -> None:
    page = signed_in
    project(page, "Broken")
    (tmp_path / "broken.jsonl").write_bytes(b'{"id": 1, "response": \n\x00\xff')
    upload(page, tmp_path / "broken.jsonl")
    expect(page.locator("main")).to_contain_text("broken.jsonl")
    assert all(button.is_disabled() for button in page.get_by_role("button", name=re.compile("^Import")).all())
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("main")).to_contain_text("No rollouts yet")
