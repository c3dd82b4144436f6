"""Schemes and queues reached through their project: a lead every one, an annotator only what is theirs, else 404."""

from django.shortcuts import get_object_or_404

from apps.accounts.access import ProjectRequest
from apps.accounts.permissions import Act
from apps.annotation.models import Queue, Scheme
from apps.annotation.queries.queues import queues_for, queues_of
from apps.annotation.queries.schemes import schemes_for, schemes_of


def scheme_or_404(request: ProjectRequest, pk: int) -> Scheme:
    rows = schemes_of(request.project) if Act.LEAD in request.acts else schemes_for(request.project, request.user)
    return get_object_or_404(rows, pk=pk)


def queue_or_404(request: ProjectRequest, pk: int) -> Queue:
    rows = queues_of(request.project) if Act.LEAD in request.acts else queues_for(request.project, request.user)
    return get_object_or_404(rows, pk=pk)
