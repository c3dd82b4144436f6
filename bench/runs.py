"""Runs: a regenerate run of 1,000 problems against the engine's own batch call on the same prompts, in one run.

The run is claimed, asked and stored on the embedded database; the bare call only answers. Both use one engine that is
loaded already. The demo model on the CPU, and the scripted engine, whose answers cost next to nothing, so that its row
is the cost of a unit itself.
"""

import json
import tempfile
from pathlib import Path

from bench.pipeline import laps

N_PROBLEMS = 1000
MAX_TOKENS = 200
STAGES = """
import time
from pathlib import Path
from analysis.asking import Ask
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Item
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.runs.models import Engine
from apps.runs.services import drafts, running
from apps.runs.services.plans import Plan, bound, settings_for
from apps.traces.models import Rollout
from apps.traces.services.attempts import problem_of
from workers.engines.loading import load_engine
from workers.running import execute
row = Engine.objects.create(name="bench", kind={kind!r}, settings={settings!r})
project = create_project(name="bench", owner=None)
with Path({path!r}).open("rb") as file:
    source = drafts.keep_problems_file(chunks=chunks_of(file), name="problems.jsonl")
who = bound(row, {model!r})
engine = load_engine(row.kind, settings_for(row, who.model))
plan = Plan("regenerate", {{"solver": who}}, source, {{"max_tokens": {max_tokens}, "temperature": 0.8}})
run = running.start(run=drafts.create_draft(project=project, user=None, plan=plan), wake=False)
conductor = PROTOCOLS["regenerate"]
items = [Item(problem_of(unit.problem), seed=unit.seed) for unit in run.units.select_related("problem__problem_set")]
asks = [ask for item in items for ask in next(conductor.conduct(item, run.parameters))]
assert len(asks) == {n} and all(isinstance(ask, Ask) for ask in asks)
list(engine.complete(asks[:64]))
began = time.perf_counter()
replies = dict(engine.complete(asks))
print("bare", time.perf_counter() - began)
print("tokens", sum(reply.n_tokens for reply in replies.values()))
began = time.perf_counter()
execute(run.pk, lambda bindings: {{each.role: engine for each in bindings}})
print("run", time.perf_counter() - began)
run.refresh_from_db()
print("stored", Rollout.objects.filter(collection=run.output).count())
print("tokens_stored", run.n_tokens)
"""


def row(name: str, found: dict[str, float]) -> dict[str, str | float]:
    assert found["stored"] == N_PROBLEMS
    assert found["tokens"] == found["tokens_stored"]
    extra = found["run"] - found["bare"]
    return {
        "engine": name,
        "prompts": N_PROBLEMS,
        "new tokens": found["tokens"],
        "bare call (s)": found["bare"],
        "run (s)": found["run"],
        "overhead %": 100 * extra / found["bare"],
        "ms a unit": 1000 * extra / N_PROBLEMS,
    }


def rows() -> list[dict[str, str | float]]:
    """One row an engine."""
    made = []
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        path = Path(folder) / "problems.jsonl"
        problems = ({"id": f"p{k}", "problem": f"What is {k % 89 + 10} + {k % 67 + 12}?"} for k in range(N_PROBLEMS))
        path.write_text("".join(json.dumps(problem) + "\n" for problem in problems))
        demo = {"models": {"demo": "demo/model"}, "dtype": "float32"}
        for kind, settings, model in (("transformers", demo, "demo"), ("scripted", {}, "scripted")):
            code = STAGES.format(
                kind=kind, settings=settings, model=model, path=str(path), n=N_PROBLEMS, max_tokens=MAX_TOKENS
            )
            made.append(row(kind, dict(laps(code, Path(folder) / kind))))
    return made
