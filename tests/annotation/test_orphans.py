"""Labels of rollouts that went or changed: put back where the very same text is, listed otherwise, never dropped."""

import pytest

from analysis.types import Rollout
from apps.annotation.queries.places import orphans_of
from apps.annotation.services import orphans
from apps.traces.models import Collection
from apps.traces.services.deletions import delete_rollouts
from tests.annotation import build
from tests.annotation.build import Hand, adding, span
from tests.traces import build as traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand() -> Hand:
    (rollout,) = build.stored()
    project = rollout.collection.project
    hand = Hand(build.scheme(project), build.person(project), rollout)
    hand.does(adding("verify", span(rollout, 0, 5)), adding("good"))
    return hand


def came_again(hand: Hand, rollout: Rollout) -> Collection:
    """The rollout is deleted and another upload brings this one."""
    project = hand.rollout.collection.project
    delete_rollouts([hand.rollout.pk])
    return traces.stored([rollout], owner=project)


def test_labels_outlive_their_rollout_as_orphans(hand: Hand) -> None:
    delete_rollouts([hand.rollout.pk])
    assert {label.name for label in orphans_of(hand.layer)} == {"verify", "good"}


def test_a_rollout_that_comes_back_with_its_text_gets_its_labels_back(hand: Hand) -> None:
    collection = came_again(hand, traces.rollout())
    assert orphans.place_after_import(collection) == 2
    assert orphans.place_after_import(collection) == 0
    assert {(label.name, label.rollout) for label in hand.layer.labels.all()} == {
        ("verify", collection.rollouts.get()),
        ("good", collection.rollouts.get()),
    }


def test_a_text_that_moved_to_another_turn_takes_its_labels_along(hand: Hand) -> None:
    attempt = traces.attempt()
    collection = came_again(hand, traces.rollout(turns=(attempt,)))
    orphans.place_after_import(collection)
    assert not orphans_of(hand.layer).exists()
    assert hand.layer.labels.get(name="verify").turn_index == 0


def test_a_text_that_differs_in_one_character_is_listed_and_not_guessed(hand: Hand) -> None:
    collection = came_again(hand, traces.rollout(turns=(traces.attempt(traces.REASONING + "!"),)))
    assert orphans.place_after_import(collection) == 1
    assert [label.name for label in orphans_of(hand.layer)] == ["verify"]


def test_a_rollout_of_another_id_with_the_same_text_is_not_it(hand: Hand) -> None:
    collection = came_again(hand, traces.rollout("2"))
    assert orphans.place_after_import(collection) == 0


def test_orphans_that_are_let_go_stay_in_the_history(hand: Hand) -> None:
    delete_rollouts([hand.rollout.pk])
    assert orphans.let_go(layer=hand.layer, actor=hand.user) == 2
    assert not orphans_of(hand.layer).exists()
    assert hand.layer.labels.count() == 2
    change = hand.layer.scheme.project.changes.get()
    assert (change.verb, change.before) == ("removed orphaned labels", {"labels": 2})
    assert orphans.let_go(layer=hand.layer, actor=hand.user) == 0
