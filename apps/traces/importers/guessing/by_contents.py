"""Give fields their columns by what the values are, where no name gave them away."""

from analysis.delimiters import ANY_OPENER

from ..findings import GUESSED, READ, Question
from ..mapping import Rule
from .contents import (
    TESTS,
    can_be_response,
    is_free_text,
    looks_like_models,
)
from .workbench import Workbench

SHORTEST_RESPONSE = 15
STEP_LISTS = {
    "steps",
    "reasoningsteps",
    "cotsteps",
    "thoughts",
    "chainofthought",
    "solutionsteps",
    "lines",
    "sentences",
}


def assign_by_contents(table: Workbench) -> None:
    """What no name gave away: long text is a response, a question mark a problem, a maker's name a model."""
    if not {"response", "reasoning", "turns"} & set(table.rules):
        _assign_steps(table)
    if not _has_attempt(table) and _has_anchor(table):
        _guess_response(table)
    if "model" not in table.rules:
        models = [
            c
            for c in table.free()
            if not c.is_exploded and looks_like_models(c) and c.distinct <= max(20, len(c.values) // 3)
        ]
        if models and not table.is_wide:
            table.assign("model", Rule(models[0].path), GUESSED, "its values read like names of models")
    if (
        "problem" not in table.rules
        and "prompt" not in table.rules
        and ("response" in table.rules or "reasoning" in table.rules)
    ):
        _guess_problem(table)


def _has_attempt(table: Workbench) -> bool:
    """A text of the model's own, or a conversation in which an assistant speaks."""
    turns = table.column("turns")
    return bool({"response", "reasoning"} & set(table.rules)) or (turns is not None and turns.has_assistant)


def _assign_steps(table: Workbench) -> None:
    """A list of steps in place of a text: put together line by line."""
    for column in table.free():
        texts = [value for value in column.values if isinstance(value, list) and all(isinstance(i, str) for i in value)]
        if column.is_list and column.folded in STEP_LISTS and len(texts) == len(column.values):
            table.assign("response", Rule(column.path, "lines"), READ, "a list of steps, put together line by line")
            return


def _has_anchor(table: Workbench) -> bool:
    return bool({"problem", "answer", "prompt", "predicted", "correct", "model"} & set(table.rules)) or any(
        c.is_text and ANY_OPENER.search(text) for c in table.free() for text in c.texts[:20]
    ) or _has_question_and_text(table)  # fmt: skip


def _has_question_and_text(table: Workbench) -> bool:
    texts = [c for c in table.free() if is_free_text(c) and c.mean_length >= 20]
    return len(texts) >= 2 and any(sum("?" in text for text in c.texts) >= 0.6 * len(c.texts) for c in texts)


def _guess_response(table: Workbench) -> None:
    texts = [
        c
        for c in table.free()
        if can_be_response(c) and not c.is_list and not c.is_object and c.mean_length >= SHORTEST_RESPONSE
    ]
    if "problem" not in table.rules and "prompt" not in table.rules:
        marked = [c for c in texts if sum("?" in t for t in c.texts) >= 0.6 * len(c.texts)]
        if len(texts) > 1 and marked:
            shortest = min(marked, key=lambda c: c.mean_length)
            table.assign("problem", Rule(shortest.path), GUESSED, "its texts ask something")
            texts.remove(shortest)
    if not texts:
        return
    texts.sort(
        key=lambda c: (sum(bool(ANY_OPENER.search(t)) for t in c.texts) > 0.5 * len(c.texts), c.mean_length),
        reverse=True,
    )
    if "reasoning" not in table.rules and len(texts) >= 2 and not ANY_OPENER.search("".join(texts[0].texts[:5])):
        if texts[0].mean_length > 2 * texts[1].mean_length:
            table.assign("reasoning", Rule(texts[0].path), GUESSED, "the longest text of a row")
            table.assign("response", Rule(texts[1].path), GUESSED, "the second longest text of a row")
        else:
            paths = tuple(c.path for c in texts[:3])
            table.questions.append(Question("response", paths, "no name tells which of these texts the model wrote"))
    if "response" not in table.rules:
        table.assign("response", Rule(texts[0].path), GUESSED, "the longest text of a row")


def _guess_problem(table: Workbench) -> None:
    response = table.column("response") or table.column("reasoning")
    texts = [
        c for c in table.free() if is_free_text(c) and not c.is_exploded and TESTS["problem"](c) and c.mean_length >= 15
    ]
    texts = [c for c in texts if response is None or c.mean_length <= 4 * max(response.mean_length, 50)]
    if texts:
        best = max(texts, key=lambda c: (sum("?" in text for text in c.texts), c.mean_length))
        table.assign("problem", Rule(best.path), GUESSED, "its texts ask something")
