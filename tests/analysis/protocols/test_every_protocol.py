"""What holds for every protocol of the catalogue: bounds, determinism, and hostile replies."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.asking import Ask, Reply
from analysis.catalogue import PROTOCOL_PURPOSES, PROTOCOLS
from analysis.protocols.conduct import Item, ProtocolFailed, Result
from analysis.protocols.settings import SettingRefused
from workers.engines.scripted import HOSTILE, ScriptedEngine

from .driving import Driven, by, drive, served
from .traces import ITEM, ORGAN, SOURCE

TWICE = replace(SOURCE, turns=(*SOURCE.turns, SOURCE.turns[0], replace(SOURCE.turns[1], text="The answer is 41.")))
BOTH = replace(ITEM, source=TWICE, rival=replace(SOURCE, rollout=8))
CHOICE = replace(BOTH, problem=ORGAN)
VARIANTS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "regenerate": ({}, {"form": "completion"}, {"item_form": "generation"}, {"prompt_from": "rollout"}),
    "continue": ({"n": 2}, {"segmentation": "sentence", "every": 2}),
    "probe": (
        {}, {"k": 3, "temperature": 1, "p_correct": "gold"}, {"preset": "deer"}, {"preset": "cgrs"},
        {"at": "characters", "every": 9, "suffix": "\\boxed{"},
    ),
    "self_correction": (
        {"rounds": 3}, {"review": "find", "rounds": 2}, {"gate": "oracle"},
        {"first": "rollout", "stop_when_same": True},
        {"review": "custom", "review_text": "{round}: {answer}?"},
    ),
    "two_turns": ({}, {"review": "2"}),
    "five_blocks": ({},),
    "chain": ({"steps": 2, "p_diverge": 0.5},),
    "tones": ({"candidates": 3}, {"regime": "oracle", "arm": "neutral"}, {"regime": "last", "arm": "anger"}),
    "critique": ({"rounds": 2}, {"stop_when_approved": True, "gate": "oracle"}),
    "teacher": ({}, {"first": "rollout"}),
    "debate": ({"rounds": 2}, {"adaptive_break": False, "level": "3"}),
    "judge": (
        {}, {"read_by": "likelihood"}, {"form": "score", "read_by": "likelihood"}, {"form": "score"},
        {"form": "pair"}, {"form": "pair", "shows_gold": True}, {"form": "rivals", "rivals": 3},
    ),
    "extraction": ({},),
    "questionnaire": (
        {}, {"marks": "letters", "orders": ["reversed"]}, {"directions": ["flipped"]}, {"form": "completion"},
        {"read_by": "likelihood_both"}, {"given": "form", "items": ["a", "b", "c"]},
    ),
    "card_task": ({}, {"form": "completion", "personas": ["You love risk."]}),
    "association": ({},),
    "lottery": ({}, {"read_by": "reply"}, {"form": "completion"}),
    "self_description": ({},),
    "honesty": ({}, {"again": 2, "temperatures": [0.7]}),
    "sycophancy": ({}, {"form": "completion"}),
    "self_prediction": ({}, {"temperatures": [0.0, 1.0], "repeats": 2}),
    "feasibility": ({}, {"temperatures": [0.0, 0.7], "n_tasks": 1, "k": 2}),
}  # fmt: skip
CASES = [pytest.param(name, variant, id=f"{name}{n}") for name in VARIANTS for n, variant in enumerate(VARIANTS[name])]

FRAGMENTS = (
    "VERDICT: ", "SCORE: ", "correct", "A", "tie", "7", "9" * 400, "-1", "1e999", "[", "]", '[[1, "41"]]',
    "(2, '42')",
    '{"decided": true, "answer": ', '"42"}', "[1]", "null}", "<think>", "</think>", "<answer>", "</answer>",
    "<reflection>", "</reflection>", "\\boxed{", "}", "The answer is ", "42", "B", ". ", "\n", "\x00", "\ud800", "٣",
    "Confidence: ", "150%", "##", "Correctness of the step: ", "Wrong", "{question}", "=" * 50, "<|channel|>final",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join), st.text(max_size=200), st.sampled_from(HOSTILE)
)
REPLIES = st.builds(
    Reply, TEXTS, st.sampled_from(["stop", "length", "error"]), error=st.just("scripted"), n_tokens=st.integers(0, 99)
)


def test_every_protocol_says_what_it_is_for() -> None:
    assert list(PROTOCOL_PURPOSES) == list(PROTOCOLS)


def test_every_protocol_has_cases_here() -> None:
    assert set(VARIANTS) == set(PROTOCOLS)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_the_scripted_engine_brings_every_protocol_to_an_end(name: str, variant: Mapping[str, Any]) -> None:
    result, driven = drive(PROTOCOLS[name], BOTH, served(ScriptedEngine()), variant)
    assert result.rollouts or result.probes or result.scores or result.candidates is not None
    assert {ask.role for ask in driven.asks} <= set(PROTOCOLS[name].roles)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_the_estimate_bounds_what_is_asked(name: str, variant: Mapping[str, Any]) -> None:
    estimate = PROTOCOLS[name].estimate(BOTH, variant)
    for seed in range(8):
        _, driven = drive(PROTOCOLS[name], replace(BOTH, seed=seed), served(ScriptedEngine()), variant)
        assert 0 < driven.n_requests <= estimate.n_requests
        assert driven.n_tokens <= estimate.n_tokens


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_equal_items_settings_and_replies_give_equal_asks_and_results(name: str, variant: Mapping[str, Any]) -> None:
    first, second = (drive(PROTOCOLS[name], CHOICE, served(ScriptedEngine()), variant) for _ in range(2))
    assert first[1].asks == second[1].asks
    assert first[0] == second[0]


@pytest.mark.parametrize(("name", "variant"), CASES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_reply_makes_a_protocol_raise_anything_but_its_failure(
    name: str, variant: Mapping[str, Any], data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from([BOTH, CHOICE]))
    with suppress(ProtocolFailed):
        result, _ = drive(PROTOCOLS[name], item, by(lambda _: data.draw(REPLIES)), variant)
        storable(result)


def storable(result: Result) -> None:
    """Every text of a result is UTF-8 without NUL, every span inside its text, every number finite."""
    for made in result.rollouts:
        for turn in made.turns:
            assert "\x00" not in (turn.text or "").encode().decode()
            for span in (turn.reasoning, turn.response):
                assert span is None or 0 <= span.start <= span.end <= len(turn.text or "")
    for found in result.candidates or ():
        assert 0 <= found.start <= found.end <= len(SOURCE.text)
    assert all(value == value and abs(value) < 1e12 for value in result.scores.values())


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_an_error_fails_the_item_with_its_reason(name: str) -> None:
    with pytest.raises(ProtocolFailed, match="the endpoint is down"):
        drive(PROTOCOLS[name], BOTH, by(lambda _: Reply(finish_reason="error", error="the endpoint is down")))


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_an_item_that_has_nothing_fails_and_does_not_break(name: str) -> None:
    empty = Item(replace(ITEM.problem, question=""))
    with pytest.raises(ProtocolFailed):
        drive(PROTOCOLS[name], empty, by(lambda _: "42"))


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_an_unknown_setting_is_refused_before_anything_is_asked(name: str) -> None:
    with pytest.raises(SettingRefused, match="unknown setting 'colour'"):
        PROTOCOLS[name].conduct(BOTH, {"colour": "red"})


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_every_parameter_is_described_and_has_a_default_that_it_accepts(name: str) -> None:
    protocol = PROTOCOLS[name]
    names = [parameter.name for parameter in protocol.parameters]
    assert len(names) == len(set(names))
    assert protocol.settle({}) == protocol.settle(dict(protocol.settle({})))
    assert protocol.needs in ("problem", "rollout")
    assert protocol.version


@pytest.mark.parametrize(
    ("name", "given"), [("self_correction", "gate"), ("critique", "gate"), ("teacher", "gate"), ("tones", "regime")]
)
def test_only_the_oracles_gate_is_oracle_gated(name: str, given: str) -> None:
    assert PROTOCOLS[name].is_oracle_gated({given: "oracle"})
    assert not PROTOCOLS[name].is_oracle_gated({})


def test_no_protocol_asks_differently_for_another_gold_unless_it_is_gated() -> None:
    other = replace(BOTH, problem=replace(BOTH.problem, golds=("7",)))
    for name, variants in VARIANTS.items():
        for variant in variants:
            protocol = PROTOCOLS[name]
            if protocol.is_oracle_gated(variant) or variant.get("shows_gold") or variant.get("p_correct"):
                continue
            asked = [_asks(protocol, item, variant) for item in (BOTH, other)]
            assert asked[0] == asked[1], (name, variant)


def _asks(protocol: Any, item: Item, variant: Mapping[str, Any]) -> list[Ask]:
    driven = Driven()
    driven.run(protocol.conduct(item, variant), served(ScriptedEngine()))
    return driven.asks


@pytest.mark.parametrize(
    ("name", "given", "needs"),
    [
        ("regenerate", {}, "problem"),
        ("regenerate", {"prompt_from": "rollout"}, "rollout"),
        ("self_correction", {"first": "rollout"}, "rollout"),
        ("critique", {"first": "rollout"}, "rollout"),
        ("teacher", {}, "problem"),
        ("probe", {}, "rollout"),
    ],
)
def test_what_a_protocol_starts_from_depends_on_its_settings(name: str, given: dict[str, str], needs: str) -> None:
    assert PROTOCOLS[name].needs_for(given) == needs
