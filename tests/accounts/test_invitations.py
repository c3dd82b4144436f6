"""Invitations: a link opens one unused account once, and never anybody else's."""

import re

import pytest
from django.test import Client

from apps.accounts import invitations
from apps.accounts.invitations import CannotInvite
from apps.accounts.models import Membership, Project, Role, User
from apps.accounts.services import create_project
from tests.traces.pages import WITHOUT_STATIC_FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.once, WITHOUT_STATIC_FOLDER]
PASSWORD = "a long one that nobody has"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def project(ada: User) -> Project:
    return create_project(name="Maths", owner=ada)


@pytest.fixture
def owner(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def link_for(owner: Client, project: Project, name: str, role: str = Role.ANNOTATOR) -> str:
    page = owner.post(f"/accounts/p/{project.slug}/members/invite/", {"username": name, "role": role}).content.decode()
    found = re.search(r'value="http://testserver(/accounts/join/[^"]+)"', page)
    assert found, page
    return found[1]


def join(link: str, password: str = PASSWORD) -> Client:
    client = Client()
    form = client.get(link, follow=True)
    at = form.redirect_chain[-1][0] if form.redirect_chain else link
    client.post(at, {"new_password1": password, "new_password2": password})
    return client


def test_an_invited_person_sets_a_password_and_is_in_the_project(owner: Client, project: Project) -> None:
    client = join(link_for(owner, project, "ann"))
    ann = User.objects.get(username="ann")
    assert ann.check_password(PASSWORD)
    assert not ann.is_staff
    assert Membership.objects.get(user=ann).role == Role.ANNOTATOR
    assert client.get(f"/p/{project.slug}/annotation/").status_code == 200


def test_a_link_works_once(owner: Client, project: Project) -> None:
    link = link_for(owner, project, "ann")
    join(link)
    assert "This link has ended" in Client().get(link).content.decode()


def test_a_weak_password_is_refused(owner: Client, project: Project) -> None:
    join(link_for(owner, project, "ann"), "12345678")
    assert not User.objects.get(username="ann").has_usable_password()


def test_an_unused_invitation_gets_a_new_link(owner: Client, project: Project) -> None:
    link_for(owner, project, "ann")
    join(link_for(owner, project, "ann"))
    assert User.objects.get(username="ann").has_usable_password()


def test_nobody_gets_a_link_to_an_account_in_use(owner: Client, project: Project, ada: User) -> None:
    bea = User.objects.create_user("bea", password=PASSWORD)
    Membership.objects.create(project=project, user=bea, role=Role.MEMBER)
    for name in ("bea", "ada"):
        page = owner.post(f"/accounts/p/{project.slug}/members/invite/", {"username": name}, follow=True)
        assert "is in use" in page.content.decode()
    with pytest.raises(CannotInvite):
        invitations.path_of(ada, project)


def test_nobody_gets_a_link_to_an_account_that_another_project_invited(owner: Client, project: Project) -> None:
    link_for(owner, project, "ann")
    bea = User.objects.create_user("bea")
    other = create_project(name="Other", owner=bea)
    Membership.objects.create(project=other, user=User.objects.get(username="ann"), role=Role.VIEWER)
    page = owner.post(f"/accounts/p/{project.slug}/members/invite/", {"username": "ann"}, follow=True).content.decode()
    assert "not of this project alone" in page


def test_a_name_that_another_has_is_refused_in_any_case(owner: Client, project: Project) -> None:
    User.objects.create_user("bea")
    for name, words in (("bea", "already"), ("BEA", "already"), ("a b", "is no user name"), ("x" * 200, "at most 150")):
        with pytest.raises(CannotInvite, match=words):
            invitations.invite(project=project, username=name, role=Role.VIEWER)


def test_only_owners_invite(project: Project) -> None:
    member = User.objects.create_user("mia")
    Membership.objects.create(project=project, user=member, role=Role.MEMBER)
    client = Client()
    client.force_login(member)
    url = f"/accounts/p/{project.slug}/members/invite/"
    assert client.post(url, {"username": "x", "role": "viewer"}).status_code == 403
    assert not User.objects.filter(username="x").exists()
