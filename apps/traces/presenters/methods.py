"""How a measure counts, for its card: formula as HTML, the settings used, proof and coverage. Knows no rows."""

from collections.abc import Mapping

from analysis.measures.base import Measure, Setting
from apps.traces.presenters.figures.card import Method
from apps.traces.presenters.formulas import Budget, text_html

MAX_SECONDS = 1.0


def method_of(measure: Measure, given: Mapping[str, str]) -> Method:
    """The formula is ours, not a visitor's; its MathML is kept after the first page."""
    values = measure.chosen(given).values
    settings = [(setting.label, _worded(setting, values[setting.name])) for setting in measure.settings]
    return Method(text_html(measure.formula, Budget(MAX_SECONDS)), settings, measure.proof, measure.coverage)


def _worded(setting: Setting, value: str) -> str:
    """A choice in its words, marked where it is the default."""
    words = dict(setting.choices).get(value, value)
    return f"{words} (default)" if value == setting.default else words
