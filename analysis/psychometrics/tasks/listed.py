"""Tasks that a reply lists: as JSON, as numbered or marked lines, or one a line. Knows no class of tasks."""

import re
from typing import Any

from analysis.protocols.json_replies import find_list
from analysis.psychometrics.tasks.closed import DECLINED

SHORTEST, LONGEST = 8, 300
MOST_READ = 50_000
MARK = re.compile(r"^\s*(?:[0-9]{1,3}\s?[.):](?![0-9])|[-*•–])\s*(?P<task>.+)$")
VERDICT = re.compile(r"\s?[(\[:–—-]\s?(?:in|un)?feasible[)\].!]{0,3}$", re.IGNORECASE)


def tasks_in(reply: str, n: int) -> tuple[str, ...]:
    r"""The first n different tasks of a list, without numbers, marks and a verdict at the end; () for none.

    Of a text without a list, numbered or marked lines, else every line of words that does not introduce
    others or refuse. A line of less than 8 characters or more than 300 is no task.

    >>> tasks_in('["Add two numbers", "Write a poem", "add two numbers"]', 5)
    ('Add two numbers', 'Write a poem')
    >>> tasks_in("Here they are:\n1. **Add two numbers** (feasible)\n2) Write a poem.\n", 1)
    ('Add two numbers',)
    >>> tasks_in("As an AI, I cannot say.", 3), tasks_in("", 3)
    ((), ())
    """
    read = reply[:MOST_READ]
    parsed = [_text(each) for each in find_list(read) or ()]
    found = [plain for each in (parsed if any(parsed) else _lines(read)) if (plain := _plain(each))]
    distinct = {task.casefold(): task for task in reversed(found)}
    return tuple(task for task in dict.fromkeys(distinct[task.casefold()] for task in found))[:n]


def _lines(reply: str) -> list[str]:
    lines = [line.strip() for line in reply.split("\n") if line.strip()]
    marked = [match["task"] for line in lines if (match := MARK.match(line))]
    return marked or [line for line in lines if line[0].isalnum() and line[-1] != ":" and not DECLINED.search(line)]


def _text(entry: Any) -> str:
    if isinstance(entry, dict):
        entry = entry.get("task") or entry.get("name")
    return entry if isinstance(entry, str) else ""


def _plain(task: str) -> str:
    bare = VERDICT.sub("", task.strip().strip("*_`\"'“” ")).strip("*_`\"'“” .:;,")
    bare = " ".join(bare.split())
    return bare if SHORTEST <= len(bare) <= LONGEST else ""
