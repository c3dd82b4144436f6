"""Published labels, from the real files: as many as their papers and READMEs say, each on the text that it names."""

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from analysis.labelling.exchange.gold import LAYERS
from analysis.labelling.exchange.gold.base import GivenFile
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.shipped import SCHEMES


def opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def files_of(path: Path) -> list[GivenFile]:
    found = [path] if path.is_file() else sorted(path.rglob("*.json*"))
    return [GivenFile(str(each.relative_to(path.parent)), opener(each)) for each in found]


def given(name: str, text: str) -> GivenFile:
    return GivenFile(name, lambda: io.BytesIO(text.encode()))


def texts_by_row(bundle: Bundle) -> dict[str, str]:
    texts = {document.text_hash: document.text or "" for document in bundle.documents}
    return {row.key: texts[row.text_hash][row.start : row.end] for row in bundle.rows}


def test_every_layer_is_labelled_by_a_shipped_scheme() -> None:
    assert list(LAYERS) == ["gold_candidates", "thought_anchors", "bigbench_mistake"]
    assert {LAYERS[name].scheme for name in LAYERS} <= set(SCHEMES)


def test_gold_candidates_are_226_lines_of_30_traces_with_their_values(shared: Path) -> None:
    bundle = LAYERS["gold_candidates"].read(files_of(shared / "gold/candidates_dev.jsonl"))
    counted = Counter(row.name for row in bundle.rows)
    assert len(bundle.documents) == 30
    assert counted["candidate"] == 226  # README of the gold layer
    assert not bundle.unplaced
    assert all(row.value for row in bundle.rows if row.name == "candidate")
    assert all("\n" not in said and said for said in texts_by_row(bundle).values())


def test_a_line_of_two_values_keeps_both_in_order(shared: Path) -> None:
    bundle = LAYERS["gold_candidates"].read(files_of(shared / "gold/candidates_dev.jsonl"))
    (hashed,) = (each.text_hash for each in bundle.documents if each.external_id == "math-r1/t0.8/416")
    row = next(row for row in bundle.rows if row.text_hash == hashed and row.value == "1; 2")
    # the trace's line 62, with values ["1", "2"] in the file
    assert texts_by_row(bundle)[row.key].startswith("Let me see. In the first method, I got 2")


def test_thought_anchors_tags_are_all_found_in_their_solutions(shared: Path) -> None:
    bundle = LAYERS["thought_anchors"].read(files_of(shared / "data/thought-anchors"))
    assert Counter(row.name for row in bundle.rows) == {  # PROVENANCE of the data set: 6,011 sentences
        "active_computation": 2182,
        "fact_retrieval": 1145,
        "plan_generation": 819,
        "uncertainty_management": 715,
        "result_consolidation": 564,
        "self_checking": 378,
        "problem_setup": 128,
        "final_answer_emission": 77,
    }
    assert Counter(left.reason for left in bundle.unplaced) == {"scheme thought_anchors has no label 'unknown'": 3}
    assert len(bundle.documents) == 42


def test_first_wrong_steps_and_traces_without_one_are_those_of_the_data_set(shared: Path) -> None:
    bundle = LAYERS["bigbench_mistake"].read(files_of(shared / "data/bigbench-mistake"))
    assert len(bundle.documents) == 2186
    # PROVENANCE: mistake-free 34 + 336 + 6 + 40 + 62 = 478 of 2,186
    assert Counter(row.name for row in bundle.rows) == {"first_wrong": 1708, "no_mistake": 478}
    said = texts_by_row(bundle)
    assert not any("\n" in said[row.key] for row in bundle.rows if row.name == "first_wrong")


def test_a_mistake_index_counts_from_0() -> None:
    row = {"steps": ["a", "bc", "d"], "mistake_index": 1}
    bundle = LAYERS["bigbench_mistake"].read([given("words.jsonl", json.dumps(row))])
    assert texts_by_row(bundle) == {bundle.rows[0].key: "bc"}
    assert bundle.documents[0].external_id == "words.jsonl:1"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"steps": ["a"], "mistake_index": 1}, "words.jsonl, line 1: mistake_index 1, and there are 1 steps"),
        ({"steps": ["a"]}, "words.jsonl, line 1: mistake_index is missing"),
        ({"steps": "a", "mistake_index": 0}, "words.jsonl, line 1: steps: 'a' is no list"),
    ],
)
def test_a_broken_row_is_refused_with_its_place(row: dict[str, object], message: str) -> None:
    with pytest.raises(BadFile, match=message):
        LAYERS["bigbench_mistake"].read([given("words.jsonl", json.dumps(row))])


def test_a_gold_line_past_the_end_is_refused() -> None:
    row = {"id": "t", "reasoning": "a\nb", "candidates": [{"line": 3, "values": ["1"]}], "doubtful_lines": []}
    with pytest.raises(BadFile, match="line 1: candidates: there is no line 3; the trace has 2"):
        LAYERS["gold_candidates"].read([given("gold.jsonl", json.dumps(row))])


def test_chunks_are_found_in_order_with_white_space_folded_and_a_strange_one_is_listed() -> None:
    solution = {"solution": "So 2.\n\nSo 2.  Then\n3."}
    texts = ["So 2.", "So 2. Then 3.", "Not there."]
    chunks = [{"chunk": text, "function_tags": ["self_checking"]} for text in texts]
    files = [given("t/base_solution.json", json.dumps(solution)), given("t/chunks_labeled.json", json.dumps(chunks))]
    bundle = LAYERS["thought_anchors"].read(files)
    assert [(row.start, row.end) for row in bundle.rows] == [
        (0, 5),
        (7, 21),
    ]  # the second from 7, after two newlines, 14 long
    assert bundle.unplaced == (
        ("t/chunks_labeled.json, chunk 2", "'Not there.' is not in the solution after the chunk before it"),
    )


def test_chunks_without_their_solution_are_refused() -> None:
    with pytest.raises(BadFile, match=r"t/chunks_labeled\.json: there is no base_solution\.json beside it"):
        LAYERS["thought_anchors"].read([given("t/chunks_labeled.json", "[]")])
    with pytest.raises(BadFile, match=r"there is no chunks_labeled\.json"):
        LAYERS["thought_anchors"].read([])
