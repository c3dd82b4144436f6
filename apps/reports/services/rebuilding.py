"""A report from its manifest: the blocks that it was made of, over the data of this database, and what differs.

Numbers of rows differ between sites, so data are found by the hash of their features, then by their names. Knows no
command line and no page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.reports.blocks.block import Block, BlockError
from apps.reports.content import Content, Source
from apps.reports.services.composing import compose
from apps.reports.services.manifests import Manifest, Stored
from apps.reports.services.reports import stored_block
from apps.traces.models import Analysis, Collection

NOT_HERE: Final = "**A part of this report is not here:** {}"
OTHER_DATA: Final = "it shows a rollout by its number, and the data that were cited are not in this project"
UNKNOWN: Final = "it is of collection {!r}, which this project has not"
FACTS: Final = (
    "revision",
    "candidate_set",
    "grader",
    "segmentation",
    "token_counter",
    "n_rollouts",
    "n_chosen",
    "filter",
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The report anew; `differences` are sentences on data that are not those that were cited."""

    content: Content
    differences: list[str]


def rebuild(project: Project, manifest: Manifest, now: datetime) -> Rebuilt:
    blocks = [_placed(project, each, manifest.sources) for each in manifest.blocks]
    content = compose(project, manifest.title, blocks, authors=manifest.authors, now=now)
    return Rebuilt(content, differences(manifest.sources, content.sources))


def place_of(project: Project, source: Source) -> Collection | None:
    """The collection that has these very features, else the newest of that name."""
    return _same(project, source) or (
        Collection.objects.filter(project=project, is_deleted=False, name=source.collection).order_by("-pk").first()
    )


def differences(cited: Sequence[Source], found: Sequence[Source]) -> list[str]:
    """What data are now that they were not when they were cited; one sentence for each section that they are of."""
    now = {(source.section, source.collection): source for source in found}
    return [words for old in cited if (words := _difference(old, now.get((old.section, old.collection))))]


def _difference(old: Source, new: Source | None) -> str:
    name = old.collection or f"the lab of {old.project}"
    if new is None:
        return f"section {old.section}: {name} is not in this project"
    if new.sha256 == old.sha256:
        return ""
    pairs = [(fact, getattr(old, fact), getattr(new, fact)) for fact in FACTS]
    changed = [f"{fact.replace('_', ' ')} {was} is {now} now" for fact, was, now in pairs if was != now]
    return f"section {old.section}: {name} has other numbers than were cited; " + (
        "; ".join(changed) or "its counts are the same, its features are not"
    )


def _same(project: Project, source: Source) -> Collection | None:
    """The collection with the very features that were cited."""
    kept = Analysis.objects.filter(collection__project=project, collection__is_deleted=False)
    found = kept.filter(features__sha256=source.sha256).order_by("-pk").first() if source.sha256 else None
    return found.collection if found else None


def _placed(project: Project, each: Stored, sources: Sequence[Source]) -> Block:
    """A block on this database's data, or words that say why it is not here."""
    try:
        stored = stored_block(project, each.id, each.kind, _moved(project, each, sources))
        return Block(stored["id"], stored["kind"], stored["given"])
    except UserError as error:
        return Block(each.id, "text", {"text": NOT_HERE.format(error)})


def _moved(project: Project, each: Stored, sources: Sequence[Source]) -> dict[str, Any]:
    """What the block is given, with the numbers that collections have here. Raises BlockError."""
    given = dict(each.given)
    if given.get("rollout"):
        own = [source for source in sources if source.section == each.id]
        if not own or any((found := _same(project, one)) is None or found.pk != one.collection_id for one in own):
            raise BlockError(OTHER_DATA)
    if given.get("collection"):
        given["collection"] = _number(project, given["collection"], sources)
    if isinstance(given.get("collections"), list):
        given["collections"] = [_number(project, key, sources) for key in given["collections"]]
    return given


def _number(project: Project, key: object, sources: Sequence[Source]) -> str:
    """The number here of a collection that had `key` for one there."""
    cited = next((source for source in sources if str(source.collection_id) == str(key)), None)
    if cited is None:
        raise BlockError("the manifest does not say which collection it is of")
    found = place_of(project, cited)
    if found is None:
        raise BlockError(UNKNOWN.format(cited.collection))
    return str(found.pk)
