"""Queues as people see them: a lead all of a project's, an annotator only those that they are among the people of."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from apps.accounts.models import Membership, Project, User
from apps.accounts.permissions import Act, may
from apps.annotation.models import Assignment, Comment, Item, Queue

State = Assignment.State
PAGE = 100
MOST_REMARKS = 200
STEP = 500
LISTED = (
    *("queue", "position", "probability", "stratum", "rollout__external_id", "rollout__collection__name"),
    *("rollout__model__name", "rollout__problem__key", "rollout__problem__problem_set__name"),
)


class Progress(NamedTuple):
    """How far one person is in a queue; `seconds` is the time at work on what they are done with."""

    person: User
    n_done: int = 0
    n_open: int = 0
    n_assigned: int = 0
    n_skipped: int = 0
    n_flagged: int = 0
    seconds: float = 0.0

    @property
    def minutes_each(self) -> float | None:
        """None while nothing is done."""
        return self.seconds / 60 / self.n_done if self.n_done else None


def queues_of(project: Project) -> QuerySet[Queue]:
    """Every queue of the project, newest first, each with `n_items` and `n_done`: how often one of them was done."""
    done = Q(items__assignments__state=State.DONE)
    return (
        Queue.objects.filter(scheme__project=project)
        .select_related("scheme")
        .annotate(
            n_items=Count("items", distinct=True),
            n_done=Count("items__assignments", filter=done, distinct=True),
        )
        .order_by("-pk")
    )


def queues_for(project: Project, user: User) -> QuerySet[Queue]:
    """The queues that the person is among the people of."""
    return queues_of(project).filter(pk__in=user.queues.values("pk"))


def n_done_by(user: User, project: Project) -> dict[int, int]:
    """How many items of each queue the person is done with."""
    rows = Assignment.objects.filter(user=user, state=State.DONE, item__queue__scheme__project=project)
    return dict(rows.order_by().values("item__queue").annotate(n=Count("pk")).values_list("item__queue", "n"))


def may_label(queue: Queue, user: User) -> bool:
    """Whether the person is among the people of the queue."""
    return queue.people.filter(pk=user.pk).exists()


def who_may_label(project: Project) -> list[User]:
    """Members whose role allows it, by name."""
    rows = Membership.objects.filter(project=project).select_related("user").order_by("user__username")
    return [row.user for row in rows if may(row.role, Act.ANNOTATE)]


def progress_of(queue: Queue) -> list[Progress]:
    """Of everybody who is among its people or has worked in it, by name."""
    rows = (
        Assignment.objects.filter(item__queue=queue)
        .order_by()
        .values("user")
        .annotate(
            n_flagged=Count("pk", filter=Q(is_flagged=True)),
            time=Sum("seconds", filter=Q(state=State.DONE)),
            **{f"n_{state.value}": Count("pk", filter=Q(state=state)) for state in State},
        )
    )
    found: dict[int, dict[str, Any]] = {row["user"]: dict(row) for row in rows}
    people = User.objects.filter(Q(pk__in=queue.people.values("pk")) | Q(pk__in=found)).order_by("username")
    return [_progress(person, found.get(person.pk)) for person in people]


def _progress(person: User, row: dict[str, Any] | None) -> Progress:
    if row is None:
        return Progress(person)
    counts = {name: row[name] for name in ("n_done", "n_open", "n_assigned", "n_skipped", "n_flagged")}
    return Progress(person, **counts, seconds=row["time"] or 0.0)


def items_from(queue: Queue, first: int) -> list[Item]:
    """A page of items from a number on, and one more where there is one."""
    return list(_whole(queue).filter(position__gte=first)[: PAGE + 1])


def n_queues_of(project: Project) -> int:
    return Queue.objects.filter(scheme__project=project).count()


def every_item(queue: Queue) -> Iterator[Item]:
    """All items in order with what a list of them says, some at a time."""
    yield from _whole(queue).only(*LISTED).iterator(chunk_size=STEP)


def flags_of(queue: Queue) -> list[Assignment]:
    rows = Assignment.objects.filter(item__queue=queue, is_flagged=True).select_related("user", "item__rollout")
    return list(rows.order_by("item__position")[:MOST_REMARKS])


def comments_on(queue: Queue) -> list[Comment]:
    """Comments of its scheme on its rollouts, newest first."""
    rows = Comment.objects.filter(layer__scheme=queue.scheme, rollout__in=queue.items.values("rollout"))
    return list(rows.select_related("author", "rollout").order_by("-at")[:MOST_REMARKS])


def _whole(queue: Queue) -> QuerySet[Item]:
    people = Assignment.objects.select_related("user").order_by("user__username")
    related = ("rollout__collection", "rollout__model", "rollout__problem__problem_set")
    rows = queue.items.select_related(*related).order_by("position")
    return rows.prefetch_related(Prefetch("assignments", queryset=people))
