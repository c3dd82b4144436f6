"""Guess a mapping for rows of a shape that nobody described: by names of fields first, then by what the values are.

Pure: sampled rows in, a Guess out (or the reason why these are not rollouts). Names are in fields.py, tests of values
in contents.py; this file only weighs them. Every choice carries its state and its reason in words.
"""

import re
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .columns import Column, find_columns, list_lengths
from .contents import (
    TESTS,
    can_be_label,
    can_be_response,
    gold_reading,
    is_free_text,
    looks_like_models,
    share_ending_with,
    share_opening_late,
)
from .delimiters import ANY_OPENER, split_reasoning
from .fields import FIELDS, NUMBERED_NAME, REWARDS, SCORES, conditions_by_name, fields_by_name, fold, is_open_name
from .findings import GUESSED, INFERRED, READ, Guess, Question
from .mapping import Mapping, Rule
from .objects import KEY
from .paths import WILD
from .wide import find_wide, narrow

Row = ReadOnly[str, object]
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
PER_ATTEMPT = {"predicted", "correct", "confidence", "finish_reason", "n_tokens", "n_reasoning_tokens"}
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
SURE, LIKELY = 100.0, 55.0
MAX_ATTRIBUTES, PLAIN_RESPONSES = 24, 20
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
CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class Bid(NamedTuple):
    """A column offered for a field; a higher score is surer."""

    score: float
    field: str
    path: str


@dataclass
class _Table:
    """The state of one guess: columns, what is assigned so far, and why."""

    columns: dict[str, Column]
    is_wide: bool = False
    rules: dict[str, Rule] = field(default_factory=dict)
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def assign(self, name: str, rule: Rule, state: str, reason: str = "") -> None:
        self.rules[name] = rule
        self.states[name] = (state, reason)

    def column(self, name: str) -> Column | None:
        return self.columns.get(self.rules[name].path) if name in self.rules else None

    def used(self) -> set[str]:
        return {rule.path for rule in self.rules.values()}

    def free(self) -> list[Column]:
        used = self.used()
        return [column for path, column in self.columns.items() if path not in used and column.values]


def guess_mapping(rows: Sequence[Row]) -> Guess | str:
    """A Guess for the sampled rows; a reason in words where they hold no rollouts."""
    if not rows:
        return "no row could be read"
    wide = find_wide(rows)
    table = _Table(find_columns(narrow(rows, wide) if wide else rows), wide is not None)
    bids = _bids(table)
    _assign_texts(table, bids)
    _assign_named(table, bids)
    _assign_by_contents(table)
    _settle_response(table)
    _settle_gold(table)
    _settle_ids(table)
    _settle_prompt(table)
    _assign_open(table)
    if reason := _not_rollouts(table):
        return reason
    if wide:
        table.assign("model", Rule(wide.base.rpartition(".")[2], "path"), READ, "the model is a key of the row")
        del table.rules["model"]
    return Guess(Mapping(table.rules), table.states, tuple(table.questions), _unused(table), _words(table, len(rows)))


def _bids(table: _Table) -> list[Bid]:
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
    """The test of the field; under a plain name for it a response may be any text, and an `answer` true or false."""
    plain = (name == "response" and rank < PLAIN_RESPONSES and column.is_text) or (name == "answer" and rank == 0)
    return TESTS[name](column) or (plain and column.is_scalar)


def _hits(key: str, folded: str) -> list[tuple[str, int, float]]:
    if folded in fields_by_name():
        return [(name, rank, SURE) for name, rank in fields_by_name()[folded]]
    if NUMBERED_NAME.fullmatch(key):
        return []
    words = [word.lower() for word in CAMEL.findall(key)]
    parts = {"".join(words[i:]) for i in range(1, len(words))} | {"".join(words[:i]) for i in range(1, len(words))}
    hits = [(name, rank, LIKELY) for part in parts if len(part) > 2 for name, rank in fields_by_name().get(part, ())]
    return [hit for hit in hits if hit[0] not in ("id", "problem_id", "sample", "turns", "n_tokens", "error")]


def _gold_elsewhere(table: _Table) -> bool:
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


