"""Values that stand in a file's name or folder: `t={}`, `{}/*_base_solution/*`, `{baseline|metadata_*}`.

`{}` takes what stands there up to the next `_`, `/`, space or the ending; `{a|b}` one of these; `*` anything but `/`.
"""

import re
from functools import cache

ENDING = r"(?=[_/ ,;]|\.(?:jsonl?|ndjson|csv|tsv|txt|parquet|arrow|feather|eval)$|$)"
FACTORS = (
    ("temperature", r"t|temp|temperature"),
    ("max_new_tokens", r"mnt|max_?tokens|max_?new_?tokens|maxlen"),
    ("top_p", r"tp|top_?p"),
    ("top_k", r"top_?k"),
    ("effort", r"effort|reasoning_effort"),
    ("budget", r"budget|thinking_budget"),
)


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{[^}]*\}|\*)", pattern)
    expression = "".join(map(_expression, pieces))
    return re.compile(r"(?:^|(?<=[/_\- ]))" + expression + (ENDING if pattern.endswith("}") else ""))


def _expression(piece: str) -> str:
    if piece == "*":
        return "[^/]*?"
    if piece == "{}":
        return "([^/]+?)"
    if piece.startswith("{"):
        return "(" + "|".join(re.escape(choice).replace(r"\*", "[^/]*?") for choice in piece[1:-1].split("|")) + ")"
    return re.escape(piece)


def value_in_name(pattern: str, name: str) -> str | None:
    """What the `{}` of a pattern is in a file's path; None where the pattern does not fit.

    >>> value_in_name("t={}", "runs/cot_t=0.8_mnt=3600.json")
    '0.8'
    >>> value_in_name("{}/*_base_solution/", "data/qwq-32b/yes_base_solution/scenario_0/base_solution.json")
    'qwq-32b'
    """
    found = compile_pattern(pattern).search(name)
    return next((group for group in found.groups() if group is not None), None) if found else None


SPLITS = r"train|training|test|validation|valid|val|dev|eval"
SPLIT_SHARD = re.compile(rf"(?:^|/)(?P<split>{SPLITS})-\d+-of-\d+\.\w+$")
SPLIT_FOLDER = re.compile(rf"(?:^|/)(?P<split>{SPLITS})/data-\d+-of-\d+\.arrow$")


def split_in_name(name: str) -> dict[str, str]:
    """The split that a shard of a Hugging Face dataset belongs to, as field -> pattern.

    >>> split_in_name("ds/data/train-00000-of-00008.parquet"), split_in_name("ds/test/data-00000-of-00001.arrow")
    ({'condition.split': '{train}-*-of-*'}, {'condition.split': '{test}/data-*-of-*'})
    """
    for shape, pattern in ((SPLIT_SHARD, "{%s}-*-of-*"), (SPLIT_FOLDER, "{%s}/data-*-of-*")):
        if found := shape.search(name):
            return {"condition.split": pattern % found["split"]}
    return {}


def factors_in_name(name: str) -> dict[str, str]:
    """Sampling settings that a file's name states, as field -> pattern.

    >>> factors_in_name("cot_t=0.8_mnt=3600_tp=0.92.json")
    {'condition.temperature': 't={}', 'condition.max_new_tokens': 'mnt={}', 'condition.top_p': 'tp={}'}
    """
    patterns = split_in_name(name)
    for factor, words in FACTORS:
        found = re.search(rf"(?:^|[/_\- ])(?P<before>(?:{words})=)[^_/ ]+", name)
        found = (
            found
            or re.search(r"(?:^|[/_\- ])(?P<before>(?:temp|temperature|top_p|top_k)_?)\d[\d.]*(?=[_/]|\.[a-z]+$)", name)
            if factor == "temperature"
            else found
        )
        if found:
            patterns[f"condition.{factor}"] = found["before"] + "{}"
    return patterns
