"""Dashboards, lists, the reader and `manage.py measure` on a chosen candidate set: of other rules, or of a model.

The trace of tests.traces.build states 5 (lines 1 and 2) and 4 (line 4); its gold is 4, and the boxed baseline reads
"the answer is" on lines 2 and 4. The scripted extractor is told to find 4 alone, on line 4.
"""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Role
from apps.core.models import JobState
from apps.runs.models import Run
from apps.traces.models import Analysis, CandidateSet, Collection
from apps.traces.queries.standing import standing_of
from apps.traces.services import analyses
from tests.runs import build
from tests.traces import build as traces
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


@pytest.fixture
def collection(who: Visitor) -> Collection:
    """Three rollouts, analysed by the default rules."""
    found = traces.stored([traces.rollout(str(k)) for k in (1, 2, 3)], owner=who.project)
    analyses.ensured_analysis(collection=found)
    return found


def extracted(who: Visitor, collection: Collection, limit: int = 0) -> Run:
    """A run in which a model names line 4 of the first rollouts."""
    source = {"kind": "collection", "collection": collection.pk, "filter": {}, "limit": limit}
    roles = {"extractor": build.bound(build.engine())}
    run = build.queued(who.project, source, protocol="extraction", roles=roles)
    return build.done(run, build.Counting(replies=['[[4, "4"]]']))


def dashboard(who: Visitor, collection: Collection, extractor: str = "") -> str:
    query = f"?extractor={extractor}" if extractor else ""
    return who.page(f"{who.base}collections/{collection.pk}/{query}")


def values(collection: Collection, extractor: str) -> dict[str, tuple[float, int]]:
    out = io.StringIO()
    call_command("measure", "accuracy", "--collection", str(collection.pk), "--extractor", extractor, "--json",
                 stdout=out, stderr=io.StringIO())  # fmt: skip
    return {row["measure"]: (row["estimate"], row["n"]) for row in json.loads(out.getvalue())}


def test_other_rules_are_asked_for_analysed_once_and_shown_beside_the_default(
    who: Visitor, collection: Collection
) -> None:
    page = dashboard(who, collection, "boxed@1")
    assert "Not analysed by boxed@1 yet." in page
    assert "Analyse now" in page
    for _ in range(2):
        answer = who.client.post(f"{who.base}collections/{collection.pk}/analyse/", {"extractor": "boxed@1"})
        assert answer.headers["Location"].endswith("?extractor=boxed%401")
    (waiting,) = Analysis.objects.filter(state=JobState.QUEUED)
    assert "Analysis of revision 1, by boxed@1:" in dashboard(who, collection, "boxed@1")
    analyses.execute(analysis_id=waiting.pk)
    page = dashboard(who, collection, "boxed@1")
    assert "Not analysed" not in page
    assert 'value="boxed@1" selected' in page
    assert "rollouts/?extractor=boxed%401" in page
    assert "measures/accuracy.csv?extractor=boxed%401" in page
    default = dashboard(who, collection)
    assert ">rules@1<" in default
    assert "?extractor=" not in default


def test_a_viewer_sees_a_set_and_cannot_ask_for_its_analysis(who: Visitor, collection: Collection) -> None:
    viewer = visitor(Role.VIEWER, project=who.project, name="viewer")
    page = dashboard(viewer, collection, "boxed@1")
    assert "Analyse now" not in page
    assert "A member of this project can ask for it." in page
    answer = viewer.client.post(f"{who.base}collections/{collection.pk}/analyse/", {"extractor": "boxed@1"})
    assert answer.status_code == 403
    assert Analysis.objects.count() == 1


def test_what_a_model_read_in_part_is_shown_with_how_many_are_left_out(who: Visitor, collection: Collection) -> None:
    """Two of three rollouts were read; of both the first candidate is 4, so the first answer is right in 2 of 2."""
    run = extracted(who, collection, limit=2)
    name = f"extraction:scripted@{run.pk}"
    page = who.page(f"{who.base}runs/{run.pk}/")
    assert f"collections/{collection.pk}/?extractor=extraction%3Ascripted%40{run.pk}" in page
    assert "2 of 3" in page
    (waiting,) = Analysis.objects.filter(state=JobState.QUEUED)
    assert (str(waiting.candidate_set), waiting.n_total) == (name, 2)
    analyses.execute(analysis_id=waiting.pk)
    page = dashboard(who, collection, name)
    assert "1 rollout of 3 is left out." in page
    assert f"{name} by a model: 2 of 3" in page
    assert values(collection, name)["first_accuracy"] == (1.0, 2)
    assert values(collection, "rules")["first_accuracy"] == (0.0, 3)
    assert CandidateSet.objects.get(pk=waiting.candidate_set_id).candidates.count() == 2


