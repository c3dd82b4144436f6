"""Prompts with places for values: plain `{name}` replacement and nothing else. Knows no prompt in particular.

No template language: a value that holds braces is text, and a brace that encloses no name of small letters
(`\\boxed{42}`, `{"a": 1}`) stands as it is.
"""

import re
from collections.abc import Collection, Mapping

from analysis.protocols.settings import SettingRefused

NAME = re.compile(r"\{([a-z_]{1,40})\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    r"""The template with every `{name}` replaced, once and at the same time.

    Raises SettingRefused for a name without a value.

    >>> fill(r"{question} Answer in \boxed{}.", {"question": "What is {x}?"})
    'What is {x}? Answer in \\boxed{}.'
    >>> fill("{qestion}", {"question": "1 + 1?"})
    Traceback (most recent call last):
    ...
    analysis.protocols.settings.SettingRefused: the template asks for {qestion}; it can have: question
    """
    refuse_unknown(template, values)
    return NAME.sub(lambda match: values[match[1]], template)


def refuse_unknown(template: str, known: Collection[str]) -> None:
    """Raises SettingRefused for the first `{name}` that is not known."""
    for match in NAME.finditer(template):
        if match[1] not in known:
            raise SettingRefused(f"the template asks for {{{match[1]}}}; it can have: {', '.join(sorted(known))}")


def refuse_without(template: str, name: str) -> None:
    """Raises SettingRefused where the template has no `{name}`, so that what it must show would be missing."""
    if f"{{{name}}}" not in template:
        shown = template if len(template) < 60 else template[:57] + "..."
        raise SettingRefused(f"the template {shown!r} has no {{{name}}}")
