"""Protocols 1 to 4 on the demo model, by the openai engine from a real vLLM server: greedy, as transformers has it."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from analysis.asking import Ask
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Result
from tests.analysis.protocols.driving import drive, served
from tests.analysis.protocols.traces import ITEM
from tests.vllm_env import DEMO_MODEL, VllmServer
from tests.workers.engines.asked_of_vllm import SUMS
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

GREEDY = {"max_tokens": 120, "temperature": 0.0}


@pytest.fixture(scope="module")
def local(needs_torch: None) -> Iterator[Engine]:
    engine = load_engine("transformers", {"model": str(DEMO_MODEL), "device": "cpu", "dtype": "float32"})
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def remote(vllm_server: VllmServer) -> Iterator[Engine]:
    engine = load_engine("openai", {"base_url": vllm_server.base_url, "model": vllm_server.model, "token_ids": True})
    yield engine
    engine.close()


def both(name: str, settings: Mapping[str, Any], local: Engine, remote: Engine) -> tuple[Result, Result]:
    first, second = (drive(PROTOCOLS[name], ITEM, served(engine), settings)[0] for engine in (local, remote))
    return first, second


def texts(result: Result) -> list[list[str | None]]:
    return [[turn.text for turn in made.turns] for made in result.rollouts]


def asked(server: VllmServer, ask: Ask) -> dict[str, Any]:
    body = {
        "model": server.model,
        "messages": [{"role": message.role.value, "content": message.text} for message in ask.messages],
        "max_tokens": ask.sampling.max_tokens,
        "temperature": 0,
        "logprobs": True,
        "return_tokens_as_token_ids": True,
    }
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.base_url}/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        read: dict[str, Any] = json.load(answer)["choices"][0]
    return read


def test_the_server_itself_gives_the_same_greedy_tokens_and_log_probabilities(
    local: Engine, vllm_server: VllmServer
) -> None:
    replies = dict(local.complete(SUMS))
    for position, ask in enumerate(SUMS):
        choice, reply = asked(vllm_server, ask), replies[position]
        tokens = choice["logprobs"]["content"]
        assert [int(token["token"].removeprefix("token_id:")) for token in tokens] == [
            token.token_id for token in reply.tokens
        ]
        log_ps = [token.log_probability for token in reply.tokens]
        assert [token["logprob"] for token in tokens] == pytest.approx(log_ps, abs=1e-4)
        assert choice["message"]["content"] == reply.text


def test_replies_have_the_same_ids_text_and_log_probabilities(local: Engine, remote: Engine) -> None:
    expected, found = dict(local.complete(SUMS)), dict(remote.complete(SUMS))
    for position, reply in expected.items():
        other = found[position]
        assert (other.text, other.finish_reason, other.n_tokens) == (reply.text, reply.finish_reason, reply.n_tokens)
        assert [token.token_id for token in other.tokens] == [token.token_id for token in reply.tokens]
        for one, two in zip(reply.tokens, other.tokens, strict=True):
            assert two.log_probability == pytest.approx(one.log_probability, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "settings"),
    [("regenerate", GREEDY), ("continue", GREEDY | {"n": 1}), ("self_correction", GREEDY | {"rounds": 2})],
)
def test_rollouts_are_the_same(name: str, settings: Mapping[str, Any], local: Engine, remote: Engine) -> None:
    expected, found = both(name, settings, local, remote)
    assert texts(found) == texts(expected)


def test_probes_are_the_same(local: Engine, remote: Engine) -> None:
    expected, found = both("probe", {"p_correct": "gold"}, local, remote)
    assert [probe.value for probe in found.probes] == [probe.value for probe in expected.probes]
    for one, two in zip(expected.probes, found.probes, strict=True):
        assert two.p_correct == pytest.approx(one.p_correct, rel=1e-3)
        assert two.outcome == one.outcome
        assert two.log_probability == pytest.approx(one.log_probability, abs=1e-4)
