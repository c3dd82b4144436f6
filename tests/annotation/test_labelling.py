"""Acts on labels: each is carried out once however often it is sent, on the text that was shown, in one's own layer."""

from itertools import pairwise
from uuid import uuid4

import pytest

from apps.annotation.models import Comment, Decision, Label
from apps.annotation.queries.labels import labels_in, standing
from apps.annotation.services.acts import BadAct
from tests.annotation import build
from tests.annotation.build import Hand, adding, span
from tests.traces import build as traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand() -> Hand:
    (rollout,) = build.stored()
    project = rollout.collection.project
    return Hand(build.scheme(project), build.person(project), rollout)


def single(hand: Hand) -> Hand:
    scheme = build.scheme(hand.rollout.collection.project, many=False, name="single")
    return Hand(scheme, hand.user, hand.rollout)


def test_a_label_stands_on_the_characters_that_were_chosen(hand: Hand) -> None:
    assert hand.does(adding("candidate", span(hand.rollout, 12, 31), value="5")).n_done == 1
    (label,) = hand.labels
    assert (label.name, label.value, label.turn_index, label.start, label.end) == ("candidate", "5", 1, 12, 31)
    assert (label.author, label.unit_key) == (hand.user, hand.rollout.unit_key)


def test_an_act_that_is_sent_twice_makes_one_label(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act)
    hand.does(act, act)
    assert hand.names == [("verify", "")]


def test_an_addition_that_comes_again_after_its_removal_brings_nothing_back(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act, {"verb": "remove", "key": act["key"]})
    hand.does(act)
    assert hand.names == []


def test_a_removed_label_keeps_its_row_and_can_come_back(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act, {"verb": "remove", "key": act["key"]})
    (row,) = Label.objects.all()
    assert row.removed_by == hand.user
    hand.does({"verb": "restore", "key": act["key"]})
    assert hand.names == [("verify", "")]


def test_a_label_that_the_scheme_no_longer_has_does_not_come_back(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act, {"verb": "remove", "key": act["key"]})
    scheme = hand.layer.scheme
    scheme.kinds = [kind for kind in scheme.kinds if kind["name"] != "verify"]
    scheme.save()
    assert "has no label 'verify'" in hand.does({"verb": "restore", "key": act["key"]}).refused[0][1]
    assert "has no label 'verify'" in hand.does(adding("verify", span(hand.rollout, 0, 5))).refused[0][1]


def test_several_labels_stand_on_one_step_where_the_scheme_allows_it(hand: Hand) -> None:
    place = span(hand.rollout, 0, 5)
    hand.does(adding("verify", place), adding("doubt", place), adding("verify", place))
    assert hand.names == [("doubt", ""), ("verify", "")]


def test_in_a_scheme_of_single_labels_the_new_one_takes_the_place_of_the_old(hand: Hand) -> None:
    one = single(hand)
    place = span(hand.rollout, 0, 5)
    one.does(adding("verify", place), adding("doubt", place), adding("verify", span(hand.rollout, 6, 9)))
    assert one.names == [("doubt", ""), ("verify", "")]
    assert Label.objects.filter(layer=one.layer).count() == 3


def test_a_label_of_the_whole_rollout_has_no_place(hand: Hand) -> None:
    hand.does(adding("good"))
    assert hand.names == [("good", "")]
    refused = hand.does(adding("good", span(hand.rollout, 0, 5)), adding("verify")).refused
    assert refused == [(0, "Good is a label of a rollout"), (1, "Verify is a label of a step")]


