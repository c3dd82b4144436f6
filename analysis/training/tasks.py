"""ExIt: single steps of improvement as tasks, where chains of a problem came out differently at that step.

A task is the question with a solution that a chain had reached and the words that ask for a better one; its gold is the
problem's. Source: ExIt (arXiv 2509.04575): histories are drawn by the variance of the group's returns.
"""

from collections.abc import Iterator

from analysis.protocols.chain import IMPROVE
from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.remarks import NO_VERDICTS, has_verdicts, spoken
from analysis.training.rows import LeftOut, Made, Said, Shape, prompt_only
from analysis.training.traces import GRADED, Group, Trace
from analysis.training.wording import question_of
from analysis.types import Outcome, Role

PARAMETERS = (
    Parameter("least_chains", "Chains that reach the step at least", "integer", 2, minimum=1, maximum=10_000),
    Parameter(
        "more_than",
        "Variance of returns, more than",
        "number",
        0.0,
        "p(1 - p), p the share of the problem's chains that are right after the step: at most .25.",
        minimum=0,
        maximum=0.25,
    ),
    Parameter(
        "improve", "What asks for improvement", "long_text", IMPROVE, "Where the chain's own words are not kept."
    ),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    returns: dict[int, list[bool]] = {}
    for trace in group:
        for step, outcome in enumerate(trace.outcomes[1:] if _is_chain(trace) else (), 1):
            if outcome in GRADED:
                returns.setdefault(step, []).append(outcome is Outcome.CORRECT)
    variances = {step: (variance_of(found), len(found)) for step, found in returns.items()}
    for trace in group:
        if not _is_chain(trace):
            yield LeftOut(trace.source, "no chain of answers" if len(trace.places) < 2 else NO_VERDICTS)
            continue
        yield from (_task(trace, step, variances.get(step, (0.0, 0)), settings) for step in range(1, len(trace.places)))


def _is_chain(trace: Trace) -> bool:
    return has_verdicts(trace) and len(trace.places) > 1


def variance_of(returns: list[bool]) -> float:
    """p(1 - p) of right and wrong ends, between 0 and .25; 0 for none.

    >>> variance_of([True, False, False, False]), variance_of([])
    (0.1875, 0.0)
    """
    share = sum(returns) / len(returns) if returns else 0.0
    return share * (1 - share)


def _task(trace: Trace, step: int, found: tuple[float, int], settings: Settings) -> Made | LeftOut:
    variance, n = found
    if n < settings["least_chains"]:
        return LeftOut(trace.source, f"fewer than {settings['least_chains']} chains reach the step")
    if variance <= settings["more_than"]:
        return LeftOut(trace.source, f"the variance of returns is not more than {settings['more_than']:g}")
    asked, place = question_of(trace), trace.places[step - 1]
    solution = spoken(trace.turns[place])
    if not (asked and solution and trace.problem.golds):
        return LeftOut(trace.source, "no text" if trace.problem.golds else "no gold")
    told = next((turn.text for turn in trace.between(place) if turn.role is Role.USER), None) or settings["improve"]
    prompt = [*asked[:-1], Said("user", f"{asked[-1].content}\n\n{told}\n\n{solution}")]
    scores = {"return_variance": variance, "n_chains": n, "step": step}
    return Made(f"step {step}", (trace.source,), prompt_only(prompt, trace.problem.golds), scores)


EXIT_TASKS = Exporter(
    version="1",
    shape=Shape.PROMPTS,
    citation="ExIt (arXiv 2509.04575)",
    differs=(
        "The variance is over all chains of the problem at that step, not over samples of one history; all tasks above "
        "it are given once, with the variance, and drawn by nobody."
    ),
    needs="Chains of answers, several of a problem, that do not all come out alike.",
    parameters=PARAMETERS,
    making=_making,
)
