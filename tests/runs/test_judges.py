"""Judges in runs: against a rival of another collection, and what they are worth on their page and as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.types import Problem, Role, Turn
from apps.accounts.models import Project
from apps.runs.models import Judgement, Run, RunState, Unit
from apps.runs.services.plans import Bound
from apps.runs.services.rivals import rivals_of
from apps.runs.services.sources import SourceRefused
from apps.traces.models import Collection, Grade, Rollout
from apps.traces.services.corrections import overrule
from tests.runs import build
from tests.traces import build as traces
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor
from workers.engines.scripted import ScriptedEngine

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


def said(number: int, answer: str, **given: Any) -> Any:
    problem = Problem(f"What is {number} + {number}?", (str(2 * number),), key=f"p{number}")
    text = f"The answer is {answer}."
    turns = (Turn(Role.USER, problem.question), Turn(Role.ASSISTANT, text, is_attempt=True, answer=answer))
    return traces.rollout(given.pop("id", str(number)), problem=problem, turns=turns, **given)


def stored(owner: Project, *rollouts: Any) -> Collection:
    return traces.stored(rollouts, owner=owner)


def judged(owner: Project, of: Collection, replies: Sequence[str], **parameters: Any) -> Run:
    source = {"kind": "collection", "collection": of.pk, "filter": {}}
    roles = {"judge": Bound(build.engine(), "scripted")}
    run = build.queued(owner, source, protocol="judge", roles=roles, parameters=parameters)
    return build.done(run, ScriptedEngine(replies=replies))


def by_id(collection: Collection) -> dict[str, Rollout]:
    return {each.external_id: each for each in collection.rollouts.all()}


def test_a_rival_is_of_another_model_then_of_the_same_sample_and_never_the_rollout_itself() -> None:
    owner = traces.project()
    ours = stored(owner, said(1, "2", sample=1), said(2, "4"), said(3, "6"), said(4, "8"))
    theirs = stored(
        owner,
        said(1, "2", id="same sample", sample=1),
        said(1, "2", id="another model", model="n", sample=7),
        said(2, "4", id="another sample", sample=5),
        said(2, "4", id="the same sample"),
        said(3, "6", id="the only one", sample=9),
    )
    rivals = rivals_of(list(ours.rollouts.all()), theirs)
    names = {each.pk: each.external_id for each in theirs.rollouts.all()}
    chosen = {name: names.get(rivals.get(each.pk, 0)) for name, each in by_id(ours).items()}
    assert chosen == {"1": "another model", "2": "the same sample", "3": "the only one", "4": None}
    assert rivals_of([by_id(ours)["3"]], ours) == {}


def test_two_rollouts_are_judged_in_both_orders_and_the_rival_is_named() -> None:
    owner = traces.project()
    ours, theirs = stored(owner, said(1, "2"), said(2, "5")), stored(owner, said(1, "3"), said(3, "6"))
    run = judged(owner, ours, ["Sound. VERDICT: A"], form="rivals", rivals=theirs.pk)
    first, alone = Unit.objects.filter(run=run).order_by("source__external_id")
    assert (run.state, first.state, alone.state) == (RunState.DONE, "done", "failed")
    assert "no other rollout of this problem" in alone.error
    assert first.remarks == [f"the second is rollout {theirs.rollouts.get(external_id='1').pk}"]
    # A in both orders: the first is preferred once, the second once; of the two only the first is right
    scores = dict(by_id(ours)["1"].scores.values_list("name", "value"))
    assert scores == {
        "judge_prefers_first": 0.5, "judge_is_consistent": 0, "judge_picks_place_a": 1, "judge_agrees_with_gold": 0.5,
    }  # fmt: skip


def test_a_collection_of_another_project_is_no_rival() -> None:
    owner, other = traces.project(), traces.project("q")
    ours, secret = stored(owner, said(1, "2")), stored(other, said(1, "3"))
    with pytest.raises(SourceRefused, match=f"there is no collection {secret.pk}"):
        judged(owner, ours, ["VERDICT: A"], form="rivals", rivals=secret.pk)


def graded(collection: Collection, source: Grade.Source, outcomes: dict[str, str]) -> None:
    for name, rollout in by_id(collection).items():
        if name in outcomes:
            Grade.objects.create(rollout=rollout, turn_index=1, source=source, grader="t", outcome=outcomes[name])


@pytest.fixture
def who() -> Visitor:
    return visitor()


def numbers(who: Visitor, run: Run) -> dict[tuple[str, str, str], dict[str, str]]:
    response = who.client.get(f"{who.base}runs/{run.pk}/judges/?format=csv")
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return {(row["of"], row["against"], row["name"]): row for row in csv.DictReader(io.StringIO(body))}


def test_a_judge_is_held_against_golds_and_people(who: Visitor) -> None:
    collection = stored(who.project, *(said(number, "2") for number in range(1, 5)))
    run = judged(who.project, collection, ["It is so. VERDICT: correct"])
    graded(collection, Grade.Source.OURS, {"1": "correct", "2": "incorrect", "3": "incorrect", "4": "unparsed"})
    graded(collection, Grade.Source.PERSON, {"2": "correct"})
    found = numbers(who, run)
    golds, people = "the grades that count", "grades that people gave"
    # by golds it agrees on 1 of the 3 decided, by people on the only one; kappa: the judge has one label, p_e = 1/3
    assert [found["verdicts", golds, "agreement"][name] for name in ("estimate", "n")] == [str(1 / 3), "3"]
    assert float(found["verdicts", golds, "kappa"]["estimate"]) == pytest.approx(0, abs=1e-12)
    assert found["verdicts", people, "agreement"]["estimate"] == "1.0"
    page = who.page(f"{who.base}runs/{run.pk}/judges/")
    assert "1 judged rollout without such a grade left out" in page
    assert "The judge agrees with the grades on 33.3\u202f% of rollouts, κ 0.00." in page
    assert "2 verdicts" in page
    assert page.count("judge: <bdi>correct</bdi>") == 2
    assert "What it is worth" in who.page(f"{who.base}runs/{run.pk}/")


def test_the_grade_that_counts_is_the_collections_and_of_the_attempt_that_was_judged(who: Visitor) -> None:
    collection = stored(who.project, said(1, "2"), said(2, "4"))
    run = judged(who.project, collection, ["VERDICT: correct"])
    graded(collection, Grade.Source.OURS, {"1": "correct", "2": "correct"})
    graded(collection, Grade.Source.UPLOADED, {"1": "incorrect", "2": "incorrect"})
    collection.rollouts.get(external_id="2").grades.filter(source="uploaded").update(turn_index=0)
    key = ("verdicts", "the grades that count", "agreement")
    assert numbers(who, run)[key]["estimate"] == "1.0"
    Collection.objects.filter(pk=collection.pk).update(counting_grade="uploaded")
    # the uploaded grade of the second is of a turn that was not judged, so ours stands in: one of two agrees
    assert numbers(who, run)[key]["estimate"] == "0.5"


def test_a_judge_that_always_picks_place_a_is_shown_as_biased(who: Visitor) -> None:
    ours = stored(who.project, said(1, "2"), said(2, "4"))
    theirs = stored(who.project, said(1, "3"), said(2, "4"))
    run = judged(who.project, ours, ["VERDICT: A"], form="rivals", rivals=theirs.pk)
    found = {name: row["estimate"] for (_, _, name), row in numbers(who, run).items()}
    assert found == {
        "wins": "0.0", "loses": "0.0", "neither": "1.0", "preference": "0.5", "is_consistent": "0.0",
        "picks_place_a": "1.0",
    }  # fmt: skip
    page = who.page(f"{who.base}runs/{run.pk}/judges/")
    assert "The first of two wins 0.0\u202f% of pairs, the second 0.0\u202f%" in page


def test_scores_are_held_against_outcomes(who: Visitor) -> None:
    collection = stored(who.project, said(1, "2"), said(2, "5"))
    run = judged(who.project, collection, ["SCORE: 4"], form="score")
    first = Judgement.objects.get(run=run, rollout__external_id="1")
    Judgement.objects.filter(pk=first.pk).update(value=9.0)
    graded(collection, Grade.Source.UPLOADED, {"1": "correct", "2": "incorrect"})
    assert numbers(who, run)["scores", "the grades that count", "auroc"]["estimate"] == "1.0"


def test_without_judgements_the_page_says_so(who: Visitor) -> None:
    build.problems(who.project, 1)
    run = build.queued(who.project)
    Run.objects.filter(pk=run.pk).update(started_at=timezone.now())
    assert "Nothing to hold the judge against" in who.page(f"{who.base}runs/{run.pk}/judges/")


def test_the_wizard_offers_the_collections_of_the_project_as_rivals(who: Visitor) -> None:
    collection, engine = stored(who.project, said(1, "2")), build.engine()
    page = who.page(f"{who.base}runs/new/?protocol=judge")
    assert f'<option value="{collection.pk}">C</option>' in page.split('name="set-rivals"')[1].split("</select>")[0]
    sent = {
        "protocol": "judge", "source": "collection", "collection": collection.pk, "filter": "",
        "role-judge": f"{engine.pk}:scripted", "set-form": "rivals", "set-rivals": "",
    }  # fmt: skip
    refused = who.client.post(f"{who.base}runs/new/", sent)
    assert refused.status_code == 422
    assert b"rivals must name the collection" in refused.content
    made = who.client.post(f"{who.base}runs/new/", sent | {"set-rivals": str(collection.pk)})
    assert made.status_code == 302


def test_the_page_is_read_once_for_each_state_of_judgements_and_grades(who: Visitor) -> None:
    collection = stored(who.project, said(1, "2"), said(2, "4"))
    run = judged(who.project, collection, ["VERDICT: correct"])
    graded(collection, Grade.Source.OURS, {"1": "correct", "2": "correct"})
    key = ("verdicts", "the grades that count", "agreement")
    n_statements = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert numbers(who, run)[key]["estimate"] == "1.0"
        n_statements.append(len(asked))
    assert n_statements[1] == n_statements[0] - 3  # verdicts, scores and pairs are not read again
    overrule(rollout=by_id(collection)["1"], turn_index=1, outcome="incorrect", actor=who.user)
    assert numbers(who, run)["verdicts", "grades that people gave", "agreement"]["estimate"] == "0.0"
