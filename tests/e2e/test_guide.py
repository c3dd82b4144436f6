"""The guide in a real browser: found, read, its pictures there, and all of it reached by keys, on a phone too."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_help_is_found_and_read(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    page.get_by_role("link", name="Help", exact=True).click()
    assert axe(page) == []
    page.get_by_label("Words").fill("stopping early overthinking")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="How to read each dashboard › Reflection").click()
    expect(page.get_by_role("heading", name="Reflection", exact=True)).to_be_in_viewport()
    picture = page.get_by_role("img", name="The reflection dashboard")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert axe(page) == []


def test_no_page_of_the_guide_is_wider_than_a_phone(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    page.set_viewport_size({"width": 360, "height": 780})
    for name in ("first-report", "own-model", "measures"):
        page.goto(f"/help/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert axe(page) == [], name


def test_a_dashboard_leads_to_how_it_is_read(signed_in: Page) -> None:
    page = signed_in
    page.goto("/p/sample/")
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name="How to read this page").click()
    expect(page.get_by_role("heading", name="Reflection", exact=True)).to_be_in_viewport()
