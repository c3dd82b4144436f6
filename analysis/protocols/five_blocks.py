r"""Think, answer, reflection, think, answer in one reply (SRPO, arXiv 2506.01713), parsed and scored.

Scores are those of the authors' OpenRLHF variant: effect 0.75, 1, 0.25, 0 for right→right, wrong→right, right→wrong,
wrong→wrong (0.5 for a single right answer), format 0.5, brevity 0.1·exp(-((L - T)/(Tmax - T))²) with T twice and Tmax
two and a half times the length of the first think and answer. Lengths are in tokens where the engine gives those of its
reply, else in characters, which a remark says.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item, Made, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.prompting import PERSONA, SYSTEM_PROMPT, TEMPLATE, check_prompting, opening_of
from analysis.protocols.reading import answer_in, asked_turns, attempt_of, good, only
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.verdicts import is_right
from analysis.types import Problem, Role, Span, Turn

OPENER = re.compile(r"<(think|answer|reflection)>")
ORDER = ("think", "answer", "reflection", "think", "answer")
EFFECT = {(True, True): 0.75, (False, True): 1.0, (True, False): 0.25, (False, False): 0.0}
SINGLE = 0.5
Length = Callable[[Span], int]
FORMAT = 0.5
INSTRUCTION = (
    "Answer in five parts: your thoughts between <think> and </think>, an answer between <answer> and </answer>, a "
    "critical look at both between <reflection> and </reflection>, then, with what you found, thoughts and an answer "
    "once more between the same tags. Put each answer in \\boxed{}."
)
PARAMETERS = (
    SAMPLES,
    Parameter("instruction", "Instruction", "long_text", "", "Empty for the usual one; put after the question."),
    TEMPLATE,
    SYSTEM_PROMPT,
    PERSONA,
    *decoding(),
)


class Blocks(NamedTuple):
    """The blocks of a reply in order, as (name, span of its inside); whether they are the five and nothing else."""

    found: tuple[tuple[str, Span], ...]
    is_in_format: bool


def blocks_of(text: str) -> Blocks:
    """The blocks of a reply.

    >>> blocks_of("<think>a</think><answer>1</answer>").is_in_format
    False
    >>> five = "<think>a</think><answer>1</answer> <reflection>b</reflection><think>c</think>\\n<answer>2</answer>"
    >>> blocks_of(five).is_in_format
    True
    """
    found, between, at = [], "", 0
    closers = {name: text.rfind(f"</{name}>") for name in ORDER}
    while match := OPENER.search(text, at):
        name = match[1]
        if closers[name] < match.end():
            between, at = between + text[at : match.end()], match.end()
            continue
        end = text.index(f"</{name}>", match.end())
        found.append((name, Span(match.end(), end)))
        between, at = between + text[at : match.start()], end + len(name) + 3
    names = tuple(name for name, _ in found)
    return Blocks(tuple(found), names == ORDER and not (between + text[at:]).strip())


def _conducting(item: Item, settings: Settings) -> Conducting:
    asked = opening_of(item, settings)
    instruction = settings["instruction"] or INSTRUCTION
    last = asked.messages[-1]
    opening = replace(asked, messages=(*asked.messages[:-1], last._replace(text=f"{last.text}\n\n{instruction}")))
    reply = good(only((yield [opening.ask(sampling_of(settings), seed_of(item))])))
    whole = attempt_of(reply, item.problem)
    turns = attempts_of(whole, item.problem)
    length = length_in(reply)
    scores = scores_of(reply.text, [turn.answer for turn in turns if turn.is_attempt], item.problem, length)
    told = asked_turns(opening.messages)
    is_cut = reply.finish_reason == "length"
    return Result(
        (Made((*told, *turns), item.sample, condition_of(settings), scores, truncated=is_cut),),
        remarks=_remarks(length),
    )


def attempts_of(whole: Turn, problem: Problem) -> tuple[Turn, ...]:
    """The reply as turns: the first attempt up to its answer, the second from there on; one attempt without blocks.

    Token counts stay with the whole reply, so that only the one turn of an undivided reply has them.
    """
    text = whole.text or ""
    answers = [span for name, span in blocks_of(text).found if name == "answer"]
    if len(answers) < 2:
        return (whole,)
    cut = text.index(">", answers[0].end) + 1
    return _attempt(text[:cut], whole, problem), _attempt(text[cut:], whole, problem)


def _attempt(text: str, whole: Turn, problem: Problem) -> Turn:
    found = blocks_of(text).found
    thoughts = [span for name, span in found if name != "answer"]
    answers = [span for name, span in found if name == "answer"]
    inside = text[answers[-1].start : answers[-1].end]
    return Turn(
        Role.ASSISTANT,
        text,
        Span(thoughts[0].start, thoughts[-1].end) if thoughts else None,
        answers[-1],
        is_attempt=True,
        answer=answer_in(inside, problem) or inside.strip() or None,
        finish_reason=whole.finish_reason,
    )


def length_in(reply: Reply) -> Length:
    """How long a span of the reply is: the tokens that begin in it where they make up the text, else its characters."""
    if not reply.tokens or "".join(token.text for token in reply.tokens) != reply.text:
        return characters
    starts = [0, *accumulate(len(token.text) for token in reply.tokens)][:-1]
    return lambda span: bisect_left(starts, span.end) - bisect_left(starts, span.start)


def characters(span: Span) -> int:
    return span.end - span.start


def _remarks(length: Length) -> tuple[str, ...]:
    said = "the engine gave no tokens of this reply: the lengths behind srpo_brevity are in characters"
    return (said,) if length is characters else ()


def scores_of(
    text: str, answers: list[str | None], problem: Problem, length: Length = characters
) -> Mapping[str, float]:
    """The three parts and their sum; effect and sum are left out where an answer cannot be compared with the gold."""
    blocks = blocks_of(text)
    parts = {"srpo_format": FORMAT * blocks.is_in_format, "srpo_brevity": brevity(blocks, length)}
    effect = effect_of([is_right(problem, answer) for answer in answers])
    if effect is None:
        return parts
    return parts | {"srpo_effect": effect, "srpo_score": effect + sum(parts.values())}


def effect_of(right: list[bool | None]) -> float | None:
    """The effect of a reflection between two answers, half for a single right one.

    >>> [effect_of([a, b]) for a in (True, False) for b in (True, False)], effect_of([True]), effect_of([None, True])
    ([0.75, 0.25, 1.0, 0.0], 0.5, None)
    """
    first, last = right[0], right[-1]
    if first is None or last is None:
        return None
    return EFFECT[first, last] if len(right) > 1 else SINGLE * first


def brevity(blocks: Blocks, length: Length = characters) -> float:
    """0.1 at a reply of twice the length of its first think and answer, falling off to both sides; 0 out of format."""
    if not blocks.is_in_format:
        return 0.0
    lengths = [length(span) for _, span in blocks.found]
    first = lengths[0] + lengths[1]
    if not first:
        return 0.0
    off = (sum(lengths) - 2 * first) / (0.5 * first)
    return 0.1 * math.exp(-min(off * off, 700.0))


def _at_most(item: Item, settings: Settings) -> Estimate:
    return Estimate(1, settings["max_tokens"])


FIVE_BLOCKS = Declared(
    version="2",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=check_prompting,
)
