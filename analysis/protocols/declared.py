"""A protocol as four declared facts and three functions of settled settings. Knows no protocol in particular."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.protocols.conduct import Asks, Estimate, Item, Parameter, Replies, Result
from analysis.protocols.settings import settle

Settings = Mapping[str, Any]
Conducting = Generator[Asks, Replies, Result]


def _never(_: Settings) -> bool:
    return False


def _anything(_: Settings) -> None:
    return None


@dataclass(frozen=True)
class Declared:
    """A `Conductor`: settings are settled and checked before its functions see them.

    `check` raises SettingRefused for values that do not go together.
    """

    version: str
    needs: str
    roles: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    conducting: Callable[[Item, Settings], Conducting]
    at_most: Callable[[Item, Settings], Estimate]
    gated: Callable[[Settings], bool] = _never
    check: Callable[[Settings], None] = _anything
    starts_from_rollout: Callable[[Settings], bool] = _never

    def settle(self, settings: Settings) -> Settings:
        settled = settle(self.parameters, settings)
        self.check(settled)
        return settled

    def needs_for(self, settings: Settings) -> str:
        return "rollout" if self.starts_from_rollout(self.settle(settings)) else self.needs

    def is_oracle_gated(self, settings: Settings) -> bool:
        return self.gated(self.settle(settings))

    def conduct(self, item: Item, settings: Settings) -> Conducting:
        return self.conducting(item, self.settle(settings))

    def estimate(self, item: Item, settings: Settings) -> Estimate:
        return self.at_most(item, self.settle(settings))
