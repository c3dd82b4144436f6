"""Building a report of the whole reflection dashboard with all its files: cold (nothing computed yet), then again.

On the database that BENCH_HOME names (made by `python -m bench.scale`), else on one of 5,000 rollouts made for the run.
Pictures need Chromium (CHROMIUM names it, else the one on the path). Seconds by the clock and of the processor, the
programs that draw included; `MB` is the size of what a stage made.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.scale import ROOT

N_ROLLOUTS = 5_000
ASK = """
from bench.reports import measured
measured()
"""
MB = 1_000_000


class Stages:
    """Times one stage after the other and prints each as JSON."""

    def __init__(self, build: str) -> None:
        self.build = build
        self.seconds = self.busy = 0.0

    def timed(self, name: str, make: Callable[[], Any], size: Callable[[Any], int] = len) -> Any:
        began, spent = time.perf_counter(), processor()
        made = make()
        seconds, busy = time.perf_counter() - began, processor() - spent
        self.seconds, self.busy = self.seconds + seconds, self.busy + busy
        print(json.dumps([self.build, name, seconds, busy, size(made) / MB]), flush=True)
        return made

    def total(self, n_figures: int) -> None:
        print(json.dumps([self.build, f"all, {n_figures} figures", self.seconds, self.busy, 0]), flush=True)


def processor() -> float:
    """Seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def measured() -> None:
    """Build twice in this process; needs Django set up on the home."""
    from apps.traces.models import Collection, MeasureResult

    collection = Collection.objects.latest("n_rollouts")
    MeasureResult.objects.all().delete()
    for build in ("cold", "again"):
        built(Stages(build), collection)


def built(stages: Stages, collection: Any) -> None:
    from apps.reports.blocks.block import Block
    from apps.reports.content import as_bytes
    from apps.reports.files.offline import page_of
    from apps.reports.files.package import package_of
    from apps.reports.files.pictures import pictures_of
    from apps.reports.files.printed import document_of
    from apps.reports.services.composing import compose

    given = {"collection": str(collection.pk), "page": "reflection", "query": "", "figures": []}
    block = Block("s1", "dashboard", given)
    content = stages.timed(
        f"numbers of {collection.n_rollouts:,} rollouts",
        lambda: compose(collection.project, "Bench", [block]),
        lambda made: len(as_bytes(made)),
    )
    pictures = stages.timed(
        "pictures, SVG and PNG",
        lambda: pictures_of(content),
        lambda made: sum(len(one.svg) + len(one.png) for one in made.drawn.values()),
    )
    page = stages.timed("HTML", lambda: page_of(content))
    document = stages.timed("PDF", lambda: document_of(content, pictures))
    stages.timed("archive", lambda: package_of(content, pictures, page, document))
    stages.total(len(content.figures))
    assert not pictures.missing, pictures.missing


def rows() -> list[dict[str, str | float]]:
    """One row a stage of each build."""
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        home = Path(os.environ.get("BENCH_HOME") or folder)
        if home == Path(folder):
            scale = [sys.executable, "-m", "bench.scale", "--rollouts", str(N_ROLLOUTS), "--home", folder]
            subprocess.run(scale, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK],
            cwd=ROOT,
            env=os.environ | {"AFTERTHOUGHT_HOME": str(home)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    names = ("build", "stage", "seconds", "processor seconds", "MB")
    return [dict(zip(names, row, strict=True)) for row in found]
