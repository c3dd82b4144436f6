"""The card task put to a model: one number of cards for each cell, read strictly.

Scores: `card_task/status` (analysis.psychometrics.frames.STATUS_CODES) always; where one number from 0 to 32 was read
`card_task/cards` and, for a problem of the task, its optimum, the points lost against it and the cell. Knows no figure
of a sitting.
"""

from analysis.protocols.conduct import Item
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab import grid
from analysis.protocols.reading import visible
from analysis.protocols.sampling import seed_of
from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.tasks.cards import N_CARDS, choice_scores, find_cell
from analysis.psychometrics.tasks.numbers import Number, read_number


def _conducting(item: Item, settings: Settings) -> Conducting:
    text = grid.question_of(item.problem)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    is_cut = reply.finish_reason == "length"
    read = read_number(visible(reply.text), 0, N_CARDS, is_cut=is_cut)
    turns = grid.turns_of(settings, text, reply, answer=None if read.value is None else f"{read.value:g}")
    return grid.made(settings, turns, _scores(read, item.problem.key), truncated=is_cut)


def _scores(read: Number, key: str) -> dict[str, float]:
    scores = {"status": float(STATUS_CODES[read.status.value])}
    if read.value is not None:
        cell = find_cell(key)
        scores |= choice_scores(int(read.value), cell) if cell else {"cards": read.value}
    return {f"card_task/{name}": value for name, value in scores.items()}


CARD_TASK = grid.Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=grid.gridded(max_tokens=32),
    conducting=_conducting,
    at_most=grid.at_most(1),
    check=grid.check_grid,
)
