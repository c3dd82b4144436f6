"""What a person can tick among the figures of a dashboard, and that words of a page about clicks stay on the page."""

import pytest

from apps.accounts.models import Project
from apps.reports.blocks.dashboard import PAGES, figure_choices
from tests.reports.blocks.making import made
from tests.traces.analysed import Shape, analysed, collection_of, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.mark.parametrize("page", list(PAGES))
def test_the_choices_are_the_figures_of_the_page(project: Project, page: str) -> None:
    given = {"collection": str(analysed(project).collection.pk), "page": page}
    choices = figure_choices(project, given)
    figures = made(project, "dashboard", **given).section.figures
    assert choices == [(figure.name, figure.title) for figure in figures]
    assert choices
    chosen = made(project, "dashboard", **given, figures=[choices[-1][0]])
    assert [figure.name for figure in chosen.section.figures] == [choices[-1][0]]


def test_nothing_can_be_chosen_where_nothing_is(project: Project) -> None:
    unread = collection_of(project, Shape())
    for given in ({}, {"collection": "x"}, {"collection": str(unread.pk)}, {"collection": "1", "page": "moon"}):
        assert figure_choices(project, given) == []


@pytest.mark.parametrize("page", list(PAGES))
def test_a_report_speaks_of_no_clicks(project: Project, page: str) -> None:
    found = made(project, "dashboard", collection=str(analysed(project).collection.pk), page=page)
    for figure in found.section.figures:
        assert " opens " not in figure.read
        assert "click" not in str(figure.plot)
