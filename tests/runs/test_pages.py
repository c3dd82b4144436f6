"""The pages of runs and engines as a browser without script meets them."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import Project, Role
from apps.core.models import Worker
from apps.runs.models import Engine, Run, RunState, Trial, Unit
from apps.runs.services import running
from apps.runs.services.plans import conductor_of
from tests.runs import build
from tests.traces import build as traces
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor
from workers import trying

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]
HOSTILE = "<script>alert(1)</script>"


def sent(engine: Engine, **more: Any) -> dict[str, Any]:
    role = {"role-solver": f"{engine.pk}:scripted"}
    return {"protocol": "regenerate", "source": "problems", "problem_set": "*", **role, **more}


def worker(queue: str = "models", engines: tuple[str, ...] = ("scripted",)) -> Worker:
    return Worker.objects.create(name=f"w-{queue}", queues=[queue], engines=list(engines), seen_at=timezone.now())


def made(who: Visitor, data: Mapping[str, Any]) -> Run:
    response = who.client.post(f"{who.base}runs/new/", data)
    assert response.status_code == 302, response.content.decode()
    return Run.objects.latest("pk")


def test_a_run_is_made_checked_tried_started_and_watched(who: Visitor) -> None:
    build.problems(who.project, 3)
    engine = build.engine()
    assert "Regenerate" in who.page(f"{who.base}runs/new/")
    assert 'name="set-temperature"' in who.page(f"{who.base}runs/new/?protocol=regenerate")
    run = made(who, sent(engine, **{"set-samples": "2", "set-max_tokens": "50", "seed": "4"}))
    page = who.page(f"{who.base}runs/{run.pk}/")
    assert "At most" in page
    assert "6 requests" in page
    assert "300 new tokens" in page

    act = f"{who.base}runs/{run.pk}/act/"
    who.client.post(act, {"act": "dry"})
    trying.execute(Trial.objects.get().pk, build.opening(build.Counting()))
    page = who.page(f"{who.base}runs/{run.pk}/")
    assert page.count("What is") >= 3
    assert "Answer read:" in page
    assert not run.units.exists()

    who.client.post(act, {"act": "start"})
    who.client.post(act, {"act": "start"})
    assert "0 of 6 units" in who.page(f"{who.base}runs/{run.pk}/")
    run = build.done(run)
    page = who.page(f"{who.base}runs/{run.pk}/")
    assert "6 of 6 units" in page
    assert "Latest rollouts" in page
    assert f"/collections/{run.output_id}/" in page
    assert "6 of 6" in who.page(f"{who.base}runs/")


def test_the_live_part_asks_for_itself_and_reloads_the_page_when_the_run_ends(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.queued(who.project)
    url = f"{who.base}runs/{run.pk}/progress/"
    response = who.client.get(url, headers={"HX-Request": "true"})
    assert f'hx-get="{url}"' in response.content.decode()
    assert "HX-Refresh" not in response.headers
    assert "Nothing has ended yet." in response.content.decode()
    build.done(run)
    response = who.client.get(url, headers={"HX-Request": "true"})
    assert response.headers["HX-Refresh"] == "true"
    assert f'hx-get="{url}"' not in response.content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"set-max_tokens": "0"}, "max_tokens is 0, must be at least 1"),
        ({"set-temperature": "hot"}, "temperature is &#x27;hot&#x27;, must be a number"),
        ({"seed": "-1"}, "seed is &#x27;-1&#x27;, must be a whole number"),
        ({"limit": "few"}, "limit is &#x27;few&#x27;, must be a whole number"),
        ({"role-solver": ""}, "choose an engine and a model for the role solver"),
        ({"source": "nothing"}, "choose what to run on"),
        ({"source": "file"}, "no file of problems came with the form"),
        ({"source": "collection", "collection": "999"}, "there is no collection 999"),
        ({"problem_set": "no such set"}, "there is nothing to run on"),
        ({"set-form": "custom", "set-template": "no place in it"}, "{question}"),
    ],
)
def test_what_cannot_be_run_is_said_on_the_form_which_keeps_what_was_written(
    who: Visitor, more: dict[str, str], words: str
) -> None:
    build.problems(who.project, 1)
    response = who.client.post(f"{who.base}runs/new/", sent(build.engine(), **{"name": "my run", **more}))
    page = response.content.decode()
    assert (response.status_code, Run.objects.count()) == (422, 0)
    assert words in page
    assert 'value="my run"' in page


def test_an_unknown_model_of_an_engine_is_refused_with_those_that_there_are(who: Visitor) -> None:
    build.problems(who.project, 1)
    engine = build.engine("local", "transformers", settings={"models": {"small": "/models/small"}})
    response = who.client.post(f"{who.base}runs/new/", sent(engine, **{"role-solver": f"{engine.pk}:large"}))
    assert "engine &#x27;local&#x27; has no model &#x27;large&#x27;; it has: small" in response.content.decode()


def test_a_disabled_engine_is_offered_to_nobody(who: Visitor) -> None:
    build.engine("gone", is_enabled=False)
    assert "gone · scripted" not in who.page(f"{who.base}runs/new/?protocol=regenerate")


def test_a_file_of_problems_is_kept_and_read_and_a_bad_line_is_named(who: Visitor) -> None:
    engine = build.engine()
    good = SimpleUploadedFile("p.jsonl", b'{"problem": "What is 1 + 1?", "answer": "2"}\n')
    run = made(who, sent(engine, source="file", problems=good))
    assert run.source["name"] == "p.jsonl"
    assert run.problems_file is not None
    bad = SimpleUploadedFile("p.jsonl", b'{"problem": "What is 1 + 1?"}\n{"answer": 3}\n')
    response = who.client.post(f"{who.base}runs/new/", sent(engine, source="file", problems=bad))
    assert "p.jsonl, line 2: there is no question" in response.content.decode()


def test_a_run_can_be_changed_and_made_again_from_what_it_was_made_of(who: Visitor) -> None:
    build.problems(who.project, 2)
    run = made(who, sent(build.engine(), **{"set-samples": "3", "set-temperature": "0.5", "seed": "7", "limit": "1"}))
    assert f"runs/new/?like={run.pk}" in who.page(f"{who.base}runs/{run.pk}/")
    page = who.page(f"{who.base}runs/new/?like={run.pk}")
    number = 'inputmode="numeric" value='
    for place in (
        '"set-samples" value="3"',
        '"set-temperature" value="0.5"',
        f'"seed" {number}"7"',
        f'"limit" {number}"1"',
    ):
        assert f"name={place}" in page
    assert who.client.get(f"{who.base}runs/new/?like=99999").status_code == 404
    elsewhere = Project.objects.create(slug="elsewhere", name="Elsewhere")
    other = visitor(Role.MEMBER, project=elsewhere, name="stranger")
    assert other.client.get(f"{other.base}runs/new/?like={run.pk}").status_code == 404


def test_a_file_of_problems_is_used_once_more_where_no_other_is_sent(who: Visitor) -> None:
    engine = build.engine()
    good = SimpleUploadedFile("p.jsonl", b'{"problem": "What is 1 + 1?", "answer": "2"}\n')
    run = made(who, sent(engine, source="file", problems=good, limit="1"))
    assert "p.jsonl" in who.page(f"{who.base}runs/new/?like={run.pk}")
    again = made(who, sent(engine, source="file", like=run.pk))
    assert again.problems_file == run.problems_file
    assert "limit" not in again.source
    who.client.post(f"{who.base}runs/{run.pk}/act/", {"act": "discard"})
    assert "1 request" in who.page(f"{who.base}runs/{again.pk}/")


def test_settings_that_ask_for_rollouts_are_named_on_the_form_and_change_what_it_starts_from(who: Visitor) -> None:
    page = who.page(f"{who.base}runs/new/?protocol=self_correction")
    assert "It starts from the rollouts of a collection instead with" in page
    assert "Problems of a file" in page
    page = who.page(f"{who.base}runs/new/?protocol=self_correction&set-first=rollout")
    assert "With these settings it starts from rollouts" in page
    assert "Problems of a file" not in page


def test_samples_that_will_all_be_alike_are_warned_of(who: Visitor) -> None:
    build.problems(who.project, 1)
    alike = made(who, sent(build.engine(), **{"set-samples": "4", "set-temperature": "0"}))
    assert "All 4 samples of an item will be alike." in who.page(f"{who.base}runs/{alike.pk}/")
    drawn = made(who, sent(build.engine(), **{"set-samples": "4", "set-temperature": "0.7"}))
    assert "will be alike" not in who.page(f"{who.base}runs/{drawn.pk}/")


def test_lines_that_a_browser_ends_its_own_way_are_sent_as_they_were_written(who: Visitor) -> None:
    """A browser sends every line end as two characters; the settings that were left alone stay the usual ones."""
    usual = {each.name: each.default for each in conductor_of("extraction").parameters}
    collection = traces.stored([traces.rollout("1")], owner=who.project)
    shown = {f"set-{name}": str(usual[name]).replace("\n", "\r\n") for name in ("instruction", "template")}
    role = {"role-extractor": f"{build.engine().pk}:scripted"}
    data = sent(build.engine(), protocol="extraction", source="collection", collection=collection.pk, **role, **shown)
    run = made(who, data)
    assert run.parameters["template"] == usual["template"]
    assert "You mark answers" not in who.page(f"{who.base}runs/{run.pk}/")


def test_a_run_that_waits_for_another_says_so(who: Visitor) -> None:
    build.problems(who.project, 1)
    first, second = build.queued(who.project), build.queued(who.project)
    worker()
    assert "It waits for its turn" not in who.page(f"{who.base}runs/{first.pk}/")
    assert "are at another run first" in who.page(f"{who.base}runs/{second.pk}/")


def test_a_list_takes_its_filter_along(who: Visitor) -> None:
    collection = traces.stored([traces.rollout("1"), traces.rollout("2", model="n")], owner=who.project)
    url = f"{who.base}collections/{collection.pk}/rollouts/?model=n"
    assert f"runs/new/?collection={collection.pk}&amp;filter=model%3Dn" in who.page(url)
    page = who.page(f"{who.base}runs/new/?protocol=probe&collection={collection.pk}&filter=model%3Dn")
    assert "Only those with model n." in page
    engine = build.engine()
    data = sent(engine, protocol="probe", source="collection", collection=collection.pk, filter="model=n&sort=id")
    run = made(who, data)
    assert run.source["filter"] == {"model": "n"}
    running.start(run=run, wake=False)
    assert [unit.source.external_id for unit in Unit.objects.filter(run=run) if unit.source] == ["2"]


def test_a_banner_says_that_no_worker_serves_the_queue_until_one_does(who: Visitor) -> None:
    build.problems(who.project, 2)
    run = build.queued(who.project)
    url = f"{who.base}runs/{run.pk}/"
    assert "No worker serves the queue “models”." in who.page(url)
    assert "2 units wait; nothing is lost." in who.page(url)
    found = worker(engines=())
    assert "No worker of the queue “models” has what scripted needs." in who.page(url)
    found.engines = ["scripted"]
    found.save()
    assert "No worker" not in who.page(url).replace("No worker is running", "")


def test_failed_units_are_listed_with_their_reason_and_what_they_were_about(who: Visitor) -> None:
    build.problems(who.project, 2)
    run = build.done(build.queued(who.project), build.Counting(empty_share=1.0))
    page = who.page(f"{who.base}runs/{run.pk}/units/?state=failed")
    assert page.count("the solver&#x27;s reply is empty") == 2
    assert f"/problems/{who.project.problems.earliest('pk').pk}/" in page
    assert "retry the failed with another seed" in who.page(f"{who.base}runs/{run.pk}/")


def test_hostile_replies_and_names_are_escaped_everywhere(who: Visitor) -> None:
    build.problems(who.project, 2)
    run = build.queued(who.project, name=HOSTILE)
    run = build.done(run, build.Counting(replies=[f"{HOSTILE} FINAL ANSWER: {HOSTILE}"]))
    assert run.n_done == 2
    assert run.output is not None
    rollout = run.output.rollouts.earliest("pk")
    for url in ("runs/", f"runs/{run.pk}/", f"runs/{run.pk}/units/", f"rollouts/{rollout.pk}/"):
        assert HOSTILE not in who.page(f"{who.base}{url}")


def test_provenance_is_a_download_of_json(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.done(build.queued(who.project))
    response = who.client.get(f"{who.base}runs/{run.pk}/provenance.json")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.json()["seeds"] == {"first": 0, "last": 0, "samples": 1}


def test_a_viewer_sees_runs_and_has_no_buttons(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.done(build.queued(who.project))
    viewer = visitor(Role.VIEWER, project=who.project, name="viewer")
    page = viewer.page(f"{viewer.base}runs/{run.pk}/")
    assert 'name="act"' not in page
    assert "New run" not in viewer.page(f"{viewer.base}runs/")


def test_a_deleted_run_takes_its_output_along_where_that_is_wished() -> None:
    owner = visitor(Role.OWNER)
    build.problems(owner.project, 1)
    run = build.done(build.queued(owner.project))
    output = run.output
    assert output is not None
    owner.client.post(f"{owner.base}runs/{run.pk}/delete/", {"with_output": "on"})
    output.refresh_from_db()
    assert output.is_deleted
    assert not Run.objects.exists()


def test_a_draft_can_be_discarded(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.draft(who.project)
    who.client.post(f"{who.base}runs/{run.pk}/act/", {"act": "discard"})
    assert not Run.objects.exists()


def test_an_administrator_adds_an_engine_and_tries_it(root: Visitor) -> None:
    assert "No engine yet" in root.page("/engines/")
    response = root.client.post("/engines/new/?kind=scripted", {"kind": "scripted", "name": "mine", "queue": "models",
                                                               "models": "", "is_enabled": "on"})  # fmt: skip
    engine = Engine.objects.get()
    assert response.headers["Location"] == f"/engines/{engine.pk}/"
    asked = {"model": "x", "prompt": "What is 2 + 2?", "max_tokens": "99", "temperature": "0", "seed": "1"}
    root.client.post(f"/engines/{engine.pk}/try/", asked)
    assert "waits for a worker" in root.page(f"/engines/{engine.pk}/")
    trying.execute(Trial.objects.get().pk, build.opening(build.Counting(replies=[f"four {HOSTILE}"])))
    page = root.page(f"/engines/{engine.pk}/")
    assert "four &lt;script&gt;" in page
    assert HOSTILE not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"set-base_url": "http://evil.example/v1"}, "host &#x27;evil.example&#x27; is not allowed"),
        ({"set-base_url": "file:///etc/passwd"}, "write http(s)://host/path"),
        ({"set-base_url": "http://user:pw@127.0.0.1/v1"}, "without a user or password"),
        ({"set-api_key_env": "sk-abcdef123456"}, "the key is named, never given"),
        ({"set-api_key_env": "SECRET_KEY"}, "the key is named, never given"),
        ({"models": ""}, "name at least one model"),
        ({"queue": "no spaces"}, "queue &#x27;no spaces&#x27;"),
        ({"set-max_parallel": "0"}, "max_parallel is 0, must be at least 1"),
        ({"models": "a = x\na = y"}, "model &#x27;a&#x27; is named twice"),
    ],
)
def test_settings_that_an_engine_cannot_have_are_refused_with_the_reason(
    root: Visitor, changes: dict[str, str], words: str
) -> None:
    response = root.client.post("/engines/new/", server(**changes))
    assert (response.status_code, Engine.objects.count()) == (422, 0)
    assert words in response.content.decode()


def server(**changes: str) -> dict[str, str]:
    address = {"set-base_url": "http://127.0.0.1:9/v1", "set-api_key_env": "MY_API_KEY"}
    return {"kind": "openai", "name": "s", "queue": "models", "models": "m", "is_enabled": "on", **address, **changes}


def test_a_changed_address_takes_the_name_of_the_key_away(root: Visitor) -> None:
    root.client.post("/engines/new/", server())
    engine = Engine.objects.get()
    assert engine.settings["api_key_env"] == "MY_API_KEY"
    response = root.client.post(
        f"/engines/{engine.pk}/", server(**{"set-base_url": "http://localhost:9/v1"}), follow=True
    )
    engine.refresh_from_db()
    assert engine.settings["api_key_env"] == ""
    assert "the key&#x27;s name was taken away" in response.content.decode()


def test_a_run_of_an_engine_that_was_disabled_goes_on(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.queued(who.project)
    Engine.objects.update(is_enabled=False)
    assert build.done(run).state == RunState.DONE
