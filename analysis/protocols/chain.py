"""A chain of improvements: each step sees the question and the last solution only (ExIt, arXiv 2509.04575).

What the paper trains is not here; this is its task at inference: K single-step improvements of a partial history, and,
with a set probability, a step that is told to go another way. The history is the last solution, not the whole chain.
"""

import random

from analysis.asking import Ask, Message
from analysis.protocols.conduct import Estimate, Item, Made, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, shown
from analysis.protocols.prompting import (
    ITEM_FORM,
    PERSONA,
    SYSTEM_PROMPT,
    TEMPLATE,
    asked_problem,
    check_prompting,
    opening_of,
)
from analysis.protocols.reading import asked_turns, attempt_of, good, only
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.verdicts import is_right
from analysis.types import Role, Turn

IMPROVE = "Here is a solution. Make it better, and give the improved solution in full with its final answer."
DIVERGE = "Here is a solution. Solve the question in a way that differs from it, in full and with a final answer."
PARAMETERS = (
    SAMPLES,
    Parameter("steps", "Improvements", "integer", 4, minimum=1, maximum=64),
    Parameter("p_diverge", "Probability of another way", "number", 0.0, minimum=0, maximum=1),
    HISTORY,
    TEMPLATE,
    SYSTEM_PROMPT,
    PERSONA,
    ITEM_FORM,
    *decoding(),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    opening = opening_of(item, settings)
    problem = asked_problem(item.problem, settings["item_form"])
    reply = good(only((yield [opening.ask(sampling_of(settings), seed_of(item))])))
    turns = [*asked_turns(opening.messages), attempt_of(reply, problem)]
    for number in range(1, settings["steps"] + 1):
        told = _told(item, number, settings)
        ask = _ask(item, opening.messages, told, turns[-1], number, settings)
        reply = good(only((yield [ask])))
        turns += [Turn(Role.USER, told), attempt_of(reply, problem)]
    attempts = [turn for turn in turns if turn.is_attempt]
    scores = {
        f"right_at_step/{at}": float(right)
        for at, turn in enumerate(attempts)
        if (right := is_right(problem, turn.answer)) is not None
    }
    is_cut = reply.finish_reason == "length"
    return Result((Made(tuple(turns), item.sample, condition_of(settings), scores, truncated=is_cut),))


def _told(item: Item, number: int, settings: Settings) -> str:
    drawn = random.Random(seed_of(item, "diverge", number)).random()  # noqa: S311 (an experiment's draw)
    return DIVERGE if drawn < settings["p_diverge"] else IMPROVE


def _ask(item: Item, before: tuple[Message, ...], told: str, last: Turn, number: int, settings: Settings) -> Ask:
    """The question, then the last solution with what to do with it; nothing of the chain before it."""
    asked = f"{before[-1].text}\n\n{told}\n\n{shown(last.text or '', settings)}"
    messages = (*before[:-1], Message(Role.USER, asked))
    return Ask(messages, sampling=sampling_of(settings), seed=seed_of(item, number))


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = settings["steps"] + 1
    return Estimate(n, n * settings["max_tokens"])


CHAIN = Declared(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=check_prompting,
)
