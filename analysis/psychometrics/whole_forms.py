"""A whole questionnaire answered in one reply: what was said of which item. Knows no instrument and no scale."""

import re
from collections import defaultdict
from collections.abc import Sequence

from analysis.psychometrics.instrument import Option
from analysis.psychometrics.replies import LONGEST, REFUSALS, Reply, Status, read_reply

LONGEST_FORM = 100_000
LINE = re.compile(
    r"^[\s*_#>-]{0,8}(?:item|statement|question|q)?\s{0,2}[(\[]?(?P<name>\d{1,4}|[a-z]{1,2})[)\]]?"
    r"(?:[\s*_]{0,4}[.:)=\]–—-]|(?<=[)\]]))[\s*_]{0,4}(?P<said>.*)$",
    re.IGNORECASE,
)
BARE = re.compile(r"^[\s\[]*-?\d+(?:[\s,;]+-?\d+)*[\s\].]*$")


def read_form(text: str, names: Sequence[str], options: Sequence[Option], letters: str = "") -> list[Reply]:
    """One reply for each of `names` ("1", "2" ... or "a", "b" ...), in their order.

    Lines such as "3. 4", "(3) Agree" or "Item 3: 4" answer the item that they name; an item that no line names is
    empty, one that two lines answer differently has several. As many bare whole numbers as there are items, and nothing
    else, answer them in their order. A refusal without any such line refuses every item.

    >>> yes_no = [Option(1, "no"), Option(2, "yes")]
    >>> [(reply.status.value, reply.value) for reply in read_form("1. 2\\n2) maybe\\n(4) no", ["1", "2", "3"], yes_no)]
    [('read', 2), ('unread', None), ('empty', None)]
    """
    cut = text[:LONGEST_FORM]
    said = _by_name(cut, names)
    if not any(said.values()):
        bare = re.findall(r"-?\d+", cut) if BARE.match(cut) else []
        if len(bare) == len(names) > 1:
            return [read_reply(number, options, letters) for number in bare]
        status = Status.REFUSED if REFUSALS.search(cut[:LONGEST]) else Status.EMPTY
        return [Reply(status)] * len(names)
    return [_one([read_reply(each, options, letters) for each in said[name.casefold()]]) for name in names]


def _by_name(text: str, names: Sequence[str]) -> dict[str, list[str]]:
    wanted = {name.casefold() for name in names}
    said: dict[str, list[str]] = defaultdict(list)
    for line in text.split("\n"):
        match = LINE.match(line[:LONGEST])
        if match and match["name"].casefold() in wanted:
            said[match["name"].casefold()].append(match["said"])
    return said


def _one(found: Sequence[Reply]) -> Reply:
    if not found:
        return Reply(Status.EMPTY)
    return found[0] if len(set(found)) == 1 else Reply(Status.SEVERAL)
