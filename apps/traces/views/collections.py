"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def collections(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def settings(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def regrade(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
