"""`python -m bench.scale --rollouts 100000 --home DIR`: a database of that many rollouts, to measure pages with.

Real traces of AFTERTHOUGHT_SHARED repeated under new ids, each with a last line of its own (so that no two texts are
one), stored by the real import. The analysis is real for the first repetition; its rows are copied for the others.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SLUG, USERNAME, PASSWORD = "scale", "bench", "of the benchmarks only"
FILE = "rollouts.jsonl"
N_WORDS = 997
BATCH = 20_000


def repeated(rows: list[dict[str, Any]], n: int) -> Iterator[dict[str, Any]]:
    """`n` rows: the traces over and over, each with an id, a sample number and a last line that no other has."""
    for number, row in zip(count(), islice(cycle(rows), n), strict=False):
        again = number // len(rows)
        last = f"\n\nRepetition {again}, word{number % N_WORDS} trace{number}"
        yield {"id": f"r{number}", "sample": number, **row, "response": row["response"] + last}


def write_file(path: Path, rows: list[dict[str, Any]], n: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in repeated(rows, n):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def build(n: int) -> None:
    """The database: needs Django set up on the home that is to hold it."""
    from apps.accounts.models import Membership, Role, User
    from apps.accounts.services import create_project
    from apps.traces.services.analyses import ensured_analysis
    from bench.pipeline import real_rows

    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    rows = list(real_rows(shared))
    project = create_project(name="Scale", owner=None, slug=SLUG)
    user = User.objects.create_user(USERNAME, password=PASSWORD)
    Membership.objects.create(project=project, user=user, role=Role.OWNER)
    first = imported(project, rows, min(n, len(rows)), "first repetition")
    said("first repetition stored")
    analysis = ensured_analysis(collection=first)
    said("first repetition analysed")
    whole = imported(project, rows, n, f"{n} rollouts")
    said(f"{n} rollouts stored")
    copy_analysis(analysis, whole)
    said("analysis copied")
    index_all()
    said("indexed for searching")


def index_all() -> None:
    """What workers do after an import, here and now."""
    from apps.core.models import JobState
    from apps.traces.models import Indexing
    from apps.traces.services import indexing

    for pk in Indexing.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True):
        indexing.execute(indexing_id=pk)


def imported(project: Any, rows: list[dict[str, Any]], n: int, name: str) -> Any:
    """A collection of `n` rollouts through the import services."""
    from django.conf import settings

    from apps.core import blobs
    from apps.traces.services import imports

    path = settings.HOME / FILE
    write_file(path, rows, n)
    draft = imports.create_draft(project=project, user=None, name=name)
    with path.open("rb") as file:
        imports.add_upload(reading=draft, name=FILE, chunks=blobs.chunks_of(file))
    path.unlink()
    collection = imports.confirm(reading=draft, name=name, wake=False)
    imports.execute(import_id=draft.pk)
    collection.refresh_from_db()
    return collection


def copy_analysis(source: Any, collection: Any) -> Any:
    """The rows of the first repetition's analysis for every rollout that repeats one of its rollouts."""
    import polars as pl

    from apps.core import blobs
    from apps.core.models import JobState
    from apps.traces.models import Analysis, Candidate, CandidateSet, Grade, Reading, Rollout, RolloutFeature

    Analysis.objects.filter(collection=collection).delete()
    CandidateSet.objects.filter(collection=collection).delete()
    theirs = source.candidate_set
    ours = CandidateSet.objects.create(collection=collection, extractor=theirs.extractor, version=theirs.version)
    analysis = Analysis.objects.create(
        collection=collection, revision=collection.revision, candidate_set=ours, grader=source.grader,
        state=JobState.DONE, n_done=collection.n_rollouts, n_total=collection.n_rollouts,
    )  # fmt: skip
    origin = dict(Rollout.objects.filter(collection=source.collection).values_list("external_id", "pk"))
    pairs = [
        (origin[f"r{int(name[1:]) % len(origin)}"], pk)
        for name, pk in Rollout.objects.filter(collection=collection).values_list("external_id", "pk").iterator()
    ]
    for model, among, given in (
        (Reading, {"candidate_set": theirs}, {"candidate_set": ours}),
        (Candidate, {"candidate_set": theirs}, {"candidate_set": ours}),
        (RolloutFeature, {"analysis": source}, {"analysis": analysis}),
        (Grade, {"rollout__collection": source.collection, "source": Grade.Source.OURS}, {}),
    ):
        copy_rows(model, among, given, pairs)
    frame = pl.read_parquet(blobs.path_of(source.features))
    ids = pl.DataFrame(
        pairs, schema={"was": frame.schema["rollout_id"], "pk": frame.schema["rollout_id"]}, orient="row"
    )
    joined = ids.join(frame, left_on="was", right_on="rollout_id", maintain_order="left").rename({"pk": "rollout_id"})
    joined = joined.with_columns(pl.lit(collection.pk, frame.schema["collection_id"]).alias("collection_id"))
    body = io.BytesIO()
    joined.select(frame.columns).sort("rollout_id").write_parquet(body, compression="zstd")
    analysis.features = blobs.put([body.getvalue()])
    analysis.save(update_fields=["features"])
    return analysis


def copy_rows(model: Any, among: dict[str, Any], given: dict[str, Any], pairs: list[tuple[int, int]]) -> None:
    """Rows of each first rollout again, under each rollout that repeats it."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    by_rollout: dict[int, list[dict[str, Any]]] = {}
    for row in model.objects.filter(**among).values(*names):
        by_rollout.setdefault(row["rollout_id"], []).append(row)
    new: list[Any] = []
    for was, pk in pairs:
        new += [model(**{**row, "rollout_id": pk}) for row in by_rollout.get(was, ())]
        if len(new) >= BATCH:
            create(model, new, given)
            new = []
    create(model, new, given)


def create(model: Any, rows: list[Any], given: dict[str, Any]) -> None:
    for row in rows:
        for name, value in given.items():
            setattr(row, name, value)
    model.objects.bulk_create(rows, ignore_conflicts=True)


_began = time.perf_counter()


def said(what: str) -> None:
    print(f"{time.perf_counter() - _began:8.1f} s  {what}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rollouts", type=int, default=100_000)
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    os.environ["AFTERTHOUGHT_HOME"] = str(given.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ, check=True)
    import django

    django.setup()
    build(given.rollouts)


if __name__ == "__main__":
    main()
