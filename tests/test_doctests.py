"""Every example in the docstrings of `analysis` runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import analysis

MODULES = [module.name for module in pkgutil.walk_packages(analysis.__path__, "analysis.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run_as_written(name: str) -> None:
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0
