"""Runs and what came of them, as tables: the list of runs, their units, probes and judgements."""

from collections.abc import Iterator

import polars as pl
from django.db.models import QuerySet

from apps.core.tables.columns import Column, Kind
from apps.runs.models import Judgement, Probe, Run, Unit
from apps.traces.exports.base import MOST_CHOICES, Choices, NoSuchTableError, Option, Scope, Table, paged

RUN = Column("run", Kind.WHOLE, "the run's key on this site")
ROLLOUT = Column("rollout", Kind.WHOLE, "the rollout's key on this site")
EXTERNAL = Column("id", Kind.TEXT, "the rollout's external id")
NOT_READ = "the engine gave none"
RUN_PATHS = {
    "run": "pk",
    "name": "name",
    "protocol": "protocol",
    "protocol_version": "protocol_version",
    "state": "state",
    "parameters": "parameters",
    "source": "source",
    "first_seed": "first_seed",
    "units": "n_total",
    "done": "n_done",
    "failed": "n_failed",
    "requests": "n_requests",
    "tokens": "n_tokens",
    "prompt_tokens": "n_prompt_tokens",
    "collection": "output_id",
    "made_by": "created_by__username",
    "made_at": "created_at",
    "started_at": "started_at",
    "finished_at": "finished_at",
    "error": "error",
    "provenance": "provenance",
}
RUN_COLUMNS = (
    RUN,
    Column("name", Kind.TEXT, "its name; empty text for none"),
    Column("protocol", Kind.TEXT, "what it asks"),
    Column("protocol_version", Kind.TEXT, "the protocol's version; empty text before the start"),
    Column("state", Kind.TEXT, "draft, queued, running, paused, done, failed or cancelled"),
    Column("parameters", Kind.JSON, "the protocol's parameters"),
    Column("source", Kind.JSON, "what it is about"),
    Column("first_seed", Kind.WHOLE, "the seed of its first unit"),
    Column("units", Kind.WHOLE, "how many units it has", "units", "not counted yet"),
    Column("done", Kind.WHOLE, "units that are done", "units"),
    Column("failed", Kind.WHOLE, "units that failed", "units"),
    Column("requests", Kind.WHOLE, "requests that were sent to engines", "requests"),
    Column("tokens", Kind.WHOLE, "tokens that engines wrote", "tokens"),
    Column("prompt_tokens", Kind.WHOLE, "tokens that engines were given", "tokens"),
    Column("collection", Kind.WHOLE, "the key of the collection that it fills", missing="it fills none, or none yet"),
    Column("made_by", Kind.TEXT, "who made it", missing="nobody who is known here"),
    Column("made_at", Kind.TIME, "when it was made", "UTC"),
    Column("started_at", Kind.TIME, "when it was started", "UTC", "it was not"),
    Column("finished_at", Kind.TIME, "when it ended", "UTC", "it has not"),
    Column("error", Kind.TEXT, "why it failed; empty text where it did not"),
    Column("provenance", Kind.JSON, "engines, models, versions and settings that it ran with"),
)
UNIT_PATHS = {
    "run": "run_id",
    "unit": "unit_key",
    "state": "state",
    "problem": "problem__key",
    "source_rollout": "source_id",
    "sample": "sample",
    "seed": "seed",
    "attempt": "attempt",
    "requests": "n_requests",
    "tokens": "n_tokens",
    "prompt_tokens": "n_prompt_tokens",
    "rollout": "output_id",
    "remarks": "remarks",
    "error": "error",
    "started_at": "started_at",
    "finished_at": "finished_at",
}
UNIT_COLUMNS = (
    RUN,
    Column("unit", Kind.TEXT, "the unit's key in its run"),
    Column("state", Kind.TEXT, "queued, running, done, failed or cancelled"),
    Column("problem", Kind.TEXT, "the problem's key", missing="it is about no problem"),
    Column("source_rollout", Kind.WHOLE, "the rollout that it is about", missing="it is about none"),
    Column("sample", Kind.WHOLE, "which sample of what is asked"),
    Column("seed", Kind.WHOLE, "its seed"),
    Column("attempt", Kind.WHOLE, "how often a worker took it up"),
    Column("requests", Kind.WHOLE, "requests that were sent", "requests"),
    Column("tokens", Kind.WHOLE, "tokens that came", "tokens"),
    Column("prompt_tokens", Kind.WHOLE, "tokens that were given", "tokens"),
    Column("rollout", Kind.WHOLE, "the rollout that it made", missing="it made none"),
    Column("remarks", Kind.JSON, "what was remarked on the way"),
    Column("error", Kind.TEXT, "why it failed; empty text where it did not"),
    Column("started_at", Kind.TIME, "when a worker took it up last", "UTC", "none has"),
    Column("finished_at", Kind.TIME, "when it ended", "UTC", "it has not"),
)
PROBE_PATHS = {
    "run": "run_id",
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "turn": "turn_index",
    "offset": "offset",
    "k": "k",
    "value": "value",
    "outcome": "outcome",
    "log_probability": "log_probability",
    "entropy": "entropy",
    "p_correct": "p_correct",
    "decisions": "decisions",
    "figures": "figures",
}
PROBE_COLUMNS = (
    RUN,
    ROLLOUT,
    EXTERNAL,
    Column("turn", Kind.WHOLE, "the turn in whose text the answer was forced"),
    Column("offset", Kind.WHOLE, "where in that text, from 0", "characters"),
    Column("k", Kind.WHOLE, "which of several forced answers at this place, from 0"),
    Column("value", Kind.TEXT, "the forced answer; empty text where none could be read"),
    Column("outcome", Kind.TEXT, "its grade; empty text where it was not graded"),
    Column("log_probability", Kind.NUMBER, "log-probability of the forced answer", "nats", NOT_READ),
    Column("entropy", Kind.NUMBER, "entropy of its distribution", "nats", NOT_READ),
    Column("p_correct", Kind.NUMBER, "probability of the right answer", "probability", NOT_READ),
    Column("decisions", Kind.JSON, "what rules of stopping would have done here"),
    Column("figures", Kind.JSON, "other numbers of the place"),
)
JUDGEMENT_PATHS = {
    "run": "run_id",
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "sample": "sample",
    "number": "index",
    "name": "name",
    "value": "value",
    "verdict": "verdict",
    "rationale": "rationale",
    "order": "order",
}
JUDGEMENT_COLUMNS = (
    RUN,
    ROLLOUT,
    EXTERNAL,
    Column("sample", Kind.WHOLE, "which of the judge's samples"),
    Column("number", Kind.WHOLE, "which judgement of the sample, from 0"),
    Column("name", Kind.TEXT, "what was judged"),
    Column("value", Kind.NUMBER, "the judge's number, on the scale it was asked for", missing="it gave a verdict only"),
    Column("verdict", Kind.TEXT, "the judge's verdict; empty text for none"),
    Column("rationale", Kind.TEXT, "its reason; empty text for none"),
    Column("order", Kind.TEXT, "the order in which a pair was shown; empty text where it was no pair"),
)


