"""What the steps of a new run show: the protocols, their settings, what was chosen to run on. Knows no request."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict

from analysis.catalogue import PROTOCOL_PURPOSES, PROTOCOLS
from analysis.errors import UserError
from analysis.protocols.conduct import Conductor
from apps.runs.forms import EVERY_SET, PREFIX, ROLE, Field, written
from apps.runs.models import RoleBinding, Run
from apps.traces.queries.filters import RolloutFilter

SHOWN_SETTINGS = 8


class Card(NamedTuple):
    """A protocol to choose; `query` is the address of the next step, which keeps what was chosen before."""

    name: str
    label: str
    purpose: str
    needs: str
    roles: tuple[str, ...]
    also_from_rollouts: str
    query: str


class Chosen(NamedTuple):
    """What to run on, as it was chosen in a list or before: the kind, the collection, its filter in words, the file."""

    kind: str
    collection: int
    filter: str
    filter_words: str
    file_name: str = ""
    file_run: int = 0


def cards(kept: QueryDict) -> list[Card]:
    """The protocols, those that start from problems first; settings in `kept` say what each starts from."""
    return sorted((_card(name, kept) for name in PROTOCOLS), key=lambda card: card.needs)


def _card(name: str, kept: QueryDict) -> Card:
    conductor, query = PROTOCOLS[name], kept.copy()
    query["protocol"] = name
    known = {each.name for each in conductor.parameters}
    given = {key.removeprefix(PREFIX): str(value) for key, value in kept.items() if key.startswith(PREFIX)}
    return Card(
        name,
        PROTOCOLS.label(name),
        PROTOCOL_PURPOSES[name],
        needs_of(conductor, {key: value for key, value in given.items() if key in known}),
        conductor.roles,
        ", ".join(dict.fromkeys(label for label, _ in settings_for_rollouts(conductor))),
        query.urlencode(),
    )


def needs_of(conductor: Conductor, settings: Mapping[str, str]) -> str:
    """What it starts from with these settings; with settings that cannot be read, what it usually does."""
    try:
        return conductor.needs_for(settings)
    except UserError:
        return conductor.needs


def settings_for_rollouts(conductor: Conductor) -> Iterator[tuple[str, str]]:
    """(setting, choice) by their labels of every choice with which a protocol for problems starts from rollouts."""
    if conductor.needs == "problem":
        for each in conductor.parameters:
            for value, words in each.choices:
                if needs_of(conductor, {each.name: value}) == "rollout":
                    yield each.label, words


def arranged(fields: Sequence[Field]) -> dict[str, Any]:
    """The first settings that take a line, then the others, folded unless something in them was changed."""
    shown = [each for each in fields if not each.is_wide][:SHOWN_SETTINGS]
    more = [each for each in fields if each not in shown]
    return {
        "fields": shown,
        "more_fields": more,
        "more_are_open": any(each.error or not each.is_usual for each in more),
    }


def chosen(sent: QueryDict, file_of: Run | None) -> Chosen:
    """`file_of` is the run whose file of problems may be used once more."""
    pk, query = sent.get("collection", ""), sent.get("filter", "")
    try:
        words = RolloutFilter.parse(QueryDict(query).dict(), with_text=True).words
    except UserError:
        query, words = "", ""
    kind = sent.get("source") or ("collection" if pk else "")
    number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    file = (str(file_of.source.get("name", "")), file_of.pk) if file_of else ("", 0)
    return Chosen(kind, number, query, words, *file)


def sent_for(run: Run, bindings: Sequence[RoleBinding]) -> QueryDict:
    """The form as it would be sent to make a run once more, with its usual name left out."""
    source, data = run.source, QueryDict(mutable=True)
    filters = QueryDict(mutable=True)
    filters.update({name: str(value) for name, value in (source.get("filter") or {}).items()})
    data.update(
        {
            "protocol": run.protocol,
            "source": str(source.get("kind", "")),
            "problem_set": str(source.get("problem_set", EVERY_SET)),
            "collection": str(source.get("collection", "")),
            "filter": filters.urlencode(),
            "limit": str(source.get("limit", "")),
            "seed": str(run.first_seed),
            "name": "" if run.name == usual_name(run) else run.name,
        }
        | {ROLE + each.role: f"{each.engine_id}:{each.model}" for each in bindings}
        | {PREFIX + name: written(value) for name, value in run.parameters.items()}
    )
    return data


def usual_name(run: Run) -> str:
    label = PROTOCOLS.label(run.protocol) if run.protocol in PROTOCOLS else run.protocol
    return f"{label}: {run.source.get('words', '')}"[:200]
