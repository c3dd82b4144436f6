"""Collections side by side in a report: the page's numbers, what is gone or not yet there is said, no links."""

import csv
import io

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.reports.blocks.compare import FIGURES, KIND
from apps.traces.models import Analysis, Collection
from apps.traces.services.deletions import delete_collection
from tests.reports.blocks.making import made, of, stored
from tests.traces.analysed import Shape, analysed, collection_of, make_project, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def two(project: Project) -> list[Collection]:
    shapes = (Shape(), Shape(models=("gamma",), seed=8))
    return [analysed(project, shape).collection for shape in shapes]


def keys_of(*collections: Collection) -> list[str]:
    return [str(each.pk) for each in collections]


def csv_of(client: Client, project: Project, collections: list[Collection], more: str) -> list[dict[str, str]]:
    query = "&".join(f"c={each.pk}" for each in collections)
    url = reverse("traces:compare_csv", args=[project.slug])
    return list(csv.DictReader(io.StringIO(b"".join(client.get(f"{url}?{query}{more}")).decode())))


def plain(line: dict[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in line.items()}


def test_its_numbers_are_those_of_the_pages_files(client: Client, project: Project) -> None:
    collections = two(project)
    client.force_login(user_of(project))
    found = made(project, "compare", collections=keys_of(*collections), query="truncated=no")
    assert [plain(line) for line in of(found, "panels")] == csv_of(client, project, collections, "&truncated=no")
    pairs = csv_of(client, project, collections, "&truncated=no&of=pairs")
    assert pairs
    assert [plain(line) for line in of(found, "compare")] == pairs
    assert [figure.name for figure in found.section.figures] == list(FIGURES)
    assert [figure.title for figure in found.section.figures] == list(FIGURES.values())


def test_figures_are_drawn_without_links(project: Project) -> None:
    found = made(project, "compare", collections=keys_of(*two(project)))
    body = orjson.dumps(found.section)
    assert found.section.figures[0].plot
    assert b"customdata" not in body
    assert b"click: open" not in body


def test_chosen_figures_stand_alone_with_the_measures_they_use(project: Project) -> None:
    collections = two(project)
    found = made(project, "compare", collections=keys_of(*collections), figures=["compare"])
    assert [figure.name for figure in found.section.figures] == ["compare"]
    assert [use.measure for use in found.uses] == ["compare"]
    assert [source.collection_id for source in found.sources] == [each.pk for each in collections]
    whole = made(project, "compare", collections=keys_of(*collections), figures=["panels"])
    assert [use.measure for use in whole.uses] == ["accuracy", "early_stop", "tokens", "transitions"]


def test_what_is_not_analysed_or_was_deleted_is_said(project: Project) -> None:
    first, second = two(project)
    third = collection_of(project, Shape(seed=9), name="fresh")
    block = stored(project, "compare", collections=keys_of(first, second, third))
    assert any(note.startswith("fresh is not compared") for note in KIND.made(project, block).section.notes)
    delete_collection(collection=second, actor=user_of(project))
    left = KIND.made(project, block)
    assert any("not there any more" in note for note in left.section.notes)
    assert [source.collection_id for source in left.sources] == [first.pk]
    delete_collection(collection=third, actor=None)
    assert KIND.made(project, block).section.missing.startswith("Only 1 of the 3 collections")


def test_a_filter_that_selects_nothing_and_collections_without_analysis_are_said(project: Project) -> None:
    collections = two(project)
    empty = made(project, "compare", collections=keys_of(*collections), query="model=nobody")
    assert "No rollout" in empty.section.missing
    assert [source.n_chosen for source in empty.sources] == [0, 0]
    Analysis.objects.all().delete()
    unread = made(project, "compare", collections=keys_of(*collections))
    assert "finished analysis" in unread.section.missing


@pytest.mark.parametrize(
    ("more", "given"),
    [
        ([], {}),
        (["999999"], {}),
        (["x"], {}),
        (["2 OR 1"], {}),
        ([str(n) for n in range(1, 13)], {}),
        (["other"], {"figures": ["pie"]}),
        (["other"], {"query": "truncated=perhaps"}),
    ],
)
def test_wrong_values_are_refused(project: Project, more: list[str], given: dict[str, object]) -> None:
    own, other = two(project)
    keys = [str(other.pk) if key == "other" else key for key in more]
    with pytest.raises(UserError):
        KIND.checked(project, {"collections": keys_of(own) + keys} | given)


def test_collections_of_another_project_are_refused(project: Project) -> None:
    stranger = analysed(make_project("other"), Shape()).collection
    with pytest.raises(UserError, match="none"):
        KIND.checked(project, {"collections": keys_of(two(project)[0], stranger)})
