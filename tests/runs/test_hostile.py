"""What people with bad intent send to runs and engines, and what models reply to every protocol: refused or inert."""

from typing import Any

import pytest

from analysis.catalogue import PROTOCOLS
from apps.accounts.models import Role
from apps.runs.models import Engine, Run, RunState, Trial
from apps.runs.services import drafts, running
from apps.runs.services.plans import Bound, Plan, conductor_of
from tests.runs import build
from tests.traces import build as traces
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor
from workers import trying

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
NUL = "a\x00b"


def sent(**more: str) -> dict[str, str]:
    role = {"role-solver": f"{build.engine().pk}:scripted"}
    return {"protocol": "regenerate", "source": "problems", "problem_set": "*", **role, **more}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"set-temperature": "nan"}, "temperature is &#x27;nan&#x27;, must be a number"),
        ({"set-temperature": "1e999"}, "temperature is &#x27;1e999&#x27;, must be a number"),
        ({"set-temperature": "-1"}, "temperature is -1.0, must be at least 0"),
        ({"set-samples": "9" * 5_000}, "samples is &#x27;999"),
        ({"set-samples": "-3"}, "samples is -3, must be at least 1"),
        ({"set-samples": "1.5"}, "samples is &#x27;1.5&#x27;, must be a whole number"),
        ({"set-system_prompt": "a" * 100_001}, "system_prompt is 100,001 characters long, must be at most 100,000"),
        ({"set-system_prompt": NUL}, "system_prompt holds a NUL or half a surrogate pair"),
        ({"set-form": SCRIPT}, "form is &#x27;&lt;script&gt;"),
        ({"set-form": "custom", "set-template": "{question.__class__}"}, "question"),
        ({"set-stop": "[" * 100_000}, "stop is "),
        ({"seed": "9" * 5_000}, "seed is &#x27;999"),
        ({"problem_set": NUL}, "there is nothing to run on"),
        ({"source": "collection", "collection": "1 OR 1=1"}, "collection is &#x27;1 OR 1=1&#x27;"),
        ({"role-solver": "1:" + "m" * 201}, "a model&#x27;s name has at most 200 printable characters"),
        ({"role-solver": f"1:{NUL}"}, "a model&#x27;s name has at most 200 printable characters"),
        ({"role-solver": "９:m"}, "choose an engine and a model for the role solver"),
    ],
)
def test_hostile_settings_are_refused_with_words_that_are_escaped(
    who: Visitor, more: dict[str, str], words: str
) -> None:
    build.problems(who.project, 1)
    data = sent(**more)
    if ":" in more.get("role-solver", "") and more["role-solver"].startswith("1:"):
        data["role-solver"] = f"{Engine.objects.get().pk}:{more['role-solver'][2:]}"
    response = who.client.post(f"{who.base}runs/new/", data)
    page = response.content.decode()
    assert (response.status_code, Run.objects.count()) == (422, 0)
    assert words in page
    assert SCRIPT not in page


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(who: Visitor) -> None:
    response = who.client.post(f"{who.base}runs/new/", sent(**{"set-system_prompt": "a" * 10_000_000}))
    assert response.status_code == 400
    assert not Run.objects.exists()


@pytest.mark.parametrize("text", [SCRIPT, IMAGE, "{question} {{7*7}} {% now %}", "=cmd|' /C calc'!A0", NUL])
def test_names_and_prompts_are_shown_as_they_were_written(who: Visitor, text: str) -> None:
    build.problems(who.project, 1)
    data = sent(name=text, **{"set-system_prompt": text.replace("\x00", "")})
    assert who.client.post(f"{who.base}runs/new/", data).status_code == 302
    run = Run.objects.get()
    assert "\x00" not in run.name
    for url in (f"runs/{run.pk}/", "runs/", f"runs/new/?like={run.pk}"):
        page = who.page(f"{who.base}{url}")
        assert SCRIPT not in page
        assert "<img src=x" not in page
        assert "{{7*7}}" not in text or "{{7*7}}" in page


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_hostile_replies_end_every_unit_and_are_inert_on_every_page(who: Visitor, protocol: str) -> None:
    collection = traces.stored([traces.rollout("1"), traces.rollout("2", model="n")], owner=who.project)
    roles = {role: Bound(build.engine(), "scripted") for role in conductor_of(protocol).roles}
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    run = drafts.create_draft(project=who.project, user=None, plan=Plan(protocol, roles, source))
    replies = [f"{SCRIPT}{IMAGE}</think>FINAL ANSWER: {IMAGE}", f'{{"verdict": "{SCRIPT}", "x": [["{SCRIPT}", 1]]}}',
               f"[[1, {SCRIPT!r}], [2, {IMAGE!r}]]", "\x00\ud800", "", "]" * 5_000, "[" * 5_000]  # fmt: skip
    run = build.done(running.start(run=run, wake=False), build.Counting(replies=replies, hostile_share=0.3))
    assert run.state in (RunState.DONE, RunState.FAILED)
    assert run.n_finished == run.n_total > 0
    assert "protocol broke" not in "".join(run.units.values_list("error", flat=True))
    urls = [f"runs/{run.pk}/", f"runs/{run.pk}/units/", "runs/", f"rollouts/{collection.rollouts.earliest('pk').pk}/"]
    if run.output is not None:
        urls += [f"rollouts/{rollout.pk}/" for rollout in run.output.rollouts.all()[:3]]
    for url in urls:
        page = who.page(f"{who.base}{url}")
        assert SCRIPT not in page
        assert "<img src=x" not in page


