"""From blocks to what a report says: each section is computed by its kind, then what was used is written down.

Knows kinds of block by their table only, no page and no file. Measures are kept per analysis, so that composing again
costs little.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.reports.blocks import KINDS
from apps.reports.blocks.block import Block, Made
from apps.reports.content import Content, Section
from apps.reports.services.writing import methods_text, references_of
from apps.traces.services.measuring import SEED

LIBRARIES = ("numpy", "scipy", "polars", "Django")
Beat = Callable[[int], None]


def blocks_of(stored: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [Block(str(each["id"]), str(each["kind"]), dict(each["given"])) for each in stored]


def made(project: Project, block: Block) -> Made:
    """One section; what cannot be computed any more says why instead of ending the report."""
    if block.kind not in KINDS:
        return Made(Section(block.id, block.kind, block.title, missing=f"No kind of block is named {block.kind}."))
    try:
        return KINDS[block.kind].made(project, block)
    except UserError as error:
        return Made(Section(block.id, block.kind, block.title, missing=str(error)))


def compose(
    project: Project,
    title: str,
    blocks: Sequence[Block],
    *,
    authors: str = "",
    now: datetime | None = None,
    beat: Beat | None = None,
) -> Content:
    """The whole report; `beat` is told after each section how many are made."""
    parts: list[Made] = []
    for block in blocks:
        parts.append(made(project, block))
        if beat is not None:
            beat(len(parts))
    uses = [use for part in parts for use in part.uses]
    sources = [source for part in parts for source in part.sources]
    methods = methods_text(sources, uses, seed=SEED, version=software())
    return Content(
        title=title,
        authors=authors,
        sections=[part.section for part in parts],
        sources=sources,
        uses=uses,
        methods=methods,
        references=references_of(uses, methods),
        made_at=now.isoformat(timespec="seconds") if now else "",
        version=software(),
        seed=SEED,
        blocks=[{"id": block.id, "kind": block.kind, "given": block.given} for block in blocks],
    )


def software() -> str:
    """This application and the libraries that its numbers rest on, with their versions."""
    return ", ".join([f"Afterthought {own_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)])


def own_version() -> str:
    try:
        return version("afterthought")
    except PackageNotFoundError:
        return "0.1.0"
