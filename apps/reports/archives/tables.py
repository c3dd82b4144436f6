"""The literal table of what of a project travels in an archive, and the one of what stays behind, with reasons.

A test walks Django's models and fails where one that belongs to a project is in neither. Knows no file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Field, ForeignKey, Model, Q, QuerySet

from apps.accounts.models import Change, Project, User
from apps.annotation.models import Assignment, Comment, Decision, Label, Layer, Queue, Ruling, Scheme
from apps.annotation.models import Item as QueueItem
from apps.core.models import Blob, JobState
from apps.psychology.models import Administration, Instrument
from apps.reports.archives.shapes import NAMES, OBJECT, OBJECTS, TEXTS, VALUE, VALUES, Shape
from apps.runs.models import Engine, Judgement, Probe, RoleBinding, Run, Unit
from apps.traces import models as traces

ENDED = [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
JOB = dict.fromkeys(("attempt", "lease_until", "phase"), "an ended job has no lease and starts anew")
"""Columns of every job that stay."""
OUTSIDE = {User: "username", Engine: "name"}
"""What rows refer to that is no project's: it is named, and found by its name where the archive is read."""


@dataclass(frozen=True)
class Table:
    """Rows of one model. `path` leads to their project, `alive` leaves out what is not whole or is being deleted.

    `stays` are columns that are not written, with the reason; `span` names the columns of a span and of its turn.
    """

    name: str
    model: type[Model]
    path: str
    alive: Mapping[str, Any] = field(default_factory=dict)
    stays: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    also: Callable[[Project], Q] | None = None

    def rows(self, project: Project) -> "QuerySet[Any]":
        """The rows that travel, in the order of their keys."""
        wanted = Q(**{self.path: project}, **self.alive)
        every: QuerySet[Any] = self.model._default_manager.order_by("pk")
        if self.also is not None:
            wanted |= Q(pk__in=every.filter(self.also(project)).order_by().values("pk"))
        return every.filter(wanted)

    def stored(self, project: Project) -> "QuerySet[Any]":
        """The rows that a reading of an archive has stored so far."""
        rows: QuerySet[Any] = self.model._default_manager.filter(**{self.path: project}).order_by("pk")
        return rows

    @cached_property
    def columns(self) -> "tuple[Field[Any, Any], ...]":
        return tuple(each for each in self.model._meta.concrete_fields if self._is_written(each))

    @cached_property
    def links(self) -> "tuple[Field[Any, Any], ...]":
        """Columns that refer to rows of the same table, which may come later: written in a second round."""
        return tuple(each for each in self.columns if target_of(each) is self.model)

    @cached_property
    def project_column(self) -> str | None:
        """The column that holds the project itself."""
        found = [each for each in self.model._meta.concrete_fields if target_of(each) is Project]
        return found[0].column if found else None

    def _is_written(self, column: "Field[Any, Any]") -> bool:
        return not column.primary_key and target_of(column) is not Project and column.name not in self.stays


def target_of(column: "Field[Any, Any]") -> type[Model] | None:
    """The model that a column refers to; None if it holds a value."""
    return column.related_model if isinstance(column, ForeignKey) else None


LIVE = {"collection__is_deleted": False}
LIVE_ROLLOUT = {"rollout__collection__is_deleted": False}
LIVE_SET = {"candidate_set__collection__is_deleted": False}
LIVE_ANALYSIS = {"state": JobState.DONE, "features__isnull": False, **LIVE}
LIVE_READING = {"state__in": ENDED}
PRESENT = {"is_deleted": "what is being deleted does not travel"}
MAPPED = {"mapping": OBJECT, "map_values": NAMES, "set_values": NAMES}
POSITION = {
    "position": "an ended import has no place to go on from",
    "last_known_problem": "a key of this database, of use to a running import only",
}
RUN = {"queue": "workers of this site", "problems_file": "its problems are rows of the project by now"}
CLAIM = {"claim": "a worker's; nobody holds what has ended"}
LAST = {"last_rollout_id": "a key of this database, of use to a running analysis only"}
LIVE_SUGGESTION = {"suggestion__rollout__collection__is_deleted": False}
LIVE_ITEM = {"item__rollout__collection__is_deleted": False}


def orphaned(project: Project) -> Q:
    """Labels whose rollout is gone: they are kept until somebody places them or lets them go."""
    return Q(layer__scheme__project=project, rollout=None)


def read_in(project: Project) -> Q:
    """Administrations without a run: published ones, whose collection is here."""
    return Q(project=project, run=None, collection__is_deleted=False)


