"""The scripted engine: the same ask and seed, the same reply; faults when they are asked for."""

from dataclasses import replace

import pytest

from analysis.asking import Ask, Message, Point, Probing, Reply, Sampling
from analysis.catalogue import ENGINE_PARAMETERS, ENGINES
from analysis.protocols.settings import SettingRefused
from analysis.registry import UnknownName
from analysis.types import Role
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

WARM = Sampling(max_tokens=200, temperature=1.0)
SUM = Ask((Message(Role.USER, "What is 17 + 25?"),), sampling=WARM)


def answered(engine: Engine, *asks: Ask) -> list[Reply]:
    return [reply for _, reply in engine.complete(asks)]


def scripted(**settings: object) -> Engine:
    return load_engine("scripted", settings)


def test_the_same_ask_and_seed_give_the_same_reply_in_any_order() -> None:
    asks = [replace(SUM, seed=seed) for seed in range(20)]
    forwards = answered(scripted(), *asks)
    backwards = answered(scripted(), *reversed(asks))
    assert forwards == backwards[::-1]
    assert len({reply.text for reply in forwards}) > 1


def test_greedy_replies_do_not_depend_on_the_seed() -> None:
    greedy = replace(SUM, sampling=Sampling(max_tokens=200))
    texts = {reply.text for reply in answered(scripted(), *(replace(greedy, seed=seed) for seed in range(9)))}
    assert len(texts) == 1


def test_the_reasoner_slips_and_repairs_as_often_as_it_is_told() -> None:
    # every first answer is a slip (41, 43, ...) and every slip is repaired: 42 is stated last, never first
    engine = scripted(slips=1, repairs=1, spoils=0)
    for reply in answered(engine, *(replace(SUM, seed=seed) for seed in range(30))):
        assert "FINAL ANSWER: 42" in reply.text
        assert "The result = 42." not in reply.text


def test_a_reply_is_cut_at_its_tokens_and_its_stop_string() -> None:
    engine = scripted(replies=["one two three four"])
    cut, stopped = answered(
        engine,
        replace(SUM, sampling=Sampling(max_tokens=2)),
        replace(SUM, sampling=Sampling(max_tokens=9, stop=(" three",))),
    )
    assert (cut.text, cut.finish_reason, cut.n_tokens) == ("one two", "length", 2)
    assert (stopped.text, stopped.finish_reason) == ("one two", "stop")
    assert "".join(token.text for token in cut.tokens) == cut.text


def test_cues_are_tried_in_order_before_the_replies() -> None:
    engine = scripted(cues=[["25", "first"], ["17", "second"]], replies=["other"])
    other = Ask((Message(Role.USER, "Hello"),))
    assert [reply.text for reply in answered(engine, SUM, other)] == ["first", "other"]


def test_every_third_ask_fails_and_the_others_go_on() -> None:
    reasons = [reply.finish_reason for reply in answered(scripted(fail_every=3), *[SUM] * 6)]
    assert reasons == ["stop", "stop", "error", "stop", "stop", "error"]


def test_shares_of_faults_are_kept() -> None:
    # 400 seeds at a quarter each: 100 expected, 4 standard errors are 35
    engine = scripted(fail_share=0.25, empty_share=0.25, hostile_share=0.25)
    replies = answered(engine, *(replace(SUM, seed=seed) for seed in range(400)))
    n_failed = sum(reply.finish_reason == "error" for reply in replies)
    n_empty = sum(reply.finish_reason != "error" and not reply.text for reply in replies)
    assert abs(n_failed - 100) < 35
    assert abs(n_empty - 100) < 35


def test_a_probe_answers_each_point_as_if_it_were_asked_alone() -> None:
    trace = "<think>\nThe result = 41.\n\nWait, let me check.\nI get 42"
    points = (Point(24, "\n</think>\n\nFINAL ANSWER: "), Point(len(trace), "\n</think>\n\nFINAL ANSWER: "))
    ask = replace(SUM, prefix=trace)
    ((position, replies),) = scripted().probe([Probing(ask, points)])
    alone = answered(scripted(), *(replace(ask, prefix=trace[: p.offset] + p.suffix) for p in points))
    assert position == 0
    assert list(replies) == alone
    assert replies[0].text == "41"


def test_the_value_stated_last_is_the_likelier_continuation() -> None:
    ask = replace(SUM, prefix="so the answer is 42", continuations=("42", "7"), sampling=Sampling(max_tokens=0))
    (reply,) = answered(scripted(), ask)
    first, second = reply.continuations
    assert reply.text == ""
    assert first is not None
    assert second is not None
    assert first > second


def test_an_unknown_engine_and_an_unknown_setting_are_named() -> None:
    with pytest.raises(UnknownName, match="unknown engine 'gpt'; known: transformers"):
        load_engine("gpt", {})
    with pytest.raises(SettingRefused, match="unknown setting 'colour'"):
        load_engine("scripted", {"colour": "red"})


def test_every_engine_has_parameters_and_provenance_is_plain() -> None:
    assert set(ENGINES) == set(ENGINE_PARAMETERS)
    assert scripted().about()["kind"] == "scripted"
    assert scripted().about()["model_hash"] != scripted(slips=0).about()["model_hash"]
