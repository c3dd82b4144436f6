"""Logs of Inspect (UK AI Security Institute), `.eval` and `.json`: a sample becomes a rollout under our own names.

Messages become turns with their tool calls, reasoning parts and observations; attachments are put back where they are
referred to; the first scorer that says right or wrong gives the uploaded grade, every scorer a score. Source:
inspect_ai 0.3.285, log/_log.py, scorer/_metric.py, model/_chat_message.py; docs/formats/inspect.md says it for people.
"""

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly

from ..containers.inspect_files import LOG_KEY
from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..raw import RawRow
from ..transforms import to_text
from .inspect_messages import Conversation, resolved, text_of
from .inspect_scores import Scores, read_scores

Row = ReadOnly[str, object]
MAPPING = Mapping(
    {
        "id": Rule("id"),
        "problem_id": Rule("problem_id"),
        "problem": Rule("problem"),
        "answer": Rule("answer"),
        "answer_type": Rule("answer_type"),
        "options": Rule("options"),
        "problem.set": Rule("problem_set"),
        "problem.subject": Rule("subject"),
        "problem.level": Rule("level"),
        "model": Rule("model"),
        "sample": Rule("sample"),
        "turns": Rule("turns"),
        "error": Rule("error"),
        "condition.all": Rule("condition"),
        "score.all": Rule("scores"),
        "attribute.all": Rule("attributes"),
    },
    format="inspect",
)
GENERATION = {
    "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_tokens": "max_new_tokens",
    "reasoning_effort": "effort", "reasoning_tokens": "budget", "effort": "effort", "num_choices": "num_choices",
    "frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty",
    "system_message": "system_message",
}  # fmt: skip
CUTTING_LIMITS = {"context", "time", "working", "message", "token", "turn", "cost"}
MAX_ATTRIBUTES, MAX_LABEL, MAX_EXPLANATION = 24, 300, 1_000
UNFINISHED = {
    "cancelled": "the run was cancelled; the samples that it had finished are read",
    "error": "the run ended with an error; the samples that it had finished are read",
    "started": "the run had not ended when this log was saved; the samples that it had finished are read",
}


