"""Pages of projects: the list, a new one, the end of one, the history."""

import pytest

from apps.accounts.models import Membership, Project, Role
from apps.accounts.services import record_change
from apps.traces.models import Collection
from apps.traces.presenters.history import in_words
from tests.traces.pages import WITHOUT_STATIC_FOLDER, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


def test_the_list_shows_own_projects_with_counts_and_no_others() -> None:
    """Two collections of 3 and 4 rollouts are 7; one that is being deleted does not count."""
    who = visitor()
    for n_rollouts, is_deleted in ((3, False), (4, False), (9, True)):
        Collection.objects.create(project=who.project, name="c", n_rollouts=n_rollouts, is_deleted=is_deleted)
    Project.objects.create(slug="theirs", name="Somebody else’s")
    page = who.page("/")
    row = page.partition("Maths")[2].partition("</tr>")[0]
    assert [cell.partition("<")[0] for cell in row.split('<td class="num">')[1:4]] == ["2", "7", "1"]
    assert "Somebody else’s" not in page


def test_a_new_project_belongs_to_who_made_it_and_opens() -> None:
    who = visitor()
    response = who.client.post("/", {"name": "Wörk in progress"})
    project = Project.objects.get(name="Wörk in progress")
    assert response.headers["Location"] == f"/p/{project.slug}/"
    assert Membership.objects.get(project=project, user=who.user).role == Role.OWNER


def test_a_project_without_a_name_is_refused_with_a_reason() -> None:
    response = visitor().client.post("/", {"name": "  "})
    assert response.status_code == 422
    assert "A project needs a name." in response.content.decode()


def test_without_projects_the_page_says_what_to_do() -> None:
    who = visitor()
    who.project.memberships.all().delete()
    assert "Make one" in who.page("/")


def test_a_sample_is_labelled() -> None:
    who = visitor()
    Project.objects.filter(pk=who.project.pk).update(is_sample=True)
    assert '<span class="chip">sample</span>' in who.page("/")
    assert "<b>Sample.</b>" in who.page(who.base)


@pytest.mark.parametrize(("typed", "is_deleted"), [("Maths", True), ("maths", False), ("", False)])
def test_a_project_goes_only_when_its_name_was_typed(typed: str, is_deleted: bool) -> None:
    who = visitor()
    response = who.client.post(f"{who.base}delete/", {"confirm": typed})
    who.project.refresh_from_db()
    assert who.project.is_deleted is is_deleted
    assert response.status_code == (302 if is_deleted else 422)


def test_the_history_says_who_what_before_and_after() -> None:
    who = visitor()
    record_change(
        project=who.project, actor=who.user, verb="corrected gold", target="problem:7", label="What is 1+1?",
        before=["3"], after=["2", "two"], reason="typo",
    )  # fmt: skip
    page = who.page(f"{who.base}history/")
    assert all(text in page for text in ("ada", "corrected gold", "What is 1+1?", "2 or two", "typo"))
    assert f'href="{who.base}problems/7/"' in page


def test_the_history_goes_on_by_key_and_loses_nothing() -> None:
    """60 changes are a page of 50 and one of 10."""
    who = visitor()
    for number in range(60):
        record_change(project=who.project, actor=None, verb="x", target="collection:1", label=f"change {number:02}")
    first = who.page(f"{who.base}history/")
    link = first.partition('href="?before=')[2].partition('"')[0]
    second = who.page(f"{who.base}history/?before={link}")
    assert (first.count("change "), second.count("change ")) == (50, 10)
    assert "change 10" in first
    assert "change 09" in second


def test_an_empty_history_says_what_will_stand_there() -> None:
    who = visitor()
    assert "No changes yet." in who.page(f"{who.base}history/")


def test_what_people_wrote_is_escaped() -> None:
    who = visitor()
    record_change(project=who.project, actor=who.user, verb="x", target="problem:1", label="<script>alert(1)</script>")
    assert "<script>alert" not in who.page(f"{who.base}history/")


def test_values_are_said_in_words() -> None:
    assert [in_words(value) for value in (None, [], ["a", 1], {"rollouts": 3}, "x")] == [
        "–",
        "–",
        "a or 1",
        "rollouts 3",
        "x",
    ]
