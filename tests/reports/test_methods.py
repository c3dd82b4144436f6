"""The methods page claims nothing that is not there: each row is held to the registries and to the catalogue."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from analysis.answers.extract import EXTRACTORS
from analysis.catalogue import PROTOCOLS
from analysis.labelling.shipped import SCHEMES
from analysis.measures import MEASURES
from analysis.methods import GROUPS, METHODS, chosen
from analysis.methods.method import BadMethod, Method, Reference
from analysis.psychometrics.shipped import INSTRUMENTS
from analysis.psychometrics.tasks.table import TASKS
from analysis.registry import Registry
from analysis.training.table import TRAINING_SETS
from apps.accounts.models import Membership, Role, User
from apps.accounts.permissions import Act
from apps.accounts.services import create_project
from apps.psychology.published.table import STUDIES
from apps.reports.presenters.doors import KINDS, LAB_PAGES, PAGES, Place, door_of
from apps.traces.importers.presets import IMPORTERS
from apps.traces.seams import PROJECT_MEASURES
from tests.conftest import ROOT
from tests.traces import build

REGISTRIES: dict[str, Registry[Any]] = {
    "protocol": PROTOCOLS,
    "measure": MEASURES,
    "extractor": EXTRACTORS,
    "task": TASKS,
    "instrument": INSTRUMENTS,
    "lab": PROJECT_MEASURES,
    "study": STUDIES,
    "scheme": SCHEMES,
    "format": IMPORTERS,
    "export": TRAINING_SETS,
}
PARTS = sorted({reference for method in METHODS for reference in method.references})
BUILT = [method for method in METHODS if not method.is_planned]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| ")


def titles_of(catalogue: Path) -> list[str]:
    """The titles of the catalogue's numbered rows, without the short name in brackets."""
    rows = [ROW.match(line) for line in catalogue.read_text(encoding="utf-8").splitlines()]
    return [re.sub(r" \[[^]]*\]$", "", row[2]) for row in rows if row]


@pytest.mark.shared
def test_every_paper_of_the_catalogue_is_there_once(shared: Path) -> None:
    titles = titles_of(shared / "papers" / "methods_catalogue.md")
    assert len(titles) == 57
    assert Counter(method.title for method in METHODS) == Counter(titles)


@pytest.mark.shared
def test_arxiv_ids_are_those_of_the_notes(shared: Path) -> None:
    """All but one: the notes name MobileUse by its repository only; its id is that of its page on arXiv."""
    notes = "".join(path.read_text(encoding="utf-8") for path in sorted((shared / "papers").glob("*.md")))
    assert [method.name for method in METHODS if method.arxiv not in notes] == ["mobileuse"]


def test_names_and_ids_are_each_ones_own() -> None:
    assert len({method.name for method in METHODS}) == len({method.arxiv for method in METHODS}) == len(METHODS)
    assert all(re.fullmatch(r"\d{4}\.\d{5}", method.arxiv) for method in METHODS)


@pytest.mark.parametrize("reference", PARTS, ids=":".join)
def test_every_part_that_a_method_names_is_in_its_registry_and_loads(reference: Reference) -> None:
    if reference.kind == "page":
        assert reference.name in PAGES
        return
    assert REGISTRIES[reference.kind][reference.name] is not None


def test_kinds_show_the_names_of_their_registries_and_no_others() -> None:
    assert {kind: sorted(each.labels) for kind, each in KINDS.items()} == {
        **{kind: sorted(registry) for kind, registry in REGISTRIES.items()},
        "page": sorted(PAGES),
    }
    assert sorted(LAB_PAGES) == sorted(PROJECT_MEASURES)


@pytest.mark.parametrize("method", BUILT, ids=lambda method: method.name)
def test_what_shows_a_method_right_is_a_file_of_this_repository(method: Method) -> None:
    assert [path for path in method.proven_in if not (ROOT / path).is_file()] == []


def test_a_method_without_a_part_can_claim_nothing_and_one_with_parts_says_all() -> None:
    with pytest.raises(BadMethod, match="but no part"):
        Method("a", "A", "2510.08308", "Counts.", left_out="Training.")
    with pytest.raises(BadMethod, match="does not say what for"):
        Method("a", "A", "2510.08308", "Counts.", does="Counts.", by=("measure:tokens",))