def _has_samples(table: _Table) -> bool:
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


def _place_fits(name: str, column: Column, table: _Table) -> bool:
    """Whether a path of this kind (exploded, a list, deep, under a model's key) can hold this field at all."""
    if name == "id" and column.depth > 2:
        return False
    if column.is_exploded and (name not in PER_SAMPLE or not _is_list_of_samples(column)):
        return False
    if column.is_list and name not in ("answer", "options", "turns"):
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


def _assign_texts(table: _Table, bids: list[Bid]) -> None:
    """Response and reasoning first: whether they are lists of samples decides what else may be one."""
    for name in ("turns", "response", "reasoning"):
        offers = [bid for bid in bids if bid.field == name and bid.path not in table.used()]
        offers = [bid for bid in offers if not _better_elsewhere(bid, bids)]
        if table.is_wide and any(WILD in bid.path for bid in offers):
            offers = [bid for bid in offers if WILD in bid.path]
        if name == "reasoning" and (response := table.column("response")):
            offers = [bid for bid in offers if table.columns[bid.path].is_exploded == response.is_exploded]
        if offers:
            _take(table, offers, bids)
    if "turns" not in table.rules and "response" not in table.rules:
        chats = [column.path for column in table.columns.values() if column.is_messages]
        if chats:
            table.assign("turns", Rule(chats[0]), GUESSED, "a list of messages with roles")


def _better_elsewhere(bid: Bid, bids: list[Bid]) -> bool:
    """A column whose name is surer for another text field than for this one (`solution`, `input`, `question`)."""
    return any(
        other.path == bid.path and other.score > bid.score + 5 and other.field in ("problem", "prompt", "system", "gold_solution", "reasoning", "answer", "predicted")
        for other in bids
    )  # fmt: skip


def _take(table: _Table, offers: list[Bid], bids: list[Bid]) -> None:
    best = offers[0]
    column = table.columns[best.path]
    rivals = [bid for bid in offers[1:] if best.score - bid.score < 1.5 and not column.same_as(table.columns[bid.path])]
    if rivals and best.field in ("response", "answer"):
        paths = (best.path, *(bid.path for bid in rivals))
        table.questions.append(Question(best.field, paths, "several fields have names for it, and their values differ"))
    reason = "by its name" if best.score > LIKELY else "by a part of its name"
    table.assign(best.field, Rule(best.path), READ if best.score > LIKELY else GUESSED, reason)


def _assign_named(table: _Table, bids: list[Bid]) -> None:
    allowed = _lockstep(table)
    for bid in bids:
        column = table.columns[bid.path]
        if bid.field in table.rules or bid.path in table.used() or bid.field in ("turns", "response", "reasoning"):
            continue
        if column.is_exploded and bid.path not in allowed:
            continue
        if bid.field in PER_ATTEMPT and not _fits_response(table, column):
            continue
        if not _is_twin(table, column, bid.field):
            _take(
                table,
                [b for b in bids if b.field == bid.field and b.score <= bid.score and b.path not in table.used()],
                bids,
            )


def _fits_response(table: _Table, column: Column) -> bool:
    """What is said of each attempt stands where the texts stand: per sample, or under the model's key."""
    response = table.column("response") or table.column("reasoning")
    if response is None:
        return True
    return column.is_exploded == response.is_exploded and (WILD in column.path or WILD not in response.path)


def _is_twin(table: _Table, column: Column, name: str) -> bool:
    """A short model's answer that only repeats the gold column tells nothing (duplicate columns are common)."""
    gold = table.column("answer")
    return name == "predicted" and gold is not None and column.same_as(gold)


def _lockstep(table: _Table) -> set[str]:
    """Exploded paths whose lists are as long as the response's (or each other's, where there is no text) in every row."""
    first = table.column("response") or table.column("reasoning")
    if first is not None and not first.is_exploded:
        return set()
    bases = {path: table.columns.get(path.partition("[]")[0]) for path, c in table.columns.items() if c.is_exploded}
    if first is None:
        named = [
            p
            for p in bases
            if dict(fields_by_name().get(table.columns[p].folded, ())).keys() & {"predicted", "correct"}
        ]
        if not named or table.columns[named[0]].is_list:
            return set()
        first = table.columns[named[0]]
    base = table.columns.get(first.path.partition("[]")[0])
    lengths = list_lengths(base) if base else {}
    return {path for path, column in bases.items() if column is not None and _as_long(list_lengths(column), lengths)}


