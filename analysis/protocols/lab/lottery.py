"""Lottery pairs put to a model: the probability of the risky one by likelihood, or the letter that it writes.

By likelihood the letters A and B are weighed against each other where the engine gives log-probabilities; else, and
with `read_by` reply, the written letter counts 0 or 1. Scores: `lottery/status` always; `lottery/by_likelihood` and the
choice where there is one. Knows no figure of a sitting.
"""

from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item, Parameter, Result
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab import grid
from analysis.protocols.reading import visible
from analysis.protocols.rulings import weighed
from analysis.protocols.sampling import seed_of
from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.replies import Status
from analysis.psychometrics.tasks.letters import read_letter
from analysis.psychometrics.tasks.lottery import choice_scores, find_pair
from analysis.types import Problem

LETTERS = ("A", "B")
READ_BY = Parameter(
    "read_by",
    "How a choice is read",
    "choice",
    "likelihood",
    "By likelihood where the engine gives it, else from the reply. Models that reason first: from the reply.",
    choices=(("likelihood", "By the likelihoods of A and B"), ("reply", "From the reply")),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    text = grid.question_of(item.problem)
    if settings["read_by"] == "likelihood":
        lead = " " if settings["form"] == "completion" else ""
        ask = grid.ask(settings, text, seed_of(item), continuations=[f"{lead}{letter}" for letter in LETTERS])
        weighable = grid.likelihoods_of((yield [ask])[0])
        if weighable is not None:
            return _weighed(item.problem, settings, text, weighable)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    return _written(item.problem, settings, text, reply)


def _weighed(problem: Problem, settings: Settings, text: str, reply: Reply) -> Result:
    shares = weighed(reply)
    likelier = None if shares[0] == shares[1] else LETTERS[shares.index(max(shares))]
    scores = {"status": float(STATUS_CODES[Status.READ.value]), "by_likelihood": 1.0, **_choice(shares[0], problem)}
    return _made(settings, text, reply, scores, likelier)


def _written(problem: Problem, settings: Settings, text: str, reply: Reply) -> Result:
    read = read_letter(visible(reply.text))
    scores = {"status": float(STATUS_CODES[read.status.value])}
    if read.place is None:
        return _made(settings, text, reply, scores, None)
    scores |= {"by_likelihood": 0.0, **_choice(float(read.place == 0), problem)}
    return _made(settings, text, reply, scores, LETTERS[read.place])


def _choice(p_first: float, problem: Problem) -> dict[str, float]:
    pair = find_pair(problem.options)
    return choice_scores(p_first, pair) if pair else {}


def _made(settings: Settings, text: str, reply: Reply, scores: dict[str, float], answer: str | None) -> Result:
    turns = grid.turns_of(settings, text, reply, answer=answer)
    named = {f"lottery/{name}": value for name, value in scores.items()}
    return grid.made(settings, turns, named, truncated=reply.finish_reason == "length")


def _at_most(item: Item, settings: Settings) -> Estimate:
    return Estimate(1 + (settings["read_by"] == "likelihood"), settings["max_tokens"])


LOTTERY = grid.Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=(READ_BY, *grid.gridded(max_tokens=32)),
    conducting=_conducting,
    at_most=_at_most,
    check=grid.check_grid,
)
