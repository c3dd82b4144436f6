"""What a report writes beside its pages: the manifest that rebuilds it, its methods as Markdown, its references.

Knows no picture and no page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Final

import orjson

from apps.reports.content import Content

FORMAT: Final = "afterthought-report"
FORMAT_VERSION: Final = 1
LIBRARIES: Final = ("plotly", "kaleido", "weasyprint")
"""What pictures and print rest on; what numbers rest on, the content says."""


def libraries() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}


def manifest_of(
    content: Content, missing: Sequence[str] = (), files: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What `manage.py report build` reads. `missing` says what was not drawn; `files` are SHA-256 by name."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "title": content.title,
        "authors": content.authors,
        "made_at": content.made_at,
        "seed": content.seed,
        "versions": {"numbers": content.version, **libraries()},
        "blocks": content.blocks,
        "sources": [asdict(source) for source in content.sources],
        "uses": [asdict(use) for use in content.uses],
        "references": [reference.key for reference in content.references],
        "not_drawn": list(missing),
        "files": dict(files or {}),
    }


def json_text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode("utf-8") + "\n"


def methods_text(content: Content) -> str:
    """The methods as a paper's section, with what was measured on what, and the references by number."""
    parts = [f"# Methods of “{content.title}”", *content.methods]
    if content.sources:
        parts += ["## Data", "\n".join(f"- {_source(source)}" for source in map(asdict, content.sources))]
    if content.references:
        listed = (f"{number}. {each.text}" for number, each in enumerate(content.references, 1))
        parts += ["## References", "\n".join(listed)]
    return "\n\n".join(parts) + "\n"


def bibliography(content: Content) -> str:
    return "\n\n".join(each.bibtex.strip() for each in content.references) + "\n"


def _source(source: Mapping[str, Any]) -> str:
    named = ("candidate_set", "grader", "segmentation", "token_counter", "filter", "sha256")
    said = [f"{name.replace('_', ' ')} {source[name]}" for name in named if source[name]]
    counted = f"{source['n_chosen']} of {source['n_rollouts']} rollouts" if source["n_rollouts"] else "no rollouts"
    at = f", revision {source['revision']}" if source["revision"] is not None else ""
    return "; ".join([f"{source['collection'] or source['project']}{at}: {counted}", *said])
