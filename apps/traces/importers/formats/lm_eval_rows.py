"""One sample row of lm-evaluation-harness as rollout rows under our names. Knows one row, no files.

A document's responses are rollouts; what each filter took from them becomes an attribute, its metrics become scores
(`exact_match,strict-match` as the harness writes them where there are several filters). The first filter's binary
metric is the uploaded grade, unless several responses share it. Multiple choice has no text: the option with the
highest log-likelihood is the answer.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..answers import LETTER
from ..readers import RawRow
from ..transforms import boxed_or_short, read_after_last, to_letter, to_number, to_options, to_text
from .raw_values import (
    Row,
    chat_of,
    inside,
    is_grade,
    last_asked,
    list_of,
    named_member,
    numbers_in,
    object_of,
    place_of_best,
    refused,
    shaped,
    text_list,
)

KNOWN = {
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash",
    "target_hash",
}  # fmt: skip
MAX_LISTED = 20_000
LISTED = re.compile(r"""\[(?:\s*+(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|-?[\d.]++)\s*+,?+)*+\s*+\]""")
NO_ANSWER = "[invalid]"
BINARY = (
    "exact_match",
    "acc",
    "pass@1",
    "pass_at_1",
    "accuracy",
    "em",
    "math_verify",
    "is_correct",
    "prompt_level_strict_acc",
)
GRADED = re.compile(
    r"f1|bleu|rouge|perplexity|bits|bytes|brier|chrf|ter\b|mcc|likelihood|norm|bypass|loose", re.IGNORECASE
)
SETTINGS = {
    "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_gen_toks": "max_new_tokens",
    "max_new_tokens": "max_new_tokens", "max_tokens": "max_new_tokens", "do_sample": "do_sample",
}  # fmt: skip


class FilterResult(NamedTuple):
    """What one filter says of a document: its answers, one per response or one for all, and its metrics."""

    name: str
    answers: tuple[str, ...]
    metrics: dict[str, float]


class Request(NamedTuple):
    """What was asked of the model: the prompt, and either the settings or a continuation to be scored.

    One that has neither (`is_scored`) asks for the likelihood of the prompt itself.
    """

    prompt: str
    continuation: str | None
    settings: dict[str, object]
    is_scored: bool


def document_of(row: Row) -> str:
    """What tells documents apart within a file: the id and the prompt's hash."""
    return f"{to_text(row.get('doc_id'))}\x1f{to_text(row.get('prompt_hash'))}"


def filter_of(row: Row) -> str:
    return to_text(row.get("filter")) or ""


def result_of(row: Row) -> FilterResult:
    named = [to_text(name) for name in list_of(row.get("metrics"))]
    values = {key: value for key, value in row.items() if key in named or (not named and key not in KNOWN)}
    answers = [text for item in list_of(row.get("filtered_resps")) for text in text_list(item)]
    return FilterResult(filter_of(row), tuple(answer[:2_000] for answer in answers), numbers_in(values))


def rollout_rows(raw: RawRow, results: Sequence[FilterResult], facts: dict[str, str]) -> Iterator[RawRow]:
    """A row per response; one row without text for a multiple choice; an error where there is neither."""
    row = raw.value
    asked, told = requests_of(row.get("arguments")), list_of(row.get("resps"))
    common = {**_problem(row, asked, facts), **_facts(row, asked, results, facts)}
    choices = _choices(asked, told)
    if choices:
        yield shaped(raw, {**common, **_choice(row, choices, told, results)})
        return
    texts = [] if _are_scored(asked) else [text for response in told for text in text_list(response)]
    if not texts:
        yield _without_text(raw, common, results)
    for number, text in enumerate(texts):
        own = _graded(results, number, len(texts))
        yield shaped(raw, {**common, **own, "response": text, "sample": number})


def _are_scored(asked: list[Request]) -> bool:
    return bool(asked) and all(request.is_scored for request in asked)


def _without_text(raw: RawRow, common: Row, results: Sequence[FilterResult]) -> RawRow:
    """A grade alone where there is one (a continuation that was scored); else why there is nothing."""
    grade = uploaded_grade(results[0].metrics) if results else None
    if grade is None:
        return refused(raw, "resps holds no response (log-likelihoods without a grade are not read)")
    return shaped(raw, {**common, "correct": grade, "sample": 0})


def requests_of(arguments: object) -> list[Request]:
    """The requests of a saved file ({"gen_args_0": {"arg_0": …}}) or of one in memory ([[prompt, …], …])."""
    if isinstance(arguments, dict):
        arguments = [[object_of(args).get(f"arg_{n}") for n in range(2)] for args in arguments.values()]
    return [_request(inside(args, 0), inside(args, 1)) for args in list_of(arguments)]


