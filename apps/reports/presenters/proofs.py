"""Where Help shows how a method was proven: files that its row names, as links. Knows no request and no project."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.urls import reverse

from analysis.methods.method import Method
from apps.reports.presenters.guide.pages import headings_of
from apps.reports.presenters.guide.table import FILES, PAGES

TESTS: Final = "tests"
"""The page of the guide that lists what each file of tests shows, a section a file."""
READING: Final = ("accuracy", "agreement", "candidates", "early_stop", "first_correct", "markers", "overthinking")
SECTIONS: Final = {
    **dict.fromkeys((*READING, "position", "stability", "tokens", "transitions", "underthinking"), "reading"),
    **dict.fromkeys(("length", "calibration_length"), "lengths"),
    **dict.fromkeys(("balance", "difficulty"), "sampling"),
    **dict.fromkeys(("link", "alignment", "persona_effect", "reliability"), "The psychology lab"),
}
"""Measures whose coverage is counted together with that of others, in the section of this name of docs/proofs.md."""


class Proof(NamedTuple):
    """A file with what a link to it says; without an address Help has no section for it."""

    words: str
    href: str


def proofs_of(method: Method) -> tuple[Proof, ...]:
    """A link for each file that shows a method right; of a page of the guide, its sections on the method's measures.

    >>> from analysis.methods import METHODS
    >>> proofs_of(next(each for each in METHODS if each.name == "thinking-out-loud"))[-1]
    Proof(words='Proofs: Bins of length', href='/help/proofs/#bins-of-length-lengths')
    """
    return tuple(proof for path in method.proven_in for proof in _proofs(path, method))


def _proofs(path: str, method: Method) -> Iterator[Proof]:
    name = FILES.get(path.removeprefix("docs/")) if path.startswith("docs/") else None
    if name is None:
        anchor = next((each.anchor for each in headings_of(TESTS) if each.words == path), None)
        yield Proof(path, _address(TESTS, anchor) if anchor else "")
        return
    subjects = {subject for part in method.references for subject in (part.name, SECTIONS.get(part.name, part.kind))}
    found = [each for each in headings_of(name) if _subject(each.words) in subjects]
    for heading in found:
        yield Proof(f"{PAGES[name].title}: {heading.words.partition(' (')[0]}", _address(name, heading.anchor))
    if not found:
        yield Proof(PAGES[name].title, _address(name, ""))


def _subject(words: str) -> str:
    """What a heading names in its last brackets.

    >>> _subject("Two forms of the same items (forms)"), _subject("The psychology lab")
    ('forms', 'The psychology lab')
    """
    return words.rpartition("(")[2].removesuffix(")")


def _address(name: str, anchor: str) -> str:
    return reverse("reports:help_page", args=[name]) + (f"#{anchor}" if anchor else "")
