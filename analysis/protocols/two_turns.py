"""Two turns with an answer between marks, for pairs of a better and a worse answer (SCL, arXiv 2410.04055).

The first answer, one of four review prompts, the second answer; both between ## and ##. A pair is of type 1
right→right, 2 wrong→right, 3 right→wrong, 4 wrong→wrong. The prompts are our own
words; that there are four, drawn at temperature 0.7, is the authors' code's.
"""

import re
from dataclasses import replace

from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, Dialogue
from analysis.protocols.prompting import PERSONA, SYSTEM_PROMPT, TEMPLATE, check_prompting, opening_of
from analysis.protocols.reading import only, visible
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, seed_of
from analysis.protocols.verdicts import is_right

MARKED = re.compile(r"##(?!#)\s*([^#\n]{1,400}?)\s*##")
INSTRUCTION = "Put your final answer between ## and ##, as in ##42##."
REVIEWS = (
    "Check your answer against the question, and answer once more.",
    "Is that answer right? Say again what you conclude.",
    "Read the question afresh and see whether your answer meets it; then answer again.",
    "Go over your reasoning for a slip, and give the answer that you stand by.",
)
TYPES = {(True, True): 1, (False, True): 2, (True, False): 3, (False, False): 4}
PARAMETERS = (
    SAMPLES,
    Parameter(
        "review",
        "Review prompt",
        "choice",
        "drawn",
        choices=(("drawn", "One of four, drawn by the seed"), *((str(n), text) for n, text in enumerate(REVIEWS, 1))),
    ),
    HISTORY,
    TEMPLATE,
    SYSTEM_PROMPT,
    PERSONA,
    *decoding(temperature=0.7),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    talk = Dialogue(item, settings, opening_of(item, settings))
    _add_instruction(talk)
    _hear(talk, only((yield [talk.ask()])))
    number = review_number(item, settings)
    talk.say(f"{REVIEWS[number - 1]} {INSTRUCTION}")
    _hear(talk, only((yield [talk.ask()])))
    factors = {"review": f"scl {number}"} | condition_of(settings)
    return Result((talk.made(factors, scores_of(talk)),))


def review_number(item: Item, settings: Settings) -> int:
    """Which of the four prompts, from 1."""
    if settings["review"] != "drawn":
        return int(settings["review"])
    return seed_of(item, "review") % len(REVIEWS) + 1


def scores_of(talk: Dialogue) -> dict[str, float]:
    """The pair's type, left out where an answer cannot be compared with the gold."""
    first, second = (is_right(talk.problem, turn.answer) for turn in talk.attempts)
    if first is None or second is None:
        return {}
    return {"scl_type": TYPES[first, second]}


def _add_instruction(talk: Dialogue) -> None:
    last = talk.messages[-1]
    talk.messages[-1] = last._replace(text=f"{last.text}\n\n{INSTRUCTION}")
    talk.turns[-1] = replace(talk.turns[-1], text=talk.messages[-1].text)


def _hear(talk: Dialogue, reply: Reply) -> None:
    """The reply as an attempt whose answer stands between the marks, else where the response states it."""
    turn = talk.hear(reply)
    marked = MARKED.findall(visible(turn.text or ""))
    if marked:
        talk.turns[-1] = replace(turn, answer=marked[-1])


def _at_most(item: Item, settings: Settings) -> Estimate:
    return Estimate(2, 2 * settings["max_tokens"])


TWO_TURNS = Declared(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=check_prompting,
)