def test_a_hostile_reply_to_a_trial_is_text_on_the_page(root: Visitor) -> None:
    engine = build.engine()
    asked: dict[str, Any] = {"model": SCRIPT, "prompt": IMAGE, "max_tokens": "9", "temperature": "0", "seed": "1"}
    root.client.post(f"/engines/{engine.pk}/try/", asked)
    trying.execute(Trial.objects.get().pk, build.opening(build.Counting(replies=[f"{SCRIPT}\x00\ud800{IMAGE}"])))
    page = root.page(f"/engines/{engine.pk}/")
    assert "alert(1)" in page
    assert SCRIPT not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    "more",
    [
        {"max_tokens": "-1"},
        {"max_tokens": "1e9"},
        {"temperature": "nan"},
        {"seed": "-5"},
        {"prompt": NUL},
        {"prompt": ""},
        {"prompt": "a" * 20_001},
        {"model": NUL},
    ],
)
def test_what_cannot_be_tried_is_said_and_asks_nobody(root: Visitor, more: dict[str, str]) -> None:
    engine = build.engine()
    asked = {"model": "m", "prompt": "hello", "max_tokens": "9", "temperature": "0", "seed": "1"}
    response = root.client.post(f"/engines/{engine.pk}/try/", asked | more, follow=True)
    assert response.status_code == 200
    assert not Trial.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"name": NUL},
        {"name": "n" * 101},
        {"queue": "a b; rm -rf /"},
        {"queue": NUL},
        {"models": f"{NUL} = /m"},
        {"models": "m = " + "/x" * 1_000},
        {"set-delay_seconds": "nan"},
        {"kind": "pickle"},
    ],
)
def test_an_engine_with_hostile_settings_is_not_saved(root: Visitor, more: dict[str, str]) -> None:
    given = {"kind": "scripted", "name": "mine", "queue": "models", "models": "", "is_enabled": "on"}
    response = root.client.post("/engines/new/", given | more)
    assert response.status_code in (302, 422)
    assert not Engine.objects.exists()


@pytest.mark.parametrize("act", ["start", "dry", "pause", "resume", "cancel", "retry", "discard", "", "delete", SCRIPT])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR])
def test_who_may_not_run_presses_no_button(who: Visitor, role: Role, act: str) -> None:
    build.problems(who.project, 1)
    run = build.draft(who.project)
    other = visitor(role, project=who.project, name="other")
    answer = other.client.post(f"{other.base}runs/{run.pk}/act/", {"act": act})
    assert answer.status_code == 403
    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    assert not Trial.objects.exists()


@pytest.mark.parametrize("act", ["start", "dry", "pause", "resume", "cancel", "retry"])
def test_every_button_pressed_twice_in_every_state_is_answered(who: Visitor, act: str) -> None:
    build.problems(who.project, 2)
    runs = [build.draft(who.project), build.queued(who.project), build.done(build.queued(who.project))]
    runs.append(build.done(build.queued(who.project), build.Counting(fail_share=1.0)))
    for state in (RunState.PAUSED, RunState.CANCELLED):
        runs.append(build.queued(who.project))
        Run.objects.filter(pk=runs[-1].pk).update(state=state)
    for run in runs:
        for _ in range(2):
            assert who.client.post(f"{who.base}runs/{run.pk}/act/", {"act": act}).status_code == 302
        assert who.client.get(f"{who.base}runs/{run.pk}/").status_code == 200
    assert not Trial.objects.filter(run=runs[0]).exclude(state="queued").exists()
    assert Trial.objects.filter(run=runs[0]).count() <= 1
