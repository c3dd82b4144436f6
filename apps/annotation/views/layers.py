"""A layer: what was done in it, and its orphans, which a lead puts back or lets go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Layer
from apps.annotation.queries.layers import history_of, layers_of
from apps.annotation.queries.places import orphans_of
from apps.annotation.services import orphans

MOST_ORPHANS = 500


@require_safe
@project_page(Act.LEAD)
def layer(request: ProjectRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(layers_of(request.project), pk=pk)
    lost = orphans_of(found).order_by("external_id", "start", "pk")
    context = {
        "layer": found,
        "titles": {kind.name: kind for kind in found.scheme.plain.kinds},
        "history": history_of(found),
        "orphans": lost[:MOST_ORPHANS],
        "n_orphans": lost.count(),
        "section": "annotation",
    }
    return render(request, "annotation/layer.html", context)


@require_POST
@project_page(Act.LEAD)
def place_again(request: ProjectRequest, pk: int) -> HttpResponse:
    """Look for the orphans' texts in what the project holds now."""
    found = _layer(request, pk)
    n = orphans.place_again(request.project)
    words = f"{n} labels are back on their text." if n else "No orphan finds its text among today's rollouts."
    messages.success(request, words)
    return redirect("annotation:layer", request.project.slug, found.pk)


@require_POST
@project_page(Act.LEAD)
def let_go(request: ProjectRequest, pk: int) -> HttpResponse:
    found = _layer(request, pk)
    n = orphans.let_go(layer=found, actor=request.user)
    messages.success(request, f"{n} orphans removed; the history keeps them.")
    return redirect("annotation:layer", request.project.slug, found.pk)


def _layer(request: ProjectRequest, pk: int) -> Layer:
    return get_object_or_404(Layer, scheme__project=request.project, pk=pk)
