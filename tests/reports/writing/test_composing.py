"""What a report says: the numbers of the pages, without links, and why where there is nothing."""

import pytest
import zstandard
from django.test import Client
from django.urls import reverse

from apps.reports.content import as_bytes, from_bytes
from apps.reports.services.composing import blocks_of, compose
from apps.traces.services import deletions
from tests.reports.writing.build import analysed_project, report_of

pytestmark = pytest.mark.django_db


def test_a_figure_in_a_report_has_the_numbers_of_its_page(client: Client) -> None:
    project, user, analysis = analysed_project()
    client.force_login(user)
    report = report_of(analysis, user)
    content = compose(project, report.title, blocks_of(report.blocks))
    address = reverse("traces:dashboard", args=[project.slug, analysis.collection_id])
    page = client.get(address).context["page"]
    ours = {figure.name: figure for figure in content.sections[1].figures}
    assert list(ours) == [figure.name for figure in page.figures]
    for figure in page.figures:
        said = [[cell.mark.words if cell.mark else cell.text for cell in row] for row in figure.table.rows]
        assert [[cell.text for cell in row] for row in ours[figure.name].table.rows] == said


def test_chosen_figures_are_all_that_is_shown_and_all_that_is_cited() -> None:
    project, user, analysis = analysed_project()
    report = report_of(analysis, user, figures=["transitions"])
    content = compose(project, report.title, blocks_of(report.blocks))
    assert [figure.name for figure in content.sections[1].figures] == ["transitions"]
    assert [use.measure for use in content.uses] == ["transitions"]
    assert content.sections[1].tiles == []


def test_a_report_holds_no_address_of_the_application() -> None:
    project, user, analysis = analysed_project()
    report = report_of(analysis, user)
    written = zstandard.decompress(as_bytes(compose(project, report.title, blocks_of(report.blocks)))).decode()
    assert "/p/maths" not in written
    assert "customdata" not in written
    assert "click: open" not in written


def test_content_is_read_back_as_it_was_written() -> None:
    project, user, analysis = analysed_project()
    report = report_of(analysis, user)
    content = compose(project, report.title, blocks_of(report.blocks))
    assert from_bytes(as_bytes(content)) == content


def test_a_section_says_why_it_is_empty() -> None:
    project, user, analysis = analysed_project()
    filtered, whole = report_of(analysis, user, query="model=nobody"), report_of(analysis, user)
    content = compose(project, "Empty", blocks_of(filtered.blocks))
    assert "No rollout of rollouts matches the filter ?model=nobody" in content.sections[1].missing
    deletions.delete_collection(collection=analysis.collection, actor=user)
    content = compose(project, "Gone", blocks_of(whole.blocks))
    assert content.sections[1].missing == "The collection that this was of is not there any more."


def test_script_in_markdown_stays_text() -> None:
    project, user, analysis = analysed_project()
    report = report_of(analysis, user)
    report.blocks[0]["given"]["text"] = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://x/y.png)"
    html = compose(project, "Hostile", blocks_of(report.blocks)).sections[0].html
    assert "<img" not in html
    assert 'href="javascript' not in html
