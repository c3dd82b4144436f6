"""The guide holds together: every file has its line, every link and picture its end, and pages show what is written."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.test import Client

from apps.accounts.models import User
from apps.accounts.services import create_project
from apps.core.markdown import guide_html, headings
from apps.reports.blocks.lab import FIGURES as LAB_FIGURES
from apps.reports.presenters.guide.pages import (
    DOCS,
    PICTURES,
    find_address,
    find_picture,
    headings_of,
    html_of,
    text_of,
)
from apps.reports.presenters.guide.searching import MOST_HITS, found, sections_of
from apps.reports.presenters.guide.table import FILES, FOLDERS, GROUPS, PAGES
from apps.traces.presenters.families import FAMILIES, REFLECTION
from tests.conftest import ROOT
from tests.screenshots import SETS
from tests.traces import build

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
ELSEWHERE = ("README.md", "CONTRIBUTING.md", "demo/MODEL_CARD.md")
"""Files outside of docs/ that link and show pictures too, for readers of the repository."""
MOST_BYTES = 150_000
TITLE = re.compile(r'\btitle=f?"([A-Z][^"{,]{6,})')
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
LAB = ("reliability", "link", "dissociation")
"""Pages of the lab that lead to the guide; of a collection's pages, those of FAMILIES and the first one do."""


def prose_of(path: Path) -> str:
    return CODE.sub("", path.read_text(encoding="utf-8"))


def anchors_of(name: str) -> set[str]:
    return {heading.anchor for heading in headings_of(name)}


def test_every_file_of_docs_has_its_line_and_every_line_its_file() -> None:
    """A new page of docs/ gets a line in apps/reports/presenters/guide/table.py."""
    files = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}
    assert files == set(FILES)
    assert len(FILES) == len(PAGES) == sum(len(group.pages) for group in GROUPS)
    assert all((DOCS / folder).is_dir() for folder in FOLDERS)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_to_a_page_and_a_heading(name: str) -> None:
    page = PAGES[name]
    for address in LINK.findall(prose_of(DOCS / page.file)):
        target = find_address(page.file, address)
        assert target is not None, f"{page.file} links to {address}"
        path, _, anchor = target.partition("#")
        if anchor and "://" not in target:
            other = path.removeprefix("/help/").removesuffix("/") if path else name
            assert anchor in anchors_of(other), f"{page.file} links to {address}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_begins_with_one_title_and_its_anchors_are_each_ones_own(name: str) -> None:
    found_here = headings_of(name)
    assert [heading.level for heading in found_here].count(1) == 1
    assert found_here[0].level == 1
    assert len(anchors_of(name)) == len(found_here)


def test_every_picture_that_is_shown_exists_and_every_one_that_exists_is_shown() -> None:
    named = {
        (str(path.relative_to(DOCS)), address)
        for path in DOCS.rglob("*.md")
        for address in PICTURE.findall(prose_of(path))
    }
    assert [each for each in named if find_picture(*each) is None] == []
    shown = {Path(address).name for _, address in named}
    shown |= {Path(address).name for file in ELSEWHERE for address in PICTURE.findall(prose_of(ROOT / file))}
    assert shown == {path.name for path in PICTURES.glob("*")}


@pytest.mark.parametrize("file", ELSEWHERE)
def test_links_of_files_beside_docs_lead_to_files(file: str) -> None:
    addresses = [*LINK.findall(prose_of(ROOT / file)), *PICTURE.findall(prose_of(ROOT / file))]
    local = [address.partition("#") for address in addresses if "://" not in address]
    assert [path for path, _, _ in local if not ((ROOT / file).parent / path).exists()] == []
    into_docs = [(FILES[path[5:]], anchor) for path, _, anchor in local if path[5:] in FILES and anchor]
    assert [each for each in into_docs if each[1] not in anchors_of(each[0])] == []


def test_every_picture_is_named_by_the_script_that_takes_it_and_small() -> None:
    assert sorted(name for each in SETS.values() for name in each.names) == sorted(
        path.stem for path in PICTURES.glob("*")
    )
    assert {path.name: path.stat().st_size for path in PICTURES.glob("*") if path.stat().st_size > MOST_BYTES} == {}


def test_every_figure_and_page_of_statistics_has_its_place_in_the_guide() -> None:
    """Titles of figures are read off the files that draw them; one that begins with a value is not a literal."""
    words = " ".join(text_of("reading-dashboards").split())
    sources = (ROOT / "apps" / "traces" / "presenters" / "figures").glob("*.py")
    titles = {title.strip() for path in sources for title in TITLE.findall(path.read_text(encoding="utf-8"))}
    assert len(titles) > 30
    assert [title for title in sorted(titles) if title not in words] == []
    of_lab = {title.partition(",")[0] for titles in LAB_FIGURES.values() for title in titles.values()}
    assert [title for title in sorted(of_lab) if title not in words] == []
    assert {REFLECTION, *FAMILIES, *LAB} <= anchors_of("reading-dashboards")


