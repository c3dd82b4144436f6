"""Every example in the docstrings of `analysis`, of the API and of its client runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import afterthought
import analysis
import apps.api

MODULES = [
    module.name
    for package in (afterthought, analysis, apps.api)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run_as_written(name: str) -> None:
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0
