"""vLLM on a CPU, in float32: the same greedy tokens as the transformers engine, in a process of ours."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.workers.engines.asked_of_vllm import MARK, PROBING, answers
from workers.engines.loading import load_engine

Plain = Mapping[str, Any]


@pytest.fixture(scope="module")
def expected(tiny_llama: Path) -> Iterator[Plain]:
    engine = load_engine("transformers", {"model": str(tiny_llama), "device": "cpu"})
    yield answers(engine)
    engine.close()


@pytest.fixture(scope="module")
def found(vllm_python: Path, vllm_settings: dict[str, str], tiny_llama: Path) -> Plain:
    module = [str(vllm_python), "-m", "tests.workers.engines.asked_of_vllm", str(tiny_llama)]
    settings = vllm_settings | {"VLLM_ENABLE_V1_MULTIPROCESSING": "0"}  # one process starts sooner than two
    ran = subprocess.run(module, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=280)
    lines = [line for line in ran.stdout.splitlines() if line.startswith(MARK)]
    assert lines, ran.stderr[-4000:]
    read: Plain = json.loads(lines[0].removeprefix(MARK))
    return read


def ids_of(reply: Plain) -> list[int]:
    return [token[0] for token in reply["tokens"]]


def assert_same(reply: Plain, other: Plain) -> None:
    assert ids_of(reply) == ids_of(other)
    for name in ("text", "finish_reason", "n_tokens", "n_prompt_tokens", "seed"):
        assert reply[name] == other[name]
    for token, expected in zip(reply["tokens"], other["tokens"], strict=True):
        assert token[1] == expected[1]
        assert token[2] == pytest.approx(expected[2], abs=1e-5)
        assert [each[1] for each in token[3]] == pytest.approx([each[1] for each in expected[3]], abs=1e-5)
    assert reply["continuations"] == pytest.approx(other["continuations"], abs=1e-4)


def test_the_engine_completes_as_transformers_does(expected: Plain, found: Plain) -> None:
    for reply, other in zip(found["completed"][:-1], expected["completed"][:-1], strict=True):
        assert_same(reply, other)


def test_the_engine_says_why_an_ask_is_refused(expected: Plain, found: Plain) -> None:
    assert found["completed"][-1]["error"] == expected["completed"][-1]["error"]
    assert "the model's context holds" in found["completed"][-1]["error"]


def test_the_engine_probes_as_transformers_does_and_finds_the_shared_prefixes(expected: Plain, found: Plain) -> None:
    assert len(found["probed"]) == len(PROBING.points)
    for reply, other in zip(found["probed"], expected["probed"], strict=True):
        assert_same(reply, other)
    assert found["about"]["prefix_cache_hit_rate"] > 0.25
    assert found["about"]["model_hash"] == expected["about"]["model_hash"]
