"""Protocols 1 to 4 on the demo model, by the openai engine from a real vLLM server: greedy, as transformers has it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Result
from tests.analysis.protocols.driving import drive, served
from tests.analysis.protocols.traces import ITEM
from tests.conftest import ROOT
from tests.vllm_env import serving
from tests.workers.engines.asked_of_vllm import SUMS
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

MODEL = ROOT / "demo" / "model"
GREEDY = {"max_tokens": 120, "temperature": 0.0}


@pytest.fixture(scope="module")
def local(needs_torch: None) -> Iterator[Engine]:
    engine = load_engine("transformers", {"model": str(MODEL), "device": "cpu", "dtype": "float32"})
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def remote(
    vllm_python: Path, vllm_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with serving(vllm_python, vllm_settings, MODEL, tmp_path_factory.mktemp("vllm") / "log") as server:
        engine = load_engine("openai", {"base_url": server.base_url, "model": server.model, "token_ids": True})
        yield engine
        engine.close()


def both(name: str, settings: Mapping[str, Any], local: Engine, remote: Engine) -> tuple[Result, Result]:
    first, second = (drive(PROTOCOLS[name], ITEM, served(engine), settings)[0] for engine in (local, remote))
    return first, second


def texts(result: Result) -> list[list[str | None]]:
    return [[turn.text for turn in made.turns] for made in result.rollouts]


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
