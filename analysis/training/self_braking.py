"""Self-Braking Tuning: traces that overthink are cut, with a part that is read but not learned, and a braking sentence.

SBT-E keeps the first right solution and the next, and masks the beginning of the one after; SBT-D keeps steps while the
overthink score is below τ1 and masks those up to τ2. Source: Self-Braking Tuning (arXiv 2505.14604v4), Algorithm 1 and
section 3.
"""

import math
import re
from collections.abc import Callable, Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.segmentation.sentence import segment
from analysis.training.exporter import Exporter, Making
from analysis.training.rows import LeftOut, Made, Said, Shape, learned, sft
from analysis.training.solutions import SHARED, Solved, braked, find_solved
from analysis.training.traces import Group, Trace
from analysis.training.wording import question_of

SPACE = re.compile(r"\s")
MASKED = (
    Parameter(
        "masked",
        "What is masked of the next solution",
        "choice",
        "share",
        "The paper has its first 10 to 20 %, the authors' code its first two sentences.",
        choices=(("share", "Its first share"), ("sentences", "Its first sentences")),
    ),
    Parameter("share", "Share of the next solution", "number", 0.15, "Of characters.", minimum=0.01, maximum=1),
    Parameter("sentences", "Sentences of the next solution", "integer", 2, minimum=1, maximum=100),
)
MARGIN = Parameter("margin", "τ2 - τ1", "number", 0.05, minimum=0, maximum=1)
Braking = Callable[[Solved, Settings], Said | str]


def _making(braking: Braking) -> Making:
    def making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
        for trace in group:
            yield _made(trace, braking, settings)

    return making


def _made(trace: Trace, braking: Braking, settings: Settings) -> Made | LeftOut:
    solved, asked = find_solved(trace, settings), question_of(trace)
    if isinstance(solved, str) or not asked:
        return LeftOut(trace.source, solved if isinstance(solved, str) else "no question")
    if solved.scores[-1] <= settings["threshold"]:
        if not settings["keep_whole"]:
            return LeftOut(trace.source, "not above τ1")
        return Made("whole", (trace.source,), sft([*asked, learned("assistant", solved.parts.content)]))
    said = braking(solved, settings)
    if isinstance(said, str):
        return LeftOut(trace.source, said)
    return Made("braked", (trace.source,), sft([*asked, said]))


def _exact(solved: Solved, settings: Settings) -> Said | str:
    """SBT-E: two solutions, then the masked beginning of the next."""
    if len(solved.ends) < 2:
        return "no second solution"
    kept = solved.steps[solved.ends[1]].end
    end = solved.steps[solved.ends[2]].end if len(solved.ends) > 2 else len(solved.parts.reasoning)
    rest = solved.parts.reasoning[kept:end]
    if not rest.strip():
        return "nothing after the second solution"
    return braked(solved, kept, kept + _n_masked(rest, settings), settings["braking"])


def _n_masked(text: str, settings: Settings) -> int:
    """Characters of the next solution that are masked: whole sentences, or a share up to the end of its last word."""
    if settings["masked"] == "sentences":
        said = [step for step in segment(text) if text[step.start : step.end].strip()]
        n_wanted: int = settings["sentences"]
        return said[min(n_wanted, len(said)) - 1].end
    first = len(text) - len(text.lstrip())
    least = max(math.ceil(settings["share"] * len(text)), first + 1)
    ending = SPACE.search(text, least)
    return ending.start() if ending else len(text)


def _dynamic(solved: Solved, settings: Settings) -> Said | str:
    """SBT-D: steps while the score is below τ1, then masked ones while it is below τ2."""
    first, low = solved.ends[0], settings["threshold"]
    high = low + settings["margin"]
    kept = next((n for n in range(1, len(solved.scores)) if solved.scores[n] >= low), len(solved.scores))
    end = next((n for n in range(kept, len(solved.scores)) if solved.scores[n] >= high), len(solved.scores))
    steps = solved.steps
    return braked(solved, steps[first + kept - 1].end, steps[first + end - 1].end, settings["braking"])


CITATION = "Self-Braking Tuning (arXiv 2505.14604v4)"
DIFFERS = (
    "Solutions end at candidate answers, where the paper asks a judge; the braking sentence is ours; long ones stay."
)
SBT_E = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, Algorithm 1 (SBT-E)",
    differs=DIFFERS,
    needs="Right rollouts that reason and go on after their first right candidate.",
    parameters=(*SHARED, *MASKED),
    making=_making(_exact),
)
SBT_D = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, section 3 (SBT-D)",
    differs=f"{DIFFERS} A score that falls below τ1 again after it was reached stays masked.",
    needs="Right rollouts that reason and go on after their first right candidate.",
    parameters=(*SHARED, MARGIN),
    making=_making(_dynamic),
)
