"""A model judges: a score on a scale, a verdict on an answer, or the better of two, each with its reason.

A pair (first and last attempt, or two rollouts of a problem) is judged in both orders, so that a preference for a place
shows: it wins only where both orders name it. What judges are worth is in `analysis.judging`.
"""

from analysis.asking import Ask, Message, Reply
from analysis.protocols.conduct import Estimate, Item, Judged, Parameter, ProtocolFailed, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, shown
from analysis.protocols.pairing import agreement_with_golds, attempts_of, pair_scores, preferred, rivals_of, worth
from analysis.protocols.prompting import variables_of
from analysis.protocols.reading import all_of, good
from analysis.protocols.rulings import reason_in, score_in, verdict_in, weighed
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.settings import SettingRefused
from analysis.protocols.templates import fill, refuse_unknown
from analysis.protocols.tracing import source_of
from analysis.protocols.verdicts import is_right
from analysis.types import Role

ALLOWED = {"verdict": ("correct", "incorrect"), "pair": ("A", "B", "tie")}
PAIRS = {"pair": "pair", "rivals": "pair"}
"""Forms that compare two answers: they share task, rubric and verdicts."""
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
            ("rivals", "The better of two rollouts of a problem"),
        ),
    ),
    Parameter(
        "rivals",
        "Against the rollouts of",
        "collection",
        None,
        "Only for two rollouts: each meets one of the same problem there, of another model or else of the same number.",
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
    if settings["form"] in PAIRS:
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
    is_rivals = settings["form"] == "rivals"
    texts = rivals_of(item) if is_rivals else attempts_of(source_of(item))
    first, second = (shown(text, settings) for text in texts)
    orders = [(first, second), (second, first)] if settings["both_orders"] else [(first, second)]
    asks = [_ask(item, settings, f"Answer A:\n{a}\n\nAnswer B:\n{b}", n) for n, (a, b) in enumerate(orders)]
    replies = all_of((yield asks))
    verdicts = [_verdict(reply, settings) for reply in replies]
    names = [preferred(verdict, number) for number, verdict in enumerate(verdicts)]
    said = [
        Judged("judge_prefers", worth(name), name, reason_in(reply), order)
        for name, reply, order in zip(names, replies, ("first, second", "second, first"), strict=False)
    ]
    scores = pair_scores(verdicts, names)
    if item.rival is None or not is_rivals:
        return _result(said, scores)
    against = f"the second is rollout {item.rival.rollout}"
    return _result(said, scores | agreement_with_golds(item, scores["judge_prefers_first"]), against)


def _verdict(reply: Reply, settings: Settings) -> str:
    allowed = ALLOWED[_kind(settings)]
    if settings["read_by"] == "text":
        return verdict_in(good(reply, "judge").text, allowed)
    shares = weighed(reply)
    return allowed[shares.index(max(shares))]


def _score(reply: Reply, settings: Settings) -> float:
    """The written score or, by likelihood, the mean over the scale."""
    if settings["read_by"] == "text":
        return score_in(good(reply, "judge").text, settings["low"], settings["high"])
    return sum(value * share for value, share in enumerate(weighed(reply), settings["low"]))


def _ask(item: Item, settings: Settings, answers: str, number: int) -> Ask:
    values = {
        "rubric": settings["rubric"] or RUBRICS[_kind(settings)],
        "low": str(settings["low"]),
        "high": str(settings["high"]),
    }
    parts = [f"Question:\n{variables_of(item.problem)['question']}"]
    if settings["shows_gold"]:
        parts.append(f"Reference answer:\n{_gold(item)}")
    text = "\n\n".join([*parts, answers, fill(TASKS[_kind(settings)], values)])
    seed = seed_of(item, number) if number else seed_of(item)
    asked = (Message(Role.USER, text),)
    if settings["read_by"] == "text":
        return Ask(asked, sampling=sampling_of(settings), seed=seed, role="judge")
    begun = "SCORE:" if settings["form"] == "score" else "VERDICT:"
    sampling = sampling_of(settings, max_tokens=0)
    return Ask(asked, prefix=begun, sampling=sampling, seed=seed, role="judge", continuations=_alternatives(settings))


def _alternatives(settings: Settings) -> tuple[str, ...]:
    scale = range(settings["low"], settings["high"] + 1) if settings["form"] == "score" else ALLOWED[_kind(settings)]
    return tuple(f" {value}" for value in scale)


def _kind(settings: Settings) -> str:
    form = str(settings["form"])
    return PAIRS.get(form, form)


def _gold(item: Item) -> str:
    if not item.problem.golds:
        raise ProtocolFailed("the judge is to see the gold answer, and the problem has none")
    return " or ".join(item.problem.golds)


def _result(said: list[Judged], scores: dict[str, float], *remarks: str) -> Result:
    return Result(scores=scores, judgements=tuple(said), remarks=remarks)


def _check(settings: Settings) -> None:
    refuse_unknown(settings["rubric"], ())
    if settings["form"] == "rivals" and settings["rivals"] is None:
        raise SettingRefused("rivals must name the collection that two rollouts are compared with")
    if settings["low"] >= settings["high"]:
        raise SettingRefused(f"low is {settings['low']}, must be less than high ({settings['high']})")
    if settings["read_by"] == "likelihood" and settings["high"] - settings["low"] > MAX_SCALE:
        raise SettingRefused(f"high is {settings['high']}: by likelihood a scale has at most {MAX_SCALE} steps")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = 1 + (settings["form"] in PAIRS and settings["both_orders"])
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
