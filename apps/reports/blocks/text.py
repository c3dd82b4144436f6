"""A block of words: Markdown that a person wrote between the figures. Knows no data."""

from typing import Any

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.core.markdown import MOST_CHARACTERS, user_html
from apps.reports.blocks.block import Block, Field, Given, Kind, Made
from apps.reports.content import Section


class TooLongError(UserError):
    """More words than a block takes."""


def checked(project: Project, given: Given) -> dict[str, Any]:
    text = str(given.get("text", "")).replace("\r\n", "\n")
    if len(text) > MOST_CHARACTERS:
        raise TooLongError(f"a block of text holds at most {MOST_CHARACTERS:,} characters; this has {len(text):,}")
    return {"text": text}


def made(project: Project, block: Block) -> Made:
    return Made(Section(block.id, "text", html=user_html(block.given["text"])))


KIND = Kind((Field("text", "Text", "long", help="Markdown: # heading, **strong**, - list, tables."),), checked, made)