def _request(prompt: object, second: object) -> Request:
    settings = {ours: value for key, value in object_of(second).items() if (ours := SETTINGS.get(str(key)))}
    prompt = prompt[0] if isinstance(prompt, list) and len(prompt) == 1 else prompt
    return Request(
        to_text(prompt) or "", second if isinstance(second, str) else None, settings, not isinstance(second, dict)
    )


def _problem(row: Row, asked: list[Request], facts: dict[str, str]) -> dict[str, object]:
    doc, task = object_of(row.get("doc")), facts["task"]
    number, prompt = to_text(row.get("doc_id")), asked[0].prompt if asked else ""
    options = to_options(named_member(doc, "options"))
    target, chat = to_text(row.get("target")), chat_of(prompt)
    asking = (last_asked(chat) if chat else None) or prompt
    return {
        "problem_id": f"{task}/{number}" if task and number else number,
        "problem": to_text(named_member(doc, "problem")) or asking or None,
        "options": list(options) or None,
        "answer": gold_of(target, options),
        "problem.set": task or None,
        "problem.subject": to_text(named_member(doc, "problem.subject")),
        **({"turns": chat} if chat else {"prompt": prompt or None}),
    }


def gold_of(target: str | None, options: Sequence[str]) -> str | list[str] | None:
    """The gold answer of a target: a choice's letter, what stands behind ####, the last boxed answer, a short target.

    A list that was saved as text is a list of alternatives; a long text without a boxed answer (unit tests) is no gold.

    >>> gold_of("2", ("a", "b", "c")), gold_of("so 72\\n#### 72", ()), gold_of("['x', 'y']", ())
    ('C', '72', ['x', 'y'])
    """
    if target is None:
        return None
    text, letters = target.strip(), [chr(65 + at) for at in range(min(len(options), 26))]
    if text in options:
        return to_letter(list(options).index(text))
    if text.isascii() and text.isdigit() and int(text[:9]) < len(letters):
        return letters[int(text)]
    if (letter := LETTER.fullmatch(text)) and letter[1].upper() in letters:
        return letter[1].upper()
    return _alternatives(text) or read_after_last(target, "####") or boxed_or_short(target)


def _alternatives(text: str) -> list[str] | None:
    """The texts of a list that Python or JSON wrote; None where the text is no such list."""
    if len(text) > MAX_LISTED or not LISTED.fullmatch(text):
        return None
    try:
        return text_list(ast.literal_eval(text)) or None
    except (ValueError, SyntaxError):
        return None


def _facts(row: Row, asked: list[Request], results: Sequence[FilterResult], facts: dict[str, str]) -> dict[str, object]:
    several = len(results) > 1
    scores = {f"{m},{r.name}" if several else m: value for r in results for m, value in r.metrics.items()}
    condition = asked[0].settings if asked else {}
    return {"score": scores, "condition": condition, **({"model": facts["model"]} if facts["model"] else {})}


def _graded(results: Sequence[FilterResult], number: int, n_responses: int) -> dict[str, object]:
    """What the filters took from one response; one that gives one answer for several responses grades none of them."""
    taken = {r.name: r.answers[number] for r in results if len(r.answers) == n_responses}
    named = {f"filtered.{name}" if len(results) > 1 else "filtered": answer for name, answer in taken.items()}
    first = results[0] if results else FilterResult("", (), {})
    one = n_responses == 1
    return {
        "predicted": None if taken.get(first.name) == NO_ANSWER else taken.get(first.name),
        "correct": uploaded_grade(first.metrics) if one else None,
        "attribute": {name: answer[:200] for name, answer in named.items()},
    }


def uploaded_grade(metrics: dict[str, float]) -> bool | None:
    """The grade among a row's metrics: the first that is known to be right or wrong, else the first that says so."""
    names = [name for name in BINARY if name in metrics]
    names += [name for name in metrics if name not in names and not GRADED.search(name)]
    return next((bool(metrics[name]) for name in names if is_grade([metrics[name]])), None)


def _choices(asked: list[Request], told: list[object]) -> list[str]:
    """The continuations that were scored, where this is a multiple choice."""
    texts = [request.continuation for request in asked if request.continuation is not None]
    scored = all(isinstance(inside(response, 0), list) for response in told)
    return texts if len(texts) > 1 and len(texts) == len(asked) == len(told) and scored else []


def _choice(row: Row, choices: list[str], told: list[object], results: Sequence[FilterResult]) -> dict[str, object]:
    options = to_options(named_member(object_of(row.get("doc")), "options"))
    shown = options if len(options) == len(choices) else tuple(choice.strip() for choice in choices)
    values = [to_number(inside(response, 0, 0)) for response in told]
    best = place_of_best(values)
    grades = results[0].metrics if results else {}
    return {
        "options": list(shown),
        "answer": gold_of(to_text(row.get("target")), shown),
        "predicted": to_letter(best) if best is not None else None,
        "correct": uploaded_grade(grades),
        "sample": 0,
        "attribute": {"log_likelihoods": " ".join(f"{value:.4g}" for value in values if value is not None)},
    }
