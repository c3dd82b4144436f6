"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def projects(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def history(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
