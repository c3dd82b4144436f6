"""A model judges: a score on a scale, a verdict on an answer, or the better of two, each with its reason.

A pair is judged in both orders, so that a preference for a place shows: it wins only where both orders name it. What
judges agree on with golds or people, and their position bias, is in `analysis.judging`.
"""

import math
import re
from collections.abc import Sequence

from analysis.asking import Ask, Message, Reply
from analysis.protocols.conduct import Estimate, Item, Judged, Parameter, ProtocolFailed, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, shown
from analysis.protocols.prompting import variables_of
from analysis.protocols.reading import all_of, good, storable, visible
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.settings import SettingRefused
from analysis.protocols.templates import fill, refuse_unknown
from analysis.protocols.tracing import source_of
from analysis.protocols.verdicts import is_right
from analysis.types import Role

VERDICT = re.compile(r"VERDICT\W{0,8}(correct|incorrect|right|wrong|tie|A|B)\b", re.IGNORECASE)
SCORE = re.compile(r"SCORE\W{0,8}?(-?\d{1,6}(?:\.\d{1,4})?)(?![\d.]*[eE])", re.IGNORECASE)
WORDS = {"right": "correct", "wrong": "incorrect", "a": "A", "b": "B"}
ALLOWED = {"verdict": ("correct", "incorrect"), "pair": ("A", "B", "tie")}
MAX_SCALE = 100
TASKS = {
    "score": "Rate the answer by this rubric: {rubric}\nGive your reasons, and end with a line\n"
    "SCORE: a number from {low} to {high}",
    "verdict": "Decide by this rubric: {rubric}\nGive your reasons, and end with a line\nVERDICT: correct or incorrect",
    "pair": "Decide which answer is better by this rubric: {rubric}\nGive your reasons, and end with a line\n"
    "VERDICT: A, B or tie",
}
RUBRICS = {
    "score": "how sound the reasoning is, and whether it supports the answer.",
    "verdict": "an answer is correct if it answers the question as the reference does, or, without one, truly.",
    "pair": "the better answer is right, or, where both are or neither is, better reasoned.",
}
PARAMETERS = (
    SAMPLES,
    Parameter(
        "form",
        "What is judged",
        "choice",
        "verdict",
        choices=(
            ("score", "A score"),
            ("verdict", "Correct or not"),
            ("pair", "The better of first and last attempt"),
        ),
    ),
    Parameter("rubric", "Rubric", "long_text", "", "Empty for the usual one of the form."),
    Parameter("low", "Lowest score", "integer", 1, minimum=-1_000, maximum=1_000),
    Parameter("high", "Highest score", "integer", 10, minimum=-1_000, maximum=1_000),
    Parameter("shows_gold", "The judge sees the gold answer", "flag", False),
    Parameter(
        "read_by",
        "How it is read",
        "choice",
        "text",
        "By likelihood any model can judge, without reasons: its words after “VERDICT:” or “SCORE:” are weighed.",
        choices=(("text", "The judge writes it"), ("likelihood", "The likeliest is taken, nothing is written")),
    ),
    Parameter("both_orders", "Pairs are judged in both orders", "flag", True),
    HISTORY,
    *decoding(max_tokens=1024),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    if settings["form"] == "pair":
        return _pair(item, settings)
    return _single(item, settings)


def _single(item: Item, settings: Settings) -> Conducting:
    answer = f"Answer:\n{shown(source_of(item).text, settings)}"
    reply = all_of((yield [_ask(item, settings, answer, 0)]))[0]
    if settings["form"] == "score":
        value = _score(reply, settings)
        return _result([Judged("judge_score", value, "", reason_in(reply))], {"judge_score": value})
    verdict = _verdict(reply, settings)
    finds_right = verdict == "correct"
    scores = {"judge_correct": float(finds_right)}
    if settings["read_by"] == "likelihood":
        scores["judge_p_correct"] = weighed(reply)[0]
    truth = is_right(item.problem, source_of(item).answer)
    if truth is not None:
        scores["judge_agrees_with_gold"] = float(truth == finds_right)
    return _result([Judged("judge_correct", float(finds_right), verdict, reason_in(reply))], scores)


def _pair(item: Item, settings: Settings) -> Conducting:
    first, second = (shown(text, settings) for text in pair_of(item))
    orders = [(first, second), (second, first)] if settings["both_orders"] else [(first, second)]
    asks = [_ask(item, settings, f"Answer A:\n{a}\n\nAnswer B:\n{b}", n) for n, (a, b) in enumerate(orders)]
    replies = all_of((yield asks))
    verdicts = [_verdict(reply, settings) for reply in replies]
    names = [_preferred(verdict, number) for number, verdict in enumerate(verdicts)]
    said = [
        Judged("judge_prefers", _worth(name), name, reason_in(reply), order)
        for name, reply, order in zip(names, replies, ("first, second", "second, first"), strict=False)
    ]
    return _result(said, pair_scores(verdicts, names))


def _verdict(reply: Reply, settings: Settings) -> str:
    allowed = ALLOWED[settings["form"]]
    if settings["read_by"] == "text":
        return verdict_in(good(reply, "judge").text, allowed)
    shares = weighed(reply)
    return allowed[shares.index(max(shares))]


def _score(reply: Reply, settings: Settings) -> float:
    """The written score or, by likelihood, the mean over the scale."""
    if settings["read_by"] == "text":
        return score_in(good(reply, "judge").text, settings["low"], settings["high"])
    return sum(value * share for value, share in enumerate(weighed(reply), settings["low"]))


def weighed(reply: Reply) -> list[float]:
    """The shares of the alternatives by their likelihood, in their order; raises ProtocolFailed without them.

    >>> weighed(Reply(continuations=(-1.0, -1.0)))
    [0.5, 0.5]
    """
    if reply.finish_reason == "error":
        good(reply, "judge")
    known = [value for value in reply.continuations if value is not None]
    if not known or len(known) != len(reply.continuations):
        raise ProtocolFailed("the judge's engine gives no log-probabilities, so nothing can be read by likelihood")
    weights = [math.exp(max(value - max(known), -700)) for value in known]
    return [weight / sum(weights) for weight in weights]


def pair_of(item: Item) -> tuple[str, str]:
    """The two texts; raises ProtocolFailed where there are not two."""
    source = source_of(item)
    attempts = [turn.text for turn in source.turns if turn.is_attempt and turn.text]
    if len(attempts) < 2:
        raise ProtocolFailed(f"the rollout has {len(attempts)} attempts with text, a pair needs two")
    return attempts[0], attempts[-1]


def _preferred(verdict: str, order: int) -> str:
    """Which of the pair a verdict means: in the second order A is the second."""
    if verdict == "tie":
        return "tie"
    return "first" if (verdict == "A") == (order == 0) else "second"


def _worth(name: str) -> float:
    return {"first": 1.0, "tie": 0.5, "second": 0.0}[name]


def pair_scores(verdicts: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    """How much the first is preferred, whether the orders agree, and how often the place A was picked (ties left out).

    >>> pair_scores(["A", "A"], ["first", "second"])
    {'judge_prefers_first': 0.5, 'judge_is_consistent': 0.0, 'judge_picks_place_a': 1.0}
    """
    scores = {"judge_prefers_first": sum(_worth(name) for name in names) / len(names)}
    if len(names) > 1:
        scores["judge_is_consistent"] = float(len(set(names)) == 1)
    places = [verdict == "A" for verdict in verdicts if verdict != "tie"]
    if places:
        scores["judge_picks_place_a"] = sum(places) / len(places)
    return scores


def _ask(item: Item, settings: Settings, answers: str, number: int) -> Ask:
    values = {
        "rubric": settings["rubric"] or RUBRICS[settings["form"]],
        "low": str(settings["low"]),
        "high": str(settings["high"]),
    }
    parts = [f"Question:\n{variables_of(item.problem)['question']}"]
    if settings["shows_gold"]:
        parts.append(f"Reference answer:\n{_gold(item)}")
    text = "\n\n".join([*parts, answers, fill(TASKS[settings["form"]], values)])
    seed = seed_of(item, number) if number else seed_of(item)
    asked = (Message(Role.USER, text),)
    if settings["read_by"] == "text":
        return Ask(asked, sampling=sampling_of(settings), seed=seed, role="judge")
    begun = "SCORE:" if settings["form"] == "score" else "VERDICT:"
    sampling = sampling_of(settings, max_tokens=0)
    return Ask(asked, prefix=begun, sampling=sampling, seed=seed, role="judge", continuations=_alternatives(settings))


def _alternatives(settings: Settings) -> tuple[str, ...]:
    scale = range(settings["low"], settings["high"] + 1) if settings["form"] == "score" else ALLOWED[settings["form"]]
    return tuple(f" {value}" for value in scale)


def _gold(item: Item) -> str:
    if not item.problem.golds:
        raise ProtocolFailed("the judge is to see the gold answer, and the problem has none")
    return " or ".join(item.problem.golds)


def verdict_in(text: str, allowed: Sequence[str]) -> str:
    """The last verdict of a reply; raises ProtocolFailed where it gives none of the allowed ones.

    >>> verdict_in("Good.\\nVERDICT: **Correct**", ("correct", "incorrect"))
    'correct'
    """
    found = [_folded(word) for word in VERDICT.findall(visible(text) or text)]
    found = [word for word in found if word in allowed]
    if not found:
        raise ProtocolFailed(f"the judge's reply gives no verdict ({', '.join(allowed)})")
    return found[-1]


def _folded(word: str) -> str:
    return WORDS.get(word.lower(), word.lower())


def score_in(text: str, low: float, high: float) -> float:
    """The last score of a reply; raises ProtocolFailed where there is none on the scale.

    >>> score_in("Sound.\\nSCORE: 7/10", 1, 10)
    7.0
    """
    found = [float(number) for number in SCORE.findall(visible(text) or text)]
    if not found or not low <= found[-1] <= high:
        raise ProtocolFailed(f"the judge's reply gives no score from {low:g} to {high:g}")
    return found[-1]


def reason_in(reply: Reply) -> str:
    """What stands before the verdict or score."""
    text = storable(visible(reply.text) or reply.text)
    ends = [match.start() for pattern in (VERDICT, SCORE) for match in pattern.finditer(text)]
    return text[: max(ends, default=len(text))].strip()


def _result(said: list[Judged], scores: dict[str, float]) -> Result:
    return Result(scores=scores, judgements=tuple(said))


def _check(settings: Settings) -> None:
    refuse_unknown(settings["rubric"], ())
    if settings["low"] >= settings["high"]:
        raise SettingRefused(f"low is {settings['low']}, must be less than high ({settings['high']})")
    if settings["read_by"] == "likelihood" and settings["high"] - settings["low"] > MAX_SCALE:
        raise SettingRefused(f"high is {settings['high']}: by likelihood a scale has at most {MAX_SCALE} steps")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = 1 + (settings["form"] == "pair" and settings["both_orders"])
    return Estimate(n, n * settings["max_tokens"])


JUDGE = Declared(
    version="1",
    needs="rollout",
    roles=("judge",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=_check,
)
