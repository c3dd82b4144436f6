"""The page of a layer: what was done, orphans put back or let go, for leads of the project only."""

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.annotation.queries.layers import history_of
from apps.traces.services.deletions import delete_rollouts
from tests.annotation import build
from tests.annotation.build import Hand, adding, span
from tests.traces.pages import WITHOUT_STATIC_FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.once, WITHOUT_STATIC_FOLDER]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def hand() -> Hand:
    (rollout,) = build.stored()
    project = rollout.collection.project
    hand = Hand(build.scheme(project), build.person(project, "lena", Role.MEMBER), rollout)
    hand.does(adding("candidate", span(rollout, 0, 5), value=HOSTILE), adding("good"))
    return hand


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(hand: Hand, act: str = "") -> str:
    return f"/p/{hand.rollout.collection.project.slug}/annotation/layers/{hand.layer.pk}/{act}"


def test_the_history_holds_what_was_given_and_what_was_removed_newest_first(hand: Hand) -> None:
    hand.does({"verb": "remove", "key": str(hand.labels[0].key)})
    assert [(done.label.name, done.is_removal, done.by) for done in history_of(hand.layer)] == [
        ("candidate", True, hand.user),
        ("good", False, hand.user),
        ("candidate", False, hand.user),
    ]
    assert len(history_of(hand.layer, 2)) == 2


def test_the_page_shows_it_escaped(hand: Hand) -> None:
    page = client_of(hand.user).get(url(hand)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert HOSTILE not in page
    assert "Orphans</h2>" not in page


def test_orphans_are_listed_put_back_and_let_go(hand: Hand) -> None:
    lead = client_of(hand.user)
    delete_rollouts([hand.rollout.pk])
    assert "the rollout is gone" in lead.get(url(hand)).content.decode()
    (again,) = build.stored(project=hand.layer.scheme.project)
    assert "2 labels are back" in lead.post(url(hand, "place/"), follow=True).content.decode()
    delete_rollouts([again.pk])
    assert "2 orphans removed" in lead.post(url(hand, "let-go/"), follow=True).content.decode()
    assert "No orphan finds" in lead.post(url(hand, "place/"), follow=True).content.decode()


def test_annotators_and_strangers_do_not_get_there(hand: Hand) -> None:
    annotator = build.person(hand.layer.scheme.project, "ann")
    stranger = User.objects.create_user("eve")
    for act, method in (("", "get"), ("place/", "post"), ("let-go/", "post")):
        for user, status in ((annotator, 403), (stranger, 404)):
            assert getattr(client_of(user), method)(url(hand, act)).status_code == status
    assert hand.layer.labels.filter(removed_at=None).count() == 2
