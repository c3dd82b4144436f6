"""Second thoughts once columns are assigned: tags and prompts inside texts, how golds are read, whose id it is."""

from analysis.delimiters import ANY_OPENER, split_reasoning

from ..findings import GUESSED, INFERRED, READ
from ..mapping import Rule
from ..objects import KEY
from .columns import Column
from .contents import (
    TESTS,
    gold_reading,
    share_ending_with,
    share_opening_late,
)
from .workbench import Workbench


def settle_response(table: Workbench) -> None:
    """A lone `solution` beside a model's marks is the response; prompt and completion in one text are told apart."""
    solution = table.column("gold_solution")
    is_alone = solution is not None and not {"response", "turns", "reasoning"} & set(table.rules)
    if solution is not None and is_alone and _may_be_a_models(table, solution):
        del table.rules["gold_solution"]
        table.assign("response", Rule(solution.path), GUESSED, "the only text that a model may have written")
    reasoning, response = table.column("reasoning"), table.column("response")
    if response is None and reasoning is not None and reasoning.texts and _share_tagged(reasoning) >= 0.5:
        _inline(table, reasoning.path, READ, "the text has tags around its reasoning")
    if response is None or reasoning is not None:
        return
    problem, prompt = table.column("problem"), table.column("prompt")
    if prompt is not None and _starts_with(response, prompt):
        return
    if problem is not None and share_opening_late(response, problem.by_row) >= 0.8:
        _glue(table, response, READ, "the text has the problem before its opening tag")
    elif problem is None and _opens_late(response):
        _glue(table, response, GUESSED, "the text begins with something else than its opening tag")
    elif response.texts and _share_tagged(response) >= 0.1:
        _inline(table, response.path, READ, "the text has tags around its reasoning")


def _may_be_a_models(table: Workbench, solution: Column) -> bool:
    return _share_tagged(solution) > 0.5 or bool({"correct", "model", "predicted"} & set(table.rules))


def _starts_with(column: Column, prompt: Column) -> bool:
    """Whether every text begins with its prompt, which is then cut off when it is read."""
    rows = [row for row in column.by_row if row in prompt.by_row]
    return bool(rows) and all(column.by_row[row].startswith(prompt.by_row[row]) for row in rows)


def _share_tagged(column: Column) -> float:
    return sum(split_reasoning(text).source != "none" for text in column.texts) / len(column.texts)


def _opens_late(column: Column) -> bool:
    openers = [ANY_OPENER.search(text) for text in column.texts]
    late = sum(found is not None and found.start() > 20 for found in openers)
    return bool(openers) and late >= 0.8 * len(openers)


def _glue(table: Workbench, response: Column, state: str, reason: str) -> None:
    if "prompt" in table.rules and table.rules["prompt"].path != response.path:
        table.rules.pop("prompt")
    table.assign("prompt", Rule(response.path, "before", "<think>"), state, reason)
    _inline(table, response.path, state, reason)


def _inline(table: Workbench, path: str, state: str, reason: str) -> None:
    table.assign("reasoning", Rule(path, "between"), state, reason)
    table.assign("response", Rule(path, "after tags", "</think>"), state, reason)
    if "finish_reason" not in table.rules:
        table.states["finish_reason"] = (INFERRED, "from a missing “</think>”")


def settle_gold(table: Workbench) -> None:
    """How the gold is read (boxed, after a marker); a solution stands in where there is no gold; else by contents."""
    solution = table.column("gold_solution")
    if "answer" not in table.rules and solution is not None and gold_reading(solution)[0] != "path":
        table.assign("answer", table.rules["gold_solution"], *table.states["gold_solution"])
    table.rules.pop("gold_solution", None)
    table.states.pop("gold_solution", None)
    if "answer" not in table.rules:
        _guess_gold(table)
    if (gold := table.column("answer")) is not None and not gold.is_list:
        how, marker = gold_reading(gold)
        table.rules["answer"] = Rule(gold.path, how, marker)


def _guess_gold(table: Workbench) -> None:
    response = table.column("response") or table.column("reasoning")
    if response is None or response.is_exploded:
        return
    texts = response.by_row
    offers = [(share_ending_with(c.by_row, texts), c) for c in table.free() if _may_be_gold(c)]
    offers = sorted((offer for offer in offers if offer[0] >= 0.3), key=lambda offer: -offer[0])
    if not offers:
        return
    gold = offers[0][1]
    if len(offers) > 1 and offers[1][0] >= 0.5 and "predicted" not in table.rules:
        gold = offers[1][1]
        reason = "its values stand at the end of nearly all responses"
        table.assign("predicted", Rule(offers[0][1].path), GUESSED, reason)
    table.assign("answer", Rule(gold.path), GUESSED, "its values often stand at the end of the responses")


def _may_be_gold(column: Column) -> bool:
    return (
        TESTS["answer"](column)
        and column.is_scalar
        and not column.is_exploded
        and column.mean_length <= 40
        and column.distinct > 1
    )


def settle_ids(table: Workbench) -> None:
    """A number that differs between rows of one question names rollouts, not problems."""
    if "problem_id" in table.rules and "id" in table.rules and table.rules["id"].path == KEY:
        table.rules.pop("id")
    ids, question = table.column("problem_id"), table.column("problem")
    if ids is None or question is None:
        return
    seen: dict[str, set[str]] = {}
    for row, text in question.by_row.items():
        if row in ids.by_row:
            seen.setdefault(text, set()).add(ids.by_row[row])
    if any(len(values) > 1 for values in seen.values()):
        rule = table.rules.pop("problem_id")
        if "id" not in table.rules:
            table.assign("id", rule, GUESSED, "it differs between rows of one question")


def settle_prompt(table: Workbench) -> None:
    """Without a bare question the prompt stands in, or the first message of a conversation."""
    prompt, problem = table.column("prompt"), table.column("problem")
    if problem is None and prompt is not None:
        table.assign("problem", table.rules["prompt"], GUESSED, "no bare question; the prompt is taken for it")
    elif problem is None and "turns" in table.rules:
        table.states["problem"] = (INFERRED, "the first message of the user")