def _as_long(lengths: dict[int, int], others: dict[int, int]) -> bool:
    """Equally long lists in nearly all rows; a row that differs is an error of that row."""
    same = sum(lengths.get(row) == n for row, n in others.items())
    return same >= 0.7 * len(others)


def _assign_by_contents(table: _Table) -> None:
    """What no name gave away: long text is the response, a question mark the problem, a known maker's name the model."""
    if not {"response", "reasoning", "turns"} & set(table.rules):
        _assign_steps(table)
    if not {"response", "turns", "reasoning"} & set(table.rules) and _has_anchor(table):
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


def _assign_steps(table: _Table) -> None:
    """A list of steps in place of a text: put together line by line."""
    for column in table.free():
        texts = [value for value in column.values if isinstance(value, list) and all(isinstance(i, str) for i in value)]
        if column.is_list and column.folded in STEP_LISTS and len(texts) == len(column.values):
            table.assign("response", Rule(column.path, "lines"), READ, "a list of steps, put together line by line")
            return


def _has_anchor(table: _Table) -> bool:
    return bool({"problem", "answer", "prompt", "predicted", "correct", "model"} & set(table.rules)) or any(
        c.is_text and ANY_OPENER.search(text) for c in table.free() for text in c.texts[:20]
    ) or _has_question_and_text(table)  # fmt: skip


def _has_question_and_text(table: _Table) -> bool:
    texts = [c for c in table.free() if is_free_text(c) and c.mean_length >= 20]
    return len(texts) >= 2 and any(sum("?" in text for text in c.texts) >= 0.6 * len(c.texts) for c in texts)