def test_words_are_sought_in_all_of_a_row_and_groups_narrow() -> None:
    assert [method.name for group in chosen("CASCADE nowhere") for method in group.methods] == []
    assert [method.name for group in chosen("2510.08308") for method in group.methods] == ["first-try-matters"]
    assert {group.name for group in chosen(group="images")} == {"images"}
    assert sum(len(group.methods) for group in chosen()) == sum(len(group.methods) for group in GROUPS) == 57


@pytest.fixture
def person() -> User:
    return User.objects.create_user("reader")


@pytest.fixture
def client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(client: Client, query: str = "") -> str:
    response = client.get(f"/methods/{query}")
    assert response.status_code == 200
    return response.content.decode()


def hrefs(html: str) -> set[str]:
    return set(re.findall(r'<a class="btn" href="([^"]+)"', html))


@pytest.mark.django_db
def test_without_a_project_buttons_lead_to_the_projects(client: Client) -> None:
    assert hrefs(text_of(client)) == {"/"}


@pytest.mark.django_db
def test_every_button_of_a_member_opens(client: Client, person: User) -> None:
    project = create_project(name="Own", owner=person, slug="own")
    build.stored([build.rollout("1")], owner=project)
    found = hrefs(text_of(client))
    assert all(href.startswith("/p/own/") for href in found)
    assert "/p/own/runs/new/?protocol=self_correction" in found
    assert {href: client.get(href).status_code for href in found} == dict.fromkeys(found, 200)


@pytest.mark.django_db
def test_a_viewer_sees_figures_and_begins_nothing(client: Client, person: User) -> None:
    project = build.project("seen")
    Membership.objects.create(project=project, user=person, role=Role.VIEWER)
    found = hrefs(text_of(client, "?project=seen"))
    assert found
    assert {href: client.get(href).status_code for href in found} == dict.fromkeys(found, 200)


@pytest.mark.django_db
def test_figures_are_those_of_the_collection_that_is_chosen(client: Client, person: User) -> None:
    project = create_project(name="Own", owner=person, slug="own")
    older = build.stored([build.rollout("1")], owner=project)
    newer = build.stored([build.rollout("1")], owner=project)
    assert f"/p/own/collections/{newer.pk}/#transitions" in hrefs(text_of(client))
    chosen_one = hrefs(text_of(client, f"?project=own&collection={older.pk}"))
    assert f"/p/own/collections/{older.pk}/#transitions" in chosen_one
    assert hrefs(text_of(client, "?project=own&collection=x")) == hrefs(text_of(client))


@pytest.mark.django_db
def test_a_strangers_project_is_not_found(client: Client) -> None:
    build.project("elsewhere")
    assert client.get("/methods/?project=elsewhere").status_code == 404


@pytest.mark.django_db
def test_a_planned_method_says_so_and_nothing_more(client: Client) -> None:
    html = text_of(client, "?q=CyclicReflex")
    assert html.count('<article class="method"') == 1
    assert '<span class="chip">planned</span>' in html
    assert "Left out" not in html
    assert "Shown by" not in html


@pytest.mark.django_db
def test_words_are_shown_again_as_text(client: Client) -> None:
    html = text_of(client, "?q=%3Cscript%3E%22x")
    assert "No method has these words" in html
    assert "<script>&quot;x" not in html
    assert "&lt;script&gt;&quot;x" in html


def test_a_measure_without_a_collection_leads_to_where_one_is_uploaded() -> None:
    door = door_of(Reference("measure", "tokens"), Place("own", frozenset(Act)))
    assert door.href == "/p/own/"


def test_a_training_set_is_made_of_the_collection_that_is_chosen() -> None:
    door = door_of(Reference("export", "scl"), Place("own", frozenset(Act), 7))
    assert door.href == "/p/own/training-sets/?method=scl&collection=7"


def test_every_training_set_is_named_by_a_method() -> None:
    named = {part.name for method in METHODS for part in method.references if part.kind == "export"}
    assert named == set(TRAINING_SETS)