def test_every_command_that_is_told_of_exists() -> None:
    files = [*DOCS.rglob("*.md"), *(ROOT / file for file in ELSEWHERE)]
    told = [file.read_text(encoding="utf-8") for file in files]
    named = {name for prose in told for name in COMMAND.findall(prose)}
    assert "measure" in named
    assert named - set(get_commands()) == set()


def test_the_image_of_the_web_service_holds_the_guide() -> None:
    """.dockerignore lets in only what it names."""
    assert "!docs" in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()


def test_links_between_files_become_links_of_help_and_formulas_mathml() -> None:
    assert 'href="/help/importing/#mapping-by-hand"' in html_of("bring-any-file")
    assert 'src="/help/pictures/label.png"' in html_of("labelling")
    assert "<math" in html_of("measures")
    assert "$" not in re.sub(r"<code>.*?</code>", "", html_of("measures"), flags=re.DOTALL)


def test_money_is_no_formula_and_one_without_a_converter_stays_text() -> None:
    assert guide_html("It costs $5 and $6.") == "<p>It costs $5 and $6.</p>\n"
    assert guide_html("So $a<b$.") == "<p>So <code>a&lt;b</code>.</p>\n"


def test_raw_markup_is_text() -> None:
    assert "<script" not in guide_html("<script>alert(1)</script> [x](javascript:alert(1))")


def test_headings_in_code_are_no_headings() -> None:
    assert [each.words for each in headings("# One\n```\n# no\n```\n## Two `x`")] == ["One", "Two x"]


def test_a_section_is_found_by_words_of_its_heading_before_those_of_its_text() -> None:
    hits = found("mapping by hand")
    assert (hits[0].page.name, hits[0].heading.anchor) == ("importing", "mapping-by-hand")
    assert hits[0].is_titled
    assert any(hit.page.name == "bring-any-file" for hit in hits)
    assert found("  ") == []
    assert len(found("the")) == MOST_HITS


def test_every_section_of_a_page_can_be_found() -> None:
    """Sections are cut at the headings that the page shows, lines of code left aside: all of them, once each."""
    for name, page in PAGES.items():
        assert [heading for heading, _ in sections_of(page)] == headings_of(name)


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("reader"))
    return client


def test_every_page_of_the_guide_opens(client: Client) -> None:
    assert {name: client.get(f"/help/{name}/").status_code for name in PAGES} == dict.fromkeys(PAGES, 200)


def test_what_is_no_page_or_picture_is_not_found(client: Client) -> None:
    for address in ("/help/nothing/", "/help/../README/", "/help/pictures/nothing.png", "/help/pictures/words.md"):
        assert client.get(address).status_code == 404, address


def test_a_picture_is_served_as_one(client: Client) -> None:
    response = client.get("/help/pictures/label.png")
    assert response["Content-Type"] == "image/png"
    assert b"".join(response).startswith(b"\x89PNG")


def test_a_page_has_its_contents_its_neighbours_and_its_place(client: Client) -> None:
    html = client.get("/help/importing/").content.decode()
    assert html.count("<h1") == 1
    assert '<a href="#what-is-read">What is read</a>' in html
    assert '<a class="after" href="/help/bring-any-file/">Bring any file →</a>' in html
    assert '<a href="/help/importing/" aria-current="page">' in html


def test_words_that_are_sought_are_shown_again_as_text(client: Client) -> None:
    html = client.get("/help/?q=%3Cb%3Ex").content.decode()
    assert "No section has these words" in html
    assert "&lt;b&gt;x" in html
    assert text_of("words") not in html


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("collections/{pk}/", "reflection"),
        ("collections/{pk}/statistics/calibration/", "calibration"),
        ("compare", "comparison"),
        ("psychology/reliability/", "reliability"),
        ("psychology/link/", "link"),
        ("psychology/dissociation/", "dissociation"),
    ],
)
def test_a_page_of_statistics_leads_to_its_section_of_the_guide(client: Client, path: str, section: str) -> None:
    project = create_project(name="Own", owner=User.objects.get(username="reader"), slug="own")
    collection = build.stored([build.rollout("1")], owner=project)
    html = client.get(f"/p/own/{path.format(pk=collection.pk)}").content.decode()
    assert f'href="/help/reading-dashboards/#{section}">How to read this page</a>' in html
