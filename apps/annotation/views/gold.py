"""What a lead makes of a layer's labels: candidate sets, scores of extractors, estimates of a queue's population."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Layer, Scheme
from apps.annotation.presenters.gold import Asked, page_of
from apps.annotation.services.people_sets import refresh
from apps.annotation.views.agreement import scheme_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def gold(request: ProjectRequest, pk: int) -> HttpResponse:
    """The page; a POST makes the candidate sets of a layer anew."""
    scheme = scheme_or_404(request, pk)
    if request.method == "POST":
        return _made(request, scheme)
    asked = Asked(
        _number(request.GET.get("layer")), _number(request.GET.get("queue")), request.GET.get("extractor", "")
    )
    context = {"scheme": scheme, "page": page_of(scheme, asked), "section": "annotation"}
    return render(request, "annotation/gold.html", context)


def _made(request: ProjectRequest, scheme: Scheme) -> HttpResponse:
    layers = Layer.objects.filter(scheme=scheme).exclude(kind=Layer.Kind.SUGGESTER).select_related("scheme__project")
    layer = get_object_or_404(layers, pk=_number(request.POST.get("layer")))
    try:
        made = refresh(layer=layer, actor=request.user)
        names = ", ".join(str(each) for each in made) or "nothing to make"
        messages.success(request, f"{names}. Its figures follow once it is analysed.")
    except UserError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('annotation:gold', args=[request.project.slug, scheme.pk])}?layer={layer.pk}")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
