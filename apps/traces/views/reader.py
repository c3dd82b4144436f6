"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def rollout(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def overrule(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