def test_a_relation_joins_two_labels_and_goes_with_either(hand: Hand) -> None:
    first, second = adding("candidate", span(hand.rollout, 0, 5)), adding("verify", span(hand.rollout, 6, 9))
    related = {"verb": "relate", "name": "revises", "key": str(uuid4()), "first": second["key"], "other": first["key"]}
    hand.does(first, second, related)
    assert [(label.first, label.other) for label in hand.labels if label.is_relation] == [
        (hand.labels[1], hand.labels[0])
    ]
    hand.does({"verb": "remove", "key": first["key"]})
    assert hand.names == [("verify", "")]
    assert "cannot come back before it" in hand.does({"verb": "restore", "key": related["key"]}).refused[0][1]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ({"name": "nonsense"}, "has no label 'nonsense'; known: candidate, verify"),
        ({"name": "revises"}, "Revises joins two labels"),
        ({"name": "verify", "value": "5"}, "Verify has no value"),
        ({"name": "verify", "start": 5, "end": 5}, "5 to 5 is no span of a text of"),
        ({"name": "verify", "start": 0, "end": 10_000}, "0 to 10000 is no span of a text of"),
        ({"name": "verify", "start": -1}, "start -1 is no place in a text"),
        ({"name": "verify", "start": True}, "start True is no place in a text"),
        ({"name": "verify", "text_hash": "00" * 32}, "turn 1 has another text than the one that was labelled"),
        ({"name": "verify", "turn": 7}, "turn 7 has another text"),
        ({"name": "verify", "key": "x"}, "key 'x' is no key"),
        ({"name": "verify", "key": ""}, "the key of a label is missing"),
        ({"name": "candidate", "value": "9" * 3000}, "value has 3000 characters; at most 2000"),
        ({"name": ["verify"]}, "name is no text"),
        ({"verb": "burn"}, "unknown act 'burn'"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_with_the_reason_and_hinders_no_other(
    hand: Hand, act: dict[str, object], why: str
) -> None:
    good = adding("doubt", span(hand.rollout, 0, 5))
    applied = hand.does(adding("verify", span(hand.rollout, 0, 5)) | act, good)
    assert [number for number, _ in applied.refused] == [0]
    assert why in applied.refused[0][1]
    assert hand.names == [("doubt", "")]


def test_half_characters_and_nul_are_stored_as_what_stands_for_them(hand: Hand) -> None:
    hand.does(adding("candidate", span(hand.rollout, 0, 5), value="a\ud800b\x00\U0001f600"))
    assert hand.names == [("candidate", "a\ufffdb\ufffd\U0001f600")]


def test_too_many_acts_at_once_are_refused_whole(hand: Hand) -> None:
    with pytest.raises(BadAct, match="501 acts at once; at most 500"):
        hand.does(*[adding("verify", span(hand.rollout, 0, 5)) for _ in range(501)])


def test_an_accepted_suggestion_becomes_a_label_and_is_remembered(hand: Hand) -> None:
    offered = build.suggestion(hand.layer.scheme, hand.rollout, "candidate", 12, 31, "5")
    act = {"verb": "accept", "key": str(uuid4()), "suggestion": str(offered.key)}
    hand.does(act, act)
    assert hand.names == [("candidate", "5")]
    (decision,) = Decision.objects.all()
    assert (decision.is_accepted, decision.label, decision.suggestion) == (True, hand.labels[0], offered)


def test_a_rejected_suggestion_makes_no_label_and_can_be_decided_anew(hand: Hand) -> None:
    offered = build.suggestion(hand.layer.scheme, hand.rollout, "candidate", 12, 31, "5")
    hand.does({"verb": "reject", "suggestion": str(offered.key)})
    assert [decision.is_accepted for decision in Decision.objects.all()] == [False]
    hand.does({"verb": "undecide", "suggestion": str(offered.key)})
    assert not Decision.objects.exists()
    assert hand.names == []


def test_a_suggestion_of_another_rollout_cannot_be_accepted(hand: Hand) -> None:
    (other,) = build.stored([traces.rollout("2")], project=hand.rollout.collection.project)
    offered = build.suggestion(hand.layer.scheme, other, "candidate", 12, 31, "5")
    applied = hand.does({"verb": "accept", "key": str(uuid4()), "suggestion": str(offered.key)})
    assert "there is no suggestion" in applied.refused[0][1]


def test_nobody_touches_a_label_of_another_hand(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act)
    other = Hand(hand.layer.scheme, build.person(hand.rollout.collection.project, "ben"), hand.rollout)
    assert "no label" in other.does({"verb": "remove", "key": act["key"]}).refused[0][1]
    assert hand.names == [("verify", "")]


def test_a_comment_is_one_per_place_and_no_words_take_it_away(hand: Hand) -> None:
    place = span(hand.rollout, 0, 5)
    hand.does({"verb": "comment", "text": "odd", **place}, {"verb": "comment", "text": "very odd", **place})
    assert [comment.text for comment in Comment.objects.all()] == ["very odd"]
    hand.does({"verb": "comment", "text": "all of it"}, {"verb": "comment", "text": " ", **place})
    assert [(comment.text, comment.start) for comment in Comment.objects.all()] == [("all of it", None)]


def test_what_stands_has_another_name_after_every_change(hand: Hand) -> None:
    seen = [standing(hand.layer, hand.rollout)]
    act = adding("verify", span(hand.rollout, 0, 5))
    offered = build.suggestion(hand.layer.scheme, hand.rollout, "candidate", 12, 31, "5")
    steps = [
        act,
        {"verb": "remove", "key": act["key"]},
        {"verb": "restore", "key": act["key"]},
        {"verb": "reject", "suggestion": str(offered.key)},
    ]
    for step in steps:
        hand.does(step)
        seen.append(standing(hand.layer, hand.rollout))
    assert all(before != after for before, after in pairwise(seen))


def test_a_label_on_a_text_that_is_another_by_now_is_not_drawn(hand: Hand) -> None:
    hand.does(adding("verify", span(hand.rollout, 0, 5)), adding("good"))
    other = build.stored([traces.rollout("2", turns=(traces.attempt("Another text."),))])
    turn = hand.rollout.turns.get(index=1)
    turn.text = build.text_of(other[0], 0)
    turn.save()
    assert [label.name for label in labels_in(hand.layer, hand.rollout)] == ["good"]