def _guess_response(table: _Table) -> None:
    texts = [
        c for c in table.free() if can_be_response(c) and not c.is_list and not c.is_object and c.mean_length >= 30
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


def _guess_problem(table: _Table) -> None:
    response = table.column("response") or table.column("reasoning")
    texts = [
        c for c in table.free() if is_free_text(c) and not c.is_exploded and TESTS["problem"](c) and c.mean_length >= 15
    ]
    texts = [c for c in texts if response is None or c.mean_length <= 4 * max(response.mean_length, 50)]
    if texts:
        best = max(texts, key=lambda c: (sum("?" in text for text in c.texts), c.mean_length))
        table.assign("problem", Rule(best.path), GUESSED, "its texts ask something")


def _settle_response(table: _Table) -> None:
    """A lone `solution` beside a model's marks is the response; prompt and completion in one text are told apart."""
    solution = table.column("gold_solution")
    if (
        "response" not in table.rules
        and "turns" not in table.rules
        and "reasoning" not in table.rules
        and solution is not None
    ):
        if _share_tagged(solution) > 0.5 or {"correct", "model", "predicted"} & set(table.rules):
            del table.rules["gold_solution"]
            table.assign("response", Rule(solution.path), GUESSED, "the only text that a model may have written")
    response = table.column("response")
    if response is None or "reasoning" in table.rules:
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


def _glue(table: _Table, response: Column, state: str, reason: str) -> None:
    if "prompt" in table.rules and table.rules["prompt"].path != response.path:
        table.rules.pop("prompt")
    table.assign("prompt", Rule(response.path, "before", "<think>"), state, reason)
    _inline(table, response.path, state, reason)


def _inline(table: _Table, path: str, state: str, reason: str) -> None:
    table.assign("reasoning", Rule(path, "between"), state, reason)
    table.assign("response", Rule(path, "after tags", "</think>"), state, reason)
    if "finish_reason" not in table.rules:
        table.states["finish_reason"] = (INFERRED, "from a missing “</think>”")


def _settle_gold(table: _Table) -> None:
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


def _guess_gold(table: _Table) -> None:
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


def _settle_ids(table: _Table) -> None:
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


def _settle_prompt(table: _Table) -> None:
    """Without a bare question the prompt stands in, or the first message of a conversation."""
    prompt, problem = table.column("prompt"), table.column("problem")
    if problem is None and prompt is not None and table.rules["prompt"].how == "path":
        table.assign("problem", table.rules["prompt"], GUESSED, "no bare question; the prompt is taken for it")
    elif problem is None and "turns" in table.rules:
        table.states["problem"] = (INFERRED, "the first message of the user")


def _assign_open(table: _Table) -> None:
    """Conditions, scores, numbered attempts, and labels worth keeping as attributes."""
    allowed = _lockstep(table)
    responses = table.column("response") or table.column("reasoning")
    for column in table.free():
        numbered = NUMBERED_NAME.fullmatch(column.key)
        condition = conditions_by_name().get(column.folded)
        if column.is_exploded and (column.path not in allowed or responses is None):
            continue
        if (is_open_name(column.key) and column.key not in table.rules and column.is_scalar) or (
            numbered and TESTS[numbered["name"]](column)
        ):
            table.assign(column.key, Rule(column.path), READ, "by its name")
        elif column.folded == "condition" and (column.is_object or column.holds_json("{")):
            table.assign("condition.all", Rule(column.path), READ, "every member of the object")
        elif condition and _is_condition(column) and f"condition.{condition}" not in table.rules:
            table.assign(f"condition.{condition}", Rule(column.path), READ, "by its name")
        elif column.is_number and column.folded in {fold(name) for name in SCORES}:
            name = "reward" if column.folded in REWARDS else column.key
            table.assign(f"score.{name}", Rule(column.path), READ, "by its name")
    _assign_attributes(table)


def _is_condition(column: Column) -> bool:
    few = column.distinct <= max(20, len(column.values) // 2)
    return can_be_label(column) and few and not column.is_exploded and (len(column.key) > 1 or column.is_number)


def _assign_attributes(table: _Table) -> None:
    taken = [c for name in table.rules if (c := table.column(name)) is not None]
    for column in table.free():
        if sum(name.startswith("attribute.") for name in table.rules) >= MAX_ATTRIBUTES:
            return
        if column.depth > 2 or column.is_exploded or not can_be_label(column) or any(column.same_as(c) for c in taken):
            continue
        if column.path.partition(".")[0] in {
            rule.path for name, rule in table.rules.items() if name == "condition.all"
        }:
            continue
        name = f"attribute.{column.key}"
        if name not in table.rules:
            table.assign(name, Rule(column.path), READ, "kept as a label")


def _not_rollouts(table: _Table) -> str:
    """Why these rows hold no rollouts; '' where they do."""
    names = set(table.rules)
    if names & {"response", "reasoning", "turns"}:
        return ""
    graded = names & {"correct", "predicted", "confidence"} or any(NUMBERED_NAME.fullmatch(name) for name in names)
    if graded and names & {"id", "problem_id", "model", "problem", "answer"}:
        return ""
    if names & {"problem", "prompt"}:
        return "problems without attempts: no field that a model may have written, and no grade"
    return "no field that could be a response, a reasoning, a grade or a confidence"


def _unused(table: _Table) -> tuple[str, ...]:
    shown = [c for c in table.free() if not c.is_object and not (c.is_list and f"{c.path}[]" in table.columns)]
    return tuple(column.path for column in shown)


def _words(table: _Table, n_rows: int) -> str:
    """What is special about the shape, for the sentence above the preview."""
    rules, words = table.rules, []
    if table.is_wide:
        words.append("the model is a key")
    if rules.get("prompt", Rule("")).how == "before":
        words.append("prompt and completion in one string")
    elif rules.get("reasoning", Rule("")).how == "between":
        words.append("reasoning between tags")
    elif "reasoning" in rules and "response" in rules:
        words.append("reasoning and response in separate fields")
    if (column := table.column("response")) is not None and column.is_exploded:
        words.append("several samples in a row")
    if "response" not in rules and "reasoning" not in rules and "turns" not in rules:
        words.append("grades without text")
    return ", ".join(words)


assert set(FIELDS) >= PER_SAMPLE
