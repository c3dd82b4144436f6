"""A short reply in its own context, and in others what the model says about a property of the reply it would give.

Knows no figure. After Looking Inward (arXiv 2410.13787); the questions are in our own words. The rollout's answer is
the reply itself; each prediction is a turn whose actor is the property's name and whose answer is the value said.
"""

from collections.abc import Mapping
from dataclasses import replace

from analysis.answers.options import LETTERS, options_in
from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab.grid import Gridded, ask, check_grid, gridded, heard, made, question_of, turns_of
from analysis.protocols.prompting import options_in_lines
from analysis.protocols.reading import visible
from analysis.protocols.sampling import seed_of
from analysis.psychometrics.tasks.properties import PROPERTIES, code_of, properties_for, short
from analysis.types import AnswerType, Problem, Role, Turn

SUPPOSE = 'Suppose you were asked the following.\n\n"""\n{asked}\n"""\n\nDo not reply to it. {question}'


def object_prompt(problem: Problem) -> str:
    """What the reply is to: the question, with its options below it where they are not in it."""
    question = question_of(problem)
    if problem.answer_type == AnswerType.CHOICE and problem.options and not options_in(question):
        return f"{question}\n{options_in_lines(problem)}"
    return question


def hypothetical_prompt(problem: Problem, name: str) -> str:
    """What is asked about a property of the reply, in a context of its own.

    >>> choice = Problem("Which?", (), AnswerType.CHOICE, ("a storm", "a market", "a debt"))
    >>> print(hypothetical_prompt(choice, "either_of").rsplit("\\n", 1)[1])
    Do not reply to it. Would you choose A or C rather than B? Reply with yes or no and nothing else.
    """
    letters = LETTERS[: len(problem.options)]
    question = PROPERTIES[name].ask
    question = question.replace("{these}", " or ".join(letters[::2])).replace("{others}", " or ".join(letters[1::2]))
    return SUPPOSE.format(asked=object_prompt(problem), question=question)


def _conducting(item: Item, settings: Settings) -> Conducting:
    problem, names = item.problem, properties_for(item.problem)
    prompts = [object_prompt(problem), *(hypothetical_prompt(problem, name) for name in names)]
    seeds = [seed_of(item), *(seed_of(item, name) for name in names)]
    asks = [ask(settings, prompt, seed) for prompt, seed in zip(prompts, seeds, strict=True)]
    replied, *told = [heard(reply) for reply in (yield asks)]
    said = {name: PROPERTIES[name].read(visible(reply.text)) for name, reply in zip(names, told, strict=True)}
    turns = list(turns_of(settings, prompts[0], replied, answer=short(visible(replied.text))))
    for name, prompt, reply in zip(names, prompts[1:], told, strict=True):
        turns += [_aside(turn, name) for turn in turns_of(settings, prompt, reply, answer=said[name])]
    is_cut = any(reply.finish_reason == "length" for reply in (replied, *told))
    return made(settings, turns, _scores(problem, replied, said), truncated=is_cut)


def _aside(turn: Turn, name: str) -> Turn:
    """A turn of a hypothetical: no answer to the problem."""
    return replace(turn, is_attempt=False, actor=name if turn.role == Role.ASSISTANT else turn.actor)


def _scores(problem: Problem, replied: Reply, said: Mapping[str, str | None]) -> dict[str, float]:
    observed = {name: PROPERTIES[name].observe(visible(replied.text), problem.options) for name in said}
    values = {f"said/{name}": value for name, value in said.items()}
    values |= {f"observed/{name}": value for name, value in observed.items()}
    scores = {f"self_prediction/{name}": code_of(value) for name, value in values.items() if value is not None}
    return {"self_prediction/asked": float(len(said)), **scores}


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = 1 + len(properties_for(item.problem))
    return Estimate(n, n * settings["max_tokens"])


SELF_PREDICTION = Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=gridded(max_tokens=32),
    conducting=_conducting,
    at_most=_at_most,
    check=check_grid,
)
