"""Queues: rollouts drawn for labelling, each with its probability; who labels them. Knows no label and no page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from django.db import transaction

from analysis.errors import UserError
from analysis.labelling.drawing import ALLOCATIONS, STRATEGIES, Drawn, Wanted
from analysis.labelling.drawing import Population as Numbers
from apps.accounts.models import Membership, Project, User
from apps.accounts.permissions import Act, may
from apps.accounts.services import record_change
from apps.annotation.models import Assignment, Item, Queue, Scheme
from apps.annotation.queries.differing import differences
from apps.annotation.queries.population import Population, population_of
from apps.annotation.services import taking
from apps.annotation.services.suggestions import check_source
from apps.traces.queries.filters import RolloutFilter

MOST_ITEMS = 10_000
MOST_OVERLAP = 20
MOST_SEED = 2**31


class QueueRefused(UserError):
    """A queue that cannot be made, or an act on one; the message says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a queue is to be. `keys` are those of collections, none for all; `filter` is the filter of a list.

    `by` and `allocation` are of strata; `rollouts` are ids that somebody chose by hand.
    """

    name: str
    strategy: str = "random"
    n: int = 100
    keys: Sequence[int] = ()
    filter: Mapping[str, str] = field(default_factory=dict)
    by: str = "model"
    allocation: str = ALLOCATIONS[0]
    rollouts: Sequence[int] = ()
    seed: int = 0
    overlap: int = 1
    is_blind: bool = True
    suggestions: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """How the rollouts were drawn, as it is kept."""
        kept: dict[str, Any] = {"n": self.n, "collections": list(self.keys), "filter": dict(self.filter)}
        if self.strategy == "stratified":
            kept |= {"by": self.by, "allocation": self.allocation}
        return kept


@dataclass(frozen=True, slots=True)
class Sample:
    """What a plan would draw: ids of rollouts with their probabilities, and how many they are drawn from."""

    ids: Sequence[int]
    drawn: Sequence[Drawn]
    n_population: int
    words: str


def sample_of(*, scheme: Scheme, plan: Plan) -> Sample:
    """Draw, and store nothing. The same plan on the same rollouts draws the same ones."""
    if plan.strategy not in STRATEGIES:
        raise QueueRefused(f"unknown strategy {plan.strategy[:40]!r}; known: {', '.join(STRATEGIES)}")
    population = population_of(scheme.project, plan.keys, RolloutFilter.parse(plan.filter, with_text=True))
    if not population.ids:
        raise QueueRefused(f"no rollout is among {population.words}")
    drawn = STRATEGIES[plan.strategy](
        _numbers(population, plan, scheme), Wanted(plan.n, plan.allocation), np.random.default_rng(plan.seed)
    )
    if len(drawn) > MOST_ITEMS:
        raise QueueRefused(f"{len(drawn)} rollouts in one queue; at most {MOST_ITEMS}")
    if not drawn:
        raise QueueRefused("nothing of these rollouts was drawn")
    return Sample([population.ids[each.number] for each in drawn], drawn, len(population.ids), population.words)


@transaction.atomic
def create_queue(*, scheme: Scheme, user: User | None, plan: Plan, people: Iterable[User] = ()) -> Queue:
    """Draw a queue's rollouts and store them in the order in which they are labelled."""
    name, chosen = _checked_name(plan.name), list(people)
    _check_numbers(plan)
    _check_people(scheme.project, chosen)
    if plan.suggestions:
        check_source(scheme, plan.suggestions)
    sample = sample_of(scheme=scheme, plan=plan)
    queue = Queue.objects.create(
        scheme=scheme,
        name=name,
        strategy=plan.strategy,
        parameters=plan.parameters,
        seed=plan.seed,
        n_population=sample.n_population,
        overlap=plan.overlap,
        is_blind=plan.is_blind,
        suggestions=plan.suggestions,
        created_by=user,
    )
    queue.people.set(chosen)
    Item.objects.bulk_create(
        Item(queue=queue, rollout_id=pk, position=place, probability=each.probability, stratum=each.stratum[:300])
        for place, (pk, each) in enumerate(zip(sample.ids, sample.drawn, strict=True))
    )
    _record(queue, user, "make a queue", after=plan.parameters | {"strategy": plan.strategy, "items": len(sample.ids)})
    return queue


def set_open(*, queue: Queue, user: User, is_open: bool) -> None:
    """A closed queue gives nothing out; what was labelled stays."""
    if Queue.objects.filter(pk=queue.pk, is_open=not is_open).update(is_open=is_open):
        _record(queue, user, "open a queue" if is_open else "close a queue")


@transaction.atomic
def set_people(*, queue: Queue, user: User, people: Iterable[User]) -> None:
    """Who labels; what was assigned to somebody who is none of them any more goes back."""
    chosen = list(people)
    _check_people(queue.scheme.project, chosen)
    before = sorted(queue.people.values_list("username", flat=True))
    queue.people.set(chosen)
    gone = Assignment.objects.filter(item__queue=queue, state=taking.State.ASSIGNED).exclude(user__in=chosen)
    gone.delete()
    after = sorted(person.username for person in chosen)
    if before != after:
        _record(queue, user, "choose the people of a queue", before=before, after=after)


