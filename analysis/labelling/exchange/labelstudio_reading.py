"""Label Studio's JSON list of tasks, read: ours, edited there or not, and those that began there. Knows no project.

Whether offsets are UTF-16 units or code points is settled span by span from the text that the region quotes; where it
quotes none, by what the task says of itself, else by `unit`. A region whose text is not at its place is listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from analysis.labelling.exchange.bounded import parsed, whole_text
from analysis.labelling.exchange.fields import chosen, document_of, list_at, number_at, object_at, scheme_at, text_at
from analysis.labelling.exchange.offsets import Offsets, Span, Unit
from analysis.labelling.exchange.reading import Reading, completed
from analysis.labelling.exchange.sheets import OURS, Given, plain_span, plain_whole
from analysis.labelling.exchange.types import BadFile, Bundle, Document, hash_of
from analysis.labelling.scheme import Scheme

REGIONS = ("labels", "hypertextlabels")
VALUES = ("textarea", "choices")


def read(source: BinaryIO, known: Scheme | None, unit: Unit = Unit.UTF16) -> Bundle:
    tasks = list_at(parsed(whole_text(source), "the file"), "the file")
    opened = [_opened(task, f"task {number}") for number, task in enumerate(tasks, 1)]
    schemes = [task.ours["scheme"] for task in opened if "scheme" in task.ours]
    scheme = scheme_at(schemes[0], "scheme") if schemes else None
    reading = Reading(chosen(scheme, known))
    counted = _settled(opened, unit)
    for task in opened:
        _read_task(reading, task, counted)
    return reading.bundle()


def _settled(tasks: list["Task"], unit: Unit) -> Unit:
    """What the quoted texts of a file say that it counts; `unit` where they do not say, or disagree."""
    told = {fits for task in tasks if (offsets := Offsets(task.text)).differ for fits in _told(task, offsets)}
    return told.pop() if len(told) == 1 else unit


def _told(task: "Task", offsets: Offsets) -> Iterator[Unit]:
    """What each region of a task counts, of those that fit their quoted text in one way only."""
    lists = [each.get("result") for each in task.annotations if isinstance(each, dict)]
    results = [row for each in lists if isinstance(each, list) for row in each if isinstance(row, dict)]
    for value in (row.get("value") for row in results if row.get("type") in REGIONS):
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            ends = [value.get("start"), value.get("end")]
            start, end = (n if isinstance(n, int) else -1 for n in ends)
            spans = {each: offsets.read(start, end, each) for each in Unit}
            fits = [each for each, span in spans.items() if span and _quotes(value["text"], task.text, span)]
            if len(fits) == 1:
                yield fits[0]


class Task(NamedTuple):
    """One task: its text, what is ours of it, and its annotations."""

    where: str
    text: str
    ours: dict[str, Any]
    annotations: list[Any]
    n_predictions: int


def _opened(task: Any, where: str) -> Task:
    row = object_at(task, where)
    if "data" not in row:
        raise BadFile(f"{where}: there is no data; export from Label Studio as JSON, not as JSON-MIN")
    data = object_at(row["data"], f"{where}: data")
    ours = object_at(data.get(OURS) or {}, f"{where}: data.{OURS}")
    annotations = list_at(row.get("annotations") or [], f"{where}: annotations")
    return Task(
        where,
        _text(data, where),
        ours,
        annotations,
        len(list_at(row.get("predictions") or [], f"{where}: predictions")),
    )


def _text(data: dict[str, Any], where: str) -> str:
    named = data.get("text")
    texts = [named] if isinstance(named, str) else [value for value in data.values() if isinstance(value, str)]
    if len(texts) != 1:
        raise BadFile(f"{where}: data has no text (fields: {', '.join(data)[:200] or 'none'})")
    return text_at(texts[0], where)


@dataclass
class Page:
    """A task while it is read. `unit` counts where no quoted text settles it; `keys` are the labels by region."""

    reading: Reading
    document: Document
    text: str
    offsets: Offsets
    unit: Unit
    beyond: dict[str, Any]
    joined: list[Any]
    keys: dict[str, str] = field(default_factory=dict)


def _read_task(reading: Reading, task: Task, unit: Unit) -> None:
    document = _document(task)
    reading.documents.append(document)
    beyond = object_at(task.ours.get("labels") or {}, f"{task.where}: labels")
    joined = list_at(task.ours.get("relations") or [], f"{task.where}: relations")
    said = next((each for each in Unit if each == task.ours.get("offsets")), unit)
    page = Page(reading, document, task.text, Offsets(task.text), said, beyond, joined)
    for number, annotation in enumerate(task.annotations, 1):
        where = f"{task.where}, annotation {number}"
        _read_annotation(page, object_at(annotation, where), where)
    reading.take_carried(list_at(task.ours.get("carried") or [], task.where), task.where)
    if task.n_predictions:
        reading.leave(task.where, f"{task.n_predictions} predictions are no labels of people")


def _document(task: Task) -> Document:
    if "document" in task.ours:
        where = f"{task.where}: data.{OURS}.document"
        return document_of(object_at(task.ours["document"], where) | {"text": task.text}, where)
    return Document(text=task.text, text_hash=hash_of(task.text))


def _read_annotation(page: Page, annotation: dict[str, Any], where: str) -> None:
    if annotation.get("was_cancelled"):
        return
    by = Given(_author(annotation.get("completed_by")), str(annotation.get("created_at") or ""))
    results = list_at(annotation.get("result") or [], f"{where}: result")
    rows = [(object_at(result, f"{where}, result {n}"), f"{where}, result {n}") for n, result in enumerate(results, 1)]
    said = _said(rows)
    page.keys = {}
    for row, at in rows:
        if row.get("type") in REGIONS:
            _read_region(page, row, "; ".join(said[_id(row)]), by, at)
        elif row.get("type") == "choices" and _id(row) not in said:
            _read_choices(page, row, by, at)
        elif row.get("type") != "relation" and not (row.get("type") in VALUES and _id(row) in said):
            page.reading.leave(at, f"results of type {str(row.get('type'))[:40]!r} are not read")
    for row, at in rows:
        if row.get("type") == "relation":
            _read_relation(page, row, by, at)


def _id(row: dict[str, Any]) -> str:
    return str(row.get("id"))


def _said(rows: list[tuple[dict[str, Any], str]]) -> dict[str, list[str]]:
    """The values beside each region, by its id."""
    said: dict[str, list[str]] = {_id(row): [] for row, _ in rows if row.get("type") in REGIONS}
    for row, at in rows:
        if row.get("type") in VALUES and _id(row) in said:
            said[_id(row)] += _words(row, at)
    return said


def _author(given: Any) -> str:
    if isinstance(given, dict):
        return str(given.get("email") or given.get("id") or "")[:200]
    return "" if given is None else str(given)[:200]


def _read_region(page: Page, row: dict[str, Any], said: str, by: Given, where: str) -> None:
    value = object_at(row.get("value"), f"{where}: value")
    names = list_at(value.get("labels", value.get("hypertextlabels")), f"{where}: value.labels")
    span = _span(page, value, where)
    if span is None:
        return
    comment = " ".join(_strings(object_at(row.get("meta") or {}, where).get("text")))
    for name in names:
        key = _key(page, row, text_at(name, where), by)
        plain = plain_span(page.document, key, name, span.start, span.end, said, comment, by)
        if page.reading.take(completed(plain, page.beyond.get(key), where), where):
            page.keys.setdefault(_id(row), key)


def _key(page: Page, row: dict[str, Any], name: str, by: Given) -> str:
    own = _id(row)
    wanted = own if own in page.beyond else ""
    return page.reading.key_for(wanted, "labelstudio", page.document.text_hash, by.author, own, name)


def _span(page: Page, value: dict[str, Any], where: str) -> Span | None:
    """Where a region stands; None, and listed, where its place does not hold the text that it quotes."""
    place = value.get("globalOffsets", value)
    if isinstance(place, dict) and isinstance(place.get("start"), str):
        page.reading.leave(where, f"its place is given as {place['start'][:40]!r}, not as a number")
        return None
    start, end = (number_at(object_at(place, where).get(name), f"{where}: value.{name}") for name in ("start", "end"))
    readings = _readings(page, start, end, value.get("text"))
    found = readings.get(page.unit) or (next(iter(readings.values()), None) if "text" in value else None)
    if found is None:
        quoted = f" as {str(value['text'])[:40]!r}, which is not there" if "text" in value else ", outside the text"
        page.reading.leave(where, f"a region from {start} to {end}{quoted}")
    return found


def _readings(page: Page, start: int, end: int, quote: Any) -> dict[Unit, Span]:
    """The spans that a region may mean, by what it counts."""
    spans = {unit: page.offsets.read(start, end, unit) for unit in Unit}
    return {
        unit: span
        for unit, span in spans.items()
        if span and (not isinstance(quote, str) or _quotes(quote, page.text, span))
    }


def _quotes(quote: str, text: str, span: Span) -> bool:
    """Whether a region quotes what stands there; Label Studio may write a newline as backslash and n."""
    return quote.replace("\n", "\\n") == text[span.start : span.end].replace("\n", "\\n")


def _words(row: dict[str, Any], where: str) -> list[str]:
    value = object_at(row.get("value"), f"{where}: value")
    return _strings(value.get("text", value.get("choices")))


def _strings(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]


def _read_choices(page: Page, row: dict[str, Any], by: Given, where: str) -> None:
    value = object_at(row.get("value"), f"{where}: value")
    for name in list_at(value.get("choices"), f"{where}: value.choices"):
        key = _key(page, row, text_at(name, where), by)
        plain = plain_whole(page.document, key, name, by=by)
        page.reading.take(completed(plain, page.beyond.get(key), where), where)


def _read_relation(page: Page, row: dict[str, Any], by: Given, where: str) -> None:
    first, other = (page.keys.get(str(row.get(end))) for end in ("from_id", "to_id"))
    if not first or not other:
        page.reading.leave(where, "a relation with a region that is not there")
        return
    for name in _strings(row.get("labels")) or [""]:
        beyond = _taken(page.joined, [first, other, name])
        key = page.reading.key_for(str(beyond.get("key", "")), "labelstudio", first, other, name)
        plain = plain_whole(page.document, key, name, first, other, by)
        page.reading.take(completed(plain, beyond | {"key": key}, where), where)


def _taken(joined: list[Any], wanted: list[str]) -> dict[str, Any]:
    """What was carried beside a relation, taken out of the list; {} where nothing was."""
    for at, entry in enumerate(joined):
        if isinstance(entry, list) and len(entry) == 4 and entry[:3] == wanted and isinstance(entry[3], dict):
            return dict(joined.pop(at)[3])
    return {}
