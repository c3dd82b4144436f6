"""Settings from forms, command lines and JSON are read alike, and refused with their value."""

from typing import Any

import pytest

from analysis.protocols.conduct import Parameter
from analysis.protocols.settings import SettingRefused, settle
from analysis.protocols.templates import fill, refuse_without

PARAMETERS = (
    Parameter("k", "K", "integer", 1, minimum=1, maximum=9),
    Parameter("share", "Share", "number", 0.5, minimum=0, maximum=1),
    Parameter("note", "Note", "text", ""),
    Parameter("mode", "Mode", "choice", "a", choices=(("a", "A"), ("b", "B"))),
    Parameter("on", "On", "flag", False),
    Parameter("words", "Words", "list", ()),
    Parameter("limit", "Limit", "number", None),
)


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("k", "3", 3),
        ("k", 3.0, 3),
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("mode", "b", "b"),
        ("on", "yes", True),
        ("on", "0", False),
        ("words", "Wait, But", ("Wait", "But")),
        ("words", '["a, b", "c"]', ("a, b", "c")),
        ("words", [["x", "y"]], (["x", "y"],)),
        ("words", "", ()),
        ("limit", "", None),
        ("limit", "2", 2.0),
    ],
)
def test_a_value_is_read_as_its_kind(name: str, given: Any, read: Any) -> None:
    assert settle(PARAMETERS, {name: given})[name] == read


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("k", 10, "k is 10, must be at most 9"),
        ("k", "2.5", "k is '2.5', must be a whole number"),
        ("k", True, "k is True"),
        ("share", "nan", "share is 'nan', must be a number"),
        ("share", -0.5, "share is -0.5, must be at least 0"),
        ("note", 3, "note is 3, must be text"),
        ("mode", "c", "mode is 'c', must be one of a, b"),
        ("on", "maybe", "on is 'maybe', must be true or false"),
        ("words", "[1,", "must be a JSON list"),
        ("words", 3, "words is 3, must be a list"),
        ("colour", "red", "unknown setting 'colour'; known: k, share"),
        ("k", "9" * 400, "must be a whole number"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, given: Any, words: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        settle(PARAMETERS, {name: given})
    assert words in str(refused.value)


def test_what_is_not_given_has_its_default() -> None:
    assert settle(PARAMETERS, {}) == {
        "k": 1, "share": 0.5, "note": "", "mode": "a", "on": False, "words": (), "limit": None,
    }  # fmt: skip


def test_a_value_with_braces_is_not_replaced_again() -> None:
    assert fill("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"


def test_braces_around_no_name_stand_as_they_are() -> None:
    assert fill('\\boxed{42} {"a": 1} {} {A} {0.__class__}', {}) == '\\boxed{42} {"a": 1} {} {A} {0.__class__}'


def test_a_template_must_show_what_it_is_for() -> None:
    with pytest.raises(SettingRefused, match=r"has no \{question\}"):
        refuse_without("Solve it.", "question")
