"""The client against a live server: from a file to numbers, and what it does where the server refuses or is away."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from afterthought import (
    AfterthoughtError,
    ApiError,
    Client,
    Conflict,
    Forbidden,
    JobFailed,
    NoAnswer,
    NotFound,
    Project,
    TooManyRequests,
    Unauthorized,
    Unusable,
)
from apps.accounts.models import Project as Model
from apps.accounts.models import Role
from apps.api.scopes import Scope
from apps.reports.models import FrozenReport
from apps.reports.services import freezing
from apps.runs.models import Run
from apps.traces.models import Analysis, Import
from apps.traces.services import analyses, imports
from tests.annotation import build as annotation
from tests.api.calling import made_for
from tests.runs import build as runs_build
from tests.traces import build
from tests.traces.analysed import user_of

ROW = {"model": "m", "problem": "What is 2 + 2?", "answer": "4", "reasoning": "The answer is 4.", "response": "4"}


def work(seconds: float) -> None:
    """In place of a pause: what a worker would do meanwhile."""
    for reading in Import.objects.filter(state="queued"):
        imports.execute(import_id=reading.pk)
    for analysis in Analysis.objects.filter(state="queued"):
        analyses.execute(analysis_id=analysis.pk)
    for frozen in FrozenReport.objects.filter(state="queued"):
        freezing.execute(frozen_id=frozen.pk)


@pytest.fixture
def project(transactional_db: None, live_server: LiveServer) -> Project:
    """A project of the live server, seen by a member's client, with somebody working in the pauses."""
    own = build.project("maths")
    secret = made_for(own, user_of(own, Role.MEMBER)).secret
    return Client(live_server.url, secret, sleep=work).project("maths")


def test_from_a_file_to_numbers_and_texts(project: Project, tmp_path: Path) -> None:
    file = tmp_path / 'größe & "co".jsonl'
    wrong = ROW | {"id": "1", "reasoning": "The answer is 5.\nWait, no.\nThe answer is 4."}
    file.write_text("".join(json.dumps(row) + "\n" for row in ({"id": "0"} | ROW, wrong)))
    collection = project.upload(file, name="mine")
    assert (collection["name"], collection["n_rollouts"], collection["analysis"]["state"]) == ("mine", 2, "done")
    assert [each["files"][0]["name"] for each in project.imports()] == [file.name]
    first, second = project.rollouts(collection["id"], sort="id")
    assert [first["outcome"], second["outcome"]] == ["correct", "correct"]
    told = [(each["value"], each["outcome"], each["transition"]) for each in project.candidates(second["id"])]
    assert told == [("5", "incorrect", None), ("4", "correct", "ft")]
    rows = project.measure("accuracy", [collection["id"]])["rows"]
    by_name = {row["measure"]: row["estimate"] for row in rows}
    assert (by_name["first_accuracy"], by_name["final_accuracy"]) == (0.5, 1.0)  # one of two is right at first
    assert project.rollout(second["id"])["turns"][-1]["answer"] in ("4", None)


def test_golds_are_corrected_and_a_grade_overruled(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"id": "0"} | ROW))
    collection = project.upload(file)
    (problem,) = project.problems()
    assert project.correct_golds(problem["id"], ["5"], "a slip")["golds"] == ["5"]
    project.wait_for_analysis(collection["id"])
    (rollout,) = project.rollouts()
    assert rollout["outcome"] == "incorrect"
    assert project.overrule(rollout["id"], "correct")["grades"][-1]["source"] == "person"
    assert [line["verb"] for line in project.history()] == ["overruled grade", "corrected gold"]


