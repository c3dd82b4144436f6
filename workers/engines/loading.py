"""One place that makes an engine from its kind and settings. Knows no run and no database."""

from collections.abc import Mapping
from typing import Any, cast

from analysis.catalogue import ENGINE_PARAMETERS, ENGINES
from analysis.protocols.settings import SettingRefused, settle
from workers.engines.interface import Engine


def load_engine(kind: str, settings: Mapping[str, Any]) -> Engine:
    """The engine of a kind with settled settings.

    Raises UnknownName for a kind that is not in the catalogue, SettingRefused for a setting that cannot be used or a
    library that this worker does not have.
    """
    ENGINES.label(kind)
    settled = settle(ENGINE_PARAMETERS[kind], settings)
    try:
        make = ENGINES[kind]
    except ModuleNotFoundError as error:
        raise SettingRefused(f"this worker cannot serve {kind!r}: {error.name} is not installed") from error
    return cast(Engine, make(**settled))
