"""Sources written out: a line for readers and an entry of BibTeX. Knows no source in particular.

BibTeX: special characters are escaped, capitals of titles are kept by braces.
"""

import re
from collections.abc import Iterable

from analysis.citations.source import Source

_ESCAPED = {
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "χ²": r"$\chi^2$",
    "ł": r"{\l}",
    "Ł": r"{\L}",
}
_SPECIAL = re.compile("|".join(re.escape(part) for part in sorted(_ESCAPED, key=len, reverse=True)))


def escaped(text: str) -> str:
    """Text as BibTeX takes it.

    >>> print(escaped("Self-Reports & Behavior, 5 % {x}"))
    Self-Reports \\& Behavior, 5 \\% \\{x\\}
    """
    return _SPECIAL.sub(lambda match: _ESCAPED[match[0]], text)


def entry(source: Source) -> str:
    """The source's entry; what is not known of it is left out.

    >>> print(entry(Source("holm1979", ("Holm, Sture",), "A Procedure", 1979, "article", "Statistics", "6")))
    @article{holm1979,
      author = {Holm, Sture},
      title = {{A Procedure}},
      year = {1979},
      journal = {Statistics},
      volume = {6}
    }
    """
    fields = [(name, escaped(value)) for name, value in _fields(source) if value]
    lines = [f"  {name} = {{{'{' + value + '}' if name == 'title' else value}}}" for name, value in fields]
    return f"@{source.kind}{{{source.key},\n" + ",\n".join(lines) + "\n}"


def _fields(source: Source) -> list[tuple[str, str]]:
    place = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}.get(source.kind, "note")
    authors = [*source.authors, "others"] if source.has_others else source.authors
    return [
        ("author", " and ".join(authors)),
        ("title", source.title),
        ("year", str(source.year)),
        (place, source.where),
        ("volume", source.volume),
        ("number", source.number),
        ("pages", source.pages.replace("-", "--")),
        ("publisher", source.publisher),
        ("eprint", source.arxiv),
        ("archiveprefix", "arXiv" if source.arxiv else ""),
        ("url", source.href),
    ]


def written(source: Source) -> str:
    """The source as a list of references has it.

    >>> written(Source("a", ("Bell, Robert M.", "McCaffrey, Daniel F."), "Bias", 2002, "article", "Survey", "28"))
    'Robert M. Bell and Daniel F. McCaffrey (2002). Bias. Survey 28.'
    >>> written(Source("b", ("Wang, Yue",), "On o1", 2025, arxiv="2501.18585", has_others=True))
    'Yue Wang et al. (2025). On o1. arXiv:2501.18585.'
    """
    where = " ".join(part for part in (source.where, source.volume) if part)
    where += f"({source.number})" if source.number else ""
    where = ", ".join(part for part in (where, source.pages, source.publisher) if part)
    arxiv = f"arXiv:{source.arxiv}" if source.arxiv else ""
    title = source.title if source.title.endswith(("?", "!")) else f"{source.title}."
    head = f"{_people(source)} ({source.year}). {title}".strip()
    return " ".join([head, *(f"{part}." for part in (where, arxiv) if part)])


def _people(source: Source) -> str:
    names = [" ".join(reversed(name.split(", "))) for name in source.authors]
    if source.has_others:
        return f"{', '.join(names)} et al."
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) if names else ""


def bibliography(sources: Iterable[Source]) -> str:
    """All entries as one file, a blank line between."""
    return "\n\n".join(entry(each) for each in sources) + "\n"
