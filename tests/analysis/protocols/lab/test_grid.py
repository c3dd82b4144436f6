"""The grid: which cell a sample number stands for, and what is refused."""

import pytest

from analysis.protocols.conduct import Item
from analysis.protocols.lab.questionnaire import QUESTIONNAIRE
from analysis.protocols.settings import SettingRefused
from analysis.types import Problem
from tests.analysis.protocols.driving import drive, listed

ITEM = Problem("I like plans.", key="c1")
CALM = {"name": "calm", "text": "You are calm.", "target": "neuroticism"}


def test_samples_are_cells_times_repeats_whatever_is_said() -> None:
    grid = {"system_prompts": ["", "Help."], "personas": [{}, CALM], "temperatures": [0, 0.7, 1], "repeats": 4}
    assert QUESTIONNAIRE.settle({**grid, "samples": 999})["samples"] == 2 * 2 * 3 * 4


def test_cells_go_round_before_repeats_begin() -> None:
    """2 prompts x 2 temperatures: samples 0-3 are the cells, 4-7 the same again, the last axis moving first."""
    grid = {"system_prompts": ["", "Help."], "temperatures": [0, 1], "repeats": 2}
    conditions = []
    for sample in range(8):
        made = drive(QUESTIONNAIRE, Item(ITEM, sample=sample), listed(["4"]), grid)[0].rollouts[0]
        conditions.append((made.condition.get("system_prompt", ""), made.condition["temperature"], made.sample))
    assert conditions[:5] == [("", "0", 0), ("", "1", 0), ("Help.", "0", 0), ("Help.", "1", 0), ("", "0", 1)]
    assert len(set(conditions)) == 8


def test_the_persona_stands_after_the_system_prompt_and_in_the_condition() -> None:
    grid = {"system_prompts": ["Help."], "personas": [CALM]}
    result, driven = drive(QUESTIONNAIRE, Item(ITEM), listed(["4"]), grid)
    assert driven.asks[0].messages[0].text == "Help.\n\nYou are calm."
    condition = result.rollouts[0].condition
    assert (condition["persona"], condition["target"]) == ("calm", "neuroticism")


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"temperatures": ["hot"]}, "temperature 'hot' is no number"),
        ({"temperatures": [9]}, "temperature 9.0 must be from 0 to 5"),
        ({"temperatures": [1, "1.0"]}, "each may be there once"),
        ({"temperatures": []}, "temperatures is empty"),
        ({"system_prompts": ["a", "a"]}, "system_prompts has 'a' 2 times"),
        ({"personas": [{"name": "x"}]}, "needs a name"),
        ({"personas": [{"text": "You are calm."}]}, "needs a name"),
        ({"personas": [{"nme": "x"}]}, "must be an object"),
        ({"personas": [CALM, CALM]}, "personas has 'calm' 2 times"),
        ({"repeats": 1000, "temperatures": [0, 1, 2, 3, 4, 5], "system_prompts": ["a", "b"]}, "12,000 cells"),
    ],
)
def test_a_grid_that_cannot_be_given_is_refused_with_its_value(grid: dict[str, object], said: str) -> None:
    with pytest.raises(SettingRefused, match=said):
        QUESTIONNAIRE.settle(grid)
