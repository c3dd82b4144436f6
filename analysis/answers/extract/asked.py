"""What a question asks: the quantity, its names, its unit and its form. Reads the question alone; knows no trace and
no answer.

Source: GUIDE rule 1 of the hand labels and First Try Matters (arXiv 2510.08308), prompt 1, step 1: fix first what is
asked and in which form.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analysis.answers.extract.flatten import flatten
from analysis.answers.extract.values import write_down
from analysis.answers.extract.vocabulary import OWN_HEADS, STOP, WEAK_HEADS

_DRAWING = re.compile(r"\[asy\].{0,20000}?\[/asy\]", re.DOTALL)
_ONE_BREAK = re.compile(r"(?<!\n)\n(?!\s{0,20}\n)")
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"')$]{0,3}\s+(?=[A-Z\\$(\[])|\n\s*\n|\?\s+")
_ORDER = re.compile(
    r"\b(?:(?:express|write|give|enter|leave|round|list|state|put|provide|report)\s+(?:your|the|all|any|each"
    r"|every)?\s*(?:final\s+)?"
    r"(?:answers?|result|possible values|values|solutions)\b|note that|assume)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:in how many(?: different| distinct)?(?: ways)?|(?:by )?how many(?: more| fewer| times)?|how much(?: more)?"
    r"|how (?:long|far|tall|old|fast|often|large|big|wide|deep|heavy|high)"
    r"|what(?:(?:,[^,?]{1,60},)?\s+(?:is|are|was|were|will be|would be|must be|does|do|did|can|should)\b|'s"
    r"|\s+(?=[a-z]))|which|who)\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:find|compute|determine|evaluate|calculate|simplify|express|solve|factor|expand|rationalize|convert"
    r"|write|give|prove|count|state|round)\b",
    re.IGNORECASE,
)
_HEAD_END = re.compile(
    r"\b(?:of|in|for|that|such|if|between|from|to|is|are|was|were|does|do|did|can|could|will|would|has|have|must"
    r"|should|when|where|with|there"
    r"|on|at|so|given|which|whose|who|as|by|needed|required|equals?|he|she|they|it|you|we|her|his)\b|[,(?:;]"
    r"|\.(?=\s|$)"
)
_CUT = re.compile(r"\b(?:if|when|given that|such that|where|for which|so that|satisf\w+|assuming)\b", re.IGNORECASE)
_MATHS = re.compile(r"\$\$?([^$]{1,300})\$\$?|\\\(([^\n]{1,300}?)\\\)|\\\[([^\n]{1,300}?)\\\]")
_WORD = re.compile(r"[A-Za-z](?<![\\A-Za-z].)[A-Za-z'-]*[A-Za-z](?!-\d)")
_LETTERS = re.compile(r"[A-Za-z]")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:/\d+)?")
_IN_UNITS = re.compile(r"\bin (?:terms of )?(?:square |cubic )?([a-z]{3,14}s|feet|degrees)\b")
_SYNONYMS = {
    "sum": ("total",),
    "more": ("difference",),
    "fewer": ("difference",),
    "difference": ("more",),
    "angle": ("degree", "measure"),
    "probability": ("chance",),
    "mean": ("average",),
    "average": ("mean",),
    "way": ("arrangement", "possibility", "combination", "choice", "total"),
    "arrangement": ("way",),
    "distance": ("length",),
}
_FORMS = {
    "fraction": re.compile(
        r"common fraction|as a fraction|simplest form|lowest terms|\bprobability\b|\bratio\b|what fraction",
        re.IGNORECASE,
    ),
    "tuple": re.compile(
        r"ordered (?:pair|triple|quadruple)|coordinates|midpoint|\bpoint\b|vector|\\mathbf", re.IGNORECASE
    ),
    "interval": re.compile(r"interval notation|\binterval\b|\bdomain\b|\brange of\b", re.IGNORECASE),
    "list": re.compile(
        r"separated by commas|all (?:possible |real |complex |the )?(?:values|solutions|roots|integers|numbers)"
        r"|find all",
        re.IGNORECASE,
    ),
    "expression": re.compile(
        r"in terms of (?!pi\b|\$?\\pi)|\bsimplify\b|\bexpand\b|\bfactor\b|equation of|polynomial|rationalize"
        r"|matrix|\bformula\b|as a function",
        re.IGNORECASE,
    ),
}


_FIRST_ORDERS = ("find", "compute", "determine", "evaluate", "calculate", "what", "how", "if", "in how")


@dataclass(frozen=True)
class Asked:
    """What is asked. `heads` name the quantity, `words` describe it, `symbols` are its written forms without spaces."""

    heads: frozenset[str]
    words: frozenset[str]
    vocabulary: frozenset[str]
    letters: frozenset[str]
    units: frozenset[str]
    symbols: frozenset[str]
    arguments: frozenset[str]
    components: tuple[str, ...]
    given: frozenset[str]
    forms: frozenset[str]
    is_rate: bool

    @cached_property
    def _in_heads(self) -> tuple[str, ...]:
        return tuple(map(in_words, self.heads))

    def may_name_head(self, low: str) -> bool:
        """Whether a word of the asked quantity may stand in a text in lower case; without it none does."""
        return any(map(low.__contains__, self._in_heads))

    @cached_property
    def counted(self) -> frozenset[str]:
        """What may stand after a number that answers: the units and the heads."""
        return self.units | self.heads

    @cached_property
    def _in_counted(self) -> tuple[str, ...]:
        return tuple(map(in_words, self.counted))

    def may_count(self, low: str) -> bool:
        """Whether a word of what is counted may stand in a text in lower case; without it none does."""
        return any(map(low.__contains__, self._in_counted))


@lru_cache(maxsize=512)
def read(question: str) -> Asked:
    """Read a question. An empty question asks for nothing in particular: every part is empty.

    >>> asked = read("A polygon has angles of 15 degrees. How many sides does the polygon have?")
    >>> sorted(asked.heads), sorted(asked.units), sorted(asked.given)
    (['side'], ['side'], ['15'])
    >>> sorted(read("Find the ordered pair $(a,b).$").symbols), read("Find the ordered pair $(a,b).$").components
    (['(a,b)'], ('a', 'b'))
    """
    text = _ONE_BREAK.sub(" ", _DRAWING.sub(" ", question)[:20_000])
    sentence = _asking_sentence(text)
    wanted = " ".join([sentence, *(piece for piece in _sentences(text) if _ORDER.match(piece.strip()))])
    ask = _QUESTION.search(sentence) or _ORDERED.search(sentence)
    clause = sentence[ask.end() :] if ask else sentence
    verb = ask.group().lower() if ask else ""
    heads = _heads(clause, verb)
    symbols, arguments = _symbols(clause)
    if "how many" in verb:
        symbols, arguments = frozenset(), symbols | arguments
    return Asked(
        heads=heads,
        words=content(_without_maths(clause)) | heads,
        vocabulary=content(_without_maths(text)) | heads,
        letters=frozenset(_LETTERS.findall(_COMMAND.sub(" ", " ".join(_formulas(text))))),
        units=_units(clause, verb, text),
        symbols=symbols,
        arguments=arguments,
        components=_components(symbols),
        given=_given(text),
        forms=frozenset(name for name, pattern in _FORMS.items() if pattern.search(wanted)),
        is_rate=_RATE.search(sentence) is not None,
    )


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its plural, in lower case.

    >>> stem("Sides"), stem("boxes"), stem("class"), stem("digit's")
    ('side', 'box', 'class', 'digit')
    """
    word = word.lower().removesuffix("'s").strip("'-")
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def in_words(stem: str) -> str:
    """What stands in every word of a stem: "possibility" is that of "possibilities" too.

    >>> in_words("side"), in_words("possibility")
    ('side', 'possibilit')
    """
    return stem.removesuffix("y")


