"""Exports of a million rollouts as they are streamed: CSV, JSONL and Parquet, against bare rows of the same query.

The rows are made by SQL, with features of an analysis, on the embedded database in a folder of its own. Every format
runs in a process of its own; RSS is what it had at most above what it had after the first batch and, strictly, above
what it had before. The bare loop fetches the same columns and writes them with Python's csv writer.
"""

import os
import tempfile
from pathlib import Path

from bench.pipeline import laps

N_ROWS = int(os.environ.get("BENCH_EXPORT_ROWS", "1000000"))
BUILD = """
from django.db import connection
from apps.accounts.services import create_project
from apps.core.models import JobState
from apps.traces.models import (
    Analysis, CandidateSet, Collection, Condition, LanguageModel, Problem, ProblemSet,
)
n = {n}
project = create_project(name="bench", owner=None, slug="bench")
collection = Collection.objects.create(project=project, name="bench", revision=1, n_rollouts=n)
models = LanguageModel.objects.bulk_create(LanguageModel(project=project, name=f"model-{{k}}") for k in range(8))
group = ProblemSet.objects.create(project=project, name="problems")
condition = Condition.objects.create(project=project, hash="0", label="temperature 0.6")
problems = Problem.objects.bulk_create(
    [Problem(project=project, problem_set=group, key=f"p{{k}}", question="What is " + "x" * 200, golds=["1"],
             answer_type="math", subject="algebra", level="3") for k in range(10_000)])
chosen = CandidateSet.objects.create(collection=collection, extractor="rules", version=1)
analysis = Analysis.objects.create(collection=collection, revision=1, candidate_set=chosen, grader="bench@1",
                                   state=JobState.DONE, n_done=n, n_total=n)
with connection.cursor() as cursor:
    cursor.execute(f'''INSERT INTO traces_rollout (id, collection_id, unit_key, external_id, model_id, problem_id,
            condition_id, sample, truncated, error, n_chars, n_tokens)
        WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {{n}})
        SELECT i, {{collection.pk}}, printf('%032x', i), 'rollout-' || i, {{models[0].pk}} + (i * 7919) % 8,
            {{problems[0].pk}} + (i * 104729) % 10000, {{condition.pk}}, i % 64, i % 11 = 0, '', i % 30000, i % 9000
        FROM k''')
    cursor.execute(f'''INSERT INTO traces_rolloutfeature (analysis_id, rollout_id, outcome, first_outcome, n_candidates,
            n_tt, n_ffs, n_ffd, n_tf, n_ft, n_changed, n_tokens, tokens_first, position)
        SELECT {{analysis.pk}}, id, 'correct', 'incorrect', id % 9, 1, 0, 2, 0, 1, id % 3, id % 9000, id % 4000,
            (id % 1000) / 1000.0 + 1e-9 * (id % 7919)
        FROM traces_rollout''')
from apps.core import blobs
analysis.features = blobs.put([b"none are read"])
analysis.save()
"""
STREAM = """
import resource, time
from pathlib import Path
from apps.accounts.models import Project
from apps.reports.exports.wanted import Wanted
def rss():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
project = Project.objects.get(slug="bench")
before = rss()
began, cpu = time.perf_counter(), time.process_time()
parts = Wanted.parse(project, "rollouts", {{"collection": "1"}}).parts({form!r})
n_bytes, n, first = 0, 0, 0.0
for part in parts:
    n_bytes += len(part)
    n += 1
    first = first or (rss() if n == 3 else 0.0)
print("seconds", time.perf_counter() - began)
print("cpu", time.process_time() - cpu)
print("bytes", n_bytes)
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("grown", most - before)
print("grown_after_first", most - first)
"""
BARE = """
import csv, io, time
from django.db import connection
from apps.accounts.models import Project
from apps.traces.exports.base import Scope
from apps.traces.exports.rollouts import PATHS
asked = Scope(Project.objects.get(slug="bench"), {{"collection": "1"}}).asked
sql, parameters = asked.every.order_by("pk").values_list(*PATHS.values()).query.sql_with_params()
began = time.perf_counter()
n_bytes = 0
with connection.cursor() as cursor:
    cursor.execute(sql, parameters)
    while rows := cursor.fetchmany(5000):
        part = io.StringIO()
        csv.writer(part, lineterminator="\\n").writerows(rows)
        n_bytes += len(part.getvalue().encode())
print("seconds", time.perf_counter() - began)
"""


def rows() -> list[dict[str, str | float]]:
    """One row a format."""
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        home = Path(folder)
        laps(BUILD.format(n=N_ROWS), home)
        bare = dict(laps(BARE.format(), home))["seconds"]
        return [_row(form, dict(laps(STREAM.format(form=form), home)), bare) for form in ("csv", "jsonl", "parquet")]


def _row(form: str, measured: dict[str, float], bare: float) -> dict[str, str | float]:
    return {
        "format": form,
        "rows": N_ROWS,
        "rows/s": N_ROWS / measured["seconds"],
        "bare loop rows/s": N_ROWS / bare,
        "times the bare loop": measured["seconds"] / bare,
        "processor µs a row": 1e6 * measured["cpu"] / N_ROWS,
        "MB": measured["bytes"] / 1e6,
        "RSS growth MB": measured["grown"],
        "after the first batch": measured["grown_after_first"],
    }
