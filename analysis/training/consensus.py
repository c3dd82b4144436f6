"""KnowRL: tasks that a model judged several times blind, with the judgement that most of them share as gold.

Source: KnowRL (arXiv 2510.11407): agreement of independent self-classifications is the reward. Reads the turns of
`analysis.protocols.lab.feasibility`; knows no gold.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.psychometrics.tasks.feasibility import CLASSES
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Said, Shape, prompt_only
from analysis.training.traces import Group, Trace
from analysis.types import Role

PARAMETERS = (
    Parameter("least_judgements", "Judgements that were read, at least", "integer", 2, minimum=1, maximum=1000),
    Parameter(
        "consensus",
        "Share of the commonest judgement at least",
        "number",
        0.6,
        "Ties are never taken.",
        minimum=0,
        maximum=1,
    ),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        judged = judgements_of(trace)
        if not judged:
            yield LeftOut(trace.source, "no task was judged")
        yield from (_item(trace, asked, Counter(words), settings) for asked, words in judged.items())


def judgements_of(trace: Trace) -> dict[str, list[str]]:
    """By what was asked, the judgements that were read, in order: feasible or infeasible.

    >>> from analysis.types import Problem, Turn
    >>> asked, said = Turn(Role.USER, "Could you?"), Turn(Role.ASSISTANT, "Feasible.", answer="feasible")
    >>> judgements_of(Trace("a", Problem(), (asked, said, asked, said), ()))
    {'Could you?': ['feasible', 'feasible']}
    """
    found: dict[str, list[str]] = {}
    for asked, said in pairwise(trace.turns):
        if asked.role is Role.USER and asked.text and said.role is Role.ASSISTANT and said.answer in CLASSES:
            found.setdefault(asked.text, []).append(said.answer)
    return found


def _item(trace: Trace, asked: str, words: Counter[str], settings: Settings) -> Made | LeftOut:
    n, (word, most) = words.total(), words.most_common(1)[0]
    if n < settings["least_judgements"]:
        return LeftOut(trace.source, f"fewer than {settings['least_judgements']} judgements were read")
    if 2 * most == n or most / n < settings["consensus"]:
        return LeftOut(trace.source, "tied" if 2 * most == n else "the consensus is too small")
    return Made(word, (trace.source,), prompt_only([Said("user", asked)], [word]), {"consensus": most / n, "n": n})


CONSENSUS = Exporter(
    version="1",
    shape=Shape.PROMPTS,
    citation="KnowRL (arXiv 2510.11407)",
    differs=(
        "The judgements are those of one sitting; the gold is the majority's, so that a reward of equality with it is "
        "agreement with oneself."
    ),
    needs="Sittings of the task Feasibility, with several judgements of each task.",
    parameters=PARAMETERS,
    making=_making,
)
