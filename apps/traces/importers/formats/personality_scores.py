"""Aggregate scores of personality questionnaires and behavioural tasks: one row per model, persona, run; no text.

Each row is one giving of a questionnaire: an attempt without text that carries named scores. Two published tables are
known: Personality Illusion (github psychology-of-AI/Personality-Illusion; names of columns are kept as misspelt) and
PersonaLLM (arXiv 2305.02547, github hjian42/PersonaLLM).
"""

from collections.abc import Iterator

from ..filenames import value_in_name
from ..files import SourceFile
from ..mapping import Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_number, to_text
from .own_rows import Row, ShapeError, own_mapping, reshaped, rows_have

NAMES = "problem_id problem.set answer_type system sample turns condition scores attributes"
ILLUSION_KEYS = {"Model", "type", "Persona", "persona_index", "temp", "run"}
DILEMMA_KEYS = {"id", "category", "scenario", "question"}
SELF_REPORT = ("openeness", "consciencienes", "extraversion", "agreeableness", "neuroticism", "self_regulation")
BEHAVIOUR = ("CCT_cold_avg", "IAT_Overall", "sycophancy_rate", "Calibaration", "Consistency")
TRAIT_KEYS = {"trait", "run", "personality_type", "sum_score", "mean_score"}
TRAIT_MODEL = "{}_all_scores"
ATTEMPT = {"role": "assistant"}


class _PersonalityIllusion:
    def claim(self, sample: FileSample) -> Claim | None:
        if sample.file.base == "dilemmas.json" and rows_have(sample.rows, DILEMMA_KEYS):
            return Claim(companion="dilemmas that models were asked about: problems without attempts")
        if not rows_have(sample.rows, ILLUSION_KEYS) or not any(map(_scored, sample.rows[:20])):
            return None
        mapping = own_mapping("personality-illusion", f"{NAMES} model")
        return Claim(preset_guess(mapping, "scores of questionnaires and tasks, without text"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, _illusion)


class _TraitScores:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, TRAIT_KEYS):
            return None
        rules = {"model": Rule(TRAIT_MODEL, "file name")} if value_in_name(TRAIT_MODEL, sample.file.base) else {}
        mapping = own_mapping("trait-scores", NAMES).with_rules(rules)
        return Claim(preset_guess(mapping, "scores of personality traits, without text"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, _trait)


def _scored(row: Row) -> list[str]:
    return [name for name in (*SELF_REPORT, *BEHAVIOUR) if name in row]


def _illusion(row: Row) -> dict[str, object]:
    scores = {name: to_number(row.get(name)) for name in _scored(row)}
    if all(score is None for score in scores.values()):
        raise ShapeError(f"fields {', '.join(scores) or 'of scores'}: none holds a number")
    asked = [words for words, names in (("self-report", SELF_REPORT), ("behaviour", BEHAVIOUR)) if {*names} & {*scores}]
    persona = {"persona": row.get("Persona"), "persona_index": row.get("persona_index"), "temperature": row.get("temp")}
    return {
        "problem_id": " and ".join(asked),
        "problem.set": "personality-illusion",
        "answer_type": "none",
        "system": to_text(row.get("Persona_Content")),
        "model": to_text(row.get("Model")),
        "sample": row.get("run"),
        "turns": [ATTEMPT],
        "condition": {name: text for name, value in persona.items() if (text := to_text(value)) is not None},
        "scores": scores,
        "attributes": {"model_type": to_text(row.get("type"))},
    }


def _trait(row: Row) -> dict[str, object]:
    trait, scores = to_text(row.get("trait")), {name: to_number(row.get(name)) for name in ("sum_score", "mean_score")}
    if not trait or all(score is None for score in scores.values()):
        raise ShapeError("fields trait, sum_score, mean_score: there is no score of a named trait")
    persona = to_text(row.get("personality_type"))
    return {
        "problem_id": trait,
        "problem.set": "BFI traits",
        "answer_type": "none",
        "sample": row.get("run"),
        "turns": [ATTEMPT],
        "condition": {"persona": persona} if persona else {},
        "scores": scores,
    }


ILLUSION, TRAITS = _PersonalityIllusion(), _TraitScores()
