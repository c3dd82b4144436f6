"""The page of training sets: what is chosen, what is shown of it, and the files that it gives."""

import io
import json
import re
from zipfile import ZipFile

import pytest
from django.test import Client

from analysis.training.rows import Shape
from analysis.training.table import TRAINING_SETS
from analysis.types import Role as Says
from analysis.types import Turn
from apps.accounts.models import Project, User
from apps.accounts.services import create_project
from apps.reports.presenters.training_sets import SHAPES, pieces_of, shelves
from apps.traces.models import Collection
from apps.traces.services.analyses import ensured_analysis
from tests.reports.trained import trained
from tests.traces.build import attempt, rollout, stored

pytestmark = pytest.mark.django_db
PAGE = "/p/own/training-sets/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def project(kept_rows: None) -> Project:
    project = create_project(name="Own", owner=User.objects.create_user("reader"), slug="own")
    ensured_analysis(collection=trained(project))
    return project


@pytest.fixture
def collection(project: Project) -> Collection:
    return project.collections.get()


@pytest.fixture
def client(project: Project) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="reader"))
    return client


def html_of(client: Client, query: str, status: int = 200) -> str:
    response = client.get(PAGE + query)
    assert response.status_code == status
    return response.content.decode()


def counted(html: str) -> dict[str, int]:
    """The lines of both tables, kinds and reasons together."""
    found = re.findall(r'<tr><th scope="row">([^<]+)</th><td class="num">(\d+)</td></tr>', html)
    return {name: int(n) for name, n in found}


def test_every_set_can_be_chosen_and_stands_under_its_shape(client: Client) -> None:
    html = html_of(client, "")
    assert sorted(re.findall(r'href="\?method=(\w+)"', html)) == sorted(TRAINING_SETS)
    assert set(SHAPES) == set(Shape)
    assert sum(len(shelf.cards) for shelf in shelves()) == len(TRAINING_SETS)


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_every_set_has_a_page_with_its_paper_and_what_it_needs(name: str, client: Client) -> None:
    html = html_of(client, f"?method={name}")
    assert TRAINING_SETS[name].citation.split(" (")[0] in html
    assert "Left out, and why" in html or "This cannot be made" in html


def test_the_page_counts_what_is_made_and_what_is_left_out(client: Client) -> None:
    html = html_of(client, "?method=scl")
    # By hand, as in test_every_training_set: five wrong → right, one right → wrong, kept is right twice.
    assert counted(html)["type 2"] == 5
    assert counted(html)["type 1: right, then right"] == 1
    assert "<strong>6 rows</strong>" in html


def test_what_is_read_and_not_learned_is_marked(client: Client) -> None:
    html = html_of(client, "?method=cst")
    assert '<span class="masked">What is 2 + 2?</span>' in html
    assert "read only" in html
    assert "learned" in html
    assert [(each.head, each.is_learned) for each in pieces_of("abc", [[0, 1], [2, 3]])] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]


def test_filters_choose_rollouts_and_stay_in_the_files_addresses(client: Client) -> None:
    html = html_of(client, "?method=b_star&model=big")
    assert "2 of 22 are chosen" in html
    (href,) = re.findall(r'href="([^"]+jsonl\.zip[^"]*)"', html)
    assert "model=big" in href
    rows, manifest = taken(client, href.replace("&amp;", "&"))
    assert (len(rows), manifest["filters"]) == (2, {"model": "big"})


def taken(client: Client, href: str) -> tuple[list[str], dict[str, object]]:
    response = client.get(href)
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    with ZipFile(io.BytesIO(b"".join(response))) as archive:
        rows, about = archive.namelist()
        return archive.read(rows).decode().splitlines(), json.loads(archive.read(about))


def test_a_flag_that_is_off_is_off_only_once_the_form_was_sent(client: Client) -> None:
    """SELF's `direct` is on by default: without it there are no rows of kind answer."""
    assert "answer" in counted(html_of(client, "?method=self_meta"))
    assert "answer" not in counted(html_of(client, "?method=self_meta&sent=self_meta&collection=" + first(client)))
    assert "answer" in counted(html_of(client, "?method=self_meta&sent=scl&collection=" + first(client)))


def first(client: Client) -> str:
    found: list[str] = re.findall(r'name="collection" value="(\d+)"', html_of(client, "?method=scl"))
    return found[0]


def test_a_setting_that_cannot_be_used_is_said_where_it_stands_and_no_file_is_offered(client: Client) -> None:
    html = html_of(client, "?method=cut_at&set-i=0")
    assert '<span class="error" role="alert">i is 0, must be at least 1</span>' in html
    assert ".zip" not in html
    assert client.get(f"{PAGE}cut_at.jsonl.zip?set-i=0").status_code == 400


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert html_of(client, "?method=odd", 404)
    assert client.get(f"{PAGE}odd.jsonl.zip").status_code == 404
    assert client.get(f"{PAGE}scl.csv.zip").status_code == 404
    assert html_of(client, "?method=scl&outcome=odd", 400)


def test_collections_of_other_projects_are_not_there(client: Client) -> None:
    elsewhere = stored([rollout("secret")])
    html = html_of(client, f"?method=b_star&collection={elsewhere.pk}")
    assert "Tick a collection" in html
    assert client.get(f"{PAGE}b_star.jsonl.zip?collection={elsewhere.pk}").status_code == 404


def test_a_collection_without_an_analysis_is_named(client: Client, project: Project) -> None:
    Collection.objects.create(project=project, name="Fresh", revision=1)
    assert "<b>Not analysed yet:</b> Fresh." in html_of(client, "?method=scl")


def test_a_changed_collection_says_so(client: Client, collection: Collection) -> None:
    Collection.objects.filter(pk=collection.pk).update(revision=collection.revision + 1)
    assert "A collection changed." in html_of(client, "?method=scl")


def test_texts_are_shown_as_texts(client: Client, project: Project) -> None:
    hostile = rollout("h", turns=(Turn(Says.USER, HOSTILE), attempt(f"{HOSTILE} So the answer is 4.")))
    collection = stored([hostile], into=Collection.objects.create(project=project, name=HOSTILE, revision=1))
    ensured_analysis(collection=collection)
    html = html_of(client, "?method=b_star")
    assert HOSTILE not in html
    assert html.count("&lt;script&gt;") >= 3


def test_lists_of_rollouts_lead_to_the_sets_with_their_filter(client: Client, collection: Collection) -> None:
    html = client.get(f"/p/own/collections/{collection.pk}/rollouts/?model=big").content.decode()
    assert f"{PAGE}?collection={collection.pk}&amp;model=big" in html


def test_a_filter_that_nothing_matches_can_be_cleared(client: Client) -> None:
    html = html_of(client, "?method=scl&model=nobody")
    assert "No rollout matches these filters" in html
    assert "nobody" not in re.findall(r'<a href="([^"]+)">Clear them</a>', html)[0]


def test_a_method_that_asks_for_a_model_names_those_that_there_are(client: Client) -> None:
    html = html_of(client, "?method=tailored")
    assert "Models here: <code>big</code>, <code>m</code>, <code>small</code>." in html
    assert 'select name="model"' in html  # the filters stay where a setting is refused
    assert "Models here" not in html_of(client, "?method=scl")
