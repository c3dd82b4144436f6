"""An instrument as JSON: read with every field checked, written so that reading gives the same. Knows no place for it.

A key stands either at the items ("scale", "reversed") or apart from them as `key`: score -> {"straight": [ids],
"reversed": [ids]}, as papers print it. `range`, where it is there, says which values the options must cover.
"""

from collections.abc import Mapping
from typing import Any

from analysis.psychometrics.bounded import load_json, text_of
from analysis.psychometrics.instrument import Band, Instrument, Item, Norm, Option, Scoring
from analysis.psychometrics.instrument_checks import BadInstrument, checked

MOST = 1_000_000
WORDS = ("id", "version", "title", "licence", "language", "source", "about", "doubts")
FIELDS = frozenset({*WORDS, "verified", "scoring", "range", "options", "items", "key", "norms", "bands"})
ITEM_FIELDS = frozenset({"id", "text", "scale", "reversed", "facet", "pair", "options"})


def instrument_of(row: Mapping[str, Any]) -> Instrument:
    """A checked instrument from JSON; raises BadInstrument that names the field or item.

    >>> two = [{"value": 1, "label": "no"}, {"value": 2, "label": "yes"}]
    >>> row = {"id": "t", "version": "1", "licence": "CC0", "options": two, "items": [{"id": "a", "text": "I talk."}]}
    >>> instrument_of({**row, "key": {"E": {"reversed": ["a"]}}}).items[0].is_reversed
    True
    >>> instrument_of({**row, "key": {"E": {"straight": ["b"]}}})
    Traceback (most recent call last):
    ...
    analysis.psychometrics.instrument_checks.BadInstrument: the key of 'E' names 'b', which is no item
    """
    if not isinstance(row, Mapping):
        raise BadInstrument("an instrument's file must hold one JSON object")
    _refuse_unknown("the file", row, FIELDS)
    keyed = _key_of(row)
    options = _options(row.get("options"), "the file")
    _check_range(row.get("range"), options)
    return checked(
        Instrument(
            id=_text(row, "id", "the file"),
            version=_text(row, "version", "the file"),
            licence=_text(row, "licence", "the file"),
            items=tuple(_item(each, keyed) for each in _rows(row, "items")),
            options=options,
            title=_text(row, "title", "the file", ""),
            source=_text(row, "source", "the file", ""),
            is_verified=_truth(row, "verified", "the file", True),
            doubts=_text(row, "doubts", "the file", ""),
            about=_text(row, "about", "the file", ""),
            language=_text(row, "language", "the file", "en"),
            scoring=_scoring(row.get("scoring", "mean")),
            norms=tuple(_norm(each) for each in _rows(row, "norms", ())),
            bands=tuple(_band(each) for each in _rows(row, "bands", ())),
        )
    )


def parsed(data: bytes) -> Instrument:
    """An instrument from the bytes of its file; raises BadInstrument."""
    return instrument_of(load_json(text_of(data)))


def as_json(instrument: Instrument) -> dict[str, Any]:
    """What `instrument_of` reads; empty fields are left out.

    >>> read = instrument_of(as_json(Instrument("t", "1", "CC0", (Item("a", "E"),), (Option(1, "no"), Option(2, "y")))))
    >>> read.items
    (Item(id='a', scale='E', is_reversed=False, text='', facet='', pair='', options=()),)
    """
    told: dict[str, Any] = {name: getattr(instrument, name) for name in WORDS}
    told |= {"verified": instrument.is_verified, "scoring": instrument.scoring.value}
    told["options"] = _options_json(instrument.options)
    told["items"] = [_item_json(item) for item in instrument.items]
    told["norms"] = [dict(norm._asdict()) for norm in instrument.norms]
    told["bands"] = [dict(band._asdict()) for band in instrument.bands]
    return {name: value for name, value in told.items() if value not in ("", [])}


