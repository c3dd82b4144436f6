"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def collection_rollouts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def rollouts_csv(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def project_rollouts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
