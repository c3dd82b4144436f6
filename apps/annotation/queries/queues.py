"""Queues as people see them: a lead all of a project's, an annotator only those that they are among the people of."""

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Project, User
from apps.annotation.models import Assignment, Queue

State = Assignment.State


def queues_of(project: Project) -> QuerySet[Queue]:
    """Every queue of the project, newest first, each with `n_items` and `n_done`."""
    return _counted(Queue.objects.filter(scheme__project=project))


def queues_for(project: Project, user: User) -> QuerySet[Queue]:
    """The queues that the person is among the people of."""
    return queues_of(project).filter(pk__in=user.queues.values("pk"))


def _counted(queues: QuerySet[Queue]) -> QuerySet[Queue]:
    done = Q(items__assignments__state=State.DONE)
    return queues.select_related("scheme").annotate(
        n_items=Count("items", distinct=True),
        n_done=Count("items__assignments", filter=done, distinct=True),
    )
