"""Every published set by `manage.py import_rollouts`, stored: rollouts, models, grades and accuracy as a literal table.

No number here was taken from the importers' own output: it is stated in the set's PROVENANCE.md (P), or was counted by
a script that reads the files with json and csv only (C: rows of each file; is_solved, is_success, is_correct that are
true; rewards[-1] == 1; answer == target), or is a sum of such numbers.
"""

import json
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.db.models import F

from analysis.types import Rollout as ReadRollout
from apps.traces.management.commands.import_rollouts import Command
from apps.traces.models import Collection, Grade, Rollout, Score, Turn

from .importers.samples import attempt_of, disk_file, errors, opened, rollouts
from .test_import_command import run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shared]


class Part(NamedTuple):
    """A set or one part of it: its files, how many rollouts and repeats, models, and how many graded and right.

    `by` says what is counted: the uploaded grades, or (where there are none) uploaded answers that equal their gold.
    """

    files: str
    rollouts: int
    models: int
    graded: int
    right: int
    duplicates: int = 0
    by: str = "grades"


TABLE = [
    Part("thought-anchors", 42, 4, 40, 20),  # P: 20 + 20 traces and 2 scenarios; half of the 40 are correct ones
    Part("mmlupro-hints", 1000, 3, 0, 0, duplicates=58),  # P: 5 x 200; 25 + 33 rows stand in a second file
    Part("gsm8k-gpt3-4systems", 5276, 4, 5276, 2001),  # P: 286 + 515 + 458 + 742
    Part("math100x8-qwen-rm", 800, 1, 800, 728),  # P
    Part("math-r1-1p5b-temps", 1975, 1, 200, 174),  # P: 487 + 673 + 574 + 41 + 200; C: is_correct
    Part("bigbench-mistake", 2186, 1, 2186, 660, by="answers"),  # P; C: 482 + 45 + 45 + 43 + 45
    Part("calib-mmlupro-20models/results/*Qwen3-0.6B_*", 12032, 1, 12032, 2410, by="answers"),  # P: .200; C
    Part("calib-mmlupro-20models/results/*gpt-4.1_*", 12032, 1, 12032, 9480, by="answers"),  # P: .788; C
    Part("calib-mmlupro-20models/paper_hedging_words_results.csv", 7800, 1, 0, 0),  # P
    Part("intercode", 2561, 2, 2561, 1561),  # the sum of the next ten
    Part("intercode/sql/gpt-4/*.json", 1034, 1, 1034, 762),  # P
    Part("intercode/sql/gpt-3.5/*react*", 1034, 1, 1034, 607),  # P
    Part("intercode/sql/gpt-3.5/*plan*", 44, 1, 44, 19),  # P; C: the last reward (the best one is 1 in 20)
    Part("intercode/bash/gpt-4/*fs_1*", 60, 1, 60, 25),  # P
    Part("intercode/bash/gpt-4/*fs_2*", 53, 1, 53, 25),  # P
    Part("intercode/bash/gpt-3.5/*react*", 60, 1, 60, 13),  # P
    Part("intercode/bash/gpt-3.5/*plan*", 60, 1, 60, 0),  # P; C
    Part("intercode/ctf/*multiturn*", 93, 1, 93, 37),  # P
    Part("intercode/ctf/*25_turns*", 4, 1, 4, 3),  # P; C
    Part("intercode/python/gpt-3.5/*.json", 119, 1, 119, 70),  # P
    Part("reflexion/react_reflexion_*.jsonl", 498, 1, 498, 223),  # P; C: 32 + 42 + 48 + 50 + 51
    Part("reflexion/react_base_*.jsonl", 500, 1, 500, 170, duplicates=12),  # P: 34 a trial; C: 12 are listed twice
    Part("reflexion/cot_nocontext_*.jsonl", 500, 1, 500, 189),  # P; C: 32 + 37 + 3 x 40
    Part("reflexion/alfworld_runs", 2948, 1, 2948, 2485),  # P: 22 files of 134; C: 675 + 1810
    Part("reflexion/webshop_runs", 1300, 1, 1300, 439),  # 13 files of 100; C
    Part("reflexion/programming", 1132, 2, 1132, 839),  # P; C: 26 + 150 + 34 + 2 + 3 + 306 + 318
    Part("self-refine-yelp", 450, 3, 0, 0),  # P: 150 records of each model; C: 742 + 664 + 714 rows
    Part("sweagent-trajs", 22, 3, 0, 0),  # P: 22 files; C: gpt4 and gpt-4o named in 3, none in 19
    Part("taubench-airline-gpt4o", 200, 1, 200, 84),  # P
    Part("personality-illusion", 2754, 18, 0, 0),  # P; C: 18 names of models
    Part("personallm/*.jsonl", 768, 2, 0, 0),  # P: 320 + 320 + 64 + 64
    Part("personallm/scores", 4800, 3, 0, 0),  # P: 3 x 1,600
    Part("inspect-logs", 262, 5, 252, 182),  # P: samples of each log; C: scored ones and those whose score is C
]


