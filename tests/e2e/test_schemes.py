"""A lead changes a scheme and makes a queue, in a real browser, by keyboard where it matters."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

WIDTHS = (1280, 360)


def no_violations(page: Page, axe: Callable[[Page], list[str]]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_scheme_gets_a_label_and_a_queue_is_drawn_from_the_sample(
    signed_in: Page, axe: Callable[[Page], list[str]], problems: list[str]
) -> None:
    page = signed_in
    page.goto("/p/sample/annotation/")
    page.get_by_role("link", name="Take a shipped one").click()
    no_violations(page, axe)
    page.get_by_label("Reflection steps").check()
    page.get_by_label("Name").fill("Steps of the sample")
    page.get_by_role("button", name="Make the scheme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Steps of the sample")
    no_violations(page, axe)
    adds_a_label_with_a_clash(page, axe)
    assert len(problems) == 1, "the refusal is told with its status"
    assert "422" in problems.pop()
    draws_a_queue(page, axe)


def adds_a_label_with_a_clash(page: Page, axe: Callable[[Page], list[str]]) -> None:
    """The new row has the focus; its key is Verify's, which is said beside the field."""
    page.get_by_role("link", name="Change").click()
    page.wait_for_url(re.compile("/edit/$"))
    page.wait_for_load_state()
    n_rows = page.locator("details.label-row").count()
    page.get_by_role("button", name="Add a label").press("Enter")
    expect(page.locator("details.label-row")).to_have_count(n_rows + 1)
    row = page.locator("details.label-row").last
    expect(row.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Guess")
    expect(row.get_by_label("Title")).to_have_value("Guess")
    row.get_by_label("Key").fill("2")
    page.get_by_role("button", name="Save the scheme").click()
    row = page.locator("details.label-row[open]")
    expect(row.locator(".wrong")).to_contain_text("2 gives Verify already")
    expect(row.get_by_label("Key")).to_have_attribute("aria-invalid", "true")
    no_violations(page, axe)
    row.get_by_label("Key").fill("")
    page.get_by_role("button", name="Save the scheme").click()
    expect(page.locator(".meanings .tag", has_text="Guess")).to_have_text("8Guess")


def draws_a_queue(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.get_by_role("link", name="New queue").click()
    page.get_by_label("Name of the queue").fill("First ten")
    page.get_by_label("How many").fill("10")
    page.get_by_role("button", name="Show what this draws").click()
    expect(page.get_by_role("region", name="What this draws")).to_contain_text("10 of")
    no_violations(page, axe)
    page.get_by_role("button", name="Make the queue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First ten")
    expect(page.locator("#items ~ div tbody tr")).to_have_count(10)
    no_violations(page, axe)
    page.goto("/p/sample/annotation/")
    no_violations(page, axe)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-trace]")).to_be_visible()
