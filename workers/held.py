"""The engines that this process can drive, by its libraries, and those that it holds open. Knows no run."""

from collections.abc import Mapping, Sequence, Set
from importlib.util import find_spec

from analysis.errors import UserError
from apps.runs.models import RoleBinding
from apps.runs.services.plans import IN_WORKER, settings_for
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

NEEDS: Mapping[str, tuple[str, ...]] = {
    "transformers": ("torch", "transformers"),
    "vllm": ("vllm",),
    "openai": (),
    "scripted": (),
}
"""The libraries that a kind of engine needs beside the application's own."""


def kinds_here() -> list[str]:
    """The kinds of engine that this worker can drive, by the libraries that are installed; nothing is imported."""
    return [kind for kind, needed in NEEDS.items() if all(find_spec(name) for name in needed)]


class Engines:
    """The engines that this process holds, so that a model is loaded once however many runs ask for it.

    Models in this process are let go of when a run wants others, since they may fill the device.
    """

    def __init__(self) -> None:
        self._held: dict[str, Engine] = {}

    def for_roles(self, bindings: Sequence[RoleBinding]) -> dict[str, Engine]:
        """Role -> engine; raises UserError where an engine has no such model or cannot be opened here."""
        wanted = {each.role: self._key(each) for each in bindings}
        if any(each.engine.kind in IN_WORKER and wanted[each.role] not in self._held for each in bindings):
            self._let_go_of_all_but(set(wanted.values()))
        for each in bindings:
            if wanted[each.role] not in self._held:
                settings = settings_for(each.engine, each.model)
                self._held[wanted[each.role]] = load_engine(each.engine.kind, settings)
        return {role: self._held[key] for role, key in wanted.items()}

    def is_at_hand(self, bindings: Sequence[RoleBinding]) -> bool:
        """Whether these engines can be had without letting go of another."""
        return all(each.engine.kind not in IN_WORKER or self._is_held(each) for each in bindings)

    def _is_held(self, binding: RoleBinding) -> bool:
        try:
            return self._key(binding) in self._held
        except UserError:  # it has no such model: whoever opens it is told so, and nothing is let go of
            return True

    def _key(self, binding: RoleBinding) -> str:
        settings = settings_for(binding.engine, binding.model)
        return repr((binding.engine.kind, sorted(settings.items(), key=str)))

    def _let_go_of_all_but(self, kept: Set[str]) -> None:
        for key in self._held.keys() - kept:
            self._held.pop(key).close()


HELD = Engines()