@transaction.atomic
def assign_items(*, queue: Queue, user: User) -> int:
    """Give every item the people that it still needs; how many places were given out.

    Each person gets as many, and everybody shares items with everybody else as evenly as that allows, so that agreement
    is known of every pair. Who holds an item, is done with it or skipped it does not get it again.
    """
    people = list(queue.people.order_by("username"))
    if len(people) < queue.overlap:
        raise QueueRefused(f"{queue.overlap} people label each rollout, and the queue has {len(people)}")
    Queue.objects.select_for_update().get(pk=queue.pk)
    held, turns = _held(queue), Turns(people)
    for holders in held.values():
        turns.count(holders)
    given = [
        Assignment(item=item, user=person, state=taking.State.ASSIGNED)
        for item in queue.items.order_by("position")
        for person in turns.next(held.get(item.pk, set()), queue.overlap)
    ]
    Assignment.objects.bulk_create(given)
    _record(queue, user, "assign the items of a queue", after={"assigned": len(given)})
    return len(given)


class Turns:
    """Whose turn it is: who has the fewest items, and of these who has shared the fewest with the item's others."""

    def __init__(self, people: Sequence[User]) -> None:
        self._people = people
        self._load: Counter[int] = Counter()
        self._shared: Counter[frozenset[int]] = Counter()

    def count(self, holders: Iterable[int]) -> None:
        keys = sorted(holders)
        self._load.update(keys)
        self._shared.update(frozenset(pair) for pair in combinations(keys, 2))

    def next(self, holders: set[int], n: int) -> list[User]:
        """Who makes the holders of an item `n`."""
        chosen: list[User] = []
        while len(holders) + len(chosen) < n:
            others = holders | {person.pk for person in chosen}
            free = [person for person in self._people if person.pk not in others]
            if not free:
                break
            chosen.append(min(free, key=lambda each: (self._load[each.pk], self._with(each.pk, others))))
        for person in chosen:
            self._load[person.pk] += 1
        new = [person.pk for person in chosen]
        pairs = {frozenset((a, b)) for a in new for b in [*holders, *new] if a != b}
        self._shared.update(pairs)
        return chosen

    def _with(self, person: int, others: Iterable[int]) -> int:
        return sum(self._shared[frozenset((person, other))] for other in others)


@transaction.atomic
def take_back(*, queue: Queue, user: User) -> int:
    """Take back what was assigned and is not begun; how many."""
    n, _ = Assignment.objects.filter(item__queue=queue, state=taking.State.ASSIGNED, opened_at=None).delete()
    if n:
        _record(queue, user, "take back the items of a queue", after={"taken_back": n})
    return n


@transaction.atomic
def delete_queue(*, queue: Queue, user: User) -> None:
    """Delete a queue that nobody has begun; labels belong to no queue, but who did what of it would be forgotten."""
    n = Assignment.objects.filter(item__queue=queue).exclude(opened_at=None).count()
    if n:
        raise QueueRefused(f"{n} of its items were begun; close the queue instead")
    _record(queue, user, "delete a queue")
    queue.delete()


def _numbers(population: Population, plan: Plan, scheme: Scheme) -> Numbers:
    """What the plan's strategy asks of the rollouts."""
    n = len(population.ids)
    if plan.strategy == "stratified":
        return Numbers(n, strata=population.strata(plan.by))
    if plan.strategy == "uncertain":
        return Numbers(n, weights=population.doubts())
    if plan.strategy == "disagreement":
        apart = differences(scheme)
        return Numbers(n, weights=[apart.get(pk, 0.0) for pk in population.ids])
    if plan.strategy == "by_hand":
        places = {pk: place for place, pk in enumerate(population.ids)}
        missing = [pk for pk in plan.rollouts if pk not in places]
        if missing:
            raise QueueRefused(f"rollout {missing[0]} is not among {population.words}")
        return Numbers(n, chosen=[places[pk] for pk in plan.rollouts])
    return Numbers(n)


def _held(queue: Queue) -> dict[int, set[int]]:
    """Who has to do with each item already."""
    held: dict[int, set[int]] = {}
    for item, user in Assignment.objects.filter(item__queue=queue).values_list("item", "user"):
        held.setdefault(item, set()).add(user)
    return held


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 150:
        raise QueueRefused(f"a queue needs a name of 1 to 150 characters, not {len(name)}")
    return name


def _check_numbers(plan: Plan) -> None:
    if plan.strategy not in ("all", "by_hand") and not 1 <= plan.n <= MOST_ITEMS:
        raise QueueRefused(f"{plan.n} rollouts cannot be drawn; from 1 to {MOST_ITEMS}")
    if not 1 <= plan.overlap <= MOST_OVERLAP:
        raise QueueRefused(f"{plan.overlap} people cannot label each rollout; from 1 to {MOST_OVERLAP}")
    if not 0 <= plan.seed < MOST_SEED:
        raise QueueRefused(f"the seed {plan.seed} is not from 0 to {MOST_SEED - 1}")


def _check_people(project: Project, people: Sequence[User]) -> None:
    roles = dict(Membership.objects.filter(project=project, user__in=people).values_list("user", "role"))
    for person in people:
        if person.pk not in roles or not may(roles[person.pk], Act.ANNOTATE):
            raise QueueRefused(f"{person} may not label in {project.name!r}; an owner gives the role of an annotator")


def _record(queue: Queue, user: User | None, verb: str, before: object = None, after: object = None) -> None:
    record_change(
        project=queue.scheme.project,
        actor=user,
        verb=verb,
        target=f"queue:{queue.pk}",
        label=queue.name,
        before=before,
        after=after,
    )
