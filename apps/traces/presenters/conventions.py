"""What a page says of rollouts whose text states no candidate: when it matters, how they count, what else there is.

Knows the rows of the measure of accuracy and addresses; no sentence of the finding. Source: decision 5.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from analysis.measures.accuracy import FIRST
from analysis.measures.base import Row
from apps.core.templatetags.numbers import share
from apps.traces.presenters.figures.card import Group, Links

NOTABLE = 0.05
"""From this share of rollouts without a candidate on, the page says how they are counted."""
MATERIAL = 0.01
"""As it does where they move the gain by this much, or across 0."""
COUNTED = {
    "wrong": "Their first answer counts as wrong.",
    "final": "Their final answer counts as their first one.",
    "leave_out": "They are left out of both accuracies.",
}
OTHERWISE = {
    "wrong": "with their first answer as wrong",
    "final": "with their final answer as the first one",
    "leave_out": "without them",
}


@dataclass(frozen=True, slots=True)
class Convention:
    """How rollouts without a candidate are counted here, and the addresses of the page with other ways.

    `shows_others` where the page's difference is that of the rollouts that state one.
    """

    name: str
    silent: Row
    after: Row
    where: str
    href: str
    others: tuple[tuple[str, str], ...]

    @property
    def shows_others(self) -> bool:
        return self.name == FIRST.default

    @property
    def lists_first_answers(self) -> bool:
        """Whether the right first answers are a list of rollouts; a final answer that counts as first is in none."""
        return self.name != "final"

    @property
    def counted(self) -> str:
        return COUNTED[self.name]

    @property
    def said(self) -> str:
        """`18.0 % of the rollouts state no answer in their reasoning`."""
        if self.after.n_events == self.silent.n_events:
            return f"{share(self.silent.estimate)} of the rollouts answered only after their reasoning"
        return f"{share(self.silent.estimate)} of the rollouts state no answer in {self.where}"

    @property
    def part(self) -> str:
        """How many of these answer later, where not all do."""
        if not self.after.n_events or self.after.n_events == self.silent.n_events:
            return ""
        return f" ({share(self.after.estimate)} answer only after it)"


def convention_of(accuracy: Group, links: Links, by: str | None, name: str = FIRST.default) -> Convention | None:
    """Only where such rollouts are many, or move the gain, or where another convention was asked for."""
    silent = accuracy["no_candidate_share"]
    if not silent.estimate or (name == FIRST.default and not is_notable(accuracy)):
        return None
    others = tuple((_address(links, by, value), OTHERWISE[value]) for value, _ in FIRST.choices if value != name)
    where = "the text read" if accuracy["response_share"].estimate else "their reasoning"
    return Convention(name, silent, accuracy["answered_after_share"], where, links.to(candidates="none"), others)


def is_notable(accuracy: Group) -> bool:
    gain, among = accuracy["gain"], accuracy["gain_with_candidate"]
    if gain.estimate is None or among.estimate is None:
        return False
    is_many = (accuracy["no_candidate_share"].estimate or 0) >= NOTABLE
    return is_many or abs(gain.estimate - among.estimate) >= MATERIAL or _side(gain) != _side(among)


def gain_shown(accuracy: Group, convention: Convention | None) -> Row:
    """The difference that sentence and tile say: among rollouts with a candidate where the others would mislead."""
    return accuracy["gain_with_candidate" if convention and convention.shows_others else "gain"]


def _side(row: Row) -> int:
    """1 and -1 where the whole interval lies above or below 0."""
    if row.low is None or row.high is None:
        return 0
    return int(row.low > 0) - int(row.high < 0)


def _address(links: Links, by: str | None, value: str) -> str:
    given = links.filters.given | ({"by": by} if by else {})
    return "?" + urlencode(given | ({FIRST.name: value} if value != FIRST.default else {}))
