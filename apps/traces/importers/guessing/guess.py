"""Guess a mapping for rows of a shape that nobody described: by names of fields first, then by what the values are.

Pure: sampled rows in, a Guess out (or the reason why these are not rollouts). Names are in fields.py, tests of values
in contents.py; the steps weigh them, and every choice carries its state and its reason in words.
"""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from ..fields import NUMBERED_NAME
from ..findings import READ, Guess
from ..mapping import Mapping, Rule
from .bids import find_bids
from .by_contents import assign_by_contents
from .by_name import assign_named, assign_texts
from .columns import find_columns
from .open_fields import assign_open
from .settle import settle_gold, settle_ids, settle_prompt, settle_response
from .wide import find_wide, narrow
from .workbench import Workbench

Row = ReadOnly[str, object]


def guess_mapping(rows: Sequence[Row]) -> Guess | str:
    """A Guess for the sampled rows; a reason in words where they hold no rollouts."""
    if not rows:
        return "no row could be read"
    wide = find_wide(rows)
    table = Workbench(find_columns(narrow(rows, wide) if wide else rows), wide is not None)
    bids = find_bids(table)
    assign_texts(table, bids)
    assign_named(table, bids)
    assign_by_contents(table)
    settle_response(table)
    settle_gold(table)
    settle_ids(table)
    settle_prompt(table)
    assign_open(table)
    if reason := _not_rollouts(table):
        return reason
    if wide:
        table.assign("model", Rule(wide.base.rpartition(".")[2], "path"), READ, "the model is a key of the row")
        del table.rules["model"]
    return Guess(Mapping(table.rules), table.states, tuple(table.questions), _unused(table), _words(table, len(rows)))


def _not_rollouts(table: Workbench) -> str:
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


def _unused(table: Workbench) -> tuple[str, ...]:
    shown = [c for c in table.free() if not c.is_object and not (c.is_list and f"{c.path}[]" in table.columns)]
    return tuple(column.path for column in shown)


def _words(table: Workbench, n_rows: int) -> str:
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
