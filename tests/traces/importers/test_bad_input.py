"""Bad input at its full size: a message that names file, line and field, within bounded memory and time."""

import io
import json
import re
import tracemalloc
from time import process_time
from types import ModuleType

import pytest

from analysis import delimiters
from analysis.errors import UserError
from apps.traces.importers import detect, fields, filenames, paths, transforms
from apps.traces.importers.files import SourceFile
from apps.traces.presenters import formulas, maths

from .samples import attempt_of, errors, jsonl, opened, own_row, rollouts, text_file

LINE = json.dumps(own_row()).encode() + b"\n"
PIECES = (
    "a",
    "1",
    " ",
    "(",
    "{",
    "\\",
    "$",
    "\\boxed{",
    "answer is ",
    "= ",
    "x = ",
    "<think>",
    "**",
    "1,",
    " - ",
    "\\frac{",
)


def long_line(n: int) -> SourceFile:
    """Three lines, the second of n characters and more."""
    content = LINE + json.dumps(own_row(id="b", response="x" * n)).encode() + b"\n" + LINE.replace(b'"a"', b'"c"')
    return SourceFile("a.jsonl", lambda: io.BytesIO(content), len(content))


def test_a_line_of_50_mb_is_read_whole_within_bounded_memory() -> None:
    file = long_line(50_000_000)
    tracemalloc.start()
    lengths = [len(attempt_of(item).text or "") for item in rollouts(opened(file))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lengths == [13, 50_000_012, 13]  # "One and one." has 12 characters, the answer "2" one
    assert peak < 800_000_000


def test_a_line_of_70_mb_is_an_error_of_that_line_and_the_next_is_read() -> None:
    source = opened(long_line(70_000_000))
    assert [item.external_id for item in rollouts(source)] == ["a", "c"]
    (error,) = errors(source)
    assert "a.jsonl" in error.words
    assert (error.line, "64" in error.message) == (2, True)


def test_a_table_of_100_000_columns_is_refused_by_name_at_once() -> None:
    header = ",".join(f"c{n}" for n in range(100_000))
    began = process_time()
    with pytest.raises(UserError, match=r"wide\.csv: .*100000 columns"):
        opened(text_file("wide.csv", f"{header}\n{'1,' * 99_999}1\n"))
    assert process_time() - began < 5


def test_json_10_000_deep_names_its_line() -> None:
    deep = LINE[:-2] + b', "x": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}\n"
    source = opened(text_file("deep.jsonl", LINE + deep))
    assert len(rollouts(source)) == 1
    (error,) = errors(source)
    assert "deep.jsonl" in error.words
    assert error.line == 2


def test_a_message_quotes_no_more_of_a_file_than_a_screen_holds() -> None:
    turns = [{"role": "user", "content": "1+1?"}, {"role": "r" * 100_000, "content": "x"}]
    source = opened(jsonl([own_row(), {"id": "b", "model": "m", "problem": "?", "turns": turns}]))
    assert len(rollouts(source)) == 1
    assert [len(error.message) for error in errors(source)] == [1_000]


def test_the_same_row_twice_is_one_rollout_and_rows_without_an_id_stay_apart() -> None:
    bare = own_row()
    del bare["id"]
    source = opened(jsonl([own_row(), own_row(), bare, {**bare, "response": "3"}]))
    assert len(rollouts(source)) == 3
    assert source.report.is_complete


def patterns() -> dict[str, "re.Pattern[str]"]:
    """Every compiled expression of the modules that read uploaded text."""
    modules: tuple[ModuleType, ...] = (
        delimiters, detect, fields, filenames, paths, transforms, formulas, maths,
    )  # fmt: skip
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    }


@pytest.mark.parametrize("name", sorted(patterns()))
def test_no_expression_takes_four_times_as_long_for_text_twice_as_long(name: str) -> None:
    for piece in PIECES:
        spent = []
        for n in (4_000, 8_000):
            text, began = piece * (n // len(piece)) + "\x01", process_time()
            patterns()[name].search(text)
            spent.append(process_time() - began)
        assert spent[1] < 3.5 * spent[0] + 0.1, piece
