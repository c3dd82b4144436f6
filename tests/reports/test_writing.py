"""The methods section says what was used and nothing else; the references are those that it and the measures name."""

import re
from pathlib import Path

import pytest

from analysis.citations import cited_in
from analysis.measures import MEASURES
from apps.psychology.presenters import linking, personas, trust
from apps.reports.blocks.lab import FIGURES, USED
from apps.reports.content import Source, Use
from apps.reports.services.in_words import LAB_IN_WORDS, MEASURES_IN_WORDS
from apps.reports.services.writing import methods_text, references_of

ROLLOUTS = Source(
    "s1",
    "Maths",
    "Eight models",
    3,
    2,
    7,
    "rules@1",
    "sympy@1",
    "line@1",
    "uploaded, else estimated",
    "ab" * 32,
    900,
    900,
)
LAB = Source("s2", "Maths", "", sha256="cd" * 32, n_rollouts=240, n_chosen=240)
LAB_SETTINGS = {"Coefficients": "joint (all traits)", "Inference": "clustered by model"}


def use(name: str, by: str = "", **settings: str) -> Use:
    return Use("s1", name, settings, by, MEASURES[name].citation)


def text_of(sources: list[Source], uses: list[Use]) -> str:
    return "\n".join(methods_text(sources, uses, seed=5, version="Afterthought 1"))


def keys_of(uses: list[Use], text: str = "") -> set[str]:
    return {reference.key for reference in references_of(uses, [text])}


def test_every_measure_and_every_figure_of_the_lab_has_its_words() -> None:
    assert list(MEASURES_IN_WORDS) == list(MEASURES)
    assert set(LAB_IN_WORDS) == {name for figures in FIGURES.values() for name in figures}


@pytest.mark.parametrize("name", list(MEASURES))
def test_what_was_used_is_told_and_what_was_not_is_not(name: str) -> None:
    others = [other for other in MEASURES if other != name]
    text = text_of([ROLLOUTS], [use(name)])
    assert MEASURES_IN_WORDS[name] in text
    assert not [other for other in others if MEASURES_IN_WORDS[other] in text]
    without = text_of([ROLLOUTS], [use(other) for other in others])
    assert MEASURES_IN_WORDS[name] not in without
    own = {source.key for source in cited_in(MEASURES[name].citation)}
    assert own <= keys_of([use(name)], text)
    shared = {key for other in others for key in keys_of([use(other)])} | keys_of([], without)
    assert not (own - shared) & keys_of([use(other) for other in others], without)


def test_each_reference_is_named_in_the_text_and_each_name_with_a_year_is_a_reference() -> None:
    """The other way round: what looks like a citation in the paragraphs has an entry."""
    uses = [use(name) for name in MEASURES]
    text = text_of([ROLLOUTS], uses)
    references = references_of(uses, [text])
    years = {int(year) for year in re.findall(r"[A-Z]\w+ \(?((?:19|20)\d\d)\b", text)}
    assert years <= {int(year) for reference in references for year in re.findall(r"\((\d{4})\)", reference.text)}
    assert len({reference.key for reference in references}) == len(references)
    assert all(reference.bibtex.startswith("@") for reference in references)


def test_data_extractor_grader_tokens_seed_and_versions_are_told() -> None:
    text = text_of([ROLLOUTS, ROLLOUTS], [use("accuracy", by="model")])
    assert text.count("Eight models (Maths), revision 2, analysis 7: 900 rollouts, features sha256 abababababab.") == 1
    assert "rules@1 found the candidates; on 30 traces of 28 problems that people labelled" in text
    assert "0.95 [0.89, 0.98]" in text  # bench.extractor_error's literal, rounded: .9457 [.8893, .9814]
    assert "graded by sympy@1" in text
    assert "Tokens: uploaded, else estimated." in text
    assert "Shown by model." in text
    assert text.endswith("computed by Afterthought 1; random numbers start from the seed 5, so that equal data give "
                         "equal numbers.")  # fmt: skip


