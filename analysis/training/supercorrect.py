"""SuperCorrect: hierarchical thoughts of a teacher to learn, and its corrections against the student's own.

A thought template has numbered <Step1> …, <Key> at what is tricky, <Generalized> and <Answer>. A pair has one wrong
solution, corrected by the teacher (chosen) and by the student (rejected). Source: SuperCorrect (arXiv 2410.09008).
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.feedback import verdicts_in
from analysis.protocols.settings import SettingRefused
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.training.exporter import Exporter
from analysis.training.remarks import NO_VERDICTS, RIGHT, WRONG, Remark, has_verdicts, remarks_of
from analysis.training.rows import LeftOut, Made, Said, Shape, preference, sft, whole
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, content_of, question_of

STEP = re.compile(r"<Step ?(\d{1,3})>(.*?)</Step ?\1>", re.DOTALL)
ANSWER = re.compile(r"<Answer>.*\S.*</Answer>", re.DOTALL)
GENERALIZED = re.compile(r"<Generalized>.*\S.*</Generalized>", re.DOTALL)
LOOK = (
    "Question:\n{question}\n\nSolution:\n{solution}\n\n"
    "Find the first step that is wrong. Say which it is and what caused the mistake, then correct it and solve on."
)
TEACHER = Parameter("teacher", "Model that teaches", "text", "")
THOUGHTS = (
    TEACHER._replace(help="Empty: every model."),
    Parameter("generalized", "Only with a generalised thought", "flag", True, "Else steps and an answer are enough."),
)
PAIRS = (
    TEACHER,
    Parameter("student", "Model that learns", "text", "", "Empty: the one that wrote the solution."),
    Parameter("look", "What asks for the correction", "long_text", LOOK, "Places: {question} and {solution}."),
    Parameter(
        "keep",
        "Corrections of the teacher that are kept",
        "choice",
        "mended",
        choices=(
            ("mended", "After which the answer is right"),
            ("true", "That call the answer wrong"),
            ("all", "All"),
        ),
    ),
)


def _thinking(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        why = _no_thought(trace, settings)
        if why:
            yield LeftOut(trace.source, why)
            continue
        text = content_of(trace.attempts[-1])
        kind = "with key steps" if "<Key>" in text else "without key steps"
        yield Made(kind, (trace.source,), sft(answered(question_of(trace), text)))


def _no_thought(trace: Trace, settings: Settings) -> str:
    if settings["teacher"] not in ("", trace.model):
        return "not of the teacher"
    if not trace.is_right:
        return "the final answer is not right"
    text = content_of(trace.attempts[-1])
    if not is_thought(text):
        return "not a template of numbered steps and an answer"
    if settings["generalized"] and not GENERALIZED.search(text):
        return "no generalised thought"
    return "" if question_of(trace) else "no question"


def is_thought(text: str) -> bool:
    """Whether a text has steps numbered from 1 without a gap, none of them empty, and an answer.

    >>> is_thought("<Step1>a</Step1> <Step2>b</Step2><Answer>4</Answer>"), is_thought("<Step2>b</Step2>4")
    (True, False)
    """
    steps = STEP.findall(text)
    numbers = [int(number) for number, _ in steps]
    is_numbered = bool(numbers) and numbers == list(range(1, len(numbers) + 1))
    return is_numbered and all(said.strip() for _, said in steps) and bool(ANSWER.search(text))


def _check(settings: Settings) -> None:
    refuse_unknown(settings["look"], ("question", "solution"))
    for name in ("question", "solution"):
        refuse_without(settings["look"], name)
    if not settings["teacher"].strip():
        raise SettingRefused("teacher is empty, must be the name of the model that teaches")
    if settings["teacher"] == settings["student"]:
        raise SettingRefused(f"student is {settings['student']!r}, must be another than the teacher")


def _pairing(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    """Pairs of each wrong solution: the n-th correction of the teacher with the n-th of the student, going round."""
    taught: list[tuple[Trace, Remark]] = []
    own: dict[str, list[tuple[Trace, Remark]]] = defaultdict(list)
    for trace in group:
        found = list(remarks_of(trace))
        if not found:
            yield LeftOut(trace.source, "no correction" if has_verdicts(trace) else NO_VERDICTS)
        for remark in found:
            why = _unfit(trace, remark, settings)
            if why:
                yield LeftOut(trace.source, why)
            elif remark.author == settings["teacher"]:
                taught.append((trace, remark))
            else:
                own[content_of(trace.turns[remark.place])].append((trace, remark))
    used: dict[str, int] = defaultdict(int)
    for trace, remark in taught:
        solution = content_of(trace.turns[remark.place])
        others = [each for each in own[solution] if each[1].text != remark.text]
        if not others:
            yield LeftOut(trace.source, "the student did not correct the same solution")
            continue
        student, against = others[used[solution] % len(others)]
        used[solution] += 1
        asked = [Said("user", fill(settings["look"], {"question": trace.problem.question, "solution": solution}))]
        pair = preference(asked, remark.text, against.text, whole(remark.text))
        yield Made(remark.kind or "not graded", (trace.source, student.source), pair)
    alone = [trace for solution, others in own.items() if not used[solution] for trace, _ in others]
    yield from (LeftOut(trace.source, "the teacher did not correct the same solution") for trace in alone)


def _unfit(trace: Trace, remark: Remark, settings: Settings) -> str:
    """Why a remark is neither side of a pair; "" where it may be one."""
    if remark.before is not WRONG:
        return "the solution is not wrong"
    if not trace.problem.question or not content_of(trace.turns[remark.place]) or not remark.text:
        return "no text"
    if remark.author != settings["teacher"]:
        return "" if remark.author == (settings["student"] or trace.model) else "neither of the teacher nor the student"
    if settings["keep"] == "mended" and remark.then is not RIGHT:
        return "the correction mended nothing"
    if settings["keep"] == "true" and verdicts_in(remark.text).is_right is not False:
        return "the correction does not call the answer wrong"
    return ""


CITATION = "SuperCorrect (arXiv 2410.09008)"
SUPERCORRECT_THOUGHTS = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, stage 1 (hierarchical thought templates)",
    differs="Only answers that the teacher wrote in the template are taken; none is put into it.",
    needs="Right answers in the template <Step1> … <Answer>.",
    parameters=THOUGHTS,
    making=_thinking,
)
SUPERCORRECT_PAIRS = Exporter(
    version="1",
    shape=Shape.PREFERENCES,
    citation=f"{CITATION}, stage 2 (cross-model DPO)",
    differs=(
        "A correction is what a critic or the model itself said of the whole answer before the next one; that it "
        "names the first wrong step is asked for, not checked."
    ),
    needs="The same wrong answers criticised by a teacher and by the student: two runs of a critic on one collection.",
    parameters=PAIRS,
    making=_pairing,
    check=_check,
)
