"""A real vLLM server on the CPU, from the environment that `make vllm-environment` makes, for the tests that need one.

A test asks for `vllm_server` (the demo model in float32 behind an OpenAI-compatible address) or `vllm_python`. Where
the environment is missing the test is skipped loudly, and fails in CI.
"""

import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT, missing
from tests.processes import wait_for
from tests.services import free_port

START_SECONDS = 240.0
DEMO_MODEL = ROOT / "demo" / "model"
SETTINGS = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "OMP_NUM_THREADS": "1",
    "TORCHDYNAMO_DISABLE": "1",  # else it compiles C++ even where it is told to be eager
}


class VllmServer(NamedTuple):
    """The address with its version, and the name of the model it serves."""

    base_url: str
    model: str


@pytest.fixture(scope="session")
def vllm_python() -> Path:
    python = ROOT / ".venv-vllm" / "bin" / "python"
    if not (ROOT / ".venv-vllm" / "installed").is_file():
        missing("vLLM's environment (make vllm-environment)")
    return python


@pytest.fixture(scope="session")
def vllm_settings() -> dict[str, str]:
    return {**os.environ, **SETTINGS}


@pytest.fixture(scope="session")
def vllm_server(
    vllm_python: Path, vllm_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VllmServer]:
    with serving(vllm_python, vllm_settings, DEMO_MODEL, tmp_path_factory.mktemp("vllm") / "log") as server:
        yield server


@contextmanager
def serving(python: Path, settings: dict[str, str], model: Path, log: Path) -> Iterator[VllmServer]:
    """A server of one model folder, under the folder's name."""
    port = free_port()
    module = [str(python), "-m", "vllm.entrypoints.openai.api_server"]
    what = ["--model", str(model), "--served-model-name", model.name, "--dtype", "float32", "--enforce-eager"]
    how = ["--host", "127.0.0.1", "--port", str(port), "--max-logprobs", "20", "--enable-prompt-tokens-details"]
    with log.open("wb") as written:
        process = subprocess.Popen([*module, *what, *how], env=settings, stdout=written, stderr=written)
    try:
        wait_for(lambda: process.poll() is not None or is_healthy(port), START_SECONDS, "vLLM")
        assert process.poll() is None, log.read_text(errors="replace")[-4000:]
        yield VllmServer(f"http://127.0.0.1:{port}/v1", model.name)
    finally:
        process.terminate()
        process.wait(timeout=60)


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
