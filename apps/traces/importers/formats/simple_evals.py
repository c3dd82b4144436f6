"""Results of OpenAI's simple-evals: `<eval>_<model>_allresults.json`, one object with a conversation per sample.

Source: simple_evals.py, common.py and healthbench_eval.py of the repository; peers_and_formats §3.7. A sample's gold,
its extracted answer and its score stand only in the page that was rendered for it (`htmls`), or, for HealthBench, in
`metadata.example_level_metadata`. The short `<eval>_<model>.json` beside it holds aggregates.
"""

import html
import re
from collections.abc import Iterator

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_number, to_text
from .raw_values import Row, inside, list_of, object_of, own_mapping, refused, shaped, with_facts

NAMES = ("id", "problem.set", "turns", "answer", "predicted", "correct", "score")
SHOWN = re.compile(r"<p>\s*(?P<name>Correct Answer|Extracted Answer|Score):(?P<value>.*?)</p>", re.DOTALL)
SHOWN_BYTES = 4_000_000


class _SimpleEvals:
    def claim(self, sample: FileSample) -> Claim | None:
        if len(sample.rows) != 1 or not _is_results(sample.rows[0]):
            return None
        return Claim(preset_guess(own_mapping("simple-evals", NAMES), "one conversation per sample"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            if raw.error or not _is_results(raw.value):
                yield raw if raw.error else refused(raw, "holds no list of conversations (convos)")
                continue
            for number, messages in enumerate(list_of(raw.value["convos"])):
                yield _rollout(raw, number, messages, file)


def _is_results(row: Row) -> bool:
    return isinstance(row.get("convos"), list) and bool({"htmls", "metrics"} & set(row)) and "score" in row


def _rollout(raw: RawRow, number: int, messages: object, file: SourceFile) -> RawRow:
    if not list_of(messages):
        return refused(raw, f"convos[{number}] is no list of messages")
    known = object_of(inside(raw.value, "metadata", "example_level_metadata", number))
    page = shown_on(inside(raw.value, "htmls", number))
    score = to_number(known.get("score") if known.get("score") is not None else page.get("Score"))
    name, grade = to_text(known.get("prompt_id")), to_flag(score) if score in (0.0, 1.0) else None
    told = _completed(list_of(messages), known)
    return shaped(raw, {
        "id": name or f"{file.base.removesuffix('.json')}:{number}",
        "problem.set": file.base.partition("_")[0] if file.base.endswith("_allresults.json") else None,
        "turns": with_facts(told, correct=grade, predicted=page.get("Extracted Answer")),
        "answer": page.get("Correct Answer"),
        "predicted": page.get("Extracted Answer"),
        "correct": grade,
        "score": {"score": score} if score is not None else {},
    })  # fmt: skip


def _completed(messages: list[object], known: Row) -> list[object]:
    """The conversation with the sampled answer at its end (some evaluations store the prompt alone)."""
    answer = known.get("completion")
    last = object_of(messages[-1]).get("role")
    return [*messages, *list_of(answer)] if last != "assistant" and isinstance(answer, list) else messages


def shown_on(page: object) -> dict[str, str]:
    """Gold, extracted answer and score of a rendered page, as text; “None” stands for nothing.

    >>> shown_on("<p>Correct Answer: 4 &lt; 5</p><p>Extracted Answer: None</p><p>Score: 1.0</p>")
    {'Correct Answer': '4 < 5', 'Score': '1.0'}
    """
    if not isinstance(page, str) or len(page) > SHOWN_BYTES:
        return {}
    found = SHOWN.finditer(page, max(page.rfind("<h3>Results</h3>"), 0))
    shown = {match["name"]: html.unescape(match["value"]).strip() for match in found}
    return {name: value for name, value in shown.items() if value not in ("", "None")}


FORMAT = _SimpleEvals()
