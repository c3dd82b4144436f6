"""What a run is about: problems of a project, problems of a file, or rollouts of a collection under a filter.

A source is a small object of JSON: `kind` and what the kind needs. Knows no protocol but whether it asks for problems
or for rollouts.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.runs.services import problem_files
from apps.traces.models import Collection, Problem, Rollout
from apps.traces.queries import listing
from apps.traces.queries.collections import find_collection
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.many import among
from apps.traces.queries.orders import Order
from apps.traces.queries.standing import standing_of
from apps.traces.services.asked import Asked

STEP = 500


class SourceRefused(UserError):
    """A source that is not there or holds nothing."""


class Start(NamedTuple):
    """What one unit begins from, as ids; one of the two may be missing."""

    problem_id: int | None
    rollout_id: int | None


class Given(Protocol):
    """A source that has been found."""

    @property
    def words(self) -> str:
        """`120 problems of gsm8k`, for people."""

    def starts(self) -> Iterator[Start]:
        """In an order that does not change."""


class Problems(NamedTuple):
    """Problems of the project, of one set or all."""

    project: Project
    problem_set: str | None

    @property
    def words(self) -> str:
        return "problems of the project" if self.problem_set is None else f"problems of {self.problem_set or 'no set'}"

    def starts(self) -> Iterator[Start]:
        rows = Problem.objects.filter(project=self.project, merged_into__isnull=True)
        if self.problem_set is not None:
            rows = rows.filter(problem_set__name=self.problem_set)
        for pk in rows.order_by("pk").values_list("pk", flat=True).iterator():
            yield Start(pk, None)


class Chosen(NamedTuple):
    """Rollouts of a collection that match a filter, or the problems they are of, each once."""

    collection: Collection
    filters: RolloutFilter
    of_problems: bool

    @property
    def words(self) -> str:
        what = "problems of rollouts" if self.of_problems else "rollouts"
        return f"{what} of {self.collection.name}" + (f", {self.filters.words}" if self.filters else "")

    def starts(self) -> Iterator[Start]:
        seen: set[int] = set()
        for row in self._asked().rows():
            if not self.of_problems:
                yield Start(row["problem_id"], row["pk"])
            elif row["problem_id"] not in seen:
                seen.add(row["problem_id"])
                yield Start(row["problem_id"], None)

    def _asked(self) -> Asked:
        standing = standing_of(self.collection, self.filters.extractor)
        analyses = [standing.shown] if standing.shown else []
        asked = Asked(
            listing.of_collection(self.collection, standing.shown),
            analyses,
            self.filters,
            Order(),
            standing.is_whole,
        )
        if not asked.is_answerable:
            raise SourceRefused(
                f"{self.collection.name!r} has no finished analysis, so {self.filters.words} cannot be told"
            )
        return asked


class Filed(NamedTuple):
    """Problems of a file; they are rows of the project once the run begins."""

    project: Project
    blob_id: int
    name: str

    @property
    def words(self) -> str:
        return f"problems of the file {self.name}"

    def starts(self) -> Iterator[Start]:
        keys = problem_files.stored(project=self.project, problems=problem_files.read(self.blob_id, self.name))
        return (Start(pk, None) for pk in keys)


def source_of(project: Project, source: Mapping[str, Any], *, needs: str) -> Given:
    """The source as rows; raises SourceRefused or BadFilterError where it cannot be had."""
    kind = source.get("kind")
    if kind == "problems" and needs == "problem":
        return Problems(project, source.get("problem_set"))
    if kind == "file" and needs == "problem":
        return Filed(project, int(source["blob"]), str(source.get("name", "problems.jsonl")))
    if kind == "collection":
        collection = find_collection(project, int(source.get("collection") or 0))
        if collection is None:
            raise SourceRefused(f"there is no collection {source.get('collection')} in {project.name!r}")
        filters = RolloutFilter.parse(dict(source.get("filter") or {}), with_text=True)
        return Chosen(collection, filters, needs == "problem")
    raise SourceRefused(f"this protocol starts from rollouts: choose a collection, not {kind or 'nothing'!r}")


def starts_of(given: Given, limit: int | None) -> Iterator[Start]:
    return islice(given.starts(), limit or None)


def count_of(given: Given, limit: int | None) -> int:
    """How many problems or rollouts; nothing of a file is stored for it."""
    if isinstance(given, Filed):
        return min(sum(1 for _ in problem_files.read(given.blob_id, given.name)), limit or problem_files.MOST)
    return sum(1 for _ in starts_of(given, limit))


def rows_of(starts: Sequence[Start]) -> tuple[dict[int, Problem], dict[int, Rollout]]:
    """The problems and rollouts of some starts by id, in two queries."""
    problems = Problem.objects.filter(among("pk", {each.problem_id for each in starts if each.problem_id}))
    rollouts = Rollout.objects.filter(among("pk", {each.rollout_id for each in starts if each.rollout_id}))
    related = ("collection", "model", "problem__problem_set", "condition")
    return (
        {each.pk: each for each in problems.select_related("problem_set")},
        {each.pk: each for each in rollouts.select_related(*related)},
    )
