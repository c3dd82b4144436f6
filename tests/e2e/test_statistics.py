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


def test_several_samples_with_rewards(signed_in: Page, axe: Callable[[Page], list[str]], shared: Path) -> None:
    page = signed_in
    imported(page, "Eight samples", shared / "data" / "math100x8-qwen-rm" / "math_cot_100.jsonl")
    page.get_by_role("link", name="Sampling", exact=True).click()
    expect(page.locator(".finding")).to_contain_text("at least one of 8 in 98.0", timeout=SOON)
    for figure in ("sampling", "answer-spread", "difficulty", "balance"):
        drawn(page, figure)
    assert axe(page) == []
    page.locator("summary", has_text="Table: difficulty bands").click()
    page.locator("#difficulty tbody tr").first.get_by_role("link").nth(4).click()
    chip = page.get_by_role("link", name="of a problem that no sample of the model solves")
    expect(chip).to_be_visible(timeout=SOON)


def test_a_comparison_leads_to_its_pairs_side_by_side(
    signed_in: Page, axe: Callable[[Page], list[str]], shared: Path
) -> None:
    page = signed_in
    imported(page, "Four systems", shared / "data" / "gsm8k-gpt3-4systems" / "example_model_solutions.jsonl")
    page.get_by_role("link", name="Comparison", exact=True).click()
    expect(page.locator(".finding")).to_contain_text("of 6 pairs", timeout=SOON)
    drawn(page, "compare")
    assert axe(page) == []
    page.locator("#compare tbody a[href*='kind=gained']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pair by pair", timeout=SOON)
    assert axe(page) == []
    page.get_by_role("link", name="side by side").first.click()
    expect(page.locator(".beside").first).to_be_visible(timeout=SOON)
    assert axe(page) == []
