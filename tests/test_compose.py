"""docker-compose.yml as far as it can be looked at without an engine: it parses, and says what the tests run."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.core import serving
from apps.runs.models import MODELS_QUEUE

FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"
SERVICES: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
OURS = ("web", "worker", "runner", "transformers", "vllm")
WORKERS = {"worker": "cpu", "runner": MODELS_QUEUE, "transformers": "transformers", "vllm": "vllm"}
OPTIONS = re.compile(r"--[a-z-]+")


def test_it_has_every_part_and_gpu_workers_only_behind_their_profile() -> None:
    assert set(SERVICES) == {"db", "redis", *OURS}
    assert {name for name, each in SERVICES.items() if each.get("profiles") == ["gpu"]} == {"transformers", "vllm"}


def test_all_of_ours_share_one_volume_of_blobs() -> None:
    for name in OURS:
        assert "data:/data" in SERVICES[name]["volumes"], name
        assert SERVICES[name]["environment"]["AFTERTHOUGHT_BLOBS"] == "/data/blobs", name


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_it_sets_is_one_that_the_application_reads(name: str) -> None:
    read = (FILE.parent / "apps" / "settings.py").read_text(encoding="utf-8")
    read += (FILE.parent / "apps" / "runs" / "services" / "provenance.py").read_text(encoding="utf-8")
    read += (FILE.parent / "apps" / "home.py").read_text(encoding="utf-8")
    foreign = {"OPENAI_API_KEY", "HF_HUB_OFFLINE", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK"}
    for variable in set(SERVICES[name]["environment"]) - foreign:
        assert f'"{variable}"' in read, variable


@pytest.mark.parametrize(("name", "queue"), WORKERS.items())
def test_its_workers_are_started_as_the_embedded_ones_are(name: str, queue: str) -> None:
    """The same program and options; only the queue, the names and the number of processes differ."""
    ours = serving.worker_service() if name == "worker" else serving.model_worker_service()
    command = shlex.split(SERVICES[name]["command"])
    assert command[1:6] == list(ours.command)[1:6] == ["-m", "celery", "--quiet", "-A", "workers.celery"]
    assert set(filter(OPTIONS.fullmatch, command)) == set(filter(OPTIONS.fullmatch, ours.command))
    assert command[command.index("--queues") + 1] == queue
    assert command[command.index("--pool") + 1] == ("prefork" if name == "worker" else "solo")


def test_its_web_server_is_started_as_the_embedded_one_is() -> None:
    ours = " ".join(serving.web_service(8000).command)
    for part in (
        "--interface wsgi",
        "--port 8000",
        "--blocking-threads 8",
        "--backpressure 64",
        "apps.wsgi:application",
    ):
        assert part in SERVICES["web"]["command"]
        assert part in ours
