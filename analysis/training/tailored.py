"""Tailored Learning: a teacher's right rationale against the student's own wrong one, for each mistake.

Source: Democratizing Reasoning Ability (arXiv 2310.13332) and its code (four wrong ones of a problem at most). Knows
verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.settings import SettingRefused
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, preference, whole
from analysis.training.traces import Group, Trace
from analysis.training.wording import content_of, question_of
from analysis.types import Outcome

PARAMETERS = (
    Parameter("teacher", "Model that teaches", "text", ""),
    Parameter("student", "Model that learns", "text", "", "Empty: every other model of the collection."),
    Parameter("negatives", "Wrong rationales of a problem at most", "integer", 4, minimum=1, maximum=1000),
)


def _check(settings: Settings) -> None:
    if not settings["teacher"].strip():
        raise SettingRefused("teacher is empty, must be the name of the model that teaches")
    if settings["teacher"] == settings["student"]:
        raise SettingRefused(f"student is {settings['student']!r}, must be another than the teacher")


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    told = [each for each in group if each.model == settings["teacher"] and each.is_right and _text(each)]
    n = 0
    for trace in group:
        if trace.model == settings["teacher"] or settings["student"] not in ("", trace.model):
            continue
        why = _refused(trace) or ("" if told else "no right rationale of the teacher")
        if not why and n >= settings["negatives"]:
            why = "more than are wanted of a problem"
        if why:
            yield LeftOut(trace.source, why)
            continue
        teacher = told[n % len(told)]
        right = _text(teacher)
        n += 1
        pair = preference(question_of(trace), right, _text(trace), whole(right))
        yield Made("mistake", (teacher.source, trace.source), pair)


def _refused(trace: Trace) -> str:
    if not trace.outcomes or trace.outcomes[-1] is not Outcome.INCORRECT:
        return "the answer is not wrong"
    return "" if _text(trace) and question_of(trace) else "no text"


def _text(trace: Trace) -> str:
    return content_of(trace.attempts[-1]) if trace.attempts else ""


TAILORED = Exporter(
    version="1",
    shape=Shape.PREFERENCES,
    citation="Democratizing Reasoning Ability: Tailored Learning (arXiv 2310.13332)",
    differs=(
        "The teacher's rationale is any right answer of the teacher to the problem, taken in turn, not one written to "
        "the student's mistake; the contrast is a pair, its loss is the trainer's."
    ),
    needs="Right answers of a teacher and wrong ones of another model to the same problems.",
    parameters=PARAMETERS,
    making=_making,
    check=_check,
)
