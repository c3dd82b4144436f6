"""What rows of an archive must be to each other, looked at once, before anything is stored. Knows no database.

Texts are what their hash says, spans lie in their text, what hangs on a rollout belongs to the rollout's collection.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import zstandard

from apps.reports.archives.features import BadFeatures, read_checked
from apps.reports.archives.opened import Archive, BadArchive
from apps.reports.archives.rows import Lines
from apps.reports.archives.tables import TABLES
from apps.reports.archives.values import BadValue
from apps.reports.archives.version import BLOBS, FEATURES

MOST_CHARS = 64 << 20
MOST_TURNS = 1 << 20
Row = Mapping[str, Any]
Beat = Callable[[int], None]


def _numbers() -> "array[int]":
    return array("q")


@dataclass
class Checks:
    """Numbers of the rows seen so far, a few bytes each."""

    n_used: int = 0
    chars: "array[int]" = field(default_factory=_numbers)
    turn_keys: "array[int]" = field(default_factory=_numbers)
    turn_chars: "array[int]" = field(default_factory=_numbers)
    collections: dict[str, "array[int]"] = field(default_factory=dict)

    def check(self, table: str, row: Row) -> None:
        """Raises BadValue."""
        if table in OWNED:
            self.collections.setdefault(table, _numbers()).append(row["collection_id"])
        if table in CHECKS:
            CHECKS[table](self, row)

    def use(self, text: int | None) -> int:
        """The length of a turn's text, -1 where it has none; raises BadValue where texts are not in order of use."""
        if text is None:
            return -1
        if text > self.n_used:
            raise BadValue(f"text_id {text}: texts must come in the order in which turns first refer to them")
        self.n_used = max(self.n_used, text + 1)
        return self.chars[text]

    def sort_turns(self) -> None:
        """Once all turns are seen, so that they can be looked up."""
        order = np.argsort(np.frombuffer(self.turn_keys, dtype=np.int64), kind="stable")
        for name in ("turn_keys", "turn_chars"):
            setattr(self, name, array("q", np.frombuffer(getattr(self, name), dtype=np.int64)[order].tobytes()))

    def n_chars(self, rollout: int, turn_index: int | None) -> int:
        """The length of a turn's text; raises BadValue where there is none."""
        key = -1 if turn_index is None else rollout * MOST_TURNS + turn_index
        place = bisect_left(self.turn_keys, key)
        found = place < len(self.turn_keys) and self.turn_keys[place] == key and (turn_index or 0) < MOST_TURNS
        if not found or self.turn_chars[place] < 0:
            raise BadValue(f"turn {turn_index} of rollout {rollout} has no text")
        return self.turn_chars[place]


def check_rows(archive: Archive, beat: Beat = lambda n_rows: None) -> None:
    """Read every row of the archive without storing it; raises BadRow or BadArchive."""
    checks, n_rows = Checks(), 0
    for table in TABLES:
        lines = Lines(archive, table)
        for place, row in enumerate(lines, start=1):
            try:
                checks.check(table.name, row)
            except BadValue as error:
                raise lines.refuse(place, str(error)) from None
            n_rows += 1
            if n_rows % 1000 == 0:
                beat(n_rows)
        if table.name == "turns":
            checks.sort_turns()
            if checks.n_used != len(checks.chars):
                raise lines.refuse(len(lines), f"no turn refers to text {checks.n_used}")
    _check_features(archive)
    _check_blobs(archive)


def _check_features(archive: Archive) -> None:
    for name in archive.members:
        if name.startswith(FEATURES):
            try:
                read_checked(archive.read(name))
            except BadFeatures as error:
                raise BadArchive(f"{name}: {error}") from None


def _check_blobs(archive: Archive) -> None:
    for member in archive.members.values():
        named = member.name.removeprefix(BLOBS).removeprefix(FEATURES).removesuffix(".parquet")
        if not member.has_rows and named != member.sha256:
            raise BadArchive(f"{member.name}: its name is not the hash of its bytes")


