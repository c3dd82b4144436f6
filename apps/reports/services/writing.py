"""The methods section of a report and its references, written from what was used and nothing else.

Knows sources and uses as a report keeps them, no section and no database, so that a frozen report can be written anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.answers.extract.measured import measured_for
from analysis.citations import cited_in_all
from analysis.citations.bibtex import entry, written
from analysis.measures import MEASURES
from analysis.measures.base import TRUNCATED, UNREAD
from apps.core.templatetags.numbers import count, decimal, plural
from apps.reports.blocks.lab import USED
from apps.reports.content import Reference, Source, Use
from apps.reports.services.in_words import CLUSTERED, CROSSED, INTERVALS, LAB_IN_WORDS, MEASURES_IN_WORDS
from apps.traces.queries.candidate_sets import find_name

OWN = "Own measure"
SPLIT = ("within", "between")
"""Figures of the lab whose coefficients are clustered whatever the page's inference is."""
HOLM = "p-values of pairs of arms are corrected over all pairs of a figure (Holm 1979)."
PHRASES = {
    "holm": "p-values of phrases are corrected over all phrases tested (Holm 1979).",
    "bh": "p-values of phrases are corrected over all phrases tested (Benjamini and Hochberg 1995).",
}
UNCORRECTED = (
    "Intervals are not corrected for how many there are: of twenty 95 % intervals, one misses the truth on average."
)
UNREAD_WORDS = {
    "wrong": "Answers that could not be read (unparsed, refused, not attempted, timed out, errors) count as wrong, and "
    "their share stands beside the numbers.",
    "leave_out": "Answers that could not be read (unparsed, refused, not attempted, timed out, errors) are left out "
    "and counted beside the numbers.",
}
TRUNCATED_WORDS = {
    "include": "Truncated rollouts are among them.",
    "exclude": "Truncated rollouts are left out.",
    "only": "Only truncated rollouts are counted.",
}


def methods_text(sources: Sequence[Source], uses: Sequence[Use], *, seed: int, version: str) -> list[str]:
    """Paragraphs of plain text, in the order of a methods section; [] for a report without data."""
    if not sources:
        return []
    measured = _by_measure(use for use in uses if use.measure in MEASURES_IN_WORDS)
    of_lab = _by_measure(use for use in uses if use.measure.startswith(USED))
    paragraphs = [_data(sources), *_reading(sources)]
    paragraphs += [_measure(name, found) for name, found in measured.items()]
    paragraphs += [_lab(name, found) for name, found in of_lab.items()]
    if of_lab:
        paragraphs.append(_inference(of_lab))
    if measured:
        paragraphs.append(" ".join([INTERVALS, *_outcomes(measured)]))
    return [part for part in [*paragraphs, *_tests(measured, of_lab), _software(seed, version)] if part]


def references_of(uses: Iterable[Use], methods: Iterable[str]) -> list[Reference]:
    """What the citations of the measures that were used, and the methods text, name; by author and year."""
    found = cited_in_all([*(use.citation for use in uses), *methods])
    return [Reference(source.key, written(source), entry(source), source.href) for source in found]


def _by_measure(uses: Iterable[Use]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.measure, []).append(use)
    return found


def _data(sources: Sequence[Source]) -> str:
    """Each analysis of a collection, and each project's lab, once, with the parts of it that were read."""
    found: dict[tuple[object, ...], list[Source]] = {}
    for source in sources:
        key = (source.project, source.collection, source.collection_id, source.revision, source.analysis_id)
        found.setdefault(key, []).append(source)
    return f"Data. {' '.join((_rollouts if own[0].collection else _lab_of)(own) for own in found.values())}"


def _rollouts(sources: Sequence[Source]) -> str:
    source, parts = sources[0], dict.fromkeys((each.filter, each.n_chosen) for each in sources if each.filter)
    read = "" if source.analysis_id is None else f", analysis {source.analysis_id}"
    words = f"{source.collection} ({source.project}), revision {source.revision}{read}"
    words += f": {plural(source.n_rollouts, 'rollout')}{_hashed('features', sources)}"
    if parts:
        words += f"; parts of it: {', '.join(f'{asked} ({count(n)})' for asked, n in parts)}"
    return f"{words}."


def _lab_of(sources: Sequence[Source]) -> str:
    n = max(source.n_rollouts for source in sources)
    asked = dict.fromkeys(f"?{source.filter}" for source in sources if source.filter)
    chosen = f"; asked for {', '.join(asked)}" if asked else ""
    return f"The psychology lab of {sources[0].project}: {plural(n, 'sitting')}{_hashed('tables', sources)}{chosen}."


def _hashed(of: str, sources: Sequence[Source]) -> str:
    hashes = dict.fromkeys(source.sha256[:12] for source in sources if source.sha256)
    return f", {of} sha256 {', '.join(hashes)}" if hashes else ""


