"""Two people label real traces by keyboard alone, a lead settles what they differ on, and the gold labels are used.

The whole of it in a real browser: invitation, queue, labels, agreement, adjudication, a dashboard on the gold labels,
labels out to a file and in again.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_main_path import SOON, project

pytestmark = pytest.mark.shared
PASSWORD = "a long one that nobody has"
N_TRACES = 3


class Trace(NamedTuple):
    """A labelled trace of the shared gold: candidate lines with their first value."""

    row: dict[str, Any]
    candidates: Sequence[tuple[int, str]]


def traces(shared: Path) -> list[Trace]:
    """Short ones with a few candidate lines each."""
    rows = [json.loads(line) for line in (shared / "gold" / "candidates_dev.jsonl").read_text().splitlines()]
    found = [Trace(row, [(each["line"], each["values"][0]) for each in row["candidates"]]) for row in rows]
    few = [each for each in found if 2 <= len(each.candidates) <= 6]
    return sorted(few, key=lambda each: len(each.row["reasoning"]))[:N_TRACES]


def as_upload(found: Sequence[Trace], path: Path) -> Path:
    with path.open("w") as file:
        for number, trace in enumerate(found):
            said = f"FINAL ANSWER: {trace.candidates[-1][1]}"
            row = {"id": f"t{number}", "model": "m", "problem": trace.row["problem"], "answer": trace.row["gold"]}
            file.write(json.dumps(row | {"reasoning": trace.row["reasoning"], "response": said}) + "\n")
    return path


def import_traces(page: Page, file: Path) -> None:
    page.locator("input[name=files]").set_input_files(file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Read rollouts from files", timeout=SOON)
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.locator(".facts")).to_contain_text("candidate set", timeout=SOON)


def invite(page: Page, base: str, name: str) -> str:
    page.goto(f"/accounts{base}members/")
    page.get_by_label("New user name").fill(name)
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("[data-link]").input_value()
    assert "/accounts/join/" in link
    return link


def joined(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    for field in ("new_password1", "new_password2"):
        page.locator(f"input[name={field}]").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and begin").click()
    page.wait_for_url(lambda url: "/join/" not in url)
    return page


def make_scheme(page: Page, base: str, title: str) -> str:
    page.goto(f"{base}annotation/schemes/new/")
    page.get_by_role("radio", name=re.compile(title)).check()
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/schemes/\d+/"))
    return page.url


def make_queue(page: Page, base: str, people: Sequence[str]) -> None:
    page.goto(f"{base}annotation/queues/new/")
    page.locator("select[name=strategy]").select_option("all")
    for name in people:
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_label("People for each rollout").fill(str(len(people)))
    page.get_by_label("Name of the queue").fill("Round one")
    page.get_by_role("button", name="Make the queue").click()
    page.wait_for_url(re.compile(r"/queues/\d+/"))


def label_all(page: Page, base: str, found: Sequence[Trace], forgotten: tuple[int, int]) -> None:
    """Every candidate line of every item, by keyboard; one line of one trace is left out."""
    page.goto(f"{base}annotation/")
    page.get_by_role("button", name=re.compile("^Go on")).first.press("Enter")
    for number, trace in enumerate(found):
        page.wait_for_url(re.compile(r"/items/\d+/"))
        expect(page.locator("body[data-labelling=ready]")).to_be_attached()
        for line, value in trace.candidates:
            if (number, line) != forgotten:
                label(page, line, value)
        expect(page.locator("[data-saved]")).to_contain_text("saved", timeout=SOON)
        here = page.url
        page.keyboard.press("Control+Enter")
        expect(page).not_to_have_url(here, timeout=SOON)


def label(page: Page, line: int, value: str) -> None:
    current = page.locator(".trace .ln[aria-current]")
    for _ in range(400):
        if current.count() and current.first.get_attribute("id") == f"L{line}":
            break
        page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator("input:focus")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(page.locator(f"#L{line} .tag")).to_contain_text("Candidate answer")


def settle(page: Page, scheme: str) -> None:
    """Every rollout is finished by keyboard; where the two differ, once, the first one's label is taken."""
    page.goto(f"{scheme}adjudicate/")
    hrefs = [link.get_attribute("href") for link in page.locator("tbody th a").all()]
    assert len(hrefs) == N_TRACES
    left = []
    for href in hrefs:
        page.goto(str(href))
        left.append(page.locator("#left").inner_text())
        if left[-1] != "0":
            expect(page.locator("[data-matter][aria-current]")).to_be_visible()
            page.keyboard.press("a")
            expect(page.locator("#left")).to_have_text("0")
        page.locator("[data-finish]").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert sorted(left) == ["0", "0", "1"]


