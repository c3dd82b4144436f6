"""Candidate sets that somebody else than our rules made: stored whole, a new version for each new content.

Knows neither labels nor models: an app above says which rollouts were read and what was found in them.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from apps.core import bulk
from apps.traces.models import Candidate, CandidateSet, Collection, Reading

LONGEST_NAME = 60
BATCH = 2_000
COLUMNS = (
    "candidate_set_id", "rollout_id", "turn_index", "index", "start", "end", "line", "value", "rule", "because",
)  # fmt: skip


class Given(NamedTuple):
    """A candidate in a turn's text; `line` is 1-based in the part that was read."""

    start: int
    end: int
    line: int
    value: str


class Read(NamedTuple):
    """One rollout that was read: from where, in which turn, and what was found, in the order of the text."""

    rollout: int
    read_from: str
    turn_index: int
    candidates: tuple[Given, ...]


class Stored(NamedTuple):
    candidate_set: CandidateSet
    is_new: bool


@transaction.atomic
def put_set(
    *, collection: Collection, source: str, extractor: str, reads: Sequence[Read], rule: str, because: str
) -> Stored:
    """The newest set of this extractor where it holds just that, else a new version of it."""
    Collection.objects.select_for_update().get(pk=collection.pk)
    newest = newest_set(collection, extractor)
    if newest is not None and content_of(newest) == {read.rollout: read for read in reads}:
        return Stored(newest, False)
    made = CandidateSet.objects.create(
        collection=collection,
        source=source,
        extractor=extractor[:LONGEST_NAME],
        version=newest.version + 1 if newest else 1,
    )
    rows = [(made.pk, read.rollout, read.read_from, len(read.candidates)) for read in reads]
    bulk.insert_rows(Reading, ("candidate_set_id", "rollout_id", "read_from", "n_candidates"), rows)
    bulk.insert_rows(Candidate, COLUMNS, [row for read in reads for row in _rows(made, read, rule, because)])
    return Stored(made, True)


def newest_set(collection: Collection, extractor: str) -> CandidateSet | None:
    sets = CandidateSet.objects.filter(collection=collection, extractor=extractor[:LONGEST_NAME])
    return sets.order_by("-version").first()


def content_of(candidate_set: CandidateSet) -> Mapping[int, Read]:
    """What a set holds, by rollout."""
    readings = dict(Reading.objects.filter(candidate_set=candidate_set).values_list("rollout_id", "read_from"))
    turns: dict[int, int] = {}
    found: dict[int, list[Given]] = {rollout: [] for rollout in readings}
    rows = Candidate.objects.filter(candidate_set=candidate_set).order_by("rollout_id", "index")
    for rollout, turn, start, end, line, value in rows.values_list("rollout_id", "turn_index", *Given._fields):
        turns[rollout] = turn
        found[rollout].append(Given(start, end, line, value))
    return {pk: Read(pk, readings[pk], turns.get(pk, 0), tuple(each)) for pk, each in found.items()}


def _rows(candidate_set: CandidateSet, read: Read, rule: str, because: str) -> list[tuple[object, ...]]:
    return [
        (candidate_set.pk, read.rollout, read.turn_index, index, *given, rule[:60], because[:300])
        for index, given in enumerate(read.candidates)
    ]
