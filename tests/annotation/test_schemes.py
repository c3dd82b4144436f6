"""Schemes: copies of shipped ones or one's own; a change carries labels along or is refused."""

import pytest
from django.test import Client
from django.urls import reverse

from analysis.labelling.shipped import SCHEMES
from apps.accounts.models import Change, Role
from apps.annotation.models import Scheme
from apps.annotation.services.schemes import SchemeRefused, create_scheme
from tests.annotation import build
from tests.traces.analysed import make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("shipped", list(SCHEMES))
def test_every_shipped_scheme_becomes_a_scheme_of_the_project_unchanged(shipped: str) -> None:
    made = create_scheme(project=make_project(), user=None, shipped=shipped)
    found, plain = Scheme.objects.get(pk=made.pk).plain, SCHEMES[shipped]
    assert (found.kinds, found.many, found.segmentation) == (plain.kinds, plain.many, plain.segmentation)
    assert (found.description, found.source, found.name) == (plain.description, plain.source, SCHEMES.label(shipped))
    assert Change.objects.get().after == {"made_from": shipped, "labels": len(plain.kinds)}


def test_an_empty_scheme_needs_a_name_and_names_are_there_once() -> None:
    project = make_project()
    with pytest.raises(SchemeRefused, match="a name of 1 to 100 characters, not 0"):
        create_scheme(project=project, user=None)
    create_scheme(project=project, user=None, name=" my   steps ")
    with pytest.raises(SchemeRefused, match="'my steps' already"):
        create_scheme(project=project, user=None, name="my steps")
    create_scheme(project=make_project("other"), user=None, name="my steps")


def test_a_scheme_is_made_on_its_page() -> None:
    project = make_project()
    client = Client()
    client.force_login(build.person(project, "lea", Role.MEMBER))
    address = reverse("annotation:new_scheme", args=[project.slug])
    assert "Reflection steps" in client.get(address).content.decode()
    answer = client.post(address, {"shipped": "reflection", "name": "steps"})
    made = Scheme.objects.get()
    assert (made.name, made.made_from) == ("steps", "reflection")
    assert answer.headers["Location"] == reverse("annotation:scheme", args=[project.slug, made.pk])
    again = client.post(address, {"shipped": "reflection", "name": "steps"})
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert client.post(address, {"shipped": "moon"}).status_code == 422