def test_a_report_is_begun_frozen_downloaded_shared_and_withdrawn(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", "no-browser-here")  # pictures take seconds; tests/reports/files draws them
    made = project.reports.create("Worth it", [{"kind": "text", "given": {"text": "# Why"}}], authors="A. Author")
    report = project.reports.add_block(made["id"], "text", text="Because.")
    first, second = (each["id"] for each in report["blocks"])
    moved = project.reports.move_block(made["id"], second, 0)
    assert [each["id"] for each in moved["blocks"]] == [second, first]
    frozen = project.reports.freeze(made["id"])
    assert frozen["state"] == "done"
    assert "Because." in str(project.reports.content(made["id"], frozen["number"]))
    for name in frozen["files"]:
        assert project.reports.download(made["id"], frozen["number"], name, tmp_path / name).stat().st_size > 0
    link = project.reports.share(made["id"], frozen["number"], days=3)
    assert link["url"] is not None
    assert [each["url"] for each in project.reports.links(made["id"], frozen["number"])] == [None]
    project.reports.withdraw(made["id"], frozen["number"], link["id"])
    (withdrawn,) = project.reports.links(made["id"], frozen["number"])
    assert withdrawn["withdrawn_at"] is not None
    project.reports.delete(made["id"])
    assert list(project.reports) == []


def test_a_run_is_drafted_estimated_started_and_waited_for(project: Project) -> None:
    own = Model.objects.get(slug="maths")
    runs_build.problems(own, 2)
    runs_build.engine(settings={"models": {}})
    player = {"engine": "scripted", "model": "scripted"}
    run = project.runs.create(
        "regenerate", {"solver": player}, {"kind": "problems", "problem_set": "sums"}, settings={"samples": 2}
    )
    assert project.runs.estimate(run["id"])["n_units"] == 4  # two problems, two samples each
    assert project.runs.act(run["id"], "start")["state"] == "queued"
    runs_build.done(Run.objects.get(pk=run["id"]))
    assert project.runs.wait(run["id"])["n_done"] == 4
    assert project.runs.results(run["id"])["n_rollouts"] == 4
    assert [each["sample"] for each in project.runs.units(run["id"])] == [0, 1, 0, 1]
    dropped = project.runs.create("regenerate", {"solver": player}, {"kind": "problems", "problem_set": "sums"})
    project.runs.discard(dropped["id"])
    assert [each["id"] for each in project.runs] == [run["id"]]
    assert list(project.administrations) == []


def test_an_item_is_taken_labelled_and_submitted_and_labels_leave_and_come_back(
    project: Project, live_server: LiveServer, tmp_path: Path
) -> None:
    own = Model.objects.get(slug="maths")
    scheme, person = annotation.scheme(own), annotation.person(own)
    queue = annotation.queue(scheme, annotation.stored(project=own), [person])
    mine = Client(live_server.url, made_for(own, person).secret).project("maths").labels
    item = mine.take_next(queue.pk)
    assert item is not None
    text = next(each for each in item["texts"] if each["role"] == "assistant")
    at = {"turn": text["turn"], "start": 0, "end": 2, "text_hash": text["text_hash"]}
    done = mine.act(item["id"], [{"verb": "add", "key": str(uuid.uuid4()), "name": "verify"} | at])
    assert (done["done"], done["refused"]) == (1, [])
    assert mine.flag(item["id"], reason="odd")["is_flagged"] is True
    assert mine.submit(item["id"])["state"] == "done"
    assert mine.take_next(queue.pk) is None
    assert [each["name"] for each in project.labels.of_scheme(scheme.pk)] == ["verify"]
    file = project.labels.export(scheme.pk, tmp_path / "labels.jsonl", format="project")
    assert project.labels.load(scheme.pk, file, format="project")["left_out"] == []
    assert [each["id"] for each in project.labels.schemes()] == [scheme.pk]


def test_tables_are_exported_with_what_their_columns_mean(project: Project, tmp_path: Path) -> None:
    build.stored([build.rollout("1"), build.rollout("2")], owner=Model.objects.get(slug="maths"))
    assert "rollouts" in [each["name"] for each in project.tables()]
    columns = [each["column"] for each in project.dictionary("rollouts")["columns"]]
    file = project.export("rollouts", tmp_path / "r.csv")
    head, *lines = file.read_text("utf-8-sig").splitlines()
    assert (head.split(","), len(lines)) == (columns, 2)


def test_a_failed_import_is_raised_with_its_reason(project: Project) -> None:
    draft = project.create_import("bad")
    project.add_file(draft["id"], b'{"id": "0", "nothing": "here"}\n', "bad.jsonl")
    with pytest.raises((JobFailed, Unusable)):
        project.confirm_import(draft["id"])


def test_waiting_ends_in_time(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"id": "0"} | ROW))
    project.transport.sleep = lambda seconds: None
    with pytest.raises(JobFailed, match="still queued"):
        project.upload(file, wait=0)


def test_refusals_have_kinds_of_their_own(live_server: LiveServer, transactional_db: None) -> None:
    own = build.project("maths")
    owner = user_of(own)
    reading = Client(live_server.url, made_for(own, owner, Scope.READ).secret)
    with pytest.raises(Unauthorized):
        Client(live_server.url, "at_nothing").token()
    with pytest.raises(NotFound, match="no such project"):
        reading.project("elsewhere").info()
    with pytest.raises(Forbidden, match="scope 'upload'"):
        reading.project("maths").create_import()
    with pytest.raises(Unusable, match="outcome cannot be 'great'"):
        list(reading.project("maths").rollouts(outcome="great"))
    with pytest.raises(Unusable) as raised:
        reading.ask("GET", "/projects", limit=0)
    assert list(raised.value.fields) == ["query.limit"]


