"""Forced-answer probes of a trace: what would the model answer here? Knows no engine; reads values, not text around.

`docs/protocols.md` says what each column means. Sources: Dynasor-CoT, Certaindex (arXiv 2412.20993), DEER (arXiv
2504.15895), answer convergence (arXiv 2506.02536), CGRS (arXiv 2508.05337).
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.answers.options import LETTERS
from analysis.asking import Ask, Point, Probing, Reply, Splitting, Token
from analysis.protocols.conduct import Estimate, Item, Parameter, Probed, ProtocolFailed, Replies, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.probe_points import PARAMETERS as POINTS
from analysis.protocols.probe_points import check_points, points_of, suffix_of
from analysis.protocols.probe_presets import BY_CHARACTERS, EFFORTS, PRESETS, applied
from analysis.protocols.probe_rules import (
    cgrs_certainty,
    cgrs_suppression,
    convergence,
    deer_confidence,
    dynasor_stops,
)
from analysis.protocols.probe_values import (
    Forced,
    certainty_of,
    entropy_of,
    forced_answer,
    log_probability,
    mean_token_entropy,
)
from analysis.protocols.reading import only
from analysis.protocols.sampling import decoding, sampling_of, seed_of
from analysis.protocols.settings import SettingRefused
from analysis.protocols.tracing import Place, conversation_of, reasoning_of, source_of
from analysis.protocols.verdicts import classes_of, is_right, outcome_of
from analysis.types import AnswerType, Problem

PARAMETERS = (
    Parameter(
        "preset",
        "As",
        "choice",
        "own",
        "A preset fixes where and how is asked as its method does.",
        choices=tuple((name, preset.label) for name, preset in PRESETS.items()),
    ),
    *POINTS,
    Parameter(
        "suffix",
        "Probe text",
        "long_text",
        "",
        "Put after the kept part of the trace. Empty: what closes the reasoning, then “The answer is”.",
    ),
    Parameter("k", "Answers at each point", "integer", 1, minimum=1, maximum=1_000),
    Parameter(
        "p_correct",
        "P(correct)",
        "choice",
        "none",
        "From the log-probability of the gold after the probe text; for a choice, as its share among the options.",
        choices=(("none", "Not asked"), ("gold", "By the gold's log-probability")),
    ),
    Parameter("n_alternatives", "Likeliest tokens returned", "integer", 0, minimum=0, maximum=1_000),
    Parameter("dynasor_window", "Dynasor: answers that must agree", "integer", 3, minimum=1, maximum=1_000),
    Parameter(
        "dynasor_effort",
        "Dynasor: effort",
        "choice",
        "mid",
        choices=tuple((name, f"{name} ({window} agree, every {every})") for name, (window, every) in EFFORTS.items()),
    ),
    Parameter("deer_threshold", "DEER: stops above", "number", 0.95, minimum=0, maximum=1),
    Parameter(
        "deer_mean",
        "DEER: mean",
        "choice",
        "arithmetic",
        choices=(("arithmetic", "Arithmetic"), ("geometric", "Geometric (as for Qwen3)")),
    ),
    Parameter("cgrs_delta", "CGRS: δ", "number", 0.9, minimum=0, maximum=0.999_999),
    Parameter("n_vocabulary", "CGRS: tokens of the vocabulary", "integer", 151_936, minimum=2),
    *decoding(max_tokens=24),
)


ESTIMATED = "tokens are estimated"
"""Beside the settings, once it is known: that places every n tokens are set by characters."""


class Answered(NamedTuple):
    """One point with its k answers and their replies."""

    place: Place
    answers: Sequence[Forced]
    replies: Sequence[Reply]


def _conducting(item: Item, given: Settings) -> Conducting:
    settings = applied(given)
    source = source_of(item)
    tokens: Sequence[Token] = ()
    if settings["at"] == "tokens":
        start, end = reasoning_of(source)
        tokens = only((yield [Splitting(source.text[start:end])])).tokens
    settings[ESTIMATED] = settings["at"] == "tokens" and not tokens
    places = points_of(source, settings, tokens)
    if not places:
        raise ProtocolFailed(f"the trace has nothing to probe at: {_sought(settings)}")
    suffix = suffix_of(source, settings["suffix"])
    replies = yield [_probing(item, places, suffix, settings, number) for number in range(settings["k"])]
    answered = _answered(places, replies, suffix, item.problem)
    probes = tuple(_probes(item, answered, settings))
    if not probes:
        raise ProtocolFailed(f"no probe came back: {answered[0].replies[0].error or 'no reason given'}")
    return Result(probes=probes, scores=_scores(item, answered), remarks=tuple(_remarks(answered, settings)))


def _sought(settings: Settings) -> str:
    if settings["at"] == "cues":
        return f"none of {', '.join(repr(str(cue)) for cue in settings['cues'])} is in its reasoning"
    return f"its reasoning is shorter than {settings['every']} {settings['at']}"


def _probing(item: Item, places: Sequence[Place], suffix: str, settings: Settings, number: int) -> Probing:
    ask = Ask(
        conversation_of(item),
        prefix=source_of(item).text,
        sampling=sampling_of(settings, n_alternatives=settings["n_alternatives"]),
        seed=seed_of(item, number) if number else seed_of(item),
        continuations=_continuations(item.problem, suffix, settings) if number == 0 else (),
    )
    return Probing(ask, tuple(Point(place.offset, suffix) for place in places))


def _continuations(problem: Problem, suffix: str, settings: Settings) -> tuple[str, ...]:
    """The texts whose likelihood after the probe text is wanted: every option's letter, else the golds."""
    if settings["p_correct"] == "none":
        return ()
    letters = LETTERS[: len(problem.options)] if problem.answer_type == AnswerType.CHOICE else ""
    begin = "" if not suffix or suffix[-1].isspace() or suffix.endswith("{") else " "
    wrap = "{%s}" if suffix.endswith("\\boxed") else f"{begin}%s"
    return tuple(wrap % text for text in (letters or problem.golds))


