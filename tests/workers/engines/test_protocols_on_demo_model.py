"""Every protocol on the demo model by the transformers engine: a result, or a unit that fails with its reason."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import ProtocolFailed
from analysis.types import Span
from tests.analysis.protocols.driving import drive, served
from tests.analysis.protocols.test_every_protocol import BOTH
from tests.conftest import ROOT
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "continue": {"n": 2},
    "probe": {"p_correct": "gold", "max_tokens": 12},
    "chain": {"steps": 1},
    "judge": {"read_by": "likelihood"},
}
BEYOND_IT = {"debate": "reply is empty", "extraction": "reply is empty|holds no list"}
"""What a model of this size does not write, since it was taught sums only: the unit says so."""
SUM = """17 + 25 = 42. So the answer is 42.
Wait, let me check this in small steps.
17 + 20 = 37, 37 + 5 = 42.
Yes, the answer is 42."""


@pytest.fixture(scope="module")
def engine(needs_torch: None) -> Iterator[Engine]:
    engine = load_engine("transformers", {"model": str(ROOT / "demo" / "model"), "device": "cpu", "dtype": "float32"})
    yield engine
    engine.close()


@pytest.mark.parametrize("name", [name for name in PROTOCOLS if name not in BEYOND_IT])
def test_a_protocol_comes_to_a_result(name: str, engine: Engine) -> None:
    result, _ = drive(PROTOCOLS[name], BOTH, served(engine), {"max_tokens": 100, **SETTINGS.get(name, {})})
    assert result.rollouts or result.probes or result.judgements


@pytest.mark.parametrize("name", BEYOND_IT)
def test_what_the_model_cannot_write_fails_with_its_reason(name: str, engine: Engine) -> None:
    with pytest.raises(ProtocolFailed, match=BEYOND_IT[name]):
        drive(PROTOCOLS[name], BOTH, served(engine), {"max_tokens": 60, "temperature": 0})


def test_a_forced_gold_is_as_likely_by_its_tokens_as_by_its_continuation_score(engine: Engine) -> None:
    assert BOTH.source is not None
    item = replace(BOTH, source=replace(BOTH.source, text=SUM, reasoning=Span(0, len(SUM))))
    result, _ = drive(PROTOCOLS["probe"], item, served(engine), {"p_correct": "gold"})
    golds = [probe for probe in result.probes if probe.value == "42"]
    assert golds
    for probe in golds:
        assert probe.p_correct is not None
        assert math.log(probe.p_correct) == pytest.approx(probe.log_probability, abs=1e-3)
