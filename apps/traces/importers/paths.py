"""Paths into nested JSON: `meta.answer`, `response[]`, `pred_score[][0]`, `{model}.solution`, `["a.b"]`.

`[]` walks a list of samples (all such paths of a mapping in lockstep), `[k]` takes one element, `{model}` stands for
the key that names the model, whole or with fixed text around it (`{model}_response`). Knows no fields.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analysis.errors import UserError

Getter = Callable[[Mapping[str, object], str, int], object]
MISSING = object()
PIECE = re.compile(r'\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\[(?P<index>-?\d*)\]|(?P<key>[^.\[\]]+)|(?P<dot>\.)')
WILD = "{model}"
MODEL_WORDS = re.compile(
    r"gpt|claude|llama|qwen|qwq|deepseek|gemma|gemini|mistral|mixtral|phi-?\d|grok|\bo[1345](-|\b)|palm|falcon|yi-|olmo|kimi|"
    r"glm|command-r|nemotron|(?<!\d)\d{1,5}(\.\d{1,4})?[bm]\b|davinci|opus|sonnet|haiku|instruct",
    re.IGNORECASE,
)


class PathError(UserError):
    """A path that cannot be read; the message shows it and where it breaks."""


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path: `steps` are keys (str), positions (int), `...` for each element; `text` is how it was written."""

    text: str
    steps: tuple[object, ...]

    @property
    def is_exploded(self) -> bool:
        return ... in self.steps

    @property
    def is_wide(self) -> bool:
        return any(isinstance(step, str) and WILD in step for step in self.steps)

    @property
    def first(self) -> object:
        return self.steps[0]


def parse_path(text: str) -> Path:
    """Read a path.

    >>> parse_path("pred_score[][0]").steps
    ('pred_score', Ellipsis, 0)
    >>> parse_path('["a.b"].c').steps
    ('a.b', 'c')
    """
    steps: list[object] = []
    at = 0
    while at < len(text):
        piece = PIECE.match(text, at)
        if piece is None:
            raise PathError(f"the path {text!r} cannot be read at character {at + 1} ({text[at:]!r})")
        if piece["quoted"] is not None:
            steps.append(json.loads(piece["quoted"]))
        elif piece["index"] is not None:
            steps.append(int(piece["index"]) if piece["index"] else ...)
        elif piece["key"] is not None:
            steps.append(piece["key"])
        at = piece.end()
    if not steps or not isinstance(steps[0], str):
        raise PathError(f"the path {text!r} must start with the name of a field")
    if steps.count(...) > 1:
        raise PathError(f"the path {text!r} explodes two lists; one [] is allowed")
    return Path(text, tuple(steps))


def quote_key(key: str) -> str:
    """A key as one step of a path.

    >>> quote_key("a"), quote_key("a.b")
    ('a', '["a.b"]')
    """
    return (
        key
        if re.fullmatch(r"[^.\[\]{}\"]+", key.replace(WILD, "") or "x")
        else f"[{json.dumps(key, ensure_ascii=False)}]"
    )


def join_path(base: str, key: str) -> str:
    step = quote_key(key)
    return base + step if step.startswith("[") or not base else f"{base}.{step}"


def direct_key(path: Path) -> str | None:
    """The key of a row that a path names, None where it goes deeper.

    >>> direct_key(parse_path("a")), direct_key(parse_path("a.b"))
    ('a', None)
    """
    is_direct = len(path.steps) == 1 and isinstance(path.steps[0], str) and not path.is_wide
    return str(path.steps[0]) if is_direct else None


def compile_path(path: Path) -> Getter:
    """A function (row, model key, sample index) -> value, MISSING where a step does not exist, None where it is null.

    A row that has the whole text of the path as one key (a flattened table) gives that key's value.
    """
    steps, text, name = path.steps, path.text, direct_key(path)
    if name is not None:
        return lambda row, model, index: row.get(name, MISSING)

    def get(row: Mapping[str, object], model: str, index: int) -> object:
        if text in row:
            return row[text]
        value: object = row
        for step in steps:
            value = _take(value, step, model, index)
            if value is MISSING or value is None:
                return value
        return value

    return get


def _take(value: object, step: object, model: str, index: int) -> object:
    if isinstance(step, str):
        if not isinstance(value, Mapping):
            return MISSING
        return value.get(step.replace(WILD, model) if WILD in step else step, MISSING)
    position = index if step is ... else step
    if isinstance(value, list) and isinstance(position, int) and -len(value) <= position < len(value):
        return value[position]
    return MISSING


def list_length(path: Path, row: Mapping[str, object], model: str) -> int | None:
    """How many elements the `[]` of a path has in this row; None where there is no list."""
    value: object = row
    for step in path.steps:
        if step is ...:
            return len(value) if isinstance(value, list) else None
        value = _take(value, step, model, 0)
    return None


def model_keys(path: Path, row: Mapping[str, object], taken: frozenset[str]) -> Iterator[str]:
    """The names that `{model}` stands for in a row: keys that fit, whose value has the rest of the path."""
    number = next(i for i, step in enumerate(path.steps) if isinstance(step, str) and WILD in step)
    value: object = row
    for step in path.steps[:number]:
        value = _take(value, step, "", 0)
    if not isinstance(value, Mapping):
        return
    before, _, after = str(path.steps[number]).partition(WILD)
    rest = path.steps[number + 1 :]
    for key, item in value.items():
        fits = key.startswith(before) and key.endswith(after) and len(key) > len(before) + len(after)
        if not rest and not (before or after) and number == 0 and not MODEL_WORDS.search(key):
            continue
        if fits and not (number == 0 and key in taken) and _reaches(item, rest):
            yield key[len(before) : len(key) - len(after)]


def _reaches(value: object, steps: tuple[object, ...]) -> bool:
    for step in steps:
        value = _take(value, step, "", 0)
        if value is MISSING:
            return False
    return isinstance(value, str | list) or value is None or bool(steps)