def _answered(places: Sequence[Place], replies: Replies, suffix: str, problem: Problem) -> list[Answered]:
    rounds = [each for each in replies if not isinstance(each, Reply)]
    found = []
    for at, place in enumerate(places):
        mine = [each[at] for each in rounds]
        answers = [forced_answer(suffix, reply, problem) for reply in mine]
        found.append(Answered(place, answers, mine))
    return found


def _probes(item: Item, answered: Sequence[Answered], settings: Settings) -> Iterator[Probed]:
    index = source_of(item).turn_index
    for at, (place, answers, replies) in enumerate(answered):
        given = [answer for answer, reply in zip(answers, replies, strict=True) if reply.finish_reason != "error"]
        entropy = entropy_of(classes_of(item.problem, [answer.value for answer in given]))
        shared = _figures(entropy, len(given))
        for k, (answer, reply) in enumerate(zip(answers, replies, strict=True)):
            if reply.finish_reason == "error":
                continue
            window = answered[max(0, at + 1 - settings["dynasor_window"]) : at + 1]
            decisions, figures = _decided(item.problem, window, k, settings)
            yield Probed(
                index,
                place.offset,
                k,
                answer.value,
                log_probability(answer.tokens),
                entropy,
                _p_correct(item.problem, replies[0]),
                outcome_of(item.problem, answer.value or None),
                decisions,
                figures | shared,
            )


def _figures(entropy: float | None, n: int) -> dict[str, float]:
    certainty = certainty_of(entropy, n)
    return {} if certainty is None else {"certaindex": certainty}


