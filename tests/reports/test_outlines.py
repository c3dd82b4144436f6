"""Outlines are reports that stand: every block is one that its kind takes and that shows something where data is."""

import pytest
from django.test import Client

from apps.accounts.models import Project
from apps.reports.models import Report
from apps.reports.outlines import OUTLINES, OutlineError, outline
from apps.reports.services import composing
from apps.reports.services.reports import create_report
from apps.traces.models import Collection
from tests.traces.analysed import Shape, analysed, collection_of, make_project, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def collections_in(project: Project, n: int) -> list[Collection]:
    return [analysed(project, Shape(n_problems=4, n_samples=2, seed=seed), name=f"C{seed}").collection
            for seed in range(n)]  # fmt: skip


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("name", [name for name, each in OUTLINES.items() if each.most])
def test_an_outline_makes_a_report_in_which_every_block_shows_something(project: Project, name: str, n: int) -> None:
    collections = collections_in(project, n)
    parts = outline(name, project, collections)
    blocks = [(part["kind"], part["given"]) for part in parts]
    report = create_report(project=project, user=None, title=OUTLINES[name].label, blocks=blocks)
    content = composing.compose(project, report.title, composing.blocks_of(report.blocks))
    assert [section.missing for section in content.sections] == [""] * len(parts)
    assert content.sections[0].html
    assert content.figures
    assert content.methods
    assert {source.collection for source in content.sources} == {each.name for each in collections}


def test_the_outline_of_psychology_is_of_the_lab(project: Project) -> None:
    parts = outline("psychology", project, [])
    assert [part["given"]["page"] for part in parts if part["kind"] == "lab"] == ["reliability", "link", "dissociation"]
    create_report(project=project, user=None, title="P", blocks=[(part["kind"], part["given"]) for part in parts])


def test_traces_are_there_only_where_a_collection_has_them(project: Project) -> None:
    def titles(*collections: Collection) -> list[str]:
        parts = outline("reflection", project, collections)
        return [part["given"]["title"] for part in parts if part["kind"] == "trace"]

    unread = collection_of(project, Shape(), name="unread")
    assert titles(unread) == []
    always_wrong = analysed(project, Shape(right_chance=0.0), name="wrong").collection  # so nothing is ever mended
    assert titles(always_wrong) == []
    assert titles(unread, analysed(project).collection) == [
        "A wrong answer that was mended", "A right answer that was given up",
    ]  # fmt: skip


def test_what_an_outline_cannot_take_is_refused(project: Project) -> None:
    (one,) = collections_in(project, 1)
    stranger = analysed(make_project("other")).collection
    for name, collections in (
        ("poetry", [one]),
        ("reflection", []),
        ("reflection", [one] * 13),
        ("psychology", [one]),
        ("calibration", [stranger]),
    ):
        with pytest.raises(OutlineError):
            outline(name, project, collections)


def test_a_report_is_begun_from_an_outline_on_the_page(client: Client, project: Project) -> None:
    one, two = collections_in(project, 2)
    client.force_login(user_of(project))
    address = f"/p/{project.slug}/reports/"
    page = client.get(address).content.decode()
    assert all(f'name="outline" value="{name}"' in page for name in OUTLINES)
    begun = client.post(address, {"title": "T", "outline": "comparison", "collections": [str(two.pk), str(one.pk)]})
    report = Report.objects.get()
    assert begun.headers["Location"] == f"{address}{report.pk}/"
    assert report.blocks[1]["given"]["collections"] == [str(two.pk), str(one.pk)]
    client.post(address, {"title": "Empty", "outline": "", "collections": [str(one.pk)]})
    assert Report.objects.get(title="Empty").blocks == []
    client.post(address, {"title": "Lab", "outline": "psychology", "collections": [str(one.pk)]})
    assert [each["kind"] for each in Report.objects.get(title="Lab").blocks].count("lab") == 3


@pytest.mark.parametrize(
    "given", [{"outline": "poetry"}, {"outline": "reflection"}, {"outline": "calibration", "collections": ["x", "9"]}]
)
def test_a_form_that_asks_for_what_there_is_not_begins_nothing(
    client: Client, project: Project, given: dict[str, object]
) -> None:
    client.force_login(user_of(project))
    assert client.post(f"/p/{project.slug}/reports/", {"title": "T"} | given).status_code == 400
    assert not Report.objects.exists()
