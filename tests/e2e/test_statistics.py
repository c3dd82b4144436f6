"""Each page of statistics in a real browser on real rollouts: its figures are drawn, and nothing bars a reader."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_main_path import FILE, SOON, project

pytestmark = pytest.mark.shared


def imported(page: Page, name: str, *files: Path) -> None:
    project(page, name)
    page.locator("input[name=files]").set_input_files([str(file) for file in files])
    expect(page.get_by_role("heading", level=1)).to_have_text("Read rollouts from files", timeout=SOON)
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.get_by_role("navigation", name="Statistics")).to_be_visible(timeout=SOON)
    expect(page.locator(".facts")).to_contain_text("candidate set", timeout=SOON)


def drawn(page: Page, figure: str) -> None:
    plot = page.locator(f"#{figure} [data-figure]")
    plot.scroll_into_view_if_needed()
    expect(plot.locator(".main-svg").first).to_be_visible(timeout=SOON)


def test_calibration_of_stated_confidence(signed_in: Page, axe: Callable[[Page], list[str]], shared: Path) -> None:
    page = signed_in
    results = shared / "data" / "calib-mmlupro-20models" / "results"
    imported(page, "How sure", next(results.glob("*gemma-2b-it*")))
    page.get_by_role("link", name="Calibration", exact=True).click()
    expect(page.locator(".finding")).to_contain_text("Stated confidence is too high", timeout=SOON)
    for figure in ("calibration", "risk-coverage"):
        drawn(page, figure)
    assert axe(page) == []
    page.locator("summary", has_text="How it counts").click()
    page.locator("select[name='set.source']").select_option("words")
    page.get_by_role("button", name="Count anew").click()
    expect(page).to_have_url(re.compile("set.source=words"))
    expect(page.locator(".finding")).to_contain_text("confidence", timeout=SOON)


def test_self_correction_inside_real_reasoning(signed_in: Page, axe: Callable[[Page], list[str]], shared: Path) -> None:
    page = signed_in
    imported(page, "Second thoughts", shared / FILE)
    page.get_by_role("link", name="Self-correction", exact=True).click()
    expect(page.locator(".finding")).to_contain_text("The final answers, against the first ones", timeout=SOON)
    for figure in ("plane", "change"):
        drawn(page, figure)
    assert axe(page) == []