def content_of(row: Row) -> str:
    """The characters of a text; raises BadValue where they are not what the row says."""
    body, most = row["body"], 4 * min(row["n_chars"], MOST_CHARS)
    try:
        n_bytes = zstandard.frame_content_size(body)
        if not 0 <= n_bytes <= most:
            raise BadValue(f"body would grow to {n_bytes:,} bytes, {row['n_chars']:,} characters take at most {most:,}")
        unpacking = zstandard.ZstdDecompressor().decompressobj()
        content = unpacking.decompress(body)
    except zstandard.ZstdError as error:
        raise BadValue(f"body is not zstd ({error})") from None
    if not unpacking.eof or unpacking.unused_data or hashlib.sha256(content).digest() != row["hash"]:
        raise BadValue("body is not the text that hash names")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise BadValue("body is not UTF-8") from None
    if len(text) != row["n_chars"]:
        raise BadValue(f"n_chars says {row['n_chars']:,}, the text has {len(text):,}")
    if "\0" in text:
        raise BadValue("body holds a NUL character")
    return text


def _text(checks: Checks, row: Row) -> None:
    content_of(row)
    checks.chars.append(row["n_chars"])


def _turn(checks: Checks, row: Row) -> None:
    if row["index"] >= MOST_TURNS:
        raise BadValue(f"index {row['index']:,} is beyond {MOST_TURNS:,}")
    n_chars = checks.use(row["text_id"])
    for part in ("reasoning", "response"):
        start, end = row[f"{part}_start"], row[f"{part}_end"]
        if (start is None) != (end is None):
            raise BadValue(f"{part}_start and {part}_end: one of them is missing")
        if start is not None:
            _within(start, end, n_chars, part)
    checks.turn_keys.append(row["rollout_id"] * MOST_TURNS + row["index"])
    checks.turn_chars.append(n_chars)


def _within(start: int, end: int, n_chars: int, what: str = "span") -> None:
    if not start <= end <= n_chars:
        raise BadValue(f"{what} {start}–{end} is no part of a text of {max(n_chars, 0):,} characters")


def _candidate(checks: Checks, row: Row) -> None:
    _in_one_collection(checks, row, "candidate_sets", "candidate_set_id")
    _within(row["start"], row["end"], checks.n_chars(row["rollout_id"], row["turn_index"]))


def _label(checks: Checks, row: Row) -> None:
    """Whether the span lies in the turn's text is not asked: a label may be of a text that is another by now."""
    if row["start"] is not None and row["end"] is not None and row["start"] > row["end"]:
        raise BadValue(f"span {row['start']}–{row['end']} ends before it starts")


def _probe(checks: Checks, row: Row) -> None:
    _within(0, row["offset"], checks.n_chars(row["rollout_id"], row["turn_index"]))


def _reading(checks: Checks, row: Row) -> None:
    _in_one_collection(checks, row, "candidate_sets", "candidate_set_id")
    if row["read_from"] not in {"reasoning", "response", "none"}:
        raise BadValue(f"read_from {row['read_from']!r} is none of none, reasoning, response")


def _feature(checks: Checks, row: Row) -> None:
    _in_one_collection(checks, row, "analyses", "analysis_id")


def _analysis(checks: Checks, row: Row) -> None:
    if checks.collections["candidate_sets"][row["candidate_set_id"]] != row["collection_id"]:
        raise BadValue("candidate_set_id is a set of another collection")
    if row["state"] != "done" or row["features_id"] is None:
        raise BadValue("state: only an analysis that is done, with its features, travels")


def _in_one_collection(checks: Checks, row: Row, table: str, column: str) -> None:
    ours = checks.collections["rollouts"][row["rollout_id"]]
    if checks.collections[table][row[column]] != ours:
        raise BadValue(f"{column} and rollout_id are of two collections")


def _ended(checks: Checks, row: Row) -> None:
    if row["state"] not in {"done", "failed", "cancelled"}:
        raise BadValue(f"state {row['state']!r}: only work that has ended travels")


OWNED = ("rollouts", "candidate_sets", "analyses")
CHECKS: dict[str, Callable[[Checks, Row], None]] = {
    "texts": _text,
    "turns": _turn,
    "candidates": _candidate,
    "readings": _reading,
    "labels": _label,
    "probes": _probe,
    "analyses": _analysis,
    "rollout_features": _feature,
    "imports": _ended,
    "runs": _ended,
    "units": _ended,
}
