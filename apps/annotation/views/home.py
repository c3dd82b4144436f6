"""Where annotation begins: for a lead every scheme and queue of the project, for an annotator their own queues."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.queries.queues import queues_for, queues_of


@require_safe
@project_page(Act.ANNOTATE)
def home(request: ProjectRequest) -> HttpResponse:
    may_lead = Act.LEAD in request.acts
    queues = queues_of(request.project) if may_lead else queues_for(request.project, request.user)
    context = {"queues": queues, "may_lead": may_lead, "section": "annotation"}
    return render(request, "annotation/home.html", context)
