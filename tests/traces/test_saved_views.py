"""Saved views: who sees and changes them, what they keep, pressed twice; columns in the address."""

import pytest
from django.test import Client

from apps.accounts.models import Membership, Project, Role, User
from apps.traces.models import SavedView
from apps.traces.queries.columns import COLUMNS, BadColumnsError, Columns
from apps.traces.services import saved_views
from apps.traces.services.saved_views import BadViewError, NotYourView
from tests.traces.analysed import analysed, make_project, user_of

pytestmark = pytest.mark.django_db
QUERY = "outcome=correct&sort=-tokens&columns=final%2Cmodel"


@pytest.fixture
def project() -> Project:
    return make_project()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def saved(project: Project, owner: User, name: str = "wrong ones", *, is_shared: bool = False) -> SavedView:
    return saved_views.save_view(
        project=project, owner=owner, name=name, query=QUERY, collection=None, is_shared=is_shared
    )


def test_a_view_is_saved_from_the_list_and_its_permalink_leads_back_to_it(project: Project) -> None:
    collection = analysed(project).collection
    client = signed_in(user_of(project, Role.MEMBER))
    given = {"name": " right   ones ", "query": f"{QUERY}&after=[1,2]&view=9", "collection": collection.pk}
    answer = client.post(f"/p/{project.slug}/views/", given)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_shared) == ("right ones", QUERY, False)
    assert answer.headers["Location"] == f"/p/{project.slug}/views/{view.pk}/"
    page = client.get(answer.headers["Location"], follow=True)
    assert (
        page.redirect_chain[-1][0] == f"/p/{project.slug}/collections/{collection.pk}/rollouts/?{QUERY}&view={view.pk}"
    )
    assert [head.label for head in page.context["list"].heads] == ["problem", "final", "model"]
    assert "View: right ones" in page.content.decode()
    assert "(changed)" not in page.content.decode()
    changed = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/?outcome=correct&view={view.pk}")
    assert "(changed)" in changed.content.decode()


def test_saving_twice_is_one_view_and_renews_it(project: Project) -> None:
    owner = user_of(project)
    saved(project, owner)
    again = saved_views.save_view(
        project=project, owner=owner, name="wrong ones", query="?q=wait", collection=None, is_shared=True
    )
    assert SavedView.objects.get() == again
    assert (again.query, again.is_shared) == ("q=wait", True)


def test_a_private_view_is_its_owners_and_a_shared_one_is_everybodys_to_see(project: Project) -> None:
    owner, viewer = user_of(project), user_of(project, Role.VIEWER)
    private, shared = saved(project, owner, "mine"), saved(project, owner, "ours", is_shared=True)
    client = signed_in(viewer)
    assert client.get(f"/p/{project.slug}/views/{private.pk}/").status_code == 404
    assert client.get(f"/p/{project.slug}/views/{shared.pk}/").status_code == 302
    client.post(f"/p/{project.slug}/views/{shared.pk}/", {"name": "theirs"})
    assert client.post(f"/p/{project.slug}/views/{shared.pk}/delete/").status_code == 403
    shared.refresh_from_db()
    assert shared.name == "ours"


def test_only_who_saved_a_view_changes_it(project: Project) -> None:
    owner, member = user_of(project), user_of(project, Role.MEMBER)
    view = saved(project, owner, is_shared=True)
    with pytest.raises(NotYourView, match="is a view of owner-of-maths"):
        saved_views.change_view(view=view, user=member, name="x", is_shared=True)
    renamed = saved_views.change_view(view=view, user=owner, name="x", is_shared=False, query="outcome=incorrect")
    assert (renamed.name, renamed.is_shared, renamed.query) == ("x", False, "outcome=incorrect")


def test_a_view_is_deleted_by_who_saved_it_or_by_an_owner_of_the_project(project: Project) -> None:
    member = user_of(project, Role.MEMBER)
    other = user_of(project, Role.VIEWER)
    first, second = saved(project, member, "a", is_shared=True), saved(project, member, "b", is_shared=True)
    with pytest.raises(NotYourView):
        saved_views.delete_view(view=first, user=other, role=Role.VIEWER)
    saved_views.delete_view(view=first, user=member, role=Role.MEMBER)
    signed_in(user_of(project)).post(f"/p/{project.slug}/views/{second.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_of_another_project_is_not_found(project: Project) -> None:
    view = saved(project, user_of(project), is_shared=True)
    other = make_project("other")
    client = signed_in(user_of(other))
    for url in (f"/p/other/views/{view.pk}/", f"/p/{project.slug}/views/{view.pk}/"):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("  ", "", "a name of 1 to 100 characters"),
        ("n" * 101, "", "a name of 1 to 100 characters, not 101"),
        ("n", "x=" + "y" * 5000, "4000 is the most"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(project: Project, name: str, query: str, message: str) -> None:
    with pytest.raises(BadViewError, match=message):
        saved_views.save_view(
            project=project, owner=user_of(project), name=name, query=query, collection=None, is_shared=False
        )


def test_a_refusal_is_said_on_the_list(project: Project) -> None:
    client = signed_in(user_of(project))
    page = client.post(f"/p/{project.slug}/views/", {"name": "x", "query": "outcome=right"}, follow=True)
    assert "outcome cannot be &#x27;right&#x27;" in page.content.decode()


def test_hostile_names_are_escaped(project: Project) -> None:
    analysed(project)
    owner = user_of(project)
    saved(project, owner, "<script>alert(1)</script>")
    page = signed_in(owner).get(f"/p/{project.slug}/rollouts/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_view_goes_with_who_saved_it_and_with_its_project(project: Project) -> None:
    owner = user_of(project)
    saved(project, owner, is_shared=True)
    Membership.objects.filter(user=owner).delete()
    owner.delete()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_can_be_shown_and_sorted_by_where_its_head_says_so(project: Project, name: str) -> None:
    collection = analysed(project).collection
    client = signed_in(user_of(project))
    page = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/", {"columns": name})
    head = page.context["list"].heads[1]
    assert head.label == COLUMNS[name].label
    assert len(page.context["list"].lines[0].cells) == 1
    if head.href:
        assert client.get(head.href).context["list"].heads[1].sort


def test_columns_stand_in_every_link_of_a_list(project: Project) -> None:
    collection = analysed(project).collection
    client = signed_in(user_of(project))
    page = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/?columns=tokens&columns=final")
    listed = page.context["list"]
    assert [head.label for head in listed.heads] == ["problem", "tokens", "final"]
    assert "columns=tokens%2Cfinal" in listed.heads[0].href
    assert ("columns", "tokens,final") in page.context["form"].extra


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadColumnsError, match="no column 'price'; there are: set, subject"):
        Columns.parse(["price"])