def test_projects_and_measures_are_listed_page_by_page(live_server: LiveServer, transactional_db: None) -> None:
    own = build.project("maths")
    client = Client(live_server.url, made_for(None, user_of(own)).secret)
    assert client.create_project("Other").slug == "other"
    assert [each["slug"] for each in client.items("/projects", limit=1)] == ["maths", "other"]
    assert "accuracy" in [each["name"] for each in client.measures()]
    assert client.token()["project"] is None


# A server that answers as it is told, to see what the client sends and when it tries again.

Answer = tuple[int, dict[str, str], bytes]


class Told:
    """Answers in turn, the last one again and again; keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked, self.waits = list(answers), [], []  # type: ignore[var-annotated]

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked.append((method, path, headers, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def told() -> Iterator[Callable[..., tuple[Told, Client]]]:
    servers = []

    def start(*answers: Answer) -> tuple[Told, Client]:
        script = Told(*answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                n = int(self.headers.get("Content-Length") or 0)
                status, headers, body = script.answer(
                    self.command, self.path, dict(self.headers.items()), self.rfile.read(n)
                )
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  named by the library

            def log_message(self, *args: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        client = Client(f"http://127.0.0.1:{server.server_port}", "at_secret", sleep=script.waits.append, tries=3)
        return script, client

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Start = Callable[..., tuple[Told, Client]]
OK: Answer = (200, {}, b'{"name": "t"}')


def busy(status: int, **headers: str) -> Answer:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, b""


@pytest.mark.parametrize("status", [429, 503])
def test_what_is_put_off_is_asked_again_when_the_server_says(told: Start, status: int) -> None:
    script, client = told(busy(status, Retry_After="7"), OK)
    assert client.token()["name"] == "t"
    assert script.waits == [7.0]


def test_without_a_time_the_pauses_double_and_end(told: Start) -> None:
    script, client = told(busy(429))
    with pytest.raises(TooManyRequests):
        client.token()
    assert (len(script.asked), script.waits) == (3, [0.5, 1.0])


def test_every_try_of_a_write_carries_the_same_key(told: Start) -> None:
    script, client = told(busy(0), busy(503), OK)
    client.ask("POST", "/projects", body={"name": "é"})
    keys = {headers["Idempotency-Key"] for _, _, headers, _ in script.asked}
    assert (len(script.asked), len(keys)) == (3, 1)
    assert {json.loads(body)["name"] for _, _, _, body in script.asked} == {"é"}


def test_a_file_is_sent_whole_at_every_try(told: Start, tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * 200_000)
    script, client = told(busy(503), OK)
    client.project("p").add_file(1, file)
    first, second = (body for _, _, _, body in script.asked)
    assert first == second
    assert b"x" * 200_000 in first


def test_a_write_at_work_elsewhere_is_waited_for_and_another_conflict_is_not(told: Start) -> None:
    at_work = (409, {"Retry-After": "1"}, b'{"error": {"code": "in_flight", "message": "m"}}')
    script, client = told(at_work, OK)
    client.ask("POST", "/projects", body={})
    assert script.waits == [1.0]
    script, client = told((409, {}, b'{"error": {"code": "conflict", "message": "m"}}'))
    with pytest.raises(Conflict):
        client.ask("POST", "/projects", body={})
    assert len(script.asked) == 1


def test_the_token_is_not_carried_to_where_a_redirect_leads(told: Start) -> None:
    other, _ = told(OK)
    script, client = told((302, {"Location": "http://127.0.0.1:1/"}, b""))
    with pytest.raises(ApiError) as raised:
        client.token()
    assert (raised.value.status, other.asked, len(script.asked)) == (302, [], 1)


def test_a_server_that_hangs_up_is_no_answer(told: Start) -> None:
    script, client = told(busy(0))
    with pytest.raises(NoAnswer, match="/api/v1/token"):
        client.token()
    assert len(script.asked) == 3


def test_a_file_is_there_once_all_of_it_is(told: Start, tmp_path: Path) -> None:
    _, client = told((200, {}, b"a" * 100_000))
    wanted = client.project("p").fetch("/exports/1", tmp_path / "e.csv")
    assert wanted.read_bytes() == b"a" * 100_000
    assert [each.name for each in tmp_path.iterdir()] == ["e.csv"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "127.0.0.1:8000", ""])
def test_only_addresses_of_the_web_are_taken(url: str) -> None:
    with pytest.raises(AfterthoughtError):
        Client(url, "t")


def test_the_token_stands_in_no_repr() -> None:
    client = Client("http://x", "at_secret")
    assert "at_secret" not in repr(client) + repr(client.transport) + repr(client.project("p"))
