"""The form of a page's settings: one field each, with what is chosen. Knows measures' settings, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.traces.presenters.families import SETTING, Family


@dataclass(frozen=True, slots=True)
class SettingField:
    """`options` where there are choices; else a number between `low` and `high` in steps of `step`."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    low: str
    high: str
    step: str
    is_changed: bool


def fields_of(family: Family, chosen: Mapping[str, str]) -> list[SettingField]:
    """In the order of the measures."""
    return [
        SettingField(
            SETTING + name,
            setting.label,
            chosen.get(name, setting.default),
            setting.choices,
            "" if setting.low is None else f"{setting.low:g}",
            "" if setting.high is None else f"{setting.high:g}",
            "1" if setting.whole else "any",
            name in chosen,
        )
        for name, setting in family.asks.settings.items()
    ]
