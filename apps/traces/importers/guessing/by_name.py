"""Give fields their columns by the bids that names made: texts first, then the rest, in lockstep where in lists."""

from ..fields import fields_by_name
from ..findings import GUESSED, READ, Question
from ..mapping import Rule
from ..paths import WILD
from .columns import Column, list_lengths
from .workbench import LIKELY, Bid, Workbench

PER_ATTEMPT = {"predicted", "correct", "confidence", "finish_reason", "n_tokens", "n_reasoning_tokens"}
PROMPT_NAMES = {"prompt", "input", "inputs", "problem", "question", "request", "history", "context", "instruction"}
RIVALS = {"problem", "prompt", "system", "gold_solution", "reasoning", "answer", "predicted"}


def assign_texts(table: Workbench, bids: list[Bid]) -> None:
    """Response and reasoning first: whether they are lists of samples decides what else may be one."""
    for name in ("turns", "response", "reasoning"):
        offers = [bid for bid in bids if bid.field == name and bid.path not in table.used()]
        offers = [bid for bid in offers if not _better_elsewhere(bid, bids)]
        if table.is_wide and any(WILD in bid.path for bid in offers):
            offers = [bid for bid in offers if WILD in bid.path]
        if name == "reasoning" and (response := table.column("response")):
            offers = [bid for bid in offers if table.columns[bid.path].is_exploded == response.is_exploded]
        if offers:
            _take(table, offers)
    if "turns" not in table.rules:
        _assign_messages(table)


def _assign_messages(table: Workbench) -> None:
    """A list of messages under another name: the conversation, or (beside a response) the prompt."""
    chats = [column for column in table.columns.values() if column.is_messages and not column.is_exploded]
    if "response" in table.rules:
        chats = [column for column in chats if column.folded in PROMPT_NAMES]
    if chats:
        table.assign("turns", Rule(chats[0].path), GUESSED, "a list of messages with roles")


def _better_elsewhere(bid: Bid, bids: list[Bid]) -> bool:
    """A column whose name is surer for another text field than for this one (`solution`, `input`, `question`)."""
    return any(
        other.path == bid.path and other.score > bid.score + 5 and other.field in RIVALS and other.field != bid.field
        for other in bids
    )


def _take(table: Workbench, offers: list[Bid]) -> None:
    best = offers[0]
    column = table.columns[best.path]
    rivals = [bid for bid in offers[1:] if best.score - bid.score < 1.5 and not column.same_as(table.columns[bid.path])]
    if rivals and best.field in ("response", "answer"):
        paths = (best.path, *(bid.path for bid in rivals))
        table.questions.append(Question(best.field, paths, "several fields have names for it, and their values differ"))
    reason = "by its name" if best.score > LIKELY else "by a part of its name"
    table.assign(best.field, Rule(best.path), READ if best.score > LIKELY else GUESSED, reason)


def assign_named(table: Workbench, bids: list[Bid]) -> None:
    allowed = lockstep(table)
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
                table, [b for b in bids if b.field == bid.field and b.score <= bid.score and b.path not in table.used()]
            )


def _fits_response(table: Workbench, column: Column) -> bool:
    """What is said of each attempt stands where the texts stand: per sample, or under the model's key."""
    response = table.column("response") or table.column("reasoning")
    if response is None:
        return True
    alike = column.is_exploded == response.is_exploded or (response.is_exploded and _is_single(table, response))
    return alike and (WILD in column.path or WILD not in response.path)


def _is_single(table: Workbench, column: Column) -> bool:
    """Whether the lists of an exploded column have one element each."""
    base = table.columns.get(column.path.partition("[]")[0])
    return base is not None and set(list_lengths(base).values()) == {1}


def _is_twin(table: Workbench, column: Column, name: str) -> bool:
    """A short model's answer that only repeats the gold column tells nothing (duplicate columns are common)."""
    gold = table.column("answer")
    return name == "predicted" and gold is not None and column.same_as(gold)


def lockstep(table: Workbench) -> set[str]:
    """Exploded paths whose lists are as long as the response's (or each other's, where there is no text)."""
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
