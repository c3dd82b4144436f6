"""Whether a value is said of the asked quantity or of another. Knows names, units and words; no concluding phrases."""

import re
from functools import lru_cache

from analysis.answers.extract.asked import Asked, content, squeeze, stem
from analysis.answers.extract.contexts import Context, Line
from analysis.answers.extract.hearing import lowered
from analysis.answers.extract.scene import Place, Scene, stems
from analysis.answers.extract.vocabulary import DISCOURSE, GOING_ON, MEASURES, NAMED_BY_FIRST_LETTER, RESULTS

_SAID_OF = re.compile(
    r"(?:is|are|=|mustbe|hastobe|shouldbe|wouldbe|equals|equalto)(?:indeed|just|exactly|simply|also|therefore"
    r"|equalto)?(?:\\boxed\{)?$"
)
_LONGEST_SAID = 24
_LAST_OF_SAID = frozenset("se=otdy{")
"""The last letters of what `_SAID_OF` finds."""
_LETTER_ROOT = re.compile(
    r"\|?\\?[A-Za-z]{1,2}(?:_\{?\w+\}?)?(?:\([^()]*\))?\|?|\\(?:angle|text|overline|theta|alpha)\W?.*"
    r"|\|?[A-Z]{2,3}\|?|∠.*"
)
_PER = re.compile(r"\bper\b|/|\bmph\b")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LETTER = re.compile(r"[A-Za-z]")
_OF_FORMULA = re.compile(
    r"\bof\s{1,8}([^\s,.:;a-z]{0,3}[^,.:;]{0,30}?)\s{1,8}(?:is|are|in|would|will|should|must|=|\()"
)
_DEFINITION = re.compile(
    r"\b(?:let|denote|call|define)\b.{0,12}?\b([A-Za-z])\b\W{1,6}(?:be|denote|represent|=|as|to be"
    r"|stand for)\W{1,3}(?:the |a |an )?([^.\n]{3,90})"
    r"|\b([A-Za-z])\b\W{1,4}(?:is|represents|denotes)\W{1,2}the ([^.,\n]{3,60})",
    re.IGNORECASE,
)


def names_of(asked: Asked, lines: list[Line]) -> frozenset[str]:
    """What stands for the asked quantity: its formulas, its usual letter, and letters that the trace defines as it."""
    names = set(asked.symbols)
    for head in asked.heads & NAMED_BY_FIRST_LETTER:
        names |= {head[0], head[0].upper()}
    for flat in [line.flat for line in lines] if asked.heads else []:
        may_define = "et " in flat or " is the " in flat or "represents" in flat or "denote" in flat
        if may_define and asked.may_name_head(lowered(flat)):
            names |= {letter for letter, text in _definitions(flat) if _describes(text, asked)}
    return frozenset(names)


def _definitions(flat: str) -> list[tuple[str, str]]:
    return [(m.group(1) or m.group(3), m.group(2) or m.group(4)) for m in _DEFINITION.finditer(flat[:2000])]


def _describes(text: str, asked: Asked) -> bool:
    said = content(text)
    return bool(said & asked.heads) and len(said & asked.words) >= max(1.0, 0.6 * len(asked.words))


def asked_equals(root: str, before: str, names: frozenset[str]) -> bool:
    """The asked formula or letter is the `root` of the equation, or stands before "=" or "is"."""
    if root and root in names:
        return True
    if not names or not may_say_of(before):
        return False
    tail = before[-60:].replace(" ", "")
    match = _SAID_OF.search(tail, max(0, len(tail) - _LONGEST_SAID))
    return match is not None and any(_ends_with_name(tail[: match.start()], name) for name in names)


def may_name(text: str, names: frozenset[str]) -> bool:
    """Whether a name may stand in a text, by its first letter; without one that is ASCII it may."""
    return any(name[:1] in text or not (name.isascii() and name[:1].isalpha()) for name in names)


def may_say_of(before: str) -> bool:
    """Whether a text may end as "is" and its like do, by its last letter."""
    return before.rstrip(" ")[-1:] in _LAST_OF_SAID


def _ends_with_name(text: str, name: str) -> bool:
    if not text.endswith(name):
        return False
    before = text[: -len(name)][-1:]
    return not (before.isalnum() and name[0].isalnum()) or len(name) > 3


