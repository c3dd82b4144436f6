"""An analysis stores what it found: candidates, readings, our grades and listed features, once each."""

import pytest

from apps.traces.models import Candidate, Collection, Grade, Reading, RolloutFeature
from apps.traces.services.analyses import ensured_analysis
from tests.traces import build
from tests.traces.test_import_service import ROW, draft, run

pytestmark = pytest.mark.django_db(transaction=True)
# Line 1 names the answer 5 (wrong), line 3 names 4 (right): one candidate each, F→T.
TURNED = "I think the answer is 5.\n\nWait, no. The answer is 4."


@pytest.fixture
def collection() -> Collection:
    silent = {"id": "silent", **ROW, "reasoning": "Let me think.", "response": "I do not know."}
    return run(draft(build.project(), {"id": "turned", **ROW, "reasoning": TURNED}, silent))


def test_candidates_are_stored_as_spans_of_the_turns_text(collection: Collection) -> None:
    ensured_analysis(collection=collection)
    found = Candidate.objects.select_related("rollout").order_by("pk")
    assert [(c.rollout.external_id, c.index, c.line, c.value, c.rule) for c in found] == [
        ("turned", 0, 1, "5", "answer_is"),
        ("turned", 1, 3, "4", "answer_is"),
    ]
    # "I think the answer is " has 22 characters; the third line starts at 26, and "Wait, no. The answer is " has 24.
    assert [c.end - c.start for c in found] == [1, 1]
    assert found[1].start - found[0].start == 26 + 24 - 22
    assert dict(Reading.objects.values_list("rollout__external_id", "n_candidates")) == {"turned": 2, "silent": 0}


def test_each_rollout_has_one_listed_row_and_one_grade_of_ours(collection: Collection) -> None:
    analysis = ensured_analysis(collection=collection)
    rows = RolloutFeature.objects.filter(analysis=analysis)
    assert sorted(rows.values_list("rollout__external_id", "outcome", "first_outcome", "n_candidates", "n_ft")) == [
        ("silent", "unparsed", "", 0, 0),
        ("turned", "correct", "incorrect", 2, 1),
    ]
    assert rows.get(rollout__external_id="silent").position is None
    assert rows.get(rollout__external_id="turned").position == pytest.approx(1 / 3)  # line 1 of 3
    assert Grade.objects.filter(source="ours").count() == 2


def test_a_second_analysis_replaces_our_grades_and_reads_nothing_again(collection: Collection) -> None:
    ensured_analysis(collection=collection)
    Grade.objects.filter(source="ours").update(outcome="error")
    before = list(Candidate.objects.order_by("pk").values_list("pk", flat=True))
    collection.revision += 1
    collection.save()
    newer = ensured_analysis(collection=collection)
    assert Grade.objects.filter(source="ours").count() == 2
    assert Grade.objects.get(source="ours", rollout__external_id="turned").outcome == "correct"
    assert list(Candidate.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert set(RolloutFeature.objects.values_list("analysis_id", flat=True)) == {newer.pk}
