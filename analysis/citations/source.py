"""What a source that can be cited is, and by what words a citation names it. Knows no source in particular."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["article", "inproceedings", "incollection", "book", "misc"]
_ARXIV = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\d])")


@dataclass(frozen=True)
class Source:
    """A paper or book. `authors` are written "Family, Given" in order; `has_others` where more follow them.

    What is not known stays empty. `arxiv` is the identifier without version. `where` is the journal, the proceedings
    or the book that it stands in.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    year: int
    kind: Kind = "misc"
    where: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    publisher: str = ""
    arxiv: str = ""
    has_others: bool = False

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(name.split(",")[0] for name in self.authors)

    @property
    def href(self) -> str:
        """Where it can be read, "" where that is not known."""
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""

    @cached_property
    def _named(self) -> re.Pattern[str]:
        """The first author's family name with the year after it in the same part of a sentence."""
        families = "|".join(re.escape(name) for name in {self.families[0], plain(self.families[0])})
        return re.compile(
            rf"(?<!\w)(?:{families})(?!\w)[^;.]{{0,60}}?(?:et al\.)?[^;.]{{0,40}}?(?<!\d){self.year}(?!\d)"
        )

    def is_named_in(self, words: str) -> bool:
        """Whether a citation names it: by its arXiv identifier, else by its first author and year.

        >>> s1 = Source("s1", ("Muennighoff, Niklas",), "s1: Simple test-time scaling", 2025, arxiv="2501.19393")
        >>> s1.is_named_in("and s1 (arXiv 2501.19393)"), s1.is_named_in("arXiv 2501.19394")
        (True, False)
        >>> holm = Source("holm", ("Holm, Sture",), "A procedure", 1979)
        >>> holm.is_named_in("McNemar (1947), exact; Holm (1979)"), holm.is_named_in("Holm; Fisher 1979")
        (True, False)
        """
        if self.arxiv and self.arxiv in _ARXIV.findall(words):
            return True
        return bool(self.authors) and self._named.search(words) is not None


def plain(name: str) -> str:
    """A name without marks on its letters, as citations may write it.

    >>> plain("Błasiok"), plain("Fleiss")
    ('Blasiok', 'Fleiss')
    """
    return name.translate(_PLAIN)


_PLAIN = str.maketrans("łŁéèüöäÅåøñç", "lLeeuoaAaonc")