def test_two_people_label_a_lead_settles_and_the_gold_labels_are_used(
    signed_in: Page,
    browser: Browser,
    base_url: str,
    axe: Callable[[Page], list[str]],
    shared: Path,
    tmp_path: Path,
) -> None:
    page, found = signed_in, traces(shared)
    assert len(found) == N_TRACES
    project(page, "Labelled traces")
    base = "/p/" + page.url.split("/p/")[1].split("/")[0] + "/"
    import_traces(page, as_upload(found, tmp_path / "traces.jsonl"))
    link = invite(page, base, "ann")
    scheme = make_scheme(page, base, "Candidate answers")
    assert axe(page) == []
    make_queue(page, base, ["demo", "ann"])
    assert axe(page) == []

    last_of_first = found[0].candidates[-1][0]
    label_all(page, base, found, forgotten=(-1, -1))
    with browser.new_context(base_url=base_url) as context:
        annotator = joined(context, link)
        annotator.goto(base)
        assert annotator.get_by_role("link", name="Collections", exact=True).count() == 0
        label_all(annotator, base, found, forgotten=(0, last_of_first))

    n_lines = sum(len(each.candidates) for each in found)
    page.goto(f"{scheme}agreement/")
    expect(page.locator("main")).to_contain_text("κ")
    assert axe(page) == []
    settle(page, scheme)
    export_and_read_again(page, scheme, tmp_path)
    use_the_gold_labels(page, scheme, n_lines, axe)


def export_and_read_again(page: Page, scheme: str, folder: Path) -> None:
    """A label that leaves and comes back is known: nothing is stored, nothing left out."""
    for kind, title in (("project", "Afterthought JSONL"), ("labelstudio", "Label Studio")):
        page.goto(f"{scheme}exchange/")
        page.locator("form[method=get] select[name=format]").select_option(kind)
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download").click()
        file = folder / f"{kind}.txt"
        downloading.value.save_as(file)
        page.locator("input[name=files]").set_input_files(file)
        page.locator("form[method=post] select[name=format]").select_option(kind)
        page.get_by_role("button", name="Read the file").click()
        expect(page.locator("#result ~ .finding"), title).to_contain_text("0 labels stored", timeout=SOON)
        expect(page.locator("#result ~ .finding"), title).to_contain_text("0 left out")


def use_the_gold_labels(page: Page, scheme: str, n_lines: int, axe: Callable[[Page], list[str]]) -> None:
    """The gold layer becomes a candidate set on which the dashboard is computed; the rules are scored against it."""
    page.goto(f"{scheme}gold/")
    page.get_by_role("link", name=re.compile("^gold")).press("Enter")
    page.get_by_role("button", name="Make the sets of these labels").press("Enter")
    dashboard = page.get_by_role("link", name=re.compile("^Dashboard on people:"))
    expect(dashboard).to_be_visible()
    page.wait_for_load_state()
    dashboard.focus()
    expect(dashboard).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("people:candidate-answers-gold@1", timeout=SOON)
    expect(page.locator(".tiles")).to_contain_text("First-answer accuracy", timeout=SOON)
    page.goto(f"{scheme}gold/")
    page.get_by_role("link", name=re.compile("^gold")).click()
    expect(page.locator("#extractors tbody tr", has_text="Recall")).to_contain_text(f"n={n_lines}")
    assert axe(page) == []