def test_a_set_that_grew_is_said_to_be_old_and_is_analysed_anew(who: Visitor, collection: Collection) -> None:
    run = extracted(who, collection, limit=1)
    candidate_set = CandidateSet.objects.get(version=run.pk, source="model")
    analyses.ensured_analysis(collection=collection, extractor=str(candidate_set))
    assert standing_of(collection, str(candidate_set)).is_current
    read = set(candidate_set.readings.values_list("rollout_id", flat=True))
    candidate_set.readings.create(
        rollout=collection.rollouts.exclude(pk__in=read).earliest("pk"), read_from="reasoning", n_candidates=0
    )
    assert f"{candidate_set} has read more since." in dashboard(who, collection, str(candidate_set))
    analyses.ensured_analysis(collection=collection, extractor=str(candidate_set))
    standing = standing_of(collection, str(candidate_set))
    assert (standing.is_current, standing.n_left_out) == (True, 1)
    assert values(collection, str(candidate_set))["first_accuracy"][1] == 2


def test_lists_and_the_reader_follow_the_set_that_is_chosen(who: Visitor, collection: Collection) -> None:
    """By the rules every first answer is wrong, by the model's set of two rollouts none is."""
    run = extracted(who, collection, limit=2)
    name = f"extraction:scripted@{run.pk}"
    analyses.ensured_analysis(collection=collection, extractor=name)
    url = f"{who.base}collections/{collection.pk}/rollouts/"
    assert "3 of 3 rollouts" in who.page(f"{url}?first_outcome=incorrect")
    page = who.page(f"{url}?first_outcome=correct&extractor={name}")
    assert "2 of 3 rollouts" in page
    rollout = collection.rollouts.earliest("pk")
    assert f"rollouts/{rollout.pk}/?extractor=extraction%3Ascripted%40{run.pk}" in page
    reader = f"{who.base}rollouts/{rollout.pk}/"
    assert "<dd>rules@1" in who.page(reader)
    assert f"<dd>{name}" in who.page(f"{reader}?extractor={name}")


def test_a_run_on_a_list_by_a_chosen_set_takes_the_rollouts_that_the_list_shows(
    who: Visitor, collection: Collection
) -> None:
    name = f"extraction:scripted@{extracted(who, collection, limit=2).pk}"
    analyses.ensured_analysis(collection=collection, extractor=name)
    filters = {"first_outcome": "correct", "extractor": name}
    source = {"kind": "collection", "collection": collection.pk, "filter": filters}
    assert build.queued(who.project, source, protocol="probe").units.count() == 2


@pytest.mark.parametrize("name", ["no such rule", "boxed@99", "x@-1", "@1", "extraction:m@99", "<script>@1"])
def test_a_set_that_is_not_there_is_refused_with_those_that_are(
    who: Visitor, collection: Collection, name: str
) -> None:
    for url in (f"collections/{collection.pk}/", f"collections/{collection.pk}/rollouts/"):
        answer = who.client.get(f"{who.base}{url}", {"extractor": name})
        assert answer.status_code == 400
        assert "<script>@1" not in answer.content.decode()
    assert who.client.post(f"{who.base}collections/{collection.pk}/analyse/", {"extractor": name}).status_code == 400
    with pytest.raises(CommandError, match="rules@1, rules\\+final@1, boxed@1"):
        values(collection, name)


def test_the_set_of_another_collection_cannot_be_named(who: Visitor, collection: Collection) -> None:
    run = extracted(who, collection)
    other = traces.stored([traces.rollout("9")], owner=who.project)
    answer = who.client.get(f"{who.base}collections/{other.pk}/", {"extractor": f"extraction:scripted@{run.pk}"})
    assert answer.status_code == 400
