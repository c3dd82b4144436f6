"""The Personality Illusion's published runs: one row a sitting, six traits or five behaviours, no text.

Source: arXiv 2509.03730, github psychology-of-AI/Personality-Illusion, `data/`; columns are named as they are there,
misspelt. Self-regulation is published as the sum of 63 items and becomes their mean. Knows no database.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from apps.psychology.published.files import File, Line, head_of, require_columns, table_of
from apps.psychology.published.sittings import BadFile, Found, Group, Sitting, told_apart

KEYS: Final = ("Model", "type", "Persona", "persona_index", "Persona_Content", "temp", "run")


class Column(NamedTuple):
    """What a column is called with us, the values that it may have, and what one unit of ours is in it."""

    name: str
    low: float
    high: float
    unit: float = 1.0


TRAITS: Final[Mapping[str, Column]] = {
    "openeness": Column("trait/openness", 1, 5),
    "consciencienes": Column("trait/conscientiousness", 1, 5),
    "extraversion": Column("trait/extraversion", 1, 5),
    "agreeableness": Column("trait/agreeableness", 1, 5),
    "neuroticism": Column("trait/neuroticism", 1, 5),
    "self_regulation": Column("trait/self_regulation", 63, 315, 63),
}
BEHAVIOURS: Final[Mapping[str, Column]] = {
    "CCT_cold_avg": Column("behaviour/risk", 0, 32),
    "IAT_Overall": Column("behaviour/stereotyping", -1, 1),
    "sycophancy_rate": Column("behaviour/sycophancy", 0, 100),
    "Calibaration": Column("behaviour/calibration_error", 0, 100),
    "Consistency": Column("behaviour/inconsistency", 0, 100),
}
ALIASES: Final[Mapping[str, str]] = {"allenai/OLMo2-7B-1124": "allenai/OLMo-2-1124-7B"}
"""Spellings of a model's id that differ from that of its publisher."""
TITLES: Final = ("base self-report", "self-report", "behaviour", "personas")
NEEDED: Final[Mapping[str, str]] = {
    "self-report": "instruct_models_selfreport.csv",
    "behaviour": "instruct_models_behavioral_tasks.csv",
}
BESIDE: Final[Mapping[str, str]] = {
    "base self-report": "base_models_selfreport.csv",
    "personas": "persona_injection/agreeableness/prompt_strategy_1.csv",
}
STRATEGY: Final = re.compile(r"(.+?)(\d+)")


class _Illusion:
    def read(self, files: Sequence[File]) -> Found:
        """Raises BadFile for a table with other columns or values, and where self-report or behaviour is missing."""
        grouped: dict[str, list[tuple[File, Sitting]]] = {title: [] for title in TITLES}
        for file in files:
            for title, sitting in _sittings(file):
                grouped[title].append((file, sitting))
        missing = [path for title, path in NEEDED.items() if not grouped[title]]
        if missing:
            raise BadFile(f"there is no table as {' and none as '.join(missing)} among {_named(files)}")
        remarks = [f"no table as {path} was given" for title, path in BESIDE.items() if not grouped[title]]
        return Found("Personality Illusion", tuple(_group(each, grouped[each]) for each in TITLES), tuple(remarks))


def _named(files: Sequence[File]) -> str:
    names = [file.name for file in files]
    return f"{', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}" if names else "no files"


def _group(title: str, found: Sequence[tuple[File, Sitting]]) -> Group:
    names = tuple(dict.fromkeys(file.name for file, _ in found))
    return Group(title, names, told_apart([sitting for _, sitting in found]))


def _sittings(file: File) -> Iterator[tuple[str, Sitting]]:
    """A table's sittings with the title of their group; nothing for a file that is no table of runs."""
    if not file.name.lower().endswith(".csv"):
        return
    head = head_of(file)
    scores = {name: column for name, column in {**TRAITS, **BEHAVIOURS}.items() if name in head}
    if not scores and len(set(KEYS) & set(head)) < 2:
        return
    traits, behaviours = TRAITS.keys() & scores, BEHAVIOURS.keys() & scores
    require_columns(file, head, (*KEYS, *(TRAITS if traits or not behaviours else BEHAVIOURS)))
    asked = " and ".join(name for name, held in (("self-report", traits), ("behaviour", behaviours)) if held)
    for line in table_of(file):
        yield _title(line, asked), _sitting(line, asked, scores)


def _title(line: Line, asked: str) -> str:
    if line.text("Persona") != "baseline":
        return "personas"
    if asked == "self-report" and line.text("type") == "base":
        return "base self-report"
    return "behaviour" if asked == "behaviour" else "self-report"


def _sitting(line: Line, asked: str, columns: Mapping[str, Column]) -> Sitting:
    scores = {}
    for name, column in columns.items():
        value = line.number_in(name, column.low, column.high)
        if value is not None:
            scores[column.name] = value / column.unit
    if not scores:
        raise BadFile(f"{line.where}: holds no score")
    model, content = line.text("Model"), str(line.values["Persona_Content"]).strip()
    condition = _condition(line, content)
    return Sitting(
        id=" · ".join([asked, condition.get("persona") or f"prompt {line.whole('persona_index')}", *_told(line)]),
        asked=asked,
        model=ALIASES.get(model, model),
        condition=condition,
        sample=line.whole("run"),
        scores=scores,
        source=line.source,
        system=content,
    )


def _told(line: Line) -> tuple[str, str]:
    return f"temperature {line.text('temp')}", f"run {line.whole('run')}"


def _condition(line: Line, content: str) -> dict[str, str]:
    persona, number = line.text("Persona"), line.whole("persona_index")
    temperature = line.number_in("temp", 0, 5)
    if temperature is None:
        raise BadFile(f"{line.where}, column temp: is empty")
    shared = {"temperature": f"{temperature:g}", "kind": line.text("type")}
    if persona == "baseline":
        return {**shared, "system_prompt": content or f"prompt {number}"}
    told = STRATEGY.fullmatch(persona)
    target = (told[1] if told else persona).replace("-", "_")
    name = f"{target} {number}" + (f" · strategy {told[2]}" if told else "")
    return {**shared, "persona": name, "target": target}


STUDY = _Illusion()
