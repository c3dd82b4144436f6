"""Where the reasoning stands inside one completion: tags, channels, markers, a lone closing or opening tag.

Source: the delimiters that published models write (peers_and_formats §3.18). Knows one text at a time.
"""

import re
from typing import NamedTuple

from analysis.types import Span

TAG_NAMES = "think|thinking|thought|thoughts|reasoning|scratchpad|reflection"
TAG = re.compile(rf"<(?P<close>/?)(?P<name>{TAG_NAMES})(?:\s[^<>]*)?>", re.IGNORECASE)
BLOCKS = (
    (re.compile(r"<\|begin_of_thought\|>"), re.compile(r"<\|end_of_thought\|>")),
    (re.compile(r"\[THINK\]"), re.compile(r"\[/THINK\]")),
    (re.compile(r"◁think▷"), re.compile(r"◁/think▷")),
    (re.compile(r"<seed:think>"), re.compile(r"</seed:think>")),
    (re.compile(r"<\|START_THINKING\|>"), re.compile(r"<\|END_THINKING\|>")),
)
HINTS = ("<", "[THINK]", "[/THINK]", "◁")
SOLUTION = re.compile(r"\s*<\|begin_of_solution\|>")
SOLUTION_END = re.compile(r"<\|end_of_solution\|>\s*$")
CHANNEL = re.compile(r"<\|channel\|>\s*(?P<name>analysis|final|commentary)[^<]*<\|message\|>")
CHANNEL_END = re.compile(r"<\|(?:end|return|call|start|channel)\|>")
ANY_OPENER = re.compile(
    rf"<(?:{TAG_NAMES})(?:\s[^<>]*)?>|<\|begin_of_thought\|>|\[THINK\]|◁think▷|<\|channel\|>", re.IGNORECASE
)


class Split(NamedTuple):
    """Reasoning and response as ranges of the text; how it was found; truncated None = cannot be told."""

    reasoning: Span | None
    response: Span | None
    source: str
    truncated: bool | None


def split_reasoning(text: str) -> Split:
    """Find the reasoning of one completion.

    Nested blocks count as one; a closing tag alone ends a reasoning that began before the text (the last one counts);
    an opening tag at the start that is never closed is a reasoning cut off at the end (`truncated`).

    >>> split_reasoning("<think>a</think>b")
    Split(reasoning=Span(start=7, end=8), response=Span(start=16, end=17), source='inline', truncated=False)
    >>> split_reasoning("<think>a").truncated
    True
    >>> split_reasoning("a</think>b").source
    'closer_only'
    """
    if any(hint in text for hint in HINTS):
        found = _split_channels(text) if "<|channel|>" in text else None
        found = found or _split_tags(text)
        for opener, closer in () if found else BLOCKS:
            found = found or _split_block(text, opener, closer)
        if found is not None:
            return found
    return Split(None, Span(0, len(text)), "none", None)


def _split_tags(text: str) -> Split | None:
    tags = [(match.start(), match.end(), bool(match["close"]), match["name"].lower()) for match in TAG.finditer(text)]
    if not tags:
        return None
    start, end, is_closer, name = tags[0]
    same = [tag for tag in tags if tag[3] == name]
    closers = [tag for tag in same if tag[2]]
    if is_closer:
        last = closers[-1] if len(closers) == len(same) else _matching(same, depth=1) or closers[-1]
        return Split(Span(0, last[0]), Span(last[1], len(text)), "closer_only", False)
    if not closers:
        return None if text[:start].strip() else Split(Span(end, len(text)), None, "inline", True)
    last = _matching(same, depth=0) or closers[-1]
    return Split(Span(end, last[0]), Span(last[1], len(text)), "inline", False)


def _matching(tags: list[tuple[int, int, bool, str]], *, depth: int) -> tuple[int, int, bool, str] | None:
    for tag in tags:
        depth += -1 if tag[2] else 1
        if depth == 0:
            return tag
    return None


def _split_block(text: str, opener: re.Pattern[str], closer: re.Pattern[str]) -> Split | None:
    first = opener.search(text)
    last = max(closer.finditer(text), key=lambda match: match.start(), default=None)
    if last is None:
        cut = first is not None and not text[: first.start()].strip()
        return Split(Span(first.end(), len(text)), None, "inline", True) if first and cut else None
    start = first.end() if first and first.end() <= last.start() else 0
    solution = SOLUTION.match(text, last.end())
    end = SOLUTION_END.search(text, last.end())
    response = Span(solution.end() if solution else last.end(), end.start() if end else len(text))
    return Split(Span(start, last.start()), response, "inline" if first else "closer_only", False)


def _split_channels(text: str) -> Split | None:
    parts: dict[str, Span] = {}
    for match in CHANNEL.finditer(text):
        end = CHANNEL_END.search(text, match.end())
        span = Span(match.end(), end.start() if end else len(text))
        if match["name"] == "analysis" and "analysis" in parts:
            span = Span(parts["analysis"].start, span.end)
        parts[match["name"]] = span
    if not parts:
        return None
    reasoning, response = parts.get("analysis"), parts.get("final")
    return Split(reasoning, response, "inline" if reasoning else "none", response is None)


def find_opener(text: str) -> int:
    """Where the first opening tag stands, -1 where there is none (to cut a prompt from its completion)."""
    match = ANY_OPENER.search(text)
    return match.start() if match else -1
