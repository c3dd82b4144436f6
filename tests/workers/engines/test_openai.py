"""The openai engine against a real server on this machine: what is sent, what is read, and every way to fail."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from analysis.asking import Ask, Message, Point, Probing, Reply, Sampling
from analysis.protocols.settings import SettingRefused
from analysis.types import Role
from workers.engines.loading import load_engine
from workers.engines.openai import OpenAIEngine
from workers.engines.remote.http import is_link_local
from workers.engines.remote.replies import (
    Unreadable,
    cached_tokens,
    echoed_log_probability,
    prompt_log_probabilities,
    reply_of,
)

from .openai_server import Asked, Sent, Served, chat, completion, failing, serving, told

SUM = Ask((Message(Role.USER, "What is 17 + 25?"),), sampling=Sampling(max_tokens=50, temperature=0.7), seed=3)
KEYS = st.sampled_from([
    "choices", "message", "content", "text", "finish_reason", "logprobs", "tokens", "token_logprobs", "top_logprobs",
    "text_offset", "usage", "token", "logprob", "prompt_logprobs", "completion_tokens", "prompt_tokens",
    "prompt_tokens_details", "cached_tokens", "token_ids", "reasoning",
])  # fmt: skip
QUICK = {"backoff_seconds": 0.01, "most_backoff_seconds": 0.02, "timeout_seconds": 5}


@contextmanager
def engine_for(answer: Callable[[Asked, int], Sent], **settings: object) -> Iterator[tuple[OpenAIEngine, Served]]:
    with serving(answer) as served:
        engine = load_engine("openai", {**QUICK, "base_url": served.url, "model": "tiny", **settings})
        assert isinstance(engine, OpenAIEngine)
        try:
            yield engine, served
        finally:
            engine.close()


def answered(answer: Callable[[Asked, int], Sent], ask: Ask = SUM, **settings: object) -> tuple[Reply, Served]:
    with engine_for(answer, **settings) as (engine, served):
        ((_, reply),) = engine.complete([ask])
        return reply, served


def test_a_conversation_goes_to_the_chat_endpoint_with_its_sampling() -> None:
    reply, served = answered(lambda *_: chat("42"))
    (asked,) = served.asked
    assert (reply.text, reply.finish_reason, reply.n_tokens, reply.n_prompt_tokens) == ("42", "stop", 3, 10)
    assert asked.path == "/v1/chat/completions"
    assert asked.body == {
        "model": "tiny", "messages": [{"role": "user", "content": "What is 17 + 25?"}], "max_tokens": 50,
        "temperature": 0.7, "top_p": 1.0, "seed": 3, "logprobs": True,
    }  # fmt: skip


def test_a_bare_text_and_token_ids_go_to_the_completions_endpoint() -> None:
    for ask, prompt in ((Ask(text="17 + 25 ="), "17 + 25 ="), (Ask(token_ids=(1, 5, 9)), [1, 5, 9])):
        _, served = answered(lambda *_: completion(" 42"), ask)
        assert served.asked[0].path == "/v1/completions"
        assert served.asked[0].body["prompt"] == prompt


@pytest.mark.parametrize(
    ("continuation", "last", "more"),
    [
        ("continue_final_message", {}, {"continue_final_message": True, "add_generation_prompt": False}),
        ("prefix_field", {"prefix": True}, {}),
        ("last_message", {}, {}),
    ],
)
def test_a_begun_reply_is_the_last_message(continuation: str, last: dict[str, Any], more: dict[str, Any]) -> None:
    ask = Ask(SUM.messages, prefix="The answer is")
    reply, served = answered(lambda *_: chat(" 42."), ask, continuation=continuation)
    body = served.asked[0].body
    assert body["messages"][-1] == {"role": "assistant", "content": "The answer is", **last}
    assert {name: body.get(name) for name in more} == more
    assert reply.text == " 42."


def test_a_begun_reply_that_the_server_repeats_is_taken_off() -> None:
    ask = Ask(SUM.messages, prefix="The answer is")
    reply, _ = answered(lambda *_: chat("The answer is 42."), ask, continuation="prefix_field")
    assert reply.text == " 42."


def test_a_begun_reply_can_go_through_the_completions_endpoint_by_a_template() -> None:
    ask = Ask((Message(Role.SYSTEM, "Be brief."), *SUM.messages), prefix="The")
    template = "<{role}>{text}\n"
    _, served = answered(lambda *_: completion(" answer"), ask, continuation="completions", chat_template=template)
    assert served.asked[0].body["prompt"] == "<system>Be brief.\n<user>What is 17 + 25?\n<assistant>The"


def test_without_a_way_to_continue_the_reply_says_so_and_nothing_is_sent() -> None:
    reply, served = answered(lambda *_: chat("42"), Ask(SUM.messages, prefix="The"), continuation="none")
    assert reply.error == "this engine is set up without a way to continue a begun reply"
    assert served.asked == []


def test_tokens_have_their_log_probabilities_and_alternatives() -> None:
    content = [
        {
            "token": "4",
            "logprob": -0.1,
            "top_logprobs": [{"token": "4", "logprob": -0.1}, {"token": "3", "logprob": -2.5}],
        },
        {"token": "2", "logprob": float("-inf"), "top_logprobs": []},
    ]
    reply, _ = answered(lambda *_: chat("42", logprobs={"content": content}, token_ids=[7, 8]), token_ids=True)
    first, second = reply.tokens
    assert (first.token_id, first.text, first.log_probability) == (7, "4", -0.1)
    assert first.alternatives == (("4", -0.1), ("3", -2.5))
    assert second.log_probability is None


def test_log_probabilities_of_a_completion_are_read_too() -> None:
    shown = {
        "tokens": [" 4", "token_id:9"],
        "token_logprobs": [-0.5, None],
        "top_logprobs": [{" 4": -0.5, " 5": -1.5}, None],
    }
    reply, _ = answered(lambda *_: completion(" 42", logprobs=shown), Ask(text="17 + 25 ="))
    assert [(token.token_id, token.log_probability) for token in reply.tokens] == [(-1, -0.5), (9, None)]
    assert reply.tokens[0].alternatives == ((" 4", -0.5), (" 5", -1.5))


def test_reasoning_in_a_field_of_its_own_becomes_tagged_text() -> None:
    def answer(*_: object) -> Sent:
        return told(
            {"choices": [{"message": {"content": "42", "reasoning_content": "17 + 25"}, "finish_reason": "stop"}]}
        )

    assert answered(answer)[0].text == "<think>\n17 + 25\n</think>\n\n42"


def test_an_empty_completion_is_an_empty_reply_and_no_error() -> None:
    for content in ("", None):
        reply, _ = answered(lambda *_, text=content: chat(text))
        assert (reply.text, reply.finish_reason, reply.error) == ("", "stop", "")


def test_a_reply_at_the_limit_is_cut_by_length() -> None:
    assert answered(lambda *_: chat("4", "length"))[0].finish_reason == "length"


def test_a_reply_that_the_server_withholds_is_an_error() -> None:
    reply, _ = answered(lambda *_: chat("", "content_filter"))
    assert (reply.finish_reason, reply.error) == ("error", "the server ended the reply: content_filter")


def test_what_cannot_be_stored_is_replaced() -> None:
    assert answered(lambda *_: chat("a\x00b\ud800"))[0].text == "a\ufffdb\ufffd"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_refusal_for_a_while_is_asked_again(status: int) -> None:
    reply, served = answered(lambda _, number: failing(status) if number < 3 else chat("42"))
    assert (reply.text, len(served.asked)) == ("42", 3)


def test_patience_ends_with_the_last_refusal() -> None:
    reply, served = answered(lambda *_: failing(429, "slow down"), n_retries=2)
    assert reply.error == "the server answered 429: slow down (tried 3 times)"
    assert len(served.asked) == 3


def test_retry_after_is_waited_for() -> None:
    started = time.monotonic()
    reply, _ = answered(lambda _, number: failing(429, Retry_After="0.3") if number == 1 else chat("42"))
    assert reply.text == "42"
    assert time.monotonic() - started >= 0.3


def test_a_server_that_asks_to_wait_longer_than_patience_is_believed() -> None:
    reply, served = answered(lambda *_: failing(429, "later", Retry_After="3600"))
    assert reply.error.endswith("(it asks to wait 3600 s, longer than patience)")
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (failing(400, "This model's maximum context length is 512 tokens"), "400: This model's maximum context length"),
        (failing(401, "bad key"), "401: bad key"),
        (failing(404, "The model `tiny` does not exist"), "404: The model `tiny` does not exist"),
        (told({"error": {"message": "pay", "code": "insufficient_quota"}}, 429), "429: pay"),
        (told({"object": "error", "message": "too long"}, 400), "400: too long"),
        (told({"detail": [{"msg": "field"}]}, 422), "422: [{'msg': 'field'}]"),
        (Sent(400, b"<html>\xff no"), "400: <html>\ufffd no"),
        (Sent(302, b"", {"Location": "http://169.254.169.254/"}), "the server redirects (302), which is not followed"),
        (Sent(200, b"{not json"), "the server's reply is no JSON object"),
        (Sent(200, b"[" * 200_000), "the server's reply is no JSON object"),
        (Sent(200, b"[1]"), "the server's reply is no JSON object"),
        (told({}), "the server's reply has no choices"),
        (told({"choices": []}), "the server's reply has no choices"),
        (told({"choices": [7]}), "the server's reply has no choices"),
        (told({"choices": [{"message": {"content": 7}}]}), "the server's reply has no text"),
        (told({"choices": [{"finish_reason": "stop"}]}), "the server's reply has no text"),
    ],
)  # fmt: skip
def test_what_no_second_try_helps_is_said_at_once(sent: Sent, words: str) -> None:
    reply, served = answered(lambda *_: sent)
    assert words in reply.error
    assert (reply.finish_reason, len(served.asked)) == ("error", 1)


def test_a_reply_cut_short_is_asked_for_again_and_named_in_the_end() -> None:
    whole = chat("42")
    mended, _ = answered(lambda _, number: whole._replace(cut=100) if number == 1 else whole)
    broken, _ = answered(lambda *_: whole._replace(cut=100), n_retries=1)
    assert mended.text == "42"
    assert broken.error == "the server's reply was cut short (tried 2 times)"


def test_a_slow_reply_ends_with_patience() -> None:
    started = time.monotonic()
    reply, _ = answered(lambda *_: chat("42")._replace(pause=3), timeout_seconds=0.2, n_retries=0)
    assert reply.error == "the server did not answer within 0.2 s"
    assert time.monotonic() - started < 2.5


def test_a_huge_reply_is_not_read_to_its_end() -> None:
    reply, _ = answered(lambda *_: Sent(200, b'{"a": "' + b"x" * (65 << 20) + b'"}'))
    assert reply.error == "the reply is longer than 64 MB"


def test_a_server_that_is_not_there_is_named_without_its_absence_breaking_anything() -> None:
    engine = load_engine("openai", {**QUICK, "base_url": "http://127.0.0.1:9/v1", "model": "tiny", "n_retries": 1})
    replies = [reply for _, reply in engine.complete([SUM, SUM])]
    engine.close()
    assert all("the server cannot be reached" in reply.error for reply in replies)


def test_one_failure_leaves_the_others() -> None:
    def answer(asked: Asked, _: int) -> Sent:
        return failing(400, "no") if asked.body["seed"] == 2 else chat(str(asked.body["seed"]))

    with engine_for(answer) as (engine, _):
        asks = [Ask(SUM.messages, seed=seed) for seed in range(5)]
        replies = dict(engine.complete(asks))
    assert sorted(replies) == [0, 1, 2, 3, 4]
    assert [replies[n].text for n in (0, 1, 3, 4)] == ["0", "1", "3", "4"]
    assert replies[2].finish_reason == "error"


def test_many_requests_are_open_at_once_and_no_more_than_set_over_kept_connections() -> None:
    with engine_for(lambda *_: chat("42")._replace(pause=0.05), max_parallel=4) as (engine, served):
        replies = list(engine.complete([SUM] * 24))
        most, n_connections = served.most_open, served.n_connections
    assert len(replies) == 24
    assert 2 <= most <= 4
    assert n_connections <= 4


def test_requests_a_minute_are_kept() -> None:
    # 600 a minute is one each 0.1 s: the sixth begins 0.5 s after the first
    started = time.monotonic()
    with engine_for(lambda *_: chat("42"), requests_per_minute=600) as (engine, _):
        list(engine.complete([SUM] * 6))
    assert time.monotonic() - started >= 0.5


def test_tokens_a_minute_are_kept_by_what_was_used() -> None:
    # 13 of the 54 reserved tokens are used: six requests one after the other take 5 x 13 / 100 s, not 5 x 54 / 100 s
    started = time.monotonic()
    with engine_for(lambda *_: chat("42"), tokens_per_minute=6_000, max_parallel=1) as (engine, _):
        list(engine.complete([SUM] * 6))
    assert 0.6 <= time.monotonic() - started < 2.5


def test_closing_ends_the_waiting() -> None:
    started = time.monotonic()
    with engine_for(lambda *_: failing(503), backoff_seconds=60, most_backoff_seconds=60) as (engine, _):
        closing = threading.Timer(0.3, engine.close)
        closing.start()
        ((_, reply),) = engine.complete([SUM])
        closing.join()
    assert reply.error == "the engine was closed"
    assert time.monotonic() - started < 10


def test_a_caller_that_stops_listening_leaves_nothing_to_be_asked() -> None:
    with engine_for(lambda *_: chat("42")._replace(pause=0.05), max_parallel=1) as (engine, served):
        replies = engine.complete([SUM] * 50)
        next(replies)
        replies.close()  # type: ignore[attr-defined]
        time.sleep(0.3)
        assert len(served.asked) < 5


def test_a_trace_is_probed_last_point_first_and_answered_in_the_order_of_points() -> None:
    trace = "one two three"
    points = tuple(Point(offset, " so") for offset in (3, 7, 13))

    def answer(asked: Asked, _: int) -> Sent:
        return chat(str(len(asked.body["messages"][-1]["content"])))

    with engine_for(answer) as (engine, served):
        ((position, replies),) = engine.probe([Probing(Ask(SUM.messages, prefix=trace), points)])
    assert position == 0
    assert [reply.text for reply in replies] == ["6", "10", "16"]
    assert served.asked[0].body["messages"][-1]["content"] == "one two three so"


def test_a_failed_first_point_leaves_the_others() -> None:
    points = (Point(3, ""), Point(7, ""))
    with engine_for(lambda _, number: failing(400) if number == 1 else chat("4")) as (engine, _):
        ((_, replies),) = engine.probe([Probing(Ask(SUM.messages, prefix="one two"), points)])
    assert [reply.finish_reason for reply in replies] == ["stop", "error"]


def test_the_servers_prefix_cache_is_counted() -> None:
    def answer(*_: object) -> Sent:
        usage = {"prompt_tokens": 40, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 30}}
        return told({"choices": [{"text": "4", "finish_reason": "stop"}], "usage": usage})

    with engine_for(answer) as (engine, _):
        rates = [engine.prefix_cache_hit_rate]
        list(engine.complete([Ask(text="17 +")]))
        assert [*rates, engine.prefix_cache_hit_rate] == [None, 0.75]
        assert engine.about()["prefix_cache_hit_rate"] == 0.75


def test_a_server_that_does_not_speak_of_its_cache_has_no_hit_rate() -> None:
    with engine_for(lambda *_: chat("42")) as (engine, _):
        list(engine.complete([SUM]))
        assert engine.prefix_cache_hit_rate is None


def test_continuations_of_a_conversation_are_scored_by_what_they_add_to_the_prompt() -> None:
    # the prompt's tokens: p (-1), then " is" (-.5); with " 42" after it: " 4" (-.25), "2" (-.125): -.375 is added
    def answer(asked: Asked, _: int) -> Sent:
        shown: list[object] = [None, {"11": {"logprob": -1.0}}, {"12": {"logprob": -0.5}}]
        if asked.body["messages"][-1]["content"].endswith("42"):
            shown += [{"13": {"logprob": -0.25}}, {"14": {"logprob": -0.125}}]
        return told({"choices": [], "prompt_logprobs": shown})

    ask = Ask(SUM.messages, prefix="The answer is", sampling=Sampling(max_tokens=0), continuations=(" 42",))
    reply, served = answered(answer, ask)
    assert reply.continuations == (-0.375,)
    assert {asked.body["max_tokens"] for asked in served.asked} == {1}


def test_continuations_of_a_text_are_scored_by_the_echoed_prompt() -> None:
    def answer(asked: Asked, _: int) -> Sent:
        assert asked.body["echo"] is True
        shown = {
            "tokens": ["17", " +", " 42", "x"],
            "token_logprobs": [None, -3, -0.5, -9],
            "text_offset": [0, 2, 4, 7],
        }
        return completion("x", logprobs=shown)

    ask = Ask(text="17 +", sampling=Sampling(max_tokens=0), continuations=(" 42",))
    assert answered(answer, ask)[0].continuations == (-0.5,)


def test_a_server_that_shows_no_prompt_gives_none_beside_the_reply_and_an_error_without_one() -> None:
    beside = Ask(SUM.messages, prefix="It is", continuations=(" 42", " 7"))
    alone = Ask(SUM.messages, prefix="It is", sampling=Sampling(max_tokens=0), continuations=(" 42",))
    first, _ = answered(lambda *_: chat(" 42"), beside)
    second, _ = answered(lambda *_: chat(" 42"), alone)
    assert (first.text, first.continuations) == (" 42", (None, None))
    assert second.error == "the server shows no log-probabilities of the prompt"


def test_the_key_is_sent_in_one_header_and_told_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = "sk-4711-secret"
    monkeypatch.setenv("AFTERTHOUGHT_TEST_KEY", secret)
    file = tmp_path / "key"
    file.write_text(f"{secret}\n")
    for settings in ({"api_key_env": "AFTERTHOUGHT_TEST_KEY"}, {"api_key_file": str(file)}):
        with engine_for(lambda *_: failing(401, f"bad key {secret}"), **settings) as (engine, served):
            ((_, reply),) = engine.complete([SUM])
            about = json.dumps(dict(engine.about()))
        assert served.asked[0].headers["Authorization"] == f"Bearer {secret}"
        assert reply.error == "the server answered 401: bad key [key]"
        assert secret not in about


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"base_url": "ftp://host/v1"}, "must begin with http:// or https://"),
        ({"base_url": "http://"}, "must begin with http:// or https:// and name a host"),
        ({"base_url": "http://me:word@host/v1"}, "base_url holds a user or password"),
        ({"base_url": "http://host/v1?key=1"}, "base_url has a query"),
        ({"base_url": "http://host:port/v1"}, "base_url is not an address"),
        ({"model": " "}, "model is empty"),
        ({"api_key_env": "AFTERTHOUGHT_NO_SUCH_KEY"}, "AFTERTHOUGHT_NO_SUCH_KEY holds no usable key"),
        ({"api_key_file": "/no/such/file"}, "the file /no/such/file of the key cannot be read"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        load_engine("openai", {"base_url": "http://127.0.0.1:9/v1", "model": "tiny", **settings})
    assert words in str(refused.value)
    assert "word@" not in str(refused.value)


def test_a_link_local_address_is_not_asked() -> None:
    refused = ["169.254.169.254", "fe80::1%eth0"]
    assert [is_link_local(address) for address in (*refused, "127.0.0.1", "10.0.0.1")] == [True, True, False, False]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("token_id:7"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@limits(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=5))
def test_no_json_of_a_server_raises_anything_but_unreadable(body: dict[str, Any]) -> None:
    readers: tuple[Callable[[], object], ...] = (
        lambda: reply_of(body, 1, "x"),
        lambda: reply_of({"choices": [body]}, 1),
        lambda: reply_of({"choices": [{"message": body, "logprobs": body}], "usage": body}, 1),
        lambda: prompt_log_probabilities(body),
        lambda: echoed_log_probability({"choices": [{"logprobs": body}]}, 0, 5),
        lambda: cached_tokens({"usage": body}),
    )
    for read in readers:
        with suppress(Unreadable):
            read()
