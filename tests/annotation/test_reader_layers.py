"""People's labels beside a trace in the reader."""

import pytest

from apps.accounts.models import Role
from apps.annotation.presenters.layers import labels
from apps.annotation.services.layers import gold_layer, suggester_layer
from apps.traces.models import Turn
from tests.annotation.hands import labels_by, person, put, queue_of, rollouts_of, scheme_of
from tests.traces.pages import visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEXT = "2 + 2 is 5.\nSo the answer is 5.\nWait.\nThe answer is 4."


def test_labels_of_each_hand_stand_beside_the_trace_and_suggestions_do_not() -> None:
    lead = visitor(Role.OWNER)
    scheme = scheme_of(lead.project)
    [rollout] = rollouts_of(lead.project, [TEXT])
    labels_by(queue_of(scheme, [rollout]), person(lead.project, "ann"), {rollout: {3: "doubt", 2: ("candidate", "5")}})
    put(gold_layer(scheme=scheme), rollout, {4: ("candidate", "4")})
    put(suggester_layer(scheme=scheme, name="rules@1"), rollout, {1: "verify"})
    turn = Turn.objects.get(rollout=rollout, is_attempt=True).index
    gold, ann = labels(rollout, turn)
    assert [point.value for point in gold.points] == ["Candidate answer 4"]
    assert [(point.value, point.offset) for point in ann.points] == [("Candidate answer 5", 13), ("Doubt", 33)]
    assert ann.facts == [("by", "a person, 2 labels"), ("Candidate answer", "1"), ("Doubt", "1")]
    page = lead.page(f"{lead.base}rollouts/{rollout.pk}/")
    assert "Labels: ann (reflection)" in page
    assert "rules@1" not in page


def test_labels_of_another_text_and_removed_ones_are_not_drawn() -> None:
    lead = visitor(Role.OWNER)
    layer = gold_layer(scheme=scheme_of(lead.project))
    [rollout] = rollouts_of(lead.project, [TEXT])
    put(layer, rollout, {1: "doubt"})
    layer.labels.update(text_hash=b"x" * 32)
    turn = Turn.objects.get(rollout=rollout, is_attempt=True).index
    assert list(labels(rollout, turn)) == []