class ImportOnly(Command):
    """The command without the analysis that follows it."""

    def analyse(self, collection: Collection) -> None:
        """Nothing: these tests count what is stored."""


def imported(*files: Path) -> Collection:
    out = StringIO()
    call_command(ImportOnly(), *map(str, files), project="p", json=True, stdout=out)
    report = json.loads(out.getvalue())
    assert report["errors"] == 0
    found = Collection.objects.get(pk=report["collection"])
    assert report["duplicates"] == found.imports.get().n_duplicates
    return found


def counted(collection: Collection, by: str) -> tuple[int, int]:
    """Graded and right rollouts, by the grade of each one's last attempt or by the answer it carries."""
    attempts = Turn.objects.filter(rollout__collection=collection, is_attempt=True).order_by("rollout", "index")
    last = {turn.rollout_id: turn for turn in attempts.select_related("rollout__problem")}
    if by == "answers":
        return len(last), sum(turn.answer in turn.rollout.problem.golds for turn in last.values())
    uploaded = Grade.objects.filter(rollout__collection=collection, source=Grade.Source.UPLOADED)
    outcomes = [each.outcome for each in uploaded if each.turn_index == last[each.rollout_id].index]
    return len(outcomes), outcomes.count("correct")


def given(part: Part) -> object:
    """A part of a set that is stored whole too need not be stored on PostgreSQL once more."""
    is_part = part.files.startswith("intercode/") or part.files.endswith("gpt-4.1_*")
    return pytest.param(part, id=part.files, marks=[pytest.mark.once] if is_part else [])


@pytest.mark.parametrize("part", [given(part) for part in TABLE])
def test_a_set_is_stored_as_its_provenance_says(shared: Path, part: Part) -> None:
    files = [shared / "data" / part.files]
    if "*" in part.files:
        files = sorted((shared / "data").glob(part.files))
    collection = imported(*files)
    assert collection.n_rollouts == collection.rollouts.count() == part.rollouts
    assert collection.n_models == collection.rollouts.values("model").distinct().count() == part.models
    assert collection.imports.get().n_duplicates == part.duplicates
    assert counted(collection, part.by) == (part.graded, part.right)


@pytest.mark.once
def test_the_table_has_every_set(shared: Path) -> None:
    folders = {path.name for path in (shared / "data").iterdir() if path.is_dir()}
    assert folders == {part.files.split("/")[0] for part in TABLE}


@pytest.mark.once
def test_all_twenty_tables_of_confidence_are_read(shared: Path) -> None:
    # P: 240,640 rows of 20 models on 12,032 questions; gemma-2b-it has 16 “confidences” above 1 (C).
    n, keys, models, n_confident, n_outside = 0, set(), set(), 0, 0
    for path in sorted((shared / "data/calib-mmlupro-20models/results").glob("*.csv")):
        for _, item in opened(disk_file(path)).rollouts():
            assert isinstance(item, ReadRollout)
            n += 1
            keys.add(item.problem.key)
            models.add(item.model)
            confidence = attempt_of(item).confidence
            n_confident += confidence is not None
            n_outside += "verbal_numerical_confidence" in item.scores
            assert confidence is None or 0 <= confidence <= 1
    assert (n, len(keys), len(models)) == (240_640, 12_032, 20)
    assert n_outside == 16
    assert n_confident == 227_650 - 16  # C: cells with a number, and those above 1


@pytest.mark.once
def test_questions_are_joined_to_the_tables_of_confidence_by_row(shared: Path) -> None:
    folder = shared / "data/calib-mmlupro-20models"
    questions = folder / "questions_join.jsonl"
    rows = [json.loads(line) for line in questions.read_bytes().split(b"\n") if line]  # P: split on this only
    table = folder / "results/mmlu_pro_gpt-4.1_eval_all_None.csv"
    found = rollouts(opened(disk_file(questions), disk_file(table)))
    assert [each.problem.question for each in found] == [row["question"] for row in rows]
    assert [each.problem.golds for each in found] == [(row["calib_correct_answer"],) for row in rows]


