"""What an annotator finds: the way to their queues, and nothing else of the project."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Project, Role
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NAVIGATION = ("Collections", "Rollouts", "Runs", "Annotation", "Search", "History", "Members")


def page_of(project: Project, role: Role, address: str) -> str:
    client = Client()
    client.force_login(user_of(project, role))
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "address", "shown"),
    [
        (Role.ANNOTATOR, "annotation:home", "Annotation"),
        (Role.VIEWER, "traces:collections", "Collections Rollouts Runs Search History"),
        (Role.MEMBER, "annotation:home", "Collections Rollouts Runs Annotation Search History"),
        (Role.OWNER, "annotation:home", "Collections Rollouts Runs Annotation Search History Members"),
    ],
)
def test_the_bar_shows_only_what_one_may_open(role: Role, address: str, shown: str) -> None:
    page = page_of(build.project(), role, reverse(address, args=["p"]))
    bar = page.partition('aria-label="Main"')[2].partition("</nav>")[0]
    assert [name for name in NAVIGATION if f">{name}</a>" in bar] == shown.split()
    assert bar.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    ("role", "address"), [(Role.ANNOTATOR, "annotation:home"), (Role.VIEWER, "traces:collections")]
)
def test_the_list_of_projects_leads_to_what_one_may_open(role: Role, address: str) -> None:
    page = page_of(build.project(), role, reverse("traces:projects"))
    assert f'<th scope="row"><a href="{reverse(address, args=["p"])}">p</a>' in page


@pytest.mark.parametrize(("role", "is_there"), [(Role.VIEWER, False), (Role.MEMBER, True)])
def test_who_leads_queues_the_rollouts_of_a_list_as_it_is_filtered(role: Role, is_there: bool) -> None:
    collection = build.stored([build.rollout()])
    address = reverse("traces:rollouts", args=["p", collection.pk]) + "?model=m"
    asked = f"{reverse('annotation:new_queue', args=['p'])}?collection={collection.pk}&amp;filter=model%3Dm"
    assert (asked in page_of(collection.project, role, address)) is is_there
