"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def problem(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def correct_gold(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
