"""Verification and correction pairs of ReVISE's two stages: stop after a draft, or say the refine token and go on.

Stage 1: a right draft y is chosen over y + [refine], y + [refine] over a wrong draft y. Stage 2: y + [refine] + a
solution over a wrong draft y. The SFT term beside DPO takes nothing before [refine]. Source: ReVISE (arXiv 2502.14565)
and its code.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.settings import SettingRefused
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Said, Shape, preference, whole
from analysis.training.traces import Group, Trace
from analysis.training.wording import content_of, question_of
from analysis.types import Outcome, Span

REFINE = Parameter("refine", "Refine token", "text", "<|refine|>", "The code uses a reserved special token of Llama 3.")
RIGHT_DRAFT = Parameter(
    "learn_right_draft",
    "The SFT term takes right drafts",
    "flag",
    True,
    "There is no refine token in a chosen right draft; the sources leave open what is learned of it.",
)
SOLUTION = Parameter(
    "solution",
    "What follows the refine token",
    "choice",
    "trace",
    "The paper has a worked solution of the data set.",
    choices=(("trace", "The problem's first right final answer in the collection"), ("gold", "The gold answer alone")),
)


def _check(settings: Settings) -> None:
    if not settings["refine"].strip():
        raise SettingRefused("refine is empty, must be a token")


def _verifying(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        found = _draft(trace)
        if isinstance(found, LeftOut):
            yield found
            continue
        asked, draft = found
        more = draft + settings["refine"]
        if trace.outcomes[0] is Outcome.CORRECT:
            spans = whole(draft) if settings["learn_right_draft"] else ()
            yield Made("right draft", (trace.source,), preference(asked, draft, more, spans))
        else:
            span = Span(len(draft), len(more))
            yield Made("wrong draft", (trace.source,), preference(asked, more, draft, (span,)))


def _correcting(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        found = _draft(trace)
        if isinstance(found, LeftOut):
            yield found
        elif trace.outcomes[0] is Outcome.CORRECT:
            yield LeftOut(trace.source, "the draft is right")
        else:
            yield _corrected(trace, group, *found, settings)


def _corrected(trace: Trace, group: Group, asked: list[Said], draft: str, settings: Settings) -> Made | LeftOut:
    solved = next((each for each in group if each.is_right and content_of(each.attempts[-1])), None)
    sources, solution = [trace.source], next(iter(trace.problem.golds), "")
    if settings["solution"] == "trace":
        sources += [solved.source] if solved and solved is not trace else []
        solution = content_of(solved.attempts[-1]) if solved else ""
    if not solution:
        return LeftOut(trace.source, f"no solution ({settings['solution']})")
    chosen = f"{draft}{settings['refine']}{solution}"
    return Made("wrong draft", tuple(sources), preference(asked, chosen, draft, (Span(len(draft), len(chosen)),)))


def _draft(trace: Trace) -> tuple[list[Said], str] | LeftOut:
    """What was asked and the first answer, which must be right or wrong."""
    if not trace.outcomes or trace.outcomes[0] not in (Outcome.CORRECT, Outcome.INCORRECT):
        return LeftOut(trace.source, "the draft is neither right nor wrong")
    if trace.truncated and len(trace.outcomes) == 1:
        return LeftOut(trace.source, "the draft was cut off")
    asked, draft = question_of(trace), content_of(trace.attempts[0])
    return (asked, draft) if asked and draft else LeftOut(trace.source, "no text")


CITATION = "ReVISE (arXiv 2502.14565)"
REVISE_VERIFY = Exporter(
    version="1",
    shape=Shape.PREFERENCES,
    citation=f"{CITATION}, stage 1",
    differs="Drafts are the collection's first answers, not ten fresh samples of the model that is trained.",
    needs="Graded answers; of several in a rollout the first is taken.",
    parameters=(REFINE, RIGHT_DRAFT),
    making=_verifying,
    check=_check,
)
REVISE_CORRECT = Exporter(
    version="1",
    shape=Shape.PREFERENCES,
    citation=f"{CITATION}, stage 2",
    differs="The solution after the refine token is a right answer of the collection or the bare gold.",
    needs="Wrong answers, and a right one to the same problem or a gold.",
    parameters=(REFINE, SOLUTION),
    making=_correcting,
    check=_check,
)
