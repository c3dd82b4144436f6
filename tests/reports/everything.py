"""A project with at least one row in every table that travels, its digest by what rows say, and ways to move it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model

from analysis.types import Problem, Role, Turn
from apps.accounts.models import Change, Membership, Project, User
from apps.accounts.models import Role as MemberRole
from apps.accounts.services import create_project, record_change
from apps.annotation.models import Assignment, Comment, Decision, Label, Layer, Queue, Ruling, Scheme
from apps.annotation.models import Item as QueueItem
from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.psychology.models import Administration, Instrument
from apps.reports.archives.tables import TABLES
from apps.reports.models import ArchiveImport
from apps.reports.services import archive_imports
from apps.runs.models import Engine, Judgement, Probe, RoleBinding, Run, Unit
from apps.traces.models import (
    Collection,
    Grade,
    Import,
    ImportIssue,
    LanguageModel,
    ModelAlias,
    Preset,
    Rollout,
    SavedView,
    Score,
    Upload,
)
from apps.traces.services.analyses import ensured_analysis
from apps.traces.services.corrections import correct_gold, overrule
from apps.traces.services.imports import recount
from tests.traces import build

HOSTILE = '<script>alert(1)</script>\u2028\x1b[31m=1+1 "\\u0000"'
UNCOUNTED = {
    "attempt", "lease_until", "phase", "position", "last_known_problem", "last_rollout_id", "queue", "claim",
    "problems_file",
}  # fmt: skip


def everything(slug: str = "whole") -> Project:
    """Two collections that share texts, corrections by people, failed imports, and rows of every later app."""
    person = User.objects.create_user(f"ann-of-{slug}", password="x")
    project = create_project(name=f"Whole {HOSTILE}"[:120], owner=person, slug=slug)
    asked = Problem("What is 3 + 3?", ("6",), key="p2")
    call = Turn(Role.TOOL, None, actor="shell", tool_calls=({"name": "ls", "arguments": {"z": 1.0, "a": HOSTILE}},))
    first = build.stored(
        [
            build.rollout("1"),
            build.rollout(
                "2", problem=asked, model="n", attributes={"a": HOSTILE}, scores={"reward": 0.1, "judge": 2.0}
            ),
        ],
        owner=project,
    )
    second = build.stored(
        [build.rollout("1"), build.rollout(HOSTILE, turns=(build.attempt("Wait.\nThe answer is 7.", ""), call))],
        owner=project,
    )
    _traces(project, first, second, person)
    _later_apps(project, first, second, person)
    for collection in (first, second):
        recount(collection)
        ensured_analysis(collection=collection)
    return project


def _traces(project: Project, first: Collection, second: Collection, person: User) -> None:
    reading = Import.objects.filter(collection=first).get()
    Upload.objects.create(reading=reading, name="a.jsonl", blob=blobs.put([b"uploaded bytes"]))
    failed = Import.objects.create(project=project, state=JobState.FAILED, error=HOSTILE, mapping={"id": ["a", {}]})
    Upload.objects.create(reading=failed, name=HOSTILE, blob=blobs.put([b"\x00\xff"]), order=3)
    ImportIssue.objects.create(reading=failed, kind="error", message=HOSTILE, row=7, file="b", field="x")
    Import.objects.create(project=project, state=JobState.DRAFT, name="stays behind")
    ModelAlias.objects.create(project=project, model=LanguageModel.objects.filter(project=project)[0], alias="alias")
    Preset.objects.create(project=project, name="preset", mapping={"answer": "b.c"}, set_values={"model": "m"})
    SavedView.objects.create(project=project, collection=second, owner=person, name="hard ones", query="?q=wait")
    early, late = Rollout.objects.filter(collection__project=project).order_by("pk")[:2]
    Rollout.objects.filter(pk=early.pk).update(parent=late, parent_turn=1, parent_offset=3)
    problems = list(project.problems.order_by("pk"))
    type(problems[0]).objects.filter(pk=problems[0].pk).update(merged_into=problems[1])
    Score.objects.create(rollout=early, name="entropy", value=float("inf"), source="uploaded")
    overrule(rollout=late, turn_index=1, outcome="incorrect", actor=person, reason=HOSTILE)
    correct_gold(problem=problems[1], golds=["6", "six"], actor=person)
    record_change(project=project, actor=None, verb="learned gold", target=f"problem:{problems[1].pk}",
                  reason=f"import {reading.pk}")  # fmt: skip
    record_change(project=project, actor=person, verb="deleted collection", target="collection:999999999", label="old")
    Grade.objects.filter(rollout=early).update(reason="uploaded")
    Collection.objects.create(project=project, name="being deleted", is_deleted=True)


def _later_apps(project: Project, first: Collection, second: Collection, person: User) -> None:
    rollout = first.rollouts.order_by("pk")[0]
    model = LanguageModel.objects.filter(project=project)[0]
    engine, _ = Engine.objects.get_or_create(name="scripted", kind="scripted")
    run = Run.objects.create(project=project, protocol="probe", output=second, state=JobState.DONE, parameters={"k": 3})
    RoleBinding.objects.create(run=run, role="author", engine=engine, model=model.name)
    Unit.objects.create(run=run, unit_key="u", problem=rollout.problem, source=rollout, seed=-5, state=JobState.DONE)
    Probe.objects.create(run=run, rollout=rollout, turn_index=1, offset=5, value="4", log_probability=-0.1)
    Judgement.objects.create(run=run, rollout=rollout, name="score", value=0.5, rationale=HOSTILE)
    _annotation(project, rollout, person)
    instrument = Instrument.objects.create(
        project=project, name="own", version="1", title=HOSTILE, licence="CC0", definition={"id": "own"},
        created_by=person, licence_confirmed_by=person,
    )  # fmt: skip
    Administration.objects.create(project=project, name="first", instrument=instrument, run=run, created_by=person)
    Administration.objects.create(project=project, name="read in", task="card_task", collection=first)


def _annotation(project: Project, rollout: Rollout, person: User) -> None:
    scheme = Scheme.objects.create(project=project, name="steps", kinds=[{"name": "check", "title": "Check"}])
    layer = Layer.objects.create(scheme=scheme, kind=Layer.Kind.PERSON, name=person.username, author=person)
    rules = Layer.objects.create(scheme=scheme, kind=Layer.Kind.SUGGESTER, name="default@3")
    whose = {"unit_key": rollout.unit_key, "external_id": rollout.external_id, "author": person}
    span = {"turn_index": 1, "start": 2, "end": 9, "text_hash": b"\x00" * 32}
    keys = [UUID(int=i) for i in range(5)]
    made = [
        Label.objects.create(layer=on, rollout=rollout, key=key, name="check", value=HOSTILE, **whose, **span)
        for on, key in zip((layer, layer, rules), keys, strict=False)
    ]
    Label.objects.create(layer=layer, rollout=rollout, key=keys[3], name="verifies", first=made[0], other=made[1],
                         **whose)  # fmt: skip
    Label.objects.create(layer=layer, rollout=None, key=keys[4], name="check", **whose, **span)
    Decision.objects.create(layer=layer, suggestion=made[2], is_accepted=True, label=made[0], actor=person)
    Comment.objects.create(layer=layer, rollout=rollout, turn_index=1, start=2, end=9, text=HOSTILE, author=person)
    Ruling.objects.create(layer=layer, rollout=rollout, turn_index=1, start=2, end=9, names=[{"name": "check"}],
                          actor=person)  # fmt: skip
    queue = Queue.objects.create(scheme=scheme, name="first", strategy="random", parameters={"n": 1}, created_by=person)
    queue.people.add(person)
    item = QueueItem.objects.create(queue=queue, rollout=rollout, position=0, probability=0.5)
    Assignment.objects.create(item=item, user=person, is_flagged=True)


def members(project: Project) -> None:
    Membership.objects.create(project=project, user=User.objects.create_user("bob"), role=MemberRole.VIEWER)


def moved(archive: Path, reader: User | None = None, key: str = "once") -> ArchiveImport:
    """The job that has read the archive, however it ended."""
    job = archive_imports.request_import(
        chunks=[archive.read_bytes()], file_name=archive.name, key=key, user=reader, wake=False
    )
    archive_imports.execute(import_id=job.pk)
    job.refresh_from_db()
    return job


def digests(project: Project) -> dict[str, list[str]]:
    """Of every row of every table what it says, with the digest of the row that it refers to for a key."""
    known: dict[tuple[type[Model], int], str] = {}
    return {table.name: sorted(_digest(row, known) for row in table.rows(project)) for table in TABLES}


def _digest(row: Model, known: dict[tuple[type[Model], int], str]) -> str:
    place = (type(row), int(row.pk))
    if place not in known:
        columns = [each for each in type(row)._meta.concrete_fields if not each.primary_key]
        said = {each.name: _said(row, each, known) for each in columns if each.name not in UNCOUNTED}
        known[place] = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
    return known[place]


def _said(row: Model, column: Any, known: dict[tuple[type[Model], int], str]) -> object:
    if column.name == "project":
        return ""
    value = getattr(row, column.name)
    if not isinstance(column, ForeignKey) or value is None:
        return _target(row, value, known) if isinstance(row, Change) else _plain(value)
    if isinstance(value, Blob) and column.name != "features":
        return value.sha256
    if isinstance(value, User):
        return value.username.removesuffix(" (archived)")
    return "features" if isinstance(value, Blob) else _digest(value, known)


def _target(row: Change, value: object, known: dict[tuple[type[Model], int], str]) -> object:
    """A line of the history by its words; what it is about is looked at by tests of its own."""
    return "" if value in (row.target, row.reason) and ":" in row.target else _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return sorted((name, repr(_plain(each))) for name, each in value.items())
    return value
