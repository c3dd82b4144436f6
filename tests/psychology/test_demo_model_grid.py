"""The demo model answers the shipped inventory through the same code; the reliability page says what that is worth.

It was trained on sums. Its answers are noise, and the page must name them so whichever way they are read.
"""

import pytest

from apps.psychology.presenters.trust import page_of
from apps.psychology.queries.sheet import answers_of
from apps.psychology.services.reliability import trust
from apps.runs.models import RunState
from tests.conftest import ROOT
from tests.psychology.giving import MANNER, given
from tests.runs import build
from tests.traces.pages import WITHOUT_STATIC_FOLDER, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once, WITHOUT_STATIC_FOLDER]

WHY = {
    "reply": "fewer than half of the replies could be read",
    "likelihood": "whether an item says a thing or its opposite",
}


@pytest.mark.parametrize(
    ("temperature", "n_tokens", "read_by"),
    [(0.0, 32, "reply"), (1.0, 200, "reply"), (0.0, 32, "likelihood")],
    ids=["cut in its thoughts", "with room to think", "by likelihood"],
)
def test_its_answers_are_called_noise(needs_torch: None, temperature: float, n_tokens: int, read_by: str) -> None:
    who = visitor()
    settings = {"models": {"demo": str(ROOT / "demo" / "model")}, "device": "cpu", "dtype": "float32"}
    row = build.engine("demo", "transformers", settings=settings)
    grid = {"temperatures": [temperature], "max_tokens": n_tokens}
    made = given(who, row, ["demo"], grid, {**MANNER, "read_by": read_by}, tasks=())
    assert [(each.run.state, each.run.n_failed) for each in made if each.run] == [(RunState.DONE, 0)]
    assert answers_of(who.project).height == 30 * 2 * 2
    banner = page_of(trust(who.project), lambda name: name).noise
    assert banner.startswith("The answers of demo cannot be told from noise: ")
    assert WHY[read_by] in banner
    assert "The answers of demo cannot be told from noise" in who.page(f"{who.base}psychology/reliability/")