def test_measures_count_the_uploaded_grades_where_there_is_no_gold(shared: Path) -> None:
    path = shared / "data/taubench-airline-gpt4o/gpt-4o-airline.json"
    report = run("import_rollouts", str(path), "--project", "p", "--json")
    measured = run("measure", "accuracy", "--collection", str(report["collection"]), "--json")
    found = {row["measure"]: (row["estimate"], row["n"]) for row in measured}
    assert found["final_accuracy"] == (pytest.approx(84 / 200), 200)  # P


@pytest.mark.once
def test_confidence_and_answers_without_text_are_graded_against_their_gold(shared: Path) -> None:
    path = shared / "data/calib-mmlupro-20models/results/mmlu_pro_Qwen3-0.6B_eval_all_None.csv"
    report = run("import_rollouts", str(path), "--project", "p", "--json")
    measured = run("measure", "accuracy", "--collection", str(report["collection"]), "--json")
    found = {row["measure"]: (row["estimate"], row["n"]) for row in measured}
    assert found["final_accuracy"] == (pytest.approx(2410 / 12032), 12032)  # P: .200


def test_trajectories_keep_turns_calls_observations_and_rewards(shared: Path) -> None:
    imported(shared / "data/taubench-airline-gpt4o")
    assert set(Rollout.objects.values_list("model__name", flat=True)) == {"gpt-4o"}  # by the file's name
    turns = Turn.objects.exclude(role="judge")
    assert turns.count() == 5308  # P
    # C: assistant messages with tool_calls, and tool messages; each call of a message is kept.
    assert turns.filter(role="assistant", tool_calls__isnull=False).count() == 1164
    assert turns.filter(role="tool", text__isnull=False).count() == 1164
    assert turns.filter(is_attempt=True).count() == Rollout.objects.count() == 200
    assert Score.objects.filter(name="reward", value=1.0).count() == 84  # P
    assert turns.filter(is_attempt=True, reward=1.0).count() == 84
    assert Rollout.objects.filter(sample__in=range(4)).count() == 200  # P: trials 0 to 3


def test_rewards_of_every_action_are_kept(shared: Path) -> None:
    imported(shared / "data/intercode/sql/gpt-4/ic_sql_multiturn_gpt-4_10_turns.json")
    # C: 5,867 actions, each with an observation and a reward.
    assert Turn.objects.filter(role="assistant", reward__isnull=False).count() == 5867
    assert Turn.objects.filter(role="tool").count() == 5867
    last = Turn.objects.filter(is_attempt=True)
    assert last.filter(reward=1.0).count() == 762  # P
    assert last.exclude(index=F("rollout__turns__index")).count() > 0


def test_every_attempt_of_a_refined_text_is_an_attempt_with_its_feedback(shared: Path) -> None:
    imported(shared / "data/self-refine-yelp")
    # C: 742 + 664 + 714 rows, each one attempt with its feedback; gold there is none.
    assert Turn.objects.filter(is_attempt=True).count() == 2120
    assert Turn.objects.filter(role="critic").count() == 2120
    assert Rollout.objects.exclude(problem__golds=[]).count() == 0


def test_places_of_first_mistakes_are_scores(shared: Path) -> None:
    imported(shared / "data/bigbench-mistake")
    # P: 34 + 336 + 6 + 40 + 62 of the 2,186 traces have no mistake.
    assert Score.objects.filter(name="mistake_index").count() == 2186 - 478


@pytest.mark.parametrize("agent", ["react_reflexion", "react_base", "cot_nocontext_reflexion"])
def test_a_trial_is_a_condition_with_the_published_number_of_right_answers(shared: Path, agent: str) -> None:
    imported(shared / f"data/reflexion/{agent}_5trials.parsed.jsonl")
    right = {
        trial: Grade.objects.filter(outcome="correct", rollout__condition__factors__trial=str(trial)).count()
        for trial in range(1, 6)
    }
    expected = {
        "react_reflexion": [32, 42, 48, 50, 51],  # P: 32, 42, 48 ...; C
        "react_base": [34] * 5,  # P
        "cot_nocontext_reflexion": [32, 37, 40, 40, 40],  # C
    }
    assert list(right.values()) == expected[agent]


@pytest.mark.once
def test_files_that_are_not_rollouts_say_what_they_are(shared: Path) -> None:
    folder = shared / "data/reflexion/raw"
    source = opened(*(disk_file(path) for path in sorted(folder.glob("*"))), disk_file(shared / ANY_ROLLOUTS))
    assert errors(source) == []
    assert {file.not_rollouts for file in source.detection.files} == {"a text document", ""}


ANY_ROLLOUTS = "data/self-refine-yelp/gpt4.jsonl"
