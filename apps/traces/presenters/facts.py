"""The line of facts about a collection: label, value, note, and the rollouts behind it. Knows counts, no measure."""

from dataclasses import dataclass
from datetime import datetime

from analysis.answers.extract.measured import measured_for
from apps.core.templatetags.numbers import DASH, count, decimal, percent, plural, share
from apps.traces.models import Analysis
from apps.traces.presenters.figures.card import Links
from apps.traces.services.summaries import Summary

SOURCES = {"uploaded": "uploaded", "tokenizer": "tokenizer", "estimated": "estimated", "none": "not known"}
UNREAD = {
    "unparsed": "final unparsed",
    "refused": "refused",
    "not_attempted": "not attempted",
    "timed_out": "timed out",
    "error": "errors",
}

SILENT = {"wrong": "wrong first", "final": "final is first", "leave_out": "left out of accuracy"}


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    note: str = ""
    href: str = ""
    when: datetime | None = None


def facts(summary: Summary, analysis: Analysis, links: Links, no_candidate: str = "wrong") -> list[Fact]:
    """What there is first, then what is missing or could not be read, then how it was read."""
    return [
        Fact("models", count(summary.n_models)),
        Fact("problems", count(summary.n_problems)),
        Fact("rollouts", count(summary.n_rollouts), href=links.to()),
        _part("truncated", summary.n_truncated, summary, links.to(truncated="yes")),
        _part("no candidate", summary.n_no_candidate, summary, links.to(candidates="none"), SILENT[no_candidate]),
        _part("no gold", summary.n_no_gold, summary, links.to(outcome="no_gold")),
        *_problems(summary, links),
        Fact("candidate set", str(analysis.candidate_set)),
        _extractor_error(analysis),
        Fact("tokens", *_tokens(summary)),
        Fact("analysis", f"revision {analysis.revision}", when=analysis.finished_at),
    ]


def _part(label: str, n: int, summary: Summary, href: str, more: str = "") -> Fact:
    of = f"{share(n / summary.n_rollouts)}" if n and summary.n_rollouts else ""
    return Fact(
        label,
        count(n),
        ", ".join(part for part in (of, more if n and summary.has_gold else "") if part),
        href if n else "",
    )


def _problems(summary: Summary, links: Links) -> list[Fact]:
    """Only where there are any."""
    found = [
        *(
            _part(words, summary.outcomes.get(name, 0), summary, links.to(outcome=name))
            for name, words in UNREAD.items()
        ),
        _part("no text", summary.n_without_text, summary, ""),
        _part("read from response", summary.n_from_response, summary, ""),
    ]
    return [fact for fact in found if fact.value != "0"]


def _extractor_error(analysis: Analysis) -> Fact:
    known = measured_for(analysis.candidate_set.extractor, analysis.candidate_set.version)
    if known is None:
        return Fact("extractor error", "not measured")
    note = f"[{decimal(known.f1_low, 2)}, {decimal(known.f1_high, 2)}], {plural(known.n_traces, 'labelled trace')}, "
    return Fact("extractor error", f"line F1 {decimal(known.f1, 2)}", f"{note}problems left out")


def _tokens(summary: Summary) -> tuple[str, str]:
    sources = list(summary.token_sources.items())
    if not sources:
        return DASH, ""
    source, *others = sources
    note = ", ".join(f"{percent(m / summary.n_rollouts)} % {SOURCES.get(name, name)}" for name, m in others)
    return SOURCES.get(source[0], source[0]), note