def _item_json(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {"id": item.id, "text": item.text, "scale": item.scale, "reversed": item.is_reversed}
    told |= {"facet": item.facet, "pair": item.pair, "options": _options_json(item.options)}
    return {name: value for name, value in told.items() if value not in ("", [])}


def _options_json(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [{"value": option.value, "label": option.label} for option in options]


def _key_of(row: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Item -> score and whether it is reversed, of a key that stands apart."""
    key = row.get("key", {})
    if not isinstance(key, Mapping):
        raise BadInstrument(f"key is {_short(key)}, must be an object of scores")
    known = {str(each.get("id", "")) for each in _rows(row, "items") if isinstance(each, Mapping)}
    found: dict[str, tuple[str, bool]] = {}
    for scale, sides in key.items():
        if not isinstance(sides, Mapping) or set(sides) - {"straight", "reversed"}:
            raise BadInstrument(f'the key of {scale[:60]!r} must be {{"straight": [ids], "reversed": [ids]}}')
        for side in sides:
            for name in _rows(sides, side):
                if str(name) not in known:
                    raise BadInstrument(f"the key of {scale[:60]!r} names {_short(name)}, which is no item")
                if str(name) in found:
                    raise BadInstrument(f"the key names item {str(name)!r} 2 times", str(name), "scale")
                found[str(name)] = scale, side == "reversed"
    return found


def _item(row: Any, keyed: Mapping[str, tuple[str, bool]]) -> Item:
    if not isinstance(row, Mapping):
        raise BadInstrument(f"item {_short(row)} must be an object with an id and a scale")
    name = _text(row, "id", "an item")
    where = f"item {name[:60]!r}"
    _refuse_unknown(where, row, ITEM_FIELDS)
    if name in keyed and ("scale" in row or "reversed" in row):
        raise BadInstrument(f"{where} has its key both at the item and apart from it", name, "scale")
    scale, is_reversed = keyed.get(name) or (
        _text(row, "scale", where),
        _truth(row, "reversed", where, False),
    )
    return Item(
        name,
        scale,
        is_reversed,
        _text(row, "text", where, "").strip(),
        _text(row, "facet", where, ""),
        _text(row, "pair", where, ""),
        _options(row["options"], where) if row.get("options") else (),
    )


def _options(rows: Any, where: str) -> tuple[Option, ...]:
    if not isinstance(rows, list):
        raise BadInstrument(f"{where} lacks or misspells 'options', a list", field="options")
    found = []
    for row in rows:
        if not isinstance(row, Mapping) or set(row) != {"value", "label"}:
            raise BadInstrument(
                f"{where}: option {_short(row)} must be an object with value and label", field="options"
            )
        found.append(Option(_whole(row["value"]), _text(row, "label", f"{where}: an option")))
    return tuple(found)


def _check_range(told: Any, options: tuple[Option, ...]) -> None:
    if told is None:
        return
    if not isinstance(told, list) or len(told) != 2:
        raise BadInstrument(f"range is {_short(told)}, must be [lowest, highest]", field="options")
    low, high = map(_whole, told)
    missing = sorted(set(range(low, high + 1)) ^ {option.value for option in options}) if high - low < 1_000 else [high]
    if missing:
        raise BadInstrument(
            f"the scale goes from {low} to {high}; the options do not cover it: {missing[0]} is in one of them only",
            field="options",
        )


def _norm(row: Any) -> Norm:
    where = "a norm"
    if not isinstance(row, Mapping):
        raise BadInstrument(f"norm {_short(row)} must be an object")
    _refuse_unknown(where, row, frozenset(Norm._fields))
    sd = row.get("sd")
    return Norm(
        _text(row, "scale", where),
        _number(row.get("mean"), "the mean of a norm"),
        None if sd is None else _number(sd, "the standard deviation of a norm"),
        _text(row, "source", where),
    )


def _band(row: Any) -> Band:
    if not isinstance(row, Mapping):
        raise BadInstrument(f"band {_short(row)} must be an object")
    _refuse_unknown("a band", row, frozenset(Band._fields))
    at_least = _number(row.get("at_least"), "the lower end of a band")
    return Band(_text(row, "scale", "a band"), at_least, _text(row, "label", "a band"))


def _scoring(value: Any) -> Scoring:
    if value not in set(Scoring):
        raise BadInstrument(f"scoring is {_short(value)}, must be one of {', '.join(Scoring)}", field="scoring")
    return Scoring(value)


def _refuse_unknown(where: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(map(str, set(row) - known)):
        raise BadInstrument(f"{where} has a field {_short(unknown[0])}; known: {', '.join(sorted(known))}")


def _rows(row: Mapping[str, Any], name: str, default: Any = None) -> list[Any]:
    value = row.get(name, default)
    if not isinstance(value, list | tuple):
        raise BadInstrument(f"the file lacks or misspells {name!r}, a list", field=name)
    return list(value)


def _text(row: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if value is None:
        raise BadInstrument(f"{where} lacks or misspells {name!r}", str(row.get("id", ""))[:60], name)
    if not isinstance(value, str):
        raise BadInstrument(f"{where}: {name} is {_short(value)}, must be text", str(row.get("id", ""))[:60], name)
    return value


def _truth(row: Mapping[str, Any], name: str, where: str, default: bool) -> bool:
    value = row.get(name, default)
    if not isinstance(value, bool):
        raise BadInstrument(f"{where}: {name} is {_short(value)}, must be true or false", field=name)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInstrument(f"option value {_short(value)} is no whole number", field="options")
    return value


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST:
        raise BadInstrument(f"{what} is {_short(value)}, must be a number up to {MOST:,}")
    return float(value)


def _short(value: object) -> str:
    return repr(value)[:80]