def test_a_filter_says_how_many_it_kept_and_an_unmeasured_extractor_says_so() -> None:
    part = Source("s1", "Maths", "C", 3, 2, 7, "boxed@1", n_rollouts=1200, n_chosen=300, filter="model=a")
    text = text_of([part], [use("tokens")]).replace("\u202f", " ")
    assert "C (Maths), revision 2, analysis 7: 1 200 rollouts; parts of it: model=a (300)." in text
    assert "boxed@1 found the candidates; its own error has not been measured." in text


def test_groups_of_several_uses_are_told_in_one_sentence() -> None:
    text = text_of([ROLLOUTS], [use("tokens", by="model,problem_set"), use("tokens", by="model"), use("tokens")])
    assert "Shown by model and problem set; by model." in text
    assert text.count(MEASURES_IN_WORDS["tokens"]) == 1


def test_settings_that_differ_from_the_default_are_told_in_their_words() -> None:
    text = text_of([ROLLOUTS], [use("accuracy", unread="leave_out", truncated="exclude")])
    assert "Set to Answers that could not be read" in text
    assert "are left out and counted beside" in text
    assert "Truncated rollouts are left out." in text
    usual = text_of([ROLLOUTS], [use("accuracy")])
    assert "count as wrong, and their share" in usual
    assert "Set to" not in usual


def test_tests_are_corrected_as_the_settings_say() -> None:
    assert "holm1979" not in keys_of([use("accuracy")], text_of([ROLLOUTS], [use("accuracy")]))
    phrases = [use("mined_phrases", correction="bh")]
    assert {"benjamini1995"} <= keys_of(phrases, text_of([ROLLOUTS], phrases))
    assert "holm1979" not in keys_of(phrases, text_of([ROLLOUTS], phrases))
    pairs = [use("compare")]
    assert {"holm1979", "mcnemar1947"} <= keys_of(pairs, text_of([ROLLOUTS], pairs))


def test_a_report_of_the_lab_alone_speaks_of_no_rollouts_and_no_extractor() -> None:
    uses = [Use("s2", f"{USED}link", LAB_SETTINGS, "", "Han et al. 2025 (arXiv 2509.03730), RQ2.")]
    text = text_of([LAB], uses)
    assert "The psychology lab of Maths: 240 sittings, tables sha256 cdcdcdcdcdcd." in text
    assert "Candidate answers" not in text
    assert "resampled" not in text
    assert "CR2, Bell and McCaffrey 2002" in text
    assert keys_of(uses, text) == {"han2025illusion", "bell2002", "benjamini1995"}
    crossed = [Use("s2", f"{USED}link", LAB_SETTINGS | {"Inference": "crossed, as published"}, "", "")]
    assert "bell2002" not in keys_of(crossed, text_of([LAB], crossed))


def test_a_trace_alone_is_told_without_measures_and_nothing_without_data() -> None:
    text = text_of([ROLLOUTS], [])
    assert "Eight models" in text
    assert "Intervals" not in text
    assert keys_of([], text) == set()
    assert methods_text([], [], seed=5, version="") == []


def test_every_source_that_the_labs_pages_name_is_known() -> None:
    folder = Path(linking.__file__).parent
    named = {one for path in folder.glob("*.py") for one in re.findall(r"\d{4}\.\d{5}", path.read_text("utf-8"))}
    assert len(named) >= 6
    assert all(cited_in(f"arXiv {one}") for one in named)
    for words in (linking.ILLUSION, personas.ILLUSION, trust.ILLUSION, trust.TRAIT, trust.UNRELIABLE):
        assert cited_in(words)
    found = {source.key for source in cited_in("Cronbach 1951; McDonald 1999; Shrout and Fleiss 1979.")}
    assert found == {"cronbach1951", "mcdonald1999", "shrout1979"}
    assert {source.key for source in cited_in("Mundlak 1978; arXiv 2606.12730.")} >= {"mundlak1978"}
