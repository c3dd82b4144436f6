"""Every measure in words, as the page docs/measures.md: question, formula, settings, proof, coverage, source.

Knows the table of measures only. `python -m analysis.measures.described > docs/measures.md` writes the page; a test
holds it to the table.
"""

import re
import sys
from collections.abc import Iterator

from analysis.measures import MEASURES
from analysis.measures.base import Measure, Setting

HEAD = """# Measures

Every measure of the literal table in `analysis/measures/__init__.py`: what it asks, how it counts, its settings with
their defaults, by what it was shown to be right, and how often its intervals held a known truth. All are on the
dashboard of a collection, each with its CSV, and in the shell: `manage.py measure NAME --collection ID`.

Intervals are 95 % and resample problems, because rollouts of one problem are not independent. "From candidates" says
that a paper lets a model judge or probes it, and that a candidate which the rollout states of its own accord stands for
that here.
This page is written by `python -m analysis.measures.described`.
"""


def page() -> str:
    """The whole page as Markdown.

    >>> page().startswith("# Measures") and "## Underthinking" in page()
    True
    """
    return "\n".join([HEAD, *(line for name in MEASURES for line in _described(MEASURES[name]))])


def _described(measure: Measure) -> Iterator[str]:
    yield f"## {measure.label} (`{measure.name}`)\n"
    yield f"**{measure.question}** {measure.how_to_read}\n"
    yield f"- **Formula:** {_as_dollars(measure.formula)}"
    yield f"- **Undefined when:** {measure.undefined_when}"
    for setting in measure.settings:
        yield f"- **Setting `{setting.name}`** ({setting.label}): {_values(setting)}"
    yield f"- **Shown right by:** {measure.proof}"
    yield f"- **Intervals:** {measure.coverage}"
    yield f"- **Source:** {measure.citation}.\n"


def _values(setting: Setting) -> str:
    if not setting.choices:
        return f"{setting.takes}; default {setting.default}."
    named = [f"`{value}` {label}{', the default' * (value == setting.default)}" for value, label in setting.choices]
    return "; ".join(named) + "."


def _as_dollars(formula: str) -> str:
    """Formulas between dollars, as Markdown pages show them."""
    return re.sub(r"\\\((.*?)\\\)", r"$\1$", formula)


if __name__ == "__main__":
    sys.stdout.write(page())
