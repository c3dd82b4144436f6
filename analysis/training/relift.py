"""ReLIFT: the problems that no sample solves as RL prompts, and the buffer of a stronger model's right answers to them.

Source: ReLIFT (arXiv 2506.07527). Knows verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.settings import SettingRefused
from analysis.training.exporter import Exporter
from analysis.training.pass_rates import BANDS, band_of, find_pass_rate
from analysis.training.rows import LeftOut, Made, Shape, prompt_only, sft
from analysis.training.traces import Group
from analysis.training.wording import answered, content_of, question_of

LEAST = Parameter("least_samples", "Graded samples at least", "integer", 8, minimum=1, maximum=10_000)
DEMONSTRATOR = Parameter("demonstrator", "Model that demonstrates", "text", "", "Its traces are no samples.")
PER_PROBLEM = Parameter("per_problem", "Demonstrations of a problem at most", "integer", 1, minimum=1, maximum=1000)
WANTED = Parameter(
    "bands",
    "Bands of difficulty",
    "list",
    ("hardest",),
    f"Of {', '.join(BANDS)}.",
)


def _check_bands(settings: Settings) -> None:
    for band in settings["bands"]:
        if band not in BANDS:
            raise SettingRefused(f"bands has {band!r}, must be of {', '.join(BANDS)}")


def _check_demonstrator(settings: Settings) -> None:
    if not settings["demonstrator"].strip():
        raise SettingRefused("demonstrator is empty, must be the name of the model that demonstrates")


def _buffering(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    samples = [trace for trace in group if trace.model != settings["demonstrator"]]
    shown = [trace for trace in group if trace.model == settings["demonstrator"]]
    if why := _too_easy(samples, settings, ("hardest",)):
        yield LeftOut(group[0].source, why)
        return
    right = [trace for trace in shown if trace.is_right and content_of(trace.attempts[-1]) and question_of(trace)]
    if not right:
        yield LeftOut(samples[0].source, "no right demonstration")
    for trace in right[: settings["per_problem"]]:
        yield Made("hardest", (trace.source,), sft(answered(question_of(trace), content_of(trace.attempts[-1]))))
    yield from (
        LeftOut(trace.source, "more than are wanted of a problem") for trace in right[settings["per_problem"] :]
    )
    yield from (LeftOut(trace.source, "the demonstration is not right") for trace in shown if trace not in right)


def _queueing(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    first = group[0]
    if why := _too_easy(group, settings, settings["bands"]):
        yield LeftOut(first.source, why)
    elif not first.problem.golds or not question_of(first):
        yield LeftOut(first.source, "no gold" if question_of(first) else "no question")
    else:
        rate = find_pass_rate(group)
        kind = band_of(rate[0]) if rate else ""
        yield Made(kind, tuple(trace.source for trace in group), prompt_only(question_of(first), first.problem.golds))


def _too_easy(samples: Group, settings: Settings, bands: tuple[str, ...]) -> str:
    """Why a problem is not wanted; "" where it is."""
    found = find_pass_rate(samples)
    if found is None or found[1] < settings["least_samples"]:
        return f"fewer than {settings['least_samples']} graded samples"
    return "" if band_of(found[0]) in bands else f"the problem is {band_of(found[0])}"


CITATION = "ReLIFT (arXiv 2506.07527)"
RELIFT_BUFFER = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=CITATION,
    differs="The buffer is made once from a collection, not while RL goes on.",
    needs="Eight or more samples of a problem and right answers of another model to those that are never solved.",
    parameters=(DEMONSTRATOR, LEAST, PER_PROBLEM),
    making=_buffering,
    check=_check_demonstrator,
)
RELIFT_PROMPTS = Exporter(
    version="1",
    shape=Shape.PROMPTS,
    citation=CITATION,
    differs="A queue of problems by difficulty with their golds; no RL is run.",
    needs="Eight or more graded samples of a problem.",
    parameters=(WANTED, LEAST),
    making=_queueing,
    check=_check_bands,
)