class _Inspect:
    def claim(self, sample: FileSample) -> Claim | None:
        if not sample.rows or not all(_is_sample(row) for row in sample.rows[:5]):
            return None
        return Claim(preset_guess(MAPPING, f"a log of the task {_task(_header(sample.rows[0]))}"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        is_first = True
        for raw in rows:
            if raw.error:
                yield raw
                continue
            value, notes = rollout_row(raw.value)
            if is_first:
                notes += _about_log(_header(raw.value))
            yield raw._replace(value=value, note="; ".join([raw.note, *notes] if raw.note else notes))
            is_first = False


FORMAT = _Inspect()


def _header(row: Row) -> Row:
    """The log around a sample: a member of its own, or (one small object) merged into the row."""
    log = row.get(LOG_KEY)
    return log if isinstance(log, dict) else row


def _part(value: Row, name: str) -> dict[str, object]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _is_sample(row: Row) -> bool:
    about = _part(_header(row), "eval")
    return (
        bool({"task", "run_id", "task_id"} & set(about)) and "epoch" in row and bool({"messages", "input"} & set(row))
    )


def _task(log: Row) -> str:
    about = _part(log, "eval")
    name = to_text(about.get("task_display_name")) or to_text(about.get("task")) or ""
    return name.rpartition("/")[2]


def rollout_row(row: Row) -> tuple[dict[str, object], list[str]]:
    """A sample under our own names, and what had to be done to read it."""
    log, sample, notes = _header(row), *resolved(row)
    about = _part(log, "eval")
    scores = read_scores(sample, log)
    talk = Conversation.of(sample)
    turns = _with_outcome(talk, sample, scores)
    metadata = _part(sample, "metadata")
    sample_id = to_text(sample.get("id")) or ""
    run = to_text(about.get("task_id")) or to_text(about.get("run_id")) or ""
    shaped = {
        "id": f"{sample_id}@{run[:6]}" if run and sample_id else sample_id,
        "problem_id": f"{_task(log)}/{sample_id}" if sample_id and _task(log) else sample_id,
        "problem": talk.question,
        "answer": sample.get("target"),
        "answer_type": scores.answer_type,
        "options": sample.get("choices"),
        "problem_set": _task(log),
        "subject": _first_text(metadata, "subject", "category", "topic", "domain"),
        "level": _first_text(metadata, "level", "difficulty"),
        "model": about.get("model"),
        "sample": _sample_number(sample.get("epoch")),
        "turns": turns,
        "error": _error(sample),
        "condition": _condition(log),
        "scores": scores.numbers,
        "attributes": _attributes(sample, metadata, scores, talk),
    }
    return shaped, [*notes, *talk.notes, *([] if scores.is_scored else ["a sample without a score"])]


def _first_text(values: Row, *names: str) -> str | None:
    return next((text for name in names if (text := to_text(values.get(name)))), None)


def _sample_number(epoch: object) -> int | None:
    """Epochs count from 1, samples from 0."""
    return epoch - 1 if isinstance(epoch, int) and epoch > 0 else None


def _error(sample: Row) -> str:
    error = sample.get("error")
    if isinstance(error, dict):
        return to_text(error.get("message")) or "error"
    return to_text(error) or ""


def _with_outcome(talk: Conversation, sample: Row, scores: Scores) -> list[dict[str, object]]:
    """The turns, with grade, answer, tokens and finish reason on the last one of the assistant."""
    turns = talk.turns
    last = next(
        (turn for turn in reversed(turns) if turn["role"] == "assistant" and turn.get("is_attempt") is not False), None
    )
    if last is None:
        if not scores.is_scored and not _error(sample):
            return turns
        last = {"role": "assistant", "text": None}
        turns = [*turns, last]
    output = _part(sample, "output")
    usage = _part(output, "usage")
    last["finish_reason"] = "truncated" if _cutting_limit(sample) else talk.stop_reason
    last["n_tokens"], last["n_reasoning_tokens"] = usage.get("output_tokens"), usage.get("reasoning_tokens")
    last["correct"], last["predicted"] = scores.correct, scores.answer
    return turns


def _cutting_limit(sample: Row) -> str:
    kind = to_text(_part(sample, "limit").get("type")) or ""
    return kind if kind in CUTTING_LIMITS else ""


def _condition(log: Row) -> dict[str, str]:
    """What an experimenter may have varied: the task's arguments, settings of the generation, a solver of one's own."""
    about = _part(log, "eval")
    settings = {**_part(_part(log, "plan"), "config"), **_part(about, "model_generate_config")}
    found = {ours: settings[theirs] for theirs, ours in GENERATION.items() if settings.get(theirs) is not None}
    found |= {"solver": about.get("solver"), **_part(about, "solver_args"), **_part(about, "task_args")}
    return {str(name): text[:MAX_LABEL] for name, value in found.items() if (text := _label(value))}


def _label(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(text for item in value[:20] if (text := to_text(item)))
    return to_text(value) or ""


def _attributes(sample: Row, metadata: Row, scores: Scores, talk: Conversation) -> dict[str, object]:
    labels = {
        name: value
        for name, value in metadata.items()
        if isinstance(value, bool | int | float) or (isinstance(value, str) and 0 < len(value) <= MAX_LABEL)
    }
    kept: dict[str, object] = dict(list(labels.items())[:MAX_ATTRIBUTES])
    limit = _part(sample, "limit")
    own = {
        "scorer": scores.scorer,
        "score_explanation": scores.explanation[:MAX_EXPLANATION] if scores.explanation != talk.last_text else "",
        "limit": " ".join(filter(None, [to_text(limit.get("type")), to_text(limit.get("limit"))])),
        "sample_uuid": to_text(sample.get("uuid")),
        "working_time": sample.get("working_time"),
        "n_retries": len(retries) if isinstance(retries := sample.get("error_retries"), list) else 0,
        "output_tokens": _total_tokens(sample) if talk.n_answers > 1 else None,
    }
    return kept | {name: value for name, value in own.items() if value}


def _total_tokens(sample: Row) -> int | None:
    used = [usage.get("output_tokens") for usage in _part(sample, "model_usage").values() if isinstance(usage, dict)]
    counts = [n for n in used if isinstance(n, int)]
    return sum(counts) if counts else None


def _about_log(log: Row) -> list[str]:
    words = UNFINISHED.get(to_text(log.get("status")) or "", "")
    message = text_of(_part(log, "error").get("message"))
    return [f"{words} ({message[:300]})" if message else words] if words else []
