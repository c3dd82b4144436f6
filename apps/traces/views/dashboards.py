"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def dashboard(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def progress(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def measure_csv(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
