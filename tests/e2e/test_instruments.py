"""A member writes a small instrument and takes a shipped one with a pack, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

LIST = "/p/sample/psychology/instruments/"


def no_violations(page: Page, axe: Callable[[Page], list[str]]) -> None:
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []


def test_an_instrument_is_written_with_what_is_wrong_beside_its_row(
    signed_in: Page, axe: Callable[[Page], list[str]], problems: list[str]
) -> None:
    page = signed_in
    page.goto(LIST)
    no_violations(page, axe)
    page.get_by_role("link", name="Write one").click()
    page.get_by_label("Title").fill("Tidiness")
    page.get_by_label("Licence:").fill("CC0")
    rows = page.locator(".item-row")
    for place, (text, score) in enumerate([("My desk is empty.", "tidiness"), ("I search for what I own.", "")]):
        rows.nth(place).get_by_label("Text").fill(text)
        rows.nth(place).get_by_label("Score").fill(score)
    rows.nth(1).get_by_label("reversed").check()
    page.get_by_role("button", name="Save the instrument").click()
    expect(rows.nth(1).get_by_text("belongs to no score")).to_be_visible()
    assert "422" in problems.pop()
    no_violations(page, axe)
    rows.nth(1).get_by_label("Score").fill("tidiness")
    page.get_by_role("button", name="Add an item").press("Enter")
    expect(rows).to_have_count(7)
    page.get_by_role("button", name="Save the instrument").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tidiness")
    expect(page.get_by_role("region", name="Table of items").get_by_text("− reversed")).to_have_count(1)
    no_violations(page, axe)


def test_a_shipped_key_is_taken_with_a_pasted_pack(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    page.goto(LIST)
    page.get_by_role("link", name="Mini-IPIP, 20 items").click()
    no_violations(page, axe)
    page.get_by_role("textbox", name="Texts").fill("\n".join(f"{n}. Sentence {n}." for n in range(1, 21)))
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Add it to the project").click()
    expect(page.get_by_text("Sentence 20.")).to_be_visible()
    expect(page.get_by_text("Licence confirmed by")).to_be_visible()
    no_violations(page, axe)
