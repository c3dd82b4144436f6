"""Markup in names of administrations, instruments, models, personas and figures is text on every page and file.

Scores of any name can come with an upload; here a collection of such scores is an administration that was read in.
"""

import csv
import io
from xml.etree import ElementTree

import pytest
from django.test import Client

from analysis.types import Problem
from apps.accounts.models import Membership, Project, Role, User
from apps.psychology.models import Administration, Instrument
from tests.traces import build

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVIL = "<img data-pwned src=x onerror=alert(1)>"
FORMULA = "=HYPERLINK(1)"
PAGES = (
    "",
    "reliability/",
    "link/?of=all",
    "link/?of=all&level=marginal&inference=crossed",
    "dissociation/?of=all",
    "new/",
)
FILES = (
    "items.csv", "scores.csv", "link/link.csv", "link/effects.csv", "link/gaps.csv", "link/regressions.csv",
    "link/within-between.csv",
    "link/alignment-pearson.csv", "reliability/refusals.csv", "reliability/indices.csv",
)  # fmt: skip


@pytest.fixture
def lab(client: Client) -> Project:
    """Four models, two of them with markup or a formula in their names, under a hostile persona and without."""
    project = build.project("lab")
    person = User.objects.create_user("lea", password="x")
    Membership.objects.create(project=project, user=person, role=Role.MEMBER)
    rollouts = []
    for number, model in enumerate((f"a{EVIL}", FORMULA, "c", "d")):
        for sample in range(3):
            for persona in ({}, {"persona": EVIL, "target": "agreeableness", "system_prompt": EVIL}):
                scores = {
                    "trait/agreeableness": 1.0 + number + sample / 3 + bool(persona),
                    f"trait/{EVIL}": 2.0 + number * sample,
                    "behaviour/sycophancy": 10.0 * number + sample**2,
                    f"behaviour/{EVIL}": 3.0 - sample + number,
                }
                rollouts.append(
                    build.rollout(
                        f"{number}-{sample}-{len(persona)}",
                        model=model,
                        problem=Problem("Items.", key="sittings"),
                        sample=sample,
                        condition={"temperature": "1", **persona},
                        scores=scores,
                    )
                )
    collection = build.stored(rollouts, owner=project)
    Administration.objects.create(project=project, name=EVIL, collection=collection)
    Instrument.objects.create(project=project, name="evil", version="1", title=EVIL, licence=EVIL, definition={})
    client.force_login(person)
    return project


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_an_element_that_a_name_brought(client: Client, lab: Project, page: str) -> None:
    response = client.get(f"/p/lab/psychology/{page}")
    assert response.status_code == 200
    assert "<img data-pwned" not in response.content.decode()


@pytest.mark.parametrize("name", ["link", "within", "between", "alignment-joint", "alignment-pearson", "effects"])
def test_a_figures_file_is_xml_whose_text_is_text(client: Client, lab: Project, name: str) -> None:
    response = client.get(f"/p/lab/psychology/link/{name}.svg?of=all")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.svg"'
    root = ElementTree.fromstring(response.content)
    assert {element.tag.rpartition("}")[2] for element in root.iter()}.isdisjoint({"img", "script"})


@pytest.mark.parametrize("name", FILES)
def test_no_cell_of_a_table_is_a_formula(client: Client, lab: Project, name: str) -> None:
    lines = b"".join(client.get(f"/p/lab/psychology/{name}?of=all")).decode()
    cells = [cell for row in csv.reader(io.StringIO(lines)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_an_administration_that_does_not_exist_is_the_usual_one(client: Client, lab: Project) -> None:
    assert client.get("/p/lab/psychology/link/", {"of": EVIL * 2, "level": "x", "inference": "y"}).status_code == 200
    assert client.get("/p/lab/psychology/link/nothing.csv").status_code == 404
    assert client.get("/p/lab/psychology/link/nothing.svg").status_code == 404
    assert client.get("/p/lab/psychology/administrations/999999/").status_code == 404
