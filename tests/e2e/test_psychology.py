"""The psychology lab in a real browser: published runs in and read, an instrument written, a grid given and read."""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import ROOT, missing
from tests.e2e.test_main_path import project
from tests.e2e.test_schemes import no_violations

SOON = 120_000
STUDY = "data/personality-illusion"
N_SITTINGS = {"base self-report": 162, "self-report": 324, "behaviour": 324, "personas": 1944}
CAUTION = "A score is a property of prompt × model, not a trait of a person."
ITEMS = (
    ("I say what I think.", False),
    ("I wait until I am asked.", True),
    ("I like to talk to many.", False),
    ("I keep to myself.", True),
)
N_CELLS, N_ENGINES, N_CARD_CELLS = 2 * 2 * 2, 2, 27
"""Templates by orders by repeats; scripted and the demo model; cells of the card task, which has repeats only."""

Axe = Callable[[Page], list[str]]


def lab(page: Page, where: str = "") -> None:
    """A page of the lab of the project in which the browser is; a first one of all published runs computes for long."""
    found = re.search(r"/p/[^/]+/", page.url)
    assert found is not None
    page.goto(f"{found[0]}psychology/{where}", timeout=SOON)


def downloaded(page: Page, link: Locator) -> str:
    with page.expect_download() as downloading:
        link.click()
    return Path(downloading.value.path()).read_text(encoding="utf-8-sig")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def is_shown(number: str, shown: str) -> bool:
    """True if `shown` is the plain number rounded to its own places, with a real minus; a dash stands for none."""
    if not number:
        return shown == "–"
    plain = shown.replace("−", "-")
    places = len(plain.partition(".")[2])
    return abs(float(number) - float(plain)) <= 0.5 * 10.0 ** (-places) + 1e-12


def assert_shown(numbers: Sequence[str], shown: Sequence[str]) -> None:
    assert len(numbers) == len(shown) > 0
    assert [pair for pair in zip(numbers, shown, strict=True) if not is_shown(*pair)] == []


def first_words(cells: Locator) -> list[str]:
    """What each cell begins with, before interval and n."""
    return [text.split()[0] for text in cells.all_inner_texts()]


@pytest.mark.shared
def test_published_tables_become_the_dissociation_page(signed_in: Page, axe: Axe, shared: Path) -> None:
    page = signed_in
    project(page, "Published")
    lab(page)
    no_violations(page, axe)
    page.get_by_role("link", name="read in published runs").click()
    no_violations(page, axe)
    page.locator("input[name=files]").set_input_files(sorted((shared / STUDY).rglob("*.csv")))
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#published .chip.ok")).to_have_count(len(N_SITTINGS), timeout=SOON)
    for n in N_SITTINGS.values():
        expect(page.locator("#published")).to_contain_text(f"{n:,} sittings".replace(",", "\u202f"))
    no_violations(page, axe)
    lab(page, "dissociation/")
    reads_the_dissociation(page, axe)
    lab(page, "link/")
    expect(page.locator("figure.card")).to_have_count(5)
    no_violations(page, axe)


def reads_the_dissociation(page: Page, axe: Axe) -> None:
    """The finding, three figures, and of the first two the table, the CSV and the SVG with the same numbers."""
    expect(page.locator(".finding")).to_contain_text("A persona moves the self-report by")
    expect(page.locator(".finding")).to_contain_text("where people show a known direction")
    expect(page.get_by_text(CAUTION)).to_be_visible()
    expect(page.locator("figure.card svg.chart")).to_have_count(3)
    no_violations(page, axe)
    for name, number in (("effects", "effect"), ("link", "estimate")):
        card, column = page.locator(f"figure.card#{name}"), 2 if name == "effects" else 1
        card.locator("details > summary").click()
        table = card.get_by_role("table")
        expect(table).to_be_visible()
        rows = rows_of(downloaded(page, card.get_by_role("link", name="CSV")))
        assert_shown([row[number] for row in rows], first_words(table.locator(f"tbody td:nth-of-type({column})")))
        drawing = ElementTree.fromstring(downloaded(page, card.get_by_role("link", name="SVG")))
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        if name == "link":
            strong = drawing.findall(".//{*}g/{*}text[@class='strong mid']")
            assert_shown([row[number] for row in rows], [(text.text or "").strip("*") for text in strong])
    no_violations(page, axe)


