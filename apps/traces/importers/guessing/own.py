"""Our own format: rows that already use our names. Knows only those names."""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from ..fields import NUMBERED_NAME, is_open_name

REQUIRED = {"id", "problem_id"}
TEXTS = {"response", "reasoning", "turns"}
NAMES = {
    "id", "problem_id", "model", "problem", "answer", "options", "reasoning", "response", "finish_reason", "confidence",
    "turns", "sample", "condition", "correct", "predicted", "system", "prompt", "n_tokens", "n_reasoning_tokens",
    "error", "layer_answers",
}  # fmt: skip


def is_own_format(rows: Sequence[ReadOnly[str, object]]) -> bool:
    """Rows with an id (or problem_id) and a text, grade or confidence, whose keys are nearly all ours.

    >>> is_own_format([{"id": 1, "model": "m", "correct1": True, "correct2": False}])
    True
    >>> is_own_format([{"qid": 1, "gen": "text"}])
    False
    """
    if not rows:
        return False
    keys = {key for row in rows for key in row}
    ours = {key for key in keys if key in NAMES or NUMBERED_NAME.fullmatch(key) or is_open_name(key)}
    given = ours & TEXTS or {key for key in ours if key.startswith(("correct", "confidence", "response"))}
    return bool(ours & REQUIRED) and bool(given) and len(ours) >= 0.7 * len(keys) and bool(ours & {"model", "problem"})
