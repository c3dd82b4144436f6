"""Where in its texts a listed rollout matches: a few words around the first match, the match marked. Knows no page."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from apps.traces.models import Turn
from apps.traces.queries.asking import Asking
from apps.traces.queries.many import among
from apps.traces.services.texts import contents

BEFORE, AFTER = 60, 140
MOST_CHARS = 4_000_000
"""Texts longer than this together are left unread: their rollouts have no snippet, but they are in the list."""


class Piece(NamedTuple):
    """Some characters of a text, as they are: whoever shows them escapes them."""

    text: str
    is_match: bool


class Snippet(NamedTuple):
    pieces: Sequence[Piece]
    where: str


def snippets(rollout_ids: Sequence[int], asking: Asking) -> dict[int, Snippet]:
    """The first match in each of the rollouts: in its attempts, the last one first, else in its other turns."""
    rows = Turn.objects.filter(among("rollout_id", rollout_ids), text__isnull=False).order_by("-index")
    turns = list(rows.values_list("rollout_id", "text_id", "role", "is_attempt", "text__n_chars"))
    found: dict[int, Snippet] = {}
    room = MOST_CHARS
    for attempts in (True, False):
        wanted = [turn for turn in turns if turn[3] == attempts and turn[0] not in found]
        room = _look(wanted, asking.pattern, found, room)
    return found


def _look(
    turns: Iterable[tuple[int, int | None, str, bool, int]],
    pattern: "re.Pattern[str]",
    found: dict[int, Snippet],
    room: int,
) -> int:
    """Read turns while there is room; returns the room that is left."""
    chosen = []
    for rollout, text, role, is_attempt, n_chars in turns:
        if text is not None and n_chars <= room:
            chosen.append((rollout, text, "" if is_attempt else role))
            room -= n_chars
    texts = contents({text for _, text, _ in chosen})
    for rollout, text, where in chosen:
        if rollout not in found and (match := pattern.search(texts.get(text, ""))):
            found[rollout] = Snippet(around(texts[text], match, pattern), where)
    return room


def around(text: str, match: "re.Match[str]", pattern: "re.Pattern[str]") -> list[Piece]:
    """Pieces of the text from a little before the match to a little after it, with every match in it marked."""
    start = max(0, match.start() - BEFORE)
    end = min(len(text), max(match.end(), match.start() + AFTER))
    if start > 0 and (blank := text.find(" ", start, match.start())) >= 0:
        start = blank + 1
    pieces: list[Piece] = [Piece("…", False)] if start > 0 else []
    at = start
    for hit in pattern.finditer(text, match.start(), end):
        pieces += [Piece(text[at : hit.start()], False), Piece(text[hit.start() : hit.end()], True)]
        at = hit.end()
    pieces.append(Piece(text[at:end] + ("…" if end < len(text) else ""), False))
    return [Piece(" ".join(f"|{text}|".split())[1:-1], is_match) for text, is_match in pieces if text]
