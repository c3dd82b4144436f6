"""What is written and read again is the same, in every format, over texts that are awkward to count and to quote."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import Bundle, Format

from .bundles import REFLECTION, bundles, document, read_text, round_trip

EACH = settings(max_examples=40, deadline=None)
WITH_TEXTS = [name for name in FORMATS if FORMATS[name].needs_text]


@pytest.mark.parametrize("name", ["project", *WITH_TEXTS])
@EACH
@given(bundle=bundles())
def test_a_bundle_comes_back_as_it_was(name: str, bundle: Bundle) -> None:
    assert round_trip(FORMATS[name], bundle) == bundle


@EACH
@given(bundle=bundles())
def test_csv_gives_back_every_label_and_every_document_without_its_text(bundle: Bundle) -> None:
    bare = tuple(replace(document, text=None) for document in bundle.documents)
    assert round_trip(FORMATS["csv"], bundle) == replace(bundle, documents=bare)


@pytest.mark.parametrize("name", ["project", *WITH_TEXTS])
@EACH
@given(bundle=bundles())
def test_what_was_read_is_written_as_the_same_characters(name: str, bundle: Bundle) -> None:
    form: Format = FORMATS[name]
    once = "".join(form.write(bundle.scheme, bundle.parts()))
    again = read_text(form, once, bundle.scheme)
    assert "".join(form.write(again.scheme, again.parts())) == once


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_document_without_labels_is_kept(name: str) -> None:
    bundle = Bundle(REFLECTION, (document("nothing here"),))
    assert [each.rollout for each in round_trip(FORMATS[name], bundle).documents] == ["r1"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_says_what_its_files_are_called(name: str) -> None:
    form = FORMATS[name]
    assert form.suffix in {".json", ".jsonl", ".csv"}
    assert "/" in form.content_type
    assert FORMATS.label(name)
