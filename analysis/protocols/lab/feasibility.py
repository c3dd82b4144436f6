"""A model names tasks that it can and that it cannot do; each is then judged in contexts that know nothing of that.

Knows no figure. After KnowRL (arXiv 2510.11407), in our own words and without training. A problem whose subject is
"answerable" or "unanswerable" (SelfAware's format) is judged itself, once. Lists and judgements that cannot be read are
counted and nothing more; above temperature 0 each task is judged k times, at 0 once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item, Parameter
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab.grid import Gridded, ask, check_grid, gridded, heard, made, question_of, turns_of
from analysis.protocols.reading import visible
from analysis.protocols.sampling import MAX_TOKENS, seed_of
from analysis.psychometrics.tasks.closed import Words, named
from analysis.psychometrics.tasks.feasibility import ANSWERABILITY, CLASSES
from analysis.psychometrics.tasks.listed import tasks_in
from analysis.types import Turn

NAME_TASKS = """{question}

Name {n} different tasks of this kind that you {could} do well here, with nothing but text. Each must be one sentence \
that tells somebody else what to do, and must not say whether it can be done. Write one task a line, numbered from 1, \
and nothing else."""
COULD = {"feasible": "could", "infeasible": "could not"}
JUDGE = """Somebody asks for this:

{task}

Could you do it well here, with nothing but text? Reply with one word, feasible or infeasible."""
JUDGE_QUESTION = """{question}

Do not answer the question. Can it be answered by what is known, or can nobody answer it? Reply with one word, \
answerable or unanswerable."""
FEASIBLE: Words = {"feasible": ("feasible",), "infeasible": ("infeasible", "unfeasible", "not feasible")}
ANSWERED: Words = {"answerable": ("answerable",), "unanswerable": ("unanswerable", "not answerable")}
N_TASKS = Parameter("n_tasks", "Tasks to name of each class", "integer", 3, minimum=1, maximum=20)
K = Parameter("k", "Judgements of each task", "integer", 3, "At temperature 0 one.", minimum=1, maximum=20)
LIST_TOKENS = Parameter(
    "list_tokens", "New tokens of a list at most", "integer", 512, "Of each class.", minimum=1, maximum=MAX_TOKENS
)


class Named(NamedTuple):
    """A task that the model named, its class, and the judgements that were read of it."""

    task: str
    kind: str
    judged: tuple[str, ...] = ()


def _conducting(item: Item, settings: Settings) -> Conducting:
    if item.problem.subject in ANSWERABILITY:
        return (yield from _judge_question(item, settings))
    n = settings["n_tasks"]
    prompts = [NAME_TASKS.format(question=question_of(item.problem), n=n, could=COULD[kind]) for kind in CLASSES]
    longer = {**settings, "max_tokens": settings["list_tokens"]}
    asks = [ask(longer, prompt, seed_of(item, kind)) for prompt, kind in zip(prompts, CLASSES, strict=True)]
    lists = [heard(reply) for reply in (yield asks)]
    turns = [turn for prompt, reply in zip(prompts, lists, strict=True) for turn in turns_of(settings, prompt, reply)]
    tasks = [
        Named(task, kind)
        for kind, reply in zip(CLASSES, lists, strict=True)
        for task in tasks_in(visible(reply.text), n)
    ]
    k = settings["k"] if settings["cell"].temperature > 0 else 1
    replies: list[Reply] = []
    if tasks:
        seeds = [seed_of(item, "judge", number, again) for number in range(len(tasks)) for again in range(k)]
        blind = [JUDGE.format(task=each.task) for each in tasks for _ in range(k)]
        asks = [ask(settings, prompt, seed) for prompt, seed in zip(blind, seeds, strict=True)]
        replies = [heard(reply) for reply in (yield asks)]
        words = [named(visible(reply.text), FEASIBLE) for reply in replies]
        turns += _judging(settings, blind, replies, words)
        tasks = [each._replace(judged=_read(words[at * k : at * k + k])) for at, each in enumerate(tasks)]
    scores = {f"feasibility/{name}": float(value) for name, value in counted(tasks, n, is_repeated=k > 1).items()}
    return made(settings, turns, scores, truncated=any(reply.finish_reason == "length" for reply in (*lists, *replies)))


def _read(words: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(word for word in words if word is not None)


def _judging(
    settings: Settings, prompts: Sequence[str], replies: Sequence[Reply], words: Sequence[str | None]
) -> list[Turn]:
    """Judgements as turns: none of them is what the rollout answers."""
    return [
        replace(turn, is_attempt=False)
        for prompt, reply, word in zip(prompts, replies, words, strict=True)
        for turn in turns_of(settings, prompt, reply, answer=word)
    ]


def counted(tasks: Sequence[Named], n_wanted: int, *, is_repeated: bool) -> Mapping[str, float]:
    """What the figures need of the named tasks: counts by class, and the sum of the majorities' shares.

    >>> told = [Named("a", "feasible", ("feasible",) * 3), Named("b", "infeasible", ("feasible", "infeasible"))]
    >>> found = counted(told, 1, is_repeated=True)           # the second is tied: not decided, consensus 1/2
    >>> found["agreed/feasible"], found["decided/infeasible"], found["judged"], found["consensus"]
    (1, 0, 2, 1.5)
    """
    found: dict[str, float] = {"wanted": n_wanted}
    for kind in CLASSES:
        own = [each for each in tasks if each.kind == kind]
        ruled = [majority for each in own if (majority := _majority(each.judged)) is not None]
        found |= {f"named/{kind}": len(own), f"decided/{kind}": len(ruled), f"agreed/{kind}": ruled.count(kind)}
    shares = [max(Counter(each.judged).values()) / len(each.judged) for each in tasks if len(each.judged) > 1]
    return found | ({"judged": len(shares), "consensus": sum(shares)} if is_repeated else {})


def _majority(judged: Sequence[str]) -> str | None:
    """The judgement that more than half share; None for a tie and for none."""
    first = Counter(judged).most_common(1)
    return first[0][0] if first and 2 * first[0][1] > len(judged) else None


def _judge_question(item: Item, settings: Settings) -> Conducting:
    asked = JUDGE_QUESTION.format(question=question_of(item.problem))
    reply = heard((yield [ask(settings, asked, seed_of(item))])[0])
    word = named(visible(reply.text), ANSWERED)
    scores = {"feasibility/unanswerable": float(item.problem.subject == ANSWERABILITY[1])}
    if word is not None:
        scores["feasibility/judged_unanswerable"] = float(word == ANSWERABILITY[1])
    turns = turns_of(settings, asked, reply, answer=word)
    return made(settings, turns, scores, truncated=reply.finish_reason == "length")


def _at_most(item: Item, settings: Settings) -> Estimate:
    if item.problem.subject in ANSWERABILITY:
        return Estimate(1, settings["max_tokens"])
    k = settings["k"] if any(float(each) > 0 for each in settings["temperatures"]) else 1
    n_judged = 2 * settings["n_tasks"] * k
    return Estimate(2 + n_judged, 2 * settings["list_tokens"] + n_judged * settings["max_tokens"])


FEASIBILITY = Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=(N_TASKS, K, LIST_TOKENS, *gridded(max_tokens=32)),
    conducting=_conducting,
    at_most=_at_most,
    check=check_grid,
)
