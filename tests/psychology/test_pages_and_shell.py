"""What `manage.py measure` prints of a project is what the pages' tables hold: number by number."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import Membership, Project, Role, User

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SLUG = "both"


@pytest.fixture(scope="module")
def read_in(shared: Path, kept_rows: None) -> None:
    for study in ("personality-illusion", "personallm"):
        folder = str(shared / "data" / study)
        call_command("psychology", "import", folder, "--format", study, "--project", SLUG, stdout=io.StringIO())


@pytest.fixture
def visitor(client: Client, read_in: None) -> Client:
    person = User.objects.create_user("lea", password="x")
    Membership.objects.create(project=Project.objects.get(slug=SLUG), user=person, role=Role.MEMBER)
    client.force_login(person)
    return client


def page(visitor: Client, address: str) -> list[dict[str, str]]:
    lines = b"".join(visitor.get(f"/p/{SLUG}/psychology/{address}")).decode()
    return list(csv.DictReader(io.StringIO(lines)))


def shell(name: str, *settings: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    given = [part for setting in settings for part in ("--set", setting)]
    call_command("measure", name, "--project", SLUG, "--json", *given, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


def numbers(rows: list[dict[str, Any]], *names: str) -> list[tuple[float | None, ...]]:
    """The named columns as numbers, sorted, so that the order of rows does not count."""
    found = [tuple(None if row[name] in (None, "") else float(row[name]) for name in names) for row in rows]
    return sorted(found, key=str)


@pytest.mark.parametrize("level", ["joint", "marginal"])
def test_links(visitor: Client, level: str) -> None:
    printed = shell("link", f"level={level}")
    shown = page(visitor, f"link/link.csv?level={level}")
    assert len(shown) == len(printed) == 30
    columns = ("estimate", "low", "high", "p", "q")
    assert numbers(shown, *columns) == numbers(printed, *columns)


def test_persona_effects_gaps_and_regressions(visitor: Client) -> None:
    printed = shell("persona_effect")
    for name, file, estimate in (
        ("effect", "effects", "effect"),
        ("gap", "gaps", "gap"),
        ("logistic", "regressions", "slope"),
    ):
        wanted = [row for row in printed if row["name"] == name]
        shown = page(visitor, f"link/{file}.csv")
        assert len(shown) == len(wanted) > 0
        assert numbers(shown, estimate, "low", "high") == numbers(wanted, "estimate", "low", "high")


def test_alignment_of_models(visitor: Client) -> None:
    printed = shell("alignment", "way=joint")
    shown = page(visitor, "link/alignment-joint.csv")
    assert numbers(shown, "share", "low", "high") == numbers(printed, "estimate", "low", "high")


def test_alpha_of_every_trait(visitor: Client) -> None:
    printed = [row for row in shell("reliability") if row["name"] == "alpha" and row["estimate"] is not None]
    shown = [row for row in page(visitor, "reliability/indices.csv") if row["alpha_value"]]
    assert len(shown) == len(printed) == 10
    assert numbers(shown, "alpha_value", "alpha_low") == numbers(printed, "estimate", "low")


def test_stability(visitor: Client) -> None:
    printed = [row for row in shell("stability") if row["name"] == "Levene F"]
    shown = page(visitor, "reliability/stability.csv")
    assert len(shown) == len(printed) == 6
    assert numbers(shown, "apart_levene_f") == numbers(printed, "estimate")
