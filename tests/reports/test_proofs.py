"""Each method's proof can be followed into the guide, to a section that shows it and whose sentences are tests."""

import re

import pytest
from django.test import Client

from analysis.methods import METHODS
from analysis.methods.method import Method
from apps.accounts.models import User
from apps.reports.presenters.guide.pages import headings_of, text_of
from apps.reports.presenters.proofs import proofs_of
from tests.conftest import ROOT
from tests.shown import files, sentences

BUILT = [method for method in METHODS if not method.is_planned]
WRITE = "write it anew: python -m tests.shown > docs/tests.md"


@pytest.mark.parametrize("method", BUILT, ids=lambda method: method.name)
def test_every_proof_leads_to_a_section_of_the_guide(method: Method) -> None:
    for proof in proofs_of(method):
        name, _, anchor = proof.href.removeprefix("/help/").partition("/")
        assert proof.href, f"{proof.words}: {WRITE}"
        assert not anchor or anchor[1:] in {heading.anchor for heading in headings_of(name)}


def test_the_page_of_tests_has_a_section_for_every_file_that_is_named() -> None:
    shown = [heading.words for heading in headings_of("tests") if heading.level == 2]
    assert shown == files(), WRITE


def test_every_sentence_of_the_page_is_a_test_of_its_file() -> None:
    """A test that is newer than the page may be missing; one that is not there may not be claimed."""
    for path, section in re.findall(r"^## `(.+?)`\n(.*?)(?=^## |\Z)", text_of("tests"), re.MULTILINE | re.DOTALL):
        listed = re.findall(r"^- (.+)$", section, re.MULTILINE)
        assert listed, path
        assert set(listed) <= set(sentences(ROOT / path)), f"{path}: {WRITE}"


@pytest.mark.django_db
def test_the_methods_page_links_its_proofs() -> None:
    client = Client()
    client.force_login(User.objects.create_user("reader"))
    html = client.get("/methods/?q=thinking+out+loud").content.decode()
    assert '<a href="/help/proofs/#calibration-calibration">Proofs: Calibration</a>' in html
    assert ">tests/analysis/test_calibration.py</a>" in html
