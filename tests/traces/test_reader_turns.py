"""Conversations in the reader: who spoke, what was thought, called and observed, rewards and scores."""

import re

import pytest

from analysis.types import Role, Span, Turn
from apps.traces.presenters.calls import MAX_CHARS, Call, shown_calls
from apps.traces.presenters.reader import View, reader_page
from apps.traces.presenters.turns import OPEN_CHARS
from tests.traces.build import attempt, rollout, stored
from tests.traces.test_reader import HOSTILE, Seen, page_of

pytestmark = pytest.mark.django_db
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "the pond", "deep": [1, 2]}'}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (CALL, Call("look", "at: the pond\ndeep: [1,2]")),
        ({"name": "look", "input": {"at": 1}}, Call("look", "at: 1")),
        ({"function": "look", "arguments": {"at": None}}, Call("look", "at: null")),
        ({"function": {"name": "Search", "arguments": "Nick Park"}}, Call("Search", "Nick Park")),
        ({"function": {"name": "ls", "arguments": '{"cut off'}}, Call("ls", '{"cut off')),
        ({"function": {"name": "submit"}}, Call("submit", "")),
        ({"function": {"name": None, "arguments": 7}}, Call("a call without a name", "7")),
        ({}, Call("a call without a name", "")),
    ],
)
def test_a_call_is_a_name_and_its_arguments_line_by_line(given: object, expected: Call) -> None:
    assert shown_calls([given]) == [expected]


def test_what_is_no_call_is_left_out_and_what_is_too_long_is_counted() -> None:
    assert shown_calls(None) == shown_calls(["x", 1, None]) == []
    (long,) = shown_calls([{"function": {"name": "write", "arguments": "x" * (MAX_CHARS + 5)}}])
    assert (len(long.arguments), long.n_left_out) == (MAX_CHARS, 5)


def talk() -> tuple[Turn, ...]:
    return (
        Turn(Role.SYSTEM, "Be kind."),
        Turn(Role.USER, "Where is the pond?", actor="simulated user"),
        Turn(Role.ASSISTANT, "I look.Here.", Span(0, 7), Span(7, 12), reward=0.5),
        Turn(Role.ASSISTANT, None, tool_calls=(CALL,)),
        Turn(Role.TOOL, "It is " + "far " * OPEN_CHARS, actor="look"),
        Turn(Role.ASSISTANT, "It is far.", None, Span(0, 10), is_attempt=True, reward=1.0, tool_calls=(CALL,)),
        Turn(Role.JUDGE, None, actor="expected actions", tool_calls=(CALL,)),
    )


def test_each_turn_of_a_conversation_stands_in_order_with_its_calls_and_rewards() -> None:
    page = reader_page(stored([rollout(turns=talk())]).rollouts.get(), View())
    before = [(each.label, each.note, each.is_open, len(each.calls)) for each in page.before]
    assert before == [
        ("Turn 1: system", "", False, 0),
        ("Turn 2: user, simulated user", "", True, 0),
        ("Turn 3: assistant", "reward 0.5", True, 0),
        ("Turn 4: assistant", "", True, 1),
        ("Turn 5: tool, look", "", False, 0),
        ("The turn that is read", "", False, 0),
    ]
    assert page.before[-1].tag == "Turn 6: assistant · reward 1"
    assert [(each.label, len(each.calls)) for each in page.after] == [
        ("Called", 1),
        ("Turn 7: judge, expected actions", 1),
    ]


def test_a_thought_stands_apart_from_what_was_said() -> None:
    page = reader_page(stored([rollout(turns=talk())]).rollouts.get(), View())
    third = page.before[2]
    assert third.thought is not None
    assert third.fold is not None
    assert ["I look." in third.thought.chunks[0].html, "Here." in third.thought.chunks[0].html] == [True, False]
    assert "Here." in third.fold.chunks[0].html


def test_a_prompt_and_one_reply_are_no_conversation() -> None:
    turns = (Turn(Role.USER, "q"), attempt("a", "4"))
    page = reader_page(stored([rollout(turns=turns)]).rollouts.get(), View())
    assert [(each.label, each.is_open, each.tag) for each in page.before] == [("Turn 1: user", False, "")]


def test_a_page_shows_the_calls_and_the_scores() -> None:
    row = stored([rollout(turns=talk(), scores={"reward": 1.0, "n_tool_calls": 2.0})]).rollouts.get()
    page = page_of(row)
    assert page.count('<b class="mono"><bdi>look</bdi></b>') == 3
    assert "at: the pond\ndeep: [1,2]" in page
    assert re.search(r"<dt><bdi>reward</bdi></dt><dd>1</dd>", page)
    assert len(Seen(page).ids) == len(set(Seen(page).ids))


def test_hostile_calls_and_names_of_scores_are_escaped() -> None:
    call = {"function": {"name": HOSTILE, "arguments": f'{{"{"x" * 3}": "{"<script>alert(1)</script>"}"}}'}}
    turns = (
        Turn(Role.ASSISTANT, HOSTILE, is_attempt=True, tool_calls=(call,)),
        Turn(Role.TOOL, HOSTILE, actor=HOSTILE),
    )
    row = stored([rollout(turns=turns, scores={HOSTILE[:90]: 1.0})]).rollouts.get()
    plain = stored([rollout(turns=(attempt("a", "4"),))]).rollouts.get()
    seen, usual = Seen(page_of(row)), Seen(page_of(plain))
    assert "img" not in seen.tags
    assert seen.tags.count("script") == usual.tags.count("script")
    assert not {name for name in seen.names if name.startswith("on")}