def other_equals(scene: Scene) -> bool:
    """A letter or function that is not asked stands at the start of the equation."""
    return bool(scene.root) and not scene.names_asked and is_of_a_letter(scene.root) and not close_head(scene)


@lru_cache(maxsize=4096)
def is_of_a_letter(root: str) -> bool:
    return _LETTER_ROOT.fullmatch(root) is not None


def other_formula_equals(scene: Scene) -> bool:
    root = scene.root
    if not root or scene.names_asked or is_of_a_letter(root):
        return False
    return _has_letter(root) and not _is_of_a_result(scene)


def _is_of_a_result(scene: Scene) -> bool:
    said = content(scene.context.clause) if scene.is_bare else scene.words_close
    return not (said.isdisjoint(scene.asked.heads) and said.isdisjoint(RESULTS))


def root_is_number(scene: Scene) -> bool:
    return bool(scene.root) and not _has_letter(scene.root)


@lru_cache(maxsize=4096)
def _has_letter(root: str) -> bool:
    return _LETTER.search(_COMMAND.sub("", root)) is not None


def close_head(scene: Scene) -> bool:
    return not scene.words_close.isdisjoint(scene.asked.heads)


def sentence_head(scene: Scene) -> bool:
    return not scene.words_before.isdisjoint(scene.asked.heads)


def share_of_words(scene: Scene) -> float:
    """Which part of the question's words stands before the value; 0 where the question has none."""
    return len(scene.words_before & scene.asked.words) / len(scene.asked.words) if scene.asked.words else 0.0


def other_argument(scene: Scene) -> bool:
    """The asked quantity, but of another formula: "the coefficient of c^0" where that of a^2 is asked."""
    if not scene.asked.arguments or not close_head(scene):
        return False
    match = _OF_FORMULA.search(scene.said_close + " is")
    if match is None or not re.search(r"[\d^_\\]|\b[A-Za-z]\b", match.group(1)):
        return False
    return squeeze(match.group(1)) not in scene.asked.arguments


def share_of_foreign_words(scene: Scene) -> float:
    """Which part of the words close before the value does not occur in the question; 0 where there are none."""
    said = scene.words_close - DISCOURSE
    return len(said - scene.asked.vocabulary) / len(said) if said else 0.0


def argument_before(scene: Scene) -> bool:
    return bool(scene.asked.arguments) and any(part in squeeze(scene.said_before) for part in scene.asked.arguments)


def lead_is_asked(place: Place) -> bool:
    lead, asked = place.line.lead, place.asked
    if not lead or "nswer" in lead:
        return bool(lead)
    return asked.may_name_head(lowered(lead)) and not stems(lead).isdisjoint(asked.heads)


def counted_follows(context: Context, asked: Asked) -> bool:
    """The asked unit, or what is counted, is one of the words right after the value."""
    return asked.may_count(context.sentence.low) and not asked.counted.isdisjoint(map(stem, context.next_words))


def may_count(low: str, line: str, asked: Asked) -> bool:
    """Whether a unit may follow a value of a sentence in lower case: a word in it, or a sign in its line."""
    units = asked.counted
    return asked.may_count(low) or ("degree" in units and "°" in line) or ("percent" in units and "%" in line)


def unit_follows(context: Context, asked: Asked) -> bool:
    """The asked unit, or what is counted, stands right after the value."""
    units, after = asked.counted, context.after
    if not units or (asked.is_rate and not _PER.search(after[:30])):
        return False
    if counted_follows(context, asked):
        return True
    if "degree" in units and ("°" in context.text or after.lstrip().startswith("°")):
        return True
    return "percent" in units and ("%" in context.text or after.lstrip().startswith(("%", "\\%")))


def other_unit_follows(context: Context) -> bool:
    """A word that may be a unit stands right after the value."""
    if not context.next_words:
        return False
    word = context.next_words[0].lower()
    return len(word) > 1 and word not in GOING_ON and word not in MEASURES


def judged(scene: Scene) -> Scene:
    """The scene with what several cues ask for, found once."""
    scene.names_asked = asked_equals(scene.root, scene.context.before, scene.names)
    scene.has_unit = unit_follows(scene.context, scene.asked)
    scene.share_of_words = share_of_words(scene)
    scene.share_of_foreign_words = share_of_foreign_words(scene)
    return scene
