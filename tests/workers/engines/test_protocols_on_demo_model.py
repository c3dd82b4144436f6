"""Every protocol on the demo model by the transformers engine comes to a result: greedy, on fixed sums."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Item, Source
from analysis.types import Role, Span
from tests.analysis.protocols.driving import drive, served
from tests.analysis.protocols.test_every_protocol import BOTH
from tests.conftest import ROOT
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

SETTINGS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "continue": ({"n": 2, "temperature": 1},),
    "probe": ({"p_correct": "gold", "max_tokens": 12},),
    "chain": ({"steps": 1},),
    "debate": ({}, {"adaptive_break": False, "rounds": 1}),
    "judge": ({}, {"form": "score"}, {"form": "pair"}, {"read_by": "likelihood"}),
}
CASES = [
    pytest.param(name, settings, id=f"{name}{number}")
    for name in PROTOCOLS
    for number, settings in enumerate(SETTINGS.get(name, ({},)))
]
SUM = """17 + 25 = 42. So the answer is 42.
Wait, let me check this in small steps.
17 + 20 = 37, 37 + 5 = 42.
Yes, the answer is 42."""

TRACE = """17 + 25 = 42. So the answer is 42.

Wait, let me check this in small steps.
17 + 20 = 37, 37 + 5 = 42. Yes, the answer is 42."""


@pytest.fixture(scope="module")
def engine(needs_torch: None) -> Iterator[Engine]:
    engine = load_engine("transformers", {"model": str(ROOT / "demo" / "model"), "device": "cpu", "dtype": "float32"})
    yield engine
    engine.close()


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_protocol_comes_to_a_result(name: str, settings: Mapping[str, Any], engine: Engine) -> None:
    usual = {"max_tokens": 300, "temperature": 0}  # the lab's protocols have temperatures, 0 unless told otherwise
    known = {parameter.name for parameter in PROTOCOLS[name].parameters}
    greedy = {setting: value for setting, value in usual.items() if setting in known}
    result, _ = drive(PROTOCOLS[name], BOTH, served(engine), {**greedy, **settings})
    assert result.rollouts or result.probes or result.judgements or result.candidates is not None


def test_a_debate_ends_with_an_answer(engine: Engine) -> None:
    result, _ = drive(PROTOCOLS["debate"], BOTH, served(engine), {"max_tokens": 300})
    last = [turn for turn in result.rollouts[0].turns if turn.is_attempt][-1]
    assert (last.role, last.answer) == (Role.JUDGE, "42")


def test_an_extraction_lists_what_a_trace_states(engine: Engine) -> None:
    source = Source(1, 1, TRACE, Span(0, len(TRACE)))
    result, _ = drive(PROTOCOLS["extraction"], Item(BOTH.problem, source), served(engine), {"temperature": 0})
    assert result.candidates is not None
    assert (4, "42") in [(one.line, one.value) for one in result.candidates]  # its lines are often off: see the card


def test_a_forced_gold_is_as_likely_by_its_tokens_as_by_its_continuation_score(engine: Engine) -> None:
    assert BOTH.source is not None
    item = replace(BOTH, source=replace(BOTH.source, text=SUM, reasoning=Span(0, len(SUM))))
    result, _ = drive(PROTOCOLS["probe"], item, served(engine), {"p_correct": "gold"})
    golds = [probe for probe in result.probes if probe.value == "42"]
    assert golds
    for probe in golds:
        assert probe.p_correct is not None
        assert math.log(probe.p_correct) == pytest.approx(probe.log_probability, abs=1e-3)
