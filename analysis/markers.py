"""Words that mark overthinking ("Wait", "Hold on" ...), counted in a text in two ways.

Knows no tokenizer: a marker of k words counts as k tokens.
Source: Self-Braking Tuning (arXiv 2505.14604v4), section 3 and Appendix E; its repository's keyword.txt.
"""

import re
from functools import lru_cache
from itertools import chain

MARKERS: tuple[str, ...] = (
    "Another",
    "Backtrack",
    "But",
    "Check",
    "Going back",
    "Hmm",
    "Hmmm",
    "However",
    "Hold on",
    "Instead of",
    "Just to be thorough",
    "Just to make sure",
    "Let me check",
    "Let me just double-check",
    "Let me try another",
    "Let me verify",
    "Maybe",
    "Maybe I can consider",
    "Maybe I should consider",
    "Might",
    "Not sure",
    "Perhaps",
    "Recheck",
    "Retry",
    "Trace back",
    "Wait",
)
REPO_MARKERS: tuple[str, ...] = tuple(marker for marker in MARKERS if marker != "Maybe")

_INDEX = {marker.lower(): position for position, marker in enumerate(MARKERS)}
_LONGEST_FIRST = sorted(_INDEX, key=len, reverse=True)
_WORDS = re.compile(r"\b(?:" + "|".join(re.escape(m).replace(r"\ ", r"\s+") for m in _LONGEST_FIRST) + r")\b")
_N_WORDS = {marker: len(marker.split()) for marker in MARKERS}
_FIRST_WORDS = sorted({marker.split()[0] for marker in _INDEX} - {"hmmm"})
"""Words with which every match begins; "hmmm" begins with "hmm"."""
_REPO = [
    (marker.lower(), marker.lower().split()[0].replace("hmmm", "hmm"), _N_WORDS[marker]) for marker in REPO_MARKERS
]
"""Each marker as it is looked for, the word with which it begins, and its number of words."""


def count(text: str) -> list[int]:
    """How often each of MARKERS stands in a text as whole words, in the order of MARKERS.

    Letter case is ignored; matches do not overlap and the longest wins ("Let me check" is not also "Check").
    An empty text has zeros. Self-Braking Tuning (arXiv 2505.14604v4), Appendix E.

    >>> counts = count("Wait, let me check. But the distribution of attributes is fine.")
    >>> [(marker, n) for marker, n in zip(MARKERS, counts) if n]
    [('But', 1), ('Let me check', 1), ('Wait', 1)]
    """
    counts, end = [0] * len(MARKERS), 0
    lower, places = _beginnings(text)
    for place in sorted(chain.from_iterable(places.values())):
        match = _WORDS.match(lower, place) if place >= end else None
        if match:
            counts[_INDEX[" ".join(match.group().split())]] += 1
            end = match.end()
    return counts


def kappa_paper(counts: list[int], n_tokens: int) -> float | None:
    """Overthinking marker ratio κ_t = marker tokens / tokens, from whole-word counts; None without tokens.

    A marker of k words is taken as k tokens. Self-Braking Tuning (arXiv 2505.14604v4), section 3.

    >>> kappa_paper(count("Wait, let me check."), 40)
    0.1
    """
    if n_tokens <= 0:
        return None
    return sum(n * _N_WORDS[marker] for marker, n in zip(MARKERS, counts, strict=True)) / n_tokens


def kappa_repo(text: str, n_tokens: int) -> float | None:
    """κ_t as the paper's repository counts it: lower-case substrings ("but" is in "attribute"); None without tokens.

    The 25 markers of keyword.txt (no bare "Maybe"), overlapping ones all count ("check" inside "let me check").

    >>> kappa_repo("Wait, let me check the attribute.", 50)   # wait 1, let me check 3, check 1, but 1
    0.12
    """
    if n_tokens <= 0:
        return None
    lower, places = _beginnings(text)
    found = [n_words for marker, word, n_words in _REPO for place in places[word] if lower.startswith(marker, place)]
    return sum(found) / n_tokens


@lru_cache(maxsize=1)
def _beginnings(text: str) -> tuple[str, dict[str, list[int]]]:
    """The text in lower case and where each of _FIRST_WORDS stands in it; both ways of counting start there."""
    lower = text.lower()
    return lower, {word: _places(word, lower) for word in _FIRST_WORDS}


def _places(word: str, text: str) -> list[int]:
    places, place = [], text.find(word)
    while place >= 0:
        places.append(place)
        place = text.find(word, place + 1)
    return places
