"""One rollout as the reader shows it: its lines with candidates by verdict, transitions and markers, as plain text.

The rollout is named, or it is the first one of a collection that a filter selects. Long traces are cut around their
candidates, and what is left out is said.
"""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from apps.accounts.models import Project
from apps.core.templatetags.numbers import DASH, count
from apps.reports.blocks.analysed import (
    NOTHING,
    Chosen,
    checked_collection,
    checked_query,
    collection_choices,
    source_of,
)
from apps.reports.blocks.analysed import missing as nothing
from apps.reports.blocks.block import Block, BlockError, Field, Given, Kind, Made
from apps.reports.blocks.counted import found_or_missing
from apps.reports.blocks.lines import MOST_LINES, Cut, Span, cut_of, lines_of
from apps.reports.content import Fact, Section, Source, Trace
from apps.traces.models import Rollout
from apps.traces.presenters.reader import Page, View, reader_page
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.reader import candidates_of, rollouts_in, turns_of
from apps.traces.services.measuring import matching_ids

GONE = "The rollout that this was of is not there any more."
MOST_QUESTION = 8_000
_RANGE = re.compile(r"(\d{1,7})(?:\s*(?:-|–|\.\.)\s*(\d{1,7}))?")


def checked(project: Project, given: Given) -> dict[str, Any]:
    rollout, attempt, lines = (str(given.get(name, "")).strip() for name in ("rollout", "attempt", "lines"))
    kept = {"rollout": rollout, "attempt": attempt, "lines": lines, "query": checked_query(given)}
    if attempt and not _is_number(attempt, 4):
        raise BlockError(f"an attempt is a number from 1, not {attempt[:40]!r}")
    range_of(lines)
    if not rollout:
        return kept | {"collection": checked_collection(project, given)}
    if not _is_number(rollout, 18) or not rollouts_in(project).filter(pk=int(rollout)).exists():
        raise BlockError(f"give the number of a rollout of this project; {rollout[:40]!r} is none")
    return kept | {"collection": ""}


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most and int(text) > 0


def range_of(text: str) -> range | None:
    """Lines of a trace as a person writes them; None is all of them. Raises BlockError.

    >>> range_of("10-40"), range_of("7"), range_of("")
    (range(10, 41), range(7, 8), None)
    """
    if not text:
        return None
    found = _RANGE.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise BlockError(f"lines are given as 10-40 or 10, not {text[:40]!r}")
    return range(first, last + 1)


def made(project: Project, block: Block) -> Made:
    found = _named(project, block) if block.given["rollout"] else _picked(project, block)
    if isinstance(found, Made):
        return found
    return _read(block, found)


def _named(project: Project, block: Block) -> Rollout | Made:
    found = rollouts_in(project).filter(pk=int(block.given["rollout"])).first()
    return found or Made(nothing(block, GONE))


def _picked(project: Project, block: Block) -> Rollout | Made:
    """The first rollout that the filter selects, by the order in which they came."""
    chosen = found_or_missing(project, block)
    if isinstance(chosen, Made):
        return chosen
    ids = matching_ids([chosen.analysis], chosen.filters)
    found = rollouts_in(project).filter(pk=min(ids)).first() if ids else None
    words = NOTHING.format(chosen.collection.name, chosen.filters.query or "it has")
    return found or Made(nothing(block, words))


def _turn(rollout: Rollout, attempt: str) -> int | None:
    """The index of the turn that is the attempt with this number, None for the last one or where there is none."""
    attempts = [turn.index for turn in turns_of(rollout) if turn.is_attempt]
    return attempts[int(attempt) - 1] if attempt and int(attempt) <= len(attempts) else None


def _read(block: Block, rollout: Rollout) -> Made:
    attempt, extractor = block.given["attempt"], dict(parse_qsl(block.given["query"])).get("extractor", "")
    turn = _turn(rollout, attempt)
    if turn is None and attempt:
        return Made(nothing(block, f"Rollout {rollout.external_id} has no attempt {attempt}."))
    page = reader_page(rollout, View(raw=True, turn=turn, extractor=extractor))
    cut = cut_of(page.lines, [each.line for each in page.shown], range_of(block.given["lines"]))
    trace = Trace(
        question=_short(page.problem.question),
        golds=[_short(gold) for gold in page.problem.golds],
        model=rollout.model.name,
        about=_about(page, attempt),
        lines=lines_of(page.lines, _spans(page), cut),
        left_out=_left_out(page, cut),
    )
    section = Section(block.id, block.kind, block.title or f"Trace: {page.title}", facts=_facts(page), trace=trace)
    return Made(section, [_source(block, page)])


