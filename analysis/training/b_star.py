"""B-STaR: the samples of a problem that its reward selects, the best first, doubles once.

Reward = 1 for a right answer, plus a score of the trace (the least step of a process reward) divided. Source: B-STaR
(arXiv 2412.17256), section 3 and its code. Knows verdicts and scores, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, sft
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, content_of, question_of

PARAMETERS = (
    Parameter("score", "Score that is added", "text", "", "Its name; empty: the verdict alone is the reward."),
    Parameter("divisor", "The score is divided by", "number", 5.0, minimum=0.001, maximum=1e6),
    Parameter(
        "threshold",
        "Reward at least",
        "number",
        1.0,
        "The paper begins with 0; without a score that would take wrong answers too.",
        minimum=-1000,
        maximum=1000,
    ),
    Parameter("per_problem", "Rows of a problem at most, n*", "integer", 8, minimum=1, maximum=100_000),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    rewarded: list[tuple[float, int]] = []
    texts: set[str] = set()
    for number, trace in enumerate(group):
        why = _refused(trace, settings) or ("the same text again" if _text(trace) in texts else "")
        if why:
            yield LeftOut(trace.source, why)
            continue
        texts.add(_text(trace))
        rewarded.append((-reward_of(trace, settings), number))
    for place, (_, number) in enumerate(sorted(rewarded)):
        trace = group[number]
        if place >= settings["per_problem"]:
            yield LeftOut(trace.source, "more than are wanted of a problem")
        else:
            kind = "right" if trace.is_right else "wrong"
            yield Made(kind, (trace.source,), sft(answered(question_of(trace), _text(trace))))


def _refused(trace: Trace, settings: Settings) -> str:
    if not trace.is_graded:
        return "not graded"
    if settings["score"] and settings["score"] not in trace.scores:
        return f"no score {settings['score']!r}"
    if not _text(trace) or not question_of(trace):
        return "no text"
    return "" if reward_of(trace, settings) >= settings["threshold"] else "the reward is below the threshold"


def reward_of(trace: Trace, settings: Settings) -> float:
    """1 for a right trace, plus its score divided; a score that is asked for must be there."""
    score = trace.scores[settings["score"]] / settings["divisor"] if settings["score"] else 0.0
    return float(trace.is_right) + score


def _text(trace: Trace) -> str:
    return content_of(trace.attempts[-1]) if trace.attempts else ""


B_STAR = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="B-STaR (arXiv 2412.17256), section 3",
    differs="No gold solution is added to a problem's selected answers; temperature and threshold are not tuned.",
    needs="Graded samples, several of a problem; a score of a reward model if one is to count.",
    parameters=PARAMETERS,
    making=_making,
)
