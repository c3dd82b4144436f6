"""The lab's pages in a report: the numbers of their files, pictures as drawn there, what is gone or wrong is said."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from analysis.citations import cited_in
from analysis.errors import UserError
from apps.accounts.models import Project
from apps.core.templatetags.numbers import count
from apps.psychology.models import Administration
from apps.psychology.queries.administrations import names_of
from apps.reports.blocks.lab import FIGURES, KIND, PAGES, figure_choices
from apps.reports.queries.reports import drifts_of
from apps.traces.models import Collection
from tests.psychology.conftest import KEEPING
from tests.reports.blocks.making import made, of, stored
from tests.traces.analysed import make_project, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SLUG = "study"
FILES = {"within": "within-between", "between": "within-between"}


@pytest.fixture(scope="module")
def read_in(shared: Path, kept_rows: None) -> Iterator[None]:
    folder = str(shared / "data" / "personality-illusion")
    call_command(
        "psychology", "import", folder, "--format", "personality-illusion", "--project", SLUG, stdout=io.StringIO()
    )
    yield
    for each in KEEPING:
        each.cache_clear()


@pytest.fixture
def project(read_in: None) -> Project:
    return Project.objects.get(slug=SLUG)


def file_of(client: Client, page: str, name: str, query: str) -> list[dict[str, str]]:
    folder = "reliability" if page == "reliability" else "link"
    body = b"".join(client.get(f"/p/{SLUG}/psychology/{folder}/{FILES.get(name, name)}.csv?{query}")).decode()
    return [row for row in csv.DictReader(io.StringIO(body)) if name not in FILES or row["level"] == name]


def plain(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("page", list(PAGES))
def test_its_numbers_are_those_of_the_pages_files(client: Client, project: Project, page: str) -> None:
    client.force_login(user_of(project))
    query = "level=marginal" if page == "link" else ""
    found = made(project, "lab", page=page, query=query)
    assert found.section.figures
    for figure in found.section.figures:
        lines = [{name: plain(value) for name, value in line.items()} for line in of(found, figure.name)]
        assert lines == file_of(client, page, figure.name, query), figure.name
        assert (figure.name, figure.title) in FIGURES[page].items()
        assert cited_in(figure.cite), figure.cite
        assert len(figure.table.rows) == len(lines) or figure.name == "described"
    assert found.section.notes[-1].startswith("A score is a property of prompt")


def test_pictures_are_those_of_the_page_without_styles_of_their_own(client: Client, project: Project) -> None:
    client.force_login(user_of(project))
    found = made(project, "lab", page="dissociation")
    drawn = {figure.name: figure.svg for figure in found.section.figures if figure.svg}
    assert {"effects", "link", "alignment-joint"} <= drawn.keys()
    for svg in drawn.values():
        assert svg.startswith("<svg")
        assert "<style" not in svg
    page = client.get(f"/p/{SLUG}/psychology/dissociation/").content.decode()
    assert all(svg in page for svg in drawn.values())


def test_sources_and_uses_say_what_was_asked_for(project: Project) -> None:
    whole, part = (made(project, "lab", page="link", figures=names) for names in ([], ["within"]))
    assert [use.measure for use in part.uses] == ["lab/within"]
    assert part.uses[0].citation.startswith("Mundlak 1978")
    assert part.uses[0].settings["Coefficients"] == "joint (all traits)"
    assert part.uses[0].settings["Administration"] in [*names_of(project), "all of the project"]
    assert whole.sources[0].sha256 == part.sources[0].sha256
    other = made(project, "lab", page="link", query="level=marginal")
    assert other.sources[0].sha256 != whole.sources[0].sha256
    (sittings,) = [fact.value for fact in whole.section.facts if fact.label == "sittings"]
    assert count(whole.sources[0].n_rollouts) == sittings != "0"


def test_an_administration_that_was_deleted_is_said(project: Project) -> None:
    name = names_of(project)[0]
    block = stored(project, "lab", page="link", query=urlencode({"of": name}))
    assert KIND.made(project, block).section.figures
    Administration.objects.filter(project=project, name=name).delete()
    assert "not there any more" in KIND.made(project, block).section.missing


@pytest.mark.parametrize("page", list(PAGES))
def test_a_project_without_a_lab_says_what_would_be_needed(page: str) -> None:
    found = made(make_project(), "lab", page=page)
    assert found.section.missing
    assert found.section.figures == []


@pytest.mark.parametrize(
    "given",
    [
        {"page": "horoscope"},
        {"page": "link", "query": "level=both"},
        {"page": "link", "query": "of=nobody"},
        {"page": "link", "query": "model=a"},
        {"page": "link", "figures": ["effects"]},
    ],
)
def test_wrong_values_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(UserError):
        KIND.checked(make_project(), given)


def test_the_figures_of_a_page_can_be_chosen() -> None:
    project = make_project()
    assert dict(figure_choices(project, {"page": "reliability"})) == FIGURES["reliability"]
    assert figure_choices(project, {}) == []


def test_a_report_says_when_the_lab_holds_something_else_since(project: Project) -> None:
    source = made(project, "lab", page="link").sources[0]
    assert drifts_of(project, [source]) == []
    Collection.objects.filter(project=project).update(revision=F("revision") + 1)
    assert [drift.words for drift in drifts_of(project, [source])] == ["has other administrations or replies since"]
