"""Being written."""

from django.http import Http404, HttpRequest, HttpResponse


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def draft(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def add_file(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def save_preset(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def confirm(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def cancel(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def progress(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def again(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