def test_a_written_instrument_is_given_with_a_task_and_read(signed_in: Page, axe: Axe, problems: list[str]) -> None:
    if not (ROOT / "demo" / "model" / "config.json").is_file():
        missing("the demo model")
    page = signed_in
    project(page, "Own grid")
    writes_an_instrument(page)
    asks_for_a_grid(page, "first grid")
    no_violations(page, axe)
    page.get_by_role("button", name="Make the runs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("first grid")
    expect(page.locator("#parts tbody tr")).to_have_count(2 * N_ENGINES)
    no_violations(page, axe)
    is_made_once(page, problems)
    page.get_by_role("button", name=re.compile("^Start 4 runs")).click()
    expect(page.locator("#parts tbody td:nth-child(3)")).to_have_text(["done"] * 2 * N_ENGINES, timeout=SOON)
    expect(page.locator("#parts")).to_contain_text(f"{len(ITEMS) * N_CELLS} of {len(ITEMS) * N_CELLS}")
    expect(page.locator("#parts")).to_contain_text(f"{2 * N_CARD_CELLS} of {2 * N_CARD_CELLS}")
    no_violations(page, axe)
    reads_what_came(page, axe)


def writes_an_instrument(page: Page) -> None:
    lab(page, "instruments/")
    page.get_by_role("link", name="Write one").click()
    page.get_by_label("Title").fill("Going first")
    page.get_by_label("Licence:").fill("CC0")
    for row, (text, is_reversed) in zip(page.locator(".item-row").all(), ITEMS, strict=False):
        row.get_by_label("Text").fill(text)
        row.get_by_label("Score").fill("extraversion")
        row.get_by_label("reversed").set_checked(is_reversed)
    page.get_by_role("button", name="Save the instrument").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Going first")


def asks_for_a_grid(page: Page, name: str) -> None:
    """Two templates, both orders, one temperature, two repeats; the instrument and the card task, to both engines."""
    lab(page)
    page.get_by_role("link", name="Run a grid…").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Going first").check()
    page.get_by_label("Columbia Card Task").check()
    for box in page.get_by_role("group", name="Models").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("group", name="Templates").get_by_label("agree").check()
    page.get_by_label("turned round").check()
    page.get_by_label("Times each cell").fill("2")


def is_made_once(page: Page, problems: list[str]) -> None:
    """The same name again is refused in words; the form keeps what was chosen, and no more runs are there."""
    asks_for_a_grid(page, "first grid")
    page.get_by_role("button", name="Make the runs").click()
    expect(page.get_by_role("alert")).to_contain_text("there is an administration named 'first grid'")
    expect(page.get_by_label("Times each cell")).to_have_value("2")
    assert len(problems) == 1, "the refusal is told with its status"
    assert "422" in problems.pop()
    lab(page)
    page.get_by_role("link", name="first grid").click()
    expect(page.locator("#parts tbody tr")).to_have_count(2 * N_ENGINES)


def reads_what_came(page: Page, axe: Axe) -> None:
    """Reliability and link of this administration, its items as a file, and one reply in the reader."""
    group = page.url
    rows = rows_of(downloaded(page, page.get_by_role("link", name="Items, CSV")))
    assert len(rows) == len(ITEMS) * N_CELLS * N_ENGINES
    row = next(each for each in rows if each["model"] == "afterthought-demo" and each["item"] == "2")
    assert (row["trait"], row["is_reversed"], row["status"] == "read") == ("extraversion", "true", row["value"] != "")
    page.get_by_role("link", name="Reliability", exact=True).click()
    expect(page.get_by_label("Administrations")).to_have_value("first grid")
    for title in ("Sensitivity to how an item is put", "Consistency and repetition", "Refused and unread"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(CAUTION)).to_be_visible()
    no_violations(page, axe)
    page.get_by_role("link", name="Link", exact=True).click()
    page.get_by_label("Administrations").select_option("first grid")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Traits against behaviours")).to_be_visible()
    no_violations(page, axe)
    page.goto(group)
    page.get_by_role("link", name="rollouts").first.click()
    page.locator("tbody tr a").first.click()
    expect(page.locator(".trace")).to_be_visible()


def test_empty_pages_lead_on(signed_in: Page, axe: Axe) -> None:
    page = signed_in
    for where, words in (("link/", "Nothing can be linked yet"), ("reliability/", "No questionnaire was answered")):
        page.goto(f"/p/sample/psychology/{where}")
        expect(page.locator(".finding")).to_contain_text(words)
        no_violations(page, axe)
        page.locator(".finding").get_by_role("link", name="read in published runs").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import published runs")
