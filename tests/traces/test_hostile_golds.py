"""A gold that would take minutes to read costs seconds, and the other problems of the collection are graded."""

import time

import pytest

from apps.traces.models import Grade
from apps.traces.services.analyses import ensured_analysis
from tests.traces import build
from tests.traces.test_import_service import ROW, draft, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.once]
SLOW = r"\int_0^1 \frac{\sin(x^{3}+x)}{x^{2}+\cos(x)} dx"
TOWER = "9^{9^{9^{9}}}"


def test_hostile_golds_are_named_and_the_rest_is_graded() -> None:
    rows = [
        {
            "id": f"slow{n}",
            **ROW,
            "problem": "The integral?",
            "answer": SLOW,
            "response": f"\\boxed{{\\frac{{{n}}}{{7}}}}",
        }
        for n in range(1, 13)
    ]
    tower = {"id": "tower", **ROW, "problem": "The tower?", "answer": TOWER, "response": r"\boxed{\frac{3}{7}}"}
    collection = run(draft(build.project(), *rows, tower, {"id": "good", **ROW}))
    began = time.monotonic()
    ensured_analysis(collection=collection)
    # Twelve answers at 5 s each would be a minute; the gold is timed once beside the first.
    assert time.monotonic() - began < 60
    ours = dict(Grade.objects.filter(source="ours").values_list("rollout__external_id", "outcome"))
    assert {ours[f"slow{n}"] for n in range(1, 13)} == {"timed_out"}
    assert (ours["tower"], ours["good"]) == ("unparsed", "correct")
    assert "tower of exponents" in Grade.objects.get(rollout__external_id="tower", source="ours").reason
