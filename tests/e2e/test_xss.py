"""The corpus of payloads in every text that a file or a member can set: on no page does a real browser run one of them.

The site runs in this process, so that what takes a worker is done before the browser opens.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route

from apps.accounts.models import Membership, Project, Role, User
from apps.core.models import JobState
from apps.traces.models import Collection, Import, ImportIssue, Indexing, Preset, Rollout, SavedView
from apps.traces.presenters.families import FAMILIES
from apps.traces.queries.columns import COLUMNS
from apps.traces.services import corrections, drafts, imports, indexing
from apps.traces.services.analyses import ensured_analysis

from .xss_payloads import joined, payloads

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
N_READERS = 6
ASKED = "%3Cimg+data-pwned+src%3Dx+onerror%3Dwindow.pwned%3D1%3E"
LIVE = "<img data-pwned src=http://pwned.invalid/x onerror=alert(1)>"
SCRIPT = re.compile(r"[\s\x00-\x20]*(?:java|vb)script:", re.IGNORECASE)
SENTINEL = "Object.defineProperty(window, 'pwned', {set: () => { document.title = 'PWNED'; window.isPwned = true; }});"
INJECTED = """() => {
  const tags = ['x-y', 'custom-x', 'portal', 'marquee', 'base', 'embed', 'object', 'iframe'];
  const places = /^(href|src|action|data|formaction|xlink:href|hx-get|hx-post)$/;
  const isScript = (value) => /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text)/i.test(value);
  const isFar = (value) => /^[\\s]*(https?:)?\\/\\/pwned/i.test(value);
  const isBad = ({ name, value }) => name === 'data-pwned' || /^(on|hx-on)/.test(name)
    || (places.test(name) && (isScript(value) || isFar(value)));
  return [...document.querySelectorAll('*')]
    .filter((element) => tags.includes(element.localName) || [...element.attributes].some(isBad))
    .map((element) => element.outerHTML.slice(0, 300));
}"""
"""Elements that only a payload can have brought: its mark, its tags, handlers of events, scripts as addresses."""


def rows() -> list[dict[str, object]]:
    """Every payload in every field: long fields hold the whole corpus, short ones their share of it."""
    corpus = payloads()
    short, whole = joined(180), "\n".join(corpus)
    thought = "\n".join([*corpus, "So the answer is 4.", "Wait, let me check.", *corpus[:40], "The answer is 5."])
    found: list[dict[str, object]] = []
    for number, words in enumerate(short):
        text = thought if number < 2 else f"{words}\nThe answer is {words[:40]}.\nWait. {words}"
        found.append(
            {
                "id": f"{words} {number}",
                "model": words if number < 24 else short[number % 24],
                "problem": whole if number == 0 else words,
                "answer": words,
                "options": corpus if number == 1 else [words, "4"],
                "reasoning": text,
                "response": whole if number < 2 else words,
                "problem_set": short[number % 3],
                "subject": words,
                "level": words,
                "finish_reason": words,
                "condition": {short[number % 5]: short[number % 7], "hint": short[number % 4]},
                "score": {words: 1.5},
                "attribute": {words: words},
                "confidence": words if number % 9 == 0 else 0.5,
                "error": words if number == 3 else None,
            }
        )
    return [*found, conversation(whole, corpus), *broken(short)]


def conversation(whole: str, corpus: list[str]) -> dict[str, object]:
    calls = [{"id": text, "name": text, "arguments": {text: text}} for text in corpus[:60]]
    roles = ("system", "user", "critic", "judge", "teacher", "tool")
    turns: list[dict[str, object]] = [
        {"role": role, "content": whole, "name": corpus[n]} for n, role in enumerate(roles)
    ]
    answer = {"role": "assistant", "reasoning": whole, "content": whole, "tool_calls": calls, "name": corpus[7]}
    return {
        "id": "talk",
        "model": "talker",
        "problem": "1+1?",
        "answer": "2",
        "turns": [*turns, answer, *turns, answer],
    }


def broken(short: list[str]) -> Iterator[dict[str, object]]:
    """Rows that cannot be read, with the payload in what the message may quote."""
    for number, words in enumerate(short[:30]):
        yield {
            "id": f"bad {number}",
            "model": "m",
            "problem": words,
            "response": None,
            "turns": [{"role": words, "content": {words: words}}],
        }


def upload(project: Project, user: User, name: str, content: bytes) -> Import:
    reading = imports.create_draft(project=project, user=user)
    imports.add_upload(reading=reading, name=name, chunks=[content])
    return reading


def archive(short: list[str]) -> bytes:
    """Members whose names are payloads, some of which hold rows."""
    stream, line = (
        io.BytesIO(),
        json.dumps({"id": "1", "model": "m", "problem": "1+1?", "answer": "2", "response": "2"}),
    )
    with zipfile.ZipFile(stream, "w") as packed:
        for number, words in enumerate(short):
            name = words.replace("\x00", "").encode("utf-8", "replace").decode()
            packed.writestr(f"{name} {number}.jsonl", line if number % 2 else words.encode("utf-8", "replace"))
    return stream.getvalue()


@dataclass
class Hostile:
    """A project where everything that can be named is named by a payload, and its pages."""

    user: User
    pages: dict[str, str] = field(default_factory=dict)
    readers: list[str] = field(default_factory=list)


def hostile_site() -> Hostile:
    short = joined(90)
    user = User.objects.create_user("ada", password="x")
    project = Project.objects.create(slug="p", name=short[0])
    for number, words in enumerate(short[:20]):
        other = Project.objects.create(slug=f"p{number}", name=words)
        Membership.objects.create(project=other, user=user, role=Role.OWNER)
    Membership.objects.create(project=project, user=user, role=Role.OWNER)
    content = "\n".join(json.dumps(row) for row in rows()).encode()
    collection = imported(upload(project, user, f"{short[1]}.jsonl", content), short[2])
    second = imported(upload(project, user, "members.zip", archive(short)), short[3])
    for number, words in enumerate(short):
        Collection.objects.create(project=project, name=words)
        SavedView.objects.create(
            project=project,
            owner=user,
            name=f"{words} {number}"[-100:],
            collection=collection,
            is_shared=bool(number % 2),
        )
        Preset.objects.create(project=project, name=f"{words} {number}"[-100:], mapping={"fields": {"response": words}})
    corrections.rename(collection=collection, name=short[4], actor=user)
    first = Rollout.objects.filter(collection=collection).order_by("pk")[0]
    corrections.correct_gold(problem=first.problem, golds=short[:5], actor=user, reason=short[5])
    corrections.overrule(rollout=first, turn_index=1, outcome="correct", actor=user, reason=short[6])
    ensured_analysis(collection=collection)
    return Hostile(user, pages_of(project, collection, second, first, user, content), readers_of(project, collection))


def imported(reading: Import, name: str) -> Collection:
    reading.keep_good = True
    reading.save()
    collection = imports.confirm(reading=reading, name=name, wake=False)
    imports.execute(import_id=reading.pk)
    reading.refresh_from_db()
    assert reading.state == JobState.DONE, ImportIssue.objects.values_list("message", flat=True)
    ensured_analysis(collection=collection)
    for job in Indexing.objects.filter(collection=collection):
        indexing.execute(indexing_id=job.pk)
    return collection


def pages_of(
    project: Project, collection: Collection, second: Collection, first: Rollout, user: User, content: bytes
) -> dict[str, str]:
    """Every kind of page by name."""
    short = joined(90)
    previewed = upload(project, user, f"{short[7]}.jsonl", content)
    names = upload(project, user, "names.zip", archive(short))
    keys = upload(
        project, user, f"{short[8]}.json", json.dumps([{text: text for text in payloads()[:60]}] * 3).encode()
    )
    drafts.save_preset(
        project=project, name=short[9], mapping={"fields": {"response": "x"}}, set_values={"model": short[10]}
    )
    failed = upload(project, user, f"{short[11]}.jsonl", content)
    imports.confirm(reading=failed, name=short[12], wake=False)
    imports.execute(import_id=failed.pk)
    place, done = [project.slug], collection.imports.order_by("pk")[0]
    columns = "columns=" + ",".join(COLUMNS)
    lists = reverse("traces:rollouts", args=[*place, collection.pk])
    return {
        "projects": reverse("traces:projects"),
        "collections": reverse("traces:collections", args=place),
        "import preview": reverse("traces:import", args=[*place, previewed.pk]),
        "import preview of an archive": reverse("traces:import", args=[*place, names.pk]),
        "import preview of unknown keys": reverse("traces:import", args=[*place, keys.pk]),
        "import that failed": reverse("traces:import", args=[*place, failed.pk]),
        "import that is done": reverse("traces:import", args=[*place, done.pk]),
        "import of an archive": reverse("traces:import", args=[*place, second.imports.order_by("pk")[0].pk]),
        "list": lists,
        "list with columns": f"{lists}?{columns}",
        "list with snippets": f"{lists}?q=window",
        "list of the project": f"{reverse('traces:project_rollouts', args=place)}?{columns}&q=data",
        "search": f"{reverse('traces:search', args=place)}?q=script",
        "search for a payload": f"{reverse('traces:search', args=place)}?q={ASKED}",
        "filter by a payload": f"{lists}?model=%22%3E{ASKED}",
        "dashboard": reverse("traces:dashboard", args=[*place, collection.pk]),
        "comparison": f"{reverse('traces:compare', args=place)}?c={collection.pk}&c={second.pk}",
        **{name: reverse("traces:family", args=[*place, collection.pk, name]) for name in FAMILIES},
        "pairs": f"{reverse('traces:pairs', args=place)}?c={collection.pk}&c={second.pk}",
        "side by side": reverse("traces:beside", args=[*place, first.pk, first.pk]),
        "problem": reverse("traces:problem", args=[*place, first.problem_id]),
        "history": reverse("traces:history", args=place),
        "settings": reverse("traces:settings", args=[*place, collection.pk]),
        "deletion": reverse("traces:delete_project", args=place),
        "members": reverse("accounts:members", args=place),
    }


def readers_of(project: Project, collection: Collection) -> list[str]:
    """The rollouts that hold the whole corpus first, then the others."""
    talk = collection.rollouts.filter(external_id="talk")
    others = collection.rollouts.exclude(external_id="talk").order_by("pk")
    return [reverse("traces:rollout", args=[project.slug, row.pk]) for row in (*others[:2], *talk, *others[2:])]


@contextmanager
def watched(browser: Browser, client: Client, address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page as a member, and what went wrong on it so far."""
    wrong: list[str] = []
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_cookies([cookie | {"url": address}])  # type: ignore[list-item]
        yield watched_page(context, wrong), wrong


