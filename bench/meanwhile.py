"""Clicks while an import runs: milliseconds of a few pages, and of a click that writes, beside an import and without.

On the database that BENCH_HOME names (made by `python -m bench.scale`), else on one of 5,000 rollouts made for the run;
an import of 20,000 rollouts runs in a process of its own meanwhile, and stays in that database.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.imports import STAGES, write_file
from bench.pages import collect_static
from bench.scale import ROOT

if TYPE_CHECKING:
    from django.test import Client

N_ROLLOUTS, N_IMPORTED = 5_000, 20_000
CLICKS = ("list, first page", "list, sorted by tokens", "search, a common word", "trace", "collections")
ASK = """
from bench.meanwhile import measured
measured({path!r})
"""


def measured(path: str) -> None:
    """Time the clicks alone and beside an import of the file, and print them as JSON; needs Django set up."""
    from django.conf import settings
    from django.test import Client

    from apps.accounts.models import User
    from bench.pages import pages
    from bench.scale import SLUG, USERNAME

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=USERNAME))
    addresses = {name: address for name, address in pages(SLUG).items() if name in CLICKS}
    alone = _clicked(client, addresses, rounds=5)
    with _importing(path) as runs:
        beside: dict[str, list[float]] = {}
        while runs():
            for name, times in _clicked(client, addresses, rounds=1).items():
                beside.setdefault(name, []).extend(times)
    print(json.dumps([alone, beside]), flush=True)


def _clicked(client: "Client", addresses: dict[str, str], rounds: int) -> dict[str, list[float]]:
    from time import perf_counter

    from apps.accounts.models import User
    from apps.traces.models import Rollout
    from apps.traces.services.corrections import overrule
    from bench.scale import SLUG, USERNAME

    times: dict[str, list[float]] = {}
    actor, rollout = User.objects.get(username=USERNAME), Rollout.objects.filter(collection__project__slug=SLUG)[0]
    for number in range(rounds):
        for name, address in addresses.items():
            began = perf_counter()
            assert client.get(address).status_code == 200
            times.setdefault(name, []).append(1000 * (perf_counter() - began))
        began = perf_counter()
        overrule(rollout=rollout, turn_index=0, outcome=("correct", "incorrect")[number % 2], actor=actor)
        times.setdefault("overrule a grade", []).append(1000 * (perf_counter() - began))
    return times


@contextmanager
def _importing(path: str) -> Iterator[Callable[[], bool]]:
    """An import in a process of its own; tells whether it still runs."""
    code = STAGES.format(path=path)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        yield lambda: process.poll() is None
    finally:
        process.kill()
        process.wait()


def rows() -> list[dict[str, str | float]]:
    """One row a click: median alone, then median, 95th percentile and worst beside the import, and their ratio."""
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        home = Path(os.environ.get("BENCH_HOME") or Path(folder) / "home")
        if not home.exists():
            scale = [sys.executable, "-m", "bench.scale", "--rollouts", str(N_ROLLOUTS), "--home", str(home)]
            subprocess.run(scale, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        file = Path(folder) / "rollouts.jsonl"
        write_file(file, shared, N_IMPORTED)
        variables = os.environ | {"AFTERTHOUGHT_HOME": str(home)}
        collect_static(variables)
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK.format(path=str(file))],
            cwd=ROOT,
            env=variables,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    alone, beside = json.loads(done.stdout.splitlines()[-1])
    return [_row(name, sorted(alone[name]), sorted(times)) for name, times in beside.items()]


def _row(name: str, alone: list[float], beside: list[float]) -> dict[str, str | float]:
    usual, middle = alone[len(alone) // 2], beside[len(beside) // 2]
    return {
        "click": name,
        "alone ms": usual,
        "beside an import ms": middle,
        "95 % ms": beside[int(0.95 * (len(beside) - 1))],
        "worst ms": beside[-1],
        "clicks": len(beside),
        "times alone": middle / usual,
    }
