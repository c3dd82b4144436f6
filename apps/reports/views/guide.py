"""Help: the guide's contents, its pages and its pictures."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.reports.presenters.guide.pages import find_picture_file, shown
from apps.reports.presenters.guide.searching import found
from apps.reports.presenters.guide.table import GROUPS, PAGES

MOST_WORDS = 100


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """All pages by group, or the sections that hold the words of `q`."""
    words = request.GET.get("q", "")[:MOST_WORDS].strip()
    context = {"groups": GROUPS, "words": words, "hits": found(words), "section": "help"}
    return render(request, "reports/guide/contents.html", context)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PAGES:
        raise Http404("no such page of the guide")
    return render(request, "reports/guide/page.html", {"shown": shown(name), "section": "help"})


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A screenshot of the guide, of those that there are."""
    path = find_picture_file(name)
    if path is None:
        raise Http404("no such picture")
    return FileResponse(path.open("rb"), content_type="image/png", headers={"Cache-Control": "max-age=3600"})