def _choices(scope: Scope) -> Choices:
    runs = Run.objects.filter(project=scope.project).order_by("-pk")[:MOST_CHOICES]
    return [(str(run.pk), str(run)) for run in runs]


def _ids(scope: Scope) -> "QuerySet[Run, int]":
    """The run that is named, else all of the project."""
    runs = Run.objects.filter(project=scope.project)
    key = scope.given.get("run", "").strip()
    if key:
        runs = runs.filter(pk=int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else runs.none()
        if not runs.exists():
            raise NoSuchTableError(f"there is no run {key[:20]!r} in this project")
    return runs.values_list("pk", flat=True)


def _runs(scope: Scope) -> Iterator[pl.DataFrame]:
    return paged(RUN_COLUMNS, Run.objects.filter(pk__in=_ids(scope)), RUN_PATHS, scope.size)


def _units(scope: Scope) -> Iterator[pl.DataFrame]:
    return paged(UNIT_COLUMNS, Unit.objects.filter(run__in=_ids(scope)), UNIT_PATHS, scope.size)


def _probes(scope: Scope) -> Iterator[pl.DataFrame]:
    there = Probe.objects.filter(run__in=_ids(scope), rollout__collection__is_deleted=False)
    return paged(PROBE_COLUMNS, there, PROBE_PATHS, scope.size)


def _judgements(scope: Scope) -> Iterator[pl.DataFrame]:
    there = Judgement.objects.filter(run__in=_ids(scope), rollout__collection__is_deleted=False)
    return paged(JUDGEMENT_COLUMNS, there, JUDGEMENT_PATHS, scope.size)


OF_RUN = Option("run", "Run", _choices)
RUNS = Table("Runs", "a run of the project", RUN_COLUMNS, _runs, options=(OF_RUN,))
UNITS = Table("Units of runs", "a unit of a run", UNIT_COLUMNS, _units, options=(OF_RUN,))
PROBES = Table("Probes", "a forced answer at a place of a text", PROBE_COLUMNS, _probes, options=(OF_RUN,))
JUDGEMENTS = Table("Judgements", "what a judge said of a rollout", JUDGEMENT_COLUMNS, _judgements, options=(OF_RUN,))
