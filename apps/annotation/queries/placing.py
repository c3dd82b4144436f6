"""Where the texts of a file stand in a project: on which turn, from which character on. Guesses nothing.

A text is found by its rollout and its hash; where the file does not say whose it is by its hash alone, or as the
reasoning or the response of a turn, character for character. A text in several rollouts is nobody's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db.models import F, QuerySet

from analysis.labelling.exchange.types import Bundle, Document, hash_of
from analysis.labelling.rows import Row
from apps.accounts.models import Project
from apps.traces.models import Collection, Rollout, Turn
from apps.traces.services.texts import contents

STEP = 300


class Home(NamedTuple):
    """A text's place: `turn` is None for a rollout as a whole; the text begins at `shift` in the turn's text."""

    rollout: Rollout
    turn: int | None = None
    shift: int = 0
    length: int = 0
    text_hash: bytes = b""


class Lost(NamedTuple):
    """Why a text has no place."""

    reason: str


Found = dict[Document, Home | Lost]


def homes_of(project: Project, documents: Iterable[Document], collection: Collection | None = None) -> Found:
    """Where each document stands; `collection` narrows where it is looked for."""
    live = Collection.objects.filter(project=project, is_deleted=False)
    collections = live if collection is None else live.filter(pk=collection.pk)
    named: list[Document] = []
    unnamed: list[Document] = []
    for document in dict.fromkeys(documents):
        (named if document.rollout else unnamed).append(document)
    found: Found = {}
    for chunk in _chunks(named):
        found |= _by_name(collections, chunk)
    for chunk in _chunks(unnamed):
        found |= _by_text(collections, chunk)
    return found


def _chunks(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), STEP):
        yield documents[start : start + STEP]


def _rollouts(collections: "QuerySet[Collection]") -> "QuerySet[Rollout]":
    return Rollout.objects.filter(collection__in=collections).select_related("collection")


def _by_name(collections: "QuerySet[Collection]", documents: Sequence[Document]) -> Found:
    names = {document.rollout for document in documents}
    by_key = _grouped(_rollouts(collections).filter(unit_key__in=names), "unit_key")
    others = _rollouts(collections).filter(external_id__in=names - by_key.keys())
    rollouts = _grouped(others, "external_id") | by_key
    texts = _texts([each for several in rollouts.values() for each in several])
    return {document: _named_home(document, rollouts.get(document.rollout, []), texts) for document in documents}


def _grouped(rollouts: "QuerySet[Rollout]", field: str) -> dict[str, list[Rollout]]:
    found: dict[str, list[Rollout]] = defaultdict(list)
    for rollout in rollouts.order_by("pk"):
        found[getattr(rollout, field)].append(rollout)
    return dict(found)


Texts = Mapping[int, Mapping[int, tuple[bytes, int]]]
"""Hash and length of each turn's text, by rollout and turn."""


def _texts(rollouts: Sequence[Rollout]) -> Texts:
    found: dict[int, dict[int, tuple[bytes, int]]] = defaultdict(dict)
    turns = Turn.objects.filter(rollout__in=[rollout.pk for rollout in rollouts], text__isnull=False).order_by("index")
    for rollout, index, digest, n in turns.values_list("rollout", "index", "text__hash", "text__n_chars"):
        found[rollout][index] = (bytes(digest), n)
    return found


def _named_home(document: Document, rollouts: Sequence[Rollout], texts: Texts) -> Home | Lost:
    what = document.external_id or document.rollout
    if not rollouts:
        return Lost(f"there is no rollout {what[:80]!r}")
    homes = [home for rollout in rollouts if (home := _turn_home(document, rollout, texts.get(rollout.pk, {})))]
    same = [home for home in homes if home.rollout.collection.name == document.collection]
    homes = same or homes
    if len(homes) > 1:
        return Lost(f"{what[:80]!r} is in {_names(homes)}: say in which collection")
    where = f"turn {document.turn} of " if document.turn is not None else ""
    return homes[0] if homes else Lost(f"the text of {where}{what[:80]!r} is another one here")


def _turn_home(document: Document, rollout: Rollout, turns: Mapping[int, tuple[bytes, int]]) -> Home | None:
    """The turn with this very text, best the one of the same number; without a hash, the turn of that number."""
    if document.turn is None and (not document.text_hash or document.text == ""):
        return Home(rollout)
    order = sorted(turns, key=lambda index: (index != document.turn, index))
    for index in order:
        digest, length = turns[index]
        if digest.hex() == document.text_hash or (not document.text_hash and index == document.turn):
            return Home(rollout, index, 0, length, digest)
    return None


