r"""How published methods probe: where, with which text, for how many tokens. Knows no trace.

Facts from their code or, for CGRS, from a note on the paper (arXiv 2508.05337v2): the bytes of its probe text could
not be checked, and entropies over a server's likeliest tokens only bound its certainty from above. Every preset is
approximate where it cannot ask as the method does, and says so.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Preset(NamedTuple):
    """Settings that a preset fixes; which rule it is the asking of; why its decisions are approximate, "" if not."""

    label: str
    settings: Mapping[str, Any]
    rule: str
    approximate: str = ""


DYNASOR_TEXT = "... Oh, I suddenly got the answer to the whole problem, **Final Answer**\n\n\\[ \\boxed{"
EFFORTS = {"mild": (8, 64), "low": (5, 64), "mid": (3, 64), "high": (2, 64), "crazy": (2, 32)}
"""Dynasor-CoT's effort levels: how many answers must agree, and tokens between probes."""
BY_CHARACTERS = "tokens are counted by characters"
"""Why a preset is approximate where the engine gives no tokens of a text."""
GREEDY = {"temperature": 0.0, "top_p": 1.0, "k": 1}

PRESETS: Mapping[str, Preset] = {
    "own": Preset("By these settings", {}, "", "other places or another text than the method's own"),
    "deer": Preset(
        "DEER: before each Wait or Alternatively",
        {
            "at": "cues",
            "cues": ("Wait", "Alternatively"),
            "cue_side": "before",
            "every": 1,
            "suffix": "\n**Final Answer**\n\\boxed",
            "max_tokens": 20,
            "deer_mean": "arithmetic",
            "deer_threshold": 0.95,
            **GREEDY,
        },
        "deer",
    ),
    "deer_qwen3": Preset(
        "DEER as for Qwen3: geometric mean",
        {
            "at": "cues",
            "cues": ("Wait",),
            "cue_side": "before",
            "every": 1,
            "suffix": "\n**Final Answer**\n\\boxed",
            "max_tokens": 20,
            "deer_mean": "geometric",
            "deer_threshold": 0.95,
            **GREEDY,
        },
        "deer",
        "the end of thinking that must follow the trial answer is not asked for",
    ),
    "dynasor": Preset(
        "Dynasor-CoT: every 64 tokens (32 at the highest effort)",
        {"at": "tokens", "suffix": DYNASOR_TEXT, "max_tokens": 20, "temperature": 0.6, "top_p": 0.95, "k": 1},
        "dynasor",
        BY_CHARACTERS,
    ),
    "cgrs": Preset(
        "CGRS: at each blank line",
        {
            "at": "cues",
            "cues": ("\n\n",),
            "cue_side": "after",
            "every": 1,
            "suffix": "**Final Answer: \\boxed",
            "max_tokens": 20,
            "n_alternatives": 20,
            **GREEDY,
        },
        "cgrs",
        "the probe text's exact bytes are not published; entropy is over the likeliest tokens only",
    ),
}


def applied(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the preset fixes them."""
    fixed = dict(settings) | dict(PRESETS[settings["preset"]].settings)
    if settings["preset"] == "dynasor":
        window, every = EFFORTS[settings["dynasor_effort"]]
        fixed |= {"every": every, "dynasor_window": window}
    return fixed
