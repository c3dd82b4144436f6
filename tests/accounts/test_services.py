"""Projects, roles and their rules."""

from itertools import pairwise

import pytest

from apps.accounts import services
from apps.accounts.models import Membership, Role, User
from apps.accounts.permissions import ALLOWED, Act, may

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def test_a_taken_address_gets_a_number_behind_it(ada: User) -> None:
    slugs = [services.create_project(name="Maths", owner=ada).slug for _ in range(3)]
    assert slugs == ["maths", "maths-2", "maths-3"]


def test_a_name_without_letters_still_gets_an_address(ada: User) -> None:
    assert services.create_project(name="!!!", owner=ada).slug == "project"


def test_the_last_owner_can_neither_leave_nor_step_down(ada: User) -> None:
    project = services.create_project(name="Maths", owner=ada)
    with pytest.raises(services.LastOwner):
        services.remove_member(project=project, user=ada)
    with pytest.raises(services.LastOwner):
        services.set_role(project=project, username="ada", role=Role.VIEWER)


def test_an_owner_can_leave_when_another_stays(ada: User) -> None:
    project = services.create_project(name="Maths", owner=ada)
    User.objects.create_user("bea")
    services.set_role(project=project, username="bea", role=Role.OWNER)
    services.remove_member(project=project, user=ada)
    assert list(Membership.objects.values_list("user__username", flat=True)) == ["bea"]


def test_an_unknown_person_is_named_in_the_refusal(ada: User) -> None:
    with pytest.raises(services.UnknownUser, match="nobody"):
        services.set_role(project=services.create_project(name="M", owner=ada), username="nobody", role=Role.VIEWER)


@pytest.mark.parametrize("lowest", [Role.VIEWER, Role.ANNOTATOR])
def test_each_role_may_all_that_the_one_below_it_may(lowest: Role) -> None:
    for lower, higher in pairwise([lowest, Role.MEMBER, Role.OWNER]):
        assert ALLOWED[lower] < ALLOWED[higher]


def test_an_annotator_labels_and_sees_nothing_else_and_a_viewer_looks_and_labels_nothing() -> None:
    assert ALLOWED[Role.ANNOTATOR] == {Act.ANNOTATE}
    assert ALLOWED[Role.VIEWER] == {Act.VIEW}


def test_members_and_owners_lead_the_annotation() -> None:
    assert [role for role in Role if may(role, Act.LEAD)] == [Role.OWNER, Role.MEMBER]
