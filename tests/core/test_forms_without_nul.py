"""A NUL in a form is a bad request on any page, before a view or a database sees it."""

import pytest

from tests.traces.pages import WITHOUT_STATIC_FOLDER, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


def test_a_nul_in_a_field_is_refused_and_nothing_is_made() -> None:
    who = visitor()
    url = f"/p/{who.project.slug}/annotation/schemes/new/"
    form = "application/x-www-form-urlencoded"
    assert who.client.post(url, "shipped=reflection&name=a%00b", content_type=form).status_code == 400
    assert not who.project.schemes.exists()
    assert who.client.post(url, "shipped=reflection&name=ab", content_type=form).status_code == 302
    assert who.project.schemes.get().name == "ab"
