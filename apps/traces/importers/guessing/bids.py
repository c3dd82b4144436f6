"""Which columns offer themselves for which field, by name, with a score. Knows a sample's columns; assigns nothing."""

import re

from ..fields import MOST_NAME_CHARS, NUMBERED_NAME, fields_by_name, fold
from ..paths import WILD
from .columns import Column
from .contents import TESTS
from .workbench import LIKELY, SURE, Bid, Workbench

PER_SAMPLE = {
    "response",
    "reasoning",
    "predicted",
    "correct",
    "confidence",
    "finish_reason",
    "n_tokens",
    "n_reasoning_tokens",
    "sample",
}
PER_PROBLEM = {
    "problem",
    "answer",
    "gold_solution",
    "options",
    "problem_id",
    "problem.subject",
    "problem.level",
    "problem.set",
}
PLAIN_RESPONSES = 20
SAMPLE_LISTS = {
    "choices",
    "rollouts",
    "attempts",
    "candidates",
    "trials",
    "runs",
    "results",
    "traces",
    "solutions",
    "answers",
}
CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def find_bids(table: Workbench) -> list[Bid]:
    bids: list[Bid] = []
    gold_elsewhere = _gold_elsewhere(table)
    for column in table.columns.values():
        if not column.values:
            continue
        for name, rank, base in _hits(column.key, column.folded):
            name = _redirected(name, column, gold_elsewhere)
            if name and _contents_fit(name, rank, column) and _place_fits(name, column, table):
                bids.append(Bid(base - 0.8 * rank - 3 * (column.depth - 1), name, column.path))
        if column.key == WILD and column.is_text:
            bids.append(Bid(SURE - 10, "response", column.path))
    return sorted(bids, key=lambda bid: -bid.score)


def _contents_fit(name: str, rank: int, column: Column) -> bool:
    """The test of the field; under its plain name a response or problem is any text, an `answer` also true or false."""
    plain = (
        (name == "response" and rank < PLAIN_RESPONSES and column.is_text)
        or (name == "answer" and rank == 0)
        or (name == "problem" and column.key == "problem" and column.is_text)
    )
    return TESTS[name](column) or (plain and column.is_scalar)


def _hits(key: str, folded: str) -> list[tuple[str, int, float]]:
    if folded in fields_by_name():
        return [(name, rank, SURE) for name, rank in fields_by_name()[folded]]
    if len(key) > MOST_NAME_CHARS or NUMBERED_NAME.fullmatch(key):
        return []
    words = [word.lower() for word in CAMEL.findall(key)]
    parts = {"".join(words[i:]) for i in range(1, len(words))} | {"".join(words[:i]) for i in range(1, len(words))}
    hits = [(name, rank, LIKELY) for part in parts if len(part) > 2 for name, rank in fields_by_name().get(part, ())]
    return [hit for hit in hits if hit[0] not in ("id", "problem_id", "sample", "turns", "n_tokens", "error")]


def _gold_elsewhere(table: Workbench) -> bool:
    """Whether a column other than `answer` has a name that only gold answers have, and other contents."""
    plain = next((c for c in table.columns.values() if c.folded == "answer"), None)
    if plain is not None and not plain.is_exploded and _has_samples(table):
        return False
    for column in table.columns.values():
        ranks = dict(fields_by_name().get(column.folded, ()))
        if column is plain or "answer" not in ranks or column.folded == "answers" or column.is_exploded:
            continue
        if column.values and TESTS["answer"](column) and not (plain and column.same_as(plain)) and not column.is_bool:
            return True
    return False


def _has_samples(table: Workbench) -> bool:
    """Whether a row holds a list of responses: one answer beside it can only be the gold."""
    return any(
        c.is_exploded
        and not c.is_list
        and c.mean_length > 60
        and any(n == "response" for n, _ in fields_by_name().get(c.folded, ()))
        for c in table.columns.values()
    )


def _redirected(name: str, column: Column, gold_elsewhere: bool) -> str:
    """What a hit on a loose name means, given the other columns and the length of the values."""
    if name == "answer" and column.folded == "answer" and gold_elsewhere:
        return "response" if column.mean_length > 60 else "predicted"
    if name == "answer" and column.folded == "answers" and column.is_exploded:
        return "predicted" if column.mean_length <= 60 else "response"
    if name == "answer" and column.folded == "label" and column.is_flag and (gold_elsewhere or column.is_bool):
        return "correct"
    if name == "response" and "predicted" in dict(fields_by_name().get(column.folded, ())) and column.mean_length <= 60:
        return ""
    if name == "correct" and column.is_text and {t.strip().upper() for t in column.texts} <= set("ABCDEFGHIJ"):
        return "" if {t.strip().upper() for t in column.texts} <= {"C", "I"} else "answer"
    return name


def _place_fits(name: str, column: Column, table: Workbench) -> bool:
    """Whether a path of this kind (exploded, a list, deep, under a model's key) can hold this field at all."""
    if (name == "id" and column.depth > 2) or (len(column.folded) == 1 and column.depth > 1):
        return False
    if column.is_exploded and (name not in PER_SAMPLE or not _is_list_of_samples(column)):
        return False
    if column.is_list and name not in ("answer", "options", "turns", "layer_answers"):
        return False
    if column.is_object and name != "options":
        return False
    return not (WILD in column.path and name in PER_PROBLEM)


def _is_list_of_samples(column: Column) -> bool:
    """A list of plain values, or of objects under a name such as choices or samples (not events, not tool calls)."""
    base, _, rest = column.path.partition("[]")
    key = fold(base.rpartition(".")[2])
    return (
        not rest.startswith(".")
        or key in SAMPLE_LISTS
        or any(n == "response" for n, _ in fields_by_name().get(key, ()))
    )