def _by_text(collections: "QuerySet[Collection]", documents: Sequence[Document]) -> Found:
    homes: dict[str, list[Home]] = defaultdict(list)
    hashes = [bytes.fromhex(document.text_hash) for document in documents if _is_hash(document.text_hash)]
    turns = Turn.objects.filter(text__hash__in=hashes, rollout__collection__in=collections)
    for turn in turns.select_related("rollout__collection", "text").order_by("pk"):
        if turn.text is not None:
            digest = bytes(turn.text.hash)
            homes[digest.hex()].append(Home(turn.rollout, turn.index, 0, turn.text.n_chars, digest))
    missing = [document for document in documents if document.text and document.text_hash not in homes]
    _add_inner(homes, collections, {document.text or "": document.text_hash for document in missing})
    return {document: _only_home(document, homes.get(document.text_hash, [])) for document in documents}


def _is_hash(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False


def _add_inner(homes: dict[str, list[Home]], collections: "QuerySet[Collection]", wanted: Mapping[str, str]) -> None:
    """Homes of texts that are the whole reasoning or response of a turn; only those of their length are read."""
    lengths = {len(text) for text in wanted}
    for part in ("reasoning", "response") if lengths else ():
        turns = Turn.objects.filter(rollout__collection__in=collections, text__isnull=False)
        near = turns.annotate(length=F(f"{part}_end") - F(f"{part}_start")).filter(length__in=lengths)
        for turn in near.select_related("rollout__collection", "text").order_by("pk").iterator(chunk_size=100):
            start, end = getattr(turn, f"{part}_start"), getattr(turn, f"{part}_end")
            text = contents([turn.text_id or 0])[turn.text_id or 0]
            if turn.text is not None and text[start:end] in wanted:
                home = Home(turn.rollout, turn.index, start, len(text), bytes(turn.text.hash))
                homes[wanted[text[start:end]]].append(home)


def _only_home(document: Document, homes: Sequence[Home]) -> Home | Lost:
    what = document.external_id or (document.text or "").strip()[:60]
    if len(homes) > 1 and document.external_id:
        homes = [home for home in homes if _same_id(document.external_id, home.rollout.external_id)] or homes
    if len(homes) > 1:
        return Lost(f"the text of {what!r} is in {_names(homes)}: it is not said which")
    return homes[0] if homes else Lost(f"no turn has the text of {what!r}")


def _same_id(given: str, own: str) -> bool:
    """Whether a file's name of a rollout ends in ours.

    >>> _same_id("math-r1/t0.8/80", "80"), _same_id("180", "80")
    (True, False)
    """
    return given == own or given.endswith((f"/{own}", f":{own}"))


def _names(homes: Sequence[Home]) -> str:
    names = sorted({home.rollout.collection.name for home in homes})
    rollouts = len({home.rollout.pk for home in homes})
    return f"{rollouts} rollouts ({', '.join(names)[:120]})" if rollouts > 1 else f"{len(homes)} turns of a rollout"


class Places:
    """Where each label of a bundle goes."""

    def __init__(self, project: Project, bundle: Bundle, collection: Collection | None) -> None:
        documents = [_hashed(document) for document in bundle.documents]
        self._by_text = {(each.collection, each.rollout, each.turn, each.text_hash): each for each in documents}
        self._first: dict[tuple[str, str], Document] = {}
        for document in documents:
            if document.rollout:
                self._first.setdefault((document.collection, document.rollout), document)
        wanted = (self._document(row) for row in bundle.rows if not row.is_relation)
        self._homes = homes_of(project, wanted, collection)

    def home(self, row: Row) -> Home | Lost:
        return self._homes[self._document(row)]

    def name(self, row: Row) -> str:
        """What the file calls the rollout of a label; '' where it does not say."""
        return self._document(row).external_id or row.rollout

    def _document(self, row: Row) -> Document:
        own = self._by_text.get((row.collection, row.rollout, row.turn, row.text_hash))
        if own is None and not row.is_span:
            own = self._first.get((row.collection, row.rollout))
        return own or Document(row.rollout, row.collection, row.turn, None, "", row.text_hash)


def _hashed(document: Document) -> Document:
    if document.text is None or document.text_hash:
        return document
    return replace(document, text_hash=hash_of(document.text))
