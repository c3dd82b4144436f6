"""The rollouts that a queue is drawn from: those of some collections that a filter selects, and what is known of each.

The filter is the one that lists use. Draws nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.traces.models import Analysis, Collection, Grade, Reading, Rollout
from apps.traces.queries import listing
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.keys import Among
from apps.traces.queries.known import Known
from apps.traces.queries.many import among
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.standing import know_all, shown_analyses
from apps.traces.queries.walking import PATIENT, walk_keys
from apps.traces.services.asked import Asked

MOST = 1_000_000
STEP = 10_000
FEW = 1
"""So many candidates or fewer are few: nothing confirms the one that was found."""
DOUBT_OF = {"few": 1.0, "sets": 2.0, "grades": 2.0}
"""What each doubt adds to the weight of 1 that every rollout has."""


class BadPopulation(UserError):
    """Rollouts that cannot be told, or too many of them."""


class Stratum(NamedTuple):
    """What rollouts are parted by: its words, the columns it reads, and the name of a rollout's stratum."""

    label: str
    columns: Sequence[str]
    name: Callable[..., str]


def _same(value: Any) -> str:
    return "" if value is None else str(value)


def _candidates(n: int | None) -> str:
    return "" if n is None else ("none", "one")[n] if n < 2 else "two or more"


def _change(*counts: int | None) -> str:
    """The rarest kind of transition in a rollout, as the columns are ordered."""
    if counts[0] is None:
        return ""
    names = ("F→T", "T→F", "F→F different", "F→F same", "T→T")
    return next((name for name, n in zip(names, counts, strict=True) if n), "none")


STRATA: Mapping[str, Stratum] = {
    "model": Stratum("model", ("model__name",), _same),
    "problem_set": Stratum("problem set", ("problem__problem_set__name",), _same),
    "subject": Stratum("subject", ("problem__subject",), _same),
    "level": Stratum("level", ("problem__level",), _same),
    "condition": Stratum("condition", ("condition__label",), _same),
    "outcome": Stratum("final answer", ("measured__outcome",), _same),
    "first_outcome": Stratum("first answer", ("measured__first_outcome",), _same),
    "transition": Stratum(
        "rarest transition",
        ("measured__n_ft", "measured__n_tf", "measured__n_ffd", "measured__n_ffs", "measured__n_tt"),
        _change,
    ),
    "candidates": Stratum("number of candidates", ("measured__n_candidates",), _candidates),
    "collection": Stratum("collection", ("collection__name",), _same),
}


@dataclass(frozen=True)
class Population:
    """Ids of rollouts, lowest first, and the rows that they came from."""

    ids: list[int]
    every: QuerySet[Rollout]
    collections: Sequence[Collection]
    words: str

    def strata(self, by: str) -> list[str]:
        """The stratum of each; raises BadPopulation for an unknown name."""
        if by not in STRATA:
            raise BadPopulation(f"unknown strata {by[:40]!r}; known: {', '.join(STRATA)}")
        stratum = STRATA[by]
        found = {pk: stratum.name(*values) for pk, *values in self._rows(*stratum.columns)}
        return [found.get(pk, "") for pk in self.ids]

    def doubts(self) -> list[float]:
        """The weight of each: 1, and more where candidates are few, where two sets or two grades of it differ."""
        few = {pk for pk, n in self._rows("measured__n_candidates") if n is not None and n <= FEW}
        ranges = Reading.objects.filter(candidate_set__collection__in=self.collections).values("rollout")
        spread = ranges.annotate(low=Min("n_candidates"), high=Max("n_candidates"))
        apart = {pk for pk, low, high in spread.values_list("rollout", "low", "high") if low != high}
        contested = set(_contested(self.collections))
        return [
            1.0
            + DOUBT_OF["few"] * (pk in few)
            + DOUBT_OF["sets"] * (pk in apart)
            + DOUBT_OF["grades"] * (pk in contested)
            for pk in self.ids
        ]

    def _rows(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(self.ids), STEP):
            rows = self.every.filter(among("pk", self.ids[start : start + STEP])).order_by()
            yield from rows.values_list("pk", *columns)


def population_of(project: Project, keys: Sequence[int], filters: RolloutFilter) -> Population:
    """The rollouts of the project's collections with these keys (none: of all) that the filter selects.

    Raises BadPopulation where a collection is not there, nothing can tell, or there are more than MOST.
    """
    collections = list(collections_of(project))
    if keys:
        known = {collection.pk: collection for collection in collections}
        gone = [key for key in keys if key not in known]
        if gone:
            raise BadPopulation(f"there is no collection {gone[0]} in {project.name!r}")
        collections = [known[key] for key in dict.fromkeys(keys)]
    analyses = shown_analyses(collections, filters.extractor)
    asked = _asked(collections, analyses, filters)
    ids = _ids(asked)
    words = ", ".join(collection.name for collection in collections) if keys else "all collections"
    return Population(ids, asked.every, collections, f"{words}: {filters.words}" if filters else words)


def _asked(collections: Sequence[Collection], analyses: Sequence[Analysis], filters: RolloutFilter) -> Asked:
    every = listing.of_collections(collections, analyses)
    is_whole = not filters.extractor and know_all(analyses, collections)
    asked = Asked(every, analyses, filters, Order(), is_whole)
    if not asked.is_answerable:
        raise BadPopulation(f"no analysis of these collections is finished, so {filters.words} cannot be told")
    return asked


def _ids(asked: Asked) -> list[int]:
    if asked.matches is not None:
        ids = sorted(_walked(asked))
    elif isinstance(asked.source, Known):
        ids = asked.source.pks.tolist()
    else:
        assert isinstance(asked.source, Among)
        rows = asked.source.rollouts.filter(asked.source.where).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise BadPopulation(f"more than {MOST} rollouts; narrow them with a filter, or choose fewer collections")
    return ids


def _walked(asked: Asked) -> Iterator[int]:
    place: Place | None = None
    n = 0
    while n <= MOST:
        walked = walk_keys(asked.source, asked.order, place, STEP, asked.matches, PATIENT)
        yield from (key.pk for key in walked.keys)
        n += len(walked.keys)
        place = walked.keys[-1] if len(walked.keys) == STEP else walked.stopped
        if place is None:
            return


def _contested(collections: Sequence[Collection]) -> Iterator[int]:
    """Rollouts of which an uploaded grade says another outcome than ours of the same turn."""
    grades = Grade.objects.filter(rollout__collection__in=collections, source=Grade.Source.OURS)
    other = Grade.objects.filter(
        rollout=OuterRef("rollout"), turn_index=OuterRef("turn_index"), source=Grade.Source.UPLOADED
    ).exclude(outcome=OuterRef("outcome"))
    return grades.filter(Exists(other)).values_list("rollout", flat=True).iterator()