def _short(text: str) -> str:
    return text if len(text) <= MOST_QUESTION else f"{text[:MOST_QUESTION]}… [{len(text) - MOST_QUESTION:,} more]"


def _spans(page: Page) -> list[Span]:
    """Where the shown candidates stand in the text that was read."""
    if page.reading is None or page.attempt.turn is None:
        return []
    before = page.attempt.read_offset if page.attempt.read_from != "none" else 0
    rows = candidates_of(page.rollout, page.reading.candidate_set, page.attempt.turn.index)
    shown = {each.number: each for each in page.shown}
    return [Span(row.start - before, row.end - before, shown[row.index + 1]) for row in rows if row.index + 1 in shown]


def _about(page: Page, attempt: str) -> str:
    rollout = page.rollout
    parts = [
        f"{rollout.collection.name}, rollout {rollout.external_id}",
        f"problem {page.problem.key}" + (f" of {page.problem.problem_set}" if page.problem.problem_set else ""),
        rollout.condition.label,
        f"attempt {attempt}" if attempt else "",
        {"reasoning": "its reasoning", "response": "its response", "turn": "the whole turn"}.get(page.source, ""),
        "truncated" if rollout.truncated else "",
    ]
    return " · ".join(part for part in parts if part)


def _left_out(page: Page, cut: Cut) -> str:
    if not page.lines.text:
        return "This attempt has no text."
    if not cut.kept:
        return f"The text has {count(cut.n)} lines; none of those asked for is among them."
    if not cut.n_left_out:
        return ""
    how = (
        "those asked for are shown" if cut.is_asked else "the first, the last and those around its candidates are shown"
    )
    most = f", at most {MOST_LINES}" if cut.is_cut else ""
    return f"{count(cut.n_left_out)} of {count(cut.n)} lines are left out: {how}{most}."


def _facts(page: Page) -> list[Fact]:
    final = page.final
    answer = (
        Fact("final answer", final.value, final.mark.words) if final else Fact("final answer", DASH, page.final_reason)
    )
    moves = ", ".join(f"{n} {words}" for _, words, n in page.transitions)
    read = str(page.reading.candidate_set) if page.reading else page.analysis_words
    tokens = page.tokens
    facts = [answer, Fact("candidates", count(len(page.shown)), read), Fact("transitions", moves or "none")]
    if tokens.n is not None:
        facts.append(Fact("tokens", count(tokens.n), tokens.source.value if tokens.source else ""))
    return facts


def _source(block: Block, page: Page) -> Source:
    """The rollout's collection; where nothing has read it there is no analysis to cite."""
    collection, shown = page.rollout.collection, page.standing.shown
    if shown is None:
        whole = Source(block.id, collection.project.name, collection.name, collection.pk, collection.revision)
    else:
        chosen = Chosen(collection, page.standing, RolloutFilter(), {})
        whole = source_of(block, chosen, collection.n_rollouts, 1)
    read = str(page.reading.candidate_set) if page.reading else ""
    return replace(
        whole,
        candidate_set=read,
        n_rollouts=collection.n_rollouts,
        n_chosen=1,
        filter=f"rollout {page.rollout.external_id}",
    )


KIND = Kind(
    (
        Field("collection", "Collection", "choice", collection_choices),
        Field(
            "query", "Which rollout", help="As in an address: transition=ft&model=…; the first that matches is shown."
        ),
        Field("rollout", "Or its number", help="The number at the end of its page's address."),
        Field("attempt", "Attempt", help="1 is the first answer. Empty: the last."),
        Field("lines", "Lines", help="10-40. Empty: all, or those around the candidates of a long trace."),
    ),
    checked,
    made,
)
