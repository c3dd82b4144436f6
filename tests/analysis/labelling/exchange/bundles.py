"""Bundles to write and read again: small ones by hand, and arbitrary ones over hostile texts."""

import io
from typing import Any

from hypothesis import strategies as st

from analysis.labelling.exchange.types import Bundle, Document, Format, hash_of
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme, Target
from analysis.labelling.shipped import SCHEMES

REFLECTION = SCHEMES["reflection"]
HINT = SCHEMES["hint_faithfulness"]

FACE = "\U0001f600"
MATHS = "\U0001d465"  # mathematical italic small x: two UTF-16 units
HOSTILE = [FACE, MATHS, "e\u0301", "\r\n", "\n", "\u2028", "\u0085", "\ufeff", "'=1+1", "=", '"', ",", "\t", "\\n", "a"]

texts = st.lists(st.sampled_from(HOSTILE) | st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
TEXTS = texts.map("".join)
WORDS = TEXTS
NAMES = st.sampled_from(["", "ann", "gold", "bo@example.org"])


def round_trip(format: Format, bundle: Bundle) -> Bundle:
    written = "".join(format.write(bundle.scheme, bundle.parts()))
    return format.read(io.BytesIO(written.encode()), bundle.scheme)


def read_text(format: Format, text: str, known: Scheme | None = None) -> Bundle:
    return format.read(io.BytesIO(text.encode()), known)


def document(
    text: str, rollout: str = "r1", turn: int | None = 1, external_id: str = "", collection: str = "c"
) -> Document:
    return Document(rollout, collection if rollout else "", turn, text, external_id, hash_of(text))


@st.composite
def bundles(draw: st.DrawFn, schemes: tuple[Scheme, ...] = (REFLECTION, HINT)) -> Bundle:
    """One to three rollouts with one or two turns each; spans, whole-rollout labels and relations by several people."""
    scheme = draw(st.sampled_from(schemes))
    documents: list[Document] = []
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 3))):
        given = [
            document(draw(TEXTS), f"r{number}", turn, draw(WORDS)) for turn in range(1, draw(st.integers(1, 2)) + 1)
        ]
        documents += given
        rows += draw(_rows(scheme, given, f"k{number}-"))
    return Bundle(scheme, tuple(documents), tuple(rows)).tidy()


@st.composite
def _rows(draw: st.DrawFn, scheme: Scheme, documents: list[Document], prefix: str) -> list[Row]:
    spans = [
        draw(_span(scheme, draw(st.sampled_from(documents)), f"{prefix}{n}")) for n in range(draw(st.integers(0, 5)))
    ]
    rows = list(spans)
    for n, kind in enumerate(scheme.on(Target.ROLLOUT)):
        if draw(st.booleans()):
            rows.append(Row(f"{prefix}w{n}", documents[0].rollout, kind.name, **draw(_said()), collection="c"))
    for n, kind in enumerate(scheme.on(Target.RELATION)):
        if len(spans) > 1 and draw(st.booleans()):
            first, other = draw(st.permutations([span.key for span in spans]))[:2]
            named: dict[str, Any] = {"first": first, "other": other, "collection": "c"}
            rows.append(Row(f"{prefix}x{n}", documents[0].rollout, kind.name, **draw(_said()), **named))
    return rows


@st.composite
def _span(draw: st.DrawFn, scheme: Scheme, on: Document, key: str) -> Row:
    """Most stand on their document's text; some on a text that was there before it was changed."""
    length = len(on.text or "")
    start = draw(st.integers(0, length))
    end = draw(st.integers(start, length))
    kind = draw(st.sampled_from(scheme.on(Target.STEP, Target.SPAN)))
    hashed = draw(st.sampled_from([on.text_hash, on.text_hash, on.text_hash, hash_of("as it was")]))
    said = draw(_said()) | {"value": draw(WORDS)}
    return Row(key, on.rollout, kind.name, collection="c", turn=on.turn, start=start, end=end, text_hash=hashed, **said)


@st.composite
def _said(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "layer": draw(NAMES),
        "author": draw(NAMES),
        "comment": draw(WORDS),
        "at": draw(st.sampled_from(["", "2026-11-23T12:00:00+00:00"])),
    }