def _decided(
    problem: Problem, last: Sequence[Answered], k: int, settings: Settings
) -> tuple[dict[str, bool], dict[str, float]]:
    """What each rule that can be computed says at the last of these points, for the k-th answers."""
    answer, reply = last[-1].answers[k], last[-1].replies[k]
    decisions, figures = {}, {}
    in_box = PRESETS[settings["preset"]].rule == "deer"
    sure = deer_confidence(answer.said[1:] if in_box else answer.tokens, settings["deer_mean"] == "geometric")
    if sure is not None:
        figures["deer_confidence"] = sure
        decisions[_named("deer", settings)] = sure > settings["deer_threshold"]
    chain = [each.answers[k] for each in last]
    texts = [each.replies[k].text for each in last]
    decisions[_named("dynasor", settings)] = dynasor_stops(chain, texts, settings["dynasor_window"], problem)
    entropy = mean_token_entropy(answer.tokens or reply.tokens)
    if entropy is not None:
        certainty = cgrs_certainty(entropy, settings["n_vocabulary"])
        figures["cgrs_certainty"] = certainty
        figures["cgrs_suppression"] = cgrs_suppression(certainty, settings["cgrs_delta"])
        decisions[_named("cgrs", settings)] = figures["cgrs_suppression"] > 0
    return decisions, figures


def _named(rule: str, settings: Settings) -> str:
    """A rule's name, marked where the probe does not ask just as its method does."""
    return (
        rule if PRESETS[settings["preset"]].rule == rule and not _why_approximate(settings) else f"{rule}_approximate"
    )


def _why_approximate(settings: Settings) -> str:
    """Where tokens are counted by the engine's own nothing about their count is approximate."""
    reason = PRESETS[settings["preset"]].approximate
    return "" if reason == BY_CHARACTERS and not settings[ESTIMATED] else reason


def _p_correct(problem: Problem, reply: Reply) -> float | None:
    """The gold's share among the options, or the probability of the likeliest gold as it is written."""
    known = [each for each in reply.continuations if each is not None]
    if not known or len(known) != len(reply.continuations):
        return None
    if problem.answer_type != AnswerType.CHOICE or not problem.options:
        return min(1.0, math.exp(min(0.0, max(known))))
    golds = [each for letter, each in zip(LETTERS, known, strict=False) if is_right(problem, letter)]
    top = max(known)
    whole = sum(math.exp(each - top) for each in known)
    return sum(math.exp(each - top) for each in golds) / whole if golds else None


def _scores(item: Item, answered: Sequence[Answered]) -> dict[str, float]:
    """The convergence point by the greedy (or first) answers, towards the trace's own answer or the last forced one."""
    values = [each.answers[0].value for each in answered]
    final = source_of(item).answer or values[-1]
    first = convergence(values, final, item.problem) if final else None
    if first is None:
        return {}
    start, end = reasoning_of(source_of(item))
    offset = answered[first].place.offset
    return {
        "convergence_offset": float(offset),
        "convergence_step": float(answered[first].place.step),
        "convergence_share": (offset - start) / (end - start) if end > start else 1.0,
    }


def _remarks(answered: Sequence[Answered], settings: Settings) -> Iterator[str]:
    if settings[ESTIMATED]:
        yield "the engine gives no tokens of a text: places every n tokens are estimated from its characters"
    errors = [reply.error for each in answered for reply in each.replies if reply.finish_reason == "error"]
    if errors:
        yield f"{len(errors)} probes failed, the first with: {errors[0]}"
    n_empty = sum(not answer.value for each in answered for answer in each.answers)
    if n_empty:
        yield f"{n_empty} probes gave no answer that can be read"
    reason = _why_approximate(settings)
    if reason and settings["preset"] != "own":
        yield f"decisions are approximate: {reason}"


def _check(given: Settings) -> None:
    settings = applied(given)
    check_points(settings)
    if settings["k"] > 1 and settings["temperature"] == 0:
        raise SettingRefused(f"k is {settings['k']} at temperature 0: all answers would be the same")


def _at_most(item: Item, given: Settings) -> Estimate:
    settings = applied(given)
    n = len(points_of(source_of(item), settings)) * settings["k"]
    return Estimate(n, n * settings["max_tokens"])


PROBE = Declared(
    version="2",
    needs="rollout",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=_check,
)
