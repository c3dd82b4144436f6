"""Tables where the model is a key: `{"gpt": {"solution": …}, "llama": {…}}`, `outputs.{model}`, `{model}_response`.

Knows a sample of rows; says which paths with `{model}` stand for them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..fields import MOST_NAME_CHARS, fields_by_name, fold, is_row_name
from ..paths import MODEL_WORDS, WILD, join_path, quote_key

Row = Mapping[str, object]
TEXT_LIKE = {"response", "predicted", "gold_solution", "reasoning"}
CONTAINERS = {
    "models",
    "outputs",
    "responses",
    "predictions",
    "generations",
    "solutions",
    "answers",
    "completions",
    "results",
}
NOT_MODELS = {
    "gold",
    "gt",
    "ground_truth",
    "reference",
    "groundtruth",
    "correct",
    "model",
    "user",
    "system",
    "prompt",
    "question",
}


MOST_MODELS, MOST_CELLS = 500, 1_000_000


@dataclass(frozen=True, slots=True)
class Wide:
    """A base path ending in `{model}`, and the keys that were seen for it."""

    base: str
    models: tuple[str, ...]


def find_wide(rows: Sequence[Row]) -> Wide | None:
    """Keys that name models, at the top or under one key, or as part of column names; None where there are none.

    More than MOST_MODELS such keys are columns of another kind.
    """
    found = _wide_objects(rows, "", rows) or _wide_container(rows) or _wide_names(rows) or _wide_model_names(rows)
    return found if found and len(found.models) <= MOST_MODELS else None


def _wide_objects(rows: Sequence[Row], base: str, parents: Sequence[Row]) -> Wide | None:
    keys = _common_keys(parents)
    objects = [key for key in keys if all(isinstance(p.get(key), dict) for p in parents if key in p)]
    objects = [key for key in objects if not _is_field(key)]
    if len(objects) < 2:
        return None
    shapes = {key: frozenset(parents[0].get(key) or ()) for key in objects}  # type: ignore[call-overload]
    shape = Counter(shapes.values()).most_common(1)[0][0]
    alike = tuple(key for key in objects if shapes[key] == shape)
    texts = [name for name in shape if TEXT_LIKE & {f for f, _ in fields_by_name().get(fold(name), ())}]
    return Wide(f"{base}.{WILD}" if base else WILD, alike) if len(alike) >= 2 and texts else None


def _wide_container(rows: Sequence[Row]) -> Wide | None:
    for key in _common_keys(rows):
        inner = [row[key] for row in rows if isinstance(row.get(key), dict)]
        if fold(key) not in CONTAINERS or len(inner) < 0.9 * len(rows):
            continue
        parents: list[Row] = inner  # type: ignore[assignment]
        if found := _wide_objects(rows, quote_key(key), parents):
            return found
        names = [name for name in _common_keys(parents) if not is_row_name(name)]
        texts = [name for name in names if all(isinstance(p.get(name), str | None) for p in parents)]
        if len(texts) >= 2 and len(texts) == len(_common_keys(parents)):
            return Wide(join_path(quote_key(key), "x")[:-1] + WILD, tuple(texts))
    return None


def _wide_names(rows: Sequence[Row]) -> Wide | None:
    """Columns such as gpt_response, llama_response (or response_gpt …)."""
    keys = [key for key in _short_keys(rows) if all(isinstance(row.get(key), str | None) for row in rows)]
    affixes: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        for cut in (i for i, letter in enumerate(key) if letter in "_-. :/"):
            before, after = key[:cut], key[cut:]
            if _names_text(after) and fold(before) not in NOT_MODELS and not _is_field(before):
                affixes.setdefault(("", after), []).append(before)
            if (
                _names_text(before)
                and fold(after) not in NOT_MODELS
                and not _is_field(after)
                and not after[1:].isdigit()
            ):
                affixes.setdefault((before + after[0], ""), []).append(after[1:])
    best = max(affixes.items(), key=lambda item: len(item[1]), default=None)
    if best is None or len(best[1]) < 2:
        return None
    (before, after), models = best
    return Wide(f"{before}{WILD}{after}", tuple(models))


def _wide_model_names(rows: Sequence[Row]) -> Wide | None:
    """Two or more columns of text whose whole names are names of models."""
    keys = [key for key in _short_keys(rows) if MODEL_WORDS.search(key) and not _is_field(key)]
    keys = [key for key in keys if all(isinstance(row.get(key), str | None) for row in rows)]
    return Wide(WILD, tuple(keys)) if len(keys) >= 2 else None


def _names_text(part: str) -> bool:
    return any(name == "response" and rank < 24 for name, rank in fields_by_name().get(fold(part), ()))


def _is_field(key: str) -> bool:
    names = {
        "meta",
        "metadata",
        "info",
        "config",
        "result",
        "usage",
        "extra",
        "params",
        "sampling",
        "condition",
        "doc",
        "final",
        "raw",
    }
    return fold(key) in names or fold(key) in fields_by_name()


def _short_keys(rows: Sequence[Row]) -> list[str]:
    return [key for key in _common_keys(rows) if len(key) <= MOST_NAME_CHARS]


def _common_keys(rows: Sequence[Row]) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        for key in row:
            counts[key] = counts.get(key, 0) + 1
    return [key for key, n in counts.items() if n >= 0.5 * len(rows)]


def narrow(rows: Sequence[Row], wide: Wide) -> list[Row]:
    """Rows with every model's part under the one key `{model}`, so that columns can be found as in a long table.

    Of very wide rows the parts of the first models only: together at most about MOST_CELLS values.
    """
    n_cells = sum(map(len, rows))
    chosen = wide.models[: max(2, MOST_CELLS // max(n_cells, 1))]
    container = wide.base.rpartition(".")[0]
    if container:
        return [_member(row, container, model) for row in rows for model in chosen]
    owners = {key: _owner(key, wide) for key in dict.fromkeys(key for row in rows for key in row)}
    return [narrowed for row in rows for narrowed in _narrowed(row, owners, chosen)]


def _member(row: Row, container: str, model: str) -> Row:
    inner = row.get(container)
    value = inner.get(model) if isinstance(inner, Mapping) else None
    return {**{k: v for k, v in row.items() if k != container}, container: {WILD: value}}


def _narrowed(row: Row, owners: Mapping[str, str | None], models: Sequence[str]) -> list[Row]:
    """One row a model, its own keys renamed where they stand; the other models' keys are left out."""
    others = set(models)
    found: dict[str, dict[str, object]] = {model: {} for model in models}
    for key, value in row.items():
        owner = owners[key]
        if owner is None:
            for kept in found.values():
                kept[key] = value
        elif owner in others:
            found[owner][key.replace(owner, WILD, 1)] = value
    return list(found.values())


def _owner(key: str, wide: Wide) -> str | None:
    """The model that a column belongs to; None where it belongs to all."""
    before, _, after = wide.base.rpartition(".")[2].partition(WILD)
    named = (model for model in wide.models if model in key)
    return next((m for m in named if key == m or before or after or key.replace(m, "", 1)[0:1] in "_-. :/"), None)
