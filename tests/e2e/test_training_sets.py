"""A training set in a real browser: from the methods page to a preview that follows the settings, and to the file."""

import json
import re
from collections.abc import Callable
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from analysis.training.reading import read_rows
from analysis.training.rows import Shape
from tests.e2e.test_main_path import SOON


def test_a_training_set_is_chosen_previewed_narrowed_and_taken(
    signed_in: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = signed_in
    page.goto("/methods/?project=sample&q=first+try+matters")
    page.get_by_role("link", name="Make a training set: Cut after the i-th candidate").click()
    finding = page.locator("#preview .finding")
    expect(finding).to_contain_text("0 rows from", timeout=SOON)
    page.get_by_label("Right candidates, more than").fill("1")
    page.get_by_label("Right candidates, more than").press("Tab")
    expect(finding).to_have_text(re.compile(r"^[1-9]\d* rows"), timeout=SOON)
    page.locator("select[name=model]").select_option(index=1)
    expect(finding).to_contain_text("are chosen", timeout=SOON)
    expect(page).to_have_url(re.compile(r"set-more_than=1.*model="))
    assert axe(page) == []
    n = int(re.findall(r"^(\d+) row", finding.inner_text())[0])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JSONL").click()
    with ZipFile(download.value.path()) as archive:
        rows = list(read_rows(archive.read("cut_at.jsonl").decode().split("\n"), Shape.SFT))
        manifest = json.loads(archive.read("cut_at.jsonl.manifest.json"))
    assert (
        len(rows) == manifest["file"]["rows"] >= n > 0
    )  # a busy machine may not have looked at all in its two seconds
    assert (manifest["settings"]["more_than"], list(manifest["filters"])) == (1, ["model"])
