"""The turns of rollouts as tables: what is known of each, and the same with its text."""

from collections.abc import Iterator

import polars as pl

from apps.core.tables.columns import Column, Kind, frame_of
from apps.core.tables.paging import tuples_of
from apps.traces.exports.base import COLLECTION, Scope, Table, of_rollouts
from apps.traces.models import Turn
from apps.traces.queries.many import among
from apps.traces.services.texts import contents

ROLLOUTS_AT_ONCE, WITH_TEXTS = 1_000, 50
NOT_SAID = "the upload does not say"
CODE_POINTS = "characters"
PATHS = {
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "turn": "index",
    "role": "role",
    "actor": "actor",
    "is_attempt": "is_attempt",
    "answer": "answer",
    "confidence": "confidence",
    "confidence_text": "confidence_text",
    "tokens": "n_tokens",
    "reasoning_tokens": "n_reasoning_tokens",
    "token_source": "token_source",
    "finish_reason": "finish_reason",
    "reward": "reward",
    "train_on": "train_on",
    "tool_calls": "tool_calls",
    "characters": "text__n_chars",
    "reasoning_start": "reasoning_start",
    "reasoning_end": "reasoning_end",
    "response_start": "response_start",
    "response_end": "response_end",
}


def _place(name: str, words: str) -> Column:
    return Column(name, Kind.WHOLE, f"where its {words} in the turn's text, from 0", CODE_POINTS, "no such part")


COLUMNS = (
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("id", Kind.TEXT, "the rollout's external id"),
    Column("turn", Kind.WHOLE, "the place of the turn in its rollout, from 0"),
    Column("role", Kind.TEXT, "who speaks: user, assistant, tool, critic, judge, teacher ..."),
    Column("actor", Kind.TEXT, "the name of who speaks; empty text where none came"),
    Column("is_attempt", Kind.YES_NO, "whether the turn answers the problem"),
    Column("answer", Kind.TEXT, "the answer as it was uploaded", missing=NOT_SAID),
    Column("confidence", Kind.NUMBER, "stated confidence, on the scale it was stated on", missing=NOT_SAID),
    Column("confidence_text", Kind.TEXT, "stated confidence in its words; empty text where none came"),
    Column("tokens", Kind.WHOLE, "length of the turn", "tokens", NOT_SAID),
    Column("reasoning_tokens", Kind.WHOLE, "length of its reasoning", "tokens", NOT_SAID),
    Column("token_source", Kind.TEXT, "who counted the tokens; empty text where nobody did"),
    Column("finish_reason", Kind.TEXT, "why the model stopped; empty text where it is not known"),
    Column("reward", Kind.NUMBER, "reward of the turn", missing=NOT_SAID),
    Column("train_on", Kind.YES_NO, "whether the turn is to be trained on", missing=NOT_SAID),
    Column("tool_calls", Kind.JSON, "calls of tools in the turn", missing="none"),
    Column("characters", Kind.WHOLE, "length of its text", CODE_POINTS, "the turn came without a text"),
    _place("reasoning_start", "reasoning starts"),
    _place("reasoning_end", "reasoning ends"),
    _place("response_start", "response starts"),
    _place("response_end", "response ends"),
)
TEXT = Column("text", Kind.TEXT, "the text, character for character", missing="the turn came without a text")


def _frames(scope: Scope) -> Iterator[pl.DataFrame]:
    return of_rollouts(COLUMNS, Turn.objects.all(), PATHS, scope, ["index"], ROLLOUTS_AT_ONCE)


def _frames_with_texts(scope: Scope) -> Iterator[pl.DataFrame]:
    names = [*PATHS.values(), "text_id"]
    for ids in scope.asked.id_batches(min(WITH_TEXTS, scope.size)):
        place = {pk: at for at, pk in enumerate(ids)}
        found = tuples_of(Turn.objects.filter(among("rollout_id", ids)).order_by("rollout_id", "index"), names)
        texts = contents({row[-1] for row in found if row[-1]})
        rows = [(*row[:-1], texts.get(row[-1])) for row in sorted(found, key=lambda row: place[row[0]])]
        yield frame_of((*COLUMNS, TEXT), rows)


TURNS = Table(
    label="Turns, without their texts",
    row="a turn of a rollout",
    columns=COLUMNS,
    frames=_frames,
    options=(COLLECTION,),
    is_filtered=True,
)
TEXTS = Table(
    label="Turns with their texts",
    row="a turn of a rollout, with its text",
    columns=(*COLUMNS, TEXT),
    frames=_frames_with_texts,
    options=(COLLECTION,),
    is_filtered=True,
)
