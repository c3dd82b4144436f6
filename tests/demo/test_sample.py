"""The sample rollouts that the project ships: the demo model's own, read as any upload is."""

import json
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from apps.traces.services.sample import load_sample
from tests.conftest import ROOT

FILE = ROOT / "demo" / "rollouts.jsonl"
MODELS = {"afterthought-demo", "afterthought-demo-early"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def test_the_sample_is_small_and_says_who_wrote_it() -> None:
    assert FILE.stat().st_size <= 1_000_000
    # Two models answer 25 problems at two temperatures three times each.
    assert len(rows()) == 300
    assert {row["model"] for row in rows()} == MODELS
    assert all("written by the demo model" in row["note"] for row in rows())


@pytest.mark.django_db
def test_every_row_becomes_a_rollout_with_its_model_temperature_and_level() -> None:
    owner = get_user_model().objects.create_user("owner")
    collection = load_sample(owner=owner).collections.get()
    rollouts = collection.rollouts.select_related("model", "condition", "problem")
    assert Counter(one.model.name for one in rollouts) == dict.fromkeys(MODELS, 150)
    assert Counter(str(one.condition.factors["temperature"]) for one in rollouts) == {"0.6": 150, "1.0": 150}
    assert len({one.problem_id for one in rollouts}) == 25
    assert {one.problem.level for one in rollouts} == {f"Level {level}" for level in (1, 2, 3, 4, 5)}


@pytest.mark.usefixtures("needs_torch")
def test_the_script_writes_the_rows_of_the_shipped_model_again() -> None:
    from demo.evaluate import MODEL
    from demo.sample import NAME, rollouts
    from workers.engines.loading import load_engine

    engine = load_engine("transformers", {"model": str(MODEL), "dtype": "float32", "device": "cpu"})
    again = list(rollouts(engine, NAME))
    shipped = [row for row in rows() if row["model"] == NAME]
    assert [row["problem"] for row in again] == [row["problem"] for row in shipped]
    # Another machine rounds otherwise, and a reply that once draws another token goes its own way from there.
    assert sum(a == b for a, b in zip(again, shipped, strict=True)) > 0.5 * len(shipped)
