"""Self-correction: an answer, then rounds of review, with all that was said in sight. Knows no engine.

Intrinsic as arXiv 2412.19513 and 2511.09381 have it; with the oracle gate only wrong answers are reviewed (as in
arXiv 2303.11366, 2405.06682 and Table 2 of 2310.01798), which no right answer can lose: labelled, never ranked.
"""

from collections.abc import Iterator
from itertools import pairwise

from analysis.protocols.conduct import Estimate, Item, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, Dialogue
from analysis.protocols.prompting import (
    ITEM_FORM,
    PERSONA,
    SYSTEM_PROMPT,
    TEMPLATE,
    Opening,
    check_prompting,
    opening_of,
    variables_of,
)
from analysis.protocols.reading import only
from analysis.protocols.regenerate import condition_of
from analysis.protocols.reviews import REVIEWS, VARIABLES
from analysis.protocols.sampling import SAMPLES, decoding
from analysis.protocols.settings import SettingRefused
from analysis.protocols.templates import fill, refuse_unknown
from analysis.protocols.tracing import conversation_of, source_of
from analysis.protocols.verdicts import are_same, is_right
from analysis.types import Role, Turn

ASKING = (TEMPLATE, SYSTEM_PROMPT, PERSONA, ITEM_FORM)
ROUNDS = Parameter("rounds", "Rounds", "integer", 1, minimum=1, maximum=64)
GATE = Parameter(
    "gate",
    "Who is asked again",
    "choice",
    "none",
    "With the oracle gate an answer that meets the gold is not reviewed: an upper bound, not self-correction.",
    choices=(("none", "Every answer"), ("oracle", "Only wrong answers (oracle)")),
)
STOP_WHEN_SAME = Parameter("stop_when_same", "Stop when an answer is repeated", "flag", False)
FIRST = Parameter(
    "first",
    "First answer",
    "choice",
    "ask",
    "A given answer shows how a model corrects what it did not just write.",
    choices=(("ask", "Asked for"), ("rollout", "The rollout's own")),
)
PARAMETERS = (
    SAMPLES,
    Parameter(
        "review",
        "Review",
        "choice",
        "reask",
        choices=tuple((name, review.label) for name, review in REVIEWS.items()),
    ),
    Parameter("review_text", "Own words", "long_text", "", "Places: {question}, {answer}, {round}."),
    ROUNDS,
    GATE,
    STOP_WHEN_SAME,
    FIRST,
    HISTORY,
    *ASKING,
    *decoding(),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    talk = started(item, settings)
    if not talk.attempts:
        talk.hear(only((yield [talk.ask()])))
    words = messages_of(settings)
    for number in range(1, settings["rounds"] + 1):
        if is_over(talk):
            break
        for at, text in enumerate(words, 1):
            talk.say(fill(text, _values(talk, number)))
            talk.hear(only((yield [talk.ask()])), is_attempt=at == len(words))
    factors = {"review": settings["review"], "gate": settings["gate"]} | condition_of(settings)
    return Result((talk.made(factors, scores_of(talk)),), remarks=tuple(remarks_of(talk)))


def started(item: Item, settings: Settings) -> Dialogue:
    """The dialogue before the first review: with the rollout's own answer where the settings start from it."""
    if settings.get("first", "ask") == "ask":
        return Dialogue(item, settings, opening_of(item, settings))
    source = source_of(item)
    talk = Dialogue(item, settings, Opening(conversation_of(item)))
    given = Turn(Role.ASSISTANT, source.text, source.reasoning, is_attempt=True, answer=source.answer)
    known = source.turns[source.turn_index] if source.turn_index < len(source.turns) else given
    talk.remember(known if known.text and known.is_attempt else given)
    return talk


def messages_of(settings: Settings) -> tuple[str, ...]:
    """The templates of one round, in order."""
    return REVIEWS[settings["review"]].messages or (settings["review_text"],)


def _values(talk: Dialogue, number: int) -> dict[str, str]:
    question = variables_of(talk.item.problem, talk.settings.get("item_form", "as_asked"))["question"]
    return {"question": question, "answer": talk.answer or "", "round": str(number)}


def is_over(talk: Dialogue) -> bool:
    """Whether no further round is due: the oracle's gate is passed, or an answer was repeated."""
    if talk.settings["gate"] == "oracle" and is_right(talk.problem, talk.answer):
        return True
    if not talk.settings["stop_when_same"] or len(talk.attempts) < 2:
        return False
    before, now = (turn.answer for turn in talk.attempts[-2:])
    return before is not None and now is not None and are_same(talk.problem, before, now)


def scores_of(talk: Dialogue) -> dict[str, float]:
    """Calls, rounds, and in how many rounds the answer changed (an unread answer is a change from any other)."""
    pairs = list(pairwise(turn.answer for turn in talk.attempts))
    n_changed = sum(not _same(talk, before, after) for before, after in pairs)
    return {"n_calls": talk.n_calls, "n_rounds": len(pairs), "n_changed_answers": n_changed}


def _same(talk: Dialogue, before: str | None, after: str | None) -> bool:
    if before is None or after is None:
        return before is after
    return are_same(talk.problem, before, after)


def remarks_of(talk: Dialogue) -> Iterator[str]:
    if talk.settings["gate"] == "oracle":
        yield "oracle-gated: golds decided what was asked again; not comparable with intrinsic self-correction"
        if any(is_right(talk.problem, turn.answer) is None for turn in talk.attempts):
            yield "an answer that could not be compared with the gold was reviewed like a wrong one"


def _check(settings: Settings) -> None:
    check_prompting(settings)
    if settings["review"] == "custom" and not settings["review_text"].strip():
        raise SettingRefused("review_text is empty, must hold the words of a review")
    refuse_unknown(settings["review_text"], VARIABLES)


def is_gated(settings: Settings) -> bool:
    return bool(settings["gate"] == "oracle")


def starts_from_rollout(settings: Settings) -> bool:
    return bool(settings["first"] == "rollout")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = settings["rounds"] * len(messages_of(settings)) + (settings["first"] == "ask")
    return Estimate(n, n * settings["max_tokens"])


SELF_CORRECTION = Declared(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    gated=is_gated,
    check=_check,
    starts_from_rollout=starts_from_rollout,
)