def content(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning.

    >>> sorted(content("the number of bits that it has"))
    ['bit']
    """
    return frozenset(map(_MEANINGS.__getitem__, _WORD.findall(text))) - _NOTHING


class _Meanings(dict[str, str]):
    """The stem of a word, "" where it carries no meaning; worked out once per word."""

    def __missing__(self, word: str) -> str:
        meaning = "" if word.lower() in STOP else stem(word)
        if len(self) < _MOST_WORDS and len(word) <= _LONGEST_WORD:
            self[word] = meaning
        return meaning


_MEANINGS = _Meanings()
_MOST_WORDS = 50_000
_LONGEST_WORD = 40
_NOTHING = frozenset([""])


@lru_cache(maxsize=8192)
def squeeze(text: str) -> str:
    r"""A formula without spaces and dressing, for comparing how it is written.

    >>> squeeze(r"\left( a, b \right)")
    '(a,b)'
    """
    flat = flatten(text).replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return re.sub(r"\s|\\!", "", flat).rstrip(".,;:?")


def _given(text: str) -> frozenset[str]:
    """The numbers of the question; of those inside a longer formula only the telling ones, of two digits or more."""
    alone = _NUMBER.findall(_LONG_MATHS.sub(" ", text).replace("$", " ").replace("\\", " "))
    inside = [number for number in _NUMBER.findall(flatten(text).replace("\\", " ")) if len(number.lstrip("-")) > 1]
    return frozenset(map(write_down, [*alone, *inside]))


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE_END.split(text) if piece and piece.strip()]


def _asking_sentence(text: str) -> str:
    sentences = _sentences(text)
    own = [piece for piece in sentences if not _ORDER.match(piece.strip())]
    orders = [piece for piece in own if _ORDERED.search(piece) or _QUESTION.search(piece)]
    questions = [piece for piece in orders if "?" in piece or piece.strip().lower().startswith(_FIRST_ORDERS)]
    chosen = questions or orders or sentences
    if not chosen:
        return ""
    where = text.find(chosen[-1])
    after = text[where + len(chosen[-1]) :]
    tail = re.match(r"\s*(\\\[.{1,400}?\\\]|\$\$.{1,400}?\$\$)", after, re.DOTALL)
    return chosen[-1] + (" " + tail.group(1).replace("\n", " ") if tail else "")


def _without_maths(clause: str) -> str:
    return _MATHS.sub(" ", clause)


def _formulas(text: str) -> list[str]:
    return [next(filter(None, match.groups())) for match in _MATHS.finditer(text)]


def _heads(clause: str, verb: str) -> frozenset[str]:
    phrase = _without_maths(clause).strip()
    phrase = re.sub(r"^(?:the|a|an|is|are|your|all|its|each)\b\s*", "", phrase, flags=re.IGNORECASE)
    number_of = re.match(
        r"(?:total |possible |different )*(?:number|value|values|amount) of\b\s*(?:the\s)?", phrase, re.IGNORECASE
    )
    if number_of:
        phrase = phrase[number_of.end() :]
    end = _HEAD_END.search(phrase)
    named = [stem(word) for word in _WORD.findall(phrase[: end.start()] if end else phrase[:80])]
    heads = {word for word in named[-2:] if word not in STOP and word not in WEAK_HEADS}
    heads |= {"way"} if "how many ways" in verb else set()
    heads |= {"difference", "more"} if "more" in verb or "fewer" in verb else set()
    parenthesis = re.search(r"\(([a-z]{3,20})\)", clause)
    heads |= {stem(parenthesis.group(1))} if parenthesis else set()
    return frozenset(heads) | frozenset(extra for head in heads for extra in _SYNONYMS.get(head, ()))


def _units(clause: str, verb: str, text: str) -> frozenset[str]:
    units = {stem(word) for word in _IN_UNITS.findall(text)}
    if "how m" in verb or re.match(r"\s*(?:is |are )?the (?:total )?number of", clause):
        units |= _heads(clause, verb) - {"difference", "total"}
    if "degree" in text or "angle" in text:
        units |= {"degree"} if re.search(r"degree|angle", clause) else set()
    if re.search(r"percent|%", clause):
        units |= {"percent"}
    return frozenset(units)


def _symbols(clause: str) -> tuple[frozenset[str], frozenset[str]]:
    """Formulas that stand for what is asked, and those that it is asked of ("the sum of the roots of f")."""
    cut = _CUT.search(clause)
    first = clause[: cut.start()] if cut else clause
    matches = list(_MATHS.finditer(first)) or list(_MATHS.finditer(clause))[:1]
    symbols: set[str] = set()
    arguments: set[str] = set()
    for match in matches[:3]:
        formula = _asked_side(squeeze(next(filter(None, match.groups()))))
        if formula and not re.fullmatch(r"-?[\d,.]+", formula):
            (arguments if _is_asked_of(clause[: match.start()]) else symbols).add(formula)
    return frozenset(symbols), frozenset(arguments)


_RATE = re.compile(r"\b(?:miles|meters|kilometers|feet|dollars|cents|gallons|liters|units|words|pages)\s+per\b")
_LONG_MATHS = re.compile(r"\$\$?[^$]{9,300}\$\$?|\\\([^\n]{9,300}?\\\)|\\\[[^\n]{9,300}?\\\]")
_GIVEN = re.compile(r"[A-Za-z]=-?[\d.,/]+")
_OF = re.compile(r"\b(\w+)\s+(?:of|in|to|for|from|on|through|between|does)\b[^$]{0,60}$")


def _is_asked_of(before: str) -> bool:
    match = _OF.search(_without_maths(before))
    if match is None:
        return False
    head = match.group(1).lower()
    return head not in OWN_HEADS or (head in {"number", "sum", "product"} and not before.rstrip().endswith(" of"))


def _asked_side(formula: str) -> str:
    """The side of an equation that is asked; "" for a given one, such as "b=3"."""
    if "=" not in formula:
        return formula
    if _GIVEN.fullmatch(formula):
        return ""
    left, _, right = formula.partition("=")
    return left if len(left) <= 12 and not right.isalpha() else right


def _components(symbols: frozenset[str]) -> tuple[str, ...]:
    for symbol in sorted(symbols):
        match = re.fullmatch(r"\(([A-Za-z](?:,[A-Za-z]){1,3})\)", symbol)
        if match:
            return tuple(match.group(1).split(","))
    return ()
