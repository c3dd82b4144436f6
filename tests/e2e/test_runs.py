"""Runs in a real browser: regenerate and probe queued, watched, opened on the dashboards and on a trace."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT, missing
from tests.e2e.test_main_path import project

SOON = 120_000
N_PROBLEMS = 4
ENGINES = {"scripted": "scripted · scripted", "demo model": "demo model · afterthought-demo"}


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    path = tmp_path / "sums.jsonl"
    rows = [
        {"id": f"s{k}", "problem": f"What is {k + 3} + {k * 2}?", "answer": str(3 * k + 3)} for k in range(N_PROBLEMS)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def new_run(page: Page, protocol: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Runs").click()
    page.get_by_role("link", name="New run").click()
    page.get_by_role("link", name=protocol).click()


def check_and_start(page: Page, axe: Callable[[Page], list[str]]) -> None:
    """Through the estimate and the dry run to the end of the run."""
    assert axe(page) == []
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".finding")).to_contain_text("At most")
    page.get_by_role("button", name="Try three items").click()
    expect(page.locator("#dry details").first).to_be_visible(timeout=SOON)
    assert axe(page) == []
    page.get_by_role("button", name="Start the run").click()
    expect(page.locator("h1")).to_contain_text("done", timeout=SOON)
    assert axe(page) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_regenerate_and_probe_are_queued_watched_and_read(
    signed_in: Page, axe: Callable[[Page], list[str]], sums: Path, engine: str
) -> None:
    if engine != "scripted" and not (ROOT / "demo" / "model" / "config.json").is_file():
        missing("the demo model")
    page = signed_in
    project(page, f"Runs on {engine}")
    new_run(page, "Regenerate")
    page.get_by_label("Problems of a file").check()
    page.get_by_label("File of problems").set_input_files(sums)
    page.get_by_label("Solver").select_option(label=ENGINES[engine])
    page.get_by_label("Samples of each item").fill("2")
    page.get_by_label("New tokens at most").fill("300")
    check_and_start(page, axe)
    expect(page.locator("#progress")).to_contain_text(f"{2 * N_PROBLEMS} of {2 * N_PROBLEMS} units")

    page.get_by_role("link", name="Dashboard").click()
    expect(page.locator(".tiles")).to_contain_text("First-answer accuracy", timeout=SOON)

    new_run(page, "Forced-answer probe")
    page.get_by_label("Solver").select_option(label=ENGINES[engine])
    check_and_start(page, axe)
    page.locator("section", has_text="Probed traces").get_by_role("link").first.click()
    layer = page.locator(".aside .layer")
    expect(layer.get_by_role("heading")).to_contain_text("Forced answers")
    assert layer.locator("svg use").count() > 0
    assert page.locator(".strip .trajectory").count() > 0
    assert axe(page) == []
    layer.get_by_role("heading").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/runs/\d+/$"))


def test_an_administrator_tries_an_engine(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    page.goto("/")
    page.get_by_role("link", name="Engines", exact=True).click()
    assert axe(page) == []
    page.get_by_role("link", name="scripted", exact=True).click()
    page.get_by_label("Prompt", exact=True).fill("What is 20 + 22?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#try")).to_contain_text("FINAL ANSWER", timeout=SOON)
    assert axe(page) == []
