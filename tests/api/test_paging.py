"""Lists page by key behind a signed cursor that belongs to one list."""

import pytest

from apps.accounts.models import Membership, Role
from tests.api.calling import Caller, made_for
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking() -> Caller:
    """The owner of five projects: p0 to p4."""
    owner = user_of(build.project("p0"))
    for number in range(1, 5):
        Membership.objects.create(project=build.project(f"p{number}"), user=owner, role=Role.VIEWER)
    return Caller(made_for(None, owner).secret)


def test_pages_of_two_give_all_five_once(asking: Caller) -> None:
    found, cursor = [], ""
    for _ in range(3):  # 2 + 2 + 1
        page = asking.get("/projects", limit=2, cursor=cursor).body
        found += [each["slug"] for each in page["items"]]
        cursor = page["next"] or ""
    assert (found, cursor) == (["p0", "p1", "p2", "p3", "p4"], "")


def test_a_page_that_is_just_full_is_the_last(asking: Caller) -> None:
    assert asking.get("/projects", limit=5).body["next"] is None


@pytest.mark.parametrize("tampered", ["x", "é", "AAAA:BBBB:CCCC", "0" * 300])
def test_a_made_up_cursor_is_refused(asking: Caller, tampered: str) -> None:
    told = asking.get("/projects", cursor=tampered)
    assert (told.status, told.code) == (400, "bad_cursor")


def test_a_changed_cursor_is_refused(asking: Caller) -> None:
    cursor = asking.get("/projects", limit=2).body["next"]
    changed = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    assert asking.get("/projects", cursor=changed).code == "bad_cursor"


def test_a_cursor_is_of_the_filters_it_was_given_for(asking: Caller) -> None:
    cursor = asking.get("/projects", limit=2, kind="a").body["next"]
    assert asking.get("/projects", limit=1, kind="a", cursor=cursor).status == 200
    assert asking.get("/projects", limit=2, kind="b", cursor=cursor).code == "bad_cursor"


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1", "1.5"])
def test_a_limit_out_of_range_is_named(asking: Caller, limit: str) -> None:
    told = asking.get("/projects", limit=limit)
    assert told.status == 422
    assert list(told.body["error"]["fields"]) == ["query.limit"]
