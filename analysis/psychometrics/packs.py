"""A pack: the texts of an instrument's items apart from its key, for many instruments' words are not ours to ship.

Three ways to write one: JSON, `{"1": "..."}` or `{"items": {...}, "licence": "..."}`; CSV with columns id and text; or
lines, either each with its item's number before it or one for each item in the key's order. Knows no key's source.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from typing import Any, NamedTuple

from analysis.psychometrics.bounded import load_json, text_of
from analysis.psychometrics.instrument import Instrument
from analysis.psychometrics.instrument_checks import LONGEST_TEXT, UNSTORABLE, BadInstrument, checked

MOST_NAMED = 10
NUMBERED = re.compile(r"\s*[(\[]?(\d{1,4})[)\].:]?[)\]]?[ \t]+(\S.*)")
ID_COLUMNS, TEXT_COLUMNS = ("id", "item", "number", "key"), ("text", "item text", "statement", "question")


class Pack(NamedTuple):
    """Item -> text; licence and source where the pack says them."""

    texts: Mapping[str, str]
    licence: str = ""
    source: str = ""


def pack_of(data: bytes, key: Instrument) -> Pack:
    """What somebody sent as a pack for a key; raises BadInstrument for what cannot be read. Texts are not yet checked.

    >>> from analysis.psychometrics.instrument import Item, Option
    >>> key = Instrument("t", "1", "CC0", (Item("a", "E"), Item("b", "E")), (Option(1, "no"), Option(2, "yes")))
    >>> sent = [b'{"a": "I talk.", "b": "I hide."}', b"id,text\\nb,I hide.\\na,I talk.\\n", b"2. I hide.\\n1. I talk."]
    >>> [sorted(pack_of(each, key).texts.items()) == [("a", "I talk."), ("b", "I hide.")] for each in sent]
    [True, True, True]
    """
    text = text_of(data).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise BadInstrument("the pack is empty")
    if text[0] in "{[":
        return _json_pack(load_json(text))
    columns = _columns(text.partition("\n")[0])
    return Pack(_csv_texts(text, *columns) if columns else _line_texts(text.split("\n"), key))


def with_texts(instrument: Instrument, texts: Mapping[str, str]) -> Instrument:
    """The instrument with a pack's item texts; raises BadInstrument where key and pack do not fit, naming the items.

    >>> from analysis.psychometrics.instrument import Item, Option
    >>> key = Instrument("t", "1", "CC0", (Item("a", "E"),), (Option(1, "no"), Option(2, "yes")))
    >>> with_texts(key, {"b": "I talk."})
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument_checks.BadInstrument: instrument 't': the pack has no text for a; the key has no \
item b
    """
    if misfits := misfits_of(instrument, texts):
        raise BadInstrument(f"instrument {instrument.id!r}: {'; '.join(misfits)}")
    told = (replace(item, text=" ".join(texts[item.id].split())) for item in instrument.items)
    return checked(replace(instrument, items=tuple(told)))


def misfits_of(instrument: Instrument, texts: Mapping[str, str]) -> list[str]:
    """In words, everything by which a pack does not fit a key; empty where it does."""
    ids = [item.id for item in instrument.items]
    known = set(ids)
    said = []
    if missing := [name for name in ids if not texts.get(name, "").strip()]:
        said.append(f"the pack has no text for {_named(missing)}")
    if unknown := [name for name in texts if name not in known]:
        said.append(f"the key has no item {_named(unknown)}")
    if bad := [name for name in ids if UNSTORABLE.search(texts.get(name, ""))]:
        said.append(f"the text of {_named(bad)} holds a character that cannot be stored (NUL or half a character)")
    if long := [name for name in ids if len(texts.get(name, "")) > LONGEST_TEXT]:
        said.append(f"the text of {_named(long)} has more than {LONGEST_TEXT:,} characters")
    counts = Counter(" ".join(text.split()).casefold() for text in texts.values() if text.strip())
    twins = [name for name in ids if counts[" ".join(texts.get(name, "").split()).casefold()] > 1]
    if twins:
        said.append(f"items {_named(twins)} have a text that another item has too")
    return said


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(name[:60] for name in names[:MOST_NAMED]) + more


def _json_pack(found: Any) -> Pack:
    if isinstance(found, dict) and isinstance(found.get("items"), dict | list):
        about = {name: found.get(name, "") for name in ("licence", "source")}
        if not all(isinstance(value, str) for value in about.values()):
            raise BadInstrument("licence and source of a pack must be text")
        return Pack(_texts(found["items"]), about["licence"].strip(), about["source"].strip())
    return Pack(_texts(found))


def _texts(found: Any) -> dict[str, str]:
    rows = found if isinstance(found, list) else [{"id": name, "text": text} for name, text in found.items()]
    pairs = []
    for row in rows:
        name, text = (row.get("id"), row.get("text")) if isinstance(row, dict) else (None, None)
        if not isinstance(name, str | int) or not isinstance(text, str):
            raise BadInstrument(f"item {str(name)[:60]!r} of the pack must have an id and a text")
        pairs.append((str(name), text))
    return _once(pairs)


def _columns(head: str) -> tuple[str, str, str] | None:
    """Delimiter and the names of both columns, of a first line that names them."""
    for delimiter in ",;\t":
        names = [name.strip().strip('"').casefold() for name in head.split(delimiter)]
        ids, texts = set(names) & set(ID_COLUMNS), set(names) & set(TEXT_COLUMNS)
        if len(ids) == len(texts) == 1:
            return delimiter, ids.pop(), texts.pop()
    return None


def _csv_texts(text: str, delimiter: str, name: str, words: str) -> dict[str, str]:
    pairs = []
    try:
        rows = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
        head = [each.strip().casefold() for each in next(rows)]
        for row in rows:
            if len(row) not in (0, len(head)):
                raise BadInstrument(f"line {rows.line_num} has {len(row)} columns, the first line {len(head)}")
            if row:
                pairs.append((row[head.index(name)].strip(), row[head.index(words)]))
    except csv.Error as error:
        raise BadInstrument(f"the CSV cannot be read: {error}") from None
    return _once(pairs)


def _line_texts(lines: Sequence[str], key: Instrument) -> dict[str, str]:
    """By the number before each line, or, where no line has one, in the key's order."""
    lines = [line for line in lines if line.strip()]
    found = [NUMBERED.fullmatch(line) for line in lines]
    if not any(found):
        if len(lines) != len(key.items):
            raise BadInstrument(
                f"the pack has {len(lines)} lines without numbers, the key {len(key.items)} items: which is which "
                "cannot be told"
            )
        return {item.id: line.strip() for item, line in zip(key.items, lines, strict=True)}
    for line, match in zip(lines, found, strict=True):
        if match is None:
            raise BadInstrument(f"the line {line.strip()[:60]!r} has no number before it, other lines have")
    by_number = {str(place): item.id for place, item in enumerate(key.items, 1)}
    return _once([(by_number.get(m[1].lstrip("0"), m[1]), m[2]) for m in found if m])


def _once(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    for name, n in Counter(name for name, _ in pairs).items():
        if n > 1:
            raise BadInstrument(f"the pack has item {name[:60]!r} {n} times", name[:60], "id")
    return dict(pairs)
