"""Bytes that somebody sent, as text or JSON, within bounds. Knows no instrument."""

import json
from collections import Counter
from typing import Any

from analysis.psychometrics.instrument_checks import BadInstrument

MOST_BYTES = 2_000_000


def text_of(data: bytes) -> str:
    """UTF-8 text; raises BadInstrument for more than 2 MB and for bytes that are no UTF-8.

    >>> text_of(b"\\xef\\xbb\\xbfI talk.")
    'I talk.'
    """
    if len(data) > MOST_BYTES:
        raise BadInstrument(f"the file has {len(data):,} bytes, may have {MOST_BYTES:,}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInstrument(f"the file is no UTF-8 text (byte {error.start:,})") from None


def load_json(text: str) -> Any:
    """JSON with no name twice in an object and not nested deeply; raises BadInstrument.

    >>> load_json('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument_checks.BadInstrument: 'a' is there 2 times
    """
    try:
        return json.loads(text, object_pairs_hook=_without_twins)
    except ValueError as error:
        raise BadInstrument(f"this is no JSON: {error}") from None
    except RecursionError:
        raise BadInstrument("this JSON is nested too deeply") from None


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, n in Counter(name for name, _ in pairs).items():
        if n > 1:
            raise BadInstrument(f"{name[:60]!r} is there {n} times", name[:60], "id")
    return dict(pairs)
