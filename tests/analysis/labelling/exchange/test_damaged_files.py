"""A file that somebody changed by hand, cut or mixed up is read or refused with words, never a crash."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import UserError
from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.gold import LAYERS
from analysis.labelling.exchange.gold.base import GivenFile
from analysis.labelling.exchange.types import Bundle, Format

from .bundles import REFLECTION
from .test_labelstudio import ours

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**20, "", "x", "\ud800", "a\x00b", [], {}, [[]], [None], {"x": None}, [{}]]
)
EACH = settings(max_examples=80, deadline=None)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def taken_out(value: Any, path: tuple[Any, ...]) -> Any:
    if len(path) > 1:
        return changed(value, path[:1], taken_out(value[path[0]], path[1:]))
    copy = dict(value) if isinstance(value, dict) else list(value)
    del copy[path[0]]
    return copy


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """Something else at one place, or nothing."""
    place = draw(st.sampled_from(places(value)))
    if place and draw(st.booleans()):
        return taken_out(value, place)
    return changed(value, place, draw(ODD))


def read_or_refused(form: Format, text: str) -> Bundle | None:
    try:
        return form.read(io.BytesIO(text.encode(errors="surrogatepass")), REFLECTION)
    except UserError:
        return None


def values_of(name: str) -> list[Any]:
    text = "".join(FORMATS[name].write(REFLECTION, ours().parts()))
    return (
        list(json.loads(text)) if name.startswith("labelstudio") else [json.loads(line) for line in text.splitlines()]
    )


def file_of(name: str, values: Any) -> str:
    if name.startswith("labelstudio"):
        return json.dumps(values)
    return "".join(json.dumps(value) + "\n" for value in values) if isinstance(values, list) else json.dumps(values)


@pytest.mark.parametrize("name", ["project", "labelstudio", "doccano"])
@EACH
@given(data=st.data())
def test_a_file_with_something_odd_somewhere(name: str, data: st.DataObject) -> None:
    found = read_or_refused(FORMATS[name], file_of(name, data.draw(damaged(values_of(name)))))
    if found is not None:
        "".join(FORMATS["project"].write(found.scheme, found.parts())).encode()


@EACH
@given(table=st.lists(st.lists(st.sampled_from(["label", "rollout", "start", "1", "-", '"', "doubt", "\n", ",", "x"]))))
def test_a_table_with_something_odd_somewhere(table: list[list[str]]) -> None:
    read_or_refused(FORMATS["csv"], "\n".join(",".join(row) for row in [["label", "rollout"], *table]))


@pytest.mark.parametrize("name", list(FORMATS))
@EACH
@given(data=st.data())
def test_a_file_that_is_cut_anywhere(name: str, data: st.DataObject) -> None:
    text = "".join(FORMATS[name].write(REFLECTION, ours().parts()))
    read_or_refused(FORMATS[name], text[: data.draw(st.integers(0, len(text)))])


PUBLISHED: dict[str, dict[str, Any]] = {
    "gold_candidates": {
        "c.jsonl": {"id": "t", "reasoning": "a\nb", "candidates": [{"line": 1, "values": ["1"]}], "doubtful_lines": [2]}
    },
    "thought_anchors": {
        "t/base_solution.json": {"solution": "So 2. Then 3."},
        "t/chunks_labeled.json": [{"chunk": "So 2.", "function_tags": ["self_checking"]}],
    },
    "bigbench_mistake": {"w.jsonl": {"steps": ["a", "b"], "mistake_index": 1}},
}


@pytest.mark.parametrize("name", list(LAYERS))
@EACH
@given(data=st.data())
def test_a_published_layer_with_something_odd_somewhere(name: str, data: st.DataObject) -> None:
    files = data.draw(damaged(PUBLISHED[name]))
    if not isinstance(files, dict):
        return
    given_files = [GivenFile(file, _opener(json.dumps(value))) for file, value in files.items()]
    with suppress(UserError):
        LAYERS[name].read(given_files)


def _opener(text: str) -> Any:
    return lambda: io.BytesIO(text.encode())
