"""Every citation names a source, and sources are written so that BibTeX takes them."""

import re

import pytest

from analysis.citations import SOURCES, cited_in, cited_in_all
from analysis.citations.bibtex import bibliography, entry, escaped, written
from analysis.citations.source import Source
from analysis.measures import MEASURES
from analysis.methods import METHODS

KEYS = {source.key: source for source in SOURCES}


@pytest.mark.parametrize("name", list(MEASURES))
def test_the_citation_of_every_measure_names_a_source(name: str) -> None:
    assert cited_in(MEASURES[name].citation), MEASURES[name].citation


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_arxiv_identifier_of_a_citation_has_an_entry(name: str) -> None:
    """And every year with a name before it: parts between semicolons each name something, or nothing with a year."""
    words = MEASURES[name].citation
    known = {source.arxiv for source in cited_in(words)}
    assert set(re.findall(r"\d{4}\.\d{5}", words)) <= known
    years = {int(year) for year in re.findall(r"\b((?:19|20)\d\d)\b(?!\.\d)", words)}
    assert years <= {source.year for source in cited_in(words)}


def test_what_a_citation_names_is_found_by_hand() -> None:
    def keys(name: str) -> set[str]:
        return {source.key for source in cited_in(MEASURES[name].citation)}

    assert keys("compare") == {"miller2024bars", "mcnemar1947", "fisher1935", "holm1979", "huang2023cannot"}
    assert keys("calibration") == {
        "guo2017calibration", "zeng2025thinking", "blasiok2023smooth", "geifman2019bias",
    }  # fmt: skip
    assert keys("recalibration") == {"platt1999", "zadrozny2002"}
    assert keys("accuracy") == {"kang2025first"}


def test_keys_and_identifiers_are_unique_and_plain() -> None:
    assert len(KEYS) == len(SOURCES)
    identifiers = [source.arxiv for source in SOURCES if source.arxiv]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[a-z]+\d{4}[a-z0-9]*", key) for key in KEYS)
    assert all(str(source.year) in source.key for source in SOURCES)


def test_an_identifier_tells_the_month_and_the_year_is_no_earlier() -> None:
    for source in SOURCES:
        if source.arxiv:
            assert source.year >= 2000 + int(source.arxiv[:2])
            assert 1 <= int(source.arxiv[2:4]) <= 12


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_an_entry_is_balanced_and_escaped(source: Source) -> None:
    text = entry(source)
    depth = 0
    for place, mark in enumerate(text):
        is_escaped = place > 0 and text[place - 1] == "\\"
        depth += 0 if is_escaped else (mark == "{") - (mark == "}")
        assert depth >= 0
    assert depth == 0
    values = [value for line in text.splitlines()[1:-1] for value in re.findall(r"= \{(.*)\},?$", line)]
    assert not [value for value in values if re.search(r"(?<!\\)[&%#]", value)]
    assert text.startswith(f"@{source.kind}{{{source.key},\n")
    assert len(re.findall(r"^  (\w+) =", text, re.MULTILINE)) == len(values)


def test_hostile_words_cannot_end_an_entry() -> None:
    text = entry(Source("x2020", ("A, B",), "}, evil = {\\input{/etc/passwd}} % $x$ ~^", 2020))
    assert "\\}, evil = \\{\\textbackslash{}input\\{" in text
    assert text.count("\n  ") == 3
    assert escaped("χ²") == r"$\chi^2$"


def test_a_bibliography_holds_each_source_once() -> None:
    found = cited_in_all([MEASURES[name].citation for name in MEASURES])
    text = bibliography(found)
    keys = re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(found)


def test_a_source_without_authors_is_written_by_its_title() -> None:
    assert written(KEYS["rethinking2026psychometric"]).startswith("(2026). Rethinking")
    assert "author" not in entry(KEYS["rethinking2026psychometric"])


def test_titles_are_those_of_the_table_of_methods() -> None:
    """A second route: papers that the methods page lists too."""
    titles = {method.arxiv: method.title for method in METHODS if method.arxiv}
    both = {source.title: titles[source.arxiv] for source in SOURCES if source.arxiv in titles}
    assert len(both) >= 15
    assert list(both) == list(both.values())
