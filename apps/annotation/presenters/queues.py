"""A queue as its pages show it: what a plan would draw, how far people and items are. Knows no request."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from django.utils import timezone

from analysis.labelling.drawing import STRATEGIES
from apps.annotation.models import Assignment, Comment, Item, Queue
from apps.annotation.queries import queues as queries
from apps.annotation.queries.queues import PAGE, Progress, State
from apps.annotation.services.queues import Sample

Z = 1.96


class Share(NamedTuple):
    """A stratum: of `n_all` rollouts `n` are drawn."""

    name: str
    n: int
    n_all: int
    probability: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be drawn; `half_width` is that of a 95 % interval of a share of one half, where there is one."""

    n: int
    n_population: int
    words: str
    lowest: float | None
    highest: float | None
    half_width: float | None
    strata: Sequence[Share]


def preview(sample: Sample, strategy: str) -> Preview:
    known = [each.probability for each in sample.drawn if each.probability is not None]
    n, n_all = len(sample.ids), sample.n_population
    is_plain = strategy in ("random", "stratified", "all") and len(known) == n
    return Preview(
        n=n,
        n_population=n_all,
        words=sample.words,
        lowest=min(known) if known else None,
        highest=max(known) if known else None,
        half_width=_half_width(sample) if is_plain else None,
        strata=_strata(sample),
    )


def _half_width(sample: Sample) -> float:
    """z · √Σ (N_h/N)² · ¼/n_h · (1 − n_h/N_h): Cochran 1977, section 5.11, at a share of one half in each stratum."""
    drawn = Counter((each.stratum, each.probability or 1.0) for each in sample.drawn)
    n_all = sum(n / p for (_, p), n in drawn.items())
    return Z * sqrt(sum((n / p / n_all) ** 2 * 0.25 / n * (1 - p) for (_, p), n in drawn.items()))


def _strata(sample: Sample) -> list[Share]:
    drawn = Counter(each.stratum for each in sample.drawn)
    chance = {each.stratum: each.probability for each in sample.drawn}
    if set(chance) <= {""}:
        return []
    return [Share(name, drawn[name], round(drawn[name] / p), p) for name, p in sorted(chance.items()) if p is not None]


class Place(NamedTuple):
    """What one person has to do with an item, in words."""

    who: str
    words: str
    look: str
    seconds: float
    is_flagged: bool
    flag_reason: str

    @property
    def minutes(self) -> float:
        return self.seconds / 60


class Line(NamedTuple):
    item: Item
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Page:
    """How a queue stands; `items` from number `first` on, `next` the number that the next page starts at."""

    drawn: str
    by: str
    people: Sequence[Progress]
    items: Sequence[Line]
    first: int
    next: int | None
    flags: Sequence[Assignment]
    comments: Sequence[Comment]
    n_places: int

    @property
    def last(self) -> int:
        return self.first + len(self.items)


def page_of(queue: Queue, first: int = 0) -> Page:
    items = queries.items_from(queue, first)
    now = timezone.now()
    return Page(
        drawn=STRATEGIES.label(queue.strategy) if queue.strategy in STRATEGIES else queue.strategy,
        by=str(queue.parameters.get("by", "")).replace("_", " "),
        people=queries.progress_of(queue),
        items=[_line(item, now) for item in items[:PAGE]],
        first=first,
        next=first + PAGE if len(items) > PAGE else None,
        flags=queries.flags_of(queue),
        comments=queries.comments_on(queue),
        n_places=queue.items.count() * queue.overlap,
    )


def _line(item: Item, now: datetime) -> Line:
    return Line(item, [_place(each, now) for each in item.assignments.all()])


def _place(given: Assignment, now: datetime) -> Place:
    words, look = {
        State.DONE: ("done", "ok"),
        State.SKIPPED: ("skipped", "nogold"),
        State.ASSIGNED: ("assigned", ""),
        State.OPEN: _open_words(given, now),
    }[State(given.state)]
    return Place(given.user.username, words, look, given.seconds, given.is_flagged, given.flag_reason)


def _open_words(given: Assignment, now: datetime) -> tuple[str, str]:
    if given.lease_until is None or given.lease_until <= now:
        return "begun, its place is free again", "nogold"
    return f"open until {given.lease_until:%H:%M} UTC", "unread"


CSV_HEAD = (
    *("position", "rollout", "external_id", "collection", "model", "problem_set", "problem", "probability", "stratum"),
    *("person", "state", "seconds", "done_at", "flagged", "flag_reason"),
)


def csv_lines(items: Iterable[Item]) -> Iterable[Sequence[object]]:
    """A line for each person of each item; an item that nobody has begun has one line without a person."""
    yield CSV_HEAD
    for item in items:
        of = item.rollout
        facts = (
            item.position + 1,
            of.pk,
            of.external_id,
            of.collection.name,
            of.model.name,
            of.problem.problem_set.name,
            of.problem.key,
            item.probability,
            item.stratum,
        )
        given = list(item.assignments.all())
        for each in given:
            at = each.done_at.isoformat() if each.done_at else None
            yield (
                *facts,
                each.user.username,
                each.state,
                round(each.seconds, 1),
                at,
                each.is_flagged,
                each.flag_reason,
            )
        if not given:
            yield (*facts, None, None, None, None, None, None)