def note_dialog(wrong: list[str], dialog: Dialog) -> None:
    wrong.append(f"dialog {dialog.message}")
    dialog.dismiss()


def watched_page(context: BrowserContext, wrong: list[str]) -> Page:
    def local_only(route: Route) -> None:
        place = urlsplit(route.request.url)
        if place.scheme in ("data", "blob") or place.hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            wrong.append(f"request to {route.request.url}")
            route.abort()

    context.route("**/*", local_only)
    context.add_init_script(SENTINEL)
    page = context.new_page()
    page.on("dialog", partial(note_dialog, wrong))
    page.on("pageerror", lambda error: wrong.append(f"uncaught {error}"))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("popup", lambda other: wrong.append(f"a window {other.url}"))
    return page


def look(page: Page, address: str, name: str, wrong: list[str]) -> None:
    """Open a page, point at what shows more when it is pointed at, and see that nothing of the corpus came alive."""
    response = page.goto(address, wait_until="load")
    assert response is not None
    assert response.status == 200, (name, response.status)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    if name == "dashboard":
        point_at_figures(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")
    assert page.evaluate("window.isPwned") is None, name
    assert page.evaluate(INJECTED) == [], name
    assert wrong == [], name
    assert page.url.startswith(address.partition("?")[0]), name


def point_at_figures(page: Page) -> None:
    """The labels that Plotly writes are asked for at the first points of every figure."""
    page.locator("[data-figure] .main-svg").first.wait_for(timeout=60_000)
    for figure in page.locator("[data-figure]").all():
        figure.scroll_into_view_if_needed()
        for point in figure.locator(".barlayer path, path.point").all()[:4]:
            box = point.bounding_box()
            if box:
                page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
                page.wait_for_timeout(60)
                assert page.locator(".hoverlayer a").count() == 0


class Alive(HTMLParser):
    """What a parser sees as an element of the corpus."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_script = name in ("href", "src", "action", "data") and re.match(
                r"[\s\x00-\x20]*(java|vb)script:", value or "", re.I
            )
            if name == "data-pwned" or name.startswith(("on", "hx-on")) or is_script:
                self.found.append(f"{tag} {name}={value!r}")


def test_the_corpus_is_large_and_every_payload_is_another() -> None:
    assert len(payloads()) >= 300
    assert len(set(payloads())) == len(payloads())
    assert all(any(payload[:90] in text for text in joined(90)) for payload in payloads())


def test_the_watch_sees_a_payload_that_runs(live_server: object, browser: Browser) -> None:
    client = Client()
    client.force_login(User.objects.create_user("ada", password="x"))
    with watched(browser, client, str(live_server)) as (page, wrong):
        page.goto(f"{live_server}/")
        page.evaluate("window.pwned = 1")
        page.evaluate("(text) => document.body.insertAdjacentHTML('beforeend', text)", LIVE)
        page.wait_for_timeout(300)
        assert page.evaluate("window.isPwned") is True
        assert len(page.evaluate(INJECTED)) == 1
        assert wrong


def test_no_page_runs_a_payload_or_holds_an_element_of_one(live_server: object, browser: Browser) -> None:
    hostile = hostile_site()
    client = Client()
    client.force_login(hostile.user)
    for address in hostile.readers:
        response = client.get(address)
        assert response.status_code == 200
        seen = Alive()
        seen.feed(response.content.decode())
        assert seen.found == [], address
    with watched(browser, client, str(live_server)) as (page, wrong):
        for name, address in hostile.pages.items():
            look(page, f"{live_server}{address}", name, wrong)
        for number, address in enumerate(hostile.readers[:N_READERS]):
            for query in ("", "?raw=1", "?maths=all", "?q=window")[: 4 if number < 3 else 1]:
                look(page, f"{live_server}{address}{query}", f"reader {number}{query}", wrong)
