"""Every address of the application, walked as everybody. The table is literal; an address without a line fails."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import Membership, Project, Role, User
from apps.annotation.models import Item, Layer, Queue
from apps.annotation.services import taking
from apps.annotation.services.layers import layer_of_person
from apps.core import blobs
from apps.core.models import JobState
from apps.psychology.models import Administration
from apps.psychology.services.instruments import take_shipped
from apps.reports.models import ArchiveExport, FrozenReport, ShareLink
from apps.reports.services import freezing
from apps.reports.services.freezing import request_freeze
from apps.reports.services.reports import create_report
from apps.reports.services.sharing import share
from apps.runs.models import Engine, Run, RunState
from apps.traces.models import Collection, Import, SavedView, Upload
from tests.annotation import build as annotation
from tests.traces import build
from tests.traces.analysed import analysed

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
LINE = b'{"id": 1, "model": "m", "problem": "What is 1+1?", "answer": "2", "response": "The answer is 2."}\n'


class Line(NamedTuple):
    """What an address names, how it is asked for, and what viewer, annotator, member and owner of the project get."""

    names: str
    method: str
    viewer: int
    annotator: int
    member: int
    owner: int


def read(names: str) -> Line:
    return Line(names, "get", 200, 403, 200, 200)


def changed_by_members(names: str, method: str = "post") -> Line:
    done = 302 if method == "post" else 200
    return Line(names, method, 403, 403, done, done)


def changed_by_owners(names: str, method: str = "post") -> Line:
    return Line(names, method, 403, 403, 403, 302 if method == "post" else 200)


def annotated(names: str, method: str = "get") -> Line:
    """A page of those who label; who only looks has no part in it."""
    done = 302 if method == "post" else 200
    return Line(names, method, 403, done, done, done)


PROJECT_PAGES = {
    "accounts:members": changed_by_owners("project", "get"),
    "accounts:remove_member": changed_by_owners("project"),
    "accounts:invite": Line("project", "post", 403, 403, 403, 200),
    "annotation:home": annotated("project"),
    "annotation:new_scheme": changed_by_members("project", "get"),
    "annotation:scheme": annotated("scheme"),
    "annotation:edit_scheme": changed_by_members("scheme", "get"),
    "annotation:delete_scheme": changed_by_members("scheme"),
    "annotation:new_queue": changed_by_members("project", "get"),
    "annotation:queue": changed_by_members("queue", "get"),
    "annotation:queue_act": changed_by_members("queue"),
    "annotation:queue_csv": changed_by_members("queue", "get"),
    "annotation:next": annotated("queue", "post"),
    "annotation:layer": changed_by_members("layer", "get"),
    "annotation:place_again": changed_by_members("layer"),
    "annotation:let_go": changed_by_members("layer"),
    "annotation:exchange": changed_by_members("scheme", "get"),
    "annotation:export_labels": changed_by_members("scheme", "get"),
    "annotation:import_labels": changed_by_members("scheme"),
    "annotation:agreement": changed_by_members("scheme", "get"),
    "annotation:agreement_csv": changed_by_members("scheme", "get"),
    "annotation:adjudicate": changed_by_members("scheme", "get"),
    "annotation:adjudicate_rollout": changed_by_members("scheme and rollout", "get"),
    "annotation:gold": changed_by_members("scheme", "get"),
    "annotation:item": annotated("item"),
    "annotation:acts": Line("item", "post", 403, 400, 400, 400),
    "annotation:submit": annotated("item", "post"),
    "annotation:skip": annotated("item", "post"),
    "annotation:flag": annotated("item", "post"),
    "psychology:home": read("project"),
    "psychology:new": changed_by_members("project", "get"),
    "psychology:group": read("administration"),
    "psychology:act": changed_by_members("administration"),
    "psychology:reliability": read("project"),
    "psychology:reliability_csv": read("table of reliability"),
    "psychology:link": read("project"),
    "psychology:link_csv": read("table of links"),
    "psychology:link_svg": read("table of links"),
    "psychology:dissociation": read("project"),
    "psychology:items_csv": read("project"),
    "psychology:figures_csv": read("project"),
    "psychology:instruments": read("project"),
    "psychology:new_instrument": changed_by_members("project", "get"),
    "psychology:read_instrument": changed_by_members("project", "get"),
    "psychology:take_instrument": changed_by_members("shipped", "get"),
    "psychology:instrument": read("instrument"),
    "psychology:instrument_json": read("instrument"),
    "psychology:edit_instrument": changed_by_members("instrument", "get"),
    "psychology:archive_instrument": changed_by_members("instrument"),
    "psychology:published": changed_by_members("project", "get"),
    "reports:export": read("project"),
    "reports:export_file": read("project"),
    "reports:dictionary": read("dictionary"),
    "reports:backup": changed_by_owners("project", "get"),
    "reports:download_archive": changed_by_owners("export", "get"),
    "reports:reports": read("project"),
    "reports:put_in": changed_by_members("kind of block", "get"),
    "reports:report": read("report"),
    "reports:change_report": changed_by_members("report"),
    "reports:delete_report": changed_by_members("report"),
    "reports:add_block": changed_by_members("report"),
    "reports:block": read("block"),
    "reports:change_block": changed_by_members("block"),
    "reports:move_block": changed_by_members("block"),
    "reports:remove_block": changed_by_members("block"),
    "reports:freeze": changed_by_members("report"),
    "reports:frozen": read("frozen"),
    "reports:frozen_file": read("file of a frozen report"),
    "reports:share": Line("frozen", "post", 403, 403, 200, 200),
    "reports:withdraw": changed_by_members("link"),
    "reports:training_sets": read("project"),
    "reports:training_set_jsonl": read("training set"),
    "reports:training_set_parquet": read("training set"),
    "runs:runs": read("project"),
    "runs:new": changed_by_members("project", "get"),
    "runs:run": read("run"),
    "runs:progress": Line("run", "get", 302, 403, 302, 302),
    "runs:units": read("run"),
    "runs:judges": read("run"),
    "runs:provenance": read("run"),
    "runs:act": changed_by_members("run"),
    "runs:delete": changed_by_owners("run"),
    "traces:collections": read("project"),
    "traces:delete_project": changed_by_owners("project", "get"),
    "traces:history": read("project"),
    "traces:start_import": changed_by_members("project"),
    "traces:import": changed_by_members("import", "get"),
    "traces:add_file": changed_by_members("import"),
    "traces:save_preset": changed_by_members("import"),
    "traces:confirm_import": changed_by_members("import"),
    "traces:cancel_import": changed_by_members("import"),
    "traces:import_progress": Line("import", "get", 302, 403, 302, 302),
    "traces:dashboard": read("collection"),
    "traces:compare": read("two collections"),
    "traces:compare_csv": read("two collections"),
    "traces:analysis_progress": Line("collection", "get", 302, 403, 302, 302),
    "traces:measure_csv": read("measure"),
    "traces:family": read("statistics"),
    "traces:pairs": read("one collection"),
    "traces:planning": read("project"),
    "traces:beside": read("two rollouts"),
    "traces:settings": changed_by_members("collection", "get"),
    "traces:delete_collection": changed_by_owners("collection"),
    "traces:regrade": changed_by_members("collection"),
    "traces:analyse": changed_by_members("collection"),
    "traces:read_again": changed_by_members("collection"),
    "traces:rollouts": read("collection"),
    "traces:rollouts_csv": read("collection"),
    "traces:rollouts_jsonl": read("collection"),
    "traces:rollouts_parquet": read("collection"),
    "traces:project_rollouts": read("project"),
    "traces:project_csv": read("project"),
    "traces:project_jsonl": read("project"),
    "traces:project_parquet": read("project"),
    "traces:search": read("project"),
    "traces:save_view": Line("project", "post", 403, 403, 302, 302),
    "traces:saved_view": Line("view", "get", 302, 403, 302, 302),
    "traces:delete_view": Line("view", "post", 403, 403, 302, 302),
    "traces:rollout": read("rollout"),
    "traces:overrule": changed_by_members("rollout"),
    "traces:problem": read("problem"),
    "traces:correct_gold": changed_by_members("problem"),
}
NAMED = ("project", "kind of block", "dictionary", "shipped", "table of reliability", "table of links")
"""What is named in an address by a word, which every project has."""
KEYED = [name for name, line in PROJECT_PAGES.items() if line.names not in NAMED]
# Address, what somebody who is not logged in gets, what anybody who is gets.
OTHER_PAGES = {
    "api:tokens": ("get", 302, 200),
    "api:withdraw_token": ("post", 302, 404),
    "api:reference": ("get", 302, 200),
    "api:openapi": ("get", 200, 200),
    "api:unknown": ("get", 404, 404),
    "healthz": ("get", 200, 200),
    "accounts:login": ("get", 200, 302),
    "accounts:logout": ("post", 302, 302),
    "accounts:join": ("get", 200, 200),
    "reports:archives": ("get", 302, 200),
    "reports:help": ("get", 302, 200),
    "reports:help_page": ("get", 302, 200),
    "reports:help_picture": ("get", 302, 200),
    "reports:methods": ("get", 302, 200),
    "reports:shared": ("get", 404, 404),
    "reports:shared_file": ("get", 404, 404),
    "traces:projects": ("get", 302, 200),
}
WITH: dict[str, tuple[str, ...]] = {
    "accounts:join": ("MQ", "no-token"),
    "api:unknown": ("nothing",),
    "reports:help_page": ("words",),
    "reports:help_picture": ("label.png",),
    "reports:shared": ("no-secret",),
    "reports:shared_file": ("no-secret", "html"),
}
"""What stands in an address outside of projects: an invitation that is none says so, and no more."""
# Addresses of the whole site's engines: how they are asked for, and what an administrator gets; others get 403.
ENGINE_PAGES = {
    "runs:engines": ("get", False, 200),
    "runs:new_engine": ("get", False, 302),
    "runs:engine": ("get", True, 200),
    "runs:try_engine": ("post", True, 302),
}
POSTED: dict[str, Callable[["Place"], dict[str, Any]]] = {
    "annotation:queue_act": lambda place: {"act": "close"},
    "runs:act": lambda place: {"act": "pause"},
    "reports:change_report": lambda place: {"title": "Another", "authors": "A. Author"},
    "reports:add_block": lambda place: {"kind": "text", "text": "more"},
    "reports:change_block": lambda place: {"text": "other"},
    "reports:move_block": lambda place: {"place": "0"},
    "accounts:invite": lambda place: {"username": "new", "role": "viewer"},
    "accounts:remove_member": lambda place: {"user": place.people[Role.VIEWER].pk},
    "traces:overrule": lambda place: {"outcome": "correct", "turn": "1", "turn_index": "1"},
    "traces:correct_gold": lambda place: {"gold": "2", "golds": "2"},
}


class Place(NamedTuple):
    """A project with one of everything, and the people in it."""

    project: Project
    collection: Collection
    measured: Collection
    reading: Import
    people: dict[Role, User]
    view: SavedView
    export: ArchiveExport
    run: Run
    queue: Queue
    layer: Layer
    item: Item
    link: ShareLink

    def address(self, name: str, slug: str = "walked") -> str:
        rollout, report = self.collection.rollouts.earliest("pk"), self.link.frozen.report
        keys: dict[str, list[object]] = {
            "project": [],
            "import": [self.reading.pk],
            "collection": [self.collection.pk],
            "two collections": [],
            "measure": [self.measured.pk, "accuracy"],
            "statistics": [self.measured.pk, "self-correction"],
            "one collection": [],
            "two rollouts": [rollout.pk, rollout.pk],
            "rollout": [rollout.pk],
            "problem": [rollout.problem_id],
            "view": [self.view.pk],
            "export": [self.export.pk],
            "run": [self.run.pk],
            "scheme": [self.queue.scheme_id],
            "scheme and rollout": [self.queue.scheme_id, rollout.pk],
            "queue": [self.queue.pk],
            "layer": [self.layer.pk],
            "item": [self.item.pk],
            "instrument": [self.project.instruments.latest("pk").pk],
            "shipped": ["mini-ipip"],
            "administration": [self.project.administrations.earliest("pk").pk],
            "table of reliability": ["indices"],
            "table of links": ["link"],
            "kind of block": [],
            "report": [report.pk],
            "block": [report.pk, report.blocks[0]["id"]],
            "frozen": [report.pk, self.link.frozen.number],
            "file of a frozen report": [report.pk, self.link.frozen.number, "html"],
            "link": [report.pk, self.link.frozen.number, self.link.pk],
            "training set": ["scl"],
            "dictionary": ["json"],
        }
        names = PROJECT_PAGES[name].names
        queries = {
            "two collections": f"?c={self.collection.pk}&c={self.measured.pk}",
            "one collection": f"?c={self.measured.pk}",
            "kind of block": "?kind=text",
            "training set": f"?collection={self.measured.pk}",
        }
        query = queries.get(names, "")
        return reverse(name, args=[slug, *keys[names]]) + query


@pytest.fixture(scope="module")
def place(kept_rows: None) -> Place:
    project = build.project("walked")
    collection = build.stored([build.rollout("1")], owner=project)
    people = {role: User.objects.create_user(f"the-{role.value}", password="x") for role in Role}
    for role, person in people.items():
        Membership.objects.create(project=project, user=person, role=role)
    blob = blobs.put([LINE])
    earlier = Import.objects.filter(collection=collection).first()
    if earlier is None:
        earlier = Import.objects.create(project=project, collection=collection, state=JobState.DONE)
    Upload.objects.create(reading=earlier, name="a.jsonl", blob=blob)
    reading = Import.objects.create(project=project, state=JobState.DRAFT, created_by=people[Role.OWNER])
    Upload.objects.create(reading=reading, name="a.jsonl", blob=blob)
    view = SavedView.objects.create(project=project, owner=people[Role.OWNER], name="shared", is_shared=True)
    export = ArchiveExport.objects.create(project=project, blob=blob, state=JobState.DONE)
    run = Run.objects.create(project=project, protocol="regenerate", state=RunState.DONE, n_total=1)
    queue = annotation.queue(annotation.scheme(project), [], list(people.values()))
    layer = layer_of_person(scheme=queue.scheme, user=people[Role.ANNOTATOR])
    filled = annotation.queue(annotation.scheme(project, name="held"), list(collection.rollouts.all()), overlap=4)
    for person in people.values():
        taking.take(item=filled.items.get(), user=person)
    take_shipped(project=project, user=people[Role.OWNER], shipped="afterthought-30")
    Administration.objects.create(project=project, name="given", run=run, task="card_task")
    return Place(
        project,
        collection,
        analysed(project).collection,
        reading,
        people,
        view,
        export,
        run,
        queue,
        layer,
        filled.items.get(),
        shared_report(project, people[Role.OWNER]),
    )


def shared_report(project: Project, owner: User) -> ShareLink:
    """A report of one block, frozen, with a link."""
    report = create_report(project=project, user=owner, title="Walked", blocks=[("text", {"text": "so"})])
    frozen = request_freeze(report=report, user=owner)
    freezing.execute(frozen_id=frozen.pk)
    FrozenReport.objects.filter(pk=frozen.pk, html=None).update(html=blobs.put([LINE]))
    return share(frozen=FrozenReport.objects.get(pk=frozen.pk), user=owner)[0]


def names_of(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {pattern.pattern} has no name, so that no table can hold it"
            yield namespace + pattern.name


def status(method: str, url: str, person: User | None, data: dict[str, Any] | None = None) -> int:
    """What one request gives; whatever it changed is taken back."""
    client = Client()
    if person is not None:
        client.force_login(person)
    with transaction.atomic():
        response = client.post(url, data or {}) if method == "post" else client.get(url)
        if response.streaming:
            list(response)
        transaction.set_rollback(True)
    return response.status_code


def test_every_address_has_a_line_in_the_table() -> None:
    """Those of the API (v1) are walked by tests/api/test_every_operation.py, from its own document."""
    assert sorted(name for name in names_of(get_resolver()) if not name.startswith("v1:")) == sorted(
        [*PROJECT_PAGES, *OTHER_PAGES, *ENGINE_PAGES]
    )


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_who_may_open_a_project_page(name: str, place: Place) -> None:
    line, url = PROJECT_PAGES[name], place.address(name)
    data = POSTED[name](place) if name in POSTED else {}
    given = {role.value: status(line.method, url, person, data) for role, person in place.people.items()}
    assert given == {"viewer": line.viewer, "annotator": line.annotator, "member": line.member, "owner": line.owner}


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_a_stranger_gets_404_and_somebody_unknown_the_login(name: str, place: Place) -> None:
    line, url = PROJECT_PAGES[name], place.address(name)
    stranger = User.objects.create_user("stranger", password="x")
    elsewhere = build.project("elsewhere")
    Membership.objects.create(project=elsewhere, user=stranger, role=Role.OWNER)
    assert status(line.method, url, stranger) == 404
    response = getattr(Client(), line.method)(url)
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, reverse("accounts:login"))


@pytest.mark.parametrize("name", KEYED)
def test_a_project_is_no_door_into_another(name: str, place: Place) -> None:
    """The owner of another project asks for these objects under the address of that other project."""
    stranger = User.objects.create_user("stranger", password="x")
    elsewhere = build.project("elsewhere")
    Membership.objects.create(project=elsewhere, user=stranger, role=Role.OWNER)
    url = place.address(name, slug="elsewhere")
    assert status(PROJECT_PAGES[name].method, url, stranger) == 404


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_pages_outside_of_projects(name: str, place: Place) -> None:
    method, unknown, known = OTHER_PAGES[name]
    url = reverse(name, args=WITH.get(name))
    assert status(method, url, None) == unknown
    assert status(method, url, place.people[Role.VIEWER]) == known


@pytest.mark.parametrize("name", ENGINE_PAGES)
def test_engines_are_for_administrators_of_the_site(name: str, place: Place) -> None:
    method, is_of_one, expected = ENGINE_PAGES[name]
    engine = Engine.objects.create(name="e", kind="scripted")
    url = reverse(name, args=[engine.pk] if is_of_one else [])
    administrator = User.objects.create_user("root", password="x", is_staff=True)
    assert status(method, url, None) == 302
    assert [status(method, url, person) for person in place.people.values()] == [403, 403, 403, 403]
    assert status(method, url, administrator) == expected
