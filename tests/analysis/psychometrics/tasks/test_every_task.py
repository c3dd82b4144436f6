"""What holds for every behavioural task of the table: seeds, keys, declared figures, empties, and a run over a grid."""

import pytest

from analysis.asking import Reply
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Item, Made, ProtocolFailed
from analysis.psychometrics.tasks.table import TASKS
from tests.analysis.protocols.driving import by, drive, served
from workers.engines.scripted import HOSTILE, ScriptedEngine

GRID = {"system_prompts": ["", "Help."], "temperatures": [0, 1]}


def made_over_grid(name: str) -> list[Made]:
    """The first problem in the four cells, answered by the scripted engine."""
    task = TASKS[name]
    protocol, problem = PROTOCOLS[task.protocol], task.problems(0)[0]
    items = [Item(problem, sample=sample, seed=sample) for sample in range(4)]
    return [made for item in items for made in drive(protocol, item, served(ScriptedEngine()), GRID)[0].rollouts]


@pytest.mark.parametrize("name", list(TASKS))
def test_a_seed_gives_the_same_problems_again_and_another_seed_does_not(name: str) -> None:
    task = TASKS[name]
    assert list(task.problems(7)) == list(task.problems(7))
    assert list(task.problems(7)) != list(task.problems(8))


@pytest.mark.parametrize("name", list(TASKS))
def test_keys_are_unique_and_short_and_every_problem_asks_something(name: str) -> None:
    problems = TASKS[name].problems(0)
    keys = [problem.key for problem in problems]
    assert problems
    assert len(set(keys)) == len(keys)
    assert all(0 < len(key) <= 200 for key in keys)
    assert all(problem.question.strip() for problem in problems)


@pytest.mark.parametrize("name", list(TASKS))
def test_problems_of_two_seeds_with_one_key_ask_the_same(name: str) -> None:
    """A project holds one problem for each key, whatever seed it was made with."""
    one, other = ({problem.key: problem for problem in TASKS[name].problems(seed)} for seed in (0, 1))
    assert [one[key] for key in one.keys() & other.keys()] == [other[key] for key in one.keys() & other.keys()]


@pytest.mark.parametrize("name", list(TASKS))
def test_every_task_says_what_it_is_for_and_what_may_be_concluded(name: str) -> None:
    task = TASKS[name]
    assert (task.name, task.protocol in PROTOCOLS) == (name, True)
    assert task.purpose
    assert task.may_conclude
    assert all(all(behaviour) for behaviour in task.behaviours)


@pytest.mark.parametrize("name", list(TASKS))
def test_a_sitting_without_rollouts_has_every_declared_figure_and_a_reason(name: str) -> None:
    task = TASKS[name]
    figures = task.summarise([])
    assert [figure.name for figure in figures] == [behaviour.name for behaviour in task.behaviours]
    assert all(figure.value is None and figure.reason for figure in figures)


@pytest.mark.parametrize("name", list(TASKS))
def test_the_scripted_engine_brings_the_first_problem_to_an_end_in_every_cell(name: str) -> None:
    made = made_over_grid(name)
    assert {(each.condition.get("system_prompt", ""), each.condition["temperature"]) for each in made} == {
        ("", "0"), ("", "1"), ("Help.", "0"), ("Help.", "1"),
    }  # fmt: skip
    scores = [dict(each.scores) for each in made]
    assert all(score.startswith(f"{name}/") and len(score) <= 100 for each in scores for score in each)
    figures = TASKS[name].summarise([{key.removeprefix(f"{name}/"): each[key] for key in each} for each in scores])
    assert {figure.name for figure in figures} == {behaviour.name for behaviour in TASKS[name].behaviours}


@pytest.mark.parametrize("reply", ["", *HOSTILE, "As an AI, I cannot.", "不知道"])
@pytest.mark.parametrize("name", list(TASKS))
def test_silence_refusal_and_noise_are_data_and_no_figure(name: str, reply: str) -> None:
    task = TASKS[name]
    made = drive(PROTOCOLS[task.protocol], Item(task.problems(0)[0]), by(lambda _: reply), {})[0].rollouts
    figures = task.summarise([{key.split("/", 1)[1]: value for key, value in each.scores.items()} for each in made])
    assert all((figure.value is None) == bool(figure.reason) for figure in figures)
    assert reply or figures[0].value is None


@pytest.mark.parametrize("name", list(TASKS))
def test_an_engines_error_fails_the_unit(name: str) -> None:
    task = TASKS[name]
    with pytest.raises(ProtocolFailed, match="the endpoint is down"):
        drive(PROTOCOLS[task.protocol], Item(task.problems(0)[0]),
              by(lambda _: Reply(finish_reason="error", error="the endpoint is down")))  # fmt: skip