def _reading(sources: Sequence[Source]) -> Iterator[str]:
    """How candidates were found, graded and counted: nothing of it where the lab is all."""
    sets = dict.fromkeys(source.candidate_set for source in sources if source.candidate_set)
    if sets:
        yield f"Candidate answers. {' '.join(map(_extractor, sets))}"
    graders, steps, counters = (
        dict.fromkeys(getattr(source, name) for source in sources if getattr(source, name))
        for name in ("grader", "segmentation", "token_counter")
    )
    if graders:
        words = f"Grading. Answers were graded by {_listed(graders)}; a grade that people or the upload gave counts "
        words += "where the collection says so."
        words += f" Steps are those of {_listed(steps)}." if steps else ""
        yield words + (f" Tokens: {_listed(counters)}." if counters else "")


def _extractor(name: str) -> str:
    known = find_name(name)
    error = measured_for(known.extractor, known.version) if known else None
    if error is None:
        return f"{name} found the candidates; its own error has not been measured."
    f1 = f"{decimal(error.f1, 2)} [{decimal(error.f1_low, 2)}, {decimal(error.f1_high, 2)}]"
    labelled = f"{plural(error.n_traces, 'trace')} of {plural(error.n_problems, 'problem')} that people labelled"
    return f"{name} found the candidates; on {labelled}, left out of its training, the F1 of their lines is {f1}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _measure(name: str, uses: Sequence[Use]) -> str:
    cited = MEASURES[name].citation
    source = f"{cited}." if cited.startswith(OWN) else f"Source: {cited}."
    said = [f"{MEASURES.label(name)}. {MEASURES_IN_WORDS[name]}", _groups(uses), _settings(name, uses), source]
    return " ".join(filter(None, said))


def _groups(uses: Sequence[Use]) -> str:
    shown = dict.fromkeys(use.by.replace("_", " ").replace(",", " and ") for use in uses if use.by)
    return f"Shown by {'; by '.join(shown)}." if shown else ""


def _settings(name: str, uses: Sequence[Use]) -> str:
    """The settings that are not the default ones."""
    known = {setting.name: setting for setting in MEASURES[name].settings}
    changed = dict.fromkeys(
        f"{known[key].label}: {dict(known[key].choices).get(value, value)}"
        for use in uses
        for key, value in use.settings.items()
        if key in known and value != known[key].default
    )
    return f"Set to {'; '.join(changed)}." if changed else ""


def _lab(name: str, uses: Sequence[Use]) -> str:
    label, words = LAB_IN_WORDS[name.removeprefix(USED)]
    cited = dict.fromkeys(use.citation.rstrip(".") for use in uses if use.citation)
    return f"{label}. {words}{''.join(f' Source: {each}.' for each in cited)}"


def _inference(of_lab: Mapping[str, Sequence[Use]]) -> str:
    """How coefficients were tested, where there are any, and what the sittings were chosen by."""
    settings = [use.settings for found in of_lab.values() for use in found if use.settings]
    said = dict.fromkeys(f"{name}: {value}" for each in settings for name, value in each.items())
    asked = f"The lab's numbers are of: {'; '.join(said)}." if said else ""
    links = of_lab.get(USED + "link", ())
    ways = dict.fromkeys(CROSSED if "crossed" in use.settings.get("Inference", "") else CLUSTERED for use in links)
    ways |= dict.fromkeys(CLUSTERED for name in SPLIT if USED + name in of_lab)
    return " ".join([*ways, asked]).strip()


def _outcomes(measured: Mapping[str, Sequence[Use]]) -> Iterator[str]:
    """What was done with outcomes that could not be read and with truncated rollouts, where a measure asks that."""
    for setting, words in ((UNREAD, UNREAD_WORDS), (TRUNCATED, TRUNCATED_WORDS)):
        asking = [name for name in measured if any(each.name == setting.name for each in MEASURES[name].settings)]
        values = dict.fromkeys(
            use.settings.get(setting.name, setting.default) for name in asking for use in measured[name]
        )
        yield from (words[value] for value in values)


def _tests(measured: Mapping[str, Sequence[Use]], of_lab: Mapping[str, Sequence[Use]]) -> Iterator[str]:
    if not measured and not of_lab:
        return
    said = [HOLM] if "compare" in measured else []
    said += dict.fromkeys(PHRASES[use.settings.get("correction", "holm")] for use in measured.get("mined_phrases", ()))
    yield " ".join(["Multiple comparisons.", *said, UNCORRECTED])


def _software(seed: int, version: str) -> str:
    by = f" by {version}" if version else ""
    drawn = f"random numbers start from the seed {seed}, so that equal data give equal numbers"
    return f"Software. Everything was computed{by}; {drawn}."
