"""Finding rollouts in a real browser: a search leads to the match in the reader, a list is saved as a view."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SOON = 60_000
PHRASE = '"let me check" steps'
MARKED = """() => [...(CSS.highlights.get("hit") ?? [])].map((range) => range.toString()).join("|")"""
N_MARKED = """() => (CSS.highlights.get("hits")?.size ?? 0)"""


def wait_until_indexed(page: Page) -> None:
    """The index follows the import; the list of collections says how far it is."""
    page.goto("/p/sample/")
    expect(page.locator("#collections")).not_to_contain_text("search index", timeout=SOON)


def test_a_search_leads_to_the_match_in_the_reader(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    wait_until_indexed(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.get_by_label("Text of all traces").fill(PHRASE)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main mark").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name=re.compile("^All that match")).first.click()
    expect(page.locator(".text-field input")).to_have_value(PHRASE)
    expect(page.locator("tbody mark").first).to_be_visible()
    assert axe(page) == []

    page.locator("tbody th a").first.click()
    counter = page.locator("[data-hits]")
    expect(counter).to_have_text(re.compile(r"^1 of [2-9]"))
    first = page.evaluate(MARKED)
    assert re.sub(r"\W+", " ", first.lower()).strip() in {"let me check", "steps"}
    assert page.evaluate(N_MARKED) >= 2
    line = page.locator(".trace .ln[aria-current]").get_attribute("id")
    assert page.url.endswith(f"#{line}")
    page.get_by_role("button", name="Next match").click()
    expect(counter).to_have_text(re.compile(r"^2 of "))
    page.get_by_role("button", name="Match before").click()
    expect(counter).to_have_text(re.compile(r"^1 of "))
    assert axe(page) == []

    page.get_by_role("searchbox").fill("zzz")
    expect(counter).to_have_text("not found")


def test_a_list_is_saved_as_a_view_and_found_again(signed_in: Page, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in
    wait_until_indexed(page)
    page.goto("/p/sample/rollouts/?outcome=correct&sort=-tokens")
    page.locator("summary", has_text="Columns").click()
    page.locator(".columns input[value=confidence]").check()
    assert axe(page) == []
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("thead")).to_contain_text("confidence")
    heads = page.locator("thead th").all_inner_texts()
    n_rows = page.locator("tbody tr").count()

    page.locator("summary", has_text="Views").click()
    page.get_by_label("Save this list as").fill("right ones, longest first")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator("main")).to_contain_text("Saved as “right ones, longest first”")
    assert page.locator("thead th").all_inner_texts() == heads

    page.goto("/p/sample/rollouts/")
    page.locator("summary", has_text="Views").click()
    page.get_by_role("link", name="right ones, longest first").click()
    expect(page.locator("summary", has_text="View: right ones")).to_be_visible()
    assert page.locator("thead th").all_inner_texts() == heads
    assert page.locator("tbody tr").count() == n_rows
    page.locator("summary", has_text="View: right ones").click()
    page.get_by_role("button", name=re.compile("^Delete")).click()
    expect(page.locator("main")).to_contain_text("is deleted")
