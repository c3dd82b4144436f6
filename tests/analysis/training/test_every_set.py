"""What holds of every training set: its rows fit its schema, are read back, and nothing disappears uncounted."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from analysis.protocols.settings import SettingRefused
from analysis.training.exporter import BadRow, Counts, Exporter, export
from analysis.training.reading import BadTrainingSet, read_rows, written
from analysis.training.rows import Made, Shape
from analysis.training.schemas import SCHEMAS, faults
from analysis.training.table import TRAINING_SETS
from analysis.training.traces import Trace
from analysis.types import Role, Turn
from tests.traces.importers.samples import jsonl, opened, rollouts

from .made import ASKED, FIVE, PROBLEM, RIGHT, WRONG, criticised, exported, one, plain, reasoned, two

CRITIQUE = (
    "Step sentence: It is 5.\nCorrectness of the step: Wrong\nExplanation: no.\nCorrectness of the final answer: Wrong"
)
CAN, CANNOT = Turn(Role.USER, "Can you sing?"), Turn(Role.ASSISTANT, "Infeasible.", answer="infeasible")
GROUP = (
    reasoned("\n".join(["Wait, 4."] * 9), ["4"] * 9, source="long"),
    two("mended", "It is 5.", "No, 4.", WRONG, RIGHT),
    two("kept", "It is 4.", "Yes, 4.", RIGHT, RIGHT),
    one("shown", "Two and two are 4.", RIGHT, "big"),
    one("wrong", "So 6.", WRONG, "small"),
    one("blocks", FIVE, RIGHT),
    criticised("critic", "It is 5.", CRITIQUE, "It is 4.", WRONG, RIGHT),
    replace(criticised("own", "It is 5.", "I am off.", "It is 6.", WRONG, WRONG), model="s", played_by={"critic": "s"}),
    replace(criticised("big", "It is 5.", "It is 4.", "So 4.", WRONG, RIGHT), model="s", played_by={"critic": "big"}),
    reasoned("It is 5.\nNo, 4.", ["5", "4"], source="fixed"),
    one("thought", "<Step1>2 + 2</Step1><Generalized>Add.</Generalized><Answer>4</Answer>", RIGHT, "big"),
    Trace("taught", PROBLEM, (ASKED, plain("5"), Turn(Role.TEACHER, "Count."), plain("4")), (WRONG, RIGHT)),
    Trace("agent", PROBLEM, (ASKED, Turn(Role.TOOL, "4"), plain("It is 4.")), (RIGHT,)),
    Trace("judged", PROBLEM, (CAN, CANNOT, CAN, CANNOT), ()),
)
UNSOLVED = (*(one(f"s{n}", f"No {n}.", WRONG, "small") for n in range(8)), GROUP[3])
SETTINGS: dict[str, dict[str, Any]] = {
    "relift_buffer": {"demonstrator": "big"},
    "relift_prompts": {"bands": ["hard", "hardest"]},
    "tailored": {"teacher": "big"},
    "supercorrect_pairs": {"teacher": "big"},
    "self_meta": {"keep": "all"},
    "self_evolution": {"filter": "gold"},
}


def rows_of(name: str) -> tuple[list[dict[str, Any]], Counts]:
    counts = Counts()
    group = UNSOLVED if name.startswith("relift") else GROUP
    return list(export(name, TRAINING_SETS[name], [group], SETTINGS.get(name, {}), counts)), counts


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_rows_fit_the_schema_and_are_read_back_as_they_were_written(name: str) -> None:
    rows, counts = rows_of(name)
    assert rows
    assert counts.n_rows == len(rows)
    assert list(read_rows(map(written, rows), TRAINING_SETS[name].shape)) == rows


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_a_second_reader_of_json_schema_finds_the_rows_good_and_a_bare_one_bad(name: str) -> None:
    schema = jsonschema_rs.validator_for(dict(SCHEMAS[TRAINING_SETS[name].shape]))
    assert [list(schema.iter_errors(row)) for row in rows_of(name)[0]] == [[] for _ in rows_of(name)[0]]
    assert not schema.is_valid({"id": "1"})


@pytest.mark.parametrize("name", [name for name in TRAINING_SETS if TRAINING_SETS[name].shape is Shape.SFT])
def test_conversations_are_read_back_by_the_importers(name: str) -> None:
    rows, _ = rows_of(name)
    found = rollouts(opened(jsonl(rows)))
    assert [[(turn.role.value, turn.text, turn.train_on) for turn in each.turns] for each in found] == [
        [(m["role"], m["content"], m["train_on"]) for m in row["messages"]] for row in rows
    ]
    assert {turn.role for each in found for turn in each.turns} <= {Role.USER, Role.ASSISTANT, Role.TOOL}


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_no_traces_give_no_rows(name: str) -> None:
    counts = Counts()
    assert list(export(name, TRAINING_SETS[name], [], SETTINGS.get(name, {}), counts)) == []
    assert (counts.n_traces, counts.n_rows) == (0, 0)


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_an_unknown_setting_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(SettingRefused, match="unknown setting 'odd'"):
        exported(name, odd=1)


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_an_exporter_says_its_source_and_what_differs_from_it(name: str) -> None:
    exporter = TRAINING_SETS[name]
    assert "arXiv" in exporter.citation
    assert exporter.differs.endswith(".")
    assert exporter.needs.endswith(".")


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_traces_without_text_are_left_out_and_no_error(name: str) -> None:
    bare = [replace(each, turns=tuple(replace(turn, text=None) for turn in each.turns)) for each in UNSOLVED]
    asked = [replace(each, problem=replace(each.problem, question="")) for each in bare]
    counts = Counts()
    assert list(export(name, TRAINING_SETS[name], [asked], SETTINGS.get(name, {}), counts)) == []
    assert counts.left_out.total() > 0


def test_a_row_that_its_schema_refuses_is_a_fault_of_ours() -> None:
    def making(group: Any, settings: Any) -> Any:
        yield Made("odd", ("a",), {"messages": []})

    exporter = Exporter("1", Shape.SFT, "", "", "", (), making)
    with pytest.raises(BadRow, match="messages: fewer than 1"):
        list(export("odd", exporter, [GROUP], {}, Counts()))


SAID = {"role": "assistant", "content": "abc", "train_on": True, "spans": [[0, 3]]}
ABOUT = {"method": "m", "kind": "k", "problem": "p", "sources": ["s"], "scores": {}}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"role": "robot"}, "messages[0].role: 'robot' is none of system, user, assistant, tool"),
        ({"content": None}, "messages[0].content: is NoneType, must be string"),
        ({"spans": [[0, 4]]}, "messages[0].spans: [0, 4] is not after 0 and inside 3 characters"),
        ({"spans": [[1, 2], [1, 3]]}, "messages[0].spans: [1, 3] is not after 2 and inside 3 characters"),
        ({"spans": [[0, True]]}, "messages[0].spans[0][1]: is bool, must be integer"),
        ({"spans": [[0]]}, "messages[0].spans[0]: fewer than 2"),
        ({"spans": []}, "messages[0]: train_on does not fit spans"),
        ({"spans": [], "train_on": False}, "messages: nothing is trained on"),
    ],
)
def test_each_fault_of_a_message_is_named_with_its_place(change: dict[str, Any], fault: str) -> None:
    row = {"id": "1", "messages": [SAID | change], "metadata": ABOUT}
    assert faults(row, Shape.SFT) == [fault]


def test_a_pair_of_equals_is_a_fault() -> None:
    plain = [{"role": "assistant", "content": "a"}]
    row = {"id": "1", "prompt": plain, "chosen": plain, "rejected": plain, "learned": None, "metadata": ABOUT}
    assert faults(row, Shape.PREFERENCES) == ["rejected: the same as chosen"]


def test_each_step_has_its_label_and_a_reward_is_a_number() -> None:
    row = {"id": "1", "prompt": "q", "completions": ["a", "b"], "labels": [True], "metadata": ABOUT}
    assert faults(row, Shape.STEPS) == ["labels: 1 for 2 completions"]
    guided = {"id": "1", "prompt": [{"role": "user", "content": "q"}], "completion": [SAID], "metadata": ABOUT}
    assert faults(guided | {"reward": True}, Shape.COMPLETIONS) == ["reward: is bool, must be number"]
    assert faults(guided | {"reward": 1}, Shape.COMPLETIONS) == []


@pytest.mark.parametrize("line", ["{", "[]", json.dumps({"id": "1"})])
def test_a_bad_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(BadTrainingSet, match="line 2: "):
        list(read_rows(["", line], Shape.SFT))


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_the_guide_names_the_set_and_each_of_its_settings(name: str) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "training-sets.md").read_text(encoding="utf-8")
    missing = [each for each in (name, *(p.name for p in TRAINING_SETS[name].parameters)) if f"`{each}`" not in guide]
    assert missing == []
