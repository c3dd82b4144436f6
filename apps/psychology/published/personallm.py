"""PersonaLLM's published replies: 44 items of a Big Five inventory, answered whole under 32 personas.

Source: arXiv 2305.02547, github hjian42/PersonaLLM; the inventory's key as for BFI-44. A reply is a list of "(a) 5";
what stands before "(a)" is no part of it (five replies begin with a stray letter). Knows no database.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.instrument import Option
from analysis.psychometrics.replies import Reply, Status, read_reply
from apps.psychology.published.files import File, Line, json_lines_of
from apps.psychology.published.sittings import BadFile, Found, Group, Sitting, told_apart

INSTRUMENT: Final = "bfi-44"
N_ITEMS: Final = 44
KEYS: Final = {"persona_encoding", "iteration", "annotation", "model"}
ANSWER: Final = re.compile(r"^[ \t]*\(([a-z]{1,2})\)(.*)$", re.MULTILINE)
SCALE: Final = tuple(
    Option(value, label)
    for value, label in enumerate(
        ("Disagree strongly", "Disagree a little", "Neither agree nor disagree", "Agree a little", "Agree strongly"), 1
    )
)


class _PersonaLLM:
    def read(self, files: Sequence[File]) -> Found:
        """Raises BadFile where no file holds replies, or one has other columns."""
        sittings, used = [], []
        for file in files:
            found = list(_sittings(file))
            used += [file.name] if found else []
            sittings += found
        if not sittings:
            raise BadFile("there is no file as bfi_gpt-4-0613.jsonl: JSON lines with " + ", ".join(sorted(KEYS)))
        return Found("PersonaLLM", (Group("item answers", tuple(used), told_apart(sittings)),))


def letters_of(number: int) -> str:
    """What the list calls its items: a to z, then aa to ar.

    >>> letters_of(0), letters_of(25), letters_of(26), letters_of(43)
    ('a', 'z', 'aa', 'ar')
    """
    return chr(97 + number) if number < 26 else f"a{chr(97 + number - 26)}"


def read_list(reply: str) -> dict[str, Reply]:
    """What a whole reply answers to each item, by the item's number from 1.

    An item that the list does not name is empty; one that it names twice with different answers is several.

    >>> found = read_list("(u) 1\\n(a) 5\\n(b) as an AI I have none\\n(c) 2\\n(c) 3")
    >>> [str(found[name].status) for name in ("1", "2", "3", "21")], found["1"].value
    (['read', 'refused', 'several answers', 'empty'], 5)
    """
    start = next((found.start() for found in ANSWER.finditer(reply) if found[1] == "a"), 0)
    said: dict[str, list[Reply]] = {}
    for letter, words in ANSWER.findall(reply[start:]):
        said.setdefault(letter, []).append(read_reply(words, SCALE))
    return {str(number + 1): _one_of(said.get(letters_of(number), [])) for number in range(N_ITEMS)}


def _one_of(replies: Sequence[Reply]) -> Reply:
    different = list(dict.fromkeys(replies))
    if len(different) > 1:
        return Reply(Status.SEVERAL)
    return different[0] if different else Reply(Status.EMPTY)


def scores_of(replies: Mapping[str, Reply]) -> dict[str, float]:
    """As a rollout carries them: the raw answer where it was read, and the status of each item."""
    answers = {f"answer/{name}": float(each.value) for name, each in replies.items() if each.value is not None}
    return answers | {f"status/{name}": float(STATUS_CODES[each.status.value]) for name, each in replies.items()}


def _sittings(file: File) -> Iterator[Sitting]:
    """A file's sittings; nothing for one that holds none (stories, scores, prompts)."""
    if not file.name.lower().endswith(".jsonl") or file.base.startswith("writing"):
        return
    for line in json_lines_of(file):
        missing = sorted(KEYS - set(line.values))
        if missing:
            raise BadFile(f"{line.where} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
        yield _sitting(line)


def _sitting(line: Line) -> Sitting:
    reply = line.values["annotation"]
    if not isinstance(reply, str):
        raise BadFile(f"{line.where}, column annotation: is no text")
    return Sitting(
        id=f"{line.text('persona_encoding')} {line.whole('iteration')}",
        asked=INSTRUMENT,
        model=line.text("model"),
        condition={"persona": line.text("persona_encoding")},
        sample=line.whole("iteration"),
        scores=scores_of(read_list(reply)),
        source=line.source,
        reply=reply,
    )


STUDY = _PersonaLLM()
