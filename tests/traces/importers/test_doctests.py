"""The examples in the docstrings of the importers run; every listed format can be imported."""

import doctest
import importlib
import pkgutil

import pytest

import apps.traces.importers as package
from apps.traces.importers.presets import IMPORTERS

MODULES = [info.name for info in pkgutil.iter_modules(package.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    module = importlib.import_module(f"{package.__name__}.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", list(IMPORTERS))
def test_every_listed_format_has_code_and_a_label(name: str) -> None:
    assert callable(IMPORTERS[name].claim)
    assert IMPORTERS.label(name)