TABLES = (
    Table("models", traces.LanguageModel, "project"),
    Table("aliases", traces.ModelAlias, "project"),
    Table("problem_sets", traces.ProblemSet, "project"),
    Table("problems", traces.Problem, "project", shapes={"golds": TEXTS, "options": TEXTS}),
    Table("conditions", traces.Condition, "project", shapes={"factors": NAMES}),
    Table("collections", traces.Collection, "project", {"is_deleted": False}, PRESENT),
    Table("imports", traces.Import, "project", LIVE_READING, {**JOB, **POSITION}, MAPPED),
    Table("uploads", traces.Upload, "reading__project", {"reading__state__in": ENDED}),
    Table("import_issues", traces.ImportIssue, "reading__project", {"reading__state__in": ENDED}),
    Table("presets", traces.Preset, "project", shapes={"mapping": OBJECT, "set_values": NAMES}),
    Table("rollouts", traces.Rollout, "collection__project", LIVE, shapes={"attributes": OBJECT}),
    Table("texts", traces.Text, "turns__rollout__collection__project"),
    Table("turns", traces.Turn, "rollout__collection__project", LIVE_ROLLOUT,
          shapes={"images": VALUES, "tool_calls": OBJECTS}),
    Table("grades", traces.Grade, "rollout__collection__project", LIVE_ROLLOUT),
    Table("scores", traces.Score, "rollout__collection__project", LIVE_ROLLOUT),
    Table("candidate_sets", traces.CandidateSet, "collection__project", LIVE),
    Table("readings", traces.Reading, "candidate_set__collection__project", LIVE_SET),
    Table("candidates", traces.Candidate, "candidate_set__collection__project", LIVE_SET),
    Table("analyses", traces.Analysis, "collection__project", LIVE_ANALYSIS, {**JOB, **LAST}),
    Table("rollout_features", traces.RolloutFeature, "analysis__collection__project",
          {f"analysis__{name}": value for name, value in LIVE_ANALYSIS.items()}),
    Table("views", traces.SavedView, "project"),
    Table("runs", Run, "project", {"state__in": ENDED}, {**JOB, **RUN},
          {"parameters": OBJECT, "provenance": OBJECT, "source": OBJECT, "pace": VALUES}),
    Table("role_bindings", RoleBinding, "run__project", {"run__state__in": ENDED}),
    Table("units", Unit, "run__project", {"run__state__in": ENDED, "state__in": ENDED}, {**JOB, **CLAIM},
          {"remarks": TEXTS}),
    Table("probes", Probe, "run__project", {"run__state__in": ENDED, **LIVE_ROLLOUT},
          shapes={"decisions": OBJECT, "figures": OBJECT}),
    Table("judgements", Judgement, "run__project", {"run__state__in": ENDED, **LIVE_ROLLOUT}),
    Table("schemes", Scheme, "project", shapes={"kinds": OBJECTS}),
    Table("layers", Layer, "scheme__project"),
    Table("labels", Label, "layer__scheme__project", LIVE_ROLLOUT, also=orphaned),
    Table("decisions", Decision, "layer__scheme__project", LIVE_SUGGESTION),
    Table("comments", Comment, "layer__scheme__project", LIVE_ROLLOUT),
    Table("rulings", Ruling, "layer__scheme__project", LIVE_ROLLOUT, shapes={"names": OBJECTS}),
    Table("queues", Queue, "scheme__project", shapes={"parameters": OBJECT}),
    Table("queue_people", Queue.people.through, "queue__scheme__project"),
    Table("queue_items", QueueItem, "queue__scheme__project", LIVE_ROLLOUT),
    Table("assignments", Assignment, "item__queue__scheme__project", LIVE_ITEM,
          {"lease_until": "nobody is at work on what was read from an archive"}),
    Table("instruments", Instrument, "project", shapes={"definition": OBJECT}),
    Table("administrations", Administration, "project", {"run__state__in": ENDED}, also=read_in),
    Table("changes", Change, "project", shapes={"before": VALUE, "after": VALUE}),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
BY_MODEL = {table.model: table for table in TABLES}

STAYS = {
    "accounts.Project": "its name travels in the manifest; the imported project is a new one",
    "accounts.Membership": "who may see a project is decided where it is; whoever imports it becomes its owner",
    "traces.AnalysisPart": "the parts of an analysis that is not done; it is computed anew",
    "traces.MeasureResult": "a cache: computed anew from the features, to the same numbers",
    "traces.Verdict": "a cache shared by all projects, which no archive may write to",
    "traces.Indexing": "a job of this site; the search index is built anew",
    "traces.SearchBlock": "the search index is built anew",
    "traces.UnusedText": "texts that are about to go",
    "runs.Trial": "what somebody tried before a run; nothing of it is in a collection",
    "reports.ArchiveExport": "a job of this site",
    "reports.ArchiveImport": "a job of this site",
    "api.Token": "a key to this site, of a person of this site",
    "api.Reply": "an answer to a write of the last day, kept to be given again",
    "reports.Report": "it names collections by their numbers here; its manifest rebuilds it elsewhere",
    "reports.FrozenReport": "its files are downloads; its manifest rebuilds it elsewhere",
    "reports.ShareLink": "a secret of this site",
    "core.Blob": "bytes that rows refer to travel under their hash",
}
"""Models that belong to a project and do not travel, with the reason."""
HELD = (Blob,)
"""What rows refer to that travels as bytes, not as rows."""
