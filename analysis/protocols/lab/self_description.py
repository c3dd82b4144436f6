"""Self-description put to a model: one question about itself, answered by a number or a word.

Scores: `self_description/status` always, `self_description/topic` (its place in TOPICS) for a problem of the task, and
`self_description/described` from 0 to 1 where it was read. Knows no figure of a sitting.
"""

from analysis.protocols.conduct import Item
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab import grid
from analysis.protocols.reading import visible
from analysis.protocols.sampling import seed_of
from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.tasks.numbers import Number
from analysis.psychometrics.tasks.self_description import TOPICS, find_topic, read_description


def _conducting(item: Item, settings: Settings) -> Conducting:
    text = grid.question_of(item.problem)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    topic, is_cut = find_topic(item.problem.key), reply.finish_reason == "length"
    read = read_description(visible(reply.text), topic, is_cut=is_cut)
    turns = grid.turns_of(settings, text, reply, answer=None if read.value is None else f"{read.value:g}")
    return grid.made(settings, turns, _scores(read, topic), truncated=is_cut)


def _scores(read: Number, topic: str | None) -> dict[str, float]:
    scores = {"status": float(STATUS_CODES[read.status.value])}
    if topic:
        scores["topic"] = float(TOPICS.index(topic))
    if read.value is not None:
        scores["described"] = read.value
    return {f"self_description/{name}": value for name, value in scores.items()}


SELF_DESCRIPTION = grid.Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=grid.gridded(max_tokens=32),
    conducting=_conducting,
    at_most=grid.at_most(1),
    check=grid.check_grid,
)
